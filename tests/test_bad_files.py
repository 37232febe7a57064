"""Files that cannot be read, at both doors: each is told in a word what is wrong with it, and nothing is learned."""

import io
from collections.abc import AsyncIterator

import aiohttp
import pypdfium2
import pytest
from mimi import Mimi
from owner_chat import Core
from read_files import zipped
from sites import SiteUnderTest, running_site

from bot.embedded.line_simulator import words_of
from knowledge.importing.pdf.pdf import MOST_PAGES
from knowledge.importing.tables import MOST_ROWS
from knowledge.store.database import Database

PAGE = "/owner/apps/kotori/import"
TABLE = "question,answer\nIs it free?,Yes.\n"
LOCKED = b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")


def pages(count: int) -> bytes:
    document, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _page in range(count):
        document.new_page(100, 100)
    document.save(out)
    return out.getvalue()


BAD: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "This file is empty."),
    "locked.xlsx": (LOCKED, "This file is locked by a password. Please send it without one."),
    "broken.docx": (zipped({"word/document.xml": "<a/>"})[:60], "This file is broken."),
    "wrong.pdf": (b"Only words.", "Despite its name, “wrong.pdf” is not a PDF."),
    "mixed.csv": (f"質問,回答\n無料ですか,はい\n{'送料は'}".encode() + ",500円\n".encode("cp932"), "UTF-8"),
    "zip.zip": (zipped({"in.zip": zipped({"a.txt": "Words."})}), "I cannot read a ZIP inside a ZIP."),
    "rows.csv": (b"question,answer\n" + b"Is it?,Yes.\n" * (MOST_ROWS + 1), "At most 10000 rows"),
    "pages.pdf": (pages(MOST_PAGES + 1), "This PDF has 301 pages; I can read at most 300."),
    "photo.png": (b"\x89PNG\r\n\x1a\n\0\0", "text in pictures is not read"),
}


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def test_on_the_web_each_bad_file_has_its_word_and_a_good_one_between_them_is_read(site: SiteUnderTest) -> None:
    core, cookie = Core(site.db, site.side.clock), await site.sign_in()
    files = aiohttp.FormData()
    for name, data in ({name: data for name, (data, _said) in BAD.items()} | {"good.csv": TABLE.encode()}).items():
        files.add_field("file", data, filename=name)
    assert (await site.post(f"{PAGE}/file", data=files, headers=cookie)).status == 303
    while await core.import_runs.work():
        pass
    jobs = {job.name: job for job in await core.imports.list((await site.apps.public("kotori")).scope)}
    assert jobs.pop("good.csv").counts["added"] == 1
    for name, job in jobs.items():
        shown = await (await site.get(f"{PAGE}/{job.id}", headers=cookie)).text()
        assert BAD[name][1] in shown, name
    assert await site.faqs.list((await site.apps.public("kotori")).scope) == []


async def test_in_line_each_bad_file_has_its_word_and_one_after_another_each_its_own(mimi: Mimi) -> None:
    await mimi.sign_up()
    for name, (data, said) in BAD.items():
        await mimi.owner.send_file(name, data)
        (item,) = await mimi.owner.replies()
        [words] = words_of(item.message)
        assert said in words, name
    assert await mimi.database.collection("faqs").count({}) == 0


async def test_rows_too_long_to_keep_are_named_and_the_others_are_kept(site: SiteUnderTest) -> None:
    core, scope = Core(site.db, site.side.clock), (await site.apps.public("kotori")).scope
    table = f"question,answer\nHow long?,{'a' * 100_000}\n{'b' * 100_000},Yes.\nIs it free?,Yes.\n"
    cookie = await site.sign_in()
    files = aiohttp.FormData()
    files.add_field("file", table.encode(), filename="long.csv")
    await site.post(f"{PAGE}/file", data=files, headers=cookie)
    await core.import_runs.work()
    [job] = await core.imports.list(scope)
    assert (job.counts["added"], job.counts["skipped"]) == (1, 2)
