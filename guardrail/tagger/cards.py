"""What the tagger sees of a word: its part of speech, the lists it stands on, its shape; itself if nobody is called so.

A name itself is never looked at, so that the weights know no names and judge one they never saw as any other.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from guardrail.names.english_lists import EnglishLists, without_accents
from guardrail.names.name_lists import NameLists, katakana
from guardrail.names.word_tables import BRANDS, GREETING, NAMESAKE, STATES, SUFFIXES, TITLE, listed
from guardrail.names.world_names import WorldNames
from guardrail.text.reading import GIVEN, PERSON, SURNAME

NEWLINE = "\n"
TOKEN = re.compile(r"\n|[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:st|nd|rd|th)?|[^\w\s]|_")
# What Sudachi calls a word, in a letter or two.
SHORT = {
    "名詞-固有名詞-人名-姓": "S",
    "名詞-固有名詞-人名-名": "G",
    "名詞-固有名詞-人名-一般": "P",
    "名詞-固有名詞-地名-一般": "L",
    "名詞-固有名詞-地名-国": "L",
    "名詞-固有名詞-一般-*": "X",
    "名詞-普通名詞-一般-*": "n",
    "名詞-普通名詞-サ変可能-*": "v",
    "名詞-普通名詞-副詞可能-*": "a",
    "名詞-数詞-*-*": "#",
    "空白-*-*-*": "_",
}
ENTRIES = {SURNAME: "S", GIVEN: "G", PERSON: "P", "地名": "L", "固有名詞": "X", "普通名詞": "n"}
SCRIPTS = (("一", "龥", "k"), ("ァ", "ヺ", "t"), ("ぁ", "ん", "h"))
MONTHS = listed(
    "january february march april june july august september october november december monday"
    " tuesday wednesday thursday "
    "friday saturday sunday"
)
FIRM = listed("inc ltd llc co corp corporation company gmbh plc group bank university school")
# Words of two and three kana that are somebody's name and everybody's grammar.
GRAMMATICAL = listed(
    """
    こと もの ため よう とき ところ なる なり なら なっ ある あり する いる いう そう こう どう これ それ あれ ここ
    そこ どこ この その あの
    まま ほか ほう など なか うち まで から より だけ ほど くらい ごろ たち ども さん くん ちゃん さま いま まだ
    もう また すぐ とも かも みる
    みて みた ください くださる いただく いただき いたし おり おる なお はじめ はじめて つぎ まず さき まえ あと
    うえ した なに なん だれ いつ
    かた せい おかげ わけ はず つもり ふう たび ごと あいだ ひと ひとつ ふたつ みな みんな たち おきたい
    """
)
# Products rather than persons: ActivityPub, PostgreSQL, URLs; but McDonald, DeShawn, LaToya.
MIXED = re.compile(
    r"(?!(?:Ma?c|D[ei]|L[ae]|Fitz|V[ao]n|Du|Ja|Jo|Ra|Sha?|Ta)[A-Z][a-z]+\Z).*[a-z][A-Z]|[A-Z]{2,}[a-z]{1,2}\Z"
)
LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ]")
COMMON, SOME = 1_500, 6_000
# A name or a word: how many times (a power of ten) likelier it is that somebody is called so than that it is said.
SELDOM, LIKELY, SURELY = -0.5, 0.6, 1.4
CALLED = frozenset("FfLlWVSG")
LONGEST_HOUSE = 7  # digits of a number that may be a house's, and one
CITIES = frozenset(zone.rpartition("/")[2].replace("_", " ").lower() for zone in available_timezones())


@dataclass(frozen=True, eq=False)
class WordCard:
    """A word as the tagger sees it; one object for each word, so that it is found again by itself."""

    word: str  # itself, or what kind of name it could be
    kind: str  # everything but itself in one
    marks: tuple[str, ...]  # the parts of `kind` one by one
    may_be_name: bool
    is_sign: bool = False  # whether names may be near: a name by some list, or a word that no list has
    is_ordinary: bool = False  # a word that the dictionary knows, and as nobody's name


BORDER = WordCard("<>", "<>", ("<>",), False)


@dataclass(frozen=True)
class WordCards:
    """Makes cards; the lists are loaded at first use."""

    entries: Callable[[str], frozenset[str]]  # what Sudachi's dictionary knows a word as

    @property
    def english(self) -> EnglishLists:
        """Census names and frequent words."""
        return EnglishLists.load()

    @property
    def japanese(self) -> NameLists:
        """Surnames and given names."""
        return NameLists.load()

    @property
    def world(self) -> WorldNames:
        """Given names and surnames of many countries."""
        return WorldNames.load()

    @property
    def ranks(self) -> dict[str, str]:
        """How often people use a word: c is common, s some, r rare."""
        return _ranks()

    def japanese_card(self, text: str, tag: str) -> WordCard:
        """Of a word in a text that has Japanese in it."""
        if text.isascii() and text.isalpha():
            return self.latin_card(text)
        short = SHORT.get(tag) or tag[:2]
        shape = _script(text) + str(min(len(text), 4))
        if not tag.startswith(("名詞", "代名詞", "接尾辞", "形状詞")) and not (shape[0] in "kht" and len(text) > 1):
            return WordCard(text, short, (short,), text in "・=")
        known = "".join(sorted(ENTRIES[e] for e in self.entries(text) if e in ENTRIES))
        lists = "".join(self._japanese_lists(text))
        nameable = bool(lists) or not frozenset(known).isdisjoint("SGP")
        if shape[0] == "h" and "S" not in short and short not in "GP" and (text in GRAMMATICAL or not (known or lists)):
            return WordCard(text, short, (short, shape), False)
        kind = f"{short}{lists}{shape}"
        marks: tuple[str, ...] = (short, "e" + known, "l" + lists, shape, f"{short}{known}", f"{lists}{shape}")
        if nameable:
            return WordCard(kind, kind, marks, True, True)
        if shape[0] == "k":
            marks = (*marks, "z" + text[-1])
        is_unknown = shape[0] in "kt" and not known
        may = tag.startswith(("名詞", "接尾辞", "形状詞")) and short != "#"
        return WordCard(kind if is_unknown else text, kind, marks, may, is_unknown, not is_unknown)

    def _japanese_lists(self, text: str) -> Iterator[str]:
        lists, kana = self.japanese, katakana(text)
        if text in lists.surnames:
            yield "S"
        if text in lists.given:
            yield "G"
        if kana in lists.surname_kana:
            yield "s"
        if kana in lists.given_kana:
            yield "g"

    def latin_card(self, text: str) -> WordCard:
        """Of a word or mark in Latin letters."""
        if text[0].isdigit():
            shape = ("0" if text[0] == "0" else "9") + str(min(len(text), 6)) + "t" * text[-1].isalpha()
            return WordCard(shape, shape, (shape,), False, len(text) < LONGEST_HOUSE)
        if not text[0].isalpha():
            sign = "⏎" if text == NEWLINE else text
            return WordCard(sign, sign, (sign,), False)
        if not LATIN.match(text):
            return WordCard("*", "*", ("*",), False)
        if MIXED.match(text):
            return WordCard("mIx", "mIx", ("mIx",), False, is_ordinary=True)
        low = text.lower().replace("’", "'")
        bare = low.removesuffix("'s").replace("'", "")
        rank = self.ranks.get(bare) or self.ranks.get(low) or "-"
        lists, seen = self._latin_lists(bare)
        shape = "A" if len(text) == 1 else "AA" if text.isupper() else "Aa" if text[0].isupper() else "a"
        nameable = not CALLED.isdisjoint(lists)
        visible = rank in "cs" and not ("F" in lists or "f" in lists) and (rank == "c" or not nameable)
        kind = f"{shape}{rank}{lists}"
        marks = (shape, rank, "l" + lists, shape + rank, *(shape + each for each in lists), *seen)
        if rank in "r-" and not visible:
            marks = (*marks, "z" + bare[-3:], shape + str(min(len(bare), 8)))
        is_sign = (
            "F" in lists
            or rank == "-"
            or (nameable and (shape != "a" or rank == "r"))
            or (rank == "r" and shape != "a")
        )
        return WordCard(low if visible else kind, kind, marks, True, is_sign, not nameable and rank != "-")

    def _latin_lists(self, low: str) -> tuple[str, tuple[str, ...]]:
        """The lists a word stands on, a letter each; and how much more it is a name on them than a word."""
        english, japanese, world = self.english, self.japanese, self.world
        signs, seen = "", []
        first, last = english.likeness(low)
        if low in english.first:
            signs += "f" if low in english.ordinary or first < LIKELY else "F"
            seen.append(f"1{_bucket(first)}")
        if low in english.last:
            seen.append(f"2{_bucket(last)}")
            signs += "" if last < SELDOM else "L" if last >= LIKELY else "l"
        bare = without_accents(low)
        if not {"F", "f"} & set(signs) and (low in world.given or bare in world.given or bare in english.first):
            signs += "W"
        if "L" not in signs and (low in world.surnames or bare in world.surnames):
            signs += "V"
        if low in japanese.surname_romaji:
            signs += "S"
        if low in japanese.given_romaji:
            signs += "G"
        return signs + "".join(sign for table, sign in TABLES if low in table), tuple(seen)


def _bucket(likeness: float) -> int:
    return sum(likeness >= border for border in (SELDOM, LIKELY, SURELY))


TABLES: tuple[tuple[frozenset[str], str], ...] = (
    (TITLE, "T"),
    (GREETING, "H"),
    (FIRM, "C"),
    (NAMESAKE, "N"),
    (frozenset(s.lower() for s in SUFFIXES), "x"),
    (STATES, "p"),
    (CITIES, "P"),
    (MONTHS, "M"),
    (BRANDS, "B"),
)


@cache
def _ranks() -> dict[str, str]:
    used = enumerate(EnglishLists.load().by_rank)
    return {word: "c" if at < COMMON else "s" if at < SOME else "r" for at, word in reversed(list(used))}


def _script(text: str) -> str:
    first, last = (
        next((sign for low, high, sign in SCRIPTS if low <= char <= high), "o") for char in (text[0], text[-1])
    )
    return first if first == last or last == "o" else first + last
