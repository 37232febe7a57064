"""The sweeps, each with what it waits for: what no event brings about, but time or the death of a process."""

from collections.abc import Coroutine, Iterator
from functools import partial
from typing import Any

from bot.join.ground import Ground
from bot.rounds import Rounds
from bot.schedule import LEAST, sweep
from handlers.areas import Areas
from knowledge.store.alerts.askings import ASKINGS
from knowledge.store.apps.apps import APPS
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.due_times import (
    ANSWERS,
    ASKED,
    ASKED_CHECKS,
    DIGESTS,
    HANDLES,
    LEAVING,
    LEAVING_APPS,
    MASKING,
    NOTICES,
    PAGES,
    RECHECKS,
    TAKEOVERS,
    UNSTUDIED,
    DueTimes,
    Timed,
)
from knowledge.store.learning.studies import STUDIES
from knowledge.store.stored import Stored


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
