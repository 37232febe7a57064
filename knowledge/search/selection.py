"""Which of an app's knowledge a prompt shows: all of it while there is room, else the best of what was found. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.items import Hit, KnowledgeItem
from knowledge.tokens import fit

BUDGET = 20_000  # tokens; cheap to cache, and then nothing is missed
FEWEST, MOST = 5, 8  # passages of knowledge that does not fit
_WORTH = 0.6  # of the best score: beyond the fifth, what fits much worse only distracts
_WRAPPING = "search_result source title content citations"  # what the request adds around each


@dataclass(frozen=True)
class Selection:
    """What is shown, in the knowledge's own stable order; `whole`: it is all there is."""

    items: tuple[KnowledgeItem, ...]
    whole: bool


def selected(items: Sequence[KnowledgeItem], hits: Sequence[Hit], budget: int = BUDGET) -> Selection:
    """All items if they fit the budget of tokens, else the best 5 to 8 of the hits, as many as fit it."""
    if fit(map(_written, items), budget) == len(items):
        return Selection(tuple(items), whole=True)
    best = [hit for place, hit in enumerate(hits[:MOST]) if place < FEWEST or hit.score >= _WORTH * hits[0].score]
    found = {hit.item.id for hit in best[: fit((_written(hit.item) for hit in best), budget)]}
    return Selection(tuple(item for item in items if item.id in found), whole=False)


def _written(item: KnowledgeItem) -> str:
    return f"{_WRAPPING} {item.url or item.id} {item.full_title} {item.text}"
