"""Bytes -> text, whatever encoding they claim: what is declared is tried, what is there decides."""

import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator

from knowledge.errors import BadInput
from knowledge.phrases import _

MOST_ODD = 0.005  # of the characters may be ones that no writer uses
MOST_HALF_WIDTH = 0.3  # of the characters
MOSTLY = ("utf-8", "cp932", "euc_jp")
PLAIN_CONTROLS = "\t\n\r\f\v"
# ｡ to ﾟ: single bytes of cp932, into which the two-byte characters of EUC-JP fall apart.
HALF_WIDTH_KANA = range(0xFF61, 0xFFA0)


def decode(data: bytes, declared: str = "") -> str:
    """The text in `data`, without a byte order mark. Raises BadInput where no encoding makes sense of it."""
    for text in _readings(data, declared):
        if looks_written(text):
            return text
    raise BadInput(_("I could not tell which encoding this file uses. Please save it as UTF-8 and send it again."))


def looks_written(text: str) -> bool:
    """Whether people write such characters: no controls, hardly any that are not assigned."""
    odd = 0
    for character in set(text):
        kind = unicodedata.category(character)
        if kind == "Cc" and character not in PLAIN_CONTROLS:
            return False
        if kind in {"Cn", "Co", "Cs"} or character == "�":
            odd += text.count(character)
    return odd <= len(text) * MOST_ODD


def _readings(data: bytes, declared: str) -> Iterator[str]:
    """Ways to read the bytes, the most likely first; none has characters that had to be replaced."""
    rest = _without_mark(data)
    # Real UTF-16 is never valid UTF-8 without a NUL, so UTF-8 under a mark of UTF-16 is UTF-8.
    if b"\0" not in rest:
        yield from _strictly(rest, "utf-8")
    for encoding in _utf16_of(data):
        yield from _strictly(rest, encoding)
    # ESC $ switches ISO-2022-JP to kanji; nothing else has it.
    if b"\x1b$" in rest:
        yield from _strictly(rest, "iso2022_jp_2004")
    if declared:
        yield from _strictly(rest, declared)
    # Both may read the same bytes; text of half-width kana is the sign of the wrong one.
    both = sorted([*_strictly(rest, "cp932"), *_strictly(rest, "euc_jp")], key=_half_width)
    yield from (text for text in both if _half_width(text) < len(text) * MOST_HALF_WIDTH)
    # EUC-JP with a letter cut in two is read as half-width kana, and by nothing else.
    yield from (text for text in (rest.decode("euc_jp", "replace"), *both) if both)
    yield from _guessed(rest)
    # A page may have been cut in the middle of a letter, or joined from two encodings: what hardly any letters are
    # lost of is read, the fewest first.
    yield from sorted((rest.decode(each, "replace") for each in MOSTLY), key=lambda text: text.count("\ufffd"))


def _without_mark(data: bytes) -> bytes:
    for mark in (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE):
        if data.startswith(mark):
            return data[len(mark) :]
    return data


def _utf16_of(data: bytes) -> tuple[str, ...]:
    if data.startswith(BOM_UTF16_LE):
        return ("utf-16-le", "utf-16-be")
    if data.startswith(BOM_UTF16_BE):
        return ("utf-16-be", "utf-16-le")
    # Without a mark: line ends and spaces are NULs on one side.
    even, odd = data[::2].count(0), data[1::2].count(0)
    if not even and not odd:
        return ()
    return ("utf-16-le",) if odd > even else ("utf-16-be",)


def _strictly(data: bytes, encoding: str) -> Iterator[str]:
    try:
        yield data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return


def _half_width(text: str) -> int:
    return sum(text.count(character) for character in set(text) if ord(character) in HALF_WIDTH_KANA)


def _guessed(data: bytes) -> Iterator[str]:
    """A last look at encodings of other languages."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is not None:
        yield from _strictly(data, best.encoding)
