"""How a Japanese name may be read, and where its surname ends."""

from collections.abc import Iterator
from functools import cache

from sudachipy import SplitMode

from guardrail.names.name_lists import dataset
from guardrail.text.reading import JAPANESE
from knowledge.words.sudachi import tokenizer

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
