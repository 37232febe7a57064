"""Release notes are told at both doors, stand on the page without what is hidden, and answer questions."""

import re
from collections.abc import AsyncIterator
from datetime import date
from http import HTTPStatus
from xml.etree import ElementTree

import aiohttp
import pytest
from owner_chat import OwnerChat
from sites import SiteUnderTest, running_site

from handlers.entries.documents import MOST_NOTES
from knowledge.errors import BadInput
from knowledge.store.apps.apps import App
from knowledge.store.database import Database
from knowledge.store.entries.documents import Release
from knowledge.store.imports.imports import ImportDoor
from knowledge.store.registry import erase_app, remains_of_app
from knowledge.stored_items import KnowledgeItems

HERE = "/owner/apps/kotori/news"
TODAY = date(2040, 4, 2)
PHONE = "03-1234-5678"
CHANGELOG = f"## 2.3.0 - 2040-03-20\n### Fixed\n- Sync. Call {PHONE}.\n\n## 2.2.0 - 2040-02-01\n- Dark mode"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db, speaks=False) as running:
        yield running


@pytest.fixture
async def app(site: SiteUnderTest) -> App:
    return await site.an_app()


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up("Hitsuji", "hitsuji")
    return chat


async def notes_of(chat: OwnerChat) -> list[tuple[str, str, Release | None]]:
    notes = await chat.core.areas.entries.notes.list((await chat.app()).scope)
    return [(note.title, note.text, note.release) for note in notes]


async def text(site: SiteUnderTest, path: str, **headers: str) -> str:
    return await (await site.get(path, headers=headers)).text()


def form(**fields: str) -> aiohttp.FormData:
    data = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        data.add_field(name, value)
    return data


# ---- in LINE


async def test_pasted_notes_are_kept_in_one_step_where_they_name_their_version(chat: OwnerChat) -> None:
    await chat.says("/news add")
    said = await chat.says("v2.3.0\n• Sync is faster.")
    assert said[0] == "It is now on the page, and I answer from it: v2.3.0"
    assert await notes_of(chat) == [("v2.3.0", "• Sync is faster.", Release(TODAY))]


async def test_only_what_the_text_does_not_say_is_asked(chat: OwnerChat) -> None:
    assert (await chat.says("/お知らせ 追加 Sync is faster."))[-1] == "Which version is it, or what is it called?"
    await chat.says("2.3")
    await chat.says("/news add Dark mode.")
    await chat.taps("Without a version")
    assert [title for title, _text, _release in await notes_of(chat)] == ["April 2, 2040", "2.3"]


async def test_a_changelog_is_taken_in_whole_the_latest_first(chat: OwnerChat) -> None:
    said = await chat.says(f"/news add {CHANGELOG}")
    assert said[0] == "2 notes are now on the page, and I answer from them. The latest: 2.3.0"
    assert "phone number" in said[1]
    assert [(title, release) for title, _text, release in await notes_of(chat)] == [
        ("2.3.0", Release(date(2040, 3, 20))),
        ("2.2.0", Release(date(2040, 2, 1))),
    ]


async def test_a_note_is_listed_edited_and_removed(chat: OwnerChat) -> None:
    await chat.says("/news add 2.3.0\nSync.")
    assert "2.3.0" in (await chat.says("/news"))[1]
    await chat.taps("Edit")
    await chat.says("2.3.1 2040-03-01\nFaster sync.")
    assert await notes_of(chat) == [("2.3.1", "Faster sync.", Release(date(2040, 3, 1)))]
    await chat.says("/news")
    await chat.taps("Edit")
    await chat.says("Fastest sync.")
    assert await notes_of(chat) == [("2.3.1", "Fastest sync.", Release(date(2040, 3, 1)))]
    await chat.says("/news")
    await chat.taps("Remove")
    await chat.taps("Remove")
    assert await notes_of(chat) == []
    assert (await chat.says("/news"))[0] == "There are no release notes of Hitsuji yet."


async def test_an_address_is_no_note(chat: OwnerChat) -> None:
    assert "in the dashboard: send /web" in (await chat.says("/news add https://github.com/kotori/app/releases"))[0]
    assert await notes_of(chat) == []


async def test_notes_stand_in_no_list_of_documents_and_no_import_takes_one_for_its_own(chat: OwnerChat) -> None:
    await chat.says("/news add 2.3.0\nSync.")
    assert "I have no documents" in (await chat.says("/doc list"))[0]
    scope, imports = (await chat.app()).scope, chat.core.imports
    job = await imports.begin_file(scope, "2.3.0.txt", b"What the office told about 2.3.0.", ImportDoor.WEB)
    await chat.core.import_runs.work()
    await imports.apply(scope, job.id)
    await chat.core.import_runs.work()
    assert [text for _title, text, _release in await notes_of(chat)] == ["Sync."]
    assert len(await chat.core.documents.list(scope)) == 2


async def test_a_document_is_no_note(chat: OwnerChat) -> None:
    saved = await chat.core.documents.add((await chat.app()).scope, "Terms", "Be kind.")
    assert (await chat.posts(f"news.remove:{saved.document.id}"))[0] == "That release note no longer exists."


