"""What is known about a message that may go on from what was said before it.

No rule tells surely whether it does: 「元に戻すには？」 may be a question of its own. So it is looked for by itself and
with what was said before, and a model is shown what either found. Only where one entry has to be chosen, to be quoted,
does a rule decide (`leans`).
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from knowledge.items import Hit, KnowledgeItem, Turn
from knowledge.search.retrieval import SearchResult
from knowledge.search.shown import BUDGET, LOOKED_AT, ShownItems, shown_of
from knowledge.words.gist import in_context, leans

MOST_HITS = 8  # that are compared with each other
LONGEST_ANSWER = 300  # characters of one that a message may go on from

Search = Callable[[str, int], Awaitable[SearchResult]]


@dataclass(frozen=True)
class Found:
    """`items` is all that the app knows; `hits` the best of it for the question; `shown` what a model is to see.

    `for_now`: some of it was found by words alone, since meaning is there but did not come in time.
    """

    items: tuple[KnowledgeItem, ...]
    hits: Sequence[Hit]
    shown: ShownItems
    for_now: bool = False


async def found_in_talk(search: Search, question: str, before: Sequence[Turn], budget: int = BUDGET) -> Found:
    """`search` finds the best so many items for a text. Raises what it raises."""
    texts = (question, *ways_to_search(question, before))
    alone, *others = await asyncio.gather(*(search(text, LOOKED_AT) for text in texts))
    together = [found.hits for found in others]
    hits = merged(alone.hits, together[0]) if together and leans(question) else alone.hits
    shown = shown_of(alone.items, in_turn([hits, *together]), budget)
    return Found(alone.items, hits[:MOST_HITS], shown, any(found.for_now for found in (alone, *others)))


def ways_to_search(question: str, before: Sequence[Turn]) -> list[str]:
    """The message together with what the visitor said before it, and with the answer to that; none without them."""
    asked = [turn.text for turn in before if turn.role == "visitor"]
    answered = [turn.text[:LONGEST_ANSWER] for turn in before if turn.role != "visitor"]
    with_questions = in_context(question, before) if leans(question) else "\n".join([*asked[-1:], question])
    return [with_questions, *(f"{said}\n{question}" for said in answered[-1:])] if asked else []


def in_turn(lists: Sequence[Sequence[Hit]]) -> list[Hit]:
    """The best of each list, then the second of each, and so on; each item once."""
    dealt = (hit for row in zip_longest(*lists) for hit in row if hit is not None)
    first: dict[str, Hit] = {}
    for hit in dealt:
        first.setdefault(hit.item.id, hit)
    return list(first.values())


def merged(alone: Sequence[Hit], together: Sequence[Hit]) -> list[Hit]:
    """Scores of both, halved so that they stay comparable; of the shares the larger."""
    hits: dict[str, Hit] = {}
    for hit in (*together, *alone):
        before = hits.get(hit.item.id, Hit(hit.item, 0.0, 0.0))
        # Found by both searches, an item has both halves; by one of them, half.
        hits[hit.item.id] = replace(hit, score=before.score + hit.score / 2, share=max(before.share, hit.share))
    return sorted(hits.values(), key=lambda hit: -hit.score)
