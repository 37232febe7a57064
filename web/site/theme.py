"""An app's colours: as a style sheet of its own, whose address says everything in it and belongs to no app; and, on the
app's page, together with mimi's in the page itself, so that the first round trip brings all that is seen. The page's
policy then names that very style by its hash (CSP 3, 6.7.3.3) and allows no other (S18)."""

import colorsys
import hashlib
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from aiohttp import web

from knowledge.store.apps.apps import Look, Theme
from web.site.static_files import FOLDER, FOREVER, Inline, inline, squeezed

DRAWN = 2  # part of the address: raise it with a change of what is written here
NAME = re.compile(r"([0-9a-f]{6}|mimi)-(auto|light|dark)-[0-9a-f]{8}")
SCHEMES = {Look.AUTO: "light dark", Look.LIGHT: "light", Look.DARK: "dark"}
LIGHT_PAPER, DARK_PAPER, WHITE, BLACK = "#fbf7f2", "#1b1715", "#ffffff", "#161210"
READABLE = 4.5  # WCAG 2.2, 1.4.3
STEP = 0.02
FAR = 0.17  # of lightness: a colour moved further is another one, as yellow is olive then
SEEN = 3.0  # WCAG 2.2, 1.4.11: an edge
INK, DARK_INK = "#2b2420", "#f2e9e1"  # what mimi.css writes with
SOFT, DARK_SOFT = "#6d6058", "#b3a59a"
SHEET, DARK_SHEET = "#fffdfa", "#25201d"
LINE, DARK_LINE = "#e6dbd0", "#3d342e"

INKS, SOFTS = {LIGHT_PAPER: INK, DARK_PAPER: DARK_INK}, {LIGHT_PAPER: SOFT, DARK_PAPER: DARK_SOFT}
TINTS = {LIGHT_PAPER: 0.16, DARK_PAPER: 0.26}
RGB = tuple[float, float, float]


def theme_url(theme: Theme) -> str:
    """Where the theme's style sheet is served; empty for mimi's own look, which needs none."""
    if theme == Theme():
        return ""
    name = f"{theme.accent.removeprefix('#') or 'mimi'}-{theme.look}"
    return f"/theme/{name}-{_mark(theme)}.css"


_STYLE = squeezed((FOLDER / "mimi.css").read_text("utf-8"))
_EMBEDDED = squeezed((FOLDER / "embedded.css").read_text("utf-8"))


@lru_cache(maxsize=256)
def inline_style(theme: Theme, *, embedded: bool = False) -> Inline:
    """mimi's style sheet with the theme's colours behind it, and how the page is where it stands in another one."""
    return inline(_STYLE + (_EMBEDDED if embedded else "") + (style_of(theme) if theme_url(theme) else ""))


async def serve(request: web.Request) -> web.Response:
    """GET /theme/{name}.css: 404 for what no theme of today is called."""
    match = NAME.fullmatch(request.match_info["name"])
    if match is None:
        raise web.HTTPNotFound
    theme = Theme("" if match[1] == "mimi" else f"#{match[1]}", Look(match[2]))
    if theme_url(theme) != request.path:
        raise web.HTTPNotFound
    headers = {"Cache-Control": FOREVER}
    return web.Response(text=style_of(theme), content_type="text/css", charset="utf-8", headers=headers)


def style_of(theme: Theme) -> str:
    """The variables of mimi.css that the theme changes; words and buttons stay readable in any colour."""
    lines = [f"color-scheme: {SCHEMES[theme.look]};"]
    if theme.accent:
        light, dark = swatches(theme.accent)
        lines += [
            f"--warm: light-dark({light.words}, {dark.words});",
            f"--fill: {light.fill};",
            f"--edge: light-dark({light.edge}, {dark.edge});",
            f"--on-warm: {light.on_fill};",
            f"--mine: light-dark({light.mine}, {dark.mine});",
        ]
    return ":root { " + " ".join(lines) + " }\n"


@dataclass(frozen=True)
class Swatch:
    """What a colour does to a page on one paper: to words, buttons and their edges, and what visitors say."""

    paper: str
    words: str
    fill: str
    on_fill: str
    mine: str
    edge: str


def swatches(accent: str) -> tuple[Swatch, Swatch]:
    """On light and on dark paper; for mimi's own colour as mimi.css has it."""
    if not accent:
        return (
            Swatch(LIGHT_PAPER, "#a84a22", "#a84a22", "#fff8f1", "#f3dfd0", "#a84a22"),
            Swatch(DARK_PAPER, "#f0a57c", "#f0a57c", "#2a1408", "#4a3124", "#f0a57c"),
        )
    light, dark = (
        Swatch(
            paper, word_colour(accent, paper), accent, ink_on(accent), mixed(accent, paper, share), _edge(accent, paper)
        )
        for paper, share in TINTS.items()
    )
    return light, dark


def _edge(colour: str, paper: str) -> str:
    """Of a button: its own colour, or a soft one where that is hardly seen on the paper."""
    return colour if contrast(colour, paper) >= SEEN else SOFTS[paper]


def ink_on(colour: str) -> str:
    """What is read on that colour: white or a warm black; pure black where neither is, which then always is."""
    ink = max((WHITE, BLACK), key=lambda each: contrast(each, colour))
    return ink if contrast(ink, colour) >= READABLE else "#000000"


def word_colour(colour: str, paper: str) -> str:
    """The colour for words on that paper: itself, or a little darker or lighter; else the page's own ink."""
    read = readable(colour, paper)
    moved = abs(colorsys.rgb_to_hls(*_rgb(read))[1] - colorsys.rgb_to_hls(*_rgb(colour))[1])
    return read if moved <= FAR else INKS[paper]


def readable(colour: str, paper: str) -> str:
    """The colour, made darker or lighter only as far as it must be to be read on that paper."""
    hue, light, full = colorsys.rgb_to_hls(*_rgb(colour))
    # On light paper darker, on dark paper lighter.
    step, end = (-STEP, 0.0) if _luminance(paper) > 0.5 else (STEP, 1.0)
    while contrast(_hex(colorsys.hls_to_rgb(hue, light, full)), paper) < READABLE and light != end:
        light = min(1.0, max(0.0, light + step))
    return _hex(colorsys.hls_to_rgb(hue, light, full))


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    dark, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def mixed(colour: str, paper: str, share: float) -> str:
    """A tint: `share` of the colour on the paper."""
    return _hex(tuple(c * share + p * (1 - share) for c, p in zip(_rgb(colour), _rgb(paper), strict=True)))


@cache
def _mark(theme: Theme) -> str:
    return hashlib.sha256(f"{DRAWN} {theme.accent} {theme.look}".encode()).hexdigest()[:8]


def _luminance(colour: str) -> float:
    # The relative luminance of WCAG 2.2, with its threshold of sRGB.
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _rgb(colour: str) -> RGB:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(rgb: tuple[float, ...]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in rgb)
