"""The week in numbers: on the owner's Monday morning, once, and only if something happened."""

from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from clock import FrozenClock
from grounds import real_pii
from owner_chat import OwnerChat

from handlers.chat.accounts.alert_settings import SET_ZONE
from handlers.insight.digest import DIGEST_LEASE, WeeklyDigest, is_time, next_time
from handlers.insight.insight import Insights
from handlers.insight.visits import Visit
from knowledge.meaning.likeness import Likeness
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.database import Database
from knowledge.store.due_times import ALWAYS, DIGESTS, DueTimes
from knowledge.store.outbox.held_rows import HeldRows

MONDAY = datetime(2040, 4, 1, 23, 30, tzinfo=UTC)  # 8:30 on Monday in Japan


@pytest.mark.parametrize(
    ("local", "due"),
    [
        ("2040-04-02T07:59", False),
        ("2040-04-02T08:00", True),
        ("2040-04-02T19:59", True),
        ("2040-04-02T20:00", False),
        ("2040-04-01T09:00", False),
        ("2040-04-03T09:00", False),
    ],
)
def test_it_is_due_on_monday_in_daytime(local: str, due: bool) -> None:
    assert is_time(datetime.fromisoformat(local)) is due


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    chat.core.clock.advance(MONDAY - chat.core.clock.now())
    return chat


def digest(chat: OwnerChat, clock: FrozenClock | None = None) -> WeeklyDigest:
    core, now = chat.core, clock or chat.core.clock
    store = core.store
    insights = Insights(store.page_views, store.question_counts, store.spending, real_pii(), Likeness(), now)
    return WeeklyDigest(store.owners, store.apps, store.alert_settings, core.alerts, insights, core.gaps, now)


async def viewed(chat: OwnerChat) -> None:
    await chat.core.areas.insight.page_views.count((await chat.app()).scope, Visit())


async def held(chat: OwnerChat) -> list[str]:
    return [row.kind for row in await HeldRows(chat.core.db).of((await chat.owner()).scope)]


async def test_a_week_in_which_nothing_happened_is_not_told(chat: OwnerChat) -> None:
    assert await digest(chat).send_due() == 0


async def test_a_week_is_told_once_whoever_sends_it_and_the_next_one_again(chat: OwnerChat) -> None:
    await viewed(chat)
    assert [await digest(chat).send_due() for _ in range(2)] == [1, 0]
    assert await held(chat) == ["digest"]
    chat.core.clock.advance(timedelta(days=7))
    await viewed(chat)
    assert await digest(chat).send_due() == 1


async def test_monday_is_the_owners(chat: OwnerChat) -> None:
    await viewed(chat)
    await chat.presses(SET_ZONE())
    await chat.says("America/New_York")
    assert await digest(chat).send_due() == 0
    chat.core.clock.advance(timedelta(hours=13))
    await viewed(chat)
    assert await digest(chat).send_due() == 1


async def test_who_wants_no_digest_gets_none(chat: OwnerChat) -> None:
    await viewed(chat)
    await chat.posts("alert.mute:digest")
    assert await digest(chat).send_due() == 0
    assert await held(chat) == []


@pytest.mark.parametrize(
    ("now", "next_one"),
    [
        ("2040-04-02T07:59", "2040-04-02T08:00"),
        ("2040-04-02T08:00", "2040-04-09T08:00"),
        ("2040-04-02T21:00", "2040-04-09T08:00"),
        ("2040-04-08T23:00", "2040-04-09T08:00"),
        ("2040-03-26T12:00", "2040-04-02T08:00"),
    ],
)
def test_the_next_one_is_due_on_monday_morning_of_the_owners_clock(now: str, next_one: str) -> None:
    zone = ZoneInfo("Europe/Berlin")  # whose clocks change on 2040-03-25
    expected = datetime.fromisoformat(next_one).replace(tzinfo=zone).astimezone(UTC)
    assert next_time(datetime.fromisoformat(now).replace(tzinfo=zone)) == expected


async def test_nobody_is_looked_at_before_their_monday(chat: OwnerChat) -> None:
    due = partial(DueTimes(chat.core.db).next, DIGESTS)
    assert await due() == ALWAYS  # nobody knows yet
    await digest(chat).send_due()
    assert await due() == datetime(2040, 4, 8, 23, tzinfo=UTC)
    await chat.presses(SET_ZONE())
    await chat.says("America/New_York")
    assert await due() == ALWAYS
    await digest(chat).send_due()
    assert await due() == datetime(2040, 4, 2, 12, tzinfo=UTC)


async def test_whoever_dies_over_a_digest_leaves_it_to_another_process(chat: OwnerChat) -> None:
    await viewed(chat)
    now = chat.core.clock.now()
    assert await OwnerRepository(chat.core.db).take_digest(now, now + DIGEST_LEASE)
    assert await digest(chat).send_due() == 0
    chat.core.clock.advance(DIGEST_LEASE)
    assert await digest(chat).send_due() == 1
