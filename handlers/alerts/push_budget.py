"""Which alerts are pushed now, which wait, and which go by mail: pure, so that a simulated month runs the same code.

A push is counted by LINE once for each recipient and carries up to five messages. Every owner has a share of the
month; within it urgent news goes out at once. What others have not used becomes free as the month goes by, and
serves those whose share is used up. The rest waits for the owner's next message, whose reply costs nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.clock import JAPAN
from knowledge.store.outbox.outbox import Urgency
from knowledge.store.outbox.pushes import MonthCount

MOST_MESSAGES = 5  # LINE: one push carries five messages and counts as one
ORDER = {Urgency.NOW: 0, Urgency.SOON: 1, Urgency.DIGEST: 2, Urgency.ANSWER: 3, Urgency.ALONG: 4}

# What follows a push to the same owner is collected for so long: an alert is never older than ten minutes for it.
# What comes only after this part of that time goes at once, and takes along what waits: one of them is then in time.
COLLECT = timedelta(minutes=9)
CROWD = 0.1
COLLECT_A_LITTLE = timedelta(seconds=50)
COLLECT_IN_PLENTY = timedelta(seconds=10)
# How long what may go by itself waits for company.
COLLECTED = {Urgency.NOW: timedelta(), Urgency.SOON: timedelta(minutes=30), Urgency.DIGEST: timedelta(hours=1)}
LOOK_AGAIN = timedelta(hours=1)
ONLY_ALONG = timedelta(days=30)  # nothing but their own message, or other news, changes that
ONE_DAY = timedelta(days=1)
# Late answers leave alerts so much of what their owner's share has come to by now; strangers take so much of a month.
ANSWERS_PART = 0.5
STRANGERS_PART = 0.05
# Pushes for each owner and day that is left of the month: from here on nobody has to count.
PLENTY = 5.0
LOW = 0.2  # of the month's limit
SLACK = 0.08  # of the limit, before a month counts as spent too fast


@dataclass(frozen=True)
class Month:
    """The service's month: `within_share` counts pushes that were within the share of their owner."""

    starts: datetime
    ends: datetime
    limit: int | None = None
    used: int = 0
    owners: int = 1
    within_share: int = 0
    stopped: bool = False

    @property
    def left(self) -> int | None:
        """Pushes that are left for everybody; None where there is no limit."""
        if self.stopped:
            return 0
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def share(self) -> float:
        """What each owner may use in any case."""
        return (self.limit or 0) / self.owners

    @property
    def strangers(self) -> int | None:
        """How many pushes people without an account may have, all together; None where there is no limit."""
        return None if self.limit is None else max(1, int(self.limit * STRANGERS_PART))

    @property
    def is_low(self) -> bool:
        return self.left is not None and self.left <= (self.limit or 0) * LOW

    def time_left(self, now: datetime) -> float:
        """The part of the month that is still to come, 0 to 1."""
        return min(1.0, max(0.0, (self.ends - now) / (self.ends - self.starts)))

    def kept_for_others(self, now: datetime) -> float:
        """What must stay for shares that are not used yet; less and less of it as the month goes by."""
        return max(0.0, self.share * self.owners - self.within_share) * self.time_left(now)

    def ahead(self, now: datetime) -> float:
        """How much more of the limit is used than of the time; negative when there is more than enough."""
        return self.used / self.limit - (1 - self.time_left(now)) if self.limit else 0.0

    def is_plenty(self, now: datetime) -> bool:
        days = max((self.ends - now) / ONE_DAY, 1.0)
        return self.left is None or self.left / self.owners / days >= PLENTY


@dataclass(frozen=True)
class Recipient:
    """An owner: what they used of the month, and whether they may be disturbed. `last_answer` was pushed late.

    `reachable`: LINE shows them what is pushed. `mail`: they want by mail what has no room in LINE.
    """

    used: int = 0
    last_push: datetime | None = None
    quiet_until: datetime | None = None
    reachable: bool = True
    mail: bool = False
    last_answer: datetime | None = None


@dataclass(frozen=True)
class WaitingPush:
    """Something that waits for an owner. `alone`: LINE refused it in company, so it travels by itself."""

    id: str
    urgency: Urgency
    since: datetime
    messages: int = 1
    disturbs: bool = True  # quiet hours hold it back
    alone: bool = False


@dataclass(frozen=True)
class PushPlan:
    """What to do now: one push of these, these by mail, and when to look again if nothing changes before."""

    push: tuple[WaitingPush, ...] = ()
    mail: tuple[WaitingPush, ...] = ()
    look_again: datetime | None = None
    within_share: bool = False


def month_at(now: datetime) -> tuple[str, datetime, datetime]:
    """Name, beginning and end of the month in Japan."""
    first = now.astimezone(JAPAN).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    return f"{first:%Y-%m}", first, following


def month_of(now: datetime, count: MonthCount) -> Month:
    """The month as it is counted."""
    _name, starts, ends = month_at(now)
    stopped = count.stopped_at is not None
    return Month(starts, ends, count.limit, count.used, count.owners, count.within_share, stopped)


