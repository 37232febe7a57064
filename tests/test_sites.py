"""Whole sites: read page by page from the address of one, within their bounds, at their pace, and looked at again."""

import asyncio
import gzip
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from children import child, ended
from clock import FrozenClock
from owner_chat import Core, OwnerChat, words_of
from somebodys_site import Site

from handlers.outgoing import from_body
from knowledge.store.database import Database
from knowledge.store.imports.import_items import FaqTexts, ImportItem, ItemOutcome
from knowledge.store.imports.imports import ImportDoor, ImportJob, ImportState
from knowledge.stored_items import KnowledgeItems

WEEK = timedelta(days=7, minutes=1)
ABOUT = "is described here in one long sentence, so that nobody takes it for a menu or a head of the page."


def page(title: str, *links: str, head: str = "", lang: str = "en", text: str = "") -> str:
    leads = "".join(f'<li><a href="{link}">On to {link}</a></li>' for link in links)
    return (
        f'<html lang="{lang}"><head><title>{title}</title>{head}</head><body><nav><ul>{leads}</ul></nav>'
        f"<main><h1>{title}</h1><p>{text or f'{title} {ABOUT}'}</p></main></body></html>"
    )


def faq(question: str, answer: str) -> str:
    asked = f"<details><summary>{question}</summary><p>{answer}</p></details>"
    return f'<html lang="en"><body><main><h1>FAQ</h1>{asked}</main></body></html>'


def sitemap(*places: str) -> str:
    return f'<?xml version="1.0"?><urlset>{"".join(f"<url><loc>{each}</loc></url>" for each in places)}</urlset>'


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    site.versions = True
    site.pages = {}
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def chat(db: Database, site: Site) -> OwnerChat:
    chat = OwnerChat(Core(db, FrozenClock(), sites={site.place}))
    await chat.signs_up()
    return chat


async def worked(chat: OwnerChat, job: ImportJob) -> ImportJob:
    while await chat.core.import_runs.work():
        pass
    return await chat.core.imports.get(job.scope, job.id)


async def begun(chat: OwnerChat, url: str) -> ImportJob:
    return await chat.core.imports.begin_url((await chat.app()).scope, url, ImportDoor.WEB, site=True)


async def read(chat: OwnerChat, url: str) -> ImportJob:
    return await worked(chat, await begun(chat, url))


async def learned(chat: OwnerChat, url: str) -> ImportJob:
    job = await read(chat, url)
    return await worked(chat, await chat.core.imports.apply(job.scope, job.id))


async def items_of(chat: OwnerChat, job: ImportJob) -> dict[str, ImportItem]:
    """By what is shown of them."""
    return {item.shown: item for item in await chat.core.imports.items(job)}


async def left_out(chat: OwnerChat, job: ImportJob, site: Site) -> dict[str, str]:
    """Path -> why it is left out."""
    found = await chat.core.imports.items(job, outcome=ItemOutcome.SKIPPED)
    return {
        item.shown.removeprefix(site.url("")): item.why.say("en") if item.why else "" for item in found if item.shown
    }


async def titles(chat: OwnerChat) -> set[str]:
    return {document.title for document in await chat.core.documents.list((await chat.app()).scope)}


async def told(chat: OwnerChat) -> list[str]:
    rows = await chat.core.db.collection("outbox").find({"kind": "import"}, sort=[("_id", 1)])
    return [str(words) for row in rows for reply in from_body(row["body"]) for words in words_of(reply)]


async def looked_again(chat: OwnerChat) -> int:
    chat.core.clock.advance(WEEK)
    looks = await chat.core.page_watch.round()
    while await chat.core.import_runs.work():
        pass
    return looks


async def test_links_are_followed_within_the_folder_of_the_address(chat: OwnerChat, site: Site) -> None:
    site.pages |= {
        "docs": page("Start", "/docs/a", "/docs/b/", "/blog", "https://example.com/docs/x", "mailto:a@example.com"),
        "docs/a": page("First", "b/../c?utm_source=mail", "/docs/a#part", "/docs/picture.png"),
        "docs/b/": page("Second", "../a"),
        "docs/c": page("Third", "/docs"),
        "blog": page("Blog"),
    }
    await learned(chat, site.url("docs"))
    assert await titles(chat) == {"Start", "First", "Second", "Third"}
    asked = [path for path in site.paths if "xml" not in path and path != "/robots.txt"]
    assert sorted(asked) == ["/docs", "/docs/a", "/docs/b/", "/docs/c"]


