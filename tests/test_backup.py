"""Everything that lasts goes into one file and comes back the same; nothing is sent twice, no bad file harms."""

import asyncio
import io
import json
import os
import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from journeys import alert_about
from mimi import SECRET_KEY, Mimi, soon
from mongo_address import uri_of
from test_run import START_SECONDS, spawn, started

from bot.backup import back_up, erase, restore
from bot.backup_file import NotUsable, reading
from bot.embedded.line_simulator import texts
from bot.embedded.mongod import Mongod
from bot.settings import Settings
from handlers.messages import Replies, Text
from handlers.outgoing import to_body
from knowledge.store.database import Database, OwnerId, new_id
from knowledge.store.dumps import SET_ASIDE, Restoring
from knowledge.store.outbox.outbox import Channel, OutboxRow, RowState
from knowledge.store.outbox.rows import to_document
from knowledge.store.registry import STORED
from knowledge.store.schema import MIGRATIONS, UnfinishedRestore, migrate

ROOT = Path(__file__).parent.parent
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def settings_of(database: Database) -> Settings:
    return Settings.read({"MONGODB_URI": uri_of(database), "MIMI_SECRET_KEY": SECRET_KEY})


async def restored(path: Path, into: Database, **how: bool) -> None:
    await into.ping()
    await restore(settings_of(into), path, **{"replace": False, "send_waiting": False, "sure": False} | how)


async def backed_up(database: Database, folder: Path) -> Path:
    path = folder / f"{new_id()}.zip"
    await database.ping()
    await back_up(settings_of(database), path)
    return path


async def everything(database: Database) -> dict[str, list[Any]]:
    """What is kept in the collections that last."""
    return {
        stored.name: sorted(await database.collection(stored.name).find({}), key=lambda each: str(each["_id"]))
        for stored in STORED
        if stored.lasting
    }


@pytest.fixture
async def lived_in(mimi: Mimi) -> Mimi:
    """A mimi that somebody uses: taught, asked, with an open alert, in the middle of a dialogue; stopped."""
    await mimi.sign_up()
    await mimi.owner_says("/faq add Is there a trial? = Yes, fourteen days for free.")
    await mimi.visitor_asks("How long is the trial?")
    await mimi.visitor_asks("Do you take elephants?")
    await alert_about(mimi, "Do you take elephants?")
    await mimi.owner_says("/faq add")
    await mimi.settled()
    await mimi.stop()
    return mimi


async def test_everything_that_lasts_comes_back_the_same_and_mimi_goes_on(
    lived_in: Mimi, bare_db: Database, tmp_path: Path
) -> None:
    before = await everything(lived_in.database)
    path = await backed_up(lived_in.database, tmp_path)
    await restored(path, bare_db)
    after = await everything(bare_db)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
    assert [
        name for name in ("apps", "faqs", "conversations", "messages", "alerts", "dialogues") if not after[name]
    ] == []
    for stored in STORED:
        there = await bare_db.raw[stored.name].index_information()
        assert {index.keys for index in stored.indexes} <= {tuple(each["key"]) for each in there.values()}, stored.name
    lived_in.database = bare_db
    await lived_in.start()
    assert await lived_in.owner_says("Is it safe?") == ["(2/2) And what should I answer?"]
    assert (await lived_in.visitor_asks("How long is the trial?")).text == "Yes, fourteen days for free."


async def test_what_harms_when_it_comes_back_is_in_no_backup(lived_in: Mimi, tmp_path: Path) -> None:
    """S2, S11; and a visitor's salt is destroyed with its day, so it must not live on in a file."""
    harmful = ("sessions", "sign_in_links", "visitor_salts", "visitors_today", "lanes")
    for name in harmful:
        await lived_in.database.collection(name).insert({"_id": "there"})
    with zipfile.ZipFile(await backed_up(lived_in.database, tmp_path)) as archive:
        named = set(archive.namelist())
    assert named == {f"{stored.name}.bson" for stored in STORED if stored.lasting} | {"manifest.json"}
    assert not named & {
        "sessions.bson",
        "sign_in_links.bson",
        "visitor_salts.bson",
        "visitors_today.bson",
        "lanes.bson",
    }


