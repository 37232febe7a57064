"""`make screenshots`: every page and state as a picture, in both languages, on a phone and a desk, light and dark.

The pages are those that tests/test_accessibility.py looks at, and beside them the owner's chat in the LINE simulator.
Sheets of many at once and index.html are for whoever looks at them all. With --pictures also the README's own.
"""

import argparse
import asyncio
import html
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer
from browsers import DESKTOP, LOOKS, PHONE, chromium, open_page
from clock import FrozenClock
from house import HANDLE, KNOWN, enter, furnished, pages_of
from mimi import running_mimi
from PIL import Image
from playwright.async_api import Browser, Page, expect
from visitor_states import answered, ask, other_pages, states

from bot.embedded.mongod import Mongod
from knowledge.store.database import Database
from knowledge.store.registry import create_indexes

OUT = Path(__file__).parent.parent / ".screenshots"
HEIGHTS = {PHONE: 844, DESKTOP: 900}
NAMES = {PHONE: "phone", DESKTOP: "desktop"}
# Of a sheet: pixels of a picture, how many stand in a row and how many rows there are.
WIDE, HIGH, IN_ROW, ROWS = {PHONE: 260, DESKTOP: 420}, 560, {PHONE: 8, DESKTOP: 5}, 2
# What the README shows: a phone at twice its pixels, in few colours, so that it stays light.
SHOWN_HEIGHT, COLOURS = 700, 128
SHOWN_ENTRY = {"ja": 0, "en": 1}  # of the demo's: may one get a refund?
UNKNOWN = {"ja": "Apple Watchで使えますか？", "en": "Does it work on Apple Watch?"}
REPLY = {"ja": "はい、来月の更新から使えます。", "en": "Yes, from next month's update."}


