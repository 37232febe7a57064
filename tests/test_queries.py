"""Every query that the store can ask is answered by an index, however much the store holds."""

import contextlib
import inspect
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from asked_queries import AskedQueries, all_answered_by_an_index
from clock import START
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo.errors import DuplicateKeyError
from samples import KNOWN, NOT_ASKING, Samples, readers

from knowledge.store import due_times
from knowledge.store.accounts.owners import Owner
from knowledge.store.conversations.conversations import (
    CONVERSATIONS,
    Conversation,
    ConversationId,
    ConversationRepository,
)
from knowledge.store.database import AppId, AppScope, Database, OwnerId, new_id
from knowledge.store.due_times import DueTimes, Timed
from knowledge.store.entries.documents import DOCUMENTS
from knowledge.store.entries.faqs import FAQS
from knowledge.store.owner_rows import EXPORTED, MOST_AT_ONCE, OwnerRows
from knowledge.store.registry import (
    erase_belongings,
    erase_conversation,
    erase_entries,
    move_ends,
    remains,
)


@pytest.fixture
def asked() -> AskedQueries:
    return AskedQueries()


@pytest.fixture
async def heard(db: Database, asked: AskedQueries) -> AsyncIterator[Database]:
    """The same database through a client whose queries are heard."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        db.uri, tz_aware=True, w="majority", event_listeners=[asked]
    )
    yield Database(client, db.raw.name)
    client.close()


def methods() -> Iterator[Any]:
    for kind in readers():
        if kind not in NOT_ASKING:
            for name, function in inspect.getmembers(kind, inspect.iscoroutinefunction):
                if not name.startswith("_"):
                    yield pytest.param(kind, function, id=f"{kind.__name__}.{name}")


async def test_no_method_of_the_store_reads_everything_or_sorts_it(heard: Database, asked: AskedQueries) -> None:
    samples = Samples(KNOWN | {Database: heard})
    for each in methods():
        kind, function = each.values
        asked.asker = each.id
        reader = kind(**samples.arguments(kind.__init__, full=True))
        for full in (True, False):
            with contextlib.suppress(DuplicateKeyError):  # the second time, of what can be kept once
                await function(reader, **samples.arguments(function, full))
    await all_answered_by_an_index(heard, asked.stop())


@pytest.mark.parametrize("name", [name for name, kind in vars(due_times).items() if isinstance(kind, Timed)])
async def test_when_something_is_due_is_found_by_an_index(heard: Database, asked: AskedQueries, name: str) -> None:
    await DueTimes(heard).next(getattr(due_times, name))
    queries = asked.stop()
    assert len(queries) == 1
    await all_answered_by_an_index(heard, queries)


async def export_of(db: Database, owner: Owner, app: AppScope) -> None:
    rows = OwnerRows(db)
    for number, length in enumerate((1, MOST_AT_ONCE + 1)):
        talk = Conversation(app, new_id(), "en", START, START, START, seq=length, id=ConversationId(f"{number}"))
        with contextlib.suppress(DuplicateKeyError):
            await ConversationRepository(db).add(app, talk)
    for stored in EXPORTED:
        await rows.extent(stored, owner)
        assert [piece async for piece in rows.pieces(stored, owner, 1)] or stored is not CONVERSATIONS
    for stored in (FAQS, DOCUMENTS):
        assert not [piece async for piece in rows.of_app(stored, app, 1)]
    await rows.pictures(app)
    assert [some async for some in rows.talks(app)]


async def test_export_and_erasure_find_by_an_index_what_is_an_owners(heard: Database, asked: AskedQueries) -> None:
    owner_id, app = OwnerId("o"), AppScope(OwnerId("o"), AppId("a"))
    for line_user_id, address in (("U", ""), (None, "yuki@example.com")):
        await export_of(heard, Owner(line_user_id, "en", START, START, id=owner_id), app)
        await remains(heard, owner_id, line_user_id, address)
        await erase_belongings(heard, owner_id, line_user_id, address)
    await move_ends(heard, app, timedelta(days=1))
    await erase_conversation(heard, app, "x")
    await erase_entries(heard, app, ["x"])
    await all_answered_by_an_index(heard, asked.stop())