async def test_there_is_room_for_so_many(chat: OwnerChat) -> None:
    app, notes = await chat.app(), chat.core.areas.entries.notes
    changelog = "\n".join(f"## 1.{number}\n- A" for number in reversed(range(40)))
    saved = await notes.add(app, changelog)
    assert (len(saved.notes), saved.older, saved.notes[0].title) == (30, 10, "1.39")
    for number in range(30, MOST_NOTES):
        await notes.add(app, f"2.{number}\nA")
    with pytest.raises(BadInput):
        await notes.add(app, "3.0\nA")


# ---- on the page


async def test_a_page_without_news_says_nothing_of_them(site: SiteUnderTest, app: App) -> None:
    assert "news" not in await text(site, "/@kotori?lang=en")
    assert (await site.get("/@kotori/news")).status == HTTPStatus.NOT_FOUND
    assert (await site.get("/@kotori/news.atom")).status == HTTPStatus.NOT_FOUND


async def test_visitors_read_the_latest_folded_and_all_of_them_without_what_is_hidden(
    site: SiteUnderTest, app: App
) -> None:
    await site.areas.entries.notes.add(app, CHANGELOG)
    page = await text(site, "/@kotori?lang=en")
    [latest] = re.findall(r'<details class="more"><summary>What&#39;s new: .*?</details>', page, re.DOTALL)
    assert "2.3.0" in latest
    assert "March 20, 2040" in latest
    assert "2.2.0" in latest
    assert "Dark mode" not in latest
    assert 'details class="more"><summary>What' not in await text(site, "/@kotori?embed=app&lang=en")
    everything = await text(site, "/@kotori/news?lang=en")
    assert everything.index("2.3.0") < everything.index("Dark mode")
    assert '<time datetime="2040-03-20">March 20, 2040</time>' in everything
    assert "<strong>Fixed</strong>" in everything
    assert PHONE not in page + everything
    assert "noindex" in everything


async def test_the_feed_is_one_that_readers_take(site: SiteUnderTest, app: App) -> None:
    await site.areas.entries.notes.add(app, CHANGELOG)
    answer = await site.get("/@kotori/news.atom")
    assert answer.content_type == "application/atom+xml"
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.fromstring(await answer.text())
    entries = feed.findall(f"{atom}entry")
    assert [each.findtext(f"{atom}title") for each in entries] == ["2.3.0", "2.2.0"]
    assert feed.findtext(f"{atom}updated") == "2040-03-20T00:00:00Z"
    assert PHONE not in await answer.text()
    assert len({each.findtext(f"{atom}id") for each in entries}) == 2


async def test_a_topic_kept_out_of_is_no_news(site: SiteUnderTest, app: App) -> None:
    await site.areas.entries.notes.add(app, CHANGELOG)
    await site.areas.apps.settings.add_item(app.scope, "banned_topics", {"text": "dark mode"})
    assert "2.2.0" not in await text(site, "/@kotori/news?lang=en")


async def test_the_owner_adds_corrects_and_removes_on_the_web(site: SiteUnderTest, app: App) -> None:
    headers = await site.sign_in()
    await site.post(HERE, data=form(text="Sync.", title="2.3.0", day="2040-03-20"), headers=headers)
    [note] = await site.areas.entries.notes.list(app.scope)
    assert (note.title, note.text, note.release) == ("2.3.0", "Sync.", Release(date(2040, 3, 20)))
    shown = await text(site, HERE, **headers)
    assert 'value="2040-03-20"' in shown
    assert "Mar 20, 2040" in shown
    changed = form(text="Faster sync.", title="2.3.1", day="")
    assert (await site.post(f"{HERE}/{note.id}", data=changed, headers=headers)).status == HTTPStatus.SEE_OTHER
    [note] = await site.areas.entries.notes.list(app.scope)
    assert (note.title, note.text, note.release) == ("2.3.1", "Faster sync.", Release(None))
    wrong = await site.post(HERE, data=form(text="Kept words", title="", day="soon"), headers=headers)
    assert wrong.status == HTTPStatus.BAD_REQUEST
    assert "Kept words" in await wrong.text()
    await site.post(f"{HERE}/{note.id}", data=form(text="x", do="remove"), headers=headers)
    assert await site.areas.entries.notes.list(app.scope) == []
    late = await site.post(f"{HERE}/{note.id}", data=form(text="Too late", title=""), headers=headers)
    assert late.status == HTTPStatus.NOT_FOUND
    assert "Too late" in await late.text()


# ---- as knowledge


async def test_what_changed_and_what_is_latest_is_answered_with_the_day(site: SiteUnderTest, app: App) -> None:
    await site.areas.entries.notes.add(app, CHANGELOG)
    said = await (await site.ask("What changed in 2.2?")).text()
    assert "Dark mode" in said
    assert "2.2.0: what's new, what changed (February 1, 2040)" in said
    assert "2.3.0" in await (await site.ask("What is the latest version?")).text()


async def test_the_latest_note_is_told_from_the_others_in_the_language_of_each(site: SiteUnderTest, app: App) -> None:
    await site.areas.entries.notes.add(app, "## 1.1\n同期が速くなりました。\n\n## 1.0\n最初のリリースです。")
    titles = {item.title for item in await KnowledgeItems(site.db).load(app.scope)}
    assert titles == {"1.1：新機能・変更点・アップデート内容 (最新バージョン)", "1.0：新機能・変更点・アップデート内容"}


async def test_erasing_an_app_leaves_no_note(site: SiteUnderTest, app: App) -> None:
    await site.areas.entries.notes.add(app, CHANGELOG)
    await erase_app(site.db, app.scope)
    assert await remains_of_app(site.db, app.scope) == {}
