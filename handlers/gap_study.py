"""What follows from new questions: sorted into gaps with their like, compared with the knowledge, drafted."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256

import structlog

from handlers.gaps import AskedGap, Gaps
from handlers.knowledge_items import entry_of
from handlers.ports import Clock, DraftModel
from knowledge.drafting import quoted
from knowledge.model_events import ModelFailed
from knowledge.retrieval import Hit, Retrieval
from knowledge.store.apps import App, AppRepository
from knowledge.store.askings import Asking, AskingRepository
from knowledge.store.database import AppScope, Database
from knowledge.store.gaps import DraftAnswer, Gap, GapRepository, GapState
from knowledge.words import words_of

log = structlog.get_logger(__name__)

MOST_SORTED = 200  # at once
MOST_STUDIED = 8  # as many as an owner is shown at once
LOOKED_AT = 5  # entries that a draft may rest on
NEAR = 3  # entries offered as the one that is meant
# A dismissed question comes back when so many more ask it, and twice as many as before.
MUCH_MORE = 5


class GapStudy:
    """Works on one app at a time, for a caller who has its lease."""

    def __init__(self, db: Database, gaps: Gaps, retrieval: Retrieval, drafts: DraftModel, clock: Clock) -> None:
        self._db = db
        self._apps = AppRepository(db)
        self._askings = AskingRepository(db)
        self._store = GapRepository(db)
        self._gaps = gaps
        self._retrieval = retrieval
        self._drafts = drafts
        self._clock = clock

    async def sort(self, scope: AppScope) -> int:
        """Put each new question into the gap of its like, or a new one; how many there were."""
        fresh = await self._askings.unsorted(scope, MOST_SORTED)
        for asking in fresh:
            await self._db.transaction(partial(self._sort, scope, asking))
        return len(fresh)

    async def study(self, app: App) -> None:
        """Look what the knowledge has about the most urgent gaps, where that or they have changed."""
        for found in (await self._gaps.list_open(app.scope))[:MOST_STUDIED]:
            hits = await self._retrieval.search(app.scope, app.knowledge_version, found.question, LOOKED_AT)
            seen = _digest(found.question, hits)
            if seen != found.gap.studied:
                await self._store.set_studied(app.scope, await self._compared(found, hits, seen))

    async def _sort(self, scope: AppScope, asking: Asking) -> None:
        if not await self._apps.hold(scope):
            return
        words = _words(asking.question)
        gap = await self._store.of_words(scope, words)
        if gap is None:
            gap = Gap(scope, words, asking.asked_at, asking.expires_at)
            await self._store.add(scope, gap)
        await self._askings.sort_into(scope, asking.id, gap.id)
        await self._store.keep_until(scope, gap.id, asking.expires_at)
        if await self._is_back(gap, asking):
            await self._store.reopen(scope, gap.id)

    async def _is_back(self, gap: Gap, asking: Asking) -> bool:
        """Whether a settled question must be seen again: what was taught does not help, or many more ask."""
        if gap.settled_at is None or asking.asked_at <= gap.settled_at:
            return False
        if gap.state is GapState.LEARNED:
            return True
        again = await self._askings.count_conversations(gap.scope, gap.id, gap.settled_at)
        return again >= max(MUCH_MORE, 2 * gap.settled_with)

    async def _compared(self, found: AskedGap, hits: Sequence[Hit], seen: str) -> Gap:
        """The gap with what the knowledge has about it."""
        near = [entry_of(hit.item) for hit in hits if hit.item.kind == "faq"][:NEAR]
        lang = found.askings[-1].lang
        try:
            drafted = await self._drafts.draft(found.question, lang, hits)
        except ModelFailed as failure:
            log.warning("gap_not_drafted", why=failure.why, gap=found.gap.id)
            drafted, seen = quoted(found.question, lang, hits), ""  # so that the model is asked another time
        refs = {hit.item.id: entry_of(hit.item) for hit in hits}
        draft = None
        if drafted:
            rests_on = dict.fromkeys(refs[each] for each in drafted.item_ids if each in refs)
            draft = DraftAnswer(drafted.answer, drafted.missing, tuple(rests_on))
        return replace(found.gap, draft=draft, near=tuple(near), studied=seen)


def _words(question: str) -> str:
    """The same for questions of the same words, and no words itself."""
    words = sorted(set(words_of(question))) or [question.strip().casefold()]
    return sha256("\n".join(words).encode()).hexdigest()


def _digest(question: str, hits: Sequence[Hit]) -> str:
    parts = [question, *(text for hit in hits for text in (hit.item.id, hit.item.title, hit.item.text))]
    return sha256("\0".join(parts).encode()).hexdigest()
