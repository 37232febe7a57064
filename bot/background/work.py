"""What a process does in the background: events taken in, rows sent out, work as it comes, and the sweeps."""

from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import partial
from typing import Any

from bot.background.side_by_side import imports_side_by_side, lines_side_by_side, trials_side_by_side
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
from bot.out.line_notifier import LineNotifier
from bot.out.mail import SmtpNotifier
from bot.out.sender import Sender
from bot.rounds import Rounds
from bot.schedule import LEAST, sweep
from handlers.areas import Areas
from handlers.ports import Notifier
from knowledge.store.alerts.askings import ASKINGS
from knowledge.store.apps.apps import APPS
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.due_times import (
    ANSWERS,
    ASKED,
    ASKED_CHECKS,
    CARRIED_ROWS,
    DIGESTS,
    GIVING,
    HANDLES,
    HELD_ROWS,
    JOBS,
    LEAVING,
    LEAVING_APPS,
    LINES,
    MASKING,
    NOTICES,
    PAGES,
    RECHECKS,
    RETURNING,
    ROWS,
    TAKEOVERS,
    TRIED,
    UNSTUDIED,
    DueTimes,
    Timed,
)
from knowledge.store.exports.returns import RETURNS
from knowledge.store.imports.imports import IMPORTS
from knowledge.store.inbox.inbox import INBOX
from knowledge.store.inbox.plain_lines import PLAIN_LINES
from knowledge.store.learning.studies import STUDIES
from knowledge.store.learning.trials import TRIALS
from knowledge.store.notices.notices import NOTICES as TO_ALL
from knowledge.store.outbox.outbox import OUTBOX, Channel
from knowledge.store.processes import PROCESSES
from knowledge.store.stored import Stored


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
    for loop in with_line:
        start(stack, loop)
    others = [start(stack, loop) for loop in (*_woken(ground, areas, chat), *sweeps(ground, areas))]
    # All at once: while the store is away each waits for it a few seconds before it ends, and they are many.
    stack.callback(lambda: [task.cancel() for task in others])
    if menus:
        start(stack, menus.keep())
    return worker.wake


def _woken(ground: Ground, areas: Areas, chat: Chat) -> Iterator[Loop]:
    """What is done as soon as it is there."""
    yield rounds_of(ground, HELD_ROWS, woken_by=(OUTBOX,)).run(
        pusher_on(ground.store, ground.clock, ground.settings.public_url).look
    )
    yield lines_side_by_side(chat.plain_language, rounds_of(ground, LINES, woken_by=(PLAIN_LINES,))).run()
    yield trials_side_by_side(chat.trials, rounds_of(ground, TRIED, woken_by=(TRIALS,))).run()
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


def sweeps(ground: Ground, areas: Areas) -> Iterator[Coroutine[Any, Any, None]]:
    """All of them. Those that nothing wakes wait for times that are set longer before than the next look is away."""
    # An answer begins with a message, which counts up in its conversation.
    answers = _rounds(ground, ANSWERS, woken_by=(CONVERSATIONS,))
    learning = _rounds(ground, ASKED_CHECKS, ASKED, UNSTUDIED, woken_by=(STUDIES, ASKINGS, APPS))
    rechecks = _rounds(ground, RECHECKS, woken_by=(APPS,))
    yield sweep("answers whose process died", areas.answers.answers.resume_abandoned, answers)
    yield sweep("what was asked in vain, and pinned questions", areas.learning.rounds.round, learning)
    yield sweep(
        "takeovers that fell silent",
        areas.conversations.takeovers.end_idle,
        _rounds(ground, TAKEOVERS, woken_by=(CONVERSATIONS,)),
    )
    yield sweep("entries to check again", areas.entries.hidden.rechecks.round, rechecks)
    yield sweep("pages that documents came from", areas.imports.page_watch.round, _rounds(ground, PAGES))
    yield sweep("accounts whose time is over", areas.accounts.leaving.erase_due, _rounds(ground, LEAVING))
    yield sweep("apps whose time is over", areas.notices.app_deletion.erase_due, _rounds(ground, LEAVING_APPS))
    yield sweep("handles that nobody uses", areas.notices.release.look, _rounds(ground, HANDLES, woken_by=(APPS,)))
    yield sweep("notices to everybody", areas.notices.giving.give_due, _rounds(ground, GIVING, woken_by=(TO_ALL,)))
    yield sweep("what became of notices", areas.notices.deliveries.settle, _rounds(ground, NOTICES))
    masking = _rounds(ground, MASKING, woken_by=(APPS,))
    yield sweep("what visitors wrote about themselves", areas.conversations.masking.mask_due, masking)
    yield sweep("weekly digests", areas.insight.digest.send_due, _rounds(ground, DIGESTS))


def rounds_of(ground: Ground, *kinds: Timed, woken_by: tuple[Stored, ...] = (), least: float = 0.0) -> Rounds:
    """Rounds for what is due of these kinds, woken by what changes in these collections, whichever process wrote it."""
    rounds = Rounds(ground.clock, ground.changes, partial(DueTimes(ground.database).next, *kinds), least)
    for stored in woken_by:
        ground.stack.callback(ground.changes.subscribe(stored.name, lambda _changed: rounds.wake()))
    return rounds


_rounds = partial(rounds_of, least=LEAST)
