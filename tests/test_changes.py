"""Changes are heard across processes; a stream that broke, said so or not, is opened anew and everybody looks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mimi import soon
from mongo_address import address_of
from structlog.testing import capture_logs

from knowledge.store.changes import Changes
from knowledge.store.database import Database

COLLECTION = "outbox"


@asynccontextmanager
async def listening(db: Database, awaited: float = 60) -> AsyncIterator[tuple[Changes, asyncio.Queue[object]]]:
    changes, news = Changes(db, [COLLECTION], awaited), asyncio.Queue[object]()
    await changes.start()
    changes.subscribe(COLLECTION, lambda change: news.put_nowait(change["_id"]))
    try:
        yield changes, news
    finally:
        await changes.stop()


async def test_a_change_is_told_by_its_id_at_once_however_long_an_answer_is_awaited(db: Database) -> None:
    async with listening(db) as (changes, news):
        await db.collection(COLLECTION).insert({"_id": "a letter", "body": "words"})
        assert await news.get() == "a letter"
        await db.collection("alerts").insert({"_id": "not asked for", "message_id": "m", "kind": "k"})
        await db.collection(COLLECTION).update_one({"_id": "a letter"}, {"$set": {"not_before": 1}})
        assert await news.get() == "a letter"
        assert changes.hears


async def test_what_somebody_has_in_hand_already_is_no_news(db: Database) -> None:
    letters = db.collection(COLLECTION)
    async with listening(db) as (_changes, news):
        await letters.insert({"_id": "sent by its writer", "held_by": "a process"})
        await letters.insert({"_id": "waits"})
        await letters.update_one({"_id": "waits"}, {"$set": {"not_before": 1}, "$inc": {"attempts": 1}})  # taken
        await letters.update_one({"_id": "waits"}, {"$set": {"state": "sent"}})
        await letters.update_one({"_id": "sent by its writer"}, {"$set": {"not_before": 1, "held_by": ""}})
        assert [await news.get(), await news.get()] == ["waits", "sent by its writer"]


async def test_stopping_does_not_wait_for_the_answer_that_is_awaited(db: Database) -> None:
    async with listening(db):
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 30


async def test_a_stream_that_the_server_ends_is_opened_again_and_everybody_looks(db: Database) -> None:
    async with listening(db) as (changes, news):
        with capture_logs() as logs:
            await _end_streams(db)
            assert await news.get() is None  # what was missed meanwhile is found by looking
        assert [entry["event"] for entry in logs] == ["change stream lost"]
        await soon(lambda: _hears(changes))
        await db.collection(COLLECTION).insert({"_id": "a letter"})
        while await news.get() != "a letter":
            pass


async def test_a_connection_that_is_dead_without_a_word_is_noticed(db: Database) -> None:
    async with dead_end(db) as through, listening(through.database, awaited=0.5) as (changes, news):
        assert await _hears(changes)
        through.silent = True
        while await news.get() is not None:
            pass
        assert not await _hears(changes)
        through.silent = False
        await soon(lambda: _hears(changes))


async def _hears(changes: Changes) -> bool:
    return changes.hears


async def _end_streams(db: Database) -> None:
    admin = db.client.get_database("admin")

    async def ended() -> bool:
        under_way = await admin.command("currentOp", {"op": "getmore", "ns": {"$regex": f"^{db.raw.name}"}})
        for operation in under_way["inprog"]:
            await admin.command("killOp", op=operation["opid"])
        await db.collection("line_groups").insert({})  # the server looks up from its waiting
        return bool(under_way["inprog"])

    await soon(ended)


class DeadEnd:
    """A way to MongoDB that can fall silent: connections stay open, and nothing comes through."""

    def __init__(self, host: str, port: int) -> None:
        self.database: Database
        self.silent = False
        self._to = host, port
        self._pipes: set[asyncio.Task[None]] = set()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._to)
        for source, sink in ((reader, back), (there, writer)):
            task = asyncio.create_task(self._carry(source, sink))
            self._pipes.add(task)
            task.add_done_callback(self._pipes.discard)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if not self.silent:
                sink.write(data)
        sink.close()


@asynccontextmanager
async def dead_end(db: Database) -> AsyncIterator[DeadEnd]:
    through = DeadEnd(*address_of(db))
    server = await asyncio.start_server(through.meet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    through.database = Database.open(f"mongodb://127.0.0.1:{port}/{db.raw.name}?directConnection=true")
    try:
        yield through
    finally:
        through.silent = False
        through.database.close()
        server.close()
