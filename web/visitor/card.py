"""The picture that stands for an app's page where its address is shared: 1200 x 630 pixels, as Open Graph has them.

Drawn from what the page shows: icon, name, bio, accent and theme. What the font has no shape for is left out.
"""

import io
import re
from collections.abc import Iterator

from PIL import Image, ImageDraw

from knowledge.store.apps.apps import App, Look
from web.site.theme import (
    DARK_INK,
    DARK_PAPER,
    DARK_SOFT,
    INK,
    LIGHT_PAPER,
    SOFT,
    mixed,
    word_colour,
)
from web.visitor.lettering import drawable, font
from web.visitor.tile import ACCENT, rounded, square

DRAWN = 3  # part of the address: raise it with a change of what is drawn here
WIDTH, HEIGHT, EDGE = 1200, 630, 90
ICON = 168
NAME_SIZES, NAME_LINES = (76, 64, 54), 2
BIO_SIZE, BIO_LINES = 36, 3
HANDLE_SIZE = 32
# By theme: paper, ink, soft ink.
INKS = {False: (LIGHT_PAPER, INK, SOFT), True: (DARK_PAPER, DARK_INK, DARK_SOFT)}
# JIS X 4051: what no line begins with, and what none ends with.
_NOT_FIRST = frozenset(
    "、。，．・：；？！!?,.:;」』）)］]｝}〉》】〕”’ー々ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ…‥%％"
)
_NOT_LAST = frozenset("「『（(［[｛{〈《【〔“‘￥$")
_PIECES = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+(?:[-'’./@:_]\w+)*|[ァ-ヺー]+|\s+|.", re.DOTALL)


def draw(app: App, icon: bytes | None) -> bytes:
    """The card as a PNG; `icon` is the app's icon as it is kept."""
    paper, ink, soft = INKS[app.theme.look is Look.DARK]
    accent = app.theme.accent or ACCENT
    card = Image.new("RGB", (WIDTH, HEIGHT), paper)
    pen = ImageDraw.Draw(card)
    pen.rectangle((0, 0, WIDTH, 18), fill=accent)
    name = drawable(app.name) or f"@{app.handle}"
    bio = wrapped(drawable(app.bio), BIO_SIZE, WIDTH - 2 * EDGE, BIO_LINES)
    top = EDGE if bio else (HEIGHT - 104 - ICON) // 2
    tile = rounded(square(app, icon), ICON)
    card.paste(tile, (EDGE, top), tile)
    left, room = EDGE + ICON + 54, WIDTH - EDGE - (EDGE + ICON + 54)
    size, lines = _name(name, room)
    y = top + max(0, ICON - len(lines) * size * 5 // 4) // 2
    for line in lines:
        pen.text((left, y), line, ink, font(size), stroke_width=1, stroke_fill=ink)
        y += size * 5 // 4
    y = max(y, top + ICON) + 40
    for line in bio:
        pen.text((EDGE, y), line, soft, font(BIO_SIZE))
        y += BIO_SIZE * 8 // 5
    pen.line((EDGE, HEIGHT - 104, WIDTH - EDGE, HEIGHT - 104), mixed(soft, paper, 0.3), 2)
    pen.text((EDGE, HEIGHT - 58), f"@{app.handle}", word_colour(accent, paper), font(HANDLE_SIZE), anchor="lm")
    pen.text((WIDTH - EDGE, HEIGHT - 58), "mimi", soft, font(HANDLE_SIZE), anchor="rm", stroke_width=1)
    made = io.BytesIO()
    card.save(made, "PNG")
    return made.getvalue()


def wrapped(text: str, size: int, room: int, most: int) -> list[str]:
    """Lines no wider than `room` pixels, broken where Japanese and Latin text may be; cut with an ellipsis."""
    lines = [""]
    for piece in _unbroken(text):
        if font(size).getlength(lines[-1] + piece.rstrip()) <= room or not lines[-1]:
            lines[-1] += piece
        else:
            lines.append(piece.lstrip())
    lines = [each.strip() for long in lines for each in _cut(long.strip(), size, room)]
    if len(lines) > most:
        lines = [*lines[: most - 1], _ellipsed(lines[most - 1] + "…", size, room)]
    return [line for line in lines if line]


def _name(name: str, room: int) -> tuple[int, list[str]]:
    """The largest size in which the name fits into its lines; else the smallest, cut."""
    for size in NAME_SIZES:
        lines = wrapped(name, size, room, NAME_LINES + 1)
        if len(lines) <= NAME_LINES:
            return size, lines
    return NAME_SIZES[-1], wrapped(name, NAME_SIZES[-1], room, NAME_LINES)


def _unbroken(text: str) -> Iterator[str]:
    """What stays on one line: a Latin word, or a Japanese character with the marks that hang on it."""
    held = ""
    for piece in _PIECES.findall(text):
        if held and piece[0] not in _NOT_FIRST and held[-1] not in _NOT_LAST:
            yield held
            held = ""
        held += piece
    if held:
        yield held


def _cut(line: str, size: int, room: int) -> Iterator[str]:
    """A word that is wider than the card, in pieces that are not."""
    while font(size).getlength(line) > room:
        fits = next(at for at in range(len(line) - 1, 0, -1) if font(size).getlength(line[:at]) <= room)
        yield line[:fits]
        line = line[fits:]
    yield line


def _ellipsed(line: str, size: int, room: int) -> str:
    while font(size).getlength(line) > room:
        line = line[:-2] + "…"
    return line
