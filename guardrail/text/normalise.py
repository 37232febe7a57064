"""One pass that makes look-alike spellings equal, and a map back to the text as it was written.

`\\b` and `\\w` are useless beside kana and kanji, so every rule after this one states its borders in ASCII.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Everything that is drawn as a short line: the dashes of U+2010 to 2015, minus, small and full width, box drawing.
HYPHENS = "‐‑‒–—―−－﹣⁃─━ｰ"
# Spellings of the same surname that NFKC keeps apart.
VARIANTS = {"髙": "高", "﨑": "崎", "𠮷": "吉", "濵": "濱", "栁": "柳", "德": "徳", "嵜": "崎"}
# The long-vowel mark stands for a hyphen where it follows a digit: 3ー21ー17.
LONG_VOWEL_AS_HYPHEN = re.compile(r"(?<=[0-9〇一二三四五六七八九])ー(?=[0-9〇一二三四五六七八九])")

# Marks that join the character before them are most of these; the slower way looks closer.
COMBINING = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u0fff\u1037-\u109d\u135d-\u135f"
    r"\u1714-\u1cff\u1dc0-\u1dff\u20d0-\u20ff\u2cef-\u2dff\u302a-\u302f\u3099\u309a\ua66f-\uabff\ufb1e\ufe20-\ufe2f"
    r"\U000101fd-\U0001e94a]"
)


@dataclass(frozen=True)
class Normalised:
    """The readable form; character i came from `starts[i]:ends[i]` of the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of a non-empty place in the readable form."""
        return self.starts[start], self.ends[end - 1]


class _Spellings(dict[str, str]):
    """Character -> how it reads; worked out at first sight. Bounded by the number of characters there are."""

    def __missing__(self, char: str) -> str:
        self[char] = reading = _read(char)
        return reading


def _read(char: str) -> str:
    if char == "\n":
        return char
    if char in HYPHENS:
        # Half-width ｰ is a vowel mark among half-width kana, a hyphen among digits; the pass below decides.
        return "ー" if char == "ｰ" else "-"
    category = unicodedata.category(char)
    # Format characters (zero-width, bidirectional), enclosing marks and variation selectors (U+FE00 to FE0F) show
    # nothing by themselves, so they must part nothing either.
    if category in ("Cf", "Me") or 0xFE00 <= ord(char) <= 0xFE0F:
        return ""
    if category == "Cs":
        return "\ufffd"  # half of a pair: no library downstream can encode it
    # Blanks of every width are one blank; so are the controls that were let through.
    if category.startswith("Z") or category == "Cc":
        return " "
    # Character by character (UAX #15): over a whole text the places would be lost.
    return unicodedata.normalize("NFKC", VARIANTS.get(char, char))


SPELLINGS = _Spellings()


def normalise(text: str) -> Normalised:
    """NFKC character by character; format characters dropped, hyphens and spaces unified."""
    if text.isascii() and text.isprintable():
        span = range(len(text))
        return Normalised(text, span, range(1, len(text) + 1))
    return _mapped(text)


def _mapped(text: str) -> Normalised:
    parts = [SPELLINGS[char] for char in text]
    joined = "".join(parts)
    if len(joined) == len(text) and "" not in parts and not COMBINING.search(joined):
        # One character for each, as nearly always.
        return Normalised(LONG_VOWEL_AS_HYPHEN.sub("-", joined), range(len(text)), range(1, len(text) + 1))
    return _with_places(text)


def _with_places(text: str) -> Normalised:
    read: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, char in enumerate(text):
        for part in SPELLINGS[char]:
            if read and not part.isascii() and _joins(read, part):
                ends[-1] = at + 1
                continue
            read.append(part)
            starts.append(at)
            ends.append(at + 1)
    return Normalised(LONG_VOWEL_AS_HYPHEN.sub("-", "".join(read)), starts, ends)


def _joins(read: list[str], part: str) -> bool:
    """Whether `part` is a mark that the character before it takes up (half-width ｶﾞ, e + acute)."""
    if not unicodedata.combining(part):
        return False
    joined = unicodedata.normalize("NFC", read[-1] + part)
    if len(joined) == 1:
        read[-1] = joined
    return True
