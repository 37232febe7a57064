"""What the releases before this one have left behind is brought forward by today's code, and people go on with it."""

import io
import json
import zipfile
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
import pytest
from mimi import Mimi, running_mimi
from postbox import open_postbox
from test_backup import restored
from walking import Walker

from bot.backup_file import reading, writing
from handlers.imports.cards import UNDO_IMPORT
from knowledge.store import registry
from knowledge.store.database import Database, new_id
from knowledge.store.registry import STORED
from knowledge.store.schema import MIGRATIONS

DATA = Path(__file__).parent / "data"
RELEASES = sorted(path.stem for path in DATA.glob("*.zip"))


async def made_just_now(path: Path, folder: Path) -> Path:
    """The same backup with every time in it moved, as if that life had just ended: nothing has expired."""
    moved = folder / f"{new_id()}.zip"
    with reading(path) as old, writing(moved) as new:
        facts = {name: value for name, value in asdict(old.manifest).items() if name != "collections"}
        later = datetime.now(UTC) - datetime.fromisoformat(old.manifest.taken_at)
        for name in old.manifest.collections:
            documents = [bson.encode(_later(bson.decode(each.raw), later)) for each in old.documents(name)]
            await new.add(name, _one(b"".join(documents)))
        new.close(**facts)
    return moved


async def _one(batch: bytes) -> AsyncIterator[bytes]:
    yield batch


def _later(value: Any, by: timedelta) -> Any:
    if isinstance(value, datetime):
        return value + by
    if isinstance(value, dict):
        return {key: _later(each, by) for key, each in value.items()}
    return [_later(each, by) for each in value] if isinstance(value, list) else value


class Later:
    """Today's mimi on what a release has left, and the people of that release."""

    def __init__(self, mimi: Mimi, named: dict[str, str]) -> None:
        self.mimi, self.named = mimi, named
        self.yuki, self.ken = self._walker(1, "yuki"), self._walker(2, "ken")
        self.yuki.handle, self.ken.handle = named["handle"], named["leaving_handle"]
        self.yuki.page = f"/owner/apps/{self.yuki.handle}"

    def _walker(self, number: int, name: str) -> Walker:
        self.mimi.line.person(f"Owner {number}", "en", self.named[name])
        return Walker(self.mimi, number)

    async def chat(self) -> list[tuple[str, str]]:
        """What the visitor of that time reads in the chat they have open."""
        url, headers = f"{self.mimi.url}/@{self.yuki.handle}", {"Authorization": f"Bearer {self.named['chat']}"}
        async with self.mimi.http.post(f"{url}/conversation", json={}, headers=headers) as response:
            return [(each["role"], each["text"]) for each in (await response.json())["messages"]]


@pytest.fixture(params=RELEASES)
async def later(request: pytest.FixtureRequest, bare_db: Database, tmp_path: Path) -> AsyncIterator[Later]:
    path = await made_just_now(DATA / f"{request.param}.zip", tmp_path)
    await restored(path, bare_db)
    async with open_postbox() as (_, smtp), running_mimi(bare_db, settings={"SMTP_URL": smtp}) as mimi:
        yield Later(mimi, json.loads((DATA / f"{request.param}.json").read_text()))
        await mimi.settled()
        assert [problem for each in mimi.line.requests for problem in each.problems] == []


def test_some_release_is_kept() -> None:
    assert RELEASES


@pytest.mark.parametrize("release", RELEASES)
async def test_a_database_of_a_release_has_todays_version_collections_and_indexes(
    release: str, bare_db: Database, tmp_path: Path
) -> None:
    await restored(await made_just_now(DATA / f"{release}.zip", tmp_path), bare_db)
    version = await bare_db.collection("schema").find_one({"_id": "version"})
    assert (version or {"version": 0})["version"] == len(MIGRATIONS)
    assert set(await bare_db.raw.list_collection_names()) == {stored.name for stored in STORED}
    for stored in STORED:
        there = await bare_db.raw[stored.name].index_information()
        assert {index.keys for index in stored.indexes} <= {tuple(each["key"]) for each in there.values()}, stored.name


