"""Japanese names in Latin letters: Kenichi Kondo, SATO Hanako, Tanaka 様."""

import re
from collections.abc import Iterator

from guardrail.names.english_lists import EnglishLists
from guardrail.names.name_lists import NameLists

ROMAJI_PAIR = re.compile(
    r"(?<![A-Za-z0-9.@_/-])([A-Z][a-z]{2,11}|[A-Z]{3,12}),?[ ]([A-Z][a-z]{2,11}"
    r"|[A-Z]{3,12})(?![A-Za-z0-9@_/-])(?!\.[A-Za-z])"
)
ROMAJI_NAMED = re.compile(
    r"(?<![A-Za-z0-9.@_/-])([A-Z][a-z]{2,11}(?: [A-Z][a-z]{2,11})?)(?= ?(?:様|さん|さま|氏|殿|先生))"
)


NAMED = re.compile(r"[a-z] ?(?:様|さん|さま|氏|殿|先生)")
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
