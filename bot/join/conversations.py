"""Conversations of visitors with an app and its owner."""

from bot.join.ground import Ground
from guardrail.details import Details
from handlers.areas import AlertArea, ConversationArea, SearchArea
from handlers.conversations.conversations import Conversations
from handlers.conversations.masking import Masking
from handlers.conversations.new_talks import NewTalks
from handlers.conversations.past_conversations import PastConversations
from handlers.conversations.return_mail import ReturnMail
from handlers.conversations.said_changes import SaidChanges
from handlers.conversations.takeover_news import TakeoverNews
from handlers.conversations.takeovers import Takeovers


def join(ground: Ground, search: SearchArea, alerts: AlertArea) -> ConversationArea:
    """An owner who has taken a conversation over hears when the visitor deletes it."""
    database, store, clock = ground.database, ground.store, ground.clock
    news, secret = TakeoverNews(database, ground.pii, clock), ground.settings.secret_key.get_secret_value()
    conversations = Conversations(database, clock, secret, news.visitor_deleted)
    said = SaidChanges(store.messages, store.faqs, store.apps, search.retrieval, alerts.alerts)
    past = PastConversations(database, conversations, clock)
    new_talks = NewTalks(database, past, ground.changes)
    ground.stack.callback(new_talks.close)
    return ConversationArea(
        conversations=conversations,
        past=past,
        new_talks=new_talks,
        takeovers=Takeovers(database, conversations, alerts.alerts, news, said, clock),
        said=said,
        news=news,
        return_mail=ReturnMail(database, conversations, clock),
        masking=Masking(
            store.conversations, store.messages, store.apps, store.quotes, store.unsent, Details(ground.pii), clock
        ),
    )
