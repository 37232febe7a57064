"""PDFs written by hand: words at places, in a Japanese font that is not embedded and has no ToUnicode; ruled lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842
# What a font is that names its letters by Adobe's numbers alone.
JAPANESE = (
    "<</Type/Font/Subtype/Type0/BaseFont/Ryumin-Light/Encoding/{encoding}/DescendantFonts[<</Type/Font/Subtype/CIDFontType0"
    "/BaseFont/Ryumin-Light/CIDSystemInfo<</Registry(Adobe)/Ordering({ordering})/Supplement 2>>/DW 1000{widths}"
    "/FontDescriptor<</Type/FontDescriptor/FontName/Ryumin-Light/Flags 4/FontBBox[0 -120 1000 880]/ItalicAngle 0"
    "/Ascent 880/Descent -120/CapHeight 700/StemV 80>>>>]>>"
)
HALF = "/W[1[500 500] 3 94 500]"  # Latin letters are half as wide


@dataclass
class Page:
    """Words as (x, y, size, text), lines as (x, y, x, y)."""

    words: Sequence[tuple[float, float, float, str]]
    rules: Sequence[tuple[float, float, float, float]] = ()
    more: str = field(default="", kw_only=True)


def pdf(*pages: Page, title: str = "", encoding: str = "UniJIS-UTF16-H", ordering: str = "Japan1") -> bytes:
    """A PDF of these pages."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", "", JAPANESE.format(encoding=encoding, ordering=ordering, widths=HALF)]
    kids = []
    for page in pages:
        content = "".join(f"BT /F1 {size} Tf {x} {y} Td <{_coded(text)}> Tj ET\n" for x, y, size, text in page.words)
        content += "".join(f"{a} {b} m {c} {d} l S\n" for a, b, c, d in page.rules) + page.more
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDTH} {HEIGHT}]/Contents {len(objects)} 0 R"
            "/Resources<</Font<</F1 3 0 R>>>>>>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(kids)}]>>"
    objects.append(f"<</Title <FEFF{_coded(title)}>>>")
    parts = ["%PDF-1.4\n"]
    places = []
    for n, each in enumerate(objects, 1):
        places.append(sum(map(len, parts)))
        parts.append(f"{n} 0 obj{each}endobj\n")
    start, size = sum(map(len, parts)), len(objects) + 1
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    parts.append(f"xref\n0 {size}\n0000000000 65535 f \n{table}")
    parts.append(f"trailer<</Size {size}/Root 1 0 R/Info {len(objects)} 0 R>>\nstartxref\n{start}\n%%EOF")
    return "".join(parts).encode("latin-1")


def column(
    lines: Sequence[str], x: float = 60, top: float = 780, size: float = 10
) -> list[tuple[float, float, float, str]]:
    """Lines below one another."""
    return [(x, top - n * size * 1.6, size, line) for n, line in enumerate(lines)]


def _coded(text: str) -> str:
    return text.encode("utf-16-be").hex().upper()
