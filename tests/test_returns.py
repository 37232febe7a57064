"""An export brought back: whole, once, under the rules that hold for everything typed, and nothing from elsewhere."""

import contextlib
import io
import json
import os
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from exported import collections_in, exported
from sites import SiteUnderTest, running_site
from test_pictures import photo

from handlers.apps.apps import MOST_APPS
from handlers.exports.archives import READ_AT_ONCE, Archive
from handlers.exports.contents import FORMAT, MANIFEST
from knowledge.errors import BadInput, NotAllowed, NotFound
from knowledge.store import registry
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App
from knowledge.store.apps.pictures import Shape
from knowledge.store.conversations.messages import MESSAGES
from knowledge.store.database import Database
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.exports.returns import PART, RETURN_PARTS, ReturnState
from knowledge.store.outbox.outbox import Urgency
from knowledge.store.registry import create_indexes

# What comes back, and what of it is new: docs/decisions/0024.
COMES_BACK = (
    "alert_settings",
    "apps",
    "checks",
    "conversations",
    "documents",
    "faqs",
    "findings",
    "messages",
    "pictures",
)
NEW = {
    "apps": {"_id", "handle", "former_handles"},
    "checks": {"_id", "problem"},
    "pictures": {"_id", "data", "created_at"},
    "alert_settings": {"email", "email_fallback"},
}


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    """An account with something of everything."""
    async with running_site(db) as site:
        app = await site.an_app()
        await fill(site, app)
        yield site


@pytest.fixture
async def elsewhere(bare_db: Database) -> AsyncIterator[SiteUnderTest]:
    """Another mimi, on another database, where yuki has a fresh account and somebody else has the handle."""
    await create_indexes(bare_db)
    async with running_site(bare_db) as site:
        await site.an_app("kotori", "Somebody's", owner="hana")
        site.owners["yuki"] = await site.accounts.join(f"U{'other':0>32}", "ja")
        yield site


async def fill(site: SiteUnderTest, app: App) -> None:
    scope, areas = app.scope, site.areas
    typed = {
        "greeting": "Hello!", "bio": "For two.\nAnd more.", "tone": "brief", "color": "#1f6feb", "look": "dark",
        "limits": "4 40", "keep": "90", "mask": "7", "lang": "en",
    }  # fmt: skip
    await areas.apps.settings.set(scope, typed)
    await areas.apps.settings.add_item(scope, "links", {"url": "https://example.com/x", "label": "X"})
    dated = {"url": "https://example.com/sale", "label": "Sale", "since": "2040-04-04", "until": "2040-05-01"}
    await areas.apps.settings.add_item(scope, "links", dated)
    await areas.apps.settings.add_item(scope, "suggestions", {"text": "Is it free?"})
    await areas.apps.settings.add_item(scope, "banned_topics", {"text": "Politics"})
    await areas.apps.pictures.uploaded(scope, Shape.ICON, photo())
    await areas.entries.hidden.publish(scope, "03-1234-5678")
    faq = (await site.faqs.add(scope, "Is it free?", "Yes. 03-1234-5678", phrasings=("Cost?",), exact=True)).entry
    await site.faqs.add(scope, "Who?", "Ask 090-1234-5678.")
    await areas.entries.documents.add(scope, "Terms", "Be kind.\n\nAlways.", "https://example.com/terms")
    await areas.entries.notes.add(app, "## 2.3.0 - 2040-03-20\n- Sync\n\n## 2.2.0\n- Dark mode")
    await areas.learning.checks.pin(scope, "Is it free for all?", [EntryRef("faq", faq.id, faq.question)])
    await areas.alerts.preferences.want(app_owner(site), AlertKind.UNANSWERED, False)
    await areas.alerts.preferences.set_urgency(app_owner(site), AlertKind.HANDOFF, Urgency.SOON)
    await areas.alerts.preferences.set_time_zone(app_owner(site), "Europe/Berlin")
    for question in ("Does it sync?", "And offline?"):
        await site.ask(question)
        site.side.clock.advance(timedelta(minutes=1))


def app_owner(site: SiteUnderTest) -> Any:
    return site.owners["yuki"].scope


async def archive_of(site: SiteUnderTest) -> bytes:
    archive = await exported(site.areas.exports.exports, app_owner(site))
    target = archive.fp
    assert isinstance(target, io.BytesIO)
    return target.getvalue()


