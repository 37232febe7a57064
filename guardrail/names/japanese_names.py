"""Japanese names: Sudachi's proper nouns and name lists, told apart by what stands around them.

And those in Latin letters: Kenichi Kondo, SATO Hanako, Tanaka 様.
"""

import re
from collections.abc import Iterator
from functools import cached_property

from guardrail.findings import PiiKind
from guardrail.names.english_lists import EnglishLists
from guardrail.names.kana_names import ANY_PERSON, HIRAGANA_HONORIFIC, end_of_given, find_hiragana, find_katakana
from guardrail.names.name_lists import NameLists, katakana
from guardrail.names.name_signs import (
    OWN_POST,
    TITLES,
    follows_company,
    has_honorific,
    has_own_post,
    is_named,
    is_namesake,
)
from guardrail.names.person_words import find_person_words
from guardrail.names.word_tables import NOBODY
from guardrail.text.reading import COMMON, ReadText, Span

KANJI_NAME = re.compile(r"(?<![一-龥々])[一-龥々ヶ]{1,6}+(?: [一-龥々]{1,3}| ?[ぁ-んァ-ヺー]{2,5})?")
KANJI = re.compile(r"[一-龥々]+")
TITLE = re.compile(TITLES)
CHINESE_NAME = re.compile(
    r"(?<![一-龥々])[王李張劉陳楊黄趙周呉徐孫馬朱胡郭何羅鄭梁謝宋唐許馮韓曹曾彭蕭蔡潘董袁于余葉蒋杜蘇魏程呂丁沈任姚盧傅鍾姜崔譚廖范汪陸金朴尹申洪柳裵]"
    r" ?[一-龥々]{1,2}(?= ?(?:様|さん|氏|先生|君))"
)
# Of one character; others are somebody's mother, guest or god.
SHORT_NAME = re.compile(
    r"(?<![一-龥々])[王李張劉陳楊黄呉徐孫馬郭鄭唐馮曹曾蔡袁蒋呂沈姚朴金林森原堀岸関南辻滝泉柳岡菅東](?=さん|氏(?!名))"
)
LONGEST_SURNAME = 4


class JapaneseNames:
    """The rules; each says where it sees a person, the analysis unites what they say."""

    @cached_property
    def lists(self) -> NameLists:
        """Loaded at first use."""
        return NameLists.load()

    def find(self, reading: ReadText) -> Iterator[Span]:
        """Every person a rule sees."""
        if reading.words:
            for rule in (find_person_words, self._kanji, self._chinese):
                yield from (self._persons(reading.text, rule(reading)))
            for find in (find_katakana, find_hiragana):
                yield from (Span(start, end, PiiKind.PERSON) for start, end in find(reading, self.lists))
        if reading.has_latin or (reading.words and NAMED.search(reading.text)):
            yield from (Span(start, end, PiiKind.PERSON) for start, end in find_romaji(reading.text, self.lists))

    def _persons(self, text: str, places: Iterator[tuple[int, int]]) -> Iterator[Span]:
        """The places at which not only a museum or a book is called after someone."""
        for start, end in places:
            if not is_namesake(text, end) or is_named(text, start, end):
                yield Span(start, end_of_given(text, end, self.lists), PiiKind.PERSON)

    def _kanji(self, reading: ReadText) -> Iterator[tuple[int, int]]:
        text, openings = reading.text, self.lists.surname_openings
        for match in KANJI_NAME.finditer(text):
            start, run = match.start(), match.group()
            if run[:2] not in openings and run[0] not in openings:
                continue
            for end in self._ends_of_name(start, run):
                if self._is_kanji_name(reading, start, end):
                    yield start, end
                    break

    def _chinese(self, reading: ReadText) -> Iterator[tuple[int, int]]:
        """Names like 王建国 before an honorific, unless the dictionary knows the word (王子, 馬主)."""
        text = reading.text
        for match in CHINESE_NAME.finditer(text):
            name = match.group()
            if has_honorific(text, match.end()) and not reading.entries(name) and name not in NOBODY:
                yield match.span()
        yield from (match.span() for match in SHORT_NAME.finditer(text))

    def _ends_of_name(self, start: int, run: str) -> Iterator[int]:
        """Where a name that starts here could end: the whole run, or before the honorific inside it."""
        yield start + len(run)
        for title in (*TITLE.finditer(run), *OWN_POST.finditer(run)):
            if title.start():
                yield start + len(run[: title.start()].rstrip())
        kanji = re.match(r"[一-龥々ヶ]+(?: (?=[一-龥々]))?", run)
        for size in range(len(run) - 1, kanji.end() - 1 if kanji else 0, -1):
            yield start + size

    def _is_kanji_name(self, reading: ReadText, start: int, end: int) -> bool:
        text = reading.text
        name, entries = text[start:end], reading.entries(text[start:end])
        if name in NOBODY or (entries and entries.isdisjoint(ANY_PERSON) and not is_named(text, start, end)):
            return False
        if name in self.lists.surnames:
            return (is_named(text, start, end) or has_own_post(text, end)) and not follows_company(text, start)
        sizes = [at for at in range(1, min(LONGEST_SURNAME + 1, len(name))) if name[:at] in self.lists.surnames]
        if not sizes or follows_company(text, start):
            return False
        named = is_named(text, start, end)
        # 見てるよ: one character and kana are a verb as well.
        givens = [name[at:].lstrip() for at in sizes if at > 1 or named or KANJI.match(name[at:].lstrip())]
        # 梅田エリア: a word that someone may also be called.
        return any(
            self._is_given(given, named, " " in name)
            for given in givens
            if named or " " in name or COMMON not in reading.entries(given) or KANJI.fullmatch(given)
        )

    def _is_given(self, given: str, named: bool, apart: bool) -> bool:
        """Whether what follows a surname is a given name; a single character or unknown one needs more."""
        if not given or HIRAGANA_HONORIFIC.match(given):
            return False
        if given in self.lists.given or katakana(given) in self.lists.given_kana:
            return named or len(given) > (1 if KANJI.fullmatch(given) else 2)
        return named and apart and len(given) <= 4


