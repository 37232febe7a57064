"""`python -m bot doctor`: is everything there that mimi needs, and what to do about what is not."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import typer
from pymongo.errors import OperationFailure, PyMongoError

from bot.embedded.mongod import embedded_uri
from bot.settings import Settings
from handlers.clock import SystemClock
from handlers.ports import Clock
from handlers.push_budget import month_at, month_of
from knowledge.embedder import Embedder, EmbedderFailed
from knowledge.store.backlog import LATE
from knowledge.store.database import Database
from knowledge.store.inbox import EventState, InboxRepository
from knowledge.store.outbox import OutboxRepository, RowState
from knowledge.store.pushes import PushRepository

PATIENCE = 45.0  # seconds for the models of meaning to be loaded


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `advice` says what to do where it is not well."""

    name: str
    well: bool
    detail: str
    advice: str = ""

    def __str__(self) -> str:
        line = f"{'ok  ' if self.well else 'FAIL'} {self.name}: {self.detail}"
        return line if self.well or not self.advice else f"{line}\n     -> {self.advice}"


async def examine(settings: Settings, database: Database, clock: Clock) -> AsyncIterator[Finding]:
    """Look at one part after another; parts that stand on a broken one are not looked at."""
    yield _settings(settings)
    store = await _store(database)
    yield store
    if store.well:
        yield await _inbox(InboxRepository(database), clock.now())
        yield await _outbox(OutboxRepository(database))
        yield await _pushes(PushRepository(database), clock.now())
    yield await _meaning(settings)
    yield await _line(settings)
    if store.well and settings.rich_menu and settings.line_channel_access_token.get_secret_value():
        yield await _rich_menus(settings, database, clock)
    yield await _claude(settings)


def _settings(settings: Settings) -> Finding:
    named = ", ".join(sorted(settings.named())) or "none: embedded defaults"
    return Finding("settings", True, f"set: {named}")


async def _store(database: Database) -> Finding:
    try:
        hello = await database.ping()
    except PyMongoError as error:
        advice = "start mimi (`make run` brings its own MongoDB), or check MONGODB_URI and that the server is up"
        return Finding("store", False, f"not reachable ({type(error).__name__})", advice)
    if not hello.get("setName"):
        return Finding("store", False, "not a replica set", "start mongod with --replSet and run rs.initiate()")
    held = await _transaction_seconds(database)
    return Finding("store", True, f"replica set {hello['setName']}, database {database.raw.name}{held}")


async def _transaction_seconds(database: Database) -> str:
    """How long what a killed process had begun keeps its events waiting; nothing where that may not be asked."""
    name = "transactionLifetimeLimitSeconds"
    try:
        answer = await database.client.admin.command({"getParameter": 1, name: 1})
    except OperationFailure:
        return ""
    return f", what a killed process had begun is held for up to {answer[name]} s ({name})"


async def _inbox(inbox: InboxRepository, now: datetime) -> Finding:
    waiting, oldest = await inbox.count(EventState.NEW), await inbox.oldest_waiting()
    parked = await inbox.problems()
    detail = f"{waiting} waiting, {len(parked)} parked"
    if parked:
        listed = "; ".join(f"{event_id}: {problem}" for event_id, problem in parked[:3])
        return Finding("inbox", False, detail, f"these events failed every time: {listed}. See the log at their ids")
    if oldest and now - oldest > LATE:
        return Finding("inbox", False, f"{detail}, oldest since {oldest:%H:%M:%S}", "is a worker running?")
    return Finding("inbox", True, detail)


async def _outbox(outbox: OutboxRepository) -> Finding:
    waiting, failed = await outbox.count(RowState.WAITING), await outbox.problems()
    held = await outbox.count(RowState.HELD)
    detail = f"{waiting} waiting, {held} held for a push or an owner's next message, {len(failed)} failed"
    if failed:
        listed = "; ".join(f"{row_id}: {problem}" for row_id, problem in failed[:3])
        return Finding("outbox", False, detail, f"LINE or the mail server refused: {listed}")
    return Finding("outbox", True, detail)


