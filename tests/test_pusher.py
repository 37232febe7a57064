"""Alerts on their way to LINE: together, once, within the month's quota, and never lost."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

from grounds import real_pii
from mimi import ACCESS_TOKEN, Mimi, soon

from bot.embedded.line_simulator import ChatItem, Fault, texts
from bot.join.alerts import alerts_on
from bot.join.out import pusher_on
from bot.keys import AREAS, GROUND
from bot.line.client import LineApi
from bot.line.quota import QuotaWatch
from handlers.alerts.cards import News
from handlers.alerts.push_budget import month_at
from handlers.clock import SystemClock
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import OwnerId, OwnerScope, new_id
from knowledge.store.outbox.outbox import OutboxRepository, RowState
from knowledge.store.outbox.pushes import PushRepository
from knowledge.store.repositories import Repositories

MONTH = month_at(datetime.now(UTC))[0]


def pushes(mimi: Mimi) -> int:
    return len([request for request in mimi.line.requests if request.path == "/v2/bot/message/push"])


def accepted(mimi: Mimi) -> int:
    return len([each for each in mimi.line.requests if each.path == "/v2/bot/message/push" and each.status == 200])


def from_bot(mimi: Mimi, since: int) -> list[ChatItem]:
    return [item for item in mimi.owner.chat[since:] if item.from_bot]


async def the_owner(mimi: Mimi) -> OwnerScope:
    owner = await OwnerRepository(mimi.database).by_line_user(mimi.owner.user_id)
    assert owner
    return owner.scope


async def held(mimi: Mimi) -> int:
    return await OutboxRepository(mimi.database).count(RowState.HELD)


async def tell(mimi: Mimi, count: int, kind: AlertKind = AlertKind.LIMIT) -> None:
    """Several alerts at once, as one change causes them."""
    assert mimi.app
    alerts, scope = mimi.app[AREAS].alerts.alerts, await the_owner(mimi)

    async def work() -> None:
        for number in range(count):
            await alerts.tell(scope, News(kind, f"{kind}-{number}", f"Number {number}."))

    await mimi.app[GROUND].database.transaction(work)


async def stop_pushes(mimi: Mimi) -> None:
    await PushRepository(mimi.database).stop(MONTH, datetime.now(UTC))


async def test_what_is_told_together_goes_in_one_push(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    seen, before = len(mimi.owner.chat), pushes(mimi)
    await tell(mimi, 5)
    await mimi.settled()
    assert pushes(mimi) == before + 1
    assert [f"Number {n}." in text for n, text in enumerate(texts(from_bot(mimi, seen)))] == [True] * 5


async def test_more_than_fit_say_how_many_wait_and_come_with_the_owners_next_messages(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    await stop_pushes(mimi)
    before = pushes(mimi)
    await tell(mimi, 6)
    await mimi.settled()
    first = await mimi.owner_says("/help", count=5)
    assert [f"Number {n}." in first[n] for n in range(3)] == [True] * 3
    assert first[3] == "4 more are waiting. Send me anything to get the next ones."
    second = await mimi.owner_says("/alerts waiting", count=5)
    assert second[4].splitlines() == [
        "Alerts waiting: 4. The first ones come with this message.",
        "Limits reached: 3",
        "LINE messages running low: 1",
    ]
    assert "has 0 LINE messages left" in second[3]
    await mimi.settled()
    assert (await held(mimi), pushes(mimi)) == (0, before)
    assert "No alerts are waiting" in (await mimi.owner_says("/alerts waiting"))[0]


async def test_quoting_one_of_several_answers_that_one(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    await stop_pushes(mimi)
    keys = [(await mimi.visitor_asks(question)).key for question in ("Who painted it?", "Who framed it?")]
    await mimi.owner.say("/help")
    await mimi.owner.replies(3)
    await mimi.settled()
    [framed] = [item for item in mimi.owner.chat if item.from_bot and "framed" in str(item.message)]
    assert "Sent to the visitor" in (await mimi.owner_says("Kimi did.", quoting=framed.id))[0]
    async with mimi.visitor_listens(keys[1]) as events:
        async for event in events:
            if event.name == "owner":
                assert event.data["text"] == "Kimi did."
                break


async def test_a_batch_whose_answer_was_lost_is_sent_again_as_it_was(mimi: Mimi) -> None:
    """P6, P9: news that comes meanwhile is not slipped into it."""
    await mimi.sign_up()
    await mimi.settled()
    seen = len(mimi.owner.chat)
    mimi.line.faults.next("push", Fault.ACCEPT_THEN_500, times=2)
    await tell(mimi, 2)

    async def tried() -> bool:
        return pushes(mimi) >= 1

    await soon(tried)
    await tell(mimi, 1, AlertKind.ABUSE)
    await mimi.settled()
    asked = [each for each in mimi.line.requests if each.path == "/v2/bot/message/push"]
    assert [each.problems for each in asked] == [[]] * len(asked)
    assert asked[0].body == asked[1].body
    assert len([text for text in texts(from_bot(mimi, seen)) if "Number 1" in text]) == 1


async def test_of_a_batch_that_line_refuses_each_is_tried_alone(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    seen = len(mimi.owner.chat)
    mimi.line.faults.next("push", Fault.BAD_400)
    await tell(mimi, 2)

    async def both_arrived() -> bool:
        return len(from_bot(mimi, seen)) == 2

    await soon(both_arrived)
    assert await OutboxRepository(mimi.database).problems() == []


async def test_a_rate_limit_makes_pushes_wait_and_stops_no_reply(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    seen = len(mimi.owner.chat)
    mimi.line.faults.next("push", Fault.RATE_429)
    await tell(mimi, 1)
    assert await mimi.owner_says("/help")
    await mimi.settled()
    assert (await PushRepository(mimi.database).month(MONTH)).stopped_at is None
    assert len([text for text in texts(from_bot(mimi, seen)) if "Number 0." in text]) == 1


async def test_pushes_that_were_stopped_go_on_when_the_quota_grows(mimi: Mimi) -> None:
    """P11: and not before; the reading after the refusal changes nothing by itself."""
    await mimi.sign_up()
    await mimi.settled()
    assert mimi.app
    mimi.line.faults.next("push", Fault.QUOTA_429)
    await tell(mimi, 1)

    async def stopped() -> bool:
        return (await PushRepository(mimi.database).month(MONTH)).stopped_at == 200

    await soon(stopped)
    line = LineApi(mimi.line.url, ACCESS_TOKEN)
    watch = QuotaWatch(mimi.database, line, SystemClock())
    await watch.read()
    await mimi.settled()
    assert (await held(mimi), accepted(mimi)) == (1, 0)
    mimi.line.quota = 1000
    await watch.read()
    await mimi.settled()
    await line.close()
    assert (await held(mimi), accepted(mimi)) == (0, 1)


async def test_blocked_pushes_stop_and_what_waits_comes_with_the_owners_return(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner.unfollow()
    await mimi.settled()
    before = pushes(mimi)
    await tell(mimi, 2)
    await mimi.settled()
    assert (pushes(mimi), await held(mimi)) == (before, 2)
    await mimi.owner.follow()
    said = texts(await mimi.owner.replies(3))
    assert [f"Number {n}." in said[n] for n in range(2)] == [True, True]
    assert pushes(mimi) == before


async def test_several_senders_share_one_budget(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    await mimi.stop()
    pushes_of, now = PushRepository(mimi.database), datetime.now(UTC)
    await pushes_of.read(MONTH, 3, 0, 1, now)
    scope = await the_owner(mimi)
    rows, clock = OutboxRepository(mimi.database), SystemClock()
    alerts = alerts_on(Repositories(mimi.database), real_pii(), clock)
    owners = OwnerRepository(mimi.database)
    owner = await owners.get(scope.owner_id)
    assert owner
    for _ in range(8):
        other = replace(owner, id=OwnerId(new_id()), line_user_id=f"U{new_id()}")
        await owners.add(other)
        await alerts.tell(other.scope, News(AlertKind.LIMIT, "limit", "It was reached."))
    await asyncio.gather(*(pusher_on(Repositories(mimi.database), clock).look() for _ in range(4)))
    assert await rows.count(RowState.WAITING) == 3
    assert await rows.count(RowState.HELD) == 5
    assert (await pushes_of.month(MONTH)).used == 3


async def test_low_quota_is_told_once_a_month_and_only_with_a_reply(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    await PushRepository(mimi.database).read(MONTH, 200, 190, 1, datetime.now(UTC))
    before = pushes(mimi)
    said = await mimi.owner_says("/help", count=2)
    assert "has 10 LINE messages left" in said[0]
    assert len(await mimi.owner_says("/help")) == 1
    assert pushes(mimi) == before


async def test_a_reply_that_could_only_be_pushed_is_counted_at_once_and_delays_no_alert(mimi: Mimi) -> None:
    """P10: its token was of no use any more."""
    await mimi.sign_up()
    await mimi.settled()
    counts, scope = PushRepository(mimi.database), await the_owner(mimi)
    said = mimi.owner.compose("/help")
    await mimi.line.deliver([], raw=mimi.line.webhook_body([said]))
    await mimi.owner.replies()
    await mimi.settled()
    month, share = await counts.month(MONTH), await counts.owner(scope, MONTH)
    assert (month.used, month.within_share, pushes(mimi)) == (1, 1, 1)
    assert (share.used, share.last_at) == (1, None)
    await tell(mimi, 1)
    await mimi.settled()
    assert (await counts.month(MONTH)).used == pushes(mimi) == 2


async def test_a_push_to_somebody_without_an_account_is_counted_in_nobodys_share(mimi: Mimi) -> None:
    await mimi.settled()
    said = mimi.owner.compose("hello")
    await mimi.line.deliver([], raw=mimi.line.webhook_body([said]))
    await mimi.owner.replies()
    await mimi.settled()
    assert (await PushRepository(mimi.database).month(MONTH)).used == pushes(mimi) == 1
    assert await mimi.database.collection("push_shares").count({}) == 0
