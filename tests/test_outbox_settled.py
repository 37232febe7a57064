"""A process may die between any two writes of the outbox: what it leaves half done is finished by the next one."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from owner_chat import OwnerChat

from handlers.alerts.cards import News
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import Database
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import SETTLE, Carried, Channel, OutboxRepository, OutboxRow, RowState


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    """An owner for whom three alerts are held."""
    chat = OwnerChat.open(db)
    await chat.signs_up()
    for n in range(3):
        await chat.core.alerts.tell((await chat.owner()).scope, News(AlertKind.LIMIT, f"limit-{n}", f"Number {n}."))
    return chat


async def states(chat: OwnerChat) -> list[str]:
    rows = await chat.core.db.collection("outbox").find({"kind": AlertKind.LIMIT}, sort=[("created_at", 1), ("_id", 1)])
    return [row["state"] for row in rows]


async def a_push(chat: OwnerChat, *, kept: bool = True) -> OutboxRow:
    """A push that carries all three; kept, unless its process died before that."""
    held, now = HeldRows(chat.core.db), chat.core.clock.now()
    ids = [row.id for row in await held.of((await chat.owner()).scope)]
    row = OutboxRow(Channel.LINE, chat.person, {"lang": "en", "replies": []}, now, (await chat.owner()).id)
    row = replace(row, carries=tuple(Carried(each, 1) for each in ids))
    assert [each.id for each in await held.claim(row.id, ids, now)] == ids
    if kept:
        await OutboxRepository(chat.core.db).put(row, now + timedelta(minutes=1))
    return row


async def looks(chat: OwnerChat) -> None:
    chat.core.clock.advance(SETTLE)
    await OutboxRepository(chat.core.db).settle(chat.core.clock.now())


async def test_what_was_claimed_for_a_row_that_was_never_kept_is_held_again(chat: OwnerChat) -> None:
    await a_push(chat, kept=False)
    await OutboxRepository(chat.core.db).settle(chat.core.clock.now())
    assert await states(chat) == [RowState.CARRIED] * 3  # its process may still be at it
    await looks(chat)
    assert await states(chat) == [RowState.HELD] * 3


async def test_what_is_on_its_way_stays_so(chat: OwnerChat) -> None:
    await a_push(chat)
    for _ in range(3):
        await looks(chat)
    assert await states(chat) == [RowState.CARRIED] * 3


@pytest.mark.parametrize("closed", [0, 1, 3])
async def test_what_has_arrived_is_closed_with_its_own_messages_wherever_its_process_died(
    chat: OwnerChat, closed: int
) -> None:
    push = await a_push(chat)
    rows, raw = OutboxRepository(chat.core.db), chat.core.db.collection("outbox")
    arrived = [[each.row_id, [f"m{n}"]] for n, each in enumerate(push.carries)]
    await raw.update_one({"_id": push.id}, {"$set": {"state": RowState.SENT, "arrived": arrived}})
    for row_id, ids in arrived[:closed]:
        await raw.update_one({"_id": row_id}, {"$set": {"state": RowState.SENT, "message_ids": ids}})
    await looks(chat)
    assert await states(chat) == [RowState.SENT] * 3
    scope = (await chat.owner()).scope
    subjects = [about[1] for n in range(3) if (about := await rows.about(scope, f"m{n}"))]
    assert subjects == ["limit-0", "limit-1", "limit-2"]


async def test_what_was_let_go_while_it_was_under_way_is_not_told_again_once_it_has_arrived(chat: OwnerChat) -> None:
    push, now = await a_push(chat), chat.core.clock.now()
    rows = OutboxRepository(chat.core.db)
    await rows.hold(push, now, "refused, it was thought")
    assert await states(chat) == [RowState.HELD] * 3
    await rows.sent(push, ["m0", "m1", "m2"], now)
    assert await states(chat) == [RowState.SENT] * 3


async def test_whoever_is_after_the_same_alerts_gets_all_of_them_or_none(chat: OwnerChat) -> None:
    held, now = HeldRows(chat.core.db), chat.core.clock.now()
    ids = [row.id for row in await held.of((await chat.owner()).scope)]

    async def claims(carrier: str) -> Sequence[OutboxRow]:
        return await held.claim(carrier, ids, now)

    claimed = await asyncio.gather(*(claims(f"carrier-{n}") for n in range(6)))
    assert sorted(len(each) for each in claimed) == [0, 0, 0, 0, 0, 3]


async def test_a_row_kept_twice_is_there_once(chat: OwnerChat) -> None:
    push = await a_push(chat)
    await OutboxRepository(chat.core.db).put(replace(push, to="somebody else"))
    [kept] = await chat.core.db.collection("outbox").find({"_id": push.id})
    assert kept["to"] == chat.person