async def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(
    db: Database, bare_db: Database, tmp_path: Path
) -> None:
    """Two collections that are always changed together are the same in the file, though one is read long before."""
    stop = asyncio.Event()

    async def count(n: int) -> None:
        async def step() -> None:
            for name in ("apps", "watched_pages"):
                await db.collection(name).update_one({"_id": "both"}, {"$set": {"n": n}}, upsert=True)

        await db.transaction(step)

    async def write() -> None:
        n = 1
        while not stop.is_set():
            n += 1
            await count(n)

    await count(1)
    await db.collection("messages").insert_many([{"_id": n, "text": "あ" * 3000} for n in range(3000)])
    writing = asyncio.create_task(write())
    path = await backed_up(db, tmp_path)
    stop.set()
    await writing
    with reading(path) as file:
        assert file.manifest.one_moment
        [first], [last] = ([dict(each) for each in file.documents(name)] for name in ("apps", "watched_pages"))
    assert first["n"] == last["n"]
    assert first["n"] < (await db.collection("apps").find({}))[0]["n"], "it was written to meanwhile"


async def test_nobody_else_may_read_a_backup_and_nothing_is_left_beside_it(db: Database, tmp_path: Path) -> None:
    path = await backed_up(db, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


async def test_a_backup_replaces_no_file(db: Database, tmp_path: Path) -> None:
    path = await backed_up(db, tmp_path)
    before = path.read_bytes()
    with pytest.raises(NotUsable, match="is there already"):
        await back_up(settings_of(db), path)
    assert path.read_bytes() == before


async def test_a_wrong_database_makes_no_backup_that_seems_good(bare_db: Database, tmp_path: Path) -> None:
    await bare_db.ping()
    with pytest.raises(NotUsable, match="No mimi has ever been at work"):
        await back_up(settings_of(bare_db), tmp_path / "b.zip")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("user", "said"),
    [("", "MongoDB: MongoDB wants a user with more rights"), ("mimi:wrong@", "MongoDB: MongoDB refuses the user")],
)
async def test_a_user_that_mongodb_does_not_let_in_is_called_that(tmp_path: Path, user: str, said: str) -> None:
    """As in a restore into a database that mimi's own user may not write."""
    server = Mongod(tmp_path / "guarded", guarded=True)
    await server.start()
    uri = f"mongodb://{user}127.0.0.1:{server.port}/mimi?directConnection=true&authSource=admin"
    code, out = await command(tmp_path, "backup", str(tmp_path / "b.zip"), MONGODB_URI=uri)
    await server.stop()
    assert (code, out.count("\n")) == (2, 1)
    assert out.startswith(said)


async def test_a_backup_that_cannot_be_finished_leaves_nothing(db: Database, tmp_path: Path) -> None:
    await db.collection("messages").insert_many([{"_id": n, "data": os.urandom(2000)} for n in range(2000)])
    uri = settings_of(db).mongodb_uri.get_secret_value()
    limited = f"ulimit -f 512; exec {ROOT}/.venv/bin/python -m bot backup {tmp_path}/b.zip"
    process = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-c", limited), cwd=ROOT, env=os.environ | {"MONGODB_URI": uri}, stderr=asyncio.subprocess.PIPE
    )
    _, problem = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert (process.returncode, problem.decode().strip()) == (
        2,
        f"{tmp_path}/b.zip cannot be written (File too large).",
    )
    assert list(tmp_path.iterdir()) == []


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def changed(data: bytes) -> bytes:
    middle = len(data) // 3
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


def rewritten(change: Callable[[dict[str, Any]], None], leave_out: str = "") -> Callable[[bytes], bytes]:
    """The same file with another manifest, or without one of its members."""

    def rewrite(data: bytes) -> bytes:
        there, new = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
        manifest = json.loads(there.read("manifest.json"))
        change(manifest)
        with zipfile.ZipFile(new, "w") as archive:
            for name in there.namelist():
                if name not in {"manifest.json", leave_out}:
                    archive.writestr(name, there.read(name))
            if leave_out != "manifest.json":
                archive.writestr("manifest.json", json.dumps(manifest))
        return new.getvalue()

    return rewrite


BAD = {
    "cut": (cut, "damaged or not whole"),
    "one byte": (changed, "damaged"),
    "empty": (lambda _: b"", "damaged or not whole"),
    "a mongodump archive": (lambda _: b"\x6d\xe2\x99\x81" + bytes(500), "damaged or not whole"),
    "a gzip": (lambda _: b"\x1f\x8b\x08\x00" + bytes(500), "damaged or not whole"),
    "no manifest": (rewritten(lambda _: None, "manifest.json"), "no backup of mimi's"),
    "another's manifest": (rewritten(lambda manifest: manifest.update(kind="other")), "no backup of mimi's"),
    "a collection is missing": (rewritten(lambda _: None, "faqs.bson"), "faqs"),
    "fewer than it says": (rewritten(lambda m: m["collections"]["faqs"].update(documents=7)), "faqs"),
    "of a newer format": (rewritten(lambda manifest: manifest.update(format=2)), "format 2.*newer mimi"),
    "of a newer schema": (rewritten(lambda manifest: manifest.update(schema=99)), "schema 99"),
    "an odd manifest": (rewritten(lambda manifest: manifest.update(surprise=1)), "manifest"),
    "a manifest of numbers": (rewritten(lambda manifest: manifest.update(collections=[1])), "manifest"),
}


