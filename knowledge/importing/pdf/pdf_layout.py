"""Letters with their places -> paragraphs and tables in the order people read them. Pure."""

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from knowledge.importing.pdf.pdf_glyphs import HYPHEN, Glyph, PageContent, Rule

NEAR = 3.0  # points within which two ruled lines are one
_LISTED = re.compile(
    r"(?:[•・●○◯◆◇■□▪➢✓※*–-]\s?|\(?[0-9０-９a-zA-Zア-ン]{1,3}[.)．）、](?![0-9])\s?|[①-⑳㋐-㋾❶-❿]|[QＱAＡ][.．:：]|第[0-9０-９一二三四五六七八九十]+[条章節])"
)
_ENDS = "。．！？!?：:」』）)】]"


@dataclass
class Line:
    """Letters on one line, as a text, with its place."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    cells: list["Line"] = field(default_factory=list)  # with wide gaps between them
    letters: float = 0.0  # how tall most of them are

    @property
    def size(self) -> float:
        return self.y1 - self.y0

    @property
    def reach(self) -> float:
        """Where it ends but for punctuation, which may hang over the edge of a column."""
        return self.x1 - (self.size if self.text[-1:] in "，。、．」）,." else 0)


@dataclass
class Block:
    """A stretch of lines that belong together: a region's, or a table's rows."""

    lines: list[Line]
    frame: tuple[float, float] = (0, 0)  # from where to where its column reaches
    is_table: bool = False


def pieces_of(page: PageContent) -> list[Line]:
    """The page's fragments of lines, and its tables, each as one tall line that has the rows for cells."""
    tables, rest = _ruled_tables(page)
    return [*_fragments(rest), *tables]


def blocks_of(pieces: list[Line]) -> list[Block]:
    """A page's blocks in reading order."""
    blocks: list[Block] = []
    for block in _in_order(pieces, _frame(pieces)):
        if blocks and not block.is_table and not blocks[-1].is_table and blocks[-1].frame == block.frame:
            blocks[-1].lines += block.lines
        else:
            blocks.append(block)
    return blocks


def _frame(pieces: Sequence[Line]) -> tuple[float, float]:
    """From where to where a column reaches, but for a single line that stands out."""
    if not pieces:
        return 0, 0
    ends = sorted((piece.x1 for piece in pieces), reverse=True)
    right = next((one for one, two in pairwise(ends) if one - two < 10), ends[0])
    return min(piece.x0 for piece in pieces), right


# Letters -> fragments of lines


def _fragments(glyphs: Sequence[Glyph]) -> list[Line]:
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        if runs and _goes_on(runs[-1][-1], glyph):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    return [_line(run) for run in runs]


def _goes_on(one: Glyph, two: Glyph) -> bool:
    """Whether a letter stands where the line that ends with `one` goes on."""
    high, low = one.y1 - one.y0, two.y1 - two.y0
    size, small = (high, low) if high > low else (low, high)
    overlap = (one.y1 if one.y1 < two.y1 else two.y1) - (one.y0 if one.y0 > two.y0 else two.y0)
    return overlap > small * 0.4 and -size * 0.6 < two.x0 - one.x1 < size * 1.2


def _line(run: Sequence[Glyph]) -> Line:
    text = ""
    for n, glyph in enumerate(run):
        if n and glyph.spaced and not (_is_wide(text[-1]) and _is_wide(glyph.char) and _is_tight(run[n - 1], glyph)):
            text += " "
        text += glyph.char
    return Line(
        _closed_up(text),
        run[0].x0,
        min(glyph.y0 for glyph in run),
        max(glyph.x1 for glyph in run),
        max(glyph.y1 for glyph in run),
        letters=median(glyph.size for glyph in run),
    )


def _is_tight(one: Glyph, two: Glyph) -> bool:
    """Nearer than a space would put them: justified lines are spaced out between all letters."""
    return two.x0 - one.x1 < max(one.size, two.size) * 0.3


def _closed_up(text: str) -> str:
    """Letters that were set with spaces between all of them, without those."""
    pairs = re.findall(r"[^\x00-\xff](?= ?[^\x00-\xff])", text)
    spaced = re.findall(r"[^\x00-\xff](?= [^\x00-\xff])", text)
    return re.sub(r"(?<=[^\x00-\xff]) (?=[^\x00-\xff])", "", text) if len(spaced) > max(3, len(pairs) * 0.6) else text


