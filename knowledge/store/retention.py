"""How long what visitors said is kept, changed for an app as a whole."""

from datetime import timedelta

from knowledge.store.alerts.alerts import ALERTS
from knowledge.store.alerts.askings import ASKINGS
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.conversations.messages import MESSAGES
from knowledge.store.database import AppScope, Database
from knowledge.store.learning.gaps import GAPS


async def move_ends(database: Database, scope: AppScope, by: timedelta) -> None:
    """Everything of the app's conversations ends this much later, or earlier if `by` is negative.

    In the transaction that changes the app: whoever writes a message meanwhile is in conflict over its conversation,
    and tries again with the new setting.
    """
    later = {"$add": ["$expires_at", int(by.total_seconds() * 1000)]}
    for stored in (CONVERSATIONS, MESSAGES, ALERTS, ASKINGS, GAPS):
        collection = database.collection(stored.name)
        await collection.update_many(scope.filter() | {"expires_at": {"$ne": None}}, [{"$set": {"expires_at": later}}])
