"""A header picture in several widths: each screen loads one that is as wide as it needs, and none is left behind."""

import io
import re
from collections.abc import AsyncIterator
from http import HTTPStatus

import pytest
from browsers import DESKTOP, PHONE, chromium
from PIL import Image
from sites import SiteUnderTest, running_site

from knowledge.store.apps.pictures import Shape
from knowledge.store.database import Database
from web.visitor.pictures import NARROWER, header_path, narrowed


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


def a_view(mode: str = "RGB") -> bytes:
    """Something with as much in it as a photo has."""
    small = Image.effect_noise((150, 50), 90).resize((1500, 500), Image.Resampling.BICUBIC)
    made = io.BytesIO()
    small.convert(mode).save(made, "PNG")
    return made.getvalue()


# Points across and pixels of each -> the width that is loaded.
SCREENS = [(PHONE, 1, "480"), (PHONE, 2, "800"), (PHONE, 3, "1200"), (DESKTOP, 1, "800"), (DESKTOP, 2, "")]


async def test_each_screen_loads_the_width_it_needs(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    app = await site.areas.apps.pictures.uploaded(app.scope, Shape.HEADER, a_view())
    loaded: dict[tuple[int, int], str] = {}
    async with chromium() as browser:
        for width, dots, _wanted in SCREENS:
            view = {"width": width, "height": 800}
            page = await browser.new_page(viewport=view, device_scale_factor=dots)  # type: ignore[arg-type]
            await page.goto(f"{site.url}/@kotori", wait_until="networkidle")
            shown = page.locator("img.header")
            source = await shown.evaluate("(image) => new URL(image.currentSrc).pathname")
            assert await shown.evaluate("(image) => image.naturalWidth > 0")
            loaded[width, dots] = source.removeprefix("/@kotori/header").partition("/")[0].removeprefix("-")
    assert loaded == {(width, dots): wanted for width, dots, wanted in SCREENS}


async def test_what_a_phone_loads_weighs_less(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    app = await site.areas.apps.pictures.uploaded(app.scope, Shape.HEADER, a_view())
    weights = []
    for width in (*NARROWER, 0):
        async with site.http.get(site.url + header_path(app, width)) as response:
            assert response.status == HTTPStatus.OK
            assert "immutable" in response.headers["Cache-Control"]
            body = await response.read()
        assert Image.open(io.BytesIO(body)).width == (width or 1500)
        weights.append(len(body))
    assert weights == sorted(weights)
    assert weights[0] < weights[-1] / 3


async def test_they_go_with_the_header(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    before = await site.areas.apps.pictures.uploaded(app.scope, Shape.HEADER, a_view())
    addresses = [header_path(before, width) for width in NARROWER]
    assert [(await site.get(each)).status for each in addresses] == [HTTPStatus.OK] * len(addresses)
    await site.areas.apps.pictures.remove(app.scope, Shape.HEADER)
    assert [(await site.get(each)).status for each in addresses] == [HTTPStatus.NOT_FOUND] * len(addresses)
    page = await (await site.get("/@kotori")).text()
    assert "header-" not in page


@pytest.mark.parametrize("path", ["header-481", "header-99", "header-1500"])
async def test_no_other_width_is_drawn(site: SiteUnderTest, path: str) -> None:
    app = await site.apps.public("kotori")
    app = await site.areas.apps.pictures.uploaded(app.scope, Shape.HEADER, a_view())
    assert (await site.get(f"/@kotori/{path}/{app.header}")).status == HTTPStatus.NOT_FOUND
    assert re.search(r'srcset="[^"]* 480w, [^"]* 1500w" sizes="', await (await site.get("/@kotori")).text())


def test_what_shines_through_still_does() -> None:
    made = Image.open(io.BytesIO(narrowed(a_view("LA"), 480)))
    assert (made.format, made.size) == ("WEBP", (480, 160))
    clear = io.BytesIO()
    Image.new("RGBA", (1500, 500), (0, 0, 0, 0)).save(clear, "PNG")
    corner = Image.open(io.BytesIO(narrowed(clear.getvalue(), 480))).convert("RGBA").getpixel((0, 0))
    assert isinstance(corner, tuple)
    assert corner[3] == 0