def decide(now: datetime, month: Month, owner: Recipient, waiting: Sequence[WaitingPush]) -> PushPlan:
    """What is to be done about everything that waits for one owner."""
    if all(each.urgency is Urgency.ALONG for each in waiting):
        return PushPlan(look_again=now + ONLY_ALONG)
    quiet = owner.quiet_until if owner.quiet_until and owner.quiet_until > now else None
    ready = [each for each in waiting if not (quiet and each.disturbs)]
    at = _worth_a_push(now, month, owner, ready)
    if not owner.reachable or (at and at <= now and not _affordable(now, month, owner)):
        return _without_push(now, quiet, owner, ready)
    if at and at <= now:
        push = fitting(ready, MOST_MESSAGES, among=len(waiting))
        return PushPlan(push, (), _soonest(now, quiet), month.limit is not None and owner.used < month.share)
    plan = _without_push(now, quiet, owner, [each for each in ready if each.urgency is not Urgency.NOW])
    return replace(plan, look_again=_soonest(now, plan.look_again, at))


def fitting(waiting: Sequence[WaitingPush], room: int, among: int = 0) -> tuple[WaitingPush, ...]:
    """The most urgent and then the oldest that go together into `room` messages.

    Of more than fit (`among` counts them all), one message is left free to say how many still wait.
    """
    first = _fill(waiting, room)
    if first and len(first) < max(len(waiting), among):
        return _fill(waiting, room - 1) or first
    return first


def _fill(waiting: Sequence[WaitingPush], room: int) -> tuple[WaitingPush, ...]:
    chosen: list[WaitingPush] = []
    for each in in_order(waiting):
        if each.messages > room or (each.alone and chosen):
            continue
        chosen.append(each)
        room -= each.messages
        if each.alone:
            break
    return tuple(chosen)


def in_order(waiting: Sequence[WaitingPush]) -> list[WaitingPush]:
    return sorted(waiting, key=lambda each: (ORDER[each.urgency], each.since, each.id))


def _without_push(now: datetime, quiet: datetime | None, owner: Recipient, ready: Sequence[WaitingPush]) -> PushPlan:
    """By mail, what is due there; or later. An answer is no letter, and what goes along was mailed: they wait."""
    ready = [each for each in ready if each.urgency in COLLECTED]
    due = [each for each in in_order(ready) if each.since + COLLECTED[each.urgency] <= now] if owner.mail else []
    later = [each.since + COLLECTED[each.urgency] for each in ready if owner.mail and each not in due]
    return PushPlan((), tuple(due), _soonest(now, quiet, *later))


def _worth_a_push(now: datetime, month: Month, owner: Recipient, ready: Sequence[WaitingPush]) -> datetime | None:
    """When these are worth a push; None if they are not, however long they wait."""
    urgent = [each for each in ready if each.urgency is Urgency.NOW]
    if sum(each.messages for each in urgent) >= MOST_MESSAGES:
        return max(each.since for each in urgent)
    times = [time for each in ready if (time := _ripe(each, now, month, owner)) is not None]
    return min(times) if times else None


def _ripe(each: WaitingPush, now: datetime, month: Month, owner: Recipient) -> datetime | None:
    plenty = month.is_plenty(now)
    if each.urgency is Urgency.ALONG:
        return None
    if each.urgency is Urgency.NOW:
        return _urgent(each, now, month, owner)
    if each.urgency is Urgency.ANSWER:
        return _answer(each, now, month, owner)
    if plenty:
        return each.since + COLLECTED[each.urgency]
    # What is not urgent waits for company, or for a day; and never takes what an owner may need for urgent things.
    if each.urgency is Urgency.SOON and owner.used < month.share * (1 - month.time_left(now)):
        return each.since + ONE_DAY
    return None


def _answer(each: WaitingPush, now: datetime, month: Month, owner: Recipient) -> datetime | None:
    """At once, since somebody waits for it, but never with what alerts may need; what follows it goes together."""
    plenty = month.is_plenty(now)
    if not plenty and owner.used >= month.share * (1 - month.time_left(now)) * ANSWERS_PART:
        return None
    if owner.last_answer is None:
        return each.since
    return max(each.since, owner.last_answer + (COLLECT_IN_PLENTY if plenty else COLLECT_A_LITTLE))


def _urgent(each: WaitingPush, now: datetime, month: Month, owner: Recipient) -> datetime:
    """At once, unless there was a push a moment ago: then what follows it goes together.

    Who is beyond their share in a month that is spent too fast lives on what others leave: theirs is collected first.
    """
    if each.alone:
        return each.since
    is_fast = month.ahead(now) > SLACK
    collect = COLLECT if is_fast else COLLECT_A_LITTLE
    if not each.disturbs:
        collect = COLLECT_A_LITTLE  # a visitor sits there and waits for the owner's words
    if month.is_plenty(now):
        collect = COLLECT_IN_PLENTY
    first = each.since + collect if is_fast and owner.used >= month.share else each.since
    if owner.last_push is None or each.since >= owner.last_push + collect * CROWD:
        return first
    return max(first, owner.last_push + collect)


def _affordable(now: datetime, month: Month, owner: Recipient) -> bool:
    if month.left is None:
        return True
    if month.left < 1:
        return False
    # Only whole pushes can be kept: what is kept falls below one before the month ends, and none is left over.
    return owner.used < month.share or month.left - 1 >= int(month.kept_for_others(now))


def _soonest(now: datetime, *times: datetime | None) -> datetime:
    return min([now + LOOK_AGAIN, *(time for time in times if time and time > now)])