async def bring_back(site: SiteUnderTest, data: bytes) -> ReturnState:
    """As its owner does it, and the worker."""
    returns, owner = site.areas.exports.returns, site.owners["yuki"]
    made = await returns.begin(owner, "mimi-export.zip", data)
    await returns.apply(owner.scope, made.id)
    assert await returns.work()
    return (await returns.get(owner.scope, made.id)).state


def comparable(data: bytes) -> dict[str, list[str]]:
    """What comes back, with ids replaced by what they stand for."""
    files = collections_in(zipfile.ZipFile(io.BytesIO(data)))
    names = {
        "apps": "name",
        "faqs": "question",
        "documents": "title",
        "conversations": "created_at",
        "messages": "text",
    }
    meant = {row["_id"]: f"{name}: {row[said]}" for name, said in names.items() for row in files[f"{name}.json"]}

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items() if key != "_id"}
        if isinstance(value, list):
            return [plain(each) for each in value]
        whole, dash, passage = str(value).partition("-")
        return meant[whole] + dash + passage if whole in meant else value

    def of(name: str) -> list[str]:
        rows = [{key: row[key] for key in row.keys() - NEW.get(name, set())} for row in files[f"{name}.json"]]
        return sorted(json.dumps(plain(row), sort_keys=True, ensure_ascii=False) for row in rows)

    return {name: of(name) for name in COMES_BACK}


async def test_an_export_brought_back_elsewhere_exports_as_the_same(
    site: SiteUnderTest, elsewhere: SiteUnderTest
) -> None:
    data = await archive_of(site)
    assert await bring_back(elsewhere, data) is ReturnState.DONE
    again = await archive_of(elsewhere)
    before, after = comparable(data), comparable(again)
    assert all(before.values())
    assert after == before
    [app] = await elsewhere.apps.list(app_owner(elsewhere))
    assert app.handle == "kotori-2"
    assert (await elsewhere.get("/@kotori-2")).status == 200
    icon = zipfile.ZipFile(io.BytesIO(again))
    assert [name for name in icon.namelist() if name.startswith("pictures/")]
    assert await elsewhere.db.collection(RETURN_PARTS.name).count({}) == 0


async def test_nobody_elses_data_is_touched(site: SiteUnderTest, elsewhere: SiteUnderTest) -> None:
    hana = elsewhere.owners["hana"]
    before = await registry.remains(elsewhere.db, hana.id, hana.line_user_id)
    await bring_back(elsewhere, await archive_of(site))
    assert await registry.remains(elsewhere.db, hana.id, hana.line_user_id) == before


async def test_what_came_back_can_be_erased_again(site: SiteUnderTest, elsewhere: SiteUnderTest) -> None:
    await bring_back(elsewhere, await archive_of(site))
    yuki = elsewhere.owners["yuki"]
    await elsewhere.accounts.erase(yuki.scope)
    assert await registry.remains(elsewhere.db, yuki.id, yuki.line_user_id) == {}


async def test_whoever_goes_on_after_a_death_makes_nothing_twice(site: SiteUnderTest, elsewhere: SiteUnderTest) -> None:
    data = await archive_of(site)
    returns, owner = elsewhere.areas.exports.returns, elsewhere.owners["yuki"]
    made = await returns.begin(owner, "x.zip", data)
    await returns.apply(owner.scope, made.id)
    assert await returns.work()
    once = comparable(await archive_of(elsewhere))
    # As a process leaves it that dies before it could say that it is done.
    await elsewhere.db.collection("returns").update_one({"_id": made.id}, {"$set": {"state": "applying"}})
    await elsewhere.side.store.returns.forget_data(owner.scope, made.id)
    whose = {"owner_id": owner.id, "return_id": made.id, "expires_at": made.expires_at}
    await elsewhere.db.collection(RETURN_PARTS.name).insert(whose | {"_id": "part", "n": 0, "data": data})
    assert not await returns.work()
    elsewhere.side.clock.advance(timedelta(minutes=3))
    assert await returns.work()
    assert comparable(await archive_of(elsewhere)) == once
    assert len(await elsewhere.apps.list(owner.scope)) == 1


async def test_twice_adds_what_is_missing_and_nothing_twice(site: SiteUnderTest, elsewhere: SiteUnderTest) -> None:
    data = await archive_of(site)
    await bring_back(elsewhere, data)
    once = comparable(await archive_of(elsewhere))
    [app] = await elsewhere.apps.list(app_owner(elsewhere))
    first, second = await elsewhere.faqs.list(app.scope)
    await elsewhere.faqs.remove(app.scope, first.id)
    await elsewhere.faqs.edit(app.scope, second.id, "Who then?", "Nobody.")
    await bring_back(elsewhere, data)
    [app] = await elsewhere.apps.list(app_owner(elsewhere))
    assert {each.question for each in await elsewhere.faqs.list(app.scope)} == {first.question, "Who then?"}
    again = comparable(await archive_of(elsewhere))
    assert {name: len(rows) for name, rows in again.items() if name != "findings"} == {
        name: len(rows) for name, rows in once.items() if name != "findings"
    }


