"""A month of alerts: 200 pushes, 50 owners. How many urgent ones arrive within 1 and 10 minutes, beside pushing all.

`python -m bench.alert_budget` runs the policy that the sender runs (handlers/alerts/push_budget.py) over a month of
made-up
arrivals: by hour and weekday as people are awake, owners of very different size, questions in bursts, owners who
write to mimi now and then. The seeds are fixed, so the figures are the same wherever it runs.
"""

import heapq
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers.alerts.push_budget import MOST_MESSAGES, Month, Recipient, WaitingPush, decide, fitting
from handlers.clock import JAPAN
from knowledge.store.outbox.outbox import Urgency

STARTS, ENDS = datetime(2026, 6, 1, tzinfo=JAPAN), datetime(2026, 7, 1, tzinfo=JAPAN)
PUSHES, OWNERS = 200, 50
URGENT_OF_ALL = 0.7
BURST_GOES_ON = 0.45
MINUTE, TEN_MINUTES = timedelta(minutes=1), timedelta(minutes=10)
BY_HOUR = (2, 1, 1, 1, 1, 1, 2, 4, 6, 7, 7, 7, 8, 7, 6, 6, 6, 7, 8, 9, 10, 10, 8, 5)
BY_WEEKDAY = (1.0, 1.0, 1.0, 1.0, 1.1, 1.3, 1.2)
SEEDS = range(10)
COLUMNS = (
    "alerts/owner", "urgent", "policy", "pushes", "within 1 min", "within 10 min", "owners with few", "delivered",
    "of it free",
)  # fmt: skip


@dataclass
class Owner:
    waiting: list[WaitingPush] = field(default_factory=list)
    used: int = 0
    last_push: datetime | None = None
    look: datetime | None = None
    urgent: int = 0
    in_time: int = 0


@dataclass
class Outcome:
    """Delays of the urgent alerts that arrived, how many there were, and what it cost.

    `few` and `few_in_time` are those of owners who had no more of them than their share of pushes.
    """

    urgent: int = 0
    few: int = 0
    few_in_time: int = 0
    delays: list[timedelta] = field(default_factory=list)
    pushes: int = 0
    free: int = 0
    late: int = 0

    def within(self, limit: timedelta) -> float:
        return sum(delay <= limit for delay in self.delays) / self.urgent

    def close(self, owners: Sequence[Owner]) -> "Outcome":
        """The month is over."""
        few = [owner for owner in owners if owner.urgent <= PUSHES / OWNERS]
        self.few, self.few_in_time = sum(each.urgent for each in few), sum(each.in_time for each in few)
        return self


Event = tuple[datetime, int, str, Urgency]


def month_of_events(seed: int, alerts_a_month: float) -> list[Event]:
    """(when, owner, "alert" or "writes", urgency): what happens in a month, in order."""
    chance, events = random.Random(seed), []
    sizes = [chance.paretovariate(1.3) for _ in range(OWNERS)]
    for owner, size in enumerate(sizes):
        bursts = alerts_a_month * OWNERS * (1 - BURST_GOES_ON) * size / sum(sizes)
        for at in _times(chance, bursts):
            while True:
                urgency = Urgency.NOW if chance.random() < URGENT_OF_ALL else Urgency.SOON
                events.append((at, owner, "alert", urgency))
                if chance.random() > BURST_GOES_ON:
                    break
                at += timedelta(minutes=chance.expovariate(1 / 4))
        for at in _times(chance, chance.choice((2, 4, 8, 20, 60))):
            events.append((at, owner, "writes", Urgency.NOW))
    return sorted(event for event in events if event[0] < ENDS)


