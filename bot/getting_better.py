"""The parts by which mimi gets better, made and joined: gaps, checks, and the work in the background."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from guardrail.pii import Pii
from handlers.alerts import Alerts
from handlers.checks import Checks
from handlers.faqs import Faqs
from handlers.gap_study import GapStudy
from handlers.gaps import Gaps
from handlers.learning import Learning
from handlers.nearest import Nearest
from handlers.ports import AnswerModel, Clock, DraftModel
from handlers.spending import Spending
from knowledge.checking import SETTLING, Checking
from knowledge.item_vectors import ItemVectors
from knowledge.likeness import Likeness
from knowledge.quoting import QuotingAnswers
from knowledge.retrieval import Retrieval
from knowledge.store.database import Database
from knowledge.stored_items import KnowledgeItems

BACKGROUND_BYTES = 20_000_000  # of indexes beside those that answer visitors: one app at a time is looked at


@dataclass(frozen=True)
class GettingBetter:
    """What the doors and the worker call."""

    gaps: Gaps
    checks: Checks
    nearest: Nearest
    learning: Learning


@dataclass(frozen=True)
class Models:
    """Who answers visitors, and who drafts answers for owners."""

    answers: AnswerModel
    drafts: DraftModel


def getting_better(
    stack: AsyncExitStack,
    database: Database,
    retrieval: Retrieval,
    meaning: ItemVectors | None,
    models: Models,
    spending: Spending,
    faqs: Faqs,
    pii: Pii,
    alerts: Alerts,
    clock: Clock,
) -> GettingBetter:
    """`retrieval` is the one that answers visitors: for what an owner waits for. The background has a patient one."""
    patient = Retrieval(KnowledgeItems(database).load, meaning, most_bytes=BACKGROUND_BYTES, patience=SETTLING)
    stack.push_async_callback(patient.close)
    claude = None if isinstance(models.answers, QuotingAnswers) else models.answers
    checking = Checking(patient, whole_counts=claude is not None)
    checks = Checks(database, checking, pii, alerts, clock, claude)
    gaps = Gaps(database, faqs, checks, clock)
    study = GapStudy(database, gaps, patient, Likeness(meaning), models.drafts, spending)
    return GettingBetter(gaps, checks, Nearest(retrieval), Learning(database, study, checks, clock))
