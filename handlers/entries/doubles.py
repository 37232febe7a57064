"""New entries, at every door: where another entry asks the same already, its owner is asked before it is there twice.

Two entries that ask the same contradict each other as soon as one of them is changed, and a visitor may get both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from guardrail.findings import PiiKind
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION, MOST_PHRASINGS, Faqs, SavedFaq
from handlers.entries.guard import no_app
from handlers.written import LONGEST_SHOWN, shortened, written, written_line
from knowledge.checks.facts import at_odds, says_otherwise
from knowledge.errors import BadInput
from knowledge.phrases import Phrase, _
from knowledge.search.doubles import MOST_COMPARED, asking_the_same
from knowledge.search.retrieval import Retrieval
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppScope, outside_transactions
from knowledge.store.entries.faqs import FaqEntry, FaqRepository

PATIENCE = 2.0  # seconds for meaning: an owner waits, but has just written


class DoubleWay(StrEnum):
    """What becomes of a new entry that asks the same as another one."""

    REPLACE = "replace"
    BOTH = "both"
    PHRASING = "phrasing"


@dataclass(frozen=True)
class Chosen:
    """A way, and the entry it is about."""

    way: DoubleWay
    faq_id: str = ""


WAYS: dict[DoubleWay, Phrase] = {
    DoubleWay.REPLACE: _("Replace it"),
    DoubleWay.BOTH: _("Keep both"),
    DoubleWay.PHRASING: _("Another way to ask"),
}


def to_way(word: str) -> DoubleWay:
    """As a button names it. Raises BadInput."""
    try:
        return DoubleWay(word)
    except ValueError as error:
        raise BadInput(_("Please choose one of the buttons.")) from error


def ways_to_ask(before: FaqEntry, question: str, phrasings: Sequence[str]) -> list[str]:
    """Those of an entry that comes in the place of `before`: as that was asked, it may be asked still."""
    ways = dict.fromkeys((*phrasings, *before.phrasings, before.question))
    return [way for way in ways if way != question][:MOST_PHRASINGS]


def ways_beside(*, differs: bool) -> tuple[DoubleWay, ...]:
    """What can become of a new entry: another way to ask only where nothing of its answer would be lost."""
    return (DoubleWay.REPLACE, DoubleWay.BOTH) if differs else (DoubleWay.PHRASING, DoubleWay.REPLACE, DoubleWay.BOTH)


@dataclass(frozen=True)
class Double:
    """An entry that asks the same as a new one, which is `question` and `answer`."""

    scope: AppScope
    entry: FaqEntry
    question: str
    answer: str

    @property
    def contradicts(self) -> bool:
        """Whether it answers something else."""
        return at_odds(self.entry.answer, self.answer)

    @property
    def note(self) -> Phrase:
        """What it is, in a sentence."""
        question = shortened(self.entry.question, LONGEST_SHOWN)
        if self.contradicts:
            return _("“{question}” asks the same but answers it differently.", question=question)
        return _("“{question}” already asks the same.", question=question)

    @property
    def ways(self) -> tuple[DoubleWay, ...]:
        """What can become of the new one."""
        return ways_beside(differs=says_otherwise(self.entry.answer, self.answer))


class AsksTheSame(BadInput):
    """An entry that asks the same is there: whoever writes decides what becomes of the new one."""

    def __init__(self, double: Double) -> None:
        super().__init__(double.note)
        self.double = double


@dataclass(frozen=True)
class _New:
    question: str
    answer: str
    phrasings: tuple[str, ...]
    exact: bool

    def is_in(self, entry: FaqEntry) -> bool:
        same = (entry.question, entry.answer, entry.exact) == (self.question, self.answer, self.exact)
        return same and {*self.phrasings} <= {entry.question, *entry.phrasings}


class NewEntries:
    """Keeps what an owner teaches, from wherever it comes, and looks first."""

    def __init__(self, faqs: Faqs, rows: FaqRepository, apps: AppRepository, retrieval: Retrieval) -> None:
        self._faqs = faqs
        self._rows = rows
        self._apps = apps
        self._retrieval = retrieval

    async def keep(
        self,
        scope: AppScope,
        question: str,
        answer: str,
        place: Chosen | None = None,
        *,
        phrasings: Sequence[str] = (),
        exact: bool = False,
        app: App | None = None,
    ) -> SavedFaq:
        """Keep question and answer at their place. Raises AsksTheSame where that has to be chosen first, NotFound,
        and BadInput as `Faqs.add` does.

        The same words once more are the entry that is there: a button may be tapped twice.
        """
        question, answer = written_line(question, LONGEST_QUESTION), written(answer, LONGEST_ANSWER)
        if there := await self._same_words(scope, _New(question, answer, tuple(phrasings), exact)):
            return SavedFaq(there, tuple(map(PiiKind, there.finding_kinds)))
        if place is None and (double := await self.double(scope, question, answer, app)):
            raise AsksTheSame(double)
        match place:
            case Chosen(DoubleWay.REPLACE, faq_id):
                return await self._replace(scope, faq_id, question, answer, phrasings, exact)
            case Chosen(DoubleWay.PHRASING, faq_id):
                return await self._add_phrasing(scope, faq_id, question, answer, phrasings)
        return await self._faqs.add(scope, question, answer, phrasings=phrasings, exact=exact, app=app)

    async def double(self, scope: AppScope, question: str, answer: str, app: App | None = None) -> Double | None:
        """The entry that asks the same as a new one would. Raises NotFound if the app is gone."""
        app = app or await self._apps.get(scope)
        if app is None:
            raise no_app()
        text = f"{question}\n{answer}"
        search = self._retrieval.found(scope, app.knowledge_version, text, MOST_COMPARED, PATIENCE)
        found = await outside_transactions(search)
        for hit in asking_the_same(found.hits, question):
            if entry := await self._rows.get(scope, hit.item.id):
                return Double(scope, entry, question, answer)
        return None

    async def _same_words(self, scope: AppScope, new: _New) -> FaqEntry | None:
        """The entry that says all of it already, letter by letter."""
        same = (each for each in await self._rows.find(scope, new.question) if new.is_in(each))
        return next(same, None)

    async def _replace(
        self, scope: AppScope, faq_id: str, question: str, answer: str, phrasings: Sequence[str], exact: bool
    ) -> SavedFaq:
        """The new texts in the old one's place; how it was asked until now stays a way to ask it."""
        before = await self._faqs.get(scope, faq_id)
        asked = ways_to_ask(before, question, phrasings)
        return await self._faqs.edit(scope, faq_id, question, answer, phrasings=asked, exact=exact or before.exact)

    async def _add_phrasing(
        self, scope: AppScope, faq_id: str, question: str, answer: str, phrasings: Sequence[str]
    ) -> SavedFaq:
        entry = await self._faqs.get(scope, faq_id)
        if says_otherwise(entry.answer, answer):
            raise BadInput(_("That entry answers it differently. Replace it, or keep both."))
        asked = (*entry.phrasings, question, *phrasings)
        return await self._faqs.edit(scope, faq_id, entry.question, entry.answer, phrasings=asked)