async def test_visitors_go_on_in_their_chat_and_are_answered_from_all_the_knowledge(later: Later) -> None:
    yuki = later.yuki
    html = (await yuki.visits("?lang=en"))[1]
    for shown in ("A diary for two.", "Ask me anything.", "https://kotori.example/", "Blog", "Is it free?"):
        assert shown in html
    icon = html.partition('rel="icon" href="')[2].partition('"')[0]
    async with later.mimi.http.get(later.mimi.url + icon) as response:
        assert (response.status, response.content_type.partition("/")[0]) == (200, "image")
    assert ("owner", "Small ones only.") in await later.chat()
    again = await yuki.asked("How long is the trial?", later.named["chat"])
    assert (again.text, again.sources) == ("Yes, fourteen days for free.", ["Is there a trial?"])
    assert (await later.chat())[-1] == ("mimi", "Yes, fourteen days for free.")
    for question, answer in {
        "When is the shop open?": "ten to six",
        "Is there a family plan?": "six people",
        "How can I reach you?": "help@kotori.example",
    }.items():
        found = (await yuki.asked(question)).text
        assert answer in found, question
        assert "03-1234-5678" not in found


async def test_the_owner_goes_on_in_line_where_they_were(later: Later) -> None:
    yuki = later.yuki
    await yuki.says("Yes, everything.", "Learned: Does it work offline?")
    await yuki.says("/alerts", "Is there a desktop app?")
    await yuki.taps_beside("Is there a desktop app?", "Answer", "Is there a desktop app?")
    await yuki.says("Not yet.", "Sent to the visitor. Save it as FAQ?")
    await yuki.taps("Save as FAQ", "Learned: Is there a desktop app?")
    await yuki.says("/talks", "Are you hiring?")
    await yuki.says("/faq list", "Is there a trial?")
    await yuki.says("/doc list", "Opening hours")
    await yuki.says("/doc pages", "/plans")
    await yuki.says("/checks", "How long is the trial")
    await yuki.says("/gaps", "Kotori")
    await yuki.says("/public", "help@kotori.example")
    await yuki.says("/conversations", "Kotori: 5 conversations")
    await yuki.says("/settings", "Kotori answers visitors.")
    await yuki.says("/account", "yuki@mail.example.com")
    [job] = await yuki.stored("imports", name="faq.csv")
    await yuki.person.postback(UNDO_IMPORT.action(job["_id"]))
    await yuki.sees("Undone.")
    assert not await yuki.stored("faqs", question="Is there a family plan?")


async def test_the_owners_pages_show_what_there_was(later: Later) -> None:
    shown = {
        "": "Is there a trial?",
        "/owner": "Kotori",
        "conversations": "How long is the trial?",
        "settings": "A diary for two.",
        "checks": "How long is the trial",
        "hidden": "03-1234-5678",
        "/owner/account": "yuki@mail.example.com",
    }
    for path, words in shown.items():
        assert words in await later.yuki.reads(path), path


async def test_everything_of_that_time_is_taken_along_and_erased(later: Later) -> None:
    yuki = later.yuki
    owner = await yuki.owner()
    await yuki.says("/export", "The link works once")
    token = (await yuki.opens("Download")).url.path.rpartition("/")[2]
    async with later.mimi.http.post(f"{later.mimi.url}/download", data={"token": token}) as response:
        with zipfile.ZipFile(io.BytesIO(await response.read())) as export:
            taken = {name: export.read(name).decode("utf-8", "replace") for name in export.namelist()}
    assert any("Yes, fourteen days for free." in text for text in taken.values())
    await yuki.says("/delete-account", "This deletes your account")
    await yuki.says("delete", "Your account is being deleted")
    await yuki.taps("Erase now", "This cannot be undone.")
    await yuki.taps("Erase now", "has been deleted")
    await later.mimi.settled()
    assert await registry.remains(later.mimi.database, owner.id, yuki.person.user_id, owner.email) == {}


async def test_who_was_leaving_may_still_stay(later: Later) -> None:
    assert (await later.ken.visits())[0] == 404
    await later.ken.says("/faq list", "Your account is being deleted")
    await later.ken.taps("Keep my account", "Your account stays, and your pages are back online.")
    assert (await later.ken.visits())[0] == 200
    await later.ken.says("/faq list", "Is it safe?")
