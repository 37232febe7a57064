"""An app's icon in a tab and on a home screen: the owner's picture or a letter, in each size, and the manifest."""

import io
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from http import HTTPStatus

import pytest
from browsers import chromium, open_page
from PIL import Image, ImageDraw
from sites import SiteUnderTest, running_site

from knowledge.phrases import VISITOR_LANGS
from knowledge.store.apps.apps import App, Theme
from knowledge.store.apps.pictures import Shape
from knowledge.store.database import Database, OwnerId
from web.site.icons import ICONS, icon_path, initial_of
from web.visitor.drawings import Drawings
from web.visitor.lettering import drawn_initial
from web.visitor.tile import SAFE, drawn_icon

LINKED = re.compile(r'<link rel="(?:icon|apple-touch-icon)" href="([^"]+)"')
BLUE = (0x22, 0x55, 0xCC)


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


def an_app(name: str = "Kotori", handle: str = "kotori", **changed: object) -> App:
    return App(OwnerId("o"), name, handle, "en", datetime.now(UTC), **changed)  # type: ignore[arg-type]


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=("PNG",)).convert("RGBA")


def picture(mode: str = "RGB", ground: object = BLUE, mark: tuple[int, int, int, int] | None = None) -> bytes:
    image = Image.new(mode, (512, 512), ground)  # type: ignore[arg-type]
    if mark:
        ImageDraw.Draw(image).rectangle(mark, fill=(0, 0, 0))
    made = io.BytesIO()
    image.save(made, "PNG")
    return made.getvalue()


async def test_a_page_links_the_icons_and_a_manifest_with_the_sizes_they_have(site: SiteUnderTest) -> None:
    page = await (await site.get("/@kotori")).text()
    tab, touch = LINKED.findall(page)
    told = json.loads(await (await site.get("/@kotori/manifest.webmanifest")).text())
    assert f'<link rel="manifest" href="/@{told["id"][2:]}/manifest.webmanifest">' in page
    entries = [(tab, "32x32"), (touch, "180x180"), *((each["src"], each["sizes"]) for each in told["icons"])]
    for path, sizes in entries:
        async with site.http.get(site.url + path) as response:
            assert (response.status, response.content_type) == (HTTPStatus.OK, "image/png")
            assert "immutable" in response.headers["Cache-Control"]
            width, height = opened(await response.read()).size
        assert f"{width}x{height}" == sizes
    assert [each["purpose"] for each in told["icons"]] == ["any", "any", "maskable"]