def _is_wide(char: str) -> bool:
    """A letter of a script without spaces between words, or its punctuation. Korean has them."""
    return unicodedata.east_asian_width(char) in "WF" and not "가" <= char <= "힣"


# Ruled lines -> tables


@dataclass(frozen=True)
class _Grid:
    xs: list[float]
    ys: list[float]  # upwards
    across: list[Rule]
    upright: list[Rule]

    def cell(self, point: tuple[float, float]) -> tuple[int, int] | None:
        """Row, counted from the top, and column of a point."""
        x, y = point
        if not (self.xs[0] <= x < self.xs[-1] and self.ys[0] <= y < self.ys[-1]):
            return None
        return len(self.ys) - 1 - bisect_right(self.ys, y), bisect_right(self.xs, x) - 1

    def roots(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Cell -> the first of those it is merged with: there is no line between them."""
        root: dict[tuple[int, int], tuple[int, int]] = {}
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        for row in range(rows):
            high, low = self.ys[rows - row], self.ys[rows - row - 1]
            for column in range(columns):
                left, right = self.xs[column], self.xs[column + 1]
                if row and not _covered(self.across, high, left, right):
                    root[row, column] = root[row - 1, column]
                elif column and not _covered(self.upright, left, low, high):
                    root[row, column] = root[row, column - 1]
                else:
                    root[row, column] = (row, column)
        return root


def _covered(rules: Sequence[Rule], at: float, start: float, end: float) -> bool:
    middle = (start + end) / 2
    return any(abs(place - at) <= NEAR and low - NEAR <= middle <= high + NEAR for place, low, high in rules)


def _ruled_tables(page: PageContent) -> tuple[list[Line], list[Glyph]]:
    """The tables, each as one tall line whose cells are its rows, and the letters outside of them."""
    grids = _grids(page)
    if not grids:
        return [], page.glyphs
    inside: dict[int, dict[tuple[int, int], list[Glyph]]] = defaultdict(lambda: defaultdict(list))
    roots = [grid.roots() for grid in grids]
    rest = []
    for glyph in page.glyphs:
        for n, grid in enumerate(grids):
            if cell := grid.cell(glyph.middle):
                inside[n][roots[n][cell]].append(glyph)
                break
        else:
            rest.append(glyph)
    tables = []
    for n, grid in enumerate(grids):
        filled = {cell for cell, glyphs in inside[n].items() if glyphs}
        if len({row for row, _c in filled}) > 1 and len({column for _r, column in filled}) > 1:
            tables.append(_table(grid, roots[n], inside[n]))
        else:
            # A frame around words, or a drawing.
            rest += [glyph for cell in sorted(filled) for glyph in inside[n][cell]]
    return tables, rest


def _table(
    grid: _Grid, roots: dict[tuple[int, int], tuple[int, int]], inside: dict[tuple[int, int], list[Glyph]]
) -> Line:
    rows = []
    for row in range(len(grid.ys) - 1):
        cells = [
            paragraphs([Block(_lines(_fragments(inside.get((row, column), []))))], joined=True)
            for column in range(len(grid.xs) - 1)
            if roots[row, column] == (row, column)
        ]
        if any(cells):
            rows.append(Line(" | ".join(cells).strip(), grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1]))
    return Line("", grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1], rows)


def _grids(page: PageContent) -> list[_Grid]:
    """Ruled lines that cross, as grids of at least two by two cells."""
    rules = [*((True, rule) for rule in page.across), *((False, rule) for rule in page.upright)]
    if not page.across or not page.upright or len(rules) > 2_000:
        return []
    groups: list[tuple[list[float], list[tuple[bool, Rule]]]] = []
    for is_across, rule in rules:
        at, start, end = rule
        box = [start, at, end, at] if is_across else [at, start, at, end]
        touching = [group for group in groups if _touch(group[0], box)]
        members = [(is_across, rule), *(member for group in touching for member in group[1])]
        for group in touching:
            box = [*map(min, box[:2], group[0][:2]), *map(max, box[2:], group[0][2:])]
            groups.remove(group)
        groups.append((box, members))
    grids = []
    for _box, members in groups:
        across = [rule for is_across, rule in members if is_across]
        upright = [rule for is_across, rule in members if not is_across]
        xs, ys = _places(upright), _places(across)
        if len(xs) > 2 and len(ys) > 2 and len(xs) * len(ys) < 20_000:
            grids.append(_Grid(xs, ys, across, upright))
    return grids


def _touch(one: Sequence[float], two: Sequence[float]) -> bool:
    return one[0] - NEAR <= two[2] and two[0] - NEAR <= one[2] and one[1] - NEAR <= two[3] and two[1] - NEAR <= one[3]


def _places(rules: Iterable[Rule]) -> list[float]:
    found: list[float] = []
    for place in sorted(rule[0] for rule in rules):
        if not found or place - found[-1] > NEAR:
            found.append(place)
    return found


# Fragments -> regions in reading order


def _in_order(pieces: list[Line], frame: tuple[float, float]) -> list[Block]:
    """A region's fragments cut at gutters into columns, else at gaps from top to bottom (a recursive XY cut)."""
    if not pieces:
        return []
    if len(pieces) == 1 and pieces[0].cells:
        return [Block(pieces[0].cells, frame, is_table=True)]
    if len(pieces) > 3:
        if columns := _columns(pieces):
            return [block for column in columns for block in _in_order(column, _frame(column))]
        if bands := _bands(pieces):
            return [block for band in bands for block in _in_order(band, frame)]
    tables = [piece for piece in pieces if piece.cells]
    if not tables:
        return [Block(_lines(pieces), frame)]
    # Something stands beside a table: what is above its middle first.
    middle = (tables[0].y0 + tables[0].y1) / 2
    above = [piece for piece in pieces if not piece.cells and piece.y0 > middle]
    below = [piece for piece in pieces if piece is not tables[0] and piece not in above]
    return [*_in_order(above, frame), Block(tables[0].cells, frame, is_table=True), *_in_order(below, frame)]


def _columns(pieces: Sequence[Line]) -> list[list[Line]]:
    """Two or more columns of prose: a gutter that nothing crosses, with full lines on both sides."""
    size = median(piece.size for piece in pieces if not piece.cells) if any(not p.cells for p in pieces) else 10
    left, right = min(piece.x0 for piece in pieces), max(piece.x1 for piece in pieces)
    end = left
    gutters = []
    for piece in sorted(pieces, key=lambda piece: piece.x0):
        if piece.x0 - end > size * 0.8:
            gutters.append((end + piece.x0) / 2)
        end = max(end, piece.reach)
    bounds = [left, *gutters, right]
    for cut in range(1, len(bounds) - 1):
        sides = [
            [piece for piece in pieces if piece.reach <= bounds[cut]],
            [piece for piece in pieces if piece.x0 >= bounds[cut]],
        ]
        if all(len(side) > 2 for side in sides) and any(map(_is_prose, sides)) and all(map(_is_wide_enough, sides)):
            return sides
    return []


def _is_prose(side: Sequence[Line]) -> bool:
    """Whether these read as a column of a text: several lines, most of them as wide as it is."""
    lines = _lines(side)
    width = max(line.x1 for line in lines) - min(line.x0 for line in lines)
    full = sum(line.x1 - line.x0 > width * 0.8 for line in lines)
    return len(lines) > 4 and full >= len(lines) * 0.55 and width >= 14 * median(line.size for line in lines)


def _is_wide_enough(side: Sequence[Line]) -> bool:
    width = max(line.x1 for line in side) - min(line.x0 for line in side)
    return width >= 9 * median(line.size for line in side if not line.cells) if any(not p.cells for p in side) else True


def _bands(pieces: Sequence[Line]) -> list[list[Line]]:
    """Cut where the widest gap from top to bottom is; [] where there is none."""
    ordered = sorted(pieces, key=lambda piece: -piece.y1)
    gaps, low = [], ordered[0].y0
    for n, piece in enumerate(ordered[1:], 1):
        gaps.append((low - piece.y1, n))
        low = min(low, piece.y0)
    width, n = max(gaps)
    if width > 0.5 and any(each.cells for each in pieces):
        # Around tables every gap is one.
        return [ordered[:n], ordered[n:]]
    if width > median(piece.size for piece in pieces) * 0.25:
        return [ordered[:n], ordered[n:]]
    # A line across the page above or below columns may stand as near as their own lines.
    widest = max(piece.x1 for piece in pieces) - min(piece.x0 for piece in pieces)
    for gap, n in gaps:
        if gap > -1 and any(piece.x1 - piece.x0 > widest * 0.6 for piece in (ordered[n - 1], ordered[n])):
            for part in (ordered[:n], ordered[n:]):
                if len(part) > 7 and _columns(part):
                    return [ordered[:n], ordered[n:]]
    return []


def _lines(pieces: Sequence[Line]) -> list[Line]:
    """Fragments that stand on one line joined to it, from top to bottom."""
    rows: list[list[Line]] = []
    pieces = [piece for piece in pieces if piece.text]
    for piece in sorted(pieces, key=lambda piece: -(piece.y0 + piece.y1)):
        for row in rows[-3:]:
            overlap = min(row[0].y1, piece.y1) - max(row[0].y0, piece.y0)
            if overlap > min(row[0].size, piece.size) * 0.5:
                row.append(piece)
                break
        else:
            rows.append([piece])
    return [_joined(sorted(row, key=lambda piece: piece.x0)) for row in rows]


def _joined(row: Sequence[Line]) -> Line:
    text, cells = row[0].text, [row[0]]
    for one, two in pairwise(row):
        gap, size = two.x0 - one.x1, max(one.size, two.size)
        if gap > size * 1.2:
            cells.append(two)
        text += two.text if gap < size * 0.2 and (_is_wide(text[-1]) or gap < size * 0.1) else f" {two.text}"
    box = (row[0].x0, min(p.y0 for p in row), max(p.x1 for p in row), max(p.y1 for p in row))
    return Line(text, *box, cells if len(cells) > 1 else [], max(row, key=lambda piece: len(piece.text)).letters)


# Lines -> paragraphs


def paragraphs(blocks: Sequence[Block], body: float = 0, *, joined: bool = False) -> str:
    """The text: lines of a paragraph joined, headings marked where letters are larger than `body`.

    `joined`: all of it as one paragraph, for a cell.
    """
    return "\n\n".join(text for block in blocks for text in _paragraphs_of(block, body, joined=joined))


def _paragraphs_of(block: Block, body: float, *, joined: bool) -> list[str]:
    if block.is_table:
        return ["\n".join(line.text for line in block.lines)]
    found: list[str] = []
    gaps = [one.y0 - two.y1 for one, two in pairwise(block.lines)]
    usual = median(gaps) if gaps else 0.0
    before: Line | None = None
    for line in block.lines:
        if before and (joined or _is_one_paragraph(before, line, block.frame[1], usual)):
            found[-1] = join(found[-1], _celled(line))
        elif (
            before
            and not joined
            and before.y0 - line.y1 < max(usual, 0) + line.size * 0.4
            and not _is_large(line, body)
        ):
            found[-1] += f"\n{_celled(line)}"
        else:
            found.append(f"## {line.text}" if _is_large(line, body) else _celled(line))
        before = line
    return [text.replace(HYPHEN, "-") for text in found]


def _celled(line: Line) -> str:
    return (
        " | ".join(cell.text for cell in line.cells)
        if len(line.cells) > 1 and not _LISTED.match(line.text)
        else line.text
    )


def _is_large(line: Line, body: float) -> bool:
    is_short = 1 < len(line.text) <= 80 and not line.cells and line.text[-1] not in "。，、．,"
    return bool(body) and line.letters > body * 1.2 and is_short


def _is_one_paragraph(before: Line, line: Line, right: float, usual: float) -> bool:
    """Whether a line goes on with the sentence of the one before: that was full, and nothing begins here."""
    size = max(before.size, line.size)
    if abs(before.size - line.size) > size * 0.2 or not -size < before.y0 - line.y1 < max(usual, 0) + size * 0.4:
        return False
    if _LISTED.match(line.text) or len(line.cells) > 1 or (len(before.cells) > 1 and not _LISTED.match(before.text)):
        return False
    # A first line stands in from where the one before it began.
    if before.text[-1] in "。．！？.!?" and line.x0 > before.x0 + size * 0.5:
        return False
    # The line was full if what comes next had no room on it.
    first_word = line.text[0] if _is_wide(line.text[0]) else line.text.split(" ", 1)[0]
    needed = (line.x1 - line.x0) * len(first_word) / len(line.text)
    return right - before.x1 < max(needed + size * 0.3, size * 1.6)


def join(one: str, two: str) -> str:
    """Two lines of a sentence: no space between letters of a script that has none, a broken word made whole."""
    if one.endswith((HYPHEN, "-")) and len(one) > 1 and one[-2].isalpha() and two[:1].islower():
        return one[:-1] + two
    if one.endswith(HYPHEN):
        return one[:-1] + "-" + two
    if not one or not two:
        return one + two
    is_tight = _is_wide(one[-1]) and _is_wide(two[0])
    return one + two if is_tight or one[-1] in "-/" else f"{one} {two}"
