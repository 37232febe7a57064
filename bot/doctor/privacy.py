"""`python -m bot doctor --privacy`: what is held of everybody, since when, until when, and what goes next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import typer

from bot.backup import command_store
from bot.join.notices import running_of
from bot.settings import Settings
from handlers.notices.disclosure import Disclosure
from knowledge.store.accounts.owners import OWNERS
from knowledge.store.apps.apps import APPS
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.database import Database
from knowledge.store.kept import Kept, Subject
from knowledge.store.notices.holdings import Holding
from knowledge.store.registry import STORED
from knowledge.store.repositories import Repositories
from knowledge.store.stored import Stored

# What time brings about, besides the ends of single rows.
DUE: Final[Mapping[str, tuple[Stored, str]]] = {
    "accounts to be erased": (OWNERS, "leaving_at"),
    "apps to be erased": (APPS, "leaving_at"),
    "conversations in which personal details are to be masked": (CONVERSATIONS, "mask_at"),
    "handles to be released": (APPS, "handle_notices.release_at"),
}


async def report_privacy(settings: Settings) -> None:
    """Print it, a line a collection, in the order of /privacy; what holds nothing of anybody is left out."""
    async with command_store(settings) as database:
        typer.echo("\n".join(await holdings(settings, database)))


async def holdings(settings: Settings, database: Database) -> list[str]:
    """The lines."""
    repository, told, lines = Repositories(database).holdings, Disclosure(running_of(settings)), list[str]()
    for subject in Subject:
        of_it = [(stored, stored.kept) for stored in STORED if stored.kept and stored.kept.subject is subject]
        if subject is not Subject.RUNNING:
            lines += [_line(stored, kept, await repository.read(stored, kept), told) for stored, kept in of_it]
    return lines + [_due_line(what, *await repository.due(*field)) for what, field in DUE.items()]


def _due_line(what: str, count: int, first: datetime | None) -> str:
    return f"{what}: {count}" + (f", the first on {first:%Y-%m-%d %H:%M} UTC" if first else "")


def _line(stored: Stored, kept: Kept, held: Holding, told: Disclosure) -> str:
    since = f" since {held.since:%Y-%m-%d}" if held.since else ""
    goes = f"; next goes {held.next_end:%Y-%m-%d %H:%M} UTC" if held.next_end else ""
    return f"{stored.name}: {held.count}{since}{goes}\n    {kept.what.say('en')} ({told.ends(kept.ends).say('en')})"
