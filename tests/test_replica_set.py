"""A replica set of three that loses its primary, in every way: mimi goes on by itself, nothing lost (P3, P4, P5)."""

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from mimi import Mimi, running_mimi
from three_mongods import Member, ThreeMongods, three_mongods
from traffic import Traffic

from knowledge.store.database import Database, new_id
from knowledge.store.registry import create_indexes

MEMORY = Path("/dev/shm")
UNAVAILABLE = (503, "unavailable")
pytestmark = pytest.mark.asyncio(loop_scope="module")

Harm = Callable[[ThreeMongods], Awaitable[Member]]
Mend = Callable[[Member], Awaitable[None]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def three(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ThreeMongods]:
    """One set for all of them: to found one takes longer than to lose a primary."""
    folder = Path(tempfile.mkdtemp(prefix="mimi-three-", dir=MEMORY if MEMORY.is_dir() else None))
    async with three_mongods(folder) as three:
        yield three
    await asyncio.to_thread(shutil.rmtree, folder)


@pytest_asyncio.fixture(loop_scope="module")
async def mimi(three: ThreeMongods) -> AsyncIterator[Mimi]:
    """One that was given the address of the whole set, as an operator writes it."""
    await three.whole()
    uri = three.uri.replace("/mimi?", f"/test_{new_id()}?")
    database = Database.open(uri)
    await create_indexes(database)
    async with running_mimi(database, settings={"MONGODB_URI": uri, "MIMI_TRUSTED_PROXY": "true"}) as mimi:
        mimi.line.quota = None
        await mimi.sign_up()
        await mimi.settled()
        yield mimi
    database.close()


async def kill(three: ThreeMongods) -> Member:
    member = await three.primary()
    await member.kill()
    return member


async def start(member: Member) -> None:
    await member.start()


async def step_down(three: ThreeMongods) -> Member:
    return await three.step_down()


async def freeze(three: ThreeMongods) -> Member:
    member = await three.primary()
    member.freeze()
    return member


async def thaw(member: Member) -> None:
    member.thaw()


async def cut(three: ThreeMongods) -> Member:
    """Off from everybody: mimi's connections hang, and the other two choose one of them."""
    member = await three.primary()
    await member.gate.cut()
    return member


async def mend(member: Member) -> None:
    await member.gate.mend()


async def nothing(_member: Member) -> None:
    pass


@pytest.mark.parametrize(
    ("harm", "mended"),
    [(step_down, nothing), (kill, start), (freeze, thaw), (cut, mend)],
    ids=lambda each: each.__name__,
)
async def test_mimi_goes_on_with_the_next_primary_and_nothing_acknowledged_is_lost(
    three: ThreeMongods, mimi: Mimi, harm: Harm, mended: Mend
) -> None:
    traffic = Traffic(mimi)
    async with traffic.flowing():
        await traffic.back(time.monotonic())
        at = time.monotonic()
        member = await harm(three)
        took = await traffic.back(at)
        await mended(member)
        await three.whole()
        await traffic.back(time.monotonic())
    sys.stdout.write(f"{harm.__name__}: back after {took:.1f} s, {len(traffic.refusals)} refused meanwhile\n")
    reckoning = await traffic.reckoning()
    assert (reckoning.lost, reckoning.doubled) == ([], [])
    assert {(each.status, each.code) for each in traffic.refusals} <= {UNAVAILABLE}
    assert all(each.retry_after for each in traffic.refusals if each.status == UNAVAILABLE[0])