@pytest.mark.parametrize("how", BAD)
async def test_a_bad_file_is_refused_before_anything_is_touched(
    db: Database, bare_db: Database, tmp_path: Path, how: str
) -> None:
    spoil, said = BAD[how]
    await db.collection("faqs").insert_many([{"_id": n, "data": os.urandom(3000)} for n in range(100)])
    await bare_db.collection("owners").insert({"_id": "before"})
    path = await backed_up(db, tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(NotUsable, match=said):
        await restored(path, bare_db, replace=True, sure=True)
    assert await bare_db.raw.list_collection_names() == ["owners"]
    assert await bare_db.collection("owners").count({}) == 1


@pytest.mark.parametrize("path", ["missing.zip", "."])
async def test_a_file_that_cannot_be_read_is_one_clear_line(bare_db: Database, tmp_path: Path, path: str) -> None:
    with pytest.raises(NotUsable, match="cannot be read"):
        await restored(tmp_path / path, bare_db)


async def test_a_database_with_data_is_replaced_only_when_asked(
    lived_in: Mimi, bare_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await backed_up(lived_in.database, tmp_path)
    await bare_db.collection("owners").insert({"_id": "before"})
    await bare_db.collection("sessions").insert({"_id": "before"})
    with pytest.raises(NotUsable, match=r"not empty \(1 in owners, 1 in sessions\)"):
        await restored(path, bare_db)
    monkeypatch.setattr("sys.stdin", (tmp_path / "no").open("w+"))
    with pytest.raises(typer.Abort):
        await restored(path, bare_db, replace=True)
    assert (await bare_db.collection("owners").find({}))[0]["_id"] == "before"
    await restored(path, bare_db, replace=True, sure=True)
    assert [owner["_id"] for owner in await bare_db.collection("owners").find({})] != ["before"]
    assert await bare_db.collection("sessions").count({}) == 0


async def test_a_mimi_at_work_on_the_database_is_noticed(mimi: Mimi, tmp_path: Path) -> None:
    await mimi.sign_up()
    path = await backed_up(mimi.database, tmp_path)
    with pytest.raises(NotUsable, match="stop every mimi"):
        await restored(path, mimi.database, replace=True, sure=True)
    assert await mimi.database.collection("apps").count({}) == 1


async def test_a_restore_that_is_broken_off_leaves_what_was_there_or_a_mark(
    lived_in: Mimi, bare_db: Database, tmp_path: Path
) -> None:
    """Killed while it fills: the old data is whole. Killed later: mimi does not start. Once more, and it is done."""
    path = await backed_up(lived_in.database, tmp_path)
    await migrate(bare_db, lambda: datetime.now(UTC))
    await bare_db.collection("owners").insert({"_id": "before"})
    broken_off = Restoring(bare_db)
    with reading(path) as file:
        await broken_off.begin()
        for name in file.manifest.collections:
            await broken_off.fill(name, file.documents(name))
    await migrate(bare_db, lambda: datetime.now(UTC))
    assert [owner["_id"] for owner in await bare_db.collection("owners").find({})] == ["before"]
    await broken_off.take_place()
    with pytest.raises(UnfinishedRestore, match="run it again"):
        await migrate(bare_db, lambda: datetime.now(UTC))
    await restored(path, bare_db, replace=True, sure=True)
    await migrate(bare_db, lambda: datetime.now(UTC))
    assert set(await bare_db.raw.list_collection_names()) == {stored.name for stored in STORED}


async def test_a_migration_that_was_under_way_at_the_backup_holds_nobody_up(
    db: Database, bare_db: Database, tmp_path: Path
) -> None:
    lease = {"_id": "version", "version": 0, "holder": "dead", "until": datetime.now(UTC) + timedelta(minutes=5)}
    await db.collection("schema").insert(lease)
    await restored(await backed_up(db, tmp_path), bare_db)

    async def step(_: Database) -> None:
        pass

    async with asyncio.timeout(60):
        assert await migrate(bare_db, lambda: datetime.now(UTC), (*MIGRATIONS, step)) == 1


async def test_nothing_that_waited_is_sent_after_a_restore(lived_in: Mimi, bare_db: Database, tmp_path: Path) -> None:
    """It went out a second after the backup was made, and another mimi stands where it was restored."""
    await waiting(lived_in)
    path = await backed_up(lived_in.database, tmp_path)
    await lived_in.start()
    await lived_in.settled()
    sent = await said(lived_in)
    assert [text for text in sent if "Are you open?" in text]
    await lived_in.stop()
    await restored(path, bare_db)
    states = {row["_id"]: (row["state"], row["problem"]) for row in await bare_db.collection("outbox").find({})}
    assert states["waiting"] == states["held"] == ("failed", SET_ASIDE)
    [event] = await bare_db.collection("inbox").find({"_id": "event"})
    assert (event["state"], event["problem"]) == ("parked", SET_ASIDE)
    lived_in.database = bare_db
    await lived_in.start()
    await lived_in.settled()
    assert await said(lived_in) == sent


async def test_with_send_waiting_all_that_waited_is_sent(lived_in: Mimi, bare_db: Database, tmp_path: Path) -> None:
    """Moving house: mimi was stopped before the backup, and starts elsewhere."""
    await waiting(lived_in)
    path = await backed_up(lived_in.database, tmp_path)
    await restored(path, bare_db, send_waiting=True)
    lived_in.database = bare_db
    await lived_in.start()

    async def is_said() -> bool:
        return any("Are you open?" in text for text in await said(lived_in))

    await soon(is_said)


async def waiting(mimi: Mimi) -> None:
    """Messages that were just about to leave or held for their owner, and an event that nobody has looked at."""
    [owner] = await mimi.database.collection("owners").find({})
    body, now = to_body(Replies("en", (Text("Are you open?"),))), datetime.now(UTC)
    for state in (RowState.WAITING, RowState.HELD):
        row = OutboxRow(Channel.LINE, mimi.owner.user_id, body, now, OwnerId(owner["_id"]), id=state, state=state)
        await mimi.database.collection("outbox").insert(to_document(row) | {"not_before": LONG_AGO})
    event = (await mimi.database.collection("inbox").find({}))[0]
    event |= {"_id": "event", "lane": mimi.owner.user_id, "state": "new", "not_before": LONG_AGO}
    await mimi.database.collection("inbox").insert(event | {"event": json.dumps({"type": "of tomorrow"})})


async def said(mimi: Mimi) -> list[str]:
    return texts([item for item in mimi.owner.chat if item.from_bot])


async def test_who_was_erased_since_is_erased_again_by_the_id_in_the_log(
    lived_in: Mimi, bare_db: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = await backed_up(lived_in.database, tmp_path)
    await restored(path, bare_db)
    [owner] = await bare_db.collection("owners").find({})
    await erase(settings_of(bare_db), [owner["_id"], "0" * 24])
    assert capsys.readouterr().out.endswith(f"{owner['_id']}: erased\n{'0' * 24}: not there\n")
    kept = await everything(bare_db)
    assert [name for name in ("owners", "apps", "faqs", "conversations", "messages", "outbox") if kept[name]] == []


async def test_another_secret_key_is_told(
    lived_in: Mimi, bare_db: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = await backed_up(lived_in.database, tmp_path)
    assert SECRET_KEY.encode() not in path.read_bytes()
    await bare_db.ping()
    other = Settings.read(
        {
            "MONGODB_URI": settings_of(bare_db).mongodb_uri.get_secret_value(),
            "MIMI_SECRET_KEY": "another-secret-key-of-at-least-32-characters",
        }
    )
    await restore(other, path, replace=False, send_waiting=False, sure=False)
    assert "MIMI_SECRET_KEY is not the backup's" in capsys.readouterr().out


async def test_the_embedded_store_is_backed_up_while_run_has_it_and_restored_when_it_has_not(tmp_path: Path) -> None:
    """By the commands as a person types them; the first store has a password of its own, the second is made."""
    async with started(tmp_path / "first"):
        code, out = await command(tmp_path / "first", "backup", str(tmp_path / "b.zip"))
        assert code == 0, out
        code, out = await command(tmp_path / "first", "restore", str(tmp_path / "b.zip"), "--replace", "--yes")
        assert (code, "another mongod is using this data folder" in out) == (2, True), out
    code, out = await command(tmp_path / "second", "restore", str(tmp_path / "b.zip"))
    assert (code, "Restored." in out) == (0, True), out
    async with started(tmp_path / "second") as mimi:
        assert "14日" in (await mimi.ask("返金はできますか？")).text


async def command(folder: Path, *arguments: str, **more: str) -> tuple[int, str]:
    process = await spawn(folder, *arguments, **more)
    out, problem = await asyncio.wait_for(process.communicate(), START_SECONDS)
    assert process.returncode is not None
    return process.returncode, out.decode() + problem.decode()
