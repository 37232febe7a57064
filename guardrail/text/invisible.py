"""Characters that show nothing: taken out of whatever is shown, save where what stands beside them is drawn otherwise.

A text may hide another one in them (tags, variation selectors and zero-width signs stand for its letters or bits), and
nobody who reads the answer could tell.
"""

import re

# Default_Ignorable_Code_Point (DerivedCoreProperties.txt), and the interlinear annotations.
IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
IDEOGRAPH = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# Scripts whose letters join, or do not, by U+200C and U+200D: Arabic, Syriac, N'Ko, those of India, Tibetan,
# Burmese, Khmer, Mongolian (The Unicode Standard, 23.2).
JOINED = (
    "\u0600-\u061b\u061d-\u077f\u07c0-\u08ff\u0900-\u0dff\u0f00-\u0fff\u1000-\u109f\u1780-\u17b3\u17b6-\u17ff"
    "\u1800-\u180a\u1810-\u18af"
)
# The flags of England, Scotland and Wales: the only tags among the emoji for interchange (UTS #51, annex C).
FLAGS = "|".join(
    "".join(chr(0xE0000 + ord(letter)) for letter in region) + "\U000e007f" for region in ("gbeng", "gbsct", "gbwls")
)
SEQUENCES = (
    rf"(?<=[{EMOJI}])(?:\ufe0f?\u200d(?=[{EMOJI}])|[\ufe0e\ufe0f])"
    r"|(?<=[0-9#*])\ufe0f(?=\u20e3)"
    # Registered variants of a kanji (UTS #37); far fewer than the 240 that could carry a byte each.
    rf"|(?<=[{IDEOGRAPH}])[\ufe00-\ufe02\U000e0100-\U000e0112]"
    rf"|(?<=[{JOINED}])[\u200c\u200d](?![{IGNORABLE}])"
    r"|(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]"
    rf"|(?<=\U0001f3f4)(?:{FLAGS})"
)
SHOWS_NOTHING = re.compile(rf"(?P<kept>{SEQUENCES})|[{IGNORABLE}]")
LONGEST = 8  # characters: none of the sequences is longer
UNSEEN = re.compile(f"[{IGNORABLE}]")


def visible(text: str) -> str:
    """The text without characters that show nothing and change nothing that is shown."""
    if text.isascii() or not UNSEEN.search(text):
        return text
    return SHOWS_NOTHING.sub(lambda match: match["kept"] or "", text)


class VisibleText:
    """The same for a text that comes in pieces, wherever they are cut."""

    def __init__(self) -> None:
        self._last = ""  # the last character that left: what is drawn otherwise stands behind it
        self._unseen = ""  # what came behind it and waits for the next one

    def add(self, piece: str, *, complete: bool) -> str:
        """What is decided by now, without what was given back before."""
        text = self._unseen + piece
        end = len(text)
        while not complete and end and UNSEEN.match(text, end - 1):
            end -= 1
        # Of a long run only its beginning can stay.
        text, self._unseen = text[:end], text[end : end + LONGEST]
        shown = visible(self._last + text)[len(self._last) :]
        self._last = text[-1:] or self._last
        return shown
