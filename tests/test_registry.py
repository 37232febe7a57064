"""The registry knows every collection, so export and erasure cannot forget one."""

from knowledge.store.database import Database
from knowledge.store.registry import STORED


async def test_every_collection_in_the_database_is_in_the_registry(db: Database) -> None:
    assert set(await db.raw.list_collection_names()) == {stored.name for stored in STORED}
