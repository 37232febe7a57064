"""Release notes are read from feeds, changelogs and pages of releases, and looked at before they are kept."""

from collections.abc import AsyncIterator
from datetime import date
from http import HTTPStatus

import pytest
from clock import FrozenClock
from owner_chat import Core
from sites import SiteUnderTest, running_site
from somebodys_site import Site

from handlers.entries.news_written import WrittenNote, notes_written
from knowledge.errors import BadInput
from knowledge.importing.process import read
from knowledge.importing.read_results import FileKind, FoundDocument, ReadRequest
from knowledge.store.database import Database

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
  <title>Release notes from kotori</title>
  <entry><id>1</id><updated>2040-03-20T22:33:15Z</updated><link href="https://example.com"/>
    <title>v2.3.0</title><content type="html">&lt;h2&gt;What's Changed&lt;/h2&gt;
&lt;ul&gt;&lt;li&gt;Faster sync&lt;/li&gt;&lt;li&gt;Dark mode&lt;/li&gt;&lt;/ul&gt;</content></entry>
  <entry><id>2</id><updated>2040-02-01T00:00:00Z</updated><title>v2.2.0</title>
    <content type="text">Fixes</content></entry>
  <entry><id>3</id><updated>2040-01-01T00:00:00Z</updated><title>v2.1.0</title><content/></entry>
</feed>"""
RSS = """<rss version="2.0"><channel><title>Kotori</title><description>News</description>
<item><title>2.3</title><pubDate>Tue, 20 Mar 2040 10:00:00 +0900</pubDate><description>Faster sync</description></item>
</channel></rss>"""


def noted(text: str) -> list[WrittenNote]:
    result = read(text.encode(), ReadRequest(url="https://example.com/feed"))
    assert result.kind is FileKind.FEED
    [document] = result.items
    assert isinstance(document, FoundDocument)
    return notes_written(document.text)


def test_a_feeds_entries_are_notes_with_their_day() -> None:
    first, second = noted(ATOM)
    assert (first.title, first.day) == ("v2.3.0", date(2040, 3, 20))
    assert "## What's Changed" in first.text
    assert "Dark mode" in first.text
    assert second == WrittenNote("v2.2.0", "Fixes", date(2040, 2, 1))
    assert noted(RSS) == [WrittenNote("2.3", "Faster sync", date(2040, 3, 20))]


@pytest.mark.parametrize(
    "text", ["<feed></feed>", "<rss><channel></rss>", '<!DOCTYPE a [<!ENTITY b "c">]><feed>&b;</feed>']
)
def test_a_feed_that_is_empty_broken_or_hostile_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        read(f"<?xml version='1.0'?>{text}".encode(), ReadRequest(url="https://example.com/feed"))


@pytest.fixture
async def elsewhere() -> AsyncIterator[Site]:
    site = Site()
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def test_a_feed_and_a_page_of_releases_say_the_same(site: SiteUnderTest, elsewhere: Site) -> None:
    elsewhere.bodies["releases.atom"] = ATOM.encode(), "application/atom+xml"
    body = (
        "<h2>v2.3.0</h2><p>20 Mar 2040</p><ul><li>Faster sync of everything</li></ul><h2>v2.2.0</h2><p>Many fixes</p>"
    )
    elsewhere.pages["releases"] = f"<html><title>Releases</title><body><main>{body}</main></body></html>"
    scope = (await site.apps.public("kotori")).scope
    releases = Core(site.db, FrozenClock(), sites={elsewhere.place}).areas.imports.releases
    for name in ("releases.atom", "releases"):
        notes = notes_written(await releases.text(scope, elsewhere.url(name)))
        assert [note.title for note in notes] == ["v2.3.0", "v2.2.0"]
        assert "Faster sync" in notes[0].text


async def test_what_cannot_be_read_is_told_beside_its_address(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    data = {"url": "http://127.0.0.1:1/feed"}
    answer = await site.post("/owner/apps/kotori/news/page", data=data, headers=headers)
    assert answer.status == HTTPStatus.BAD_REQUEST
    assert 'value="http://127.0.0.1:1/feed"' in await answer.text()
