"""Real parts for every test: a mongod of this run's own, and an empty database in it for each test."""

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from asked_queries import AskedQueries, all_answered_by_an_index
from browsers import chromium
from claude_standin import ClaudeStandIn
from engines import ENGINES, OtherEngines
from grounds import close_with
from hypothesis import settings
from mimi import Mimi, running_mimi
from playwright.async_api import Browser
from postbox import Postbox, open_postbox
from pymongo import monitoring
from quick import Quick
from sites import SiteUnderTest, running_site
from slowest import SlowestFirst
from somebodys_site import Site
from visitors import VisitorSide, claude_model, standing_in, visitor_side
from walking import Walker, rows_of

from bot.embedded.mongod import Mongod
from knowledge.store.database import Database, new_id
from knowledge.store.registry import create_indexes

# How long an example takes says nothing on a machine that runs other tests beside it.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

MEMORY = Path("/dev/shm")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=8, help="kill this many processes (tests/test_kills.py)")
    parser.addoption("--owners", type=int, default=600, help="tell so many owners (tests/test_notices_killed.py)")
    parser.addoption("--engine", choices=ENGINES, default=ENGINES[0], help="of browsers (tests/engines.py)")
    parser.addoption("--quick", action="store_true", help="pure tests only (tests/quick.py)")
    parser.addoption("--area", default="", help="... and those of this area")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--quick"):
        config.pluginmanager.register(Quick(config.getoption("--area")))
    config.pluginmanager.register(OtherEngines(config.getoption("--engine")))
    config.pluginmanager.register(SlowestFirst(getattr(config, "workerinput", {}).get("workercount", 1)))


@pytest.fixture(scope="session", autouse=True)
def bare_environment() -> None:
    """No setting of this machine reaches a test, so none can talk to the real LINE or Claude."""
    for name in list(os.environ):
        if name.startswith(("MIMI_", "LINE_", "ANTHROPIC_", "MONGODB_", "SMTP_", "MAIL_")):
            del os.environ[name]


@pytest.fixture(scope="session")
def mongod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a real replica set; a run without one fails rather than skips."""
    with asyncio.Runner() as runner:
        folder = _folder(tmp_path_factory)
        server = Mongod(folder)
        runner.run(server.start())
        yield server.uri
        runner.run(server.stop())
        shutil.rmtree(folder)


@pytest.fixture
async def own_mongod(tmp_path: Path) -> AsyncIterator[Mongod]:
    """A mongod that a test may ill-treat."""
    server = Mongod(tmp_path)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture(scope="session")
def kept_database(mongod: str) -> str:
    """The URI of a database whose collections and indexes are made once: that costs more than most tests."""
    uri = mongod.replace("/mimi?", f"/test_{new_id()}?")
    with asyncio.Runner() as runner:
        runner.run(_make(uri))
    return uri


@pytest.fixture
async def db(kept_database: str) -> AsyncIterator[Database]:
    """An empty database with its indexes, emptied afterwards."""
    async with _emptied(kept_database) as database:
        yield database


@pytest.fixture
async def bare_db(mongod: str) -> AsyncIterator[Database]:
    """A database without a collection yet, for tests of how they are made."""
    database = Database.open(mongod.replace("/mimi?", f"/test_{new_id()}?"))
    yield database
    await database.client.drop_database(database.raw.name)
    database.close()


@pytest.fixture
async def mimi(db: Database) -> AsyncIterator[Mimi]:
    """The whole product, running, with Claude stood in for."""
    async with running_mimi(db) as started:
        yield started


@dataclass(frozen=True)
class Town:
    """One mimi for a whole module of owners who walk side by side, a mail server and somebody's web site near it."""

    mimi: Mimi
    postbox: Postbox
    site: Site
    numbers: Iterator[int] = field(default_factory=itertools.count)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(kept_database: str) -> AsyncIterator[Town]:
    """The town, started once. In the end nothing that mimi asked MongoDB in it was answered by reading everything."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(_emptied(kept_database))
        postbox, smtp = await stack.enter_async_context(open_postbox())
        site = Site()
        await site.start()
        stack.push_async_callback(site.stop)
        settings = {"SMTP_URL": smtp, "MIMI_IMPORT_HOSTS": site.place}
        asked = AskedQueries("a journey")
        monitoring.register(asked)  # for clients made from now on: mimi's, not this test's
        yield Town(await stack.enter_async_context(running_mimi(database, settings=settings)), postbox, site)
        await all_answered_by_an_index(database, asked.stop())


@pytest_asyncio.fixture(loop_scope="module")
async def owner(town: Town, request: pytest.FixtureRequest) -> AsyncIterator[Walker]:
    """An owner who has signed up. Afterwards: they went the rows the test names, and LINE found nothing wrong."""
    mimi, walker = town.mimi, Walker(town.mimi, next(town.numbers))
    await walker.signs_up()
    yield walker
    assert rows_of(request.function) <= walker.walked
    await mimi.settled()
    assert [problem for each in mimi.line.requests for problem in each.problems] == []
    assert await mimi.database.collection("inbox").find({"state": "parked"}) == []


@pytest.fixture
async def nothing_goes_wrong(mimi: Mimi) -> AsyncIterator[None]:
    """After every journey: LINE found each request valid, and no event was given up."""
    yield
    await mimi.settled()
    assert [problem for request in mimi.line.requests for problem in request.problems] == []
    assert await mimi.database.collection("inbox").find({"state": "parked"}) == []


@pytest.fixture
async def claude() -> AsyncIterator[ClaudeStandIn]:
    """The stand-in for Claude's API."""
    async with standing_in() as claude:
        yield claude


@pytest.fixture
async def visitors(db: Database, claude: ClaudeStandIn) -> AsyncIterator[VisitorSide]:
    """A process's parts for visitors, Claude stood in for."""
    async with claude_model(claude) as model, visitor_side(db, model) as side:
        yield side


@asynccontextmanager
async def _emptied(uri: str) -> AsyncIterator[Database]:
    database = Database.open(uri)
    try:
        yield database
    finally:
        await close_with(database)
        await asyncio.gather(*(database.raw[name].delete_many({}) for name in await _holding(database)))
        database.close()


async def _holding(database: Database) -> list[str]:
    """The collections that hold something, asked in one command: to empty each takes longer than most tests."""
    first, *others = await database.raw.list_collection_names()
    unions = [{"$unionWith": {"coll": name, "pipeline": _named_if_it_holds_something(name)}} for name in others]
    asked = database.raw[first].aggregate([*_named_if_it_holds_something(first), *unions])
    return [each["name"] async for each in asked]


def _named_if_it_holds_something(name: str) -> list[dict[str, Any]]:
    return [{"$limit": 1}, {"$project": {"name": {"$literal": name}}}]


def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In memory where there is some: hundreds of databases come and go, and none has to outlive the run."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
        return Path(tempfile.mkdtemp(prefix="mimi-tests-", dir=MEMORY))
    return tmp_path_factory.mktemp("mongod")


async def _make(uri: str) -> None:
    database = Database.open(uri)
    await create_indexes(database)
    database.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium, for tests of pages."""
    async with chromium() as started:
        yield started


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    """A site with one app, ことり日記 at /@kotori; tests of others have their own."""
    async with running_site(db) as running:
        await running.an_app("kotori", "ことり日記")
        yield running
