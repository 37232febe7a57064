"""Gaps: what visitors asked in vain, as its owner sees it, and what becomes of it: an entry, a phrasing, or nothing."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from guardrail.pii import COPIED
from handlers.entries.doubles import Chosen, NewEntries
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION, Faqs, SavedFaq
from handlers.learning.checks import Checks
from handlers.learning.waiting_visitors import WaitingVisitors
from handlers.ports import Clock
from handlers.written import written, written_line
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.alerts.askings import Asking, AskingRepository
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.learning.gaps import Gap, GapRepository, GapState

HALF = timedelta(days=14)  # after which a question counts half
DISLIKED = 2.0  # a wrong answer does more harm than none
AGAIN = 0.1  # what a question counts that its conversation asked before
MOST_ASKINGS = 2_000  # of one app that are looked at, the newest
MOST_OF_ONE = 200


def urgency(askings: Sequence[Asking], now: datetime) -> float:
    """Each conversation counts its weightiest question whole; whoever insists counts little more."""
    weights: dict[str, list[float]] = defaultdict(list)
    for asking in askings:
        weights[asking.conversation_id].append(_weight(asking, now))
    return sum(max(each) + AGAIN * (sum(each) - max(each)) for each in weights.values())


def _weight(asking: Asking, now: datetime) -> float:
    age = max(timedelta(), now - asking.asked_at)
    faded: float = 0.5 ** (age / HALF)
    return (DISLIKED if asking.disliked else 1.0) * faded


@dataclass(frozen=True)
class AskedGap:
    """A gap with the questions that are its own, the newest first; never empty."""

    gap: Gap
    askings: tuple[Asking, ...]

    @property
    def question(self) -> str:
        """How it was asked first, as far as that is still known."""
        return self.askings[-1].question

    @property
    def conversations(self) -> int:
        return len({asking.conversation_id for asking in self.askings})

    @property
    def disliked(self) -> int:
        return sum(asking.disliked for asking in self.askings)

    @property
    def last_at(self) -> datetime:
        return self.askings[0].asked_at

    @property
    def answered(self) -> Asking | None:
        """The latest question that got an answer: a part of one, a quotation, or one that was disliked."""
        return next((asking for asking in self.askings if asking.answer), None)


@dataclass(frozen=True)
class Progress:
    """How many gaps came up and how many were closed in some time, and how many are open now."""

    opened: int
    learned: int
    open: int


class Gaps:
    """The owner's side: one app's gaps at a time."""

    def __init__(
        self,
        db: Database,
        gaps: GapRepository,
        askings: AskingRepository,
        faqs: Faqs,
        new_entries: NewEntries,
        checks: Checks,
        waiting: WaitingVisitors,
        clock: Clock,
    ) -> None:
        self._db = db
        self._gaps = gaps
        self._askings = askings
        self._faqs = faqs
        self._new_entries = new_entries
        self._checks = checks
        self._waiting = waiting
        self._clock = clock

    async def list_open(self, scope: AppScope) -> Sequence[AskedGap]:
        """What is open, the most urgent first, and last what is kept for later.

        Questions of the last seconds may not be sorted into it yet.
        """
        by_gap: dict[str, list[Asking]] = defaultdict(list)
        for asking in await self._askings.newest(scope, MOST_ASKINGS):
            by_gap[asking.gap_id].append(asking)
        still_open = [gap for gap in await self._gaps.list(scope, GapState.OPEN) if gap.id in by_gap]
        found = [AskedGap(gap, tuple(by_gap[gap.id])) for gap in still_open]
        now = self._clock.now()
        return sorted(found, key=lambda each: (each.gap.later_at is not None, -urgency(each.askings, now)))

    async def get(self, owner: OwnerScope, gap_id: str) -> AskedGap:
        """One that is open. Raises NotFound that says what became of it."""
        gap = await self._gaps.get(owner, gap_id)
        if gap and gap.state is GapState.LEARNED:
            raise NotFound(_("You have taught me this already."))
        if gap and gap.state is GapState.DISMISSED:
            raise NotFound(_("You have already dismissed this question."))
        askings = await self._askings.of_gap(gap.scope, gap.id, MOST_OF_ONE) if gap else ()
        if gap is None or not askings:
            raise _gone()
        return AskedGap(gap, tuple(askings))

    async def of_message(self, owner: OwnerScope, message_id: str) -> AskedGap | None:
        """The open gap to which a visitor's message belongs, once it is sorted."""
        asking = await self._askings.of_message(owner, message_id)
        gap = await self._gaps.get(owner, asking.gap_id) if asking and asking.gap_id else None
        return await self.get(owner, gap.id) if gap and gap.state is GapState.OPEN else None

    async def source(self, found: AskedGap) -> FaqEntry | None:
        """The entry from which an answer came that was disliked, as far as it is one and still there."""
        given = found.answered
        if given is None or not given.disliked:
            return None
        for source in given.sources:
            with suppress(NotFound):  # a passage of a document, or an entry removed since
                return await self._faqs.get(found.gap.scope, source.item)
        return None

    async def accept(
        self, owner: OwnerScope, gap_id: str, texts: tuple[str, str], place: Chosen | None = None
    ) -> SavedFaq:
        """Keep question and answer as an entry, at a place if that was chosen, and close the gap.

        Raises NotFound, BadInput, AsksTheSame.
        """
        question, answer = texts
        asked, said = written_line(question, LONGEST_QUESTION), written(answer, LONGEST_ANSWER)
        if COPIED.search(said):
            raise BadInput(
                _("There is still a placeholder in brackets. Please replace it with the actual text, or remove it.")
            )

        async def keep() -> SavedFaq:
            found = await self.get(owner, gap_id)
            return await self._learned(found, await self._new_entries.keep(found.gap.scope, asked, said, place))

        return await self._db.transaction(keep)

    async def accept_as_phrasing(self, owner: OwnerScope, gap_id: str, faq_id: str) -> SavedFaq:
        """Note the question as another way to ask for an entry of the same app. Raises NotFound, BadInput."""

        async def keep() -> SavedFaq:
            found = await self.get(owner, gap_id)
            saved = await self._faqs.add_phrasing(found.gap.scope, faq_id, found.question)
            return await self._learned(found, saved)

        return await self._db.transaction(keep)

    async def dismiss(self, owner: OwnerScope, gap_id: str) -> AskedGap:
        """Ask no more for it, nor for what is like it, unless it is asked much more. Raises NotFound."""

        async def close() -> AskedGap:
            found = await self.get(owner, gap_id)
            await self._settle(found, GapState.DISMISSED)
            await self._waiting.dismiss(found.gap.scope, found.askings)
            return found

        return await self._db.transaction(close)

    async def keep_for_later(self, owner: OwnerScope, gap_id: str, *, later: bool) -> AskedGap:
        """Put it behind the others until it is asked again, or back among them. Raises NotFound."""
        found = await self.get(owner, gap_id)
        gap = await self._gaps.set_later(found.gap.scope, gap_id, self._clock.now() if later else None)
        if gap is None:
            raise _gone()
        return replace(found, gap=gap)

    async def learned(self, scope: AppScope, message_id: str, saved: SavedFaq) -> SavedFaq:
        """The owner's answer to this message became an entry, in the caller's transaction: its gap is closed.

        Whoever wrote the message has heard it; others who asked the same hear it now.
        """
        found = await self.of_message(scope, message_id)
        if found is None:
            await self._askings.remove_unsorted(scope, message_id)
            return saved
        heard = next((each.conversation_id for each in found.askings if each.message_id == message_id), "")
        return await self._learned(found, saved, heard)

    async def progress(self, scope: AppScope, since: datetime) -> Progress:
        """What happened to the app's gaps since then."""
        return Progress(
            opened=await self._gaps.count(scope, {"opened_at": since}),
            learned=await self._gaps.count(scope, {"settled_at": since}, GapState.LEARNED),
            open=await self._gaps.count(scope, {}, GapState.OPEN),
        )

    async def _learned(self, found: AskedGap, saved: SavedFaq, heard: str = "") -> SavedFaq:
        """The entry answers it: the gap is closed, whoever waits is told, and from now on its question is tried at
        every change."""
        entry, scope = saved.entry, found.gap.scope
        await self._settle(found, GapState.LEARNED, entry.id)
        told = await self._waiting.tell(scope, found.askings, entry.redacted_answer, but=heard)
        with suppress(BadInput):  # there is no more room for checks: what was taught counts all the same
            await self._checks.pin(scope, found.question, [EntryRef("faq", entry.id, entry.question)])
        return replace(saved, told=told)

    async def _settle(self, found: AskedGap, state: GapState, faq_id: str = "") -> None:
        scope, now = found.gap.scope, self._clock.now()
        settled = await self._gaps.settle(
            scope, found.gap.id, state, now, faq_id=faq_id, settled_with=found.conversations
        )
        if settled is None:
            raise _gone()


def _gone() -> NotFound:
    return NotFound(_("That question no longer exists."))


def asked(found: AskedGap) -> Phrase:
    """How often, and by how many."""
    return _("{times}×, in {conversations} chats", times=len(found.askings), conversations=found.conversations)


def ago(at: datetime, now: datetime) -> Phrase:
    """Roughly when."""
    days = (now - at).days
    return _("{days} days ago", days=days) if days > 1 else _("yesterday") if days == 1 else _("today")
