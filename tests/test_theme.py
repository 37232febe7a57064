"""An app's colour stays the colour it is, and everything on it and in it can be read."""

import re

import pytest

from handlers.apps.settings import COLOURS, SWATCHES
from knowledge.store.apps.apps import Theme
from web.site.theme import DARK_INK, INK, READABLE, contrast, ink_on, style_of, swatches

SOME = ("#ffff00", "#ffffff", "#000000", "#00ff00", "#ff0000", "#0000ff", "#808080", "#ffc0cb", "#e13c1e", "#010203")


@pytest.mark.parametrize("accent", [*COLOURS, *SOME])
def test_words_on_a_colour_and_in_it_are_read_on_both_papers(accent: str) -> None:
    for swatch, ink in zip(swatches(accent), (INK, DARK_INK), strict=True):
        assert contrast(swatch.words, swatch.paper) >= READABLE
        assert contrast(swatch.on_fill, swatch.fill) >= READABLE
        assert contrast(ink, swatch.mine) >= READABLE


def test_some_ink_is_read_on_any_colour() -> None:
    steps = range(0, 256, 17)
    colours = [f"#{red:02x}{green:02x}{blue:02x}" for red in steps for green in steps for blue in steps]
    assert min(contrast(ink_on(each), each) for each in colours) >= READABLE


def test_yellow_stays_yellow_and_words_beside_it_are_no_olive() -> None:
    style = style_of(Theme("#ffff00"))
    assert "--fill: #ffff00;" in style
    assert f"--warm: light-dark({INK}, #ffff00);" in style


def test_a_colour_that_needs_a_little_keeps_its_hue() -> None:
    light, _dark = swatches("#b7791f")
    assert light.words not in {INK, "#b7791f"}
    assert re.fullmatch(r"#9[0-9a-f]{5}", light.words)


def test_every_colour_on_offer_shows_itself_in_the_chat() -> None:
    assert set(SWATCHES) == set(COLOURS)
