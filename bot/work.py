"""What a process does in the background: events taken in, rows sent out, imports, plain lines, and the sweeps."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, Protocol

import structlog

from bot.core import Core
from bot.ground import Ground
from bot.importing import ImportWorker
from bot.line.client import LineApi
from bot.line.menu_api import MenuApi
from bot.line.notifier import LineNotifier
from bot.line.quota import QuotaWatch
from bot.line.rich_menu import RichMenus
from bot.mail import SmtpNotifier
from bot.parcels import Carrier
from bot.plain_language import PlainLanguageWorker
from bot.pusher import Pusher
from bot.schedule import EVERY_MINUTE, EVERY_QUARTER_HOUR, sweep
from bot.sender import Notifier, Sender
from bot.worker import Worker
from handlers.dispatcher import Dispatcher
from handlers.weekly_digest import WeeklyDigest
from knowledge.store.imports import IMPORTS
from knowledge.store.inbox import INBOX
from knowledge.store.outbox import OUTBOX, Channel, OutboxRepository
from knowledge.store.plain_lines import PLAIN_LINES

log = structlog.get_logger()

Loop = Coroutine[Any, Any, None]


class Waker(Protocol):
    """Work that sleeps until somebody says there may be something to do."""

    def wake(self) -> None:
        """There may be something."""

    async def run(self) -> None:
        """Until cancelled."""


def start_work(core: Core, dispatcher: Dispatcher, mailer: Notifier | None) -> Callable[[], None]:
    """Start all of it; what it returns wakes the worker that takes events. `mailer` sends instead of SMTP."""
    ground, stack = core.ground, core.ground.stack
    line = LineApi(ground.settings.line_api_url, ground.settings.line_channel_access_token.get_secret_value())
    stack.push_async_callback(line.close)
    quota = QuotaWatch(ground.database, line, ground.clock)
    outbox, undelivered = OutboxRepository(ground.database), core.owners.desk.undelivered
    sender = Sender(outbox, _notifiers(ground, line, quota, mailer), ground.clock, quota, undelivered)
    menus = _rich_menus(ground)
    worker = _worker(core, dispatcher, line, sender, menus)
    for loop in (quota.run(), *_sweeps(core)):
        _start(stack, loop)
    if menus:
        _start(stack, menus.keep())
    plain, importer = PlainLanguageWorker(core.plain_language), ImportWorker(core.knowledge.import_runs)
    pusher = Pusher(ground.database, ground.clock)
    _start_woken(
        ground,
        (sender, OUTBOX.name),
        (pusher, OUTBOX.name),
        (worker, INBOX.name),
        (importer, IMPORTS.name),
        (plain, PLAIN_LINES.name),
    )
    return worker.wake


def _worker(core: Core, dispatcher: Dispatcher, line: LineApi, sender: Sender, menus: RichMenus | None) -> Worker:
    ground, owners = core.ground, core.owners
    carrier = Carrier(ground.database, owners.alerts, ground.clock)
    after = menus.notice if menus else None
    return Worker(ground.database, dispatcher, owners.accounts, line, sender, carrier, ground.clock, after)


def _notifiers(ground: Ground, line: LineApi, quota: QuotaWatch, mailer: Notifier | None) -> Mapping[Channel, Notifier]:
    settings = ground.settings
    return {
        Channel.LINE: LineNotifier(line, OutboxRepository(ground.database), quota, ground.clock),
        Channel.MAIL: mailer
        or SmtpNotifier(settings.smtp_url.get_secret_value(), settings.mail_sender(), ground.clock),
    }


def _sweeps(core: Core) -> Iterator[Loop]:
    ground, better = core.ground, core.better
    digest = WeeklyDigest(ground.database, core.owners.alerts, core.console.insights, better.gaps, ground.clock)
    yield sweep("answers whose process died", core.visitors.answers.resume_abandoned)
    yield sweep("what was asked in vain, and pinned questions", better.learning.round)
    yield sweep("takeovers that fell silent", core.visitors.takeovers.end_idle)
    yield sweep("entries to check again", core.knowledge.findings.rechecks.round)
    yield sweep("pages that documents came from", core.knowledge.page_watch.round, EVERY_MINUTE)
    yield sweep("accounts whose time is over", core.owners.desk.leaving.erase_due)
    yield sweep("weekly digests", digest.send_due, EVERY_QUARTER_HOUR)


def _rich_menus(ground: Ground) -> RichMenus | None:
    settings = ground.settings
    if not settings.rich_menu:
        return None
    token = settings.line_channel_access_token.get_secret_value()
    api = MenuApi(settings.line_api_url, settings.line_data_api_url, token)
    ground.stack.push_async_callback(api.close)
    return RichMenus(api, ground.database, ground.clock)


def _start_woken(ground: Ground, *woken: tuple[Waker, str]) -> None:
    """Each runs, and is woken by what changes in its collection, whichever process wrote it."""
    for work, collection in woken:
        ground.stack.callback(ground.changes.subscribe(collection, partial(_wake, work)))
        _start(ground.stack, work.run())


def _wake(work: Waker, _changed: object) -> None:
    work.wake()


def _start(stack: AsyncExitStack, work: Loop) -> None:
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