async def test_conversations_that_would_not_be_kept_any_more_stay_away(
    site: SiteUnderTest, elsewhere: SiteUnderTest
) -> None:
    data = await archive_of(site)
    elsewhere.side.clock.advance(timedelta(days=91))
    await bring_back(elsewhere, data)
    assert await elsewhere.db.collection(MESSAGES.name).count({"owner_id": app_owner(elsewhere).owner_id}) == 0


async def test_choices_that_were_made_here_stay(site: SiteUnderTest, elsewhere: SiteUnderTest) -> None:
    await elsewhere.areas.alerts.preferences.want(app_owner(elsewhere), AlertKind.HANDOFF, True)
    await bring_back(elsewhere, await archive_of(site))
    kept = await elsewhere.areas.alerts.preferences.of(app_owner(elsewhere))
    assert kept.wanted == {AlertKind.HANDOFF: True}


async def test_a_stranger_sees_nothing_of_it(site: SiteUnderTest) -> None:
    made = await site.areas.exports.returns.begin(site.owners["yuki"], "x.zip", await archive_of(site))
    await site.an_app("other", owner="hana")
    for act in (site.areas.exports.returns.get, site.areas.exports.returns.apply, site.areas.exports.returns.cancel):
        with pytest.raises(NotFound):
            await act(site.owners["hana"].scope, made.id)
    assert (await site.get(f"/owner/export/back/{made.id}", headers=await site.sign_in("hana"))).status == 404


# ---- what may be done to a file on its way


