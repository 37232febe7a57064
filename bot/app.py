"""build_app(): the only place where the parts are made and joined."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from bot import core, health, webhook
from bot.importing import ImportWorker
from bot.keys import CORE, DATABASE
from bot.line.client import LineApi
from bot.line.menu_api import MenuApi
from bot.line.notifier import LineNotifier
from bot.line.quota import QuotaWatch
from bot.line.rich_menu import RichMenus
from bot.mail import SmtpNotifier
from bot.parcels import Carrier
from bot.plain_language import PlainLanguageWorker
from bot.pusher import Pusher
from bot.role import Role
from bot.schedule import EVERY_MINUTE, EVERY_QUARTER_HOUR, sweep
from bot.sender import Notifier, Sender
from bot.settings import Settings
from bot.webhook import DOOR, Door
from bot.worker import Worker
from handlers.clock import SystemClock
from handlers.ports import Clock
from handlers.weekly_digest import WeeklyDigest
from knowledge.store.changes import Changes
from knowledge.store.conversations import CONVERSATIONS
from knowledge.store.database import Database
from knowledge.store.imports import IMPORTS
from knowledge.store.inbox import INBOX, InboxRepository
from knowledge.store.outbox import OUTBOX, Channel, OutboxRepository
from knowledge.store.plain_lines import PLAIN_LINES
from knowledge.store.replica_set import require_replica_set
from knowledge.store.schema import migrate
from web.keys import SITE, Site
from web.routes import MIDDLEWARES, add_routes

log = structlog.get_logger()

WATCHED = (IMPORTS.name, INBOX.name, OUTBOX.name, CONVERSATIONS.name, PLAIN_LINES.name)


def build_app(
    settings: Settings, role: Role = Role.ALL, *, mailer: Notifier | None = None, site: Site | None = None
) -> web.Application:
    """The application, its parts opened when it starts and closed when it stops.

    `mailer` sends instead of SMTP; `site` says more than the settings about where the pages are served.
    """
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=webhook.BODY_LIMIT)
    app[SITE] = site or Site(settings.public_url.rstrip("/"), trusted_proxy=settings.trusted_proxy)
    app.cleanup_ctx.append(partial(_open, settings=settings, role=role, mailer=mailer))
    app.router.add_get("/healthz", health.health)
    if role is not Role.WORKER:
        app.router.add_post(webhook.PATH, webhook.receive)
        add_routes(app)
    return app


async def _open(app: web.Application, settings: Settings, role: Role, mailer: Notifier | None) -> AsyncIterator[None]:
    """Everything the process holds open, in the order it is opened; closed in reverse."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        database = Database.open(settings.mongodb_uri.get_secret_value())
        stack.callback(database.close)
        require_replica_set(await database.ping())
        await migrate(database, clock.now)
        changes = Changes(database, WATCHED)
        await changes.start()
        stack.push_async_callback(changes.stop)
        parts = await core.open_core(stack, settings, database, changes, clock)
        app[DATABASE], app[CORE] = database, parts
        parts.hand_to(app)
        wake: Callable[[], None] = _nothing
        if role is not Role.WEB:
            wake = await _start_work(stack, settings, database, changes, parts, mailer)
        app[DOOR] = Door(
            settings.line_channel_secret.get_secret_value(),
            settings.line_bot_user_id,
            InboxRepository(database),
            clock,
            wake,
        )
        yield


async def _start_work(
    stack: AsyncExitStack,
    settings: Settings,
    database: Database,
    changes: Changes,
    parts: "core.Core",
    mailer: Notifier | None,
) -> Callable[[], None]:
    """The worker, the sender and the sweeps; what wakes the worker."""
    outbox, clock = OutboxRepository(database), parts.clock
    line = LineApi(settings.line_api_url, settings.line_channel_access_token.get_secret_value())
    stack.push_async_callback(line.close)
    notifiers: dict[Channel, Notifier] = {
        Channel.LINE: LineNotifier(line, outbox, clock),
        Channel.MAIL: mailer or SmtpNotifier(settings.smtp_url.get_secret_value(), settings.mail_from),
    }
    quota, pusher = QuotaWatch(database, line, clock), Pusher(database, clock)
    sender = Sender(outbox, notifiers, clock, quota)
    carrier = Carrier(database, parts.alerts, clock)
    menus = _rich_menus(stack, settings, database, clock)
    after = menus.notice if menus else None
    worker = Worker(database, parts.dispatcher, parts.accounts, line, sender, carrier, clock, after)
    stack.callback(changes.subscribe(INBOX.name, lambda _: worker.wake()))
    stack.callback(changes.subscribe(OUTBOX.name, lambda _: sender.wake()))
    importer = ImportWorker(parts.import_runs)
    stack.callback(changes.subscribe(IMPORTS.name, lambda _: importer.wake()))
    plain = PlainLanguageWorker(parts.plain_language)
    stack.callback(changes.subscribe(PLAIN_LINES.name, lambda _: plain.wake()))
    digest = WeeklyDigest(database, parts.alerts, parts.console.insights, parts.better.gaps, clock)
    sweeps = (
        sweep("answers whose process died", parts.answers.resume_abandoned),
        sweep("what was asked in vain, and pinned questions", parts.better.learning.round),
        sweep("takeovers that fell silent", parts.takeovers.end_idle),
        sweep("entries to check again", parts.findings.rechecks.round),
        sweep("pages that documents came from", parts.page_watch.round, EVERY_MINUTE),
        sweep("weekly digests", digest.send_due, EVERY_QUARTER_HOUR),
    )
    stack.callback(changes.subscribe(OUTBOX.name, lambda _: pusher.wake()))
    for work in (sender.run(), pusher.run(), quota.run(), worker.run(), importer.run(), plain.run(), *sweeps):
        _start(stack, work)
    if menus:
        _start(stack, menus.keep())
    return worker.wake


def _rich_menus(stack: AsyncExitStack, settings: Settings, database: Database, clock: Clock) -> RichMenus | None:
    if not settings.rich_menu:
        return None
    token = settings.line_channel_access_token.get_secret_value()
    api = MenuApi(settings.line_api_url, settings.line_data_api_url, token)
    stack.push_async_callback(api.close)
    return RichMenus(api, database, clock)


def _start(stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    """Run until the stack closes; then let it finish what it has in hand."""
    task = asyncio.create_task(work)
    task.add_done_callback(_report)

    async def stop() -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)


def _report(task: asyncio.Task[None]) -> None:
    """A loop that ends by itself is a bug that must be seen."""
    if not task.cancelled() and (error := task.exception()):
        log.critical("a loop died", error=type(error).__name__)


def _nothing() -> None:
    """Another process works; its change stream wakes it."""
