"""How much a visitor, an address and an app may ask; counted in the real store by the `limits` library."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from guardrail.limits import Limits, Senders
from knowledge.errors import TooMany
from knowledge.store.database import Database

ADDRESS = "203.0.113.0"


@pytest.fixture
async def limits(mongod: str, db: Database) -> AsyncIterator[Limits]:
    limits = Limits(mongod, db.raw.name)
    yield limits
    limits.close()


async def refused(
    limits: Limits, visitor: str = "", address: str = "", app: str = "app", network: str = ""
) -> TooMany | None:
    try:
        await limits.check_visitor(app, Senders(visitor, address, network))
    except TooMany as refusal:
        return refusal
    return None


async def test_the_ninth_message_of_a_visitor_in_a_minute_waits(limits: Limits) -> None:
    assert [await refused(limits, "one") for _ in range(8)] == [None] * 8
    refusal = await refused(limits, "one")
    assert refusal is not None
    assert 1 <= refusal.retry_after <= 60
    assert refusal.phrase.say("en") == f"That was a lot at once. Please wait {refusal.retry_after} seconds."
    assert await refused(limits, "another") is None
    assert await refused(limits, "one", app="other") is None


async def test_messages_that_come_at_once_are_counted_one_by_one(limits: Limits) -> None:
    refusals = await asyncio.gather(*(refused(limits, "one") for _ in range(12)))
    assert sum(refusal is None for refusal in refusals) == 8


async def test_an_address_is_limited_across_its_visitors(limits: Limits) -> None:
    assert [await refused(limits, f"v{n}", ADDRESS) for n in range(20)] == [None] * 20
    assert await refused(limits, "v20", ADDRESS) is not None
    assert await refused(limits, "v20", "198.51.100.0") is None


async def test_an_address_without_a_key_is_limited_per_day(limits: Limits, db: Database) -> None:
    for _ in range(15):
        assert [await refused(limits, "", ADDRESS) for _ in range(20)] == [None] * 20
        await moved_on(db, seconds=61)
    refusal = await refused(limits, "", ADDRESS)
    assert refusal is not None
    assert refusal.retry_after > 3_600
    assert refusal.phrase.say("en") == "You have reached the limit for one day. Please write again in 24 hours."
    assert await refused(limits, "", "198.51.100.0") is None


async def test_one_sender_shuts_out_no_neighbour_in_the_network(limits: Limits) -> None:
    asked = [await refused(limits, "", "one of many", network="203.0.113.0/24") for _ in range(200)]
    assert sum(refusal is None for refusal in asked) == 20
    assert await refused(limits, "", "a neighbour", network="203.0.113.0/24") is None


async def test_a_network_is_limited_across_its_addresses(limits: Limits) -> None:
    asked = [await refused(limits, "", f"a{n}", network="203.0.113.0/24") for n in range(120)]
    assert asked == [None] * 120
    refusal = await refused(limits, "", "a120", network="203.0.113.0/24")
    assert refusal is not None
    assert refusal.whose == "network"
    assert await refused(limits, "", "a120", network="198.51.100.0/24") is None


async def test_when_the_window_has_moved_on_the_visitor_may_ask_again(limits: Limits, db: Database) -> None:
    for _ in range(8):
        await limits.check_visitor("app", Senders("one"))
    assert await refused(limits, "one") is not None
    await moved_on(db, seconds=61)
    assert await refused(limits, "one") is None


async def test_neither_keys_nor_addresses_are_stored(limits: Limits, db: Database) -> None:
    await limits.check_visitor("app", Senders("conversation-key", ADDRESS))
    stored = str([document async for document in db.raw["limit_windows"].find()])
    assert "conversation-key" not in stored
    assert ADDRESS not in stored


async def moved_on(db: Database, seconds: int) -> None:
    """Make every counted message that much older: the library reads the machine's clock."""
    older = {"$map": {"input": "$entries", "in": {"$subtract": ["$$this", seconds]}}}
    await db.raw["limit_windows"].update_many({}, [{"$set": {"entries": older}}])
