"""The owner's page for imports: looked through, columns chosen, taken in, undone, and out again as files."""

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
from owner_chat import Core
from sites import SiteUnderTest, running_site
from somebodys_site import Site

from knowledge.store.database import Database
from knowledge.store.imports.imports import LARGEST
from knowledge.store.imports.watched_pages import WatchedPageRepository

PAGE = "/owner/apps/kotori/import"
TABLE = "answer,question\nIs it free?,Yes.\n<b>Bold?</b>,No.\n"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


@pytest.fixture
async def somewhere() -> AsyncIterator[Site]:
    elsewhere = Site()
    await elsewhere.start()
    yield elsewhere
    await elsewhere.stop()


@pytest.fixture
def core(site: SiteUnderTest) -> Core:
    """The parts that work on imports beside the site."""
    return Core(site.db, site.side.clock)


def form(name: str, data: bytes, file: str = "") -> aiohttp.FormData:
    fields = aiohttp.FormData()
    if file:
        fields.add_field(name, data, filename=file)
    else:
        fields.add_field(name, data.decode(), content_type="text/plain")
    return fields


async def upload(site: SiteUnderTest, core: Core, cookie: dict[str, str], data: str = TABLE) -> str:
    """The page of an import that has been read."""
    sent = await site.post(f"{PAGE}/file", data=form("file", data.encode(), "faq.csv"), headers=cookie)
    assert sent.status == 303
    await core.import_runs.work()
    return sent.headers["Location"]


async def html(site: SiteUnderTest, path: str, cookie: dict[str, str]) -> str:
    return await (await site.get(path, headers=cookie)).text()


async def questions(site: SiteUnderTest) -> list[str]:
    return [entry.question for entry in await site.faqs.list((await site.apps.public("kotori")).scope)]


async def test_a_file_is_looked_through_corrected_imported_and_undone(site: SiteUnderTest, core: Core) -> None:
    cookie = await site.sign_in()
    page = await upload(site, core, cookie)
    shown = await html(site, page, cookie)
    assert "Waiting for your OK" in shown
    assert "&lt;b&gt;Bold?&lt;/b&gt;" in shown  # S24
    assert "<b>Bold?</b>" not in shown
    columns = {"question": "0", "answer": "1"}
    assert (await site.post(f"{page}/columns", data=columns, headers=cookie)).status == 303
    again = await site.get(page, headers=cookie)
    assert again.headers["Refresh"] == "2"
    await core.import_runs.work()
    assert (await site.post(f"{page}/apply", headers=cookie)).status == 303
    await core.import_runs.work()
    assert await questions(site) == ["Is it free?", "<b>Bold?</b>"]
    assert "Undo this import" in await html(site, page, cookie)
    assert (await site.post(f"{page}/undo", headers=cookie)).status == 303
    await core.import_runs.work()
    assert await questions(site) == []
    assert "Undone" in await html(site, page, cookie)


async def test_a_whole_site_is_read_with_its_progress_shown_and_stopped(site: SiteUnderTest, somewhere: Site) -> None:
    core = Core(site.db, site.side.clock, sites={somewhere.place})
    cookie = await site.sign_in()
    leads = '<ul><li><a href="/docs/b">Second</a></li><li><a href="/docs/c">Third</a></li></ul>'
    for name in ("docs/", "docs/b", "docs/c"):
        somewhere.pages[name] = (
            f"<html><title>{name}</title><main><p>What {name} says is worth a line.</p></main>{leads}"
        )
    somewhere.refused["docs/c"] = [(429, "600")]
    fields = {"url": somewhere.url("docs/"), "site": "1"}
    sent = await site.post(f"{PAGE}/page", data=fields, headers=cookie)
    while await core.import_runs.work():
        pass
    page = sent.headers["Location"]
    shown = await html(site, page, cookie)
    assert "Pages read: 2 of 3" in shown
    assert '<progress max="3" value="2">' in shown
    assert (await site.post(f"{page}/stop", headers=cookie)).status == 303
    while await core.import_runs.work():
        pass
    shown = await html(site, page, cookie)
    assert "1 pages: You stopped it before that." in shown
    assert (await site.post(f"{page}/stop", headers=cookie)).status == 400
    assert (await site.post(f"{page}/apply", headers=cookie)).status == 303
    await core.import_runs.work()
    assert "The whole site" in await html(site, PAGE, cookie)


