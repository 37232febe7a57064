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
    found = [places[hit.item.id] for hit in hits]
    for place in found[:SURELY_WHOLE]:
        yield place
        yield from _around(items, place)
    yield from found[SURELY_WHOLE:]
    for place in found[SURELY_WHOLE:]:
        yield from _around(items, place)


def _around(items: Sequence[KnowledgeItem], place: int) -> Iterator[int]:
    """The passages next to one, and the others of its section, the nearest first."""
    room = LONGEST_SECTION - tokens_of(items[place].text)
    ways = [1, -1]
    for distance in range(1, len(items)):
        for way in list(ways):
            near = place + way * distance
            if not (0 <= near < len(items)) or not _go_on(items[place], items[near], distance):
                ways.remove(way)
                continue
            room -= tokens_of(items[near].text)
            if room < 0:
                return
            yield near
        if not ways:
            return


def _go_on(passage: KnowledgeItem, near: KnowledgeItem, distance: int) -> bool:
    """Whether both are of one document and, unless they are neighbours, stand under one heading."""
    same_document = passage.kind == near.kind == "passage" and (passage.title, passage.url) == (near.title, near.url)
    return same_document and (distance == 1 or (passage.heading == near.heading != ""))


def _fit(items: Sequence[KnowledgeItem], budget: int) -> bool:
    return all(total <= budget for total in accumulate(map(_tokens_in_prompt, items)))


@lru_cache(maxsize=4_096)
def _tokens_in_prompt(item: KnowledgeItem) -> int:
    """Counted once: an app's items are the same for every question."""
    return tokens_of(f"{_WRAPPING} {item.url or item.id} {item.full_title} {item.text}")
