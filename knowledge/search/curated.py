"""Whether a question is so surely one that its owner wants answered word for word that no model is asked. Pure.

The rule is narrow, since a wrong match puts words into the owner's mouth. Either the question is written as the entry's
question or one of its phrasings, apart from spaces, marks and capitals. Or it asks the same in nearly the same words
(gist.py), and no other entry that was found does. bench/answers.py measures how often that is right.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from knowledge.items import Hit, KnowledgeItem
from knowledge.words.gist import Gist, gist_of, points_back
from knowledge.words.words import clean

_IT_IS_POSSIBLE = re.compile(r"\bis it (?:possible|ok|okay|allowed)\b", re.IGNORECASE)  # an "it" that points at nothing


def curated(question: str, items: Sequence[KnowledgeItem], hits: Sequence[Hit]) -> KnowledgeItem | None:
    """The entry whose answer is to be said as it is; None for no such entry, or more than one."""
    wanted = plain(question)
    # Two entries with the same question contradict each other: a model sees both, and a person may put it right.
    same = [item for item in items if item.exact and wanted and wanted in map(plain, asked_as(item))]
    if same:
        return same[0] if len(same) == 1 else None
    # "Can I cancel it?" is about something said before, which no entry's wording knows.
    if points_back(_IT_IS_POSSIBLE.sub("", clean(question))) or not any(hit.item.exact for hit in hits):
        return None
    asking = gist_of(question)
    alike = [hit.item for hit in hits if any(asking.same_as(_gist_of_entry(asked)) for asked in asked_as(hit.item))]
    return alike[0] if len(alike) == 1 and alike[0].exact else None


@lru_cache(maxsize=4_096)
def _gist_of_entry(asked: str) -> Gist:
    """Taken apart once: the same entries are found again and again."""
    return gist_of(asked)


def asked_as(item: KnowledgeItem) -> tuple[str, ...]:
    """All the ways to ask that its owner wrote."""
    return (item.title, *item.phrasings)


def plain(text: str) -> str:
    """Without spaces, marks and capitals."""
    folded = clean(text).casefold()
    return "".join(each for each in folded if unicodedata.category(each)[0] in "LN")
