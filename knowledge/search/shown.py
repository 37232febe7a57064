"""What of its knowledge a model is shown for one question, in an order whose beginning is the same for every one. Pure.

All of it while there is room. Else all FAQ entries, where they leave room for more, so that they are read from the
cache; and of the rest what was found, the best of it with what stands around it in its document.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from knowledge.items import Hit, KnowledgeItem
from knowledge.tokens import tokens_of

BUDGET = 20_000  # tokens; cheap to cache, and then nothing is missed
STANDING = 0.6  # of it, at most, for entries that stand there whatever is asked: the rest is for what is found
LOOKED_AT = 40  # hits of each search
SURELY_WHOLE = 3  # of the best hits, with what stands around them, before any others
LONGEST_SECTION = 1_500  # tokens
_WRAPPING = "search_result source title content citations"  # what the request adds around each


@dataclass(frozen=True)
class ShownItems:
    """`items` in the knowledge's own stable order, the first `standing` of them the same for every question.

    `whole`: it is all there is.
    """

    items: tuple[KnowledgeItem, ...]
    standing: int
    whole: bool


def shown_of(items: Sequence[KnowledgeItem], hits: Sequence[Hit], budget: int = BUDGET) -> ShownItems:
    """Of an app's `items`, entries first, those that a model gets: all, or what was found, best first, in `hits`.

    Never more than `budget` tokens.
    """
    if _fit(items, budget):
        return ShownItems(tuple(items), len(items), whole=True)
    entries = [item for item in items if item.kind == "faq"]
    standing = len(entries) if _fit(entries, int(budget * STANDING)) else 0
    shown = set(range(standing))
    room = budget - sum(map(_tokens_in_prompt, entries[:standing]))
    for place in _worth_showing(items, hits):
        tokens = _tokens_in_prompt(items[place])
        if place not in shown and tokens <= room:
            shown.add(place)
            room -= tokens
    return ShownItems(tuple(items[place] for place in sorted(shown)), standing, whole=False)


def _worth_showing(items: Sequence[KnowledgeItem], hits: Sequence[Hit]) -> Iterator[int]:
    """Places in `items`, the most useful first; one may come twice."""
    places = {item.id: place for place, item in enumerate(items)}
    # Searches of one question may see two states of the knowledge: what is only in the later one cannot be shown yet.
    found = [places[hit.item.id] for hit in hits if hit.item.id in places]
    for place in found[:SURELY_WHOLE]:
        yield place
        yield from _around(items, place)
    yield from found[SURELY_WHOLE:]
    for place in found[SURELY_WHOLE:]:
        yield from _around(items, place)


def _around(items: Sequence[KnowledgeItem], place: int) -> Iterator[int]:
    """The other passages of one's section, the nearest first, then those next to it under another heading."""
    room = LONGEST_SECTION - tokens_of(items[place].text)
    section = list(_section(items, place))
    beside = (near for near in (place + 1, place - 1) if near not in section and _one_document(items, place, near))
    for near in (*section, *beside):
        room -= tokens_of(items[near].text)
        if room < 0:
            return
        yield near


def _section(items: Sequence[KnowledgeItem], place: int) -> Iterator[int]:
    """What stands under the same heading without a break."""
    ways, distance, heading = [1, -1], 1, items[place].heading
    while ways and heading:
        for way in list(ways):
            near = place + way * distance
            if _one_document(items, place, near) and items[near].heading == heading:
                yield near
            else:
                ways.remove(way)
        distance += 1


def _one_document(items: Sequence[KnowledgeItem], place: int, near: int) -> bool:
    if not 0 <= near < len(items):
        return False
    one, other = items[place], items[near]
    return one.kind == other.kind == "passage" and (one.title, one.url) == (other.title, other.url)


def _fit(items: Sequence[KnowledgeItem], budget: int) -> bool:
    return all(total <= budget for total in accumulate(map(_tokens_in_prompt, items)))


@lru_cache(maxsize=4_096)
def _tokens_in_prompt(item: KnowledgeItem) -> int:
    """Counted once: an app's items are the same for every question."""
    return tokens_of(f"{_WRAPPING} {item.url or item.id} {item.full_title} {item.text}")
