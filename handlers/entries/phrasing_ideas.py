"""Other ways to ask for a FAQ entry, proposed to its owner: written by Claude where it answers, else common forms."""

import structlog

from handlers.entries.faqs import MOST_PHRASINGS
from handlers.ports import ToolModel
from handlers.spending.spending import A_CALL, Spending
from knowledge.model.events import ModelFailed
from knowledge.model.phrasing_request import phrasing_request, ways_in
from knowledge.model.prompt import size_of
from knowledge.search.curated import plain
from knowledge.store.database import AppScope
from knowledge.store.entries.faqs import FaqEntry
from knowledge.words.common_forms import common_forms

log = structlog.get_logger(__name__)


def common_ideas(entry: FaqEntry) -> list[str]:
    """The usual forms of its question that it does not have yet, as many as there is room for."""
    return _new(entry, common_forms(entry.question))


class PhrasingIdeas:
    """Proposes; nothing is kept before its owner says so."""

    def __init__(self, model: ToolModel | None, spending: Spending) -> None:
        self._model = model
        self._spending = spending

    async def of(self, scope: AppScope, entry: FaqEntry) -> list[str]:
        """Ways to ask for it that it does not have; none where nothing comes to mind."""
        return _new(entry, await self._written(scope, entry)) or common_ideas(entry)

    async def _written(self, scope: AppScope, entry: FaqEntry) -> list[str]:
        """Claude's; none without a key, beyond what the app may spend, or when it fails."""
        if self._model is None:
            return []
        request = phrasing_request(entry.redacted_question, entry.redacted_answer)
        async with self._spending.bill(scope) as bill:
            if not await bill.room_for(size_of(request), A_CALL):
                return []
            try:
                call = await self._model.call(request)
            except ModelFailed as failure:
                log.warning("phrasings_not_drafted", why=failure.why)
                bill.add(failure.usage)
                return []
            bill.add(call.usage)
        return ways_in(call.input)


def _new(entry: FaqEntry, ways: list[str]) -> list[str]:
    known = {plain(asked) for asked in (entry.question, *entry.phrasings)}
    fresh = {plain(way): way for way in ways if plain(way) and plain(way) not in known}
    return list(fresh.values())[: MOST_PHRASINGS - len(entry.phrasings)]
