"""An import of rows with names and addresses: preview and result say at both doors what visitors will not see."""

from collections.abc import AsyncIterator

import pytest
from mimi import Mimi
from owner_chat import Core
from sites import SiteUnderTest, running_site
from test_import_journeys import sends, taps
from test_web_imports import html, upload

from bot.embedded.line_simulator import words_of
from knowledge.store.database import Database

SURNAMES = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"]
GIVEN = [
    "太郎",
    "花子",
    "健一",
    "直子",
    "翔太",
    "美咲",
    "大輔",
    "裕子",
    "一郎",
    "恵子",
    "修",
    "誠",
    "明美",
    "由美子",
    "和也",
]
PEOPLE = [f"{surname} {given}" for surname in SURNAMES for given in GIVEN]
DOUBTFUL = "question,answer\nWho said it?,As Knuth said.\nAnd then?,As Eeyore said.\nIs it free?,Yes.\n"


def registers(rows: int) -> str:
    """Somebody's register: a person, an address and a phone a row."""
    lines = (
        f"店舗{n}の責任者は？,責任者は{name}様です。"
        f"東京都港区芝公園{n % 4 + 1}-{n + 1}-1です。電話は03-1234-{5000 + n}です。"
        for n, name in enumerate(PEOPLE[:rows])
    )
    return "question,answer\n" + "\n".join(lines) + "\n"


HIDDEN = "name (150), address (150), phone number (150)"


async def test_150_rows_are_not_taken_without_a_word_in_line(mimi: Mimi) -> None:
    await mimi.sign_up()
    preview = await sends(mimi, "register.csv", registers(150).encode())
    assert f"{HIDDEN}. /hidden lists them once it is imported." in preview
    result = await taps(mimi, "Import")
    assert {"Imported", "Visitors will not see", HIDDEN} <= set(result)
    listed = await taps(mimi, "Show what is hidden")
    assert any("450 hidden from visitors" in words for words in listed)


async def test_what_is_hidden_of_an_import_is_asked_about_in_line_when_it_is_in(mimi: Mimi) -> None:
    await mimi.sign_up()
    assert "name (2). /hidden lists them once it is imported." in await sends(mimi, "faq.csv", DOUBTFUL.encode())
    await mimi.owner.tap("Import")
    done, asked = await mimi.owner.replies(2)
    assert "Imported" in words_of(done.message)
    assert {"Knuth", "Eeyore", "Yes, hide it", "No, show it"} <= set(words_of(asked.message))
    shown = await taps(mimi, "No, show it")
    assert shown[0].startswith("Visitors may now see: ")


async def test_an_import_without_anything_personal_says_nothing_of_it(mimi: Mimi) -> None:
    await mimi.sign_up()
    preview = await sends(mimi, "faq.csv", b"question,answer\nIs it free?,Yes.\n")
    assert not any("hidden" in words or "Visitors will not see" in words for words in preview)


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def test_the_page_says_it_before_and_after_and_asks(site: SiteUnderTest) -> None:
    core, cookie = Core(site.db, site.side.clock), await site.sign_in()
    page = await upload(site, core, cookie, registers(20) + "Who said it?,As Knuth said.\n")
    before = await html(site, page, cookie)
    assert "Visitors will not see: name (21), address (20), phone number (20)" in before
    assert "Once it is imported, you find them" in before
    assert "Is this the name of a person to hide?" not in before
    await site.post(f"{page}/apply", headers=cookie)
    await core.import_runs.work()
    after = await html(site, page, cookie)
    assert "Visitors will not see: name (21), address (20), phone number (20)" in after
    assert 'href="/owner/apps/kotori/hidden"' in after
    assert "<h3>Knuth</h3>" in after
    await site.post(f"{page}/undo", headers=cookie)
    await core.import_runs.work()
    undone = await html(site, page, cookie)
    assert "Visitors will not see" not in undone
    assert "<h3>Knuth</h3>" not in undone


async def test_of_a_long_import_the_preview_says_that_there_may_be_more(site: SiteUnderTest) -> None:
    core, cookie = Core(site.db, site.side.clock), await site.sign_in()
    filler = "".join(f"Question {n}?,{'It is so. ' * 480}\n" for n in range(70))
    data = "question,answer\nWho?,Ask Jason Miller.\n" + filler + "Mail?,Write to help@example.com.\n"
    page = await upload(site, core, cookie, data)
    assert "Visitors will not see: name (1), and perhaps more" in await html(site, page, cookie)
    await site.post(f"{page}/apply", headers=cookie)
    await core.import_runs.work()
    assert "Visitors will not see: name (1), e-mail address (1)" in await html(site, page, cookie)
