"""An app's page where it is shared: what other services read of it, and the card that is drawn."""

import io
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus

import pytest
import segno
from PIL import Image
from sites import SiteUnderTest, running_site

from knowledge.store.apps.apps import App, Look, Theme
from knowledge.store.database import Database
from web.visitor import card
from web.visitor.lettering import drawable, font
from web.visitor.sharing import card_path

META = re.compile(r'<meta property="(og:[a-z:]+)" content="([^"]*)">')
ROOM = 700


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


@pytest.fixture
async def app(site: SiteUnderTest) -> App:
    return await site.apps.public("kotori")


def _opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png), formats=("PNG",)).convert("RGB")


async def test_a_shared_page_says_its_name_its_address_and_its_card(site: SiteUnderTest, app: App) -> None:
    page = await (await site.get("/@kotori?lang=en")).text()
    told = dict(META.findall(page))
    assert told["og:title"] == app.name
    assert told["og:url"] == "https://mimi.example/@kotori"
    assert f'<link rel="canonical" href="{told["og:url"]}">' in page
    path = told["og:image"].removeprefix("https://mimi.example")
    async with site.http.get(site.url + path) as response:
        assert (response.status, response.content_type) == (HTTPStatus.OK, "image/png")
        assert "immutable" in response.headers["Cache-Control"]
        assert _opened(await response.read()).size == (1200, 630)


async def test_a_card_of_yesterdays_page_is_not_there_any_more(site: SiteUnderTest, app: App) -> None:
    was = card_path(app)
    assert card_path(replace(app, bio="new")) != was
    assert (await site.get(was)).status == HTTPStatus.OK
    assert (await site.get(was[:-1] + ("0" if was[-1] != "0" else "1"))).status == HTTPStatus.NOT_FOUND


async def test_what_is_not_for_search_engines_is_named(site: SiteUnderTest) -> None:
    text = await (await site.get("/robots.txt")).text()
    assert "Disallow: /owner\n" in text
    assert "Disallow: /@" not in text
    assert "Disallow: /\n" not in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Kotori Notes", "Kotori Notes"),
        ("🎉ラン", "ラン"),
        ("Ｋｏｔｏｒｉ", "Kotori"),
        ("مرحبا بالعالم", ""),
        ("メモ\n帳", "メモ 帳"),
        ("🎉", ""),
    ],
)
def test_a_card_says_what_can_be_read(name: str, shown: str) -> None:
    assert drawable(name) == shown


def test_lines_break_where_japanese_may_and_words_stay_whole() -> None:
    text = "レシートを撮るだけで、家計簿がつけられます。「かんたん」なのに、しっかり続きます。Works offline, too."
    lines = card.wrapped(text, card.BIO_SIZE, ROOM, 9)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert font(card.BIO_SIZE).getlength(line) <= ROOM
        assert line[0] not in "、。」っー"
        assert line[-1] != "「"
    assert any(line.endswith("offline,") or "offline" in line for line in lines)


def test_what_is_too_long_is_cut_and_says_so() -> None:
    for text in ("長い説明です。" * 40, "https://example.com/" + "a" * 400):
        lines = card.wrapped(text, card.BIO_SIZE, ROOM, card.BIO_LINES)
        assert len(lines) == card.BIO_LINES
        assert lines[-1].endswith("…")
        assert all(font(card.BIO_SIZE).getlength(line) <= ROOM for line in lines)


async def test_the_card_bears_the_apps_theme_and_icon(app: App) -> None:
    icon = io.BytesIO()
    Image.new("RGB", (512, 512), "#2255cc").save(icon, "PNG")
    plain = _opened(card.draw(app, None))
    drawn = _opened(card.draw(replace(app, bio="Notes", theme=Theme("#00aa88", Look.DARK)), icon.getvalue()))
    assert plain.getpixel((5, 300)) != drawn.getpixel((5, 300))  # the paper
    assert drawn.getpixel((card.EDGE + card.ICON // 2, card.EDGE + card.ICON // 2)) == (0x22, 0x55, 0xCC)


@pytest.mark.parametrize(("kind", "type_of"), [("svg", "image/svg+xml"), ("png", "image/png")])
async def test_the_qr_code_of_a_page_is_anybodys_to_keep(site: SiteUnderTest, kind: str, type_of: str) -> None:
    async with site.http.get(f"{site.url}/@kotori/qr.{kind}") as response:
        assert (response.status, response.content_type) == (HTTPStatus.OK, type_of)
        assert response.headers["Cache-Control"].startswith("public")
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert len(await response.read()) < 10_000


async def test_the_qr_code_says_the_address_of_the_page(site: SiteUnderTest) -> None:
    async with site.http.get(f"{site.url}/@kotori/qr.png") as response:
        drawn = _opened(await response.read()).convert("1")
    meant = segno.make_qr("https://mimi.example/@kotori", error="m")
    scale = drawn.width // int(meant.symbol_size()[0])
    read = [[drawn.getpixel((x, y)) == 0 for x in range(0, drawn.width, scale)] for y in range(0, drawn.height, scale)]
    assert read == [[bool(dark) for dark in row] for row in meant.matrix_iter(border=4)]


async def test_a_handle_that_nobody_has_has_no_qr_code(site: SiteUnderTest) -> None:
    assert (await site.get("/@nobody-here/qr.svg")).status == HTTPStatus.NOT_FOUND
