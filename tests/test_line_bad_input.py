"""Whatever else people send in LINE: each thing of no use has a clear answer of its own, in their language."""

import io
import zipfile
from typing import Any

import pytest
from conftest import Town
from test_pictures import photo
from walking import Walker

from bot.embedded.line_simulator import words_of
from bot.embedded.line_simulator.state import ChatItem

pytestmark = pytest.mark.asyncio(loop_scope="module")


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "<a/>")
    return target.getvalue()


FILES: dict[str, bytes] = {
    "setup.exe": b"MZ\x90\x00" + b"\x00" * 64,
    "photos.zip": zipped("a.jpg"),
    "table.xlsx": zipped("[Content_Types].xml", "xl/workbook.xml"),
    "empty.csv": b"",
    "large.pdf": b"%PDF-" + b"x" * (10 * 1024 * 1024),
    "no-ending": b"\x00\x01\x02",
}
PICTURES: dict[str, bytes] = {
    "1 px": photo(1, 1, "PNG"),
    "10,000 px": photo(10_000, 20, "PNG"),
    "no picture": b"hello",
}
OTHERS: dict[str, dict[str, Any]] = {
    "sticker": {"type": "sticker", "packageId": "1", "stickerId": "1"},
    "video": {"type": "video", "duration": 1, "contentProvider": {"type": "line"}},
    "audio": {"type": "audio", "duration": 1, "contentProvider": {"type": "line"}},
    "location": {"type": "location", "title": "x", "address": "y", "latitude": 35.0, "longitude": 139.0},
}
ONLY = ("I can read texts, files and photos, but nothing else.", "読めるのは文章、ファイル、写真だけです。")
# What it was -> a part of the answer in English, and in Japanese.
ANSWERS: dict[str, tuple[str, str]] = {
    "setup.exe": ("This is a program.", "これはプログラムです。"),
    "photos.zip": ("There is no file in this ZIP that I can read.", "このZIPには、読み込めるファイルがありません。"),
    "table.xlsx": ("This table is empty.", "この表は空です。"),
    "empty.csv": ("This file is empty.", "ファイルが空です。"),
    "large.pdf": ("At most 10 MB can be sent.", "送れるのは10MBまでです。"),
    "no-ending": ("Please save it as UTF-8", "UTF-8で保存し直して"),
    "1 px": ("It needs at least 64 × 64.", "64×64ピクセル以上"),
    "10,000 px": ("at most 8000 on each side", "縦横とも8000ピクセルまで"),
    "no picture": ("I cannot read this as a picture.", "画像として読み込めません。"),
} | dict.fromkeys(OTHERS, ONLY)


async def answered(owner: Walker, since: int) -> str:
    """The first answer to what was sent."""

    def came() -> list[ChatItem]:
        return [item for item in owner.person.chat[since:] if item.from_bot]

    await owner.mimi.line.wait_for(lambda: bool(came()))
    return words_of(came()[0].message)[0]


@pytest.mark.parametrize("lang", ["en", "ja"])
async def test_what_cannot_be_read_is_answered_and_nothing_is_kept(town: Town, lang: str) -> None:
    owner = Walker(town.mimi, next(town.numbers), lang)
    await owner.signs_up()
    said: dict[str, str] = {}
    for name, data in FILES.items():
        since = len(owner.person.chat)
        await owner.person.send_file(name, data)
        said[name] = await answered(owner, since)
    for name, data in PICTURES.items():
        since = len(owner.person.chat)
        await owner.person.send_image(data)
        said[name] = await answered(owner, since)
    for number, (name, content) in enumerate(OTHERS.items()):
        since = len(owner.person.chat)
        event = owner.person.event("message", message=content | {"id": f"9000{number}", "quoteToken": "q"})
        assert await town.mimi.line.deliver([event]) == 200
        said[name] = await answered(owner, since)
    assert len(said) == len(ANSWERS)
    for name, (english, japanese) in ANSWERS.items():
        assert (japanese if lang == "ja" else english) in said[name], name
    for kept in ("faqs", "documents", "pictures"):
        assert await owner.stored(kept) == [], kept
    await town.mimi.settled()
    assert [problem for each in town.mimi.line.requests for problem in each.problems] == []
