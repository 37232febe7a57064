"""The policy for pushes: at once within one's share, together after a push, others' shares kept, nothing lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.alerts.push_budget import (
    COLLECT,
    COLLECT_A_LITTLE,
    LOOK_AGAIN,
    MOST_MESSAGES,
    ORDER,
    Month,
    Recipient,
    WaitingPush,
    decide,
    fitting,
    month_at,
)
from knowledge.store.outbox.outbox import Urgency

STARTS, ENDS = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 10, 12, tzinfo=UTC)
SECONDS, MINUTE, DAY = timedelta(seconds=5), timedelta(minutes=1), timedelta(days=1)
FREE_PLAN = Month(STARTS, ENDS, limit=200, used=60, owners=50, within_share=60)
SPENT_FAST = Month(STARTS, ENDS, limit=200, used=90, owners=50, within_share=90)


def urgent(name: str = "a", since: datetime = NOW) -> WaitingPush:
    return WaitingPush(name, Urgency.NOW, since)


def names(waiting: tuple[WaitingPush, ...]) -> str:
    return "".join(each.id for each in waiting)


def test_urgent_news_goes_at_once_and_takes_along_what_waits() -> None:
    digest, soon = WaitingPush("c", Urgency.DIGEST, NOW - DAY), WaitingPush("b", Urgency.SOON, NOW - MINUTE)
    plan = decide(NOW, FREE_PLAN, Recipient(), [digest, soon, urgent()])
    assert (names(plan.push), plan.within_share) == ("abc", True)


def test_in_a_month_spent_too_fast_what_comes_right_after_a_push_is_collected_but_not_for_ten_minutes() -> None:
    pushed = Recipient(used=1, last_push=NOW - SECONDS)
    plan = decide(NOW, SPENT_FAST, pushed, [urgent()])
    assert (plan.push, plan.look_again) == ((), NOW - SECONDS + COLLECT)
    assert names(decide(NOW - SECONDS + COLLECT, SPENT_FAST, pushed, [urgent()]).push) == "a"
    assert timedelta(minutes=10) > COLLECT


def test_what_comes_a_while_after_a_push_goes_at_once_and_takes_along_what_was_collected() -> None:
    pushed = Recipient(used=1, last_push=NOW - 2 * MINUTE)
    collected = urgent("a", NOW - 2 * MINUTE + SECONDS)
    assert decide(NOW - MINUTE, SPENT_FAST, pushed, [collected]).push == ()
    assert names(decide(NOW, SPENT_FAST, pushed, [collected, urgent("b")]).push) == "ab"


def test_in_a_month_that_is_not_spent_too_fast_next_to_nothing_is_collected() -> None:
    pushed = Recipient(used=1, last_push=NOW - 2 * SECONDS)
    collected = urgent("a", NOW - 2 * SECONDS)
    assert decide(NOW, FREE_PLAN, pushed, [collected]).look_again == NOW - 2 * SECONDS + COLLECT_A_LITTLE
    assert names(decide(NOW, FREE_PLAN, pushed, [collected, urgent("b")]).push) == "ab"


def test_five_urgent_ones_fill_a_push_and_wait_no_longer() -> None:
    five = [urgent(name) for name in "abcde"]
    assert names(decide(NOW, SPENT_FAST, Recipient(used=1, last_push=NOW - SECONDS), five).push) == "abcde"
    assert decide(NOW, SPENT_FAST, Recipient(used=1, last_push=NOW - SECONDS), five[:4]).push == ()


def test_of_more_than_fit_one_message_is_left_to_say_so() -> None:
    assert names(fitting([urgent(name) for name in "fedcba"], MOST_MESSAGES)) == "abcd"
    assert names(fitting([urgent(name) for name in "edcba"], MOST_MESSAGES)) == "abcde"


def test_what_was_refused_in_company_travels_alone() -> None:
    refused = WaitingPush("a", Urgency.NOW, NOW - MINUTE, alone=True)
    assert names(fitting([refused, urgent("b")], MOST_MESSAGES)) == "a"
    assert names(fitting([urgent("b", NOW - DAY), refused], MOST_MESSAGES)) == "b"


def test_what_is_not_urgent_costs_no_push_while_they_are_scarce_and_one_where_they_are_plenty() -> None:
    late = [WaitingPush("a", Urgency.DIGEST, NOW - DAY), WaitingPush("b", Urgency.SOON, NOW - timedelta(hours=2))]
    assert decide(NOW, FREE_PLAN, Recipient(), late).push == ()
    assert names(decide(NOW, Month(STARTS, ENDS), Recipient(), late).push) == "ba"
    assert names(decide(NOW, Month(STARTS, ENDS, limit=30_000, owners=50), Recipient(), late).push) == "ba"


@pytest.mark.parametrize(
    ("month", "why"),
    [
        (Month(STARTS, ENDS, limit=200, used=200, owners=50), "used up"),
        (Month(STARTS, ENDS, limit=200, used=250, owners=50), "more used than allowed"),
        (Month(STARTS, ENDS, limit=0, owners=50), "a plan without pushes"),
        (Month(STARTS, ENDS, limit=200, used=10, owners=50, stopped=True), "refused by LINE"),
        (Month(STARTS, ENDS, stopped=True), "refused by LINE, without a limit"),
    ],
)
def test_a_month_that_is_over_pushes_nothing_and_mails_if_the_owner_said_so(month: Month, why: str) -> None:
    assert decide(NOW, month, Recipient(), [urgent()]).push == (), why
    plan = decide(NOW, month, Recipient(mail=True), [urgent()])
    assert (plan.push, names(plan.mail)) == ((), "a"), why


def test_beyond_ones_share_only_what_others_will_not_need_is_used() -> None:
    spent = Recipient(used=4)
    kept = Month(STARTS, ENDS, limit=200, used=60, owners=50, within_share=20)  # 140 left, 126 kept for others
    assert names(decide(NOW + timedelta(minutes=9), kept, spent, [urgent()]).push) == "a"
    short = Month(STARTS, ENDS, limit=200, used=100, owners=50, within_share=20)  # 100 left
    assert decide(NOW + timedelta(minutes=9), short, spent, [urgent()]).push == ()
    assert names(decide(NOW, short, Recipient(used=3), [urgent()]).push) == "a"
    late = ENDS - timedelta(hours=6)
    assert names(decide(late, short, spent, [urgent(since=late - DAY)]).push) == "a"


def late(name: str = "z", since: datetime = NOW) -> WaitingPush:
    return WaitingPush(name, Urgency.ANSWER, since)


def test_a_late_answer_goes_at_once_as_long_as_alerts_keep_half_of_what_the_share_has_come_to() -> None:
    third = Month(STARTS, ENDS, limit=600, used=60, owners=30)  # a share of 20, of which 9.5/30 have come: half is 3.2
    assert names(decide(NOW, third, Recipient(used=3), [late()]).push) == "z"
    assert decide(NOW, third, Recipient(used=4), [late()]).push == ()
    assert names(decide(NOW, third, Recipient(used=4), [late(), urgent()]).push) == "az"


def test_late_answers_in_a_row_go_together() -> None:
    third = Month(STARTS, ENDS, limit=600, used=60, owners=30)
    answered = Recipient(used=1, last_answer=NOW - SECONDS)
    assert decide(NOW, third, answered, [late()]).look_again == NOW - SECONDS + COLLECT_A_LITTLE
    assert names(decide(NOW, third, answered, [late(), urgent()]).push) == "az"


def test_a_late_answer_is_no_letter_and_delays_no_alert() -> None:
    over = Month(STARTS, ENDS, limit=200, used=200, owners=50)
    assert decide(NOW + DAY, over, Recipient(mail=True), [late()]).mail == ()
    assert decide(NOW, SPENT_FAST, Recipient(used=1, last_answer=NOW - SECONDS), [urgent()]).push


def test_people_without_an_account_share_a_twentieth() -> None:
    assert [Month(STARTS, ENDS, limit=limit).strangers for limit in (200, 10, 0, None)] == [10, 1, 1, None]


def test_quiet_hours_hold_back_what_disturbs_until_they_end() -> None:
    morning = NOW + timedelta(minutes=20)
    asleep = Recipient(quiet_until=morning)
    talk = WaitingPush("b", Urgency.NOW, NOW, disturbs=False)
    assert decide(NOW, FREE_PLAN, asleep, [urgent()]).look_again == morning
    assert names(decide(NOW, FREE_PLAN, asleep, [urgent(), talk]).push) == "b"
    assert names(decide(morning, FREE_PLAN, asleep, [urgent()]).push) == "a"


def test_who_cannot_be_reached_gets_nothing_pushed_and_loses_nothing() -> None:
    gone = Recipient(reachable=False)
    plan = decide(NOW, Month(STARTS, ENDS), gone, [urgent()])
    assert (plan.push, plan.mail) == ((), ())
    assert plan.look_again
    assert plan.look_again > NOW
    assert names(decide(NOW, Month(STARTS, ENDS), Recipient(reachable=False, mail=True), [urgent()]).mail) == "a"


@pytest.mark.parametrize(
    ("now", "name", "ends"),
    [
        ("2026-11-30T14:59:59+00:00", "2026-11", "2026-11-30T15:00:00+00:00"),
        ("2026-11-30T15:00:00+00:00", "2026-12", "2026-12-31T15:00:00+00:00"),
        ("2028-02-29T00:00:00+00:00", "2028-02", "2028-02-29T15:00:00+00:00"),
    ],
)
def test_months_turn_in_japan(now: str, name: str, ends: str) -> None:
    found, starts, found_ends = month_at(datetime.fromisoformat(now))
    assert (found, found_ends) == (name, datetime.fromisoformat(ends))
    assert starts <= datetime.fromisoformat(now) < found_ends


ARRIVALS = st.lists(
    st.tuples(st.integers(0, 30 * 24 * 60), st.integers(0, 4), st.sampled_from(list(Urgency)), st.integers(1, 3)),
    max_size=80,
)


@given(ARRIVALS, st.integers(0, 30))
def test_whatever_comes_the_limit_holds_shares_are_kept_and_nothing_is_lost(
    arrivals: list[tuple[int, int, Urgency, int]], limit: int
) -> None:
    """Five owners, one month: at every push the limit, the size, the others' shares and the order of urgency hold."""
    waiting: dict[int, list[WaitingPush]] = {owner: [] for owner in range(5)}
    used, last = dict.fromkeys(range(5), 0), dict.fromkeys(range(5))
    within = arrived = delivered = 0
    for number, (minute, owner, urgency, messages) in enumerate(sorted(arrivals)):
        now = STARTS + timedelta(minutes=minute)
        waiting[owner].append(WaitingPush(str(number), urgency, now, messages))
        arrived += 1
        month = Month(STARTS, ENDS, limit, sum(used.values()), 5, within)
        plan = decide(now, month, Recipient(used[owner], last[owner]), waiting[owner])
        if not plan.push:
            assert plan.look_again
            assert plan.look_again > now
            continue
        assert month.left
        assert sum(each.messages for each in plan.push) <= MOST_MESSAGES
        if not plan.within_share:
            assert month.left - 1 >= int(month.kept_for_others(now))
        left_out = [each for each in waiting[owner] if each not in plan.push]
        fits = [each for each in left_out if each.messages <= plan.push[-1].messages]
        assert all(ORDER[each.urgency] >= ORDER[plan.push[-1].urgency] for each in fits)
        used[owner], last[owner], within = used[owner] + 1, now, within + plan.within_share
        delivered += len(plan.push)
        waiting[owner] = left_out
    assert sum(used.values()) <= limit
    assert delivered + sum(map(len, waiting.values())) == arrived


