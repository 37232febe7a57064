"""A page of a PDF -> its letters and ruled lines with their places, upright whatever way the page is turned (pdfium).

Coordinates grow to the right and upwards, as PDF has them. Vertical writing is turned so that its columns are lines.
"""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

THIN = 3.0  # points; what is no thicker is a ruled line
MOST_PATHS = 3_000  # a drawing, of which no table is made
HYPHEN = "\u00ad"  # where a word was broken at the end of a line
# What pdfium gives for it, and signs of the fonts Symbol and Wingdings.
_MEANT = {
    0x02: HYPHEN,
    0xFFFE: HYPHEN,
    0xF0B7: "•",
    0xF06C: "•",
    0xF06E: "•",
    0xF0A7: "•",
    0xF0D8: "•",
    0xF0FC: "✓",
    0xF0E0: "→",
}

Box = tuple[float, float, float, float]
Rule = tuple[float, float, float]  # where it is, from where to where it goes
Turn = Callable[[float, float], tuple[float, float]]


@dataclass(slots=True)
class Glyph:
    """A letter; `spaced` if white space comes before it."""

    char: str
    x0: float
    y0: float
    x1: float
    y1: float
    spaced: bool = False

    @property
    def size(self) -> float:
        return self.y1 - self.y0 or 0.5

    @property
    def middle(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2


@dataclass(frozen=True)
class PageContent:
    """What stands on a page: letters in the order they are drawn, ruled lines, how many pictures."""

    glyphs: list[Glyph]
    across: list[Rule]
    upright: list[Rule]
    pictures: int
    height: float


def content_of(page: Any) -> PageContent:
    """All of a page."""
    width, height = page.get_size()
    turn = _turned(page.get_rotation(), width, height)
    glyphs = list(_glyphs(page))
    if page.get_rotation():
        glyphs = [_moved(glyph, turn) for glyph in glyphs]
    if _is_vertical(glyphs):
        glyphs = [_moved(glyph, lambda x, y: (-y, x)) for glyph in glyphs]
        return PageContent(glyphs, [], [], _pictures(page), width)
    across, upright = _rules(page, turn, (width, height))
    return PageContent(glyphs, across, upright, _pictures(page), height)


def _glyphs(page: Any) -> Iterator[Glyph]:
    text = page.get_textpage()
    handle, box = text.raw, pdfium.FS_RECTF()
    unicode_of, box_of, place_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox, ctypes.byref(box)
    spaced, high_half, last, last_char = False, 0, (0.0, 0.0, 0.0), ""
    drawn: dict[tuple[str, int, int], tuple[float, float]] = {}
    for n in range(text.count_chars()):
        code = unicode_of(handle, n)
        if 0xD800 <= code < 0xDC00:
            high_half = code
            continue
        if 0xDC00 <= code < 0xE000 and high_half:
            code = 0x10000 + ((high_half - 0xD800) << 10) + code - 0xDC00
        char = _MEANT.get(code) or chr(code)
        if char.isspace():
            spaced = True
            continue
        if (code < 32 and char != HYPHEN) or not box_of(handle, n, place_of):
            continue
        left, low, right, high = box.left, box.bottom, box.right, box.top
        if (left, low, right) == last and (char != last_char or char == "f"):
            left = right  # the second letter of a ligature, for which pdfium gives the whole of it
        elif _is_shadow(drawn, char, left, low, (right - left) * 0.35):
            continue
        last, last_char = (box.left, low, right), char
        yield Glyph(char, left, low, right, high, spaced)
        spaced = False
    text.close()


def _is_shadow(
    drawn: dict[tuple[str, int, int], tuple[float, float]], char: str, left: float, low: float, near: float
) -> bool:
    """Whether a letter is drawn again where it stands already, as for a shadow or to look fat."""
    x, y = int(left), int(low)
    before = drawn.get((char, x, y))
    if before and abs(before[0] - left) < near and abs(before[1] - low) < near:
        return True
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            drawn[char, x + dx, y + dy] = (left, low)
    return False


def _turned(rotation: int, width: float, height: float) -> Turn:
    match rotation:
        case 90:
            return lambda x, y: (y, -x)
        case 180:
            return lambda x, y: (-x, -y)
        case 270:
            return lambda x, y: (-y, x)
    return lambda x, y: (x, y)


def _moved(glyph: Glyph, turn: Turn) -> Glyph:
    (ax, ay), (bx, by) = turn(glyph.x0, glyph.y0), turn(glyph.x1, glyph.y1)
    return Glyph(glyph.char, min(ax, bx), min(ay, by), max(ax, bx), max(ay, by), glyph.spaced)


def _is_vertical(glyphs: list[Glyph]) -> bool:
    """Whether most letters stand below the one before them."""
    below = beside = 0
    for one, two in pairwise(glyphs[:2_000]):
        right, down = two.x0 - one.x0, one.y0 - two.y0
        if abs(right) < one.size * 0.3 and 0.4 * one.size < down < 2 * one.size:
            below += 1
        elif abs(down) < one.size * 0.3 and 0 < right < 2 * one.size:
            beside += 1
    return below > beside


def _pictures(page: Any) -> int:
    least = 40.0  # points; smaller ones are signs and ornaments
    count = 0
    for each in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        x0, y0, x1, y1 = each.get_bounds()
        count += x1 - x0 >= least and y1 - y0 >= least
    return count


def _rules(page: Any, turn: Turn, size: tuple[float, float]) -> tuple[list[Rule], list[Rule]]:
    across, upright = list[Rule](), list[Rule]()
    for n, path in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=1)):
        if n >= MOST_PATHS:
            return [], []
        for box in _boxes(path):
            if not _is_on(box, size):
                continue
            (ax, ay), (bx, by) = turn(*box[:2]), turn(*box[2:])
            left, right, low, high = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
            if high - low <= THIN < right - left:
                across.append(((low + high) / 2, left, right))
            elif right - left <= THIN < high - low:
                upright.append(((left + right) / 2, low, high))
    return across, upright


def _is_on(box: Box, size: tuple[float, float]) -> bool:
    """Whether it lies on the page: a browser draws the edges of frames that go on over pages, and of the page."""
    x0, x1, y0, y1 = *sorted(box[::2]), *sorted(box[1::2])
    return x0 > -1 and y0 > -1 and x1 < size[0] + 1 and y1 < size[1] + 1 and (x1 - x0, y1 - y0) < size


def _boxes(path: Any) -> Iterator[Box]:
    """Thin ones: the path itself, or its straight pieces."""
    x0, y0, x1, y1 = path.get_bounds()
    if min(x1 - x0, y1 - y0) <= THIN:
        yield x0, y0, x1, y1
        return
    count = pdfium.FPDFPath_CountSegments(path)
    if not 2 <= count <= 400:
        return
    matrix = path.get_matrix()
    first = last = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for n in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, n)
        if not pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y)):
            return
        here = matrix.on_point(x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = here
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield *last, *here
        last = here
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield *last, *first