@dataclass
class Album:
    """Where the pictures go, and which there are."""

    folder: Path
    taken: dict[tuple[str, int, bool], list[Path]] = field(default_factory=dict)

    async def take(self, page: Page, name: str, lang: str) -> None:
        """The page as it stands there, in each look."""
        for width, dark in LOOKS:
            await page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            await page.emulate_media(color_scheme="dark" if dark else "light")
            path = self.folder / lang / f"{name}-{NAMES[width]}-{'dark' if dark else 'light'}.png"
            await page.screenshot(path=path, full_page=True)
            self.taken.setdefault((lang, width, dark), []).append(path)

    def bind(self) -> None:
        """The sheets, and the page that links them all."""
        links = []
        for (lang, width, dark), paths in self.taken.items():
            wide, many = WIDE[width], IN_ROW[width] * ROWS
            for first in range(0, len(paths), many):
                name = f"sheet-{lang}-{NAMES[width]}-{'dark' if dark else 'light'}-{first // many + 1}.png"
                sheet = Image.new("RGB", (IN_ROW[width] * wide, ROWS * HIGH), "#888888")
                for number, path in enumerate(paths[first : first + many]):
                    place = (number % IN_ROW[width] * wide, number // IN_ROW[width] * HIGH)
                    sheet.paste(_small(path, wide), place)
                sheet.save(self.folder / name)
            links += [f'<li><a href="{path.relative_to(self.folder)}">{html.escape(path.stem)}</a>' for path in paths]
        listed = "<!doctype html><meta charset=utf-8><title>mimi</title><ul>" + "\n".join(links) + "</ul>"
        (self.folder / "index.html").write_text(listed, "utf-8")


def _small(path: Path, wide: int) -> Image.Image:
    with Image.open(path) as picture:
        picture.thumbnail((wide - 8, picture.height))
        return picture.convert("RGB").crop((0, 0, wide - 8, min(picture.height, HIGH - 8)))


async def take_site(browser: Browser, mongod: Mongod, album: Album, lang: str, pictures: Path | None) -> None:
    """The site's pages and the visitor's states."""
    async with _database(mongod, f"site_{lang}") as db, furnished(db, FrozenClock(datetime.now(UTC))) as house:
        page = await open_page(browser, lang=lang)
        async for name in states(house, page, lang):
            await album.take(page, f"visitor-{name}", lang)
        async for name, other in other_pages(house, browser, lang):
            await album.take(other, name, lang)
        await enter(house, page)
        for path, address in (await pages_of(house)).items():
            await page.goto(f"{house.site.url}{address}?lang={lang}")
            await album.take(page, re.sub(r"\W+", "-", path).strip("-") or "front", lang)
        if pictures:
            known = KNOWN["faqs"][SHOWN_ENTRY[lang]]
            house.site.model.answer_text, house.site.model.hold = known["answer"], False
            sharp = await _sharp(browser, lang)
            await sharp.goto(f"{house.site.url}/@{HANDLE}?lang={lang}")
            await ask(sharp, known["question"])
            await answered(sharp)
            await sharp.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
            await _show(sharp, pictures / f"visitor-{lang}.png")


async def take_line(browser: Browser, mongod: Mongod, album: Album, lang: str, pictures: Path | None) -> None:
    """The owner's chat: from adding mimi as a friend to an answer that is kept."""
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(_database(mongod, f"line_{lang}"))
        mimi = await stack.enter_async_context(running_mimi(db, claude=False, rich_menu=True))
        mimi.owner = mimi.line.person("Aoi" if lang == "en" else "あおい", lang)
        phone = web.Application()
        phone.add_subapp("/dev", mimi.line.pages())
        server = TestServer(phone)
        await server.start_server()
        stack.push_async_callback(server.close)
        page, sharp = await open_page(browser, lang=lang), await _sharp(browser, lang)
        place = str(server.make_url("/dev/line").with_query(person=mimi.owner.user_id, lang=lang))
        await mimi.sign_up("Kotori Notes", "kotori")
        await _chat(page, place, album, lang, "signed-up")
        for each in KNOWN["faqs"]:
            await mimi.owner_says(f"/faq add {each['question']} = {each['answer']}")
        await mimi.visitor_asks(UNKNOWN[lang])
        alert = await mimi.alert()
        await _chat(page, place, album, lang, "alert")
        await mimi.owner_says(REPLY[lang], quoting=alert.id)
        await _chat(page, place, album, lang, "answered")
        if pictures:
            await sharp.goto(place)
            await expect(sharp.locator(".item").last).to_be_in_viewport(ratio=0.9)
            await _show(sharp, pictures / f"line-{lang}.png")
        for command in ("/help", "/faq list", "/insight", "/settings", "/alerts"):
            await mimi.owner_says(command)
            await _chat(page, place, album, lang, command.strip("/").replace(" ", "-"))


async def _chat(page: Page, place: str, album: Album, lang: str, name: str) -> None:
    await page.goto(place)
    await expect(page.locator(".item").last).to_be_in_viewport(ratio=0.5)
    await album.take(page, f"line-{name}", lang)


async def _sharp(browser: Browser, lang: str) -> Page:
    """A phone's screen at twice its pixels, light."""
    context = await browser.new_context(
        locale=lang, viewport={"width": PHONE, "height": SHOWN_HEIGHT}, device_scale_factor=2, color_scheme="light"
    )
    return await context.new_page()


async def _show(page: Page, path: Path) -> None:
    await page.screenshot(path=path)
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


@asynccontextmanager
async def _database(mongod: Mongod, name: str) -> AsyncIterator[Database]:
    database = Database.open(mongod.uri.replace("/mimi?", f"/{name}?"))
    try:
        await create_indexes(database)
        yield database
    finally:
        database.close()


async def main(out: Path, pictures: Path | None) -> None:
    """Take them all; what was in the folder of the languages before is gone."""
    album = Album(out)
    for lang in ("ja", "en"):
        shutil.rmtree(out / lang, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="mimi-screenshots-") as folder:
        mongod = Mongod(Path(folder))
        await mongod.start()
        try:
            async with chromium() as browser:
                for lang in ("ja", "en"):
                    await take_site(browser, mongod, album, lang, pictures)
                    await take_line(browser, mongod, album, lang, pictures)
        finally:
            await mongod.stop()
    album.bind()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", nargs="?", type=Path, default=OUT)
    parser.add_argument("--pictures", type=Path)
    asked = parser.parse_args()
    asyncio.run(main(asked.out, asked.pictures))
