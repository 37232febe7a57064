"""How long a text is in LINE's eyes: UTF-16 code units for messages, grapheme clusters for labels and titles."""

import unicodedata

ZERO_WIDTH_JOINER = "\u200d"
REGIONAL = range(0x1F1E6, 0x1F200)  # two of these letters make one flag
SKIN_TONES = range(0x1F3FB, 0x1F400)
TAGS = range(0xE0020, 0xE0080)  # spell out the flags of England, Scotland and Wales


def utf16_units(text: str) -> int:
    """UTF-16 code units: an emoji outside the basic plane counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def graphemes(text: str) -> int:
    """Grapheme clusters, nearly: what extends the character before it does not count.

    Combining marks, variation selectors, skin tones, tags, whatever follows a zero-width joiner and the second
    letter of a flag extend. Hangul typed as single jamo, and Indic conjuncts, count as more than LINE counts
    them, so this never lets through a label that LINE would refuse for its length.
    """
    count, before, flag_open = 0, "", False
    for character in text:
        flag = ord(character) in REGIONAL
        joins = _extends(character) or before == ZERO_WIDTH_JOINER or (flag and flag_open)
        joins = joins or (before == "\r" and character == "\n")
        count += 0 if joins and count else 1
        flag_open = flag and not flag_open
        before = character
    return count


def _extends(character: str) -> bool:
    code = ord(character)
    return (
        character == ZERO_WIDTH_JOINER
        or code in SKIN_TONES
        or code in TAGS
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
    )
