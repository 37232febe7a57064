"""`doctor` and MongoDB: which of its faults it is, and what waits in it."""

from datetime import timedelta

import pytest
from clock import FrozenClock
from mongo_hello import open_mongo

from bot.doctor.diagnosis import Diagnosis
from bot.doctor.machine import clock_finding, disk_finding
from bot.doctor.report import examine
from bot.doctor.store import look_at_store
from bot.settings import Settings
from handlers.clock import SystemClock
from knowledge.store.database import Database
from knowledge.store.registry import create_indexes


def uri_of(mongod: str, *, name: str = "mimi", user: str = "", options: str = "directConnection=true") -> str:
    host = mongod.partition("//")[2].partition("/")[0]
    return f"mongodb://{user}{host}/{name}?{options}"


async def found(uri: str, **more: str) -> list[Diagnosis]:
    settings = Settings.read({"MONGODB_URI": uri, "MIMI_EMBEDDINGS": "false", **more})
    return await examine(settings, SystemClock())


async def store(uri: str) -> Diagnosis:
    return next(finding for finding in await found(uri) if finding.name == "store")


async def test_a_database_that_is_ready_is_well_in_all_its_parts(db: Database, mongod: str) -> None:
    findings = await look_at_store(db, mongod, SystemClock())
    assert [finding.name for finding in findings] == ["store", "clock", "disk of MongoDB", "indexes"]
    assert findings[0].detail.startswith(f"replica set mimi, database {db.raw.name}")
    assert [finding.name for finding in findings if not finding.well] in ([], ["disk of MongoDB"])


async def test_each_missing_index_is_named_and_one_that_is_meant_otherwise_counts_as_missing(bare_db: Database) -> None:
    nothing = (await look_at_store(bare_db, "", SystemClock()))[-1]
    assert not nothing.well
    assert "more" in nothing.detail
    await create_indexes(bare_db)
    assert (await look_at_store(bare_db, "", SystemClock()))[-1].well
    inbox = bare_db.raw["apps"]
    names = [name for name, index in (await inbox.index_information()).items() if index["key"] == [("handle", 1)]]
    await inbox.drop_index(names[0])
    assert (await look_at_store(bare_db, "", SystemClock()))[-1].detail == "missing: apps(handle)"
    await inbox.create_index([("handle", 1)])  # no longer unique
    assert (await look_at_store(bare_db, "", SystemClock()))[-1].detail == "missing: apps(handle)"


async def test_a_wrong_password_is_called_that(mongod: str) -> None:
    finding = await store(uri_of(mongod, user="mimi:wr%40ng@"))
    assert finding.detail == "MongoDB refuses the user or the password"
    assert "authSource" in finding.advice


async def test_a_set_of_another_name_is_told_from_a_server_that_is_away(mongod: str) -> None:
    finding = await store(uri_of(mongod, options="replicaSet=other"))
    assert finding.detail == "the set is called mimi, MONGODB_URI says other"
    away = await store("mongodb://127.0.0.1:9/mimi?replicaSet=mimi")
    assert away.detail == "not reachable at 127.0.0.1:9: nothing listens there"
    nowhere = await store("mongodb://mongo.invalid:27017/mimi?replicaSet=mimi&serverSelectionTimeoutMS=500")
    assert nowhere.detail == "not reachable at mongo.invalid:27017: there is no such name here"


@pytest.mark.parametrize(
    ("hello", "detail", "advice"),
    [
        ({"setName": "mimi", "hosts": ["mongo.invalid:27017"]}, "members of mimi: mongo.invalid:27017", "rs.reconfig"),
        ({"isreplicaset": True}, "the server is there, but not a replica set", "rs.initiate"),
        ({}, "the server is there, but not a replica set", "--replSet"),
    ],
)
async def test_a_set_that_cannot_be_used_from_here_says_why(hello: dict[str, object], detail: str, advice: str) -> None:
    """A set founded inside a container network and asked from outside, one not founded, a server by itself."""
    async with open_mongo(hello) as port:
        finding = await store(f"mongodb://127.0.0.1:{port}/mimi?replicaSet=mimi")
    assert detail in finding.detail
    assert advice in finding.advice


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://user:p@ss/word@127.0.0.1:9/mimi?serverSelectionTimeoutMS=500",
        "mongodb://user:p@ss@host/mimi",
        "mongodb://host:port/mimi",
        "host:27017",
        "mongodb://",
    ],
)
async def test_an_address_that_cannot_be_read_is_one_line_without_the_password(uri: str) -> None:
    finding = await store(uri)
    assert not finding.well
    assert "MONGODB_URI" in finding.detail
    assert "ss" not in finding.detail.replace("address", "")


async def test_nothing_that_needs_the_store_is_said_while_it_is_away() -> None:
    names = [finding.name for finding in await found("mongodb://127.0.0.1:9/mimi?replicaSet=mimi")]
    assert names[:2] == ["settings", "store"]
    assert not {"inbox", "outbox", "pushes", "indexes"} & set(names)


@pytest.mark.parametrize(("off", "well"), [(0, True), (2.9, True), (-2.9, True), (3.5, False), (-3.5, False)])
def test_a_clock_that_is_more_than_three_seconds_off_is_told(off: float, well: bool) -> None:
    clock = FrozenClock()
    said = clock.now() - timedelta(seconds=off)
    finding = clock_finding("clock", "MongoDB's", said, clock.now(), clock.now())
    assert finding.well == well
    assert well or ("ahead of" if off > 0 else "behind") in finding.detail


def test_a_slow_answer_is_no_wrong_clock() -> None:
    clock = FrozenClock()
    said = clock.now() + timedelta(seconds=8)
    assert clock_finding("clock", "LINE's", said, clock.now(), clock.now() + timedelta(seconds=9)).well


@pytest.mark.parametrize(
    ("free", "total", "well"),
    [(50, 100, True), (4, 100, False), (0.9, 10, False), (1.0, 10, True), (0, 10, False), (2, 3, True)],
)
def test_a_disk_that_is_nearly_full_is_told(free: float, total: float, well: bool) -> None:
    assert disk_finding("disk", int(free * 1024**3), int(total * 1024**3)).well == well