ROMAJI_PAIR = re.compile(
    r"(?<![A-Za-z0-9.@_/-])([A-Z][a-z]{2,11}|[A-Z]{3,12}),?[ ]([A-Z][a-z]{2,11}"
    r"|[A-Z]{3,12})(?![A-Za-z0-9@_/-])(?!\.[A-Za-z])"
)
LATIN = "[^\\W\\d_ぁ-ヿ㐀-鿿々]"
ROMAJI_NAMED = re.compile(
    rf"(?<![A-Za-z0-9.@_/-])(?![A-Z]{{2}}(?![A-Za-z]))"
    rf"([A-ZÀ-ÞĀ-žḀ-ỿ]{LATIN}{{1,11}}(?: [A-ZÀ-ÞĀ-žḀ-ỿ]{LATIN}{{1,11}}){{0,3}})"
    "(?= ?(?:様|さん|さま|氏(?!名)|殿|先生|ちゃん|くん|名義))"
)

NAMED = re.compile(rf"{LATIN} ?(?:様|さん|さま|氏|殿|先生|ちゃん|くん|名義)")
# In small letters only before an honorific.
SMALL_NAMED = re.compile(r"(?<![A-Za-z0-9.@_/-])([a-z]{3,12}) ([a-z]{3,12})(?= ?(?:様|さん|さま|氏|殿|先生))")


def find_romaji(text: str, lists: NameLists) -> Iterator[tuple[int, int]]:
    """A surname beside a given name in either order, or one of them before an honorific."""
    for match in ROMAJI_PAIR.finditer(text):
        one, two = match[1].lower(), match[2].lower()
        if _is_pair(one, two, lists):
            yield match.span()
    if not NAMED.search(text):
        return
    for match in ROMAJI_NAMED.finditer(text):
        name = match[1].lower()
        ordinary = name.split()[0] in EnglishLists.load().ordinary
        if (" " in name and not ordinary) or name in lists.surname_romaji or name in lists.given_romaji:
            yield match.span(1)
    for match in SMALL_NAMED.finditer(text):
        if _is_pair(match[1], match[2], lists):
            yield match.span()


def _is_pair(one: str, two: str, lists: NameLists) -> bool:
    """Whether one is a surname and the other a given name."""
    return (one in lists.surname_romaji and two in lists.given_romaji) or (
        two in lists.surname_romaji and one in lists.given_romaji
    )
