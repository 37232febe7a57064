"""A conversation opens with its own key and no other, is joined by the owner, and goes when the visitor says so."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from visitors import VisitorSide, visitor_side

from knowledge.errors import BadInput, NotFound
from knowledge.store.apps.apps import KEPT_DAYS
from knowledge.store.conversations.messages import Role
from knowledge.store.database import Database, new_id
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Carried, Channel, OutboxRepository, OutboxRow


@pytest.fixture
async def visitors(db: Database) -> AsyncIterator[VisitorSide]:
    async with visitor_side(db) as side:
        yield side


async def test_only_the_hash_of_a_key_is_stored_and_the_key_is_long(visitors: VisitorSide) -> None:
    """S14"""
    app = await visitors.app()
    accepted = await visitors.accept(app, "返金できますか")
    assert len(bytes.fromhex(accepted.key)) * 8 >= 128
    for collection in await visitors.db.raw.list_collection_names():
        assert accepted.key not in str([each async for each in visitors.db.raw[collection].find()])


async def test_a_key_opens_its_own_conversation_of_its_own_app_and_no_other(visitors: VisitorSide) -> None:
    """S14"""
    app, other_app = await visitors.app(), await visitors.app()
    mine, other = await visitors.accept(app, "一つ目"), await visitors.accept(app, "二つ目")
    assert mine.key != other.key
    assert [each.text for each in await visitors.feed.transcript(app, mine.key) if each.role is Role.VISITOR] == [
        "一つ目"
    ]
    for wrong_app, key in ((other_app, mine.key), (app, mine.key[:-1]), (app, ""), (app, mine.conversation_id)):
        with pytest.raises(NotFound):
            await visitors.conversations.by_key(wrong_app, key)
    with pytest.raises(NotFound):
        await visitors.accept(other_app, "続き", key=mine.key)


async def test_the_id_of_a_first_message_does_not_open_its_conversation_without_its_words(
    visitors: VisitorSide,
) -> None:
    """S14"""
    app, client_id = await visitors.app(), str(uuid.uuid4())
    await visitors.accept(app, "秘密の質問", client_id=client_id)
    with pytest.raises(BadInput):
        await visitors.accept(app, "別の質問", client_id=client_id)


async def test_a_first_message_can_be_repeated_without_its_key_for_ten_minutes_only(visitors: VisitorSide) -> None:
    """S14: whoever sends the same id and words later is somebody else."""
    app, client_id = await visitors.app(), str(uuid.uuid4())
    first = await visitors.accept(app, "秘密の質問", client_id=client_id)
    visitors.clock.advance(timedelta(minutes=10))
    again = await visitors.accept(app, "秘密の質問", client_id=client_id)
    assert (again.key, again.repeated) == (first.key, True)
    visitors.clock.advance(timedelta(seconds=1))
    with pytest.raises(BadInput):
        await visitors.accept(app, "秘密の質問", client_id=client_id)
    assert (await visitors.accept(app, "秘密の質問", first.key, client_id)).repeated


@pytest.mark.parametrize("who", ["visitor", "owner"])
async def test_a_conversation_that_went_on_is_not_opened_by_repeating_its_first_message(
    visitors: VisitorSide, who: str
) -> None:
    """S14"""
    app, client_id = await visitors.app(), str(uuid.uuid4())
    first = await visitors.accept(app, "秘密の質問", client_id=client_id)
    if who == "visitor":
        await visitors.accept(app, "続きの質問", first.key)
    else:
        await visitors.conversations.owner_says(app.scope, first.conversation_id, "こんにちは")
    with pytest.raises(BadInput):
        await visitors.accept(app, "秘密の質問", client_id=client_id)


@pytest.mark.parametrize("key", [{"$ne": None}, ["x"], 1, None])
async def test_an_object_in_place_of_a_key_opens_nothing(visitors: VisitorSide, key: object) -> None:
    """S25"""
    app = await visitors.app()
    await visitors.accept(app, "返金できますか")
    with pytest.raises(NotFound):
        await visitors.conversations.by_key(app, key)


async def test_a_conversation_is_kept_for_half_a_year_after_its_last_message(visitors: VisitorSide) -> None:
    app = await visitors.app()
    accepted = await visitors.accept(app, "返金できますか")
    visitors.clock.advance(timedelta(days=179))
    await visitors.accept(app, "まだいますか", key=accepted.key)
    visitors.clock.advance(timedelta(days=179))
    await visitors.conversations.by_key(app, accepted.key)
    visitors.clock.advance(timedelta(days=2))
    with pytest.raises(NotFound):
        await visitors.conversations.by_key(app, accepted.key)


async def test_the_messages_of_a_conversation_are_kept_as_long_as_the_conversation(visitors: VisitorSide) -> None:
    app = await visitors.app()
    accepted, _ = await visitors.ask(app, "返金できますか")
    visitors.clock.advance(timedelta(days=100))
    await visitors.conversations.owner_says(app.scope, accepted.conversation_id, "まだです")
    visitors.clock.advance(timedelta(days=100))
    await visitors.accept(app, "まだいますか", key=accepted.key)
    said = await visitors.conversations.messages(app.scope, accepted.conversation_id)
    assert [message.expires_at for message in said] == [visitors.clock.now() + timedelta(days=KEPT_DAYS)] * 5


async def test_what_the_owner_says_at_once_is_numbered_in_order(visitors: VisitorSide) -> None:
    app = await visitors.app()
    accepted = await visitors.accept(app, "返金できますか")
    said = await asyncio.gather(
        *(visitors.conversations.owner_says(app.scope, accepted.conversation_id, f"{n}") for n in range(5))
    )
    assert sorted(message.seq or 0 for message in said) == [2, 3, 4, 5, 6]


async def test_an_owner_cannot_speak_in_a_conversation_that_is_gone_or_anothers(visitors: VisitorSide) -> None:
    app, other_app = await visitors.app(), await visitors.app()
    accepted = await visitors.accept(app, "返金できますか")
    with pytest.raises(NotFound):
        await visitors.conversations.owner_says(other_app.scope, accepted.conversation_id, "こんにちは")
    with pytest.raises(NotFound):
        await visitors.conversations.owner_says(app.scope, new_id(), "こんにちは")
    with pytest.raises(BadInput):
        await visitors.conversations.owner_says(app.scope, accepted.conversation_id, " ")


async def test_deleting_a_conversation_removes_its_messages_and_alerts_and_nothing_else(
    visitors: VisitorSide,
) -> None:
    app = await visitors.app()
    mine, _ = await visitors.ask(app, "今夜の天気は")
    other, _ = await visitors.ask(app, "明日の天気は")
    await visitors.conversations.delete(app, mine.key)
    with pytest.raises(NotFound):
        await visitors.conversations.delete(app, mine.key)
    assert await visitors.conversations.messages(app.scope, mine.conversation_id) == []
    assert [alert.question for alert in await visitors.alerts.list_open(app.scope)] == ["明日の天気は"]
    assert len(await visitors.conversations.messages(app.scope, other.conversation_id)) == 2


async def test_deleting_a_conversation_takes_back_what_the_owner_was_not_told_yet(visitors: VisitorSide) -> None:
    app, rows, now = await visitors.app(), OutboxRepository(visitors.db), visitors.clock.now()
    waiting = HeldRows(visitors.db)
    mine, _ = await visitors.ask(app, "今夜の天気は")
    [held] = await waiting.of(app.scope)
    refused = OutboxRow(Channel.LINE, "U1", {"replies": []}, now, app.owner_id, carries=(Carried(held.id, 1),))
    await waiting.claim(refused.id, [held.id], now)
    await rows.put(refused)
    await rows.failed(refused, "refused", now)
    await visitors.ask(app, "あさっての天気は", mine.key)
    await visitors.ask(app, "しあさっての天気は", mine.key)
    await visitors.ask(app, "明日の天気は")
    _, *together = await waiting.of(app.scope)
    body = {"lang": "ja", "replies": [], "carried": [item for row in together for item in row.body["replies"]]}
    carries = tuple(Carried(row.id, 1) for row in together)
    carrier = OutboxRow(Channel.LINE, "U1", body, now, app.owner_id, carries=carries)
    await waiting.claim(carrier.id, [row.id for row in together], now)
    await rows.put(carrier)
    await visitors.conversations.delete(app, mine.key)
    (row,) = await visitors.db.collection("outbox").find({})
    assert row["state"] == "held"
    assert "明日の天気は" in str(row["body"])