def run_policy(events: Sequence[Event]) -> Outcome:
    """The month as the sender handles it."""
    owners, month, outcome = [Owner() for _ in range(OWNERS)], _Month(), Outcome()
    line: list[tuple[datetime, int, str, Urgency]] = list(events)
    heapq.heapify(line)
    number = 0
    while line:
        now, who, what, urgency = heapq.heappop(line)
        owner = owners[who]
        if what == "writes":
            # The command's own reply takes one of the five messages.
            _deliver(now, owner, fitting(owner.waiting, MOST_MESSAGES - 1), outcome, free=True)
            continue
        if what == "look" and now != owner.look:
            continue  # looked at since then
        if what == "alert":
            number += 1
            _count(owner, outcome, urgency)
            owner.waiting.append(WaitingPush(f"{number:06}", urgency, now))
        while owner.waiting:
            plan = decide(now, month.at(), Recipient(owner.used, owner.last_push), owner.waiting)
            if not plan.push:
                owner.look = plan.look_again or ENDS
                if owner.look < ENDS:
                    heapq.heappush(line, (owner.look, who, "look", Urgency.NOW))
                break
            month.pushed(within_share=plan.within_share)
            owner.used, owner.last_push, outcome.pushes = owner.used + 1, now, outcome.pushes + 1
            _deliver(now, owner, plan.push, outcome, free=False)
    return outcome.close(owners)


def push_everything(events: Sequence[Event]) -> Outcome:
    """A push for each alert until the month's are gone; then only the owner's own messages bring the rest."""
    owners, outcome = [Owner() for _ in range(OWNERS)], Outcome()
    for now, who, what, urgency in events:
        owner = owners[who]
        if what == "writes":
            continue
        _count(owner, outcome, urgency)
        owner.waiting.append(WaitingPush("", urgency, now))
        if outcome.pushes < PUSHES:
            outcome.pushes += 1
            _deliver(now, owner, tuple(owner.waiting), outcome, free=False)
        else:
            owner.waiting.clear()
    return outcome.close(owners)


@dataclass
class _Month:
    used: int = 0
    within: int = 0

    def at(self) -> Month:
        return Month(STARTS, ENDS, PUSHES, self.used, OWNERS, self.within)

    def pushed(self, *, within_share: bool) -> None:
        self.used, self.within = self.used + 1, self.within + within_share


def _count(owner: Owner, outcome: Outcome, urgency: Urgency) -> None:
    owner.urgent += urgency is Urgency.NOW
    outcome.urgent += urgency is Urgency.NOW


def _deliver(now: datetime, owner: Owner, these: Sequence[WaitingPush], outcome: Outcome, *, free: bool) -> None:
    for each in these:
        owner.waiting.remove(each)
        if each.urgency is Urgency.NOW:
            outcome.delays.append(now - each.since)
            owner.in_time += now - each.since <= TEN_MINUTES
        outcome.free += free


def _times(chance: random.Random, expected: float) -> list[datetime]:
    """Times over the month, as many as expected on average, when people are awake."""
    days = (ENDS - STARTS).days
    found: list[datetime] = []
    most = max(BY_HOUR) * max(BY_WEEKDAY)
    average = sum(BY_HOUR) / 24 * sum(BY_WEEKDAY) / 7
    at = STARTS
    while True:
        at += timedelta(days=chance.expovariate(expected / days * most / average))
        if at >= ENDS:
            return found
        if chance.random() * most < BY_HOUR[at.hour] * BY_WEEKDAY[at.weekday()]:
            found.append(at)


def main() -> None:
    print(f"A month of {PUSHES} pushes and {OWNERS} owners, mean of {len(SEEDS)} months (bench/alert_budget.py)\n")
    print(f"| {' | '.join(COLUMNS)} |")
    print("| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for alerts in (4, 8, 16, 32):
        for name, run in (("push everything", push_everything), ("budget", run_policy)):
            outcomes = [run(month_of_events(seed, alerts)) for seed in SEEDS]
            print(_row(alerts, name, outcomes))


def _row(alerts: int, name: str, outcomes: Sequence[Outcome]) -> str:
    count = len(outcomes)
    urgent = sum(each.urgent for each in outcomes) / count
    pushes = sum(each.pushes for each in outcomes) / count
    one = sum(each.within(MINUTE) for each in outcomes) / count
    ten = sum(each.within(TEN_MINUTES) for each in outcomes) / count
    all_ = sum(len(each.delays) / each.urgent for each in outcomes) / count
    free = sum(each.free for each in outcomes) / count
    few = sum(each.few_in_time for each in outcomes) / sum(each.few for each in outcomes)
    return (
        f"| {alerts} | {urgent:.0f} | {name} | {pushes:.0f} | {one:.0%} | {ten:.0%} | {few:.0%} "
        f"| {all_:.0%} | {free:.0f} |"
    )


if __name__ == "__main__":
    main()
