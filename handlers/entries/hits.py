"""How often visitors' answers rested on each entry and document: counted from the answers as they are kept."""

from collections.abc import Mapping
from datetime import timedelta

from handlers.clock import JAPAN, end_of
from handlers.ports import Clock
from knowledge.phrases import Phrase, _
from knowledge.store.database import AppScope
from knowledge.store.learning.question_counts import QuestionCounts

DAYS = 30
MOST_ANSWERS = 20_000  # of the latest: somebody waits for the list


class EntryHits:
    """Nothing is counted while an answer is given, and what was only tried out counts for nothing."""

    def __init__(self, counts: QuestionCounts, clock: Clock) -> None:
        self._counts = counts
        self._clock = clock

    async def of(self, scope: AppScope) -> Mapping[str, int]:
        """Entry or document -> answers of the last 30 days that cite or quote it, where there are any."""
        end = end_of(self._clock.now().astimezone(JAPAN).date())
        return await self._counts.by_source(scope, end - timedelta(days=DAYS), end, MOST_ANSWERS)


def hit_words(count: int) -> Phrase:
    """How often, beside an entry."""
    return _("{count}× in {days} days", count=count, days=DAYS)
