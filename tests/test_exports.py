"""Taking everything along: one ZIP, written while it is read, that a browser and a program can both read."""

import asyncio
import html.parser
import io
import json
import os
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from clock import START
from exported import collections_in, exported
from sites import SiteUnderTest, running_site

from handlers.exports.contents import FORMAT, HELD, MANIFEST
from handlers.exports.pages import LARGEST_PAGE
from handlers.exports.zip_stream import ZipStream
from knowledge.store.database import Database, new_id
from knowledge.store.entries.documents import DOCUMENTS
from knowledge.store.owner_rows import EXPORTED

MB = 1024 * 1024


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as site:
        await site.an_app()
        yield site


async def archive_of(site: SiteUnderTest, owner: str = "yuki") -> zipfile.ZipFile:
    return await exported(site.areas.exports.exports, site.owners[owner].scope)


class Page(html.parser.HTMLParser):
    """The words of a page, what it asks a browser to load, and its tags."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.words, self.links, self.tags = "", list[str](), set[str]()
        self.feed(content.decode())

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]


def pages_in(archive: zipfile.ZipFile) -> dict[str, Page]:
    return {name: Page(archive.read(name)) for name in archive.namelist() if name.endswith(".html")}


async def test_what_an_owner_has_is_on_pages_that_lead_to_each_other(site: SiteUnderTest) -> None:
    app = await site.apps.list(site.owners["yuki"].scope)
    await site.faqs.add(app[0].scope, "Is it <free>?", "Yes & always", phrasings=("What does it cost?",))
    await site.side.areas.entries.documents.add(app[0].scope, "Terms", "Be kind.", "https://example.com/terms")
    await site.ask("Is it free?")
    archive = await archive_of(site)
    pages = pages_in(archive)
    names = set(archive.namelist())
    met, to_see = set[str](), ["index.html"]
    while to_see:
        name = to_see.pop()
        if name in met:
            continue
        met.add(name)
        for link in pages[name].links if name in pages else ():
            to_see.append(os.path.normpath(Path(name).parent / link))
    assert met <= names
    assert {name for name in names if name.endswith(".html")} <= met
    words = " ".join(page.words for name, page in pages.items() if name in met)
    for expected in ("Is it <free>?", "Yes & always", "What does it cost?", "Be kind.", "Kotori", "Is it free?"):
        assert expected in words


async def test_the_pages_ask_nobody_for_anything(site: SiteUnderTest) -> None:
    app = (await site.apps.list(site.owners["yuki"].scope))[0]
    await site.faqs.add(app.scope, "<script>alert(1)</script>", '"><img src=https://evil.example/>{boom}')
    for page in pages_in(await archive_of(site)).values():
        assert page.tags.isdisjoint({"script", "iframe", "object", "form"})
        assert not [link for link in page.links if ":" in link or link.startswith("/")]


async def test_an_app_called_like_a_place_to_fill_in_has_its_page(site: SiteUnderTest) -> None:
    await site.an_app("braces", "{oops} {}")
    assert "{oops} {}" in Page((await archive_of(site)).read("pages/@braces/index.html")).words


async def test_every_file_is_named_where_the_pages_and_the_readmes_list_them(site: SiteUnderTest) -> None:
    archive = await archive_of(site)
    assert HELD.keys() == {stored.name for stored in EXPORTED}
    for name in ("README.ja.txt", "README.en.txt", "index.html"):
        listed = archive.read(name).decode()
        assert not [each for each in HELD if f"{each}.json" not in listed]


async def test_the_archive_says_which_format_it_is_and_how_much_is_in_it(site: SiteUnderTest) -> None:
    archive = await archive_of(site)
    said = json.loads(archive.read(MANIFEST))
    held = collections_in(archive)
    assert said["format"] == FORMAT
    assert said["counts"] == {name.removesuffix(".json"): len(rows) for name, rows in held.items() if name != MANIFEST}


async def test_names_are_the_same_in_every_language_and_none_stands_twice(site: SiteUnderTest) -> None:
    before = (await archive_of(site)).namelist()
    assert len(before) == len(set(before))
    await site.accounts.set_lang(site.owners["yuki"], "ja")
    archive = await archive_of(site)
    assert archive.namelist() == before
    assert archive.testzip() is None
    assert "あなたのデータ" in Page(archive.read("index.html")).words


async def test_a_page_that_becomes_large_goes_on_in_another_one(site: SiteUnderTest) -> None:
    app = (await site.apps.list(site.owners["yuki"].scope))[0]
    for number in range(5):
        await site.side.areas.entries.documents.add(app.scope, f"Part {number}", f"{number}" * 190_000)
    archive = await archive_of(site)
    parts = [info for info in archive.infolist() if info.filename.startswith("pages/@kotori/documents")]
    assert [info.filename for info in parts] == ["pages/@kotori/documents.html", "pages/@kotori/documents-2.html"]
    assert all(info.file_size < LARGEST_PAGE + MB for info in parts)
    assert "Part 0" in Page(archive.read(parts[0])).words
    assert "Part 4" in Page(archive.read(parts[1])).words


async def test_the_file_comes_in_pieces_without_a_length(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    async with site.http.get(f"{site.url}/owner/export.zip", headers=headers) as got:
        assert got.headers["Transfer-Encoding"] == "chunked"
        assert "Content-Length" not in got.headers
        assert got.headers["X-Accel-Buffering"] == "no"
        assert zipfile.ZipFile(io.BytesIO(await got.read())).testzip() is None
    async with site.http.head(f"{site.url}/owner/export.zip", headers=headers) as head:
        assert (head.status, await head.read()) == (200, b"")


async def test_who_goes_away_stops_it_and_leaves_no_cursor_open(site: SiteUnderTest) -> None:
    await many_documents(site, 8)
    pieces = await site.areas.exports.exports.of(site.owners["yuki"].scope)
    async for piece in pieces:
        if len(piece) > 20_000:  # in the middle of the documents
            break
    assert await open_cursors(site.db)
    await pieces.aclose()
    assert not await open_cursors(site.db)


async def many_documents(site: SiteUnderTest, number: int) -> None:
    """Such as cannot be packed much, a hundred kilobytes each."""
    app = (await site.apps.list(site.owners["yuki"].scope))[0]
    saved = await site.side.areas.entries.documents.add(app.scope, "Terms", "Be kind.")
    [one] = await site.db.collection(DOCUMENTS.name).find({"_id": saved.document.id})
    texts = ({"_id": new_id(), "text": os.urandom(95_000).hex()} for _ in range(number))
    await site.db.collection(DOCUMENTS.name).insert_many([one | text for text in texts])


async def open_cursors(db: Database) -> list[int]:
    """Those that read documents."""
    found = db.client.admin.aggregate([{"$currentOp": {"idleCursors": True, "allUsers": True}}])
    cursors = [each async for each in found if each.get("cursor") and each["ns"] == f"{db.raw.name}.documents"]
    return [each["cursor"]["cursorId"] for each in cursors]


async def test_what_breaks_off_in_the_middle_does_not_look_whole(site: SiteUnderTest, db: Database) -> None:
    """The store goes away while the file is under way: the client sees a broken transfer, never a shorter file."""
    await many_documents(site, 200)
    headers = await site.sign_in()
    async with site.http.get(f"{site.url}/owner/export.zip", headers=headers) as got:
        await got.content.readexactly(1000)
        while not (cursors := await open_cursors(db)):
            assert not got.content.at_eof()
        await db.raw.command({"killCursors": "documents", "cursors": cursors})
        with pytest.raises(Exception, match=r"payload|closed|reset"):
            await got.read()


def test_more_than_four_gigabytes_have_sizes_and_places_of_64_bits(tmp_path: Path) -> None:
    """On a disk with a hole in it: what is nothing but zeros takes no room there."""
    archive, path, zeros = ZipStream(START), tmp_path / "large.zip", bytes(8 * MB)
    with path.open("wb") as target:

        def keep() -> None:
            piece = archive.take()
            if piece.count(0) == len(piece):
                target.seek(len(piece), os.SEEK_CUR)
            else:
                target.write(piece)

        archive.begin("zeros.json", may_be_large=True, packed=False)
        keep()
        for _ in range(520):
            archive.write(zeros)
            keep()
        archive.end()
        archive.put("after.txt", b"beyond the fourth gigabyte")
        archive.finish()
        keep()
    with zipfile.ZipFile(path) as read:
        assert read.getinfo("zeros.json").file_size == 520 * 8 * MB
        assert read.getinfo("after.txt").header_offset > 2**32
        assert read.read("after.txt") == b"beyond the fourth gigabyte"
    assert path.stat().st_blocks * 512 < 64 * MB


async def test_an_export_leaves_the_loop_free(site: SiteUnderTest) -> None:
    """Packing happens in a thread: between two pieces others have their turn."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    pieces = [piece async for piece in await site.areas.exports.exports.of(site.owners["yuki"].scope)]
    beside.cancel()
    assert turns > len(pieces)
