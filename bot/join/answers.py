"""Answers to visitors' questions."""

from bot.join.ground import Ground
from handlers.answers.answers import Answers
from handlers.answers.askings import Askings
from handlers.answers.doubts import Doubts
from handlers.answers.feed import ConversationFeed
from handlers.answers.guard import AppGuards
from handlers.answers.held_messages import HeldMessages
from handlers.answers.knowledge import AnswerKnowledge
from handlers.answers.owner_feed import OwnerFeed
from handlers.answers.progress import LiveAnswers
from handlers.answers.runs import AnswerRuns
from handlers.answers.sieve import Sieves
from handlers.answers.suggestions import Suggestions
from handlers.answers.trials import Trials
from handlers.answers.writer import AnswerWriter
from handlers.areas import AlertArea, AnswerArea, ConversationArea, SearchArea
from handlers.home_zones import HomeZones
from handlers.spending.spending import Spending


def join(
    ground: Ground, spending: Spending, search: SearchArea, conversations: ConversationArea, alerts: AlertArea
) -> AnswerArea:
    """A question is accepted by `Answers`, written by `AnswerRuns` and read through the feed."""
    database, clock, settings, kept = ground.database, ground.clock, ground.settings, conversations.conversations
    suggestions, askings = Suggestions(database, search.retrieval), Askings(database, ground.pii, clock)
    live = LiveAnswers(ground.changes)
    ground.stack.callback(live.close)
    zones = HomeZones(ground.store.alert_settings)
    writer = AnswerWriter(
        AnswerKnowledge(search.retrieval, settings.knowledge_tokens),
        AppGuards(database),
        zones,
        ground.pii,
        ground.models.answers,
        spending,
        suggestions,
        settings.model_deadline,
    )
    runs = AnswerRuns(database, kept, writer, live, alerts.alerts, askings, conversations.said, clock)
    ground.stack.push_async_callback(runs.close)
    doubts = Doubts(settings.secret_key.get_secret_value(), clock)
    sieves = Sieves(ground.store.daily_salts, search.retrieval, clock)
    answers = Answers(
        database,
        kept,
        runs,
        ground.limits,
        sieves,
        doubts,
        alerts.alerts,
        askings,
        zones,
        conversations.news,
        clock,
        search.retrieval.begin,
    )
    return AnswerArea(
        answers,
        ConversationFeed(database, kept, live),
        OwnerFeed(database, live),
        HeldMessages(database, runs, clock),
        suggestions,
        Trials(ground.store.trials, writer, sieves, spending, clock),
        zones,
    )
