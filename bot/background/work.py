"""What a process does in the background: events taken in, rows sent out, imports, plain lines, and the sweeps."""

from collections.abc import Callable, Iterator, Mapping

from bot.background.side_by_side import imports_side_by_side, lines_side_by_side
from bot.background.sweeps import rounds_of, sweeps
from bot.join.chat import Chat
from bot.join.ground import Ground
from bot.join.out import carrier_on, pusher_on, ways_on
from bot.line.client import LineApi
from bot.line.menu_api import MenuApi
from bot.line.quota import QuotaWatch
from bot.line.rich_menu import RichMenus
from bot.line_in.handling import Handling
from bot.line_in.turns import Turns
from bot.line_in.worker import Worker
from bot.loops import Loop, start
from bot.out.mail import SmtpNotifier
from bot.out.notifier import LineNotifier
from bot.out.sender import Sender
from handlers.areas import Areas
from handlers.ports import Notifier
from knowledge.store.due_times import CARRIED_ROWS, HELD_ROWS, JOBS, LINES, RETURNING, ROWS
from knowledge.store.exports.returns import RETURNS
from knowledge.store.imports.imports import IMPORTS
from knowledge.store.inbox.inbox import INBOX
from knowledge.store.inbox.plain_lines import PLAIN_LINES
from knowledge.store.outbox.outbox import OUTBOX, Channel
from knowledge.store.processes import PROCESSES


def start_work(ground: Ground, areas: Areas, chat: Chat, mailer: Notifier | None) -> Callable[[], None]:
    """Start all of it; what it returns wakes the worker that takes events. `mailer` sends instead of SMTP."""
    stack = ground.stack
    line = LineApi(ground.settings.line_api_url, ground.settings.line_channel_access_token.get_secret_value())
    stack.push_async_callback(line.close)
    store = ground.store
    quota = QuotaWatch(ground.database, line, ground.clock)
    ways = ways_on(store, line.bot_info, ground.clock)
    rows = rounds_of(ground, ROWS, CARRIED_ROWS, woken_by=(OUTBOX, PROCESSES))
    notifiers, undelivered = _notifiers(ground, line, mailer), areas.accounts.undelivered
    sender = Sender(store.outbox, notifiers, ground.clock, quota, undelivered, ways, rows)
    menus = _rich_menus(ground)
    worker = _worker(ground, areas, chat, line, sender, menus)
    with_line = (quota.run(), ways.run(), sender.run(), worker.run())
    for loop in (*with_line, *_woken(ground, areas, chat), *sweeps(ground, areas)):
        start(stack, loop)
    if menus:
        start(stack, menus.keep())
    return worker.wake


def _woken(ground: Ground, areas: Areas, chat: Chat) -> Iterator[Loop]:
    """What is done as soon as it is there."""
    yield rounds_of(ground, HELD_ROWS, woken_by=(OUTBOX,)).run(pusher_on(ground.store, ground.clock).look)
    yield lines_side_by_side(chat.plain_language, rounds_of(ground, LINES, woken_by=(PLAIN_LINES,))).run()
    yield rounds_of(ground, RETURNING, woken_by=(RETURNS,)).run(areas.exports.returns.work)
    yield imports_side_by_side(areas.imports.runs, rounds_of(ground, JOBS, woken_by=(IMPORTS,))).run()


def _worker(ground: Ground, areas: Areas, chat: Chat, line: LineApi, sender: Sender, menus: RichMenus | None) -> Worker:
    store = ground.store
    carrier = carrier_on(store, areas.alerts.alerts, ground.clock)
    handling = Handling(ground.database, chat.dispatcher, areas.accounts.accounts, line, carrier, ground.clock)
    turns = Turns(store.inbox, ground.clock)
    worker = Worker(turns, handling, sender, ground.clock, ground.changes, menus.notice if menus else None)
    for stored in (INBOX, PROCESSES):  # whoever has died left something to do
        ground.stack.callback(ground.changes.subscribe(stored.name, lambda _changed: worker.wake()))
    return worker


def _notifiers(ground: Ground, line: LineApi, mailer: Notifier | None) -> Mapping[Channel, Notifier]:
    settings = ground.settings
    return {
        Channel.LINE: LineNotifier(line, ground.store.outbox, ground.clock),
        Channel.MAIL: mailer
        or SmtpNotifier(settings.smtp_url.get_secret_value(), settings.mail_sender(), ground.clock),
    }


def _rich_menus(ground: Ground) -> RichMenus | None:
    settings = ground.settings
    if not settings.rich_menu:
        return None
    token = settings.line_channel_access_token.get_secret_value()
    api = MenuApi(settings.line_api_url, settings.line_data_api_url, token)
    ground.stack.push_async_callback(api.close)
    return RichMenus(api, ground.database, ground.clock)