async def test_the_manifest_says_what_the_page_says(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    await site.areas.apps.settings.set(app.scope, {"name": "ことり日記", "bio": "毎日の日記", "look": "dark"})
    response = await site.get("/@kotori/manifest.webmanifest")
    told = json.loads(await response.text())
    assert response.content_type == "application/manifest+json"
    assert (told["name"], told["description"], told["lang"]) == ("ことり日記", "毎日の日記", "en")
    assert (told["id"], told["start_url"], told["scope"]) == ("/@kotori", "/@kotori/", "/@kotori/")
    assert told["background_color"] == "#1b1715"


async def test_a_browser_takes_the_manifest(site: SiteUnderTest) -> None:
    async with chromium() as browser:
        page = await open_page(browser)
        await page.goto(f"{site.url}/@kotori?lang=en")
        told = await (await page.context.new_cdp_session(page)).send("Page.getAppManifest")
    assert told["errors"] == []
    assert json.loads(told["data"])["start_url"] == "/@kotori/?lang=en"
    # As the browser reads them: a scope that does not hold the start would have been left out.
    assert (told["manifest"]["startUrl"], told["manifest"]["scope"]) == (
        f"{site.url}/@kotori/?lang=en",
        f"{site.url}/@kotori/",
    )


async def test_no_apps_home_screen_holds_another_apps_page(site: SiteUnderTest) -> None:
    await site.an_app("kotori2", "Kotori 2")
    scope = json.loads(await (await site.get("/@kotori/manifest.webmanifest")).text())["scope"]
    page = await (await site.get("/@kotori/?lang=en")).text()
    addresses = set(re.findall(r'\s(?:href|action|src)="(/@[^"#]*)', page))
    assert len(addresses) > len(VISITOR_LANGS)  # its languages, forms and pictures
    assert {each for each in addresses if not each.startswith(scope)} == set()
    for other in ("/@kotori2", "/@kotori2/", "/@kotori-2"):
        assert not other.startswith(scope)


async def test_the_page_of_a_home_screen_is_the_same_and_moves_with_its_handle(site: SiteUnderTest) -> None:
    assert (await site.get("/@kotori/")).status == HTTPStatus.OK
    app = await site.apps.public("kotori")
    await site.areas.apps.settings.set(app.scope, {"handle": "kotori-3"})
    moved = await site.get("/@kotori/?lang=en")
    assert moved.headers["Location"] == "/@kotori-3?lang=en"
    assert (
        '<link rel="canonical" href="https://mimi.example/@kotori-3">' in await (await site.get("/@kotori-3/")).text()
    )


async def test_an_icon_of_yesterday_is_not_there_any_more(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    was = icon_path(app, "32")
    assert (await site.get(was)).status == HTTPStatus.OK
    await site.areas.apps.settings.set(app.scope, {"color": "#1f6feb"})
    assert (await site.get(was)).status == HTTPStatus.NOT_FOUND
    assert (await site.get(was.replace("icon-32", "icon-33"))).status == HTTPStatus.NOT_FOUND


async def test_the_owners_picture_is_shown_small_where_it_is_small(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    app = await site.areas.apps.pictures.uploaded(app.scope, Shape.ICON, picture())
    page = await (await site.get("/@kotori")).text()
    assert f'<img class="icon" src="{icon_path(app, "112")}"' in page
    async with site.http.get(site.url + icon_path(app, "112")) as response:
        drawn = opened(await response.read())
    assert drawn.size == (112, 112)
    assert drawn.getpixel((56, 56))[2] > 200  # type: ignore[index]  # kept as JPEG: nearly BLUE
    assert drawn.getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "letter", "drawn"),
    [
        ("Kotori", "K", "K"),
        ("ことり日記", "こ", "こ"),
        ("か\u3099くふ", "が", "が"),
        ("@ItzNotABug", "I", "I"),
        ("「メモ」帳", "メ", "メ"),
        ("🎉ラン", "ラ", "ラ"),
        ("👨\u200d👩\u200d👧\u200d👦 Family", "F", "F"),
        ("🎉", "K", "K"),
        ("𠮷野家メモ", "𠮷", "𠮷"),
        ("مرحبا", "م", "K"),
        ("नमस्ते", "न", "K"),
        ("निधि", "नि", "K"),
        ("ßeta", "ß", "ß"),
        ("Ｋｏ", "Ｋ", "K"),
    ],
)
def test_the_letter_is_a_whole_one_and_one_that_can_be_drawn(name: str, letter: str, drawn: str) -> None:
    app = an_app(name)
    assert initial_of(app) == letter
    assert drawn_initial(app) == drawn


@pytest.mark.parametrize("accent", ["", "#ffff00", "#000000", "#ffffff", "#808080"])
@pytest.mark.parametrize("name", ["Kotori", "ことり", "りんご", "一"])
def test_a_letter_stands_in_the_middle_and_is_seen_on_any_colour(name: str, accent: str) -> None:
    icon = opened(drawn_icon(an_app(name, theme=Theme(accent)), None, ICONS["mask"])).convert("L")
    ground = icon.getpixel((0, 0))
    seen = icon.point(lambda value: 255 if abs(value - ground) > 60 else 0).getbbox()
    assert seen is not None
    left, top, right, bottom = seen
    assert abs(left + right - 512) <= 8
    assert abs(top + bottom - 512) <= 8
    assert right - left > 100


def test_ios_is_given_no_hole_to_fill_with_black() -> None:
    clear = picture("RGBA", (0, 0, 0, 0), (200, 200, 300, 300))
    icon = opened(drawn_icon(an_app(), clear, ICONS["180"]))
    assert icon.getchannel("A").getextrema() == (255, 255)
    assert icon.getpixel((2, 2)) == (255, 255, 255, 255)


@pytest.mark.parametrize("ground", [(255, 255, 255), BLUE])
@pytest.mark.parametrize("mark", [(10, 10, 500, 500), (0, 200, 300, 480), (100, 250, 110, 260)])
def test_no_mask_cuts_a_mark_on_a_plain_ground(ground: tuple[int, ...], mark: tuple[int, int, int, int]) -> None:
    icon = opened(drawn_icon(an_app(), picture("RGB", ground, mark), ICONS["mask"])).convert("L")
    plain = icon.getpixel((0, 0))
    seen = icon.point(lambda value: 255 if abs(value - plain) > 60 else 0)
    circle = Image.new("L", icon.size, 255)
    ImageDraw.Draw(circle).circle((256, 256), 256 * SAFE + 2, fill=0)
    seen.paste(0, mask=circle.point(lambda value: 255 - value))
    assert seen.getbbox() is None


def test_a_picture_to_its_edges_stays_one() -> None:
    half = picture("RGB", BLUE, (0, 0, 511, 256))
    icon = opened(drawn_icon(an_app(), half, ICONS["mask"]))
    assert icon.getpixel((5, 5)) == (0, 0, 0, 255)
    assert icon.getpixel((5, 506)) == (*BLUE, 255)


async def test_drawings_are_made_once_and_the_oldest_go() -> None:
    drawings, made = Drawings(most=10), []

    async def ask(path: str) -> bytes:
        async def prepared():  # type: ignore[no-untyped-def]
            made.append(path)
            return path.encode

        return await drawings.at(path, prepared)

    for path in ("one..", "two..", "one..", "three", "one..", "two.."):
        assert await ask(path) == path.encode()
    assert made == ["one..", "two..", "three", "two.."]