async def test_what_a_sitemap_names_is_read_instead_of_links(chat: OwnerChat, site: Site) -> None:
    """Named in robots.txt, in an index, packed."""
    site.robots = f"User-agent: *\nSitemap: {site.url('maps/index.xml')}\n"
    site.pages |= {"docs/": page("Start", "/docs/linked"), "docs/a": page("First"), "docs/linked": page("Linked")}
    index = f"<sitemapindex><sitemap><loc>{site.url('maps/a.xml.gz')}</loc></sitemap></sitemapindex>"
    site.pages["maps/index.xml"] = index
    packed = gzip.compress(sitemap(site.url("docs/a"), site.url("other/b")).encode())
    site.bodies["maps/a.xml.gz"] = packed, "application/x-gzip"
    await learned(chat, site.url("docs/"))
    assert await titles(chat) == {"Start", "First"}
    assert "/other/b" not in site.paths


async def test_a_page_that_has_nothing_below_it_stands_among_others(chat: OwnerChat, site: Site) -> None:
    site.pages |= {"docs/start": page("Start", "second"), "docs/second": page("Second"), "top": page("Top")}
    await learned(chat, site.url("docs/start"))
    assert await titles(chat) == {"Start", "Second"}


async def test_each_page_left_out_is_told_with_why(chat: OwnerChat, site: Site) -> None:
    site.robots = "User-agent: *\nDisallow: /*private\n"
    links = ("secret/private", "members", "script", "endless", "lost", "away", "unlisted", "twin", "shut", "good")
    site.pages |= {
        "": page("Start", *(f"/{each}" for each in links)),
        "good": page("Good"),
        "twin": page("Good"),
        "script": "<html><body><div id=app></div><script src=a.js></script></body></html>",
        "account/login": page("Sign in"),
        "unlisted": page("Unlisted", head='<meta name="robots" content="noindex">'),
        "shut": '<html><body><form>Name <input name=a> <input type="password"></form><p>Members only</p></body></html>',
    }
    site.moved |= {"members": "/account/login?next=members", "away": "https://example.com/"}
    job = await read(chat, site.url(""))
    why = await left_out(chat, job, site)
    assert "does not want programs" in why["secret/private"]
    assert "signing in" in why["members"]
    assert "signing in" in why["shut"]
    assert "script" in why["script"]
    assert "too large" in why["endless"]
    assert "its answer: 404" in why["lost"]
    assert "not to be listed" in why["unlisted"]
    assert "1 pages: The same page at another address." in why.values()
    assert "away" in why
    assert job.counts["added"] == 2
    assert not [path for path in site.paths if "private" in path]


async def test_a_site_that_never_ends_is_read_to_an_end(chat: OwnerChat, site: Site) -> None:
    """Calendars, sessions in queries and in paths, links that grow, the same page with and without a slash."""
    days = [f"/calendar/2026/11/{day}" for day in range(1, 29)]
    sessions = [f"/topic?session={n}" for n in range(12)]
    views = [f"/list?view={n}" for n in range(12)]
    grown = ["/a/b/a/b/a/b/a", "/a/b/c/a/b/c/a/b/c/"]
    site.pages |= {
        "": page("Start", "/topic", "/topic/", "/topic/index.html", "/list", *days, *sessions, *views, *grown, "/end"),
        "topic": page("Topic", "/topic;jsessionid=AB12"),
        "list": page("List"),
        "end": page("End"),
    }
    site.pages |= {each.strip("/"): page(f"Day {each}", *days) for each in days}
    job = await read(chat, site.url(""))
    assert {"Start", "Topic", "List", "End"} <= {*await items_of(chat, job)}
    paths = [path for path in site.paths if path.endswith(".xml") is False and path != "/robots.txt"]
    assert sum(path.startswith("/calendar") for path in paths) <= 12
    assert sum(path.startswith("/topic") for path in paths) == 1
    assert sum(path.startswith("/list") for path in paths) <= 7
    assert not [path for path in paths if path.startswith("/a/")]
    assert job.left_out >= 16 + 6 + 2


async def test_translations_are_left_out_and_counted(chat: OwnerChat, site: Site) -> None:
    def said(lang: str) -> str:
        return "".join(f'<link rel="alternate" hreflang="{each}" href="/{each}/{{0}}">' for each in ("en", "ja", "de"))

    site.pages |= {
        "": page("Start", "/en/a", "/ja/a", "/en/b", "/ja/b-only", "/de/a"),
        "en/a": page("First", head=said("en").format("a")),
        "ja/a": page("最初", lang="ja"),
        "de/a": page("Erste", lang="de"),
        "en/b": page("Second"),
        "ja/b-only": page(
            "日本語だけのページ", lang="ja", text="このページは日本語でしか書かれていないので、残しておきます。"
        ),
    }
    job = await read(chat, site.url(""))
    assert {"Start", "First", "Second", "日本語だけのページ"} <= {*await items_of(chat, job)}
    assert job.left_out == 2
    assert not {"/ja/a", "/de/a"} & {*site.paths}


