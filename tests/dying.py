"""A process that dies with a lock in its hands; a file of its own, since a spawned process imports what is here."""

import asyncio
from multiprocessing.connection import Connection

from knowledge.store.database import Database
from knowledge.store.processes import ProcessRepository


def dies_in_a_transaction(uri: str, told: Connection, app: str = "app") -> None:
    """Beats, changes an app in a transaction, and hangs there."""
    asyncio.run(_hang(uri, told, app))


async def _hang(uri: str, told: Connection, app: str) -> None:
    database = Database.open(uri)
    await ProcessRepository(database).enter()

    async def work() -> None:
        await database.collection("apps").update_one({"_id": app}, {"$set": {"name": "theirs"}})
        told.send(database.process)
        await asyncio.sleep(600)

    await database.transaction(work)
