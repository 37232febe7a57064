"""build_app(): the only place where the parts are made and joined."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

from bot import health, metrics
from bot.background.heartbeat import keep_time, start_heartbeat
from bot.join.areas import join
from bot.join.chat import join as join_chat
from bot.join.ground import open_ground
from bot.keys import AREAS, DISPATCHER, GROUND, LOADING, READY
from bot.line_in import webhook
from bot.line_in.webhook import DOOR, Door
from bot.loops import start
from bot.role import Role
from bot.settings import Settings
from handlers.clock import SharedClock
from knowledge.store.alerts.askings import ASKINGS
from knowledge.store.apps.apps import APPS
from knowledge.store.changes import Changes
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.database import Database
from knowledge.store.imports.imports import IMPORTS
from knowledge.store.inbox.inbox import INBOX, InboxRepository
from knowledge.store.inbox.plain_lines import PLAIN_LINES
from knowledge.store.learning.studies import STUDIES
from knowledge.store.outbox.outbox import OUTBOX
from knowledge.store.processes import PROCESSES
from knowledge.store.replica_set import require_replica_set
from knowledge.store.schema import migrate
from web.routes import MIDDLEWARES, add_routes
from web.site.keys import SITE, Site, hand_over
from web.site.security import add_headers
from web.site.server import QUICK
from web.site.store_watch import STORE, StoreWatch

if TYPE_CHECKING:
    from bot.out.sender import Notifier

log = structlog.get_logger()

# New objects between two looks for garbage in cycles. Sixty deliveries of ten events are 10,000 that are none: with
# Python's own 700, a sixteenth of what they cost went into looking at them again.
LOOK_FOR_GARBAGE_AFTER = 10_000
# Each change that is watched costs a process as much as a delivery of LINE's: the site's hears of nobody else's work.
HEARD_BY_ALL = (CONVERSATIONS.name,)
WORKED_ON = (IMPORTS, INBOX, OUTBOX, PLAIN_LINES, PROCESSES, APPS, ASKINGS, STUDIES)
HEARD_BY_WORKERS = tuple(stored.name for stored in WORKED_ON)


def build_app(
    settings: Settings, role: Role = Role.ALL, *, mailer: "Notifier | None" = None, site: Site | None = None
) -> web.Application:
    """The application, its parts opened when it starts and closed when it stops.

    `mailer` sends instead of SMTP; `site` says more than the settings about where the pages are served.
    """
    app = web.Application(middlewares=(metrics.count, *MIDDLEWARES), client_max_size=webhook.BODY_LIMIT)
    app[SITE] = site or Site(settings.public_url.rstrip("/"), trusted_proxy=settings.trusted_proxy)
    app.cleanup_ctx.append(partial(_open, settings=settings, role=role, mailer=mailer))
    app.on_response_prepare.append(add_headers)
    app[READY] = asyncio.Event()
    app.on_shutdown.append(health.drain)
    app.router.add_get("/healthz", health.health)
    app.router.add_get("/readyz", health.ready)
    if token := settings.metrics_token.get_secret_value():
        app.router.add_get(metrics.PATH, metrics.page(token))
    if role is not Role.WORKER:
        app[QUICK] = {webhook.PATH: metrics.counted(webhook.PATH, webhook.receiver(app))}
        add_routes(app)
    return app


async def _open(app: web.Application, settings: Settings, role: Role, mailer: "Notifier | None") -> AsyncIterator[None]:
    """Everything the process holds open, in the order it is opened; closed in reverse."""
    clock = SharedClock()
    async with AsyncExitStack() as stack:
        database = Database.open(settings.mongodb_uri.get_secret_value())
        stack.callback(database.close)
        require_replica_set(await database.ping())
        await clock.follow(database.time)
        await migrate(database, clock.now)
        changes = Changes(database, HEARD_BY_ALL if role is Role.WEB else HEARD_BY_ALL + HEARD_BY_WORKERS)
        await changes.start()
        stack.push_async_callback(changes.stop)
        app[GROUND] = ground = await open_ground(stack, settings, database, changes, clock)
        app[AREAS] = areas = join(ground)
        chat = join_chat(ground, areas)
        app[DISPATCHER], app[STORE] = chat.dispatcher, StoreWatch(database)
        hand_over(app, areas, clock)
        app[LOADING] = asyncio.create_task(_load(app))
        stack.push_async_callback(_let_go, app[LOADING])
        await start_heartbeat(ground, areas.answers.answers)
        start(stack, keep_time(clock, database))
        wake: Callable[[], None] = _nothing
        if role is not Role.WEB:
            from bot.background.work import start_work  # with LINE's client: a second of CPU and 34 MB

            wake = start_work(ground, areas, chat, mailer)
        app[DOOR] = Door(
            settings.line_channel_secret.get_secret_value(),
            settings.line_bot_user_id,
            InboxRepository(database),
            clock,
            wake,
        )
        yield


async def _load(app: web.Application) -> None:
    """What takes longest, while requests are answered already; those that need it wait."""
    await asyncio.to_thread(app[GROUND].pii.prepare)
    gc.set_threshold(LOOK_FOR_GARBAGE_AFTER)
    app[READY].set()
    log.info("ready")


async def _let_go(loading: asyncio.Task[None]) -> None:
    loading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await loading


def _nothing() -> None:
    """Another process works; its change stream wakes it."""
