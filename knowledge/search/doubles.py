"""Which of the entries that were found for a new one, by its question and answer together, ask the same. Pure.

Questions alone do not tell: "How do I export OPML?" is nearer to "How do I export the database?" than "License price"
is to "How much is a license?". Two things do. What one and the other answer is of one kind, whether they agree or not:
a price, a number of days. And two questions that are worded alike but for what stands at one place are about two
things: their owner words alike what is alike, and whoever asks the same again words it anew.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from statistics import fmean

from knowledge.items import Hit
from knowledge.search.curated import asked_as
from knowledge.search.fitting import asked_alike
from knowledge.words.words import is_japanese, words_in_order

MOST_COMPARED = 8
CANDIDATES = 3  # the best of them
_OTHERS, _FEW_OTHERS = 6, 3

# Chosen with bench/doubles.py. By meaning: how much of its score an entry must keep when what the others score beyond
# what is usual is taken off, since all entries speak of one app, and what it shares with a question worded alike.
SAME, USUAL, WORDED_ALIKE = 0.43, 0.2, 0.65
# By words alone, where few scores say anything: what asks the same in other words is not found.
SAME_BY_WORDS, USUAL_BY_WORDS, WORDED_ALIKE_BY_WORDS = 0.2, 0.05, 0.5


def asking_the_same(hits: Sequence[Hit], question: str) -> list[Hit]:
    """Those of the hits, best first, that a new entry with this question would double."""
    entries = [hit for hit in hits if hit.item.kind == "faq"]
    alike = asked_alike(entries, question)
    return [*alike, *(hit for hit in entries[:CANDIDATES] if hit not in alike and _is_same(hit, entries, question))]


def _is_same(hit: Hit, entries: Sequence[Hit], question: str) -> bool:
    others = [other.score for other in entries if other is not hit][:_OTHERS]
    beyond = fmean(others) if len(others) >= _FEW_OTHERS else 0.0
    worded = min(worded_alike(question, asked) for asked in asked_as(hit.item))
    if hit.by_meaning:
        return hit.score - max(0.0, beyond - USUAL) - WORDED_ALIKE * worded >= SAME
    return hit.score - max(0.0, beyond - USUAL_BY_WORDS) - WORDED_ALIKE_BY_WORDS * worded >= SAME_BY_WORDS


@lru_cache(maxsize=4_096)
def worded_alike(one: str, other: str) -> float:
    """How much of two questions is the same (0-1), where something of each is its own; 0 where that is not so."""
    if is_japanese(one) != is_japanese(other):
        return 0.0
    first, second = words_in_order(one), words_in_order(other)
    matcher = SequenceMatcher(None, [word for word, _ in first], [word for word, _ in second], autojunk=False)
    replaced = any(
        how == "replace" and any(carries for _, carries in (*first[a:b], *second[c:d]))
        for how, a, b, c, d in matcher.get_opcodes()
    )
    own = _has_own(first, second) and _has_own(second, first)
    return matcher.ratio() if replaced or own else 0.0


def _has_own(one: Sequence[tuple[str, bool]], other: Sequence[tuple[str, bool]]) -> bool:
    there = {word for word, _ in other}
    return any(carries and word not in there for word, carries in one)