async def test_of_a_site_without_end_no_more_than_two_thousand_addresses_are_kept(chat: OwnerChat, site: Site) -> None:
    site.pages |= {f"p{n}": faq(f"What is number {n} of them?", f"It is number {n}.") for n in range(3)}
    site.pages["sitemap.xml"] = sitemap(*(site.url(f"p{n}") for n in range(2_600)))
    # All but three are shut: of so many it is said, and of the rest nothing is known but their number.
    site.robots = "User-agent: *\nDisallow: /p\nAllow: /p0$\nAllow: /p1$\nAllow: /p2$\n"
    job = await read(chat, site.url("sitemap.xml"))
    assert job.counts["added"] == 3
    assert job.left_out == 600
    assert len(site.paths) == 5


async def test_a_site_that_asks_for_a_pause_gets_it(chat: OwnerChat, site: Site) -> None:
    site.pages |= {"": page("Start", "/a", "/b"), "a": page("First"), "b": page("Second")}
    site.refused |= {"a": [(429, "120"), (503, "60")]}
    job = await begun(chat, site.url(""))
    await worked(chat, job)
    assert site.paths.count("/a") == 1
    assert "/b" not in site.paths
    # Others of the same owner are not held up by it.
    mine = await chat.core.imports.begin_text(job.scope, "Terms\n\nBe kind.", ImportDoor.WEB)
    assert (await worked(chat, mine)).state is ImportState.READY
    chat.core.clock.advance(timedelta(seconds=119))
    assert (await worked(chat, job)).state is ImportState.READING
    for seconds in (2, 61):
        chat.core.clock.advance(timedelta(seconds=seconds))
        job = await worked(chat, job)
    assert (job.state, job.counts["added"]) == (ImportState.READY, 3)


async def test_a_site_that_wants_too_long_a_pause_is_left(chat: OwnerChat, site: Site) -> None:
    site.pages |= {"": page("Start", "/a", "/b"), "a": page("First"), "b": page("Second")}
    site.refused |= {"a": [(503, "86400")]}
    job = await read(chat, site.url(""))
    assert (job.state, job.counts["added"]) == (ImportState.READY, 1)
    assert [*(await left_out(chat, job, site)).values()] == ["2 pages: The site stopped answering."]


async def test_the_delay_that_robots_txt_asks_for_is_kept(chat: OwnerChat, site: Site) -> None:
    site.robots = "User-agent: *\nCrawl-delay: 30\n"
    site.pages |= {"": page("Start", "/a", "/b"), "a": page("First"), "b": page("Second")}
    job = await begun(chat, site.url(""))
    for asked in (["/"], ["/", "/a"], ["/", "/a", "/b"]):
        await worked(chat, job)
        assert [path for path in site.paths if path in {"/", "/a", "/b"}] == asked
        chat.core.clock.advance(timedelta(seconds=31))
    job = await worked(chat, job)
    assert (job.state, job.counts["added"]) == (ImportState.READY, 3)


async def test_redirects_inside_count_once_and_loops_are_told(chat: OwnerChat, site: Site) -> None:
    site.pages |= {"docs/": page("Start", "/docs/old", "/docs/new", "/docs/loop"), "docs/new": page("New")}
    site.moved |= {"docs": "/docs/", "docs/old": "/docs/new", "docs/loop": "/docs/loop"}
    job = await read(chat, site.url("docs"))
    assert job.counts["added"] == 2
    why = await left_out(chat, job, site)
    assert "keeps redirecting" in why["docs/loop"]


async def test_only_what_has_changed_is_sent_and_read_again(chat: OwnerChat, site: Site) -> None:
    site.pages |= {"": page("Start", "/a", "/b"), "a": page("First"), "b": page("Second")}
    await learned(chat, site.url(""))
    site.pages["b"] = page("Second", text="Now it says something else, and at some length so that it is read.")
    before = len(site.headers)
    job = await read(chat, site.url(""))
    assert (job.counts["same"], job.counts["changed"]) == (2, 1)
    again = dict(zip(site.paths[before:], site.headers[before:], strict=True))
    assert all("If-None-Match" in again[path] for path in ("/a", "/b"))


