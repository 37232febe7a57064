"""Write the names of many countries that the tagger looks words up in: `make guardrail-model` begins with it."""

import gzip
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from faker.providers import person

from guardrail.names.english_lists import EnglishLists
from guardrail.names.name_lists import NameLists
from guardrail.names.world_names import FILE
from guardrail.tagger.cards import SOME

LATIN = re.compile(r"[a-zà-ɏḁ-ỿ'’]{2,}")
GIVEN, SURNAMES = re.compile("first_(?:names|romanized)"), re.compile("last_(?:names|romanized)")


def listed(pattern: re.Pattern[str]) -> set[str]:
    """The words of every list of that name, of every country."""
    return {
        word
        for country in sorted(each.name for each in iter_modules(person.__path__))
        for word in _words(import_module(f"{person.__name__}.{country}").Provider, pattern)
    }


def _words(provider: type, pattern: re.Pattern[str]) -> Iterator[str]:
    for attribute in dir(provider):
        names = getattr(provider, attribute)
        if pattern.match(attribute) and isinstance(names, Iterable):
            for name in names:
                yield from LATIN.findall(str(name).lower().replace("’", "'"))


def main(path: Path = FILE) -> None:
    """Given names in one line, surnames in another, those left out that other lists have, and words."""
    english, japanese = EnglishLists.load(), NameLists.load()
    words = frozenset(english.by_rank[:SOME])
    given = listed(GIVEN) - english.first - japanese.given_romaji - words
    surnames = listed(SURNAMES) - english.last - japanese.surname_romaji - words
    text = "\n".join(",".join(sorted(names)) for names in (given, surnames))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{path.name}: {len(given)} given names, {len(surnames)} surnames, {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
