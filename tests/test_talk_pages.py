"""A long list of conversations is read and looked through a page at a time, each conversation once."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
from sites import SiteUnderTest, running_site

from handlers.conversations.past_conversations import LOOKED_THROUGH, PAGE
from knowledge.store.conversations.conversations import CONVERSATIONS, TalkPlace
from knowledge.store.conversations.messages import MESSAGES
from knowledge.store.database import Database, new_id

LIST = "/owner/apps/kotori/conversations"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def talks(site: SiteUnderTest, count: int, oldest: str = "") -> None:
    """So many conversations, two of them at a time; `oldest` is what was asked in the one of longest ago."""
    await site.ask("Is it free?")
    [talk] = await site.db.collection(CONVERSATIONS.name).find({}, limit=1)
    [said, *_] = await site.db.collection(MESSAGES.name).find({"role": "visitor"}, limit=1)
    ids = [new_id() for _ in range(count - 1)]
    earlier = [timedelta(minutes=number // 2) for number in range(count - 1)]
    await site.db.collection(CONVERSATIONS.name).insert_many(
        [
            talk | {"_id": each, "key_hash": uuid4().hex, "last_at": talk["last_at"] - by}
            for each, by in zip(ids, earlier, strict=True)
        ]
    )
    texts = {ids[-1]: oldest} if oldest else {}
    await site.db.collection(MESSAGES.name).insert_many(
        [
            said
            | {"_id": new_id(), "conversation_id": each, "client_id": uuid4().hex, "text": texts.get(each, "Free?")}
            for each in ids
        ]
    )


async def test_pages_hold_each_conversation_once_the_latest_first(site: SiteUnderTest) -> None:
    await talks(site, 2 * PAGE + 3)
    headers, path, seen = await site.sign_in(), LIST, list[str]()
    for expected in (PAGE, PAGE, 3):
        page = await (await site.get(path, headers=headers)).text()
        found = re.findall(rf'href="{LIST}/(\w+)#latest"', page)
        assert len(found) == expected
        seen += found
        further = re.search(r'rel="next" href="([^"]+)"', page)
        path = further[1] if further else ""
    assert path == ""
    assert len(set(seen)) == 2 * PAGE + 3
    scope = (await site.apps.public("kotori")).scope
    past = site.areas.conversations.past
    assert seen == [each.conversation.id for each in await past.latest(scope, limit=100)]


async def test_words_are_looked_for_in_so_many_at_once_and_further_back_on_request(site: SiteUnderTest) -> None:
    await talks(site, LOOKED_THROUGH + 2, "Do you ship to Antarctica?")
    headers = await site.sign_in()
    page = await (await site.get(f"{LIST}?q=antarctica", headers=headers)).text()
    assert "Not found in conversations since" in page
    further = re.search(r'rel="next" href="([^"]+)"', page)
    assert further
    page = await (await site.get(further[1].replace("&amp;", "&"), headers=headers)).text()
    assert "Do you ship to Antarctica?" in page
    assert 'rel="next"' not in page
    scope = (await site.apps.public("kotori")).scope
    [found] = await site.areas.conversations.past.find(scope, "antarctica")
    assert found.first == "Do you ship to Antarctica?"


async def test_a_word_in_many_conversations_is_shown_a_page_at_a_time(site: SiteUnderTest) -> None:
    await talks(site, PAGE + 2)
    past, scope = site.areas.conversations.past, (await site.apps.public("kotori")).scope
    first = await past.page(scope, None, "free")
    rest = await past.page(scope, first.behind, "free")
    assert (len(first.talks), len(rest.talks), rest.behind) == (PAGE, 2, None)


@pytest.mark.parametrize("asked", ["", "x", "1-", "99999999999999999-" + "a" * 24, "0-" + "g" * 24, "1-" + "a" * 25])
async def test_an_address_that_names_no_place_shows_the_beginning(site: SiteUnderTest, asked: str) -> None:
    await site.ask("Is it free?")
    page = await (await site.get(f"{LIST}?before={asked}", headers=await site.sign_in())).text()
    assert "Is it free?" in page


async def test_behind_the_last_there_is_nothing(site: SiteUnderTest) -> None:
    await site.ask("Is it free?")
    page = await (await site.get(f"{LIST}?before=1-{'0' * 24}", headers=await site.sign_in())).text()
    assert "There are no earlier conversations." in page
    scope = (await site.apps.public("kotori")).scope
    [talk] = await site.areas.conversations.past.latest(scope, limit=2)
    place = TalkPlace(talk.conversation.last_at, talk.conversation.id)
    assert (await site.areas.conversations.past.page(scope, place)).talks == []