async def test_a_site_is_looked_at_every_week_with_what_is_new_changed_and_gone(chat: OwnerChat, site: Site) -> None:
    site.pages |= {
        "": page("Start", "/a", "/b", "/faq"),
        "a": page("First"),
        "b": page("Second"),
        "faq": faq("Is the app free for all?", "Yes, for all."),
    }
    await learned(chat, site.url(""))
    (watched,) = await chat.core.page_watch.list((await chat.app()).scope)
    assert (watched.url, watched.site) == (site.url(""), True)
    before = len(await told(chat))
    assert await looked_again(chat) == 1
    assert len(await told(chat)) == before  # nothing new
    site.pages |= {"": page("Start", "/a", "/b", "/faq", "/c"), "c": page("Third")}
    site.pages["a"] = page("First", text="The first page has changed, and says it in a long sentence of its own.")
    await looked_again(chat)
    assert await titles(chat) == {"Start", "First", "Second", "Third"}
    del site.pages["b"], site.pages["faq"]
    await looked_again(chat)
    # What is gone waits for the owner's word.
    assert "Second" in await titles(chat)
    assert any("are gone" in line for line in await told(chat))
    (job, *_rest) = await chat.core.imports.list((await chat.app()).scope)
    assert job.counts["removed"] == 2
    job = await worked(chat, await chat.core.imports.apply(job.scope, job.id))
    assert await titles(chat) == {"Start", "First", "Third"}
    assert await chat.core.faqs.list(job.scope) == []
    job = await worked(chat, await chat.core.imports.undo(job.scope, job.id))
    assert "Second" in await titles(chat)


async def test_a_page_that_only_lost_its_link_is_not_gone(chat: OwnerChat, site: Site) -> None:
    site.pages |= {"": page("Start", "/a"), "a": page("First")}
    await learned(chat, site.url(""))
    site.pages[""] = page("Start")
    await looked_again(chat)
    assert await titles(chat) == {"Start", "First"}
    (job, *_rest) = await chat.core.imports.list((await chat.app()).scope)
    assert (job.state, job.counts.get("removed", 0)) == (ImportState.DONE, 0)


async def test_a_site_stopped_by_its_owner_shows_what_it_has(chat: OwnerChat, site: Site) -> None:
    site.robots = "User-agent: *\nCrawl-delay: 30\n"
    site.pages |= {"": page("Start", "/a", "/b"), "a": page("First"), "b": page("Second")}
    job = await begun(chat, site.url(""))
    await worked(chat, job)
    job = await worked(chat, await chat.core.imports.stop(job.scope, job.id))
    assert (job.state, job.counts["added"], job.left_out) == (ImportState.READY, 1, 2)
    assert not {"/a", "/b"} & {*site.paths}


ANOTHER = """
import asyncio, sys
from clock import FrozenClock
from owner_chat import Core
from knowledge.store.database import Database

async def main(uri, name, place):
    core = Core(Database.open(uri, name), FrozenClock(), sites={place})
    while True:
        await core.import_runs.work()
        await asyncio.sleep(0)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_what_a_killed_process_has_read_is_asked_for_by_nobody_again(
    chat: OwnerChat, site: Site, tmp_path: Path
) -> None:
    names = ("a", "b", "c", "d", "e")
    site.pages |= {"": page("Start", *(f"/{name}" for name in names))} | {name: page(f"Page {name}") for name in names}
    site.reached["c"] = asyncio.Event()
    job = await begun(chat, site.url(""))
    places = f"{Path(__file__).parent}:{Path(__file__).parent.parent}"
    command = (sys.executable, "-c", ANOTHER, chat.core.db.uri, chat.core.db.raw.name, site.place)
    process = await child(*command, environment={"PYTHONPATH": places}, log=tmp_path / "log")
    await asyncio.wait_for(site.reached["c"].wait(), 60)
    await ended(process, signal.SIGKILL)
    del site.reached["c"]
    assert (await worked(chat, job)).state is ImportState.READING  # as long as the dead one's lease lasts
    chat.core.clock.advance(timedelta(minutes=1))
    job = await worked(chat, job)
    assert (job.state, job.counts["added"]) == (ImportState.READY, 6)
    asked = Counter(path for path in site.paths if path in {"/", *(f"/{name}" for name in names)})
    assert asked == Counter({"/": 1, "/a": 1, "/b": 1, "/c": 2, "/d": 1, "/e": 1})


async def test_an_entry_of_a_page_names_it_as_its_source(chat: OwnerChat, site: Site) -> None:
    site.pages |= {"": page("Start", "/faq"), "faq": faq("Is the app free for all?", "Yes, for all.")}
    job = await learned(chat, site.url(""))
    (entry,) = await chat.core.faqs.list(job.scope)
    assert entry.url == site.url("faq")
    sources = {item.title: item.url for item in await KnowledgeItems(chat.core.db).load(job.scope)}
    assert sources["Is the app free for all?"] == site.url("faq")
    texts = [item.texts for item in await chat.core.imports.items(job) if isinstance(item.texts, FaqTexts)]
    assert [each.url for each in texts] == [site.url("faq")]
    await chat.core.faqs.edit(job.scope, entry.id, entry.question, "Yes, for everybody.")
    (entry,) = await chat.core.faqs.list(job.scope)
    assert entry.url == site.url("faq")
