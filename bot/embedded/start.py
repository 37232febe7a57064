"""The embedded default: for whatever the settings leave open, a part of our own, started and stopped with mimi."""

import asyncio
import errno
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from pymongo.errors import ConnectionFailure

from bot.embedded.line_simulator import LineSimulator
from bot.embedded.mailbox import Mailbox
from bot.embedded.mongod import Mongod, embedded_uri, find_mongod
from bot.problems import CannotStart
from bot.settings import Settings
from knowledge.store.database import Database

# Loopback only and worth nothing: they open the simulator, which holds no secret.
SIMULATOR_SECRET = "simulated-channel-secret"  # noqa: S105
SIMULATOR_TOKEN = "simulated-access-token"  # noqa: S105
MONGODB = "mongodb"
# Written once to see whether there is room: a disk that is full still takes the names of files.
PROBE_BYTES = 1024 * 1024
NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class UnusableFolder(CannotStart):
    """The data folder cannot be written; the message says which and what to do."""


@dataclass(frozen=True)
class Embedded:
    """The settings with nothing left open, and the parts that fill them."""

    settings: Settings
    mongod: Mongod | None
    simulator: LineSimulator | None
    mailbox: Mailbox | None


@asynccontextmanager
async def embedded(settings: Settings, public_url: str) -> AsyncIterator[Embedded]:
    """Start what is not configured. Raises UnusableFolder or NoMongod when that cannot be done here."""
    if not settings.mongodb_uri.get_secret_value():
        find_mongod()  # before anything is made
    await asyncio.to_thread(_prepare, settings.data_dir)
    settings = settings.with_own_secret()
    async with AsyncExitStack() as stack:
        mongod = None
        if not settings.mongodb_uri.get_secret_value():
            mongod = await _mongod(stack, settings)
            settings = settings.model_copy(update={"mongodb_uri": SecretStr(mongod.uri)})
        simulator = None
        if not settings.line_channel_secret.get_secret_value():
            simulator = await _simulator(settings, public_url)
            stack.push_async_callback(simulator.stop)
            settings = _pointed_at(settings, simulator)
        mailbox = None
        if not settings.smtp_url.get_secret_value():
            mailbox = Mailbox(settings.data_dir / "mail", settings.mail_sender())
        yield Embedded(settings, mongod, simulator, mailbox)


@asynccontextmanager
async def a_store(settings: Settings, *, alone: bool = False) -> AsyncIterator[Database]:
    """The embedded store: as `run` has it open, or started for as long as it is needed.

    With `alone` the embedded one must not be in use. Raises UnusableFolder or NoMongod.
    """
    async with AsyncExitStack() as stack:
        uri = embedded_uri(settings.data_dir / MONGODB)
        if alone or not await _listens(uri):
            await asyncio.to_thread(_prepare, settings.data_dir)
            uri = (await _mongod(stack, settings)).uri
        database = Database.open(uri)
        stack.callback(database.close)
        yield database


async def _mongod(stack: AsyncExitStack, settings: Settings) -> Mongod:
    mongod = Mongod(settings.data_dir / MONGODB, guarded=True)
    stack.push_async_callback(mongod.stop)
    await mongod.start()
    return mongod


async def _listens(uri: str) -> bool:
    database = Database.open(uri)
    try:
        await database.ping()
    except ConnectionFailure:
        return False
    finally:
        database.close()
    return True


async def _simulator(settings: Settings, public_url: str) -> LineSimulator:
    simulator = LineSimulator(
        channel_secret=SIMULATOR_SECRET,
        access_token=SIMULATOR_TOKEN,
        webhook_url=f"{public_url}/line/webhook",
        state_file=settings.data_dir / "line_simulator.json",
    )
    await simulator.start()
    return simulator


def _pointed_at(settings: Settings, simulator: LineSimulator) -> Settings:
    return settings.model_copy(
        update={
            "line_channel_secret": SecretStr(SIMULATOR_SECRET),
            "line_channel_access_token": SecretStr(SIMULATOR_TOKEN),
            "line_api_url": simulator.url,
            "line_data_api_url": simulator.url,
        }
    )


def _prepare(folder: Path) -> None:
    """Make the data folder, readable by this user alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / ".writable"
        try:
            probe.write_bytes(bytes(PROBE_BYTES))
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        cure = "make room" if error.errno in NO_ROOM else "fix its permissions"
        raise UnusableFolder(
            f"The data folder {folder} cannot be written ({error.strerror}): {cure} or set MIMI_DATA_DIR."
        ) from error