@pytest.mark.parametrize(("share", "waiting_owners"), [(4, 5), (1, 3), (40, 2), (4, 1)])
def test_no_push_is_left_over_at_the_end_of_a_month_while_urgent_news_waits(share: int, waiting_owners: int) -> None:
    """Whoever wants more than their share gets in the end what the others did not use, to the last push."""
    owners, used, now = 50, [share] * waiting_owners, STARTS + DAY
    month = Month(STARTS, ENDS, limit=share * owners, used=sum(used), owners=owners, within_share=sum(used))
    last: list[datetime | None] = [None] * waiting_owners
    while now < ENDS and month.left:
        for owner in range(waiting_owners):
            if decide(now, month, Recipient(used[owner], last[owner]), [urgent(since=now - DAY)]).push:
                used[owner], last[owner] = used[owner] + 1, now
                month = replace(month, used=month.used + 1)
        now += LOOK_AGAIN / 4
    assert month.left == 0


@given(st.integers(0, 30 * 24 * 60 - 10), st.integers(0, 199), st.integers(0, 200))
def test_an_owner_with_one_urgent_alert_gets_it_at_once_as_long_as_any_push_is_left(
    minute: int, used: int, within: int
) -> None:
    now = STARTS + timedelta(minutes=minute)
    month = Month(STARTS, ENDS, limit=200, used=used, owners=50, within_share=min(within, used))
    assert names(decide(now, month, Recipient(), [urgent(since=now)]).push) == "a"


@pytest.mark.parametrize("limit", [None, 200, 100_000])
@pytest.mark.parametrize("owner", [Recipient(), Recipient(mail=True), Recipient(mail=True, reachable=False)])
def test_what_goes_along_never_has_a_push_or_a_letter_of_its_own(limit: int | None, owner: Recipient) -> None:
    """Not even where there are pushes in plenty: it was mailed at once."""
    month = Month(STARTS, ENDS, limit=limit)
    notice = WaitingPush("n", Urgency.ALONG, NOW - 20 * DAY)
    plan = decide(NOW, month, owner, [notice])
    assert (plan.push, plan.mail) == ((), ())
    assert plan.look_again
    assert plan.look_again > NOW + DAY  # ten thousand of them are not looked at every hour
    company = decide(NOW, month, owner, [notice, urgent()])
    assert names(company.push or company.mail) == ("an" if owner.reachable else "a")
