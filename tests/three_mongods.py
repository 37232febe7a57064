"""A replica set of three on this machine, settings as they come, with a gate before each of its members."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from children import child, ended, free_port
from gate import Gate
from mimi import soon
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import ConnectionFailure, OperationFailure

from bot.embedded.mongod import find_mongod

NAME = "three"
READY_SECONDS = 60


@dataclass
class Member:
    """One mongod. Everybody, its fellows too, reaches it through its gate."""

    folder: Path
    gate: Gate = field(init=False)
    _process: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        self.gate = Gate(free_port())

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.gate.port}"

    async def start(self) -> None:
        """Start it, again or for the first time."""
        (self.folder / "db").mkdir(parents=True, exist_ok=True)
        self._process = await child(
            str(find_mongod()),
            *("--dbpath", str(self.folder / "db"), "--replSet", NAME, "--nounixsocket"),
            *("--bind_ip", "127.0.0.1", "--port", str(self.gate.target)),
            *(
                "--wiredTigerCacheSizeGB",
                "0.25",
                "--quiet",
                "--logpath",
                str(self.folder / "mongod.log"),
                "--logappend",
            ),
            *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            log=self.folder / "said",
        )

    async def stop(self, how: int = signal.SIGTERM) -> None:
        if self._process:
            await ended(self._process, how)

    async def kill(self) -> None:
        """As a power cut does."""
        await self.stop(signal.SIGKILL)

    def freeze(self) -> None:
        """Its kernel goes on answering for it; nothing else does."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def client(self) -> AsyncIOMotorClient[dict[str, Any]]:
        """To this member alone, past the gate."""
        return AsyncIOMotorClient(
            f"mongodb://127.0.0.1:{self.gate.target}/?directConnection=true",
            serverSelectionTimeoutMS=1000,
            socketTimeoutMS=5000,
        )


@dataclass
class ThreeMongods:
    """The set; whoever is primary is asked of its members."""

    members: list[Member]

    @property
    def uri(self) -> str:
        """As an operator writes it: all three and the name."""
        return f"mongodb://{','.join(each.address for each in self.members)}/mimi?replicaSet={NAME}"

    async def primary(self) -> Member:
        """The one that takes writes, once there is one."""
        found: list[Member] = []

        async def there() -> bool:
            for each in self.members:
                if (await self._says(each)).get("isWritablePrimary"):
                    found.append(each)
                    return True
            return False

        await soon(there, READY_SECONDS)
        return found[0]

    async def step_down(self) -> Member:
        """The primary gives up its place for a minute; who that was."""
        was = await self.primary()
        client = was.client()
        try:
            await client.admin.command("replSetStepDown", 60, secondaryCatchUpPeriodSecs=10)
        finally:
            client.close()
        return was

    async def whole(self) -> None:
        """Return once there are a primary and two that follow it."""
        wanted = ["PRIMARY", "SECONDARY", "SECONDARY"]

        async def all_well() -> bool:
            client = (await self.primary()).client()
            try:
                status = await client.admin.command("replSetGetStatus")
                return sorted(each["stateStr"] for each in status["members"]) == wanted
            except (ConnectionFailure, OperationFailure):
                return False
            finally:
                client.close()

        await soon(all_well, READY_SECONDS)

    async def found(self) -> None:
        """Make them a set."""

        async def all_there() -> bool:
            return all([await self._says(each) for each in self.members])

        await soon(all_there, READY_SECONDS)
        client = self.members[0].client()
        members = [{"_id": number, "host": each.address} for number, each in enumerate(self.members)]
        try:
            await client.admin.command("replSetInitiate", {"_id": NAME, "members": members})
        finally:
            client.close()
        await self.whole()

    async def _says(self, member: Member) -> dict[str, Any]:
        client = member.client()
        try:
            async with asyncio.timeout(1.5):
                said: dict[str, Any] = await client.admin.command("hello")
                return said
        except (ConnectionFailure, OperationFailure, TimeoutError):
            return {}
        finally:
            client.close()


@asynccontextmanager
async def three_mongods(folder: Path) -> AsyncIterator[ThreeMongods]:
    """Started and founded; gone afterwards, whatever was done to them."""
    async with AsyncExitStack() as stack:
        three = ThreeMongods([Member(folder / f"member-{number}") for number in range(3)])
        for each in three.members:
            await each.gate.start()
            stack.push_async_callback(each.gate.stop)
            await each.start()
            stack.push_async_callback(each.kill)
        await three.found()
        yield three
