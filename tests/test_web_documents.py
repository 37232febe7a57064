"""The owner's room of documents: found, read whole, corrected, given new versions, removed."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from owner_chat import Core
from sites import SiteUnderTest, running_site

from handlers.entries.documents import LONGEST_TEXT
from knowledge.store.apps.apps import App
from knowledge.store.database import Database
from knowledge.store.entries.documents import Document
from knowledge.store.imports.watched_pages import WatchedPageRepository
from web.owner.entries.documents import parts_of

ROOM = "/owner/apps/kotori/documents"
MANUAL = (
    "Intro.\n\n# Plans\n\nFree for one.\n\n### Teams\n\nThree euros.\n\n```\n# no heading\n```\n\n## Refunds\n\nNone."
)


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


@pytest.fixture
async def app(site: SiteUnderTest) -> App:
    return await site.apps.public("kotori")


async def learned(site: SiteUnderTest, app: App, title: str, text: str, url: str = "") -> Document:
    return (await site.areas.entries.documents.add(app.scope, title, text, url)).document


async def html(site: SiteUnderTest, path: str, cookie: dict[str, str]) -> str:
    return await (await site.get(path, headers=cookie)).text()


def texts(**fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, text in fields.items():
        form.add_field(name, text, content_type="text/plain")
    return form


def mark_in(shown: str) -> str:
    found = re.search(r'name="mark" value="([^"]+)"', shown)
    assert found
    return found[1]


async def test_a_document_is_written_read_corrected_and_removed(site: SiteUnderTest, app: App) -> None:
    cookie = await site.sign_in()
    added = await site.post(ROOM, data=texts(title="Manual", text=MANUAL), headers=cookie)
    assert added.headers["Location"].endswith("?done=added")
    page = added.headers["Location"].partition("?")[0]
    assert f"{len(MANUAL)} characters" in await html(site, ROOM, cookie)
    form = await html(site, f"{page}/edit", cookie)
    changed = texts(title="Guide", text="Free for two.\r\nAnd more.", mark=mark_in(form))
    saved = await site.post(f"{page}/edit", data=changed, headers=cookie)
    assert saved.headers["Location"] == f"{page}?done=saved"
    [document] = await site.areas.entries.documents.list(app.scope)
    assert (document.title, document.text) == ("Guide", "Free for two.\nAnd more.")
    assert page.endswith(f"/{document.id}")
    assert "Free for two." in await html(site, f"{page}/remove", cookie)
    assert (await site.post(f"{page}/remove", headers=cookie)).headers["Location"] == f"{ROOM}?done=removed"
    twice = await site.post(f"{page}/remove", headers=cookie)
    assert (twice.status, "That document no longer exists." in await twice.text()) == (404, True)
    assert (await site.get(page, headers=cookie)).status == 404


async def test_a_document_is_read_whole_under_its_headings(site: SiteUnderTest, app: App) -> None:
    document = await learned(site, app, "Manual", MANUAL)
    shown = await html(site, f"{ROOM}/{document.id}", await site.sign_in())
    headings = re.findall(r"<(h[2-6]) dir=\"auto\">([^<]+)</", shown)
    assert headings == [("h2", "Plans"), ("h3", "Teams"), ("h3", "Refunds")]
    assert "# no heading" in shown


def test_every_word_of_a_document_is_shown() -> None:
    for text in (MANUAL, "", "#\n# \n#no", "a\n#### Deep\n# High\nb", "\n\n# Only a heading", "```\nnever closed\n# x"):
        shown = "".join(f"{part.heading}{part.text}" for part in parts_of(text))
        assert re.sub(r"[#\s]", "", shown) == re.sub(r"[#\s]", "", text)


async def test_what_was_changed_elsewhere_is_shown_and_nothing_typed_is_lost(site: SiteUnderTest, app: App) -> None:
    cookie, document = await site.sign_in(), await learned(site, app, "Terms", "No refunds.")
    page = f"{ROOM}/{document.id}"
    before = mark_in(await html(site, f"{page}/edit", cookie))
    first = texts(title="Terms", text="Refunds within a week.", mark=before)
    assert (await site.post(f"{page}/edit", data=first, headers=cookie)).status == 303
    mine = {"title": "Terms", "text": "Refunds within a month."}
    late = await site.post(f"{page}/edit", data=texts(**mine, mark=before), headers=cookie)
    shown = await late.text()
    assert late.status == 409
    assert "Refunds within a week." in shown
    assert "Refunds within a month.</textarea>" in shown
    assert (await site.post(f"{page}/edit", data=texts(**mine, mark=mark_in(shown)), headers=cookie)).status == 303
    [kept] = await site.areas.entries.documents.list(app.scope)
    assert kept.text == "Refunds within a month."


async def test_a_correction_of_what_was_removed_can_be_saved_as_a_new_document(site: SiteUnderTest, app: App) -> None:
    cookie, document = await site.sign_in(), await learned(site, app, "Terms", "No refunds.")
    form = await html(site, f"{ROOM}/{document.id}/edit", cookie)
    await site.areas.entries.documents.remove(app.scope, document.id)
    sent = texts(title="Terms", text="All <b>mine</b>.", mark=mark_in(form))
    late = await site.post(f"{ROOM}/{document.id}/edit", data=sent, headers=cookie)
    assert late.status == 404
    assert "All &lt;b&gt;mine&lt;/b&gt;.</textarea>" in await late.text()


async def test_the_longest_text_fits_through_the_form_and_a_longer_one_is_kept_in_it(
    site: SiteUnderTest, app: App
) -> None:
    cookie, longest = await site.sign_in(), "長い。\r\n" * (LONGEST_TEXT // 4)
    added = await site.post(ROOM, data=texts(title="Long", text=longest), headers=cookie)
    assert added.status == 303, await added.text()
    refused = await site.post(ROOM, data=texts(title="Longer", text="x" * (LONGEST_TEXT + 1)), headers=cookie)
    assert (refused.status, 'value="Longer"' in await refused.text()) == (400, True)
    assert (await site.post(ROOM, data={"title": "x", "text": "y"}, headers=cookie)).status == 415


async def test_personal_information_is_named_and_follows_each_change(site: SiteUnderTest, app: App) -> None:
    cookie, document = await site.sign_in(), await learned(site, app, "Contact", "Call 03-1234-5678.")
    page, warning = f"{ROOM}/{document.id}", "Visitors will not see: phone number"
    assert warning in await html(site, ROOM, cookie)
    assert warning in await html(site, page, cookie)
    assert "03-1234-5678" in await html(site, "/owner/apps/kotori/hidden", cookie)
    await site.post(f"{page}/edit", data=texts(title="Contact", text="Write to us."), headers=cookie)
    assert warning not in await html(site, page, cookie)
    assert "03-1234-5678" not in await html(site, "/owner/apps/kotori/hidden", cookie)


async def test_a_file_takes_a_documents_place_and_keeps_its_name_address_and_weekly_look(
    site: SiteUnderTest, app: App
) -> None:
    core, url = Core(site.db, site.side.clock), "https://kotori.example/plans"
    document = await learned(site, app, "Plans", "Free.", url)
    other = await learned(site, app, "Plans (2/2)", "The second part.", url)
    await WatchedPageRepository(site.db).watch(app.scope, url, site.side.clock.now())
    cookie, page = await site.sign_in(), f"{ROOM}/{document.id}"
    form = aiohttp.FormData()
    form.add_field("file", b"# Pricing\n\nThree euros.\n\n## Q. Is there a trial?\n\nA week.", filename="new.md")
    sent = await site.post(f"{page}/file", data=form, headers=cookie)
    job = sent.headers["Location"]
    await core.import_runs.work()
    shown = await html(site, job, cookie)
    assert re.search(r"before\">Free\..*after\">", shown, re.S)
    await site.areas.entries.documents.edit(app.scope, document.id, "Renamed", "Free.")
    assert (await site.post(f"{job}/apply", headers=cookie)).status == 303
    await core.import_runs.work()
    kept = await site.areas.entries.documents.get(app.scope, document.id)
    assert (kept.title, kept.url, kept.created_at) == ("Renamed", url, document.created_at)
    assert all(words in kept.text for words in ("Three euros.", "Is there a trial?", "A week."))
    assert await site.areas.entries.documents.get(app.scope, other.id) == other
    assert await site.faqs.list(app.scope) == []
    assert "I check it every week." in await html(site, page, cookie)
    await site.post(f"{job}/undo", headers=cookie)
    await core.import_runs.work()
    assert (await site.areas.entries.documents.get(app.scope, document.id)).text == "Free."


async def test_a_new_version_of_what_was_removed_meanwhile_fails_with_a_word(site: SiteUnderTest, app: App) -> None:
    core, document = Core(site.db, site.side.clock), await learned(site, app, "Plans", "Free.")
    cookie, form = await site.sign_in(), aiohttp.FormData()
    form.add_field("file", b"Three euros a month.", filename="new.txt")
    job = (await site.post(f"{ROOM}/{document.id}/file", data=form, headers=cookie)).headers["Location"]
    await core.import_runs.work()
    await site.areas.entries.documents.remove(app.scope, document.id)
    await site.post(f"{job}/apply", headers=cookie)
    await core.import_runs.work()
    assert "That document no longer exists." in await html(site, job, cookie)
    assert await site.areas.entries.documents.list(app.scope) == []


async def test_the_weekly_look_is_switched_beside_the_document(site: SiteUnderTest, app: App) -> None:
    document = await learned(site, app, "Plans", "Free.", "https://kotori.example/plans")
    plain = await learned(site, app, "Terms", "None.")
    cookie, page = await site.sign_in(), f"{ROOM}/{document.id}"
    sent = {**cookie, "Content-Type": "application/x-www-form-urlencoded"}
    assert "I do not check it automatically." in await html(site, page, cookie)
    assert (await site.post(f"{page}/watch", headers=sent)).status == 303
    assert "I check it every week." in await html(site, page, cookie)
    assert (await site.post(f"{page}/look", headers=sent)).headers["Location"].startswith("/owner/apps/kotori/import/")
    assert (await site.post(f"{ROOM}/{plain.id}/look", headers=sent)).status == 400
    assert (await site.post(f"{ROOM}/{plain.id}/watch", headers=sent)).status == 400


async def test_documents_are_found_and_turned_page_by_page(site: SiteUnderTest, app: App) -> None:
    for number in range(27):
        await learned(site, app, f"Guide {number:02}", "ＰＤＦ を書き出す" if number == 3 else "Plain.")
    cookie = await site.sign_in()
    first = await html(site, ROOM, cookie)
    assert first.index("Guide 26") < first.index("Guide 25")
    assert "Guide 01" not in first
    assert "Guide 01" in await html(site, f"{ROOM}?page=2", cookie)
    found = await html(site, f"{ROOM}?q=pdf", cookie)
    assert re.findall(r"<bdi>(Guide \d\d)", found) == ["Guide 03"]


async def test_a_stranger_reads_and_changes_no_document(site: SiteUnderTest, app: App) -> None:
    """S39"""
    document = await learned(site, app, "Secret", "A secret.")
    await site.an_app("hitsuji", "Hitsuji", owner="hana")
    cookie = await site.sign_in("hana")
    form = aiohttp.FormData()
    form.add_field("file", b"mine", filename="x.txt")
    for handle in ("kotori", "hitsuji"):
        page = f"/owner/apps/{handle}/documents/{document.id}"
        for response in (
            await site.get(page, headers=cookie),
            await site.get(f"{page}/edit", headers=cookie),
            await site.get(f"{page}/remove", headers=cookie),
            await site.post(f"{page}/edit", data=texts(title="x", text="y"), headers=cookie),
            await site.post(f"{page}/remove", headers=cookie),
            await site.post(f"{page}/look", headers=cookie),
            await site.post(f"{page}/watch", headers=cookie),
            await site.post(f"{page}/file", data=form, headers=cookie),
        ):
            assert response.status == 404
            assert "A secret" not in await response.text()
        form = aiohttp.FormData()
        form.add_field("file", b"mine", filename="x.txt")
    assert (await site.areas.entries.documents.get(app.scope, document.id)).text == "A secret."
    assert (await site.get(f"{ROOM}/{document.id}")).status == 401


async def test_s24_titles_and_texts_are_text(site: SiteUnderTest, app: App) -> None:
    attack = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    document = await learned(site, app, attack, f"# {attack}\n\n{attack}</textarea>", "javascript:alert(1)")
    cookie = await site.sign_in()
    for path in ("", f"/{document.id}", f"/{document.id}/edit", f"/{document.id}/remove"):
        shown = await html(site, ROOM + path, cookie)
        assert "<script>alert" not in shown
        assert "<img" not in shown
        assert 'href="javascript' not in shown
