"""What a process does by itself, started: it loads what it will need, beats, and works unless its role is the web."""

import asyncio
import contextlib
import gc
from collections.abc import Callable

import structlog
from aiohttp import web

from bot.background.heartbeat import start_heartbeat
from bot.join.chat import Chat
from bot.join.ground import Ground
from bot.keys import GROUND, LOADING, READY
from bot.role import ProcessRole
from handlers.areas import Areas
from handlers.ports import Notifier
from knowledge.store.alerts.askings import ASKINGS
from knowledge.store.apps.apps import APPS
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.exports.returns import RETURNS
from knowledge.store.imports.imports import IMPORTS
from knowledge.store.inbox.inbox import INBOX
from knowledge.store.inbox.plain_lines import PLAIN_LINES
from knowledge.store.learning.studies import STUDIES
from knowledge.store.learning.trials import TRIALS
from knowledge.store.notices.notices import NOTICES
from knowledge.store.outbox.outbox import OUTBOX
from knowledge.store.processes import PROCESSES

log = structlog.get_logger()

# New objects between two looks for garbage in cycles. Sixty deliveries of ten events are 10,000 that are none: with
# Python's own 700, a sixteenth of what they cost went into looking at them again.
LOOK_FOR_GARBAGE_AFTER = 10_000
# Each change that is watched costs a process as much as a delivery of LINE's: the site's hears of nobody else's work.
HEARD_BY_ALL = (CONVERSATIONS,)
WORKED_ON = (IMPORTS, RETURNS, INBOX, OUTBOX, PLAIN_LINES, PROCESSES, APPS, ASKINGS, STUDIES, TRIALS, NOTICES)


def heard_by(role: ProcessRole) -> list[str]:
    """The collections whose changes a process of this role hears of."""
    return [stored.name for stored in (HEARD_BY_ALL if role is ProcessRole.WEB else HEARD_BY_ALL + WORKED_ON)]


async def start_background(
    ground: Ground, areas: Areas, chat: Chat, role: ProcessRole, mailer: Notifier | None
) -> Callable[[], None]:
    """Start it, until the ground closes; what it returns wakes the worker. `mailer` sends instead of SMTP."""
    await start_heartbeat(ground, areas.answers.answers)
    if role is ProcessRole.WEB:
        return _nothing
    from bot.background.work import start_work  # with LINE's client: a second of CPU and 34 MB

    return start_work(ground, areas, chat, mailer)


def _nothing() -> None:
    """Another process works; its change stream wakes it."""


def start_loading(app: web.Application) -> None:
    """Load what takes longest, while requests are answered already; those that need it wait."""
    app[LOADING] = asyncio.create_task(_load(app))
    app[GROUND].stack.push_async_callback(_let_go, app[LOADING])


async def _load(app: web.Application) -> None:
    await asyncio.to_thread(app[GROUND].pii.prepare)
    gc.set_threshold(LOOK_FOR_GARBAGE_AFTER)
    app[READY].set()
    log.info("ready")


async def _let_go(loading: asyncio.Task[None]) -> None:
    loading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await loading
