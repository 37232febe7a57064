"""The parts by which mimi gets better, made and joined: gaps, checks, ideas, and the work in the background."""

from dataclasses import dataclass

from aiohttp import web

from bot.join.ground import Ground
from bot.join.knowledge_parts import KnowledgeParts
from bot.join.models import Models
from handlers.alerts.alerts import Alerts
from handlers.entries.phrasing_ideas import PhrasingIdeas
from handlers.entries.similar_entries import SimilarEntries
from handlers.learning.check_asking import CheckAsking
from handlers.learning.checks import Checks
from handlers.learning.gap_study import GapStudy
from handlers.learning.gaps import Gaps
from handlers.learning.rounds import Learning
from handlers.learning.takeover_answers import TakeoverAnswers
from knowledge.checks.checking import SETTLING, Checking
from knowledge.meaning.likeness import Likeness
from knowledge.model.quoting import QuotingAnswers
from knowledge.search.retrieval import Retrieval
from knowledge.store.entries.derived import ITEM_WORDS, DerivedRepository
from knowledge.stored_items import KnowledgeItems
from knowledge.words.kept_words import KeptWords
from web.site import keys

BACKGROUND_BYTES = 20_000_000  # of indexes beside those that answer visitors: one app at a time is looked at


@dataclass(frozen=True)
class GettingBetter:
    """What the doors and the worker call."""

    gaps: Gaps
    checks: Checks
    nearest: SimilarEntries
    learning: Learning
    ideas: PhrasingIdeas
    said: TakeoverAnswers

    @classmethod
    def open(cls, ground: Ground, knowledge: KnowledgeParts, models: Models, alerts: Alerts) -> "GettingBetter":
        """The parts, joined: the background has a patient retrieval, an owner who waits has the visitors'."""
        database, clock = ground.database, ground.clock
        patient = Retrieval(
            KnowledgeItems(database).load,
            knowledge.meaning,
            words=KeptWords(DerivedRepository(database, ITEM_WORDS)),
            most_bytes=BACKGROUND_BYTES,
            patience=SETTLING,
        )
        ground.stack.push_async_callback(patient.close)
        quotes = isinstance(models.answers, QuotingAnswers)
        checking = Checking(patient, whole_counts=not quotes)
        asking = None if quotes else CheckAsking(models.answers, ground.settings.model, checking, models.spending)
        checks = Checks(database, checking, ground.pii, alerts, clock, asking)
        gaps = Gaps(database, knowledge.faqs, checks, clock)
        study = GapStudy(database, gaps, patient, Likeness(knowledge.meaning), models.drafts, models.spending)
        return cls(
            gaps=gaps,
            checks=checks,
            nearest=SimilarEntries(knowledge.retrieval),
            learning=Learning(database, study, checks, patient, clock),
            ideas=PhrasingIdeas(models.tools, models.spending),
            said=TakeoverAnswers(database, ground.pii, knowledge.faqs, gaps),
        )

    def hand_to(self, app: web.Application) -> None:
        """Put the parts where the site's request handlers look for them."""
        app[keys.GAPS], app[keys.CHECKS], app[keys.NEAREST] = self.gaps, self.checks, self.nearest
        app[keys.PHRASING_IDEAS], app[keys.SAID_ANSWERS] = self.ideas, self.said
