"""The parts about visitors: their conversations, what answers them, and what is counted of them."""

from dataclasses import dataclass

from aiohttp import web

from bot.join.ground import Ground
from bot.join.knowledge_parts import KnowledgeParts
from bot.join.models import Models
from handlers.alerts.alerts import Alerts
from handlers.answers.answers import Answers
from handlers.answers.askings import Askings
from handlers.answers.feed import ConversationFeed
from handlers.answers.guard import AppGuards
from handlers.answers.knowledge import AnswerKnowledge
from handlers.answers.progress import LiveAnswers
from handlers.answers.runs import AnswerRuns
from handlers.answers.writer import AnswerWriter
from handlers.conversations.conversations import Conversations
from handlers.conversations.return_mail import ReturnMail
from handlers.conversations.takeover_news import TakeoverNews
from handlers.conversations.takeovers import Takeovers
from handlers.insight.access_log import AccessLog
from handlers.insight.visits import PageViews
from knowledge.store.conversations.visitor_counts import VisitorRepository
from knowledge.store.insight.access_log import AccessLogRepository
from knowledge.store.insight.page_views import PageViewRepository
from web.site import keys


@dataclass(frozen=True)
class VisitorParts:
    """Made once for a process."""

    conversations: Conversations
    answers: Answers
    feed: ConversationFeed
    takeovers: Takeovers
    return_mail: ReturnMail
    page_views: PageViews
    access_log: AccessLog

    @classmethod
    def open(cls, ground: Ground, knowledge: KnowledgeParts, models: Models, alerts: Alerts) -> "VisitorParts":
        """The parts, joined."""
        database, clock, pii = ground.database, ground.clock, ground.pii
        conversations = Conversations(database, clock, ground.settings.secret_key.get_secret_value())
        askings, news = Askings(database, pii, clock), TakeoverNews(database, pii, clock)
        live = LiveAnswers(ground.changes)
        ground.stack.callback(live.close)
        writer = _writer(ground, knowledge, models)
        runs = AnswerRuns(database, conversations, writer, live, alerts, askings, clock)
        ground.stack.push_async_callback(runs.close)
        access_log = AccessLog(AccessLogRepository(database))
        ground.stack.push_async_callback(access_log.close)
        return cls(
            conversations=conversations,
            answers=Answers(database, conversations, runs, ground.limits, alerts, askings, news, clock),
            feed=ConversationFeed(database, conversations, live),
            takeovers=Takeovers(database, conversations, alerts, news, clock),
            return_mail=ReturnMail(database, conversations, clock),
            page_views=PageViews(PageViewRepository(database), VisitorRepository(database), clock),
            access_log=access_log,
        )

    def hand_to(self, app: web.Application) -> None:
        """Put the parts where the site's request handlers look for them."""
        app[keys.ANSWERS], app[keys.CONVERSATIONS], app[keys.FEED] = self.answers, self.conversations, self.feed
        app[keys.TAKEOVERS], app[keys.RETURN_MAIL] = self.takeovers, self.return_mail
        app[keys.PAGE_VIEWS], app[keys.ACCESS_LOG] = self.page_views, self.access_log


def _writer(ground: Ground, knowledge: KnowledgeParts, models: Models) -> AnswerWriter:
    found = AnswerKnowledge(knowledge.retrieval, ground.settings.knowledge_tokens)
    guards, patience = AppGuards(ground.database), ground.settings.model_deadline
    suggestions = knowledge.suggestions
    return AnswerWriter(found, guards, ground.pii, models.answers, models.spending, suggestions, patience)
