"""The rich menu's pictures, drawn in the owner's language with a font that comes in a package."""

import io
from functools import cache
from typing import Final

import pylopdf_fonts_jp
from PIL import Image, ImageDraw, ImageFont

from bot.line.menu_layout import (
    COMPACT,
    COMPACT_TAB,
    LARGE,
    MORE,
    TABS,
    WIDTH,
    Box,
    MenuField,
    button_boxes,
    tab_boxes,
    tab_of,
)
from knowledge.phrases import Lang

PAPER, SHEET, INK, SOFT, LINE, ACCENT, TINT = (
    "#f6efe7", "#fffdfa", "#2b2420", "#6d6058", "#e2d5c8", "#a84a22", "#f3dfd0",
)  # fmt: skip
GAP, ROUND = 20, 44
LABEL_SIZE, HINT_SIZE, TAB_SIZE, SIGN_SIZE = 92, 56, 66, 96
LARGEST_RING = 88
COLOURS: Final = 64  # a flat drawing; a palette keeps it far below LINE's 1 MB


def picture(key: str, lang: Lang) -> bytes:
    """One menu as PNG, in the size its layout says."""
    compact = key == COMPACT_TAB.key
    image = Image.new("RGB", (WIDTH, COMPACT if compact else LARGE), PAPER)
    draw = ImageDraw.Draw(image)
    if not compact:
        _tabs(draw, key, lang)
    buttons = (*tab_of(key).buttons, MORE) if compact else tab_of(key).buttons
    for box, button in zip(button_boxes(key), buttons, strict=True):
        _button(draw, box, button, lang)
    target = io.BytesIO()
    # The octree takes a sixth of the time of Pillow's median cut, and of twice the colours leaves smoother edges.
    image.quantize(COLOURS, Image.Quantize.FASTOCTREE).save(target, "PNG", compress_level=6)
    return target.getvalue()


def _tabs(draw: ImageDraw.ImageDraw, key: str, lang: Lang) -> None:
    *boxes, fold = tab_boxes()
    for (x, y, width, height), tab in zip(boxes, TABS, strict=True):
        chosen = tab.key == key
        frame = (x + GAP // 2, y + GAP, x + width - GAP // 2, y + height - GAP)
        draw.rounded_rectangle(
            frame, ROUND, fill=ACCENT if chosen else SHEET, outline=ACCENT if chosen else LINE, width=4
        )
        words = tab.label.say(lang)
        font = _fitting(words, TAB_SIZE, width - 3 * GAP)
        place = (x + width // 2, y + height // 2)
        draw.text(place, words, SHEET if chosen else INK, font, anchor="mm", stroke_width=2 if chosen else 1)
    x, y, width, height = fold
    draw.text((x + width // 2, y + height // 2), "▽", SOFT, _font(TAB_SIZE), anchor="mm")


def _button(draw: ImageDraw.ImageDraw, box: Box, button: MenuField, lang: Lang) -> None:
    x, y, width, height = box
    draw.rounded_rectangle(
        (x + GAP, y + GAP, x + width - GAP, y + height - GAP), ROUND, fill=SHEET, outline=LINE, width=4
    )
    middle, room = x + width // 2, width - 4 * GAP
    # Sign, label and hint as one block in the middle of the field, smaller and closer together where it is low.
    ring = min(LARGEST_RING, height // 7)
    space = min(52, (height - 2 * GAP - 2 * ring - LABEL_SIZE - HINT_SIZE) // 4)
    top = y + (height - 2 * ring - LABEL_SIZE - HINT_SIZE - 2 * space) // 2
    centre = top + ring
    draw.ellipse((middle - ring, centre - ring, middle + ring, centre + ring), fill=TINT)
    sign_size = SIGN_SIZE * ring // LARGEST_RING
    draw.text((middle, centre), button.sign, ACCENT, _font(sign_size), anchor="mm", stroke_width=2)
    label, hint = button.label.say(lang), button.hint.say(lang)
    label_at = top + 2 * ring + space + LABEL_SIZE // 2
    draw.text((middle, label_at), label, INK, _fitting(label, LABEL_SIZE, room), anchor="mm", stroke_width=2)
    hint_at = label_at + LABEL_SIZE // 2 + space + HINT_SIZE // 2
    draw.text((middle, hint_at), hint, SOFT, _fitting(hint, HINT_SIZE, room), anchor="mm")


def _fitting(words: str, size: int, room: int) -> ImageFont.FreeTypeFont:
    """The font in which the words fit, at most `size`."""
    length = _font(size).getlength(words)
    return _font(size if length <= room else int(size * room / length))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(pylopdf_fonts_jp.sans_path()), size)
