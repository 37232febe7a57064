"""Pages of releases are looked at every week: what is new there is on the app's page, and told once, at both doors."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from clock import FrozenClock
from owner_chat import Core, OwnerChat, words_of
from sites import SiteUnderTest, running_site
from somebodys_site import Site

from handlers.outgoing import from_body
from knowledge.store.database import Database

WEEK = timedelta(days=7)
FEED = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Releases</title>{entries}</feed>'


def feed(*versions: str, words: str = "Fixes and more") -> tuple[bytes, str]:
    entries = "".join(
        f"<entry><title>{version}</title><updated>2040-03-20T00:00:00Z</updated><content>{words}</content></entry>"
        for version in versions
    )
    return FEED.format(entries=entries).encode(), "application/atom+xml"


@pytest.fixture
async def elsewhere() -> AsyncIterator[Site]:
    site = Site()
    await site.start()
    yield site
    await site.stop()


@pytest.fixture
async def chat(db: Database, elsewhere: Site) -> OwnerChat:
    chat = OwnerChat(Core(db, FrozenClock(), sites={elsewhere.place}))
    await chat.signs_up()
    elsewhere.bodies["releases.atom"] = feed("1.1", "1.0")
    return chat


async def a_week_later(chat: OwnerChat) -> int:
    chat.core.clock.advance(WEEK + timedelta(minutes=1))
    return await chat.core.page_watch.round()


async def titles(chat: OwnerChat) -> list[str]:
    return [note.title for note in await chat.core.areas.entries.notes.list((await chat.app()).scope)]


async def told(chat: OwnerChat) -> list[str]:
    """What waits to be told to the owner, a line a card."""
    rows = await chat.core.db.collection("outbox").find({"kind": "import"}, sort=[("_id", 1)])
    return [" / ".join(map(str, words_of(reply))) for row in rows for reply in from_body(row["body"])]


async def follows(chat: OwnerChat, elsewhere: Site) -> str:
    url = elsewhere.url("releases.atom")
    assert f"I look at {url} now and every week." in (await chat.says(f"/news add {url}"))[0]
    assert await chat.core.page_watch.round() == 1
    return url


async def test_what_is_new_there_comes_onto_the_page_and_is_told_once(chat: OwnerChat, elsewhere: Site) -> None:
    url = await follows(chat, elsewhere)
    assert await titles(chat) == ["1.1", "1.0"]
    [first] = await told(chat)
    assert "New on your page" in first
    assert url in first
    await a_week_later(chat)  # the same stands there
    elsewhere.bodies["releases.atom"] = feed("v1.2", "1.1: The one with tags", "v1.0", words="Mended words")
    await a_week_later(chat)
    await a_week_later(chat)
    assert await titles(chat) == ["v1.2", "1.1", "1.0"]
    _first, second = await told(chat)
    assert "1.2" in second
    assert "1.1" not in second


async def test_what_its_owner_took_away_or_has_already_is_not_taken_again(chat: OwnerChat, elsewhere: Site) -> None:
    await chat.says("/news add 1.0 2040-01-01\nMy own words.")
    await follows(chat, elsewhere)
    assert await titles(chat) == ["1.1", "1.0"]
    notes, scope = chat.core.areas.entries.notes, (await chat.app()).scope
    await notes.remove(scope, (await notes.list(scope))[0].id)
    await a_week_later(chat)
    assert await titles(chat) == ["1.0"]
    assert [note.text for note in await notes.list(scope)] == ["My own words."]


async def test_a_page_that_cannot_be_read_is_told_once_until_it_works_again(chat: OwnerChat, elsewhere: Site) -> None:
    await follows(chat, elsewhere)
    before = len(await told(chat))
    for times in (1, 2):
        del elsewhere.bodies["releases.atom"]
        for _week in range(2):
            await a_week_later(chat)
        elsewhere.bodies["releases.atom"] = feed("1.1", "1.0")
        await a_week_later(chat)
        assert len(await told(chat)) == before + times
    assert "The release notes could not be read" in (await told(chat))[-1]


async def test_it_is_switched_off_in_line_and_goes_with_the_app(chat: OwnerChat, elsewhere: Site) -> None:
    await follows(chat, elsewhere)
    assert any("I check it every week." in said for said in await chat.says("/doc pages"))
    assert "Check it now" not in chat.labels()
    await chat.taps("Stop weekly checks")
    elsewhere.bodies["releases.atom"] = feed("1.2")
    assert await a_week_later(chat) == 0
    assert await titles(chat) == ["1.1", "1.0"]
    await chat.core.accounts.erase((await chat.owner()).scope)
    assert await chat.core.db.collection("watched_pages").count({}) == 0


async def test_a_page_mimi_answers_from_is_not_taken_for_news(chat: OwnerChat, elsewhere: Site) -> None:
    app, url = await chat.app(), elsewhere.url("releases.atom")
    await chat.core.store.watched_pages.watch(app.scope, url, chat.core.clock.now())
    assert (await chat.says(f"/news add {url}"))[0].startswith("I answer from this page already.")


async def test_the_web_page_begins_shows_and_ends_it(db: Database) -> None:
    async with running_site(db, speaks=False) as site:
        await site.an_app()
        headers, here = await site.sign_in(), "/owner/apps/kotori/news"
        data = {"url": "https://example.com/releases.atom", "do": "follow"}
        begun = await site.post(f"{here}/page", data=data, headers=headers)
        assert begun.headers["Location"] == f"{here}?done=followed"
        await is_shown(site, headers, shown=True)
        [page] = await site.areas.imports.page_watch.list((await site.apps.public("kotori")).scope)
        ended = await site.post(f"/owner/apps/kotori/import/pages/{page.id}", headers=headers)
        assert ended.headers["Location"] == here
        await is_shown(site, headers, shown=False)
        refused = await site.post(f"{here}/page", data={"url": "no address", "do": "follow"}, headers=headers)
        assert 'aria-invalid="true"' in await refused.text()


async def is_shown(site: SiteUnderTest, headers: dict[str, str], *, shown: bool) -> None:
    page = await (await site.get("/owner/apps/kotori/news?lang=en", headers=headers)).text()
    assert ("Looked at every week" in page) is shown
