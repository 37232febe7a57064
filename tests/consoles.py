"""The owner's console as the program joins it, over whatever a test has opened."""

from bot.console import Console
from guardrail.pii import Pii
from handlers.accounts import Accounts
from handlers.app_settings import AppSettings
from handlers.apps import Apps
from handlers.conversations import Conversations
from handlers.downloads import Downloads
from handlers.insight import Insights
from handlers.past_conversations import PastConversations
from handlers.pictures import Pictures
from handlers.ports import Clock, Contents
from knowledge.store.database import Database


def console(
    db: Database,
    accounts: Accounts,
    apps: Apps,
    conversations: Conversations,
    contents: Contents,
    pii: Pii,
    clock: Clock,
) -> Console:
    """The parts, joined."""
    return Console(
        apps=apps,
        pii=pii,
        settings=AppSettings(db, apps),
        past=PastConversations(db, conversations),
        insights=Insights(db, pii, clock),
        pictures=Pictures(db, apps, contents, clock),
        downloads=Downloads(db, accounts, clock),
    )