async def _pushes(pushes: PushRepository, now: datetime) -> Finding:
    name, _starts, ends = month_at(now)
    count = await pushes.month(name)
    month = month_of(now, count)
    if month.limit is None and not month.stopped:
        told = "no limit" if count.read_at else "the limit has not been read yet"
        return Finding("pushes", True, f"{count.used} used in {name}, {told}")
    detail = f"{month.used} of {month.limit} used in {name}, shared by {month.owners} owners"
    advice = f"alerts wait for their owners' next message until {ends:%Y-%m-%d}; a larger LINE plan pushes them at once"
    if month.stopped:
        return Finding("pushes", False, f"{detail}; LINE refuses more", advice)
    return Finding("pushes", not month.is_low, detail, advice)


async def _meaning(settings: Settings) -> Finding:
    """Whether knowledge is found by meaning: one text is read by a process like mimi's own."""
    if not settings.embeddings:
        return Finding("meaning", True, "off (MIMI_EMBEDDINGS is false): knowledge is found by its words alone")
    embedder = Embedder(settings.runtime_dir)
    model = embedder.model
    if not model:
        detail = "no model is installed: knowledge is found by its words alone, half as often"
        advice = "install requirements.lock, which has the models; MIMI_EMBEDDINGS=false if that is what you want"
        return Finding("meaning", False, detail, advice)
    try:
        async with asyncio.timeout(PATIENCE):
            await embedder.vector("送料はいくらですか", "question")
    except (EmbedderFailed, TimeoutError):
        advice = "mimi tries again by itself and finds by words meanwhile; MIMI_EMBEDDINGS=false saves the trying"
        return Finding("meaning", False, f"{model} did not read within {PATIENCE:.0f} s", advice)
    finally:
        await embedder.close()
    return Finding("meaning", True, f"read with {model}")


async def _line(settings: Settings) -> Finding:
    if not settings.line_channel_access_token.get_secret_value():
        return Finding("LINE", True, "simulator (LINE_CHANNEL_SECRET and LINE_CHANNEL_ACCESS_TOKEN are not set)")
    from bot.line.client import LineApi  # two CPU seconds, only where LINE is asked

    line = LineApi(settings.line_api_url, settings.line_channel_access_token.get_secret_value())
    try:
        outcome = await line.bot_info()
    finally:
        await line.close()
    if outcome.accepted:
        return Finding("LINE", True, f"reachable at {settings.line_api_url}, token accepted")
    if outcome.status == 401:
        return Finding("LINE", False, "token refused", "issue a new LINE_CHANNEL_ACCESS_TOKEN in LINE's console")
    return Finding(
        "LINE", False, f"status {outcome.status} {outcome.message}", f"is {settings.line_api_url} reachable?"
    )


async def _rich_menus(settings: Settings, database: Database, clock: Clock) -> Finding:
    from bot.line.menu_api import MenuApi, MenuTrouble
    from bot.line.menu_layout import keys
    from bot.line.rich_menu import RichMenus

    api = MenuApi(
        settings.line_api_url, settings.line_data_api_url, settings.line_channel_access_token.get_secret_value()
    )
    try:
        missing = await RichMenus(api, database, clock).missing()
    except MenuTrouble as trouble:
        return Finding("rich menus", False, f"could not be read ({trouble})", "see LINE above; commands work without")
    finally:
        await api.close()
    if missing:
        advice = "a running worker makes them within minutes; if not, its log says what LINE refused"
        return Finding("rich menus", False, f"missing: {', '.join(missing)}", advice)
    return Finding("rich menus", True, f"{len(keys())} for each language")


async def _claude(settings: Settings) -> Finding:
    key = settings.anthropic_api_key.get_secret_value()
    if not key:
        return Finding("Claude", True, "not configured (ANTHROPIC_API_KEY is not set): answers are quoted")
    from knowledge.claude import check_model, claude_client  # two CPU seconds, only where Claude is asked

    client = claude_client(key, settings.anthropic_base_url)
    try:
        problem = await check_model(client, settings.model)
    finally:
        await client.close()
    if problem:
        return Finding("Claude", False, problem, "check ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL and MIMI_MODEL")
    return Finding("Claude", True, f"model {settings.model} is there")


async def report(settings: Settings) -> bool:
    """Print what was found; True when all is well."""
    database = Database.open(store_uri(settings))
    try:
        findings = [finding async for finding in examine(settings, database, SystemClock())]
    finally:
        database.close()
    typer.echo("\n".join(str(finding) for finding in findings))
    return all(finding.well for finding in findings)


def store_uri(settings: Settings) -> str:
    """The configured store, or the embedded one where it listens while mimi runs."""
    return settings.mongodb_uri.get_secret_value() or embedded_uri(settings.data_dir / "mongodb")
