"""Everything `doctor` looks at, in the order in which it is printed."""

import asyncio
import os
from collections.abc import Awaitable, Sequence

import typer
from pymongo.errors import PyMongoError

from bot.doctor.address import look_at_address
from bot.doctor.diagnosis import Diagnosis, bounded
from bot.doctor.machine import look_at_clocks, look_at_disk, look_at_meaning
from bot.doctor.mail import look_at_mail
from bot.doctor.notices import look_at_notices
from bot.doctor.store import look_at_queues, look_at_store, unreadable
from bot.embedded.mongod import embedded_uri
from bot.env_lines import BYTE_ORDER_MARK, unknown
from bot.settings import Settings, SettingsProblem
from handlers.clock import SystemClock
from handlers.ports import Clock
from knowledge.meaning.embedder import Embedder
from knowledge.store.database import Database
from knowledge.store.replica_set import set_named_in

Look = tuple[str, Awaitable[Sequence[Diagnosis]]]


async def report(settings: Settings, *, fix: bool = False) -> bool:
    """Print what was found; True when all is well. `fix` gives LINE the webhook URL that it should have."""
    found = await examine(settings, SystemClock(), fix=fix)
    typer.echo("\n".join(str(finding) for finding in found))
    return all(finding.well for finding in found)


async def examine(settings: Settings, clock: Clock, *, fix: bool = False) -> list[Diagnosis]:
    """The store first, then everything else at once, each within its time; nothing that needs a broken store."""
    uri = store_uri(settings)
    try:
        set_named_in(uri)  # pymongo takes what is no URI at all for a host's name
        database = Database.open(uri)
    except (PyMongoError, ValueError) as error:
        return [_settings(settings), unreadable(error), *await _all(_outside(settings, clock, fix=fix))]
    try:
        store = await bounded(
            "store", look_at_store(database, uri, clock, embedded=not settings.mongodb_uri.get_secret_value())
        )
        looks: list[Look] = []
        if all(finding.well for finding in store if finding.name == "store"):
            looks = _inside(settings, database, clock)
        return [_settings(settings), *store, *await _all([*looks, *_outside(settings, clock, fix=fix)])]
    finally:
        database.close()


def store_uri(settings: Settings) -> str:
    """The configured store, or the embedded one where it listens while mimi runs."""
    return settings.mongodb_uri.get_secret_value() or embedded_uri(settings.data_dir / "mongodb")


async def _all(looks: Sequence[Look]) -> list[Diagnosis]:
    found = await asyncio.gather(*(bounded(name, look) for name, look in looks))
    return [finding for each in found for finding in each]


def _inside(settings: Settings, database: Database, clock: Clock) -> list[Look]:
    looks: list[Look] = [
        ("queues", look_at_queues(settings, database, clock.now())),
        ("notices", look_at_notices(settings, database, clock)),
    ]
    if settings.rich_menu and settings.line_channel_access_token.get_secret_value():
        from bot.doctor.line import look_at_menus

        looks.append(("rich menus", look_at_menus(settings, database, clock)))
    return looks


def _outside(settings: Settings, clock: Clock, *, fix: bool) -> list[Look]:
    """What is imported here takes seconds, so it is done before the first of them has its time measured."""
    looks: list[Look] = [
        ("disk", look_at_disk(settings)),
        ("meaning", look_at_meaning(settings, Embedder(settings.runtime_dir))),
    ]
    hosts: dict[str, str] = {}
    if settings.line_channel_access_token.get_secret_value():
        from bot.doctor.line import look_at_line

        hosts["LINE's"] = settings.line_api_url
        looks.append(("LINE", look_at_line(settings, fix=fix)))
    else:
        unset = "simulator (LINE_CHANNEL_SECRET and LINE_CHANNEL_ACCESS_TOKEN are not set)"
        looks.append(("LINE", _said(Diagnosis("LINE", True, unset))))
    if settings.anthropic_api_key.get_secret_value():
        from bot.doctor.claude import look_at_claude

        hosts["Anthropic's"] = settings.anthropic_base_url
        looks.append(("Claude", look_at_claude(settings)))
    else:
        unset = "not configured (ANTHROPIC_API_KEY is not set): answers are quoted"
        looks.append(("Claude", _said(Diagnosis("Claude", True, unset))))
    if settings.smtp_url.get_secret_value():
        looks.append(("mail", look_at_mail(settings)))
    else:
        looks.append(("mail", _said(Diagnosis("mail", True, "not configured (SMTP_URL is not set): a mailbox page"))))
    if settings.public_url:
        looks.append(("address", look_at_address(settings, clock)))
    return [*looks, ("clock", look_at_clocks(hosts, clock))]


async def _said(finding: Diagnosis) -> Sequence[Diagnosis]:
    return [finding]


def _settings(settings: Settings) -> Diagnosis:
    """What is set, what `serve` would not start without, and what looks like a setting and is none."""
    named = settings.named()
    listed = f"set: {', '.join(sorted(named)) or 'none: embedded defaults'}"
    return Diagnosis("settings", True, listed, "; ".join([*_refused_by_serve(settings, named), *_misspelt()]))


def _refused_by_serve(settings: Settings, named: set[str]) -> list[str]:
    """Only where somebody has begun to set what production needs."""
    if not named & {"MONGODB_URI", "LINE_CHANNEL_ACCESS_TOKEN"}:
        return []
    try:
        settings.for_production()
    except SettingsProblem as problem:
        return [f"`serve` does not start before these are right: {', '.join(str(problem).splitlines())}"]
    return []


def _misspelt() -> list[str]:
    known = {str(field.alias) for field in Settings.model_fields.values()}
    found = []
    for name, meant in sorted(unknown(os.environ, known).items()):
        if name.startswith(BYTE_ORDER_MARK):
            found.append(f"{meant} is not read: the file begins with a byte order mark, save it as UTF-8 without one")
        else:
            found.append(f"{name} is no setting of mimi's" + (f": is {meant} meant?" if meant else ""))
    return found