async def test_what_changes_is_shown_before_and_after(site: SiteUnderTest, core: Core) -> None:
    scope = (await site.apps.public("kotori")).scope
    await site.faqs.add(scope, "Is it free?", "For a month.")
    cookie = await site.sign_in()
    page = await upload(site, core, cookie, "question,answer\nIs it free?,For ever.\nNew?,Yes.\n")
    shown = await html(site, f"{page}?show=changed", cookie)
    assert re.search(r"before\">For a month\..*after\">For ever\.", shown, re.S)
    assert "New?" not in shown


MANUAL = "# Manual\n\nBegin here.\n\n## Is it free?\n\nYes.\n\n## Can I cancel?\n\nAt any time.\n"


async def test_a_documents_questions_are_entries_or_stay_in_it_as_its_owner_says(
    site: SiteUnderTest, core: Core
) -> None:
    cookie = await site.sign_in()
    sent = await site.post(f"{PAGE}/file", data=form("file", MANUAL.encode(), "manual.md"), headers=cookie)
    await core.import_runs.work()
    page = sent.headers["Location"]
    shown = await html(site, page, cookie)
    assert "Its questions will be entries, and the rest a document." in shown
    assert (await site.post(f"{page}/as", data={"way": "whole"}, headers=cookie)).status == 303
    await core.import_runs.work()
    shown = await html(site, page, cookie)
    assert "It will be imported as one document." in shown
    assert shown.count("<h3>") == 1
    assert (await site.post(f"{page}/as", data={"way": "entries"}, headers=cookie)).status == 303
    await core.import_runs.work()
    assert (await html(site, page, cookie)).count("<h3>") == 3
    table = await upload(site, core, cookie)
    nothing = await site.post(f"{table}/as", data={"way": "whole"}, headers=cookie)
    assert (nothing.status, "I found no questions in it" in await nothing.text()) == (400, True)


async def test_several_files_are_an_import_each_and_what_is_wrong_with_one_says_nothing_of_the_others(
    site: SiteUnderTest, core: Core
) -> None:
    cookie = await site.sign_in()
    files = aiohttp.FormData()
    for name, data in (
        ("one.csv", TABLE.encode()),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0"),
        ("manual.md", MANUAL.encode()),
    ):
        files.add_field("file", data, filename=name)
    sent = await site.post(f"{PAGE}/file", data=files, headers=cookie)
    assert (sent.status, sent.headers["Location"]) == (303, f"{PAGE}#latest")
    while await core.import_runs.work():
        pass
    shown = await html(site, PAGE, cookie)
    states = re.findall(r'/import/\w+">([^<]+)</a></h3><p class="small">([^<]+)<', shown)
    assert dict(states) == {
        "one.csv": "Waiting for your OK",
        "photo.png": "Failed",
        "manual.md": "Waiting for your OK",
    }


