"""Whether a question is so surely one that its owner wants answered word for word that no model is asked. Pure.

The rule is narrow, since a wrong match puts words into the owner's mouth. Either the question is written as the entry's
question or one of its phrasings, apart from spaces, marks and capitals. Or it says the same in other words of courtesy:
it has the same words that carry meaning (at least two), the same numbers, denies as much, and is by far the best match
of all that the app knows. bench/answers.py measures how often it is right.
"""

import re
import unicodedata
from collections.abc import Sequence

from knowledge.follow_up import leans
from knowledge.prompt import KnowledgeItem
from knowledge.word_index import Hit
from knowledge.words import clean, words_of

FEWEST_WORDS = 2
MARGIN = 1.25  # times the score of the next best

_DENIES = re.compile(
    r"ない|ません|なく|なけれ|ず[にと]|ぬ\b|不|未|非|無[しい]|以外|やめ|できな|\b(?:not?|never|without|except|cannot|unable)\b|n't\b",
    re.IGNORECASE,
)
# 「教えてもらえませんか」 asks politely and denies nothing.
_POLITE = re.compile(r"(?:もらえ|いただけ|頂け|くれ|ください|下さい)(?:ません|ない)(?:でしょう)?か?")
_NUMBERS = re.compile(r"\d+")


def curated(question: str, items: Sequence[KnowledgeItem], hits: Sequence[Hit]) -> KnowledgeItem | None:
    """The entry whose answer is to be said as it is; None for no such entry, or more than one."""
    wanted = plain(question)
    same = [item for item in items if item.exact and wanted and wanted in map(plain, asked_as(item))]
    if same:
        return same[0] if len(same) == 1 else None
    if not hits or not hits[0].item.exact or leans(question) or not _by_far(hits):
        return None
    best = hits[0].item
    return best if any(_says_the_same(question, asked) for asked in asked_as(best)) else None


def asked_as(item: KnowledgeItem) -> tuple[str, ...]:
    """All the ways to ask that its owner wrote."""
    return (item.title, *item.phrasings)


def plain(text: str) -> str:
    """Without spaces, marks and capitals."""
    folded = clean(text).casefold()
    return "".join(each for each in folded if unicodedata.category(each)[0] in "LN")


def _by_far(hits: Sequence[Hit]) -> bool:
    return len(hits) == 1 or hits[0].score >= hits[1].score * MARGIN


def _says_the_same(question: str, other: str) -> bool:
    words = set(words_of(question))
    return (
        len(words) >= FEWEST_WORDS
        and words == set(words_of(other))
        and _denials(question) == _denials(other)
        and _NUMBERS.findall(clean(question)) == _NUMBERS.findall(clean(other))
    )


def _denials(text: str) -> int:
    return len(_DENIES.findall(_POLITE.sub("", clean(text))))
