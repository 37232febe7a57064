"""A process that dies frees what it held within seconds, on a MongoDB as it comes (P3, P8)."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from bson import Binary
from doomed import Doomed, Point
from dying import dies_in_a_transaction
from mimi import Mimi, soon

from bot.background.heartbeat import Heartbeat
from knowledge.store.conversations.messages import MessageRepository
from knowledge.store.database import Database
from knowledge.store.processes import ProcessRepository
from knowledge.store.server_sessions import end_transactions, overtake

_SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
async def dead(db: Database, kept_database: str) -> str:
    """The id of a process that was killed with a lock on an app in its hands."""
    await db.collection("apps").insert({"_id": "app", "name": "ours"})
    heard, told = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=dies_in_a_transaction, args=(kept_database, told))
    process.start()
    name = await asyncio.to_thread(heard.recv)
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    await asyncio.to_thread(process.join)
    return str(name)


async def change_the_app(db: Database) -> None:
    """What everybody does with an app: a transaction that writes it."""

    async def work() -> None:
        await db.collection("apps").update_one({"_id": "app"}, {"$set": {"name": f"ours at {time.monotonic()}"}})

    await db.transaction(work)


async def test_what_a_dead_process_had_locked_is_free_once_it_is_buried(db: Database, dead: str) -> None:
    waits = asyncio.create_task(change_the_app(db))
    released: list[str] = []

    async def release(process: str) -> None:
        released.append(process)

    heartbeat = Heartbeat(ProcessRepository(db), [release])

    async def buried() -> bool:
        assert not waits.done() or released
        await heartbeat.beat()
        return bool(released)

    await soon(buried)
    assert released == [dead]
    async with asyncio.timeout(55):  # MongoDB itself lets go after sixty seconds and more
        await waits
    assert await db.collection("processes").count({"_id": dead}) == 0


async def killed(db: Database, session: Binary) -> None:
    await end_transactions(db.client, [session])


async def overtaken(db: Database, session: Binary) -> None:
    await overtake(db.client, session)


@pytest.mark.parametrize("end", [killed, overtaken])
async def test_a_transaction_is_ended_by_its_sessions_id_with_the_command_and_without(
    db: Database, dead: str, end: Callable[[Database, Binary], Awaitable[None]]
) -> None:
    """Atlas's free clusters have no killSessions."""
    waits = asyncio.create_task(change_the_app(db))
    row = await db.collection("processes").find_one({"_id": dead})
    assert row
    assert len(row["sessions"]) == 1
    assert not waits.done()
    await end(db, row["sessions"][0])
    async with asyncio.timeout(55):
        await waits


@pytest.mark.parametrize("end", [killed, overtaken])
async def test_a_process_that_lives_goes_on_after_all_its_sessions_were_ended(
    db: Database, end: Callable[[Database, Binary], Awaitable[None]]
) -> None:
    """Frozen or cut off for a while, it was taken for dead: in the middle of a transaction, with more sessions free."""
    await db.collection("apps").insert({"_id": "app", "name": "ours"})
    together = asyncio.Barrier(3)
    await asyncio.gather(*(db.transaction(together.wait) for _ in range(3)))
    assert len(db.sessions.ids) == 3
    runs = 0

    async def work() -> None:
        nonlocal runs
        runs += 1
        await db.collection("apps").update_one({"_id": "app"}, {"$set": {"name": f"run {runs}"}})
        if runs == 1:
            for session in list(db.sessions.ids):
                await end(db, session)
        await db.collection("apps").update_one({"_id": "app"}, {"$set": {"seen": True}})

    await db.transaction(work)
    app = await db.collection("apps").find_one({"_id": "app"})
    assert app == {"_id": "app", "name": "run 2", "seen": True}
    for _ in range(3):
        await change_the_app(db)


async def test_a_process_that_was_taken_for_dead_enters_again_with_its_sessions(db: Database) -> None:
    processes = ProcessRepository(db)
    await processes.enter()
    await db.transaction(lambda: db.collection("apps").count({}))
    await processes.remove(db.process)
    await processes.beat()
    row = await db.collection("processes").find_one({"_id": db.process})
    assert row
    assert set(row["sessions"]) == db.sessions.ids != set()


async def test_transactions_one_after_another_share_a_session(db: Database) -> None:
    await ProcessRepository(db).enter()
    for _ in range(3):
        await db.transaction(lambda: db.collection("apps").count({}))
    assert len(db.sessions.ids) == 1


async def test_a_cancelled_transaction_leaves_nothing_open(db: Database) -> None:
    await db.collection("apps").insert({"_id": "app", "name": "ours"})
    under_way = asyncio.Event()

    async def work() -> None:
        await db.collection("apps").update_one({"_id": "app"}, {"$set": {"name": "half"}})
        under_way.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(db.transaction(work))
    await under_way.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(55):
        await change_the_app(db)


async def test_an_answer_of_a_process_that_died_is_gone_on_with_by_one_that_idles(
    mimi: Mimi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3: long before the answer's lease of half a minute is over."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (Path(__file__).parent, Path(__file__).parent.parent))))
    await mimi.sign_up()
    await mimi.owner_says("/faq add Price? = It is free for everybody.")
    idles, order = mimi.url, tmp_path / "order"
    doomed = Doomed(mimi.environment(), Point(MessageRepository, "complete", after=False), order)
    mimi.url = f"http://127.0.0.1:{await doomed.start()}"
    doomed.die_at_the_point()
    with contextlib.suppress(aiohttp.ClientError):
        await mimi.visitor_asks("Price?")
    await doomed.dead()
    mimi.url = idles
    await mimi.settled(28)
    [answer] = await mimi.database.collection("messages").find({"role": "mimi"})
    assert (answer["state"], answer["text"]) == ("answered", "It is free for everybody.")
    assert await mimi.database.collection("processes").count({}) == 1