def repacked(
    data: bytes,
    change: Callable[[str, bytes], tuple[str, bytes] | None],
    more: Mapping[str, bytes] | None = None,
    packing: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """The archive with each entry changed, left out, or others put in."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(target, "w", packing) as after:
        for name in before.namelist():
            if changed := change(name, before.read(name)):
                after.writestr(*changed)
        for name, content in (more or {}).items():
            after.writestr(name, content)
    return target.getvalue()


def with_record(file: str, **changed: Any) -> Callable[[str, bytes], tuple[str, bytes]]:
    def change(name: str, content: bytes) -> tuple[str, bytes]:
        if name != file:
            return name, content
        rows = json.loads(content)
        rows[0] |= changed
        return name, json.dumps(rows).encode()

    return change


HONEST: Mapping[str, Callable[[bytes], bytes]] = {
    "packed again by a Mac": lambda data: repacked(
        data, lambda name, content: (f"mimi-export/{name}", content), {"__MACOSX/._mimi-export": b"\0"}
    ),
    "laid out by an editor": lambda data: repacked(
        data,
        lambda name, content: (
            (name, json.dumps(json.loads(content), indent=4).encode()) if name.endswith(".json") else (name, content)
        ),
    ),
    "saved by an editor of Windows": lambda data: repacked(
        data, lambda name, content: (name, b"\xef\xbb\xbf" + content if name == "apps.json" else content)
    ),
    "without its pictures": lambda data: repacked(
        data, lambda name, content: None if name.startswith("pictures/") else (name, content)
    ),
    "of before there was a manifest": lambda data: repacked(
        data, lambda name, content: None if name == MANIFEST or "html" in name else (name, content)
    ),
}


@pytest.mark.parametrize("how", HONEST)
async def test_a_file_that_was_unpacked_and_packed_again_comes_back(
    site: SiteUnderTest, elsewhere: SiteUnderTest, how: str
) -> None:
    data = await archive_of(site)
    assert await bring_back(elsewhere, HONEST[how](data)) is ReturnState.DONE
    before, after = comparable(data), comparable(await archive_of(elsewhere))
    if "without" in how:
        del before["pictures"], after["pictures"]
    assert after == before


async def test_an_export_of_before_messages_had_numbers_keeps_their_order(
    site: SiteUnderTest, elsewhere: SiteUnderTest
) -> None:
    def older(name: str, content: bytes) -> tuple[str, bytes]:
        if name != "messages.json":
            return name, content
        rows = json.loads(content)
        kept = [{key: row[key] for key in row.keys() - {"seq", "reply_to", "lang"}} for row in rows]
        return name, json.dumps(kept).encode()

    data = await archive_of(site)
    assert await bring_back(elsewhere, repacked(data, older)) is ReturnState.DONE
    said = json.loads(zipfile.ZipFile(io.BytesIO(await archive_of(elsewhere))).read("messages.json"))
    before = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("messages.json"))
    assert sorted((row["seq"], row["text"]) for row in said) == sorted((row["seq"], row["text"]) for row in before)


FOREIGN: Mapping[str, tuple[Callable[[bytes], bytes], str]] = {
    "no ZIP": (lambda data: b"hello", "not a ZIP file"),
    "cut off": (lambda data: data[: len(data) // 2], "not a ZIP file"),
    "another ZIP": (lambda data: repacked(data, lambda name, _: None, {"a.txt": b"x"}), "not a mimi export"),
    "a newer mimi's": (
        lambda data: repacked(
            data,
            lambda name, content: (name, json.dumps({"format": FORMAT + 1}).encode() if name == MANIFEST else content),
        ),
        "newer version of mimi",
    ),
    "a manifest that is none": (
        lambda data: repacked(data, lambda name, content: (name, b"[" * 99_999 if name == MANIFEST else content)),
        "mimi.json",
    ),
    "a bomb": (
        lambda data: repacked(
            data, lambda name, content: (name, b"[" + b" " * 9_000_000 + b"]" if name == "faqs.json" else content)
        ),
        "far too large",
    ),
    "a way out": (lambda data: repacked(data, lambda *each: each, {"../../etc/x": b"x"}), "not as mimi made it"),
    "an absolute way": (lambda data: repacked(data, lambda *each: each, {"/etc/x": b"x"}), "not as mimi made it"),
    "broken JSON": (
        lambda data: repacked(data, lambda name, content: (name, content[:-9] if name == "faqs.json" else content)),
        "faqs.json in this ZIP file cannot be read after record 1",
    ),
    "JSON without end": (
        lambda data: repacked(data, lambda name, content: (name, b"[" * 99_999 if name == "faqs.json" else content)),
        "faqs.json in this ZIP file cannot be read after record",
    ),
    "numbers for records": (
        lambda data: repacked(data, lambda name, content: (name, b"[1, 2]" if name == "faqs.json" else content)),
        "faqs.json in this ZIP file cannot be read after record",
    ),
    "an object for a text": (
        lambda data: repacked(data, with_record("faqs.json", question={"$gt": ""})),
        "faqs.json, record 1",
    ),
    "an overlong text": (
        lambda data: repacked(data, with_record("faqs.json", answer="x" * 5_001)),
        "faqs.json, record 1",
    ),
    "half a character": (
        lambda data: repacked(data, with_record("messages.json", text="\ud83d")),
        "messages.json, record 1",
    ),
    "another's app": (
        lambda data: repacked(data, with_record("faqs.json", app_id="aaaaaaaaaaaaaaaaaaaaaaaa")),
        "faqs.json, record 1",
    ),
    "a script for an address": (
        lambda data: repacked(data, with_record("apps.json", url="javascript:alert(1)")),
        "apps.json, record 1",
    ),
    "a colour that is none": (
        lambda data: repacked(data, with_record("apps.json", theme={"accent": "red;}", "look": "dark"})),
        "apps.json, record 1",
    ),
    "a role that is none": (
        lambda data: repacked(data, with_record("messages.json", role="system")),
        "messages.json, record 1",
    ),
    "no time": (
        lambda data: repacked(data, with_record("conversations.json", last_at="yesterday")),
        "conversations.json, record 1",
    ),
    "a picture from elsewhere": (
        lambda data: repacked(data, with_record("pictures.json", data="apps.json")),
        "pictures.json",
    ),
}


@pytest.mark.parametrize("what", FOREIGN)
async def test_a_file_that_no_mimi_gave_is_refused_with_the_reason(site: SiteUnderTest, what: str) -> None:
    tampered, said = FOREIGN[what]
    with pytest.raises(BadInput) as refused:
        await site.areas.exports.returns.begin(site.owners["yuki"], "x.zip", tampered(await archive_of(site)))
    assert said in refused.value.phrase.say("en")
    assert await site.db.collection(RETURN_PARTS.name).count({}) == 0


async def test_whatever_stands_in_a_field_is_taken_or_refused(site: SiteUnderTest) -> None:
    """Each field of each record that comes back, as anything that JSON can say."""
    data = repacked(
        await archive_of(site), lambda name, content: None if "README" in name or "html" in name else (name, content)
    )
    returns = site.areas.exports.returns
    odd: tuple[Any, ...] = (None, -1, "", "x" * 500, [], [[]], [{}], {"a": [1]})
    tried = 0
    for name in COMES_BACK:
        record = json.loads(zipfile.ZipFile(io.BytesIO(data)).read(f"{name}.json"))[0]
        for field in record:
            for value in odd:
                changed = repacked(data, with_record(f"{name}.json", **{field: value}), packing=zipfile.ZIP_STORED)
                with contextlib.suppress(BadInput):
                    returns.look(site.owners["yuki"].scope, changed)
                tried += 1
    assert tried > 400


async def test_a_script_in_a_picture_is_no_picture(site: SiteUnderTest, elsewhere: SiteUnderTest) -> None:
    data = repacked(
        await archive_of(site),
        lambda name, content: (name, b"<script>" if name.startswith("pictures/") else content),
    )
    assert await bring_back(elsewhere, data) is ReturnState.FAILED
    assert await elsewhere.db.collection("pictures").count({}) == 0


async def test_who_is_leaving_or_has_no_room_is_told_so(site: SiteUnderTest) -> None:
    data, yuki = await archive_of(site), site.owners["yuki"]
    for number in range(MOST_APPS - 1):
        await site.an_app(f"more-{number}")
    with pytest.raises(BadInput, match=r"up to \{most\} apps"):
        await site.areas.exports.returns.begin(yuki, "x.zip", data)
    await site.areas.accounts.leaving.begin(yuki, in_line=False)
    leaving = await site.side.store.owners.get(yuki.id)
    assert leaving
    with pytest.raises(NotAllowed):
        await site.areas.exports.returns.begin(leaving, "x.zip", data)


def test_a_record_longer_than_what_is_read_at_once_is_read_whole() -> None:
    target, long = io.BytesIO(), "x" * (3 * READ_AT_ONCE)
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("owners.json", "[]")
        archive.writestr("apps.json", json.dumps([{"a": long}, {"b": "y"}, {"c": long}]))
    assert list(Archive(target.getvalue()).records("apps.json")) == [{"a": long}, {"b": "y"}, {"c": long}]


async def test_a_file_of_several_parts_is_put_together_in_their_order(site: SiteUnderTest) -> None:
    data, yuki = await archive_of(site), site.owners["yuki"]
    larger = repacked(data, lambda *each: each, {"padding": os.urandom(2 * PART)})
    made = await site.areas.exports.returns.begin(yuki, "x.zip", larger)
    assert await site.db.collection(RETURN_PARTS.name).count({}) == 3
    assert await site.side.store.returns.data(yuki.scope, made.id) == larger


# ---- the page


async def test_the_page_shows_what_would_be_made_and_then_what_came_of_it(
    site: SiteUnderTest, elsewhere: SiteUnderTest
) -> None:
    headers = await elsewhere.sign_in()
    form = aiohttp.FormData()
    form.add_field("file", await archive_of(site), filename="mimi-export.zip", content_type="application/zip")
    begun = await elsewhere.post("/owner/export/back", data=form, headers=headers)
    assert begun.status == 303
    here = begun.headers["Location"]
    shown = await (await elsewhere.get(f"{here}?lang=en", headers=headers)).text()
    assert "@kotori-2" in shown
    assert "(@kotori is taken)" in shown
    assert (await elsewhere.post(f"{here}/apply", data={}, headers=headers)).status == 303
    working = await elsewhere.get(f"{here}?lang=en", headers=headers)
    assert working.headers["Refresh"] == "2"
    await elsewhere.areas.exports.returns.work()
    assert "Everything is restored." in await (await elsewhere.get(f"{here}?lang=en", headers=headers)).text()
    assert (await elsewhere.post(f"{here}/apply", data={}, headers=headers)).status == 400


async def test_what_is_not_wanted_is_forgotten(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    form = aiohttp.FormData()
    form.add_field("file", await archive_of(site), filename="x.zip")
    here = (await site.post("/owner/export/back", data=form, headers=headers)).headers["Location"]
    assert (await site.post(f"{here}/cancel", data={}, headers=headers)).status == 303
    assert await site.db.collection(RETURN_PARTS.name).count({}) == 0
    assert len(await site.apps.list(app_owner(site))) == 1


async def test_the_page_says_why_a_file_was_not_taken(site: SiteUnderTest) -> None:
    form = aiohttp.FormData()
    form.add_field("file", b"hello", filename="x.zip")
    refused = await site.post("/owner/export/back?lang=en", data=form, headers=await site.sign_in())
    assert refused.status == 400
    assert "This is not a ZIP file" in await refused.text()
