"""English names without capitals, and those of which small words are a part: my name is sarah, Mr. van der Berg."""

import re
from collections.abc import Iterator

from guardrail.names.english_lists import EnglishLists
from guardrail.names.word_tables import AMBIGUOUS

PAIR = re.compile(r"(?<![A-Za-z0-9_@.'/#-])(?=([a-z]{3,15}) ([a-z]{3,15})(?![A-Za-z0-9_@'/-])(?!\.[a-z]))")
INTRODUCED = re.compile(
    r"(?i:\b(?:my name is|name is|call me|ask for|speak (?:to|with)|talk to|regards,|sincerely,|cheers,|signed,))\s+"
    r"([a-z]{3,15})(?![A-Za-z0-9_@'/-])(?!\.[a-z])"
)
PARTICLE = r"(?:van der|van den|van|von|de la|de|del|di|da|bin|al|el)"
TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? ({PARTICLE} [A-ZÀ-Þ][a-zà-þ]{{1,20}})(?![A-Za-z])")
VIETNAMESE = re.compile(
    r"\b(?:Nguyen|Tran|Le|Pham|Hoang|Huynh|Phan|Vu|Vo|Dang|Bui|Do|Ngo|Duong|Ly)"
    r" (?:Van|Thi|Minh|Duc|Quang|Ngoc|Thanh|Huu|Xuan|Hong|Kim|Anh|Quoc|Dinh|Phuong|Thu)"
    r"(?: [A-Z][a-z]{1,8}){1,2}(?![A-Za-z])"
)


def find_small_names(text: str, lists: EnglishLists) -> Iterator[tuple[int, int]]:
    """A given name and a surname side by side, or a given name where someone says who it is."""
    for match in PAIR.finditer(text):
        first, last = match[1], match[2]
        if _is_given(first, lists) and last in lists.last and last not in lists.ordinary and last not in AMBIGUOUS:
            yield match.start(1), match.end(2)
    for match in INTRODUCED.finditer(text):
        if _is_given(match[1], lists):
            yield match.span(1)
    for pattern, group in ((TITLED, 1), (VIETNAMESE, 0)):
        yield from (match.span(group) for match in pattern.finditer(text))


def _is_given(name: str, lists: EnglishLists) -> bool:
    return name in lists.first and name not in AMBIGUOUS and name not in lists.ordinary