async def test_more_files_than_may_come_at_once_are_refused_before_any_is_taken(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    files = aiohttp.FormData()
    for n in range(21):
        files.add_field("file", TABLE.encode(), filename=f"{n}.csv")
    sent = await site.post(f"{PAGE}/file", data=files, headers=cookie)
    assert (sent.status, "at most 20 files" in await sent.text()) == (400, True)
    assert "None yet." in await html(site, PAGE, cookie)


async def test_columns_that_hold_nothing_of_an_entry_are_named(site: SiteUnderTest, core: Core) -> None:
    cookie = await site.sign_in()
    page = await upload(site, core, cookie, "No,Category,question,answer\n1,Fees,Is it free?,Yes.\n")
    assert "Columns not read: No, Category" in await html(site, page, cookie)


async def test_a_decision_that_comes_too_late_is_told(site: SiteUnderTest, core: Core) -> None:
    cookie = await site.sign_in()
    page = await upload(site, core, cookie)
    await site.post(f"{page}/cancel", headers=cookie)
    late = await site.post(f"{page}/apply", headers=cookie)
    assert (late.status, "no longer possible" in await late.text()) == (400, True)
    wrong = await site.post(f"{page}/columns", data={"question": "0", "answer": "{$ne"}, headers=cookie)
    assert wrong.status == 400


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("file", form("file", b"", ""), 400),
        ("file", form("other", b"x", "a.csv"), 400),
        ("file", form("file", b"x" * (LARGEST + 1), "a.csv"), 413),
        ("file", {"file": "x"}, 415),
        ("page", {"url": ""}, 400),
        ("text", form("text", b" \n"), 400),
        ("text", form("text", "長い。".encode() * 30_000), 303),
        ("page", {"url": "https://example.com/"}, 303),
    ],
)
async def test_what_cannot_be_taken_is_refused_at_once(
    site: SiteUnderTest, path: str, fields: aiohttp.FormData | dict[str, str], status: int
) -> None:
    """S29, S34"""
    sent = await site.post(f"{PAGE}/{path}", data=fields, headers=await site.sign_in())
    assert sent.status == status


async def test_an_import_belongs_to_its_owner_and_app(site: SiteUnderTest, core: Core) -> None:
    """S39"""
    page = await upload(site, core, await site.sign_in())
    job = page.rpartition("/")[2]
    await site.an_app("kirin", "Kirin", "ken")
    await site.an_app("second", "Second")
    for owner, handle in (("ken", "kirin"), ("ken", "kotori"), ("yuki", "second")):
        cookie = await site.sign_in(owner)
        for path in ("", "/apply", "/cancel", "/undo"):
            method = site.post if path else site.get
            assert (await method(f"/owner/apps/{handle}/import/{job}{path}", headers=cookie)).status == 404
        assert (await site.get("/owner/apps/kotori/export/faqs.csv", headers=await site.sign_in("ken"))).status == 404
    assert (await site.get(page)).status == 401


async def test_the_files_to_take_along_are_downloads(site: SiteUnderTest) -> None:
    """S38"""
    await site.faqs.add((await site.apps.public("kotori")).scope, "Is it free?", "=Yes.")
    cookie = await site.sign_in()
    sent = await site.get("/owner/apps/kotori/export/faqs.csv", headers=cookie)
    assert sent.headers["Content-Disposition"] == 'attachment; filename="kotori-faqs.csv"'
    assert (await sent.text("utf-8-sig")).splitlines() == [
        "question,answer,phrasings,exact,url",
        "Is it free?,'=Yes.,,,",
    ]
    assert (await site.get("/owner/apps/kotori/export/secrets.csv", headers=cookie)).status == 404


async def test_the_link_from_line_leads_to_the_current_apps_imports(site: SiteUnderTest) -> None:
    moved = await site.get("/owner/import", headers=await site.sign_in())
    assert moved.headers["Location"] == PAGE


async def test_the_weekly_look_is_switched_off_and_on_for_each_page(site: SiteUnderTest) -> None:
    """S39: and by nobody else."""
    cookie, app = await site.sign_in(), await site.apps.public("kotori")
    pages = WatchedPageRepository(site.db)
    url = "https://kotori.example/faq?a=<b>"
    await pages.watch(app.scope, url, site.side.clock.now())
    await pages.failed(app.scope, url, site.side.clock.now(), site.side.clock.now())
    shown = await html(site, PAGE, cookie)
    assert "https://kotori.example/faq?a=&lt;b&gt;" in shown
    assert "It has not been readable since" in shown
    (page,) = await pages.list(app.scope)
    path = f"{PAGE}/pages/{page.id}"
    await site.an_app("other", "Other", owner="other")
    assert (await site.post(path, headers=await site.sign_in("other"))).status == 404
    for on in (False, True):
        done = await site.post(path, headers=cookie)
        assert (done.status, done.headers["Location"]) == (303, f"{PAGE}#pages")
        (page,) = await pages.list(app.scope)
        assert page.on is on
        shown = await html(site, PAGE, cookie)
        assert (">Check every week</button>" in shown) is not on
    assert (await site.post(f"{PAGE}/pages/none", headers=cookie)).status == 404
