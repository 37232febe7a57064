"""One owner's import holds up nobody else's: processes that can be ended, and owners one after another."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

from clock import FrozenClock
from hearing import looking_again
from mimi import running_mimi, soon
from owner_chat import Core, OwnerChat
from somebodys_site import Site

from bot.background.side_by_side import imports_side_by_side
from bot.outside.fetcher import Fetcher
from bot.outside.public_hosts import Places
from handlers.imports.runs import IMPORT_LEASE
from handlers.imports.site_visits import MOST_COSTLY, SiteVisits
from knowledge.importing.reading import ReaderSlots, Reading, TooCostly
from knowledge.store.database import Database
from knowledge.store.due_times import JOBS, DueTimes
from knowledge.store.imports.imports import ImportDoor, ImportJob, ImportRepository, ImportState

TABLE = b"question,answer\nIs it free?,Yes.\n"
COSTLY = TABLE + b"costs,everything\n"
# A reader that such a file keeps busy until it is ended; any other it reads.
READER = """
import os, sys
given = sys.stdin.buffer.read()
while b"costs,everything" in given:
    pass
os.execv(sys.executable, [sys.executable, "-c", "import io, sys\\nsys.stdin = io.TextIOWrapper(io.BytesIO(%r))\\n"
    "from knowledge.importing.process import main; main()" % given])
"""
COMMAND = (sys.executable, "-c", READER)


async def two_owners(db: Database, reading: Reading) -> tuple[OwnerChat, OwnerChat]:
    one = OwnerChat(Core(db, FrozenClock(), reading=reading))
    await one.signs_up()
    other = OwnerChat(one.core)
    await other.signs_up("Other", "other")
    return one, other


async def begun(chat: OwnerChat, data: bytes) -> ImportJob:
    return await chat.core.imports.begin_file((await chat.app()).scope, "faq.csv", data, ImportDoor.WEB)


async def state(chat: OwnerChat, job: ImportJob) -> ImportState:
    return (await chat.core.imports.get(job.scope, job.id)).state


@asynccontextmanager
async def working(chat: OwnerChat) -> AsyncIterator[None]:
    rounds = looking_again(chat.core.clock, partial(DueTimes(chat.core.db).next, JOBS))
    task = asyncio.create_task(imports_side_by_side(chat.core.import_runs, rounds).run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_while_a_file_costs_all_it_may_another_owners_is_read(db: Database) -> None:
    one, other = await two_owners(db, Reading(COMMAND, limit=300))
    costly = await begun(one, COSTLY)
    async with working(one):

        async def is_taken() -> bool:
            return (await one.core.imports.get(costly.scope, costly.id)).attempt == 1

        await soon(is_taken, 60)
        for _file in range(3):
            job = await begun(other, TABLE)

            async def is_read(job: ImportJob = job) -> bool:
                return await state(other, job) is ImportState.READY

            await soon(is_read, 120)
        assert await state(one, costly) is ImportState.READING


async def test_while_two_files_hang_until_their_limit_a_third_is_read(db: Database) -> None:
    one, other = await two_owners(db, Reading(COMMAND, limit=300))
    third = OwnerChat(one.core)
    await third.signs_up("Third", "third")
    hanging = [await begun(one, COSTLY), await begun(other, COSTLY)]
    async with working(one):

        async def both_are_taken() -> bool:
            return all([(await one.core.imports.get(job.scope, job.id)).attempt == 1 for job in hanging])

        await soon(both_are_taken, 60)
        job = await begun(third, TABLE)

        async def is_read() -> bool:
            return await state(third, job) is ImportState.READY

        await soon(is_read, 120)
        assert [await state(chat, job) for chat, job in zip((one, other), hanging, strict=True)] == [
            ImportState.READING,
            ImportState.READING,
        ]


async def test_a_file_that_costs_more_than_it_may_is_told_in_both_languages(db: Database) -> None:
    one, _other = await two_owners(db, Reading(COMMAND, limit=1))
    costly = await begun(one, COSTLY)
    assert await one.core.import_runs.work()
    problem = (await one.core.imports.get(costly.scope, costly.id)).problem
    assert problem
    assert "too much time or memory" in problem.say("en")
    assert "時間やメモリ" in problem.say("ja")


async def test_an_owner_has_one_import_under_way_and_what_began_by_itself_waits_for_it(db: Database) -> None:
    one, other = await two_owners(db, Reading())
    jobs = ImportRepository(db)
    first = await begun(one, TABLE)
    one.core.clock.advance(timedelta(seconds=1))
    second = await begun(one, COSTLY)
    one.core.clock.advance(timedelta(seconds=1))
    theirs = await begun(other, TABLE)
    now = one.core.clock.now()
    taken = [await jobs.take(now, now + IMPORT_LEASE) for _place in range(3)]
    assert [job.id if job else None for job in taken] == [first.id, theirs.id, None]
    assert await state(one, second) is ImportState.READING


async def test_a_queue_of_one_owners_files_keeps_no_other_owner_from_a_place() -> None:
    turns, done, order = ReaderSlots(3, 2), asyncio.Event(), list[str]()

    async def reads(owner: str) -> None:
        async with turns.of(owner):
            order.append(owner)
            await done.wait()

    tasks = [asyncio.create_task(reads("busy")) for _file in range(9)]
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(reads("other"))]
    while "other" not in order:
        await asyncio.sleep(0)
    assert order == ["busy", "busy", "other"]
    done.set()
    await asyncio.gather(*tasks)
    assert len(order) == 10


async def test_a_site_of_costly_pages_is_given_up_after_some_of_them() -> None:
    site = Site()
    await site.start()
    names = [f"page{n}" for n in range(8)]
    site.pages |= dict.fromkeys(names, "<html><body>costs,everything</body></html>")
    visits = SiteVisits(Fetcher(Places({site.place})), Reading(COMMAND, limit=0.5), "owner")
    visited = await asyncio.gather(*(visits.visit(site.url(name)) for name in names))
    await site.stop()
    assert all(isinstance(each.found, TooCostly) for each in visited)
    assert len([path for path in site.paths if "page" in path]) <= MOST_COSTLY + 1


async def test_the_service_answers_while_an_owners_site_has_a_robots_txt_of_megabytes(db: Database) -> None:
    site = Site()
    await site.start()
    site.robots = "User-agent: *\n" + "".join(f"Disallow: /a{n}/*/b*c$\n" for n in range(200_000))
    site.pages["sitemap.xml"] = f"<urlset><url><loc>{site.url('page')}</loc></url></urlset>"
    async with running_mimi(db, settings={"MIMI_IMPORT_HOSTS": site.place}) as mimi:
        await mimi.sign_up()
        asking = asyncio.create_task(mimi.owner_says(f"/import {site.url('sitemap.xml')}"))
        answers = 0
        while not asking.done() or "/page" not in site.paths:
            async with mimi.http.get(f"{mimi.url}/healthz") as response:
                assert response.status == 200
            answers += 1
            await asyncio.sleep(0.05)
        await asking
    await site.stop()
    assert answers > 5
