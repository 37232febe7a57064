"""The letters on what is drawn for an app: Noto Sans JP, and what of a text it has shapes for."""

import unicodedata
from functools import cache

import pylopdf_fonts_jp
from PIL import ImageFont

from knowledge.store.apps.apps import App
from web.site.icons import initial_of

SAMPLE = 36  # pixels: a size in which shapes are compared


def drawable(text: str) -> str:
    """The text in one line, without what the font cannot draw; empty where too little of it is left to be read."""
    whole = " ".join(unicodedata.normalize("NFKC", text).split())
    kept = "".join(char for char in whole if char == " " or has_shape(char))
    letters, left = (sum(map(str.isalnum, each)) for each in (whole, kept))
    return " ".join(kept.split()) if left * 2 >= letters else ""


def drawn_initial(app: App) -> str:
    """The letter on an app's icon; of its handle where the font has no shape for its name's: an Arabic one."""
    letter = unicodedata.normalize("NFKC", initial_of(app))
    return letter if all(map(has_shape, letter)) else next(filter(str.isalnum, app.handle), "m").upper()


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font in pixels."""
    return ImageFont.truetype(str(pylopdf_fonts_jp.sans_path()), size)


def has_shape(char: str) -> bool:
    """Whether the font can draw it."""
    return bytes(font(SAMPLE).getmask(char)) != _no_shape()


@cache
def _no_shape() -> bytes:
    return bytes(font(SAMPLE).getmask("\U0010ffff"))
