"""The export by a link from the chat: once, not by looking, and nobody else's."""

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from grounds import PUBLIC_URL
from owner_chat import OwnerChat
from sites import SiteUnderTest, running_site

from handlers.exports.downloads import MOST, Downloads
from handlers.messages import Card
from knowledge.errors import NotFound
from knowledge.store.database import Database


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as site:
        await site.an_app()
        yield site


@pytest.fixture
def downloads(site: SiteUnderTest) -> Downloads:
    return site.areas.exports.downloads


async def test_the_card_leads_out_of_lines_own_browser(db: Database) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/export")
    card = chat.last[0]
    assert isinstance(card, Card)
    assert card.choices[0].url.startswith(f"{PUBLIC_URL}/download/")
    assert card.choices[0].url.endswith("?openExternalBrowser=1")
    for _again in range(MOST - 1):
        await chat.says("/export")
    assert (await chat.says("/export"))[0].startswith("You have asked for too many links.")


async def test_looking_uses_nothing_up_and_the_file_comes_once(site: SiteUnderTest, downloads: Downloads) -> None:
    """S2, S4"""
    token = await downloads.link(site.owners["yuki"].scope)
    for _look in range(3):
        assert (await site.get(f"/download/{token}")).status == 200
    got = await site.post("/download", data={"token": token})
    assert "apps.json" in zipfile.ZipFile(io.BytesIO((await got.text("latin-1")).encode("latin-1"))).namelist()
    assert got.headers["Cache-Control"] == "no-store, no-transform"
    assert (await site.post("/download", data={"token": token})).status == 404
    assert (await site.get(f"/download/{token}")).status == 404


async def test_of_two_at_once_one_gets_it(site: SiteUnderTest, downloads: Downloads) -> None:
    token = await downloads.link(site.owners["yuki"].scope)
    got = await asyncio.gather(*(site.post("/download", data={"token": token}) for _ in range(2)))
    assert sorted(each.status for each in got) == [200, 404]


async def test_after_ten_minutes_or_made_up_it_gives_nothing(site: SiteUnderTest, downloads: Downloads) -> None:
    """S3"""
    token = await downloads.link(site.owners["yuki"].scope)
    site.side.clock.advance(timedelta(minutes=10))
    for each in (token, "made-up", ""):
        with pytest.raises(NotFound):
            await downloads.take(each)


async def test_only_the_tokens_hash_is_kept(site: SiteUnderTest, downloads: Downloads) -> None:
    """S1"""
    token = await downloads.link(site.owners["yuki"].scope)
    assert token not in str(await site.db.collection("download_links").find({}))


async def test_a_link_whose_download_broke_off_is_good_for_another_hour(
    site: SiteUnderTest, downloads: Downloads
) -> None:
    token = await downloads.link(site.owners["yuki"].scope)
    pieces = await downloads.take(token)
    await anext(pieces)
    with pytest.raises(NotFound):
        await downloads.look(token)
    await pieces.aclose()
    site.side.clock.advance(timedelta(minutes=59))
    assert (
        zipfile.ZipFile(io.BytesIO(b"".join([piece async for piece in await downloads.take(token)]))).testzip() is None
    )
    with pytest.raises(NotFound):
        await downloads.look(token)
