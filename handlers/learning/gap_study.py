"""What follows from new questions: sorted into gaps with their like, compared with the knowledge, drafted."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256

import structlog

from guardrail.pii import without_hidden
from handlers.learning.gaps import AskedGap, Gaps
from handlers.ports import DraftModel
from handlers.spending.spending import A_CALL, Spending
from knowledge.items import Hit, KnowledgeItem
from knowledge.meaning.likeness import Likeness
from knowledge.model.drafting import Drafted, quoted
from knowledge.model.events import ModelFailed
from knowledge.phrases import Tag
from knowledge.search.doubles import worded_alike
from knowledge.search.fitting import fitting
from knowledge.search.in_talks import MOST_HITS
from knowledge.search.retrieval import Retrieval
from knowledge.store.alerts.askings import Asking, AskingRepository
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppScope, Database
from knowledge.store.learning.gaps import DraftAnswer, Gap, GapRepository, GapState
from knowledge.stored_items import entry_of
from knowledge.tokens import tokens_of
from knowledge.words.words import words_of

log = structlog.get_logger(__name__)

MOST_SORTED = 200  # at once
MOST_COMPARED = 500  # earlier questions that new ones are compared with, the newest
MOST_STUDIED = 20  # the most urgent
LOOKED_AT = 5  # entries that a draft may rest on
NEAR = 3  # entries offered as the one that is meant
# A dismissed question comes back when so many more ask it, and twice as many as before.
MUCH_MORE = 5
DRAFTS_RULES = 1_500  # tokens, about, of what is asked around the entries


class GapStudy:
    """Works on one app at a time, for a caller who has its lease."""

    def __init__(
        self,
        db: Database,
        apps: AppRepository,
        askings: AskingRepository,
        store: GapRepository,
        gaps: Gaps,
        retrieval: Retrieval,
        likeness: Likeness,
        drafts: DraftModel,
        spending: Spending,
    ) -> None:
        self._db = db
        self._apps = apps
        self._askings = askings
        self._store = store
        self._gaps = gaps
        self._retrieval = retrieval
        self._likeness = likeness
        self._drafts = drafts
        self._spending = spending

    async def sort(self, scope: AppScope) -> int:
        """Put each new question into the gap of its like, or a new one; how many there were."""
        fresh = await self._askings.unsorted(scope, MOST_SORTED)
        if fresh:
            newest = await self._askings.newest(scope, MOST_COMPARED)
            there = list({asking.gap_id: asking for asking in reversed(newest)}.values())  # the latest of each gap
            texts = [asking.question for asking in fresh]
            # Each new question is compared with one of each gap, and then with the new ones themselves.
            like = await self._likeness.like(texts, [*(asking.question for asking in there), *texts])
            sorted_into: list[str] = [asking.gap_id for asking in there]
            for asking, likes in zip(fresh, like, strict=True):
                gap_id = next((sorted_into[like.number] for like in likes if like.number < len(sorted_into)), "")
                into = await self._db.transaction(partial(self._sort, scope, asking, gap_id))
                sorted_into.append(into)
        return len(fresh)

    async def study(self, app: App) -> None:
        """Look what the knowledge has about the most urgent gaps, where that or they have changed."""
        for found in (await self._gaps.list_open(app.scope))[:MOST_STUDIED]:
            question = without_hidden(found.question)
            hits = await self._retrieval.search(app.scope, app.knowledge_version, question, MOST_HITS)
            seen = _digest(found.question, hits[:LOOKED_AT])
            if seen != found.gap.studied:
                await self._store.set_studied(app.scope, await self._compared(found, question, hits, seen))

    async def _sort(self, scope: AppScope, asking: Asking, gap_id: str) -> str:
        """Put it into this gap, or the one of the same words, or a new one; which it was."""
        if not await self._apps.hold(scope):
            return ""
        words = _words(asking.question)
        gap = (await self._store.get(scope, gap_id) if gap_id else None) or await self._store.of_words(scope, words)
        if gap is None:
            gap = Gap(scope, words, asking.asked_at, asking.expires_at)
            await self._store.add(scope, gap)
        await self._askings.sort_into(scope, asking.id, gap.id)
        await self._store.keep_until(scope, gap.id, asking.expires_at)
        if await self._is_back(gap, asking):
            await self._store.reopen(scope, gap.id)
        return gap.id

    async def _is_back(self, gap: Gap, asking: Asking) -> bool:
        """Whether a settled question must be seen again: what was taught does not help, or many more ask."""
        if gap.settled_at is None or asking.asked_at <= gap.settled_at:
            return False
        if gap.state is GapState.LEARNED:
            return True
        again = await self._askings.count_conversations(gap.scope, gap.id, gap.settled_at)
        return again >= max(MUCH_MORE, 2 * gap.settled_with)

    async def _compared(self, found: AskedGap, question: str, hits: Sequence[Hit], seen: str) -> Gap:
        """The gap with what the knowledge has about its question."""
        faqs = [hit.item for hit in hits if hit.item.kind == "faq"]
        alike = await self._alike(question, faqs)
        # What only comes near means something else nearly always: offered is what would have been quoted.
        fits = fitting(hits, question).answering
        likely = [*([alike] if alike else []), *(hit.item for hit in fits if hit.item.kind == "faq")]
        near = dict.fromkeys(map(entry_of, likely))
        hits = hits[:LOOKED_AT]
        lang = found.askings[-1].lang
        try:
            drafted = await self._drafted(found.gap.scope, question, lang, hits)
        except ModelFailed as failure:
            log.warning("gap_not_drafted", why=failure.why, gap=found.gap.id)
            drafted = quoted(question, lang, hits)
            seen = ""  # so that the model is asked another time
        refs = {hit.item.id: entry_of(hit.item) for hit in hits}
        draft = None
        if drafted and drafted.answer:
            rests_on = dict.fromkeys(refs[each] for each in drafted.item_ids if each in refs)
            draft = DraftAnswer(drafted.answer, drafted.missing, tuple(rests_on))
        return replace(found.gap, draft=draft, near=tuple(near)[:NEAR], alike=bool(alike), studied=seen)

    async def _drafted(self, scope: AppScope, question: str, lang: Tag, hits: Sequence[Hit]) -> Drafted | None:
        """A draft within what the app may spend: beyond that, quotations."""
        tokens = DRAFTS_RULES + sum(tokens_of(f"{hit.item.title} {hit.item.text}") for hit in hits)
        async with self._spending.bill(scope) as bill:
            if not await bill.room_for(tokens, A_CALL):
                return quoted(question, lang, hits)
            try:
                drafted = await self._drafts.draft(question, lang, hits)
            except ModelFailed as failure:
                bill.add(failure.usage)
                raise
            bill.add(drafted.spent if drafted else None)
            return drafted

    async def _alike(self, question: str, faqs: Sequence[KnowledgeItem]) -> KnowledgeItem | None:
        """The entry that asks almost surely the same, if there is one."""
        asked = [(item, text) for item in faqs for text in (item.title, *item.phrasings)]
        [likes] = await self._likeness.like([question], [text for _item, text in asked])
        same = (asked[like.number] for like in likes if like.same)
        return next((item for item, text in same if not worded_alike(question, text)), None)


def _words(question: str) -> str:
    """The same for questions of the same words, and no words itself."""
    words = sorted(set(words_of(question))) or [question.strip().casefold()]
    return sha256("\n".join(words).encode()).hexdigest()


def _digest(question: str, hits: Sequence[Hit]) -> str:
    parts = [question, *(text for hit in hits for text in (hit.item.id, hit.item.title, hit.item.text))]
    return sha256("\0".join(parts).encode()).hexdigest()
