"""Japanese surnames and given names in kanji, kana and Latin letters; how names are read, and where surnames end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from japanese_personal_name_dataset import load_dataset
from sudachipy import SplitMode

from guardrail.text.reading import JAPANESE
from knowledge.words.dictionaries import tokenizer

TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


def katakana(text: str) -> str:
    """Hiragana as katakana; everything else as it is."""
    return text.translate(TO_KATAKANA)


@cache
def dataset() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Men's and women's given names by reading, and surnames: read once for the lists and for the readings."""
    men, women, surnames = load_dataset("org", include_last_names=True)
    return men, women, surnames


@dataclass(frozen=True)
class NameLists:
    """Surnames and given names in kanji, in katakana and in Latin letters."""

    surnames: frozenset[str]
    surname_kana: frozenset[str]
    surname_romaji: frozenset[str]
    given: frozenset[str]
    given_kana: frozenset[str]
    given_romaji: frozenset[str]

    @classmethod
    @cache
    def load(cls) -> "NameLists":
        """From the lists of japanese-personal-name-dataset; read once for the process."""
        men, women, surnames = dataset()
        given = {**men, **women}
        return cls(
            surnames=frozenset(surnames),
            surname_kana=frozenset(katakana(str(entry["reading"])) for entry in surnames.values()),
            surname_romaji=frozenset(r for e in surnames.values() for r in _romaji(str(e["en"]))),
            given=frozenset(kanji for entry in given.values() for kanji in entry["kanji"]),
            given_kana=frozenset(katakana(reading) for reading in given),
            given_romaji=frozenset(r for entry in given.values() for r in _romaji(str(entry["en"]))),
        )

    @cached_property
    def surname_openings(self) -> frozenset[str]:
        """The surnames of one character and the first two of the others: a quick no."""
        return frozenset(name[:2] for name in self.surnames)

    def is_kana_pair(self, surname: str, given: str) -> bool:
        """Whether both halves, read as katakana, are known."""
        return katakana(surname) in self.surname_kana and katakana(given) in self.given_kana

    def splits(self, kana: str) -> bool:
        """Whether a run of katakana falls into a surname and a given name (two characters each at least)."""
        return any(kana[:at] in self.surname_kana and kana[at:] in self.given_kana for at in range(2, len(kana) - 1))


def _romaji(word: str) -> Iterator[str]:
    """Hepburn as people write it: with and without the long vowels, shi or si, tsu or tu, n or m."""
    word = word.lower()
    short = re.sub(r"([aiueo])\1", r"\1", word.replace("ou", "o"))
    oh = re.sub(r"ou$", "oh", word)
    for form in {word, short, oh, re.sub(r"ou", "o", word)}:
        yield form
        yield re.sub(r"n(?=[bmp])", "m", form)
        yield form.replace("shi", "si").replace("tsu", "tu").replace("chi", "ti").replace("fu", "hu")


LONGEST = 1_000  # characters; no name or address is near it


@cache
def _lists() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Surnames and given names in kanji, with their readings in hiragana."""
    men, women, surnames = dataset()
    given: dict[str, tuple[str, ...]] = {}
    for names in (men, women):
        for reading, entry in names.items():
            for kanji in entry["kanji"]:
                given[kanji] = (*given.get(kanji, ()), reading)
    return {kanji: (str(entry["reading"]),) for kanji, entry in surnames.items()}, given


def halves(name: str) -> tuple[str, str]:
    """Surname and given name as they are written; the second is empty where no border is known."""
    if len(words := name.replace("　", " ").replace("・", " ").split()) == 2:
        return words[0], words[1]
    surnames, given = _lists()
    if JAPANESE.search(name) and len(words) == 1:
        borders = [at for at in range(1, len(name)) if name[:at] in surnames]
        known = [at for at in borders if name[at:] in given]
        if borders:
            at = max(known or borders)
            return name[:at], name[at:]
    return name, ""


def readings(written: str, *, surname: bool) -> Iterator[str]:
    """How the half of a name may be read, in kana; kana reads as itself."""
    listed = set(_lists()[0 if surname else 1].get(written, ()))
    yield from sorted(listed)
    yield from {kana(written)} - listed


def kana(text: str) -> str:
    """The reading of any text by Sudachi's dictionary; what has none stays."""
    return "".join(
        morpheme.surface() if morpheme.surface().isascii() else morpheme.reading_form()
        for morpheme in tokenizer().tokenize(text[:LONGEST], SplitMode.C)
    )
