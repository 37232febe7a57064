"""What mimi learns from: gaps, pinned questions, what owners answer themselves."""

from bot.join.ground import Ground
from guardrail.pii import Pii
from handlers.areas import AlertArea, ConversationArea, EntryArea, LearningArea, SearchArea
from handlers.learning.alert_answers import AlertAnswers
from handlers.learning.answer_corrections import AnswerCorrections
from handlers.learning.check_asking import CheckAsking
from handlers.learning.checks import Checks
from handlers.learning.gap_study import GapStudy
from handlers.learning.gaps import Gaps
from handlers.learning.open_questions import OpenQuestions
from handlers.learning.review import Learning
from handlers.learning.takeover_answers import TakeoverAnswers
from handlers.learning.waiting_visitors import WaitingVisitors
from handlers.ports import Clock
from handlers.spending.spending import Spending
from knowledge.checks.checking import Checking
from knowledge.model.quoting import QuotingAnswers
from knowledge.store.repositories import Repositories


def join(
    ground: Ground,
    spending: Spending,
    search: SearchArea,
    entries: EntryArea,
    conversations: ConversationArea,
    alerts: AlertArea,
) -> LearningArea:
    """All of it looks with the patient retrieval, and asks the model only where one answers visitors."""
    store, clock, quotes = ground.store, ground.clock, isinstance(ground.models.answers, QuotingAnswers)
    checking = Checking(search.background, whole_counts=not quotes)
    asking = None if quotes else CheckAsking(ground.models.answers, checking, spending)
    checks = checks_on(store, checking, alerts, ground.pii, clock, asking)
    waiting = WaitingVisitors(store.alerts, alerts.alerts, conversations.conversations)
    gaps = Gaps(store.database, store.gaps, store.askings, entries.faqs, entries.new, checks, waiting, clock)
    study = GapStudy(
        store.database,
        apps=store.apps,
        askings=store.askings,
        store=store.gaps,
        gaps=gaps,
        retrieval=search.background,
        likeness=search.likeness,
        drafts=ground.models.drafts,
        spending=spending,
    )
    return LearningArea(
        gaps=gaps,
        checks=checks,
        rounds=Learning(store.apps, store.askings, store.studies, study, checks, search.background, clock),
        handoffs=AlertAnswers(
            store.database, store.alerts, alerts.alerts, conversations.conversations, entries.faqs, entries.new, gaps
        ),
        said_answers=TakeoverAnswers(store.database, store.messages, ground.pii, entries.faqs, entries.new, gaps),
        corrections=AnswerCorrections(store.database, store.messages, ground.pii, entries.new, gaps),
        open_questions=OpenQuestions(gaps, store.gaps, store.alerts),
    )


def checks_on(
    store: Repositories,
    checking: Checking,
    alerts: AlertArea,
    pii: Pii,
    clock: Clock,
    asking: CheckAsking | None = None,
) -> Checks:
    """The pinned questions alone, tried by `checking`."""
    return Checks(
        store.database,
        apps=store.apps,
        checks=store.checks,
        messages=store.messages,
        studies=store.studies,
        awaited=alerts.awaited,
        checking=checking,
        pii=pii,
        alerts=alerts.alerts,
        clock=clock,
        asking=asking,
    )
