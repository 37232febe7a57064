"""`python -m bot backup`, `restore` and `erase`: everything that lasts in one file, and back (docs/backup.md)."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import typer

from bot.backup_file import BackupFile, Manifest, NotUsable, reading, writing
from bot.join.accounts import accounts_on
from bot.settings import Settings
from bot.version import VERSION
from handlers.clock import SystemClock
from knowledge.errors import NotFound
from knowledge.store.database import Database, OwnerId, OwnerScope
from knowledge.store.dumps import LASTING, Restoring, SnapshotGone, contents, is_in_use, is_ours, snapshot
from knowledge.store.replica_set import require_replica_set
from knowledge.store.repositories import Repositories
from knowledge.store.schema import MIGRATIONS, bring_forward


@asynccontextmanager
async def command_store(settings: Settings, *, alone: bool = False) -> AsyncIterator[Database]:
    """The database. With `alone` an embedded one must not be in use. Raises CannotStart."""
    uri = settings.mongodb_uri.get_secret_value()
    if uri:
        database = Database.open(uri)
        try:
            yield database
        finally:
            database.close()
        return
    from bot.embedded.start import a_store  # production leaves out what the embedded parts need

    async with a_store(settings, alone=alone) as embedded:
        yield embedded


async def back_up(settings: Settings, path: Path) -> None:
    """Write everything that lasts into a new file. Mimi may go on meanwhile. Raises NotUsable."""
    async with command_store(settings) as database:
        require_replica_set(await database.ping())
        if not await is_ours(database):
            raise NotUsable(f"No mimi has ever been at work on database {database.raw.name}: check MONGODB_URI.")
        with writing(path) as file:
            try:
                async with snapshot(database) as moment:
                    taken_at, schema = SystemClock().now(), await moment.schema_version()
                    for stored in LASTING:
                        await file.add(stored.name, moment.batches(stored.name))
            except SnapshotGone as error:
                raise NotUsable(f"No backup was made. {error}") from error
            manifest = file.close(
                mimi=VERSION,
                schema=schema,
                taken_at=taken_at.isoformat(timespec="seconds"),
                one_moment=moment.is_one_moment,
                key=_fingerprint(settings),
            )
    size = (await asyncio.to_thread(path.stat)).st_size
    typer.echo(f"{path}: {_summary(manifest)}, {size:,} bytes")
    if not manifest.one_moment:
        typer.echo("This MongoDB is older than 5.0, so the backup may be inconsistent. Stop mimi first.")


async def restore(settings: Settings, path: Path, *, replace: bool, send_waiting: bool, sure: bool) -> None:
    """Put a backup into an empty database, or in the place of what is there. Raises NotUsable before that is touched.

    What was on its way when the backup was made may have arrived since: it is not sent, unless `send_waiting`.
    """
    with reading(path) as file:
        _check_schema(path, file.manifest)
        typer.echo(f"{path}: {_summary(file.manifest)}, made by mimi {file.manifest.mimi}. It is whole.")
        async with command_store(settings, alone=True) as database:
            require_replica_set(await database.ping())
            if await is_in_use(database):
                raise NotUsable(f"Something is at work on database {database.raw.name}: stop every mimi on it first.")
            if there := await contents(database):
                _agree_to_lose(database, there, replace=replace, sure=sure)
            await _put_back(database, file, send_waiting=send_waiting)
    if file.manifest.key != _fingerprint(settings):
        typer.echo("MIMI_SECRET_KEY is not the backup's: visitors cannot continue the chats they have open.")
    typer.echo(
        "Restored. Accounts that were erased since the backup are back: see “After a restore” in docs/backup.md."
    )


async def erase(settings: Settings, owner_ids: Sequence[str]) -> None:
    """Erase accounts (again) without a word to anybody: those that a restore has brought back."""
    async with command_store(settings) as database:
        accounts = accounts_on(Repositories(database), SystemClock(), cool_off=timedelta(days=settings.handle_cool_off))
        for owner_id in owner_ids:
            try:
                await accounts.erase(OwnerScope(OwnerId(owner_id)))
            except NotFound:
                typer.echo(f"{owner_id}: not there")
            else:
                typer.echo(f"{owner_id}: erased")


async def _put_back(database: Database, file: BackupFile, *, send_waiting: bool) -> None:
    restoring, clock = Restoring(database), SystemClock()
    await restoring.begin()
    for name in (stored.name for stored in LASTING):
        if name in file.manifest.collections:
            await restoring.fill(name, file.documents(name))
    await restoring.take_place()
    if steps := await bring_forward(database, clock.now):
        typer.echo(f"Brought to today's schema in {steps} steps.")
    if not send_waiting:
        rows, events = await restoring.set_aside(clock.now())
        typer.echo(
            f"Not sent, since it may have been sent before: {rows} messages that waited, {events} events of LINE's "
            "(`doctor` shows them). Where nothing can have been sent since the backup, restore with --send-waiting."
        )
    await restoring.done()


def _check_schema(path: Path, manifest: Manifest) -> None:
    if manifest.schema > len(MIGRATIONS):
        raise NotUsable(
            f"{path} was made by mimi {manifest.mimi} with schema {manifest.schema}, this mimi ({VERSION}) knows "
            f"{len(MIGRATIONS)}: restore it with that mimi, or a newer one."
        )


def _agree_to_lose(database: Database, there: dict[str, int], *, replace: bool, sure: bool) -> None:
    """Raises NotUsable, or typer's Abort, unless whoever is at the keyboard agrees."""
    listed = ", ".join(f"{count} in {name}" for name, count in sorted(there.items(), key=lambda each: -each[1])[:6])
    if not replace:
        raise NotUsable(
            f"Database {database.raw.name} is not empty ({listed}): restore into another one, or give --replace, "
            "which erases what is there."
        )
    if not sure:
        typer.confirm(f"Erase database {database.raw.name} ({listed}) and put the backup in its place?", abort=True)


def _summary(manifest: Manifest) -> str:
    filled = sum(1 for part in manifest.collections.values() if part.documents)
    return f"{manifest.documents:,} documents of {filled} collections as of {manifest.taken_at}"


def _fingerprint(settings: Settings) -> str:
    """Half a hash of at least 32 random characters: it tells one key from another and helps nobody to find one."""
    key = settings.secret_key.get_secret_value() or _kept_key(settings)
    return hmac.new(key.encode(), b"mimi backup", hashlib.sha256).hexdigest()[:32] if key else ""


def _kept_key(settings: Settings) -> str:
    path = settings.key_file
    return path.read_text() if path.exists() else ""
