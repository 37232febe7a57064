"""Conversations of visitors with an app and its owner."""

from bot.join.ground import Ground
from handlers.areas import AlertArea, ConversationArea
from handlers.conversations.conversations import Conversations
from handlers.conversations.past_conversations import PastConversations
from handlers.conversations.return_mail import ReturnMail
from handlers.conversations.takeover_news import TakeoverNews
from handlers.conversations.takeovers import Takeovers


def join(ground: Ground, alerts: AlertArea) -> ConversationArea:
    """An owner who has taken a conversation over hears when the visitor deletes it."""
    database, clock = ground.database, ground.clock
    news, secret = TakeoverNews(database, ground.pii, clock), ground.settings.secret_key.get_secret_value()
    conversations = Conversations(database, clock, secret, news.visitor_deleted)
    return ConversationArea(
        conversations=conversations,
        past=PastConversations(database, conversations),
        takeovers=Takeovers(database, conversations, alerts.alerts, news, clock),
        news=news,
        return_mail=ReturnMail(database, conversations, clock),
    )
