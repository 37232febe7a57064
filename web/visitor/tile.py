"""An app's icon as a square of any size: the owner's picture, or the first letter of the name on the app's colour."""

import io

from PIL import Image, ImageChops, ImageDraw

from knowledge.store.apps.apps import App
from web.site.icons import IconKind
from web.site.theme import WHITE, ink_on
from web.visitor.lettering import drawn_initial, font

ACCENT = "#a84a22"  # mimi's own
DRAWN_AT = 1024  # and made smaller from there: edges are smooth
ROUND = 0.25  # of the side, as the page has it
LETTER = 0.6
SAFE = 0.8  # of the side: the circle that every mask leaves (W3C Manifest, "icon masks")
ALIKE = 24  # of 255: corners that differ by less are one colour, as JPEG leaves them


def drawn_icon(app: App, picture: bytes | None, kind: IconKind) -> bytes:
    """The icon as a PNG; `picture` is the owner's, as it is kept."""
    tile = square(app, picture)
    if kind.safe and picture:
        tile = _inside_the_circle(tile)
    tile = tile.resize((kind.side, kind.side), Image.Resampling.LANCZOS) if kind.whole else rounded(tile, kind.side)
    made = io.BytesIO()
    (tile if picture else tile.quantize(64)).save(made, "PNG", optimize=True)
    return made.getvalue()


def square(app: App, picture: bytes | None) -> Image.Image:
    """The icon to its corners, on white where the picture lets something through."""
    if picture is None:
        return _letter(drawn_initial(app), app.theme.accent or ACCENT)
    # Written by us when it was kept (knowledge/pictures): it needs no process of its own.
    with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG")) as opened:
        shown = opened.convert("RGBA").resize((DRAWN_AT, DRAWN_AT), Image.Resampling.LANCZOS)
    tile = Image.new("RGB", shown.size, WHITE)
    tile.paste(shown, mask=shown.getchannel("A"))
    return tile


def rounded(tile: Image.Image, side: int) -> Image.Image:
    """A square made smaller, its corners cut."""
    mask = Image.new("L", tile.size)
    edge = tile.width - 1
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, edge, edge), int(tile.width * ROUND), fill=255)
    small = tile.resize((side, side), Image.Resampling.LANCZOS)
    small.putalpha(mask.resize((side, side), Image.Resampling.LANCZOS))
    return small


def _letter(letter: str, accent: str) -> Image.Image:
    """In the middle by what is seen of it: a kana has air around it, a Latin capital stands on a line."""
    size = int(DRAWN_AT * LETTER)
    sheet = Image.new("L", (DRAWN_AT * 2, DRAWN_AT * 2))
    ImageDraw.Draw(sheet).text((DRAWN_AT, DRAWN_AT), letter, 255, font(size), anchor="mm", stroke_width=size // 44)
    shape = sheet.crop(sheet.getbbox())
    tile = Image.new("RGB", (DRAWN_AT, DRAWN_AT), accent)
    tile.paste(ink_on(accent), ((DRAWN_AT - shape.width) // 2, (DRAWN_AT - shape.height) // 2), shape)
    return tile


def _inside_the_circle(tile: Image.Image) -> Image.Image:
    """What stands on a ground of one colour, made so small that no mask cuts it; a picture to its edges stays one."""
    ground = tile.getpixel((0, 0))
    corners = [tile.getpixel((x, y)) for x in (0, DRAWN_AT - 1) for y in (0, DRAWN_AT - 1)]
    if not isinstance(ground, tuple) or any(_far(ground, each) for each in corners):
        return tile
    apart = ImageChops.difference(tile, Image.new("RGB", tile.size, ground)).convert("L")
    box = apart.point(lambda value: 255 if value > ALIKE else 0).getbbox()
    if box is None:
        return tile
    mark = tile.crop(box)
    room = DRAWN_AT * SAFE / (mark.width**2 + mark.height**2) ** 0.5
    if room < 1:
        mark = mark.resize((max(1, int(mark.width * room)), max(1, int(mark.height * room))), Image.Resampling.LANCZOS)
    made = Image.new("RGB", tile.size, ground)
    made.paste(mark, ((DRAWN_AT - mark.width) // 2, (DRAWN_AT - mark.height) // 2))
    return made


def _far(one: tuple[int, ...], other: object) -> bool:
    return not isinstance(other, tuple) or max(abs(a - b) for a, b in zip(one, other, strict=True)) > ALIKE
