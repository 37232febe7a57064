"""What is left of a text when everything people vary, insert or draw differently is taken away.

Characters drawn alike count as one: letters of other scripts, accents, variants of a kanji, digits in any dress.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_lowercase

from guardrail.text.normalise import Normalised, normalise

# What stands between the parts of one value: signs, blanks, or a word for a sign.
BETWEEN = re.compile(r"(?i)(?:の|ノ|dash|hyphen|dot|at|and|then|ハイフン|ドット|アット(?:マーク)?)?")
OPENING = re.compile(r"[+＋(（)）][\W\u1160\u3164]{0,8}\Z")
DIGIT = re.compile("[0-9]")
CLOSING = re.compile(r"[\W\u1160\u3164]{0,8}[(（)）]")


@dataclass(frozen=True)
class Skeleton:
    """The letters and digits of `read` in one spelling; `places` leads back into `read`."""

    read: Normalised
    places: Normalised

    @property
    def text(self) -> str:
        return self.places.text

    def joined(self, at: int) -> bool:
        """Whether the characters on both sides of `at` stand next to each other in what was read."""
        return 0 < at < len(self.text) and self.places.ends[at - 1] >= self.places.starts[at]

    def original(self, at: int) -> int:
        """Where the original of the character `at` starts."""
        return self.read.starts[self.places.starts[at]]

    def spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The place start:end in the original; in pieces where other words stand between."""
        first = start
        for at in range(start + 1, end):
            gap = self.read.text[self.places.ends[at - 1] : self.places.starts[at]]
            if gap and not BETWEEN.fullmatch("".join(char for char in gap if FOLDS[char])):
                yield self._original(first, at)
                first = at
        yield self._original(first, end)

    def _original(self, start: int, end: int) -> tuple[int, int]:
        first, last = self.places.starts[start], self.places.ends[end - 1]
        # A number's bracket or plus sign goes with it.
        opening = OPENING.search(self.read.text, max(0, first - 10), first)
        inside = self.read.text[first:last]
        if opening and (opening[0][0] in "+＋" or inside.count("(") != inside.count(")")):
            first = opening.start()
        elif (closing := CLOSING.match(self.read.text, last)) and inside.count("(") != inside.count(")"):
            last = closing.end()
        return self.read.original(first, last)


def letters(read: Normalised) -> Skeleton:
    """Letters and digits, case, width, accents and look-alike scripts folded."""
    folded = [FOLDS[char] for char in read.text]
    at = [at for at, parts in enumerate(folded) for _ in parts]
    return Skeleton(read, Normalised("".join(folded), at, [place + 1 for place in at]))


def digits(folded: Skeleton) -> Skeleton:
    """Of a skeleton the digits only: any words may stand between them."""
    at = [folded.places.starts[match.start()] for match in DIGIT.finditer(folded.text)]
    return Skeleton(folded.read, Normalised("".join(DIGIT.findall(folded.text)), at, [place + 1 for place in at]))


def key(value: str) -> str:
    """The letters and digits of a value, as `letters` leaves them."""
    return letters(normalise(value)).text


# Pairs: what is written, what it looks like. Before case is folded, because a capital may look like another letter.
_LETTERS = {
    # Cyrillic
    **dict(zip("АВЕЅІЈКМНОРСТУХЗЬбаеѕіјкм", "ABESIJKMHOPCTYX3bbaesijkm", strict=True)),
    **dict(zip("норстухһԁԛԝґгпвьѵӏЧч", "hopctyxhdqwrrnbbvl44", strict=True)),
    # Greek
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεηικνορτυχγωϲϳμ", "ABEZHIKMNOPTYXabeniknoptuxywcju", strict=True)),
    # Armenian, Cherokee, Latin letters of the phonetic alphabet, small capitals
    **dict(zip("օոսցհԱՏᎪᏴᏟᎬᎻᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃɑɡıʟɩ", "onughUSABCEHJKLMPRSTVWZagili", strict=True)),
    **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True)),
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th",
}  # fmt: skip
# What is drawn with a letter or a number on it: regional indicators (which make flags), enclosed letters, dice,
# mahjong tiles, playing cards (the ten counts as nought), clocks.
_PICTURES = {
    **{
        chr(first + at): letter
        for first in (0x1F1E6, 0x1F130, 0x1F150, 0x1F170)
        for at, letter in enumerate(ascii_lowercase)
    },
    **{chr(0x2680 + at): str(at + 1) for at in range(6)},
    **{chr(first + at): str(at + 1) for first in (0x1F007, 0x1F010, 0x1F019) for at in range(9)},
    **{chr(suit + at): str(at % 10) for suit in (0x1F0A0, 0x1F0B0, 0x1F0C0, 0x1F0D0) for at in range(1, 11)},
    **{chr(0x1F550 + at): str(at + 1) for at in range(9)},
}
# 二 and ニ, 力 and カ: in many fonts only what stands beside them tells which it is.
# Kanji drawn like katakana, and forms of a kanji that people use for one another.
_KANJI = {
    **dict(zip("二力口八夕工卜才", "ニカロハタエトオ", strict=True)),
    **dict(
        zip(
            "邊邉齋齊斎櫻澤廣國嶋嶌龍眞濱惠榮淺瀨渡邊壽實圓顯彥緖靜曉戶黑增",
            "辺辺斉斉斉桜沢広国島島竜真浜恵栄浅瀬渡辺寿実円顕彦緒静暁戸黒増",
            strict=True,
        )
    ),
}


class _Folds(dict[str, str]):
    """Character -> what a skeleton keeps of it. Worked out at first sight; bounded by the characters there are."""

    def __missing__(self, char: str) -> str:
        self[char] = folded = _folded(char)
        return folded


def _folded(char: str) -> str:
    if char in _KANJI:
        char = _KANJI[char]
    # Katakana as hiragana: the rows stand 0x60 apart (U+30A1, U+3041).
    if "ァ" <= char <= "ヶ":
        return chr(ord(char) - 0x60)
    if char in _PICTURES:
        return _PICTURES[char]
    # Circled, superscript, mathematical and other scripts' digits, and counting rods.
    number = unicodedata.numeric(char, None) if unicodedata.category(char).startswith("N") else None
    if number is not None and number in range(10):
        return str(int(number))
    # Accents off; not off kana, where the mark makes another sound (か, が).
    base = unicodedata.normalize("NFD", _LETTERS.get(char, char))[0] if not "ぁ" <= char <= "ヿ" else char
    base = _LETTERS.get(base, base)
    # Hangul fillers (U+115F, 1160, 3164, FFA0) are letters by category and show nothing.
    return "".join(c for c in base.casefold() if c.isalnum() and c not in "ー\u115f\u1160\u3164\uffa0")


FOLDS = _Folds()
