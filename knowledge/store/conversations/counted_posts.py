"""Which visitors' messages the rate limit has counted: what is sent again, since no answer came, counts once."""

from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from knowledge.store.database import AppScope, Database, Document
from knowledge.store.stored import Belonging, Index, Stored

# As long as a page goes on sending a message that got no answer, and more.
KEPT = timedelta(hours=1)

COUNTED_POSTS = Stored(
    "counted_posts",
    Belonging.to_app(),
    indexes=(Index((("owner_id", 1),)), Index((("expires_at", 1),), expire=True)),
    lasting=False,
)


class CountedPosts:
    """Ids of messages, by app, for an hour."""

    def __init__(self, database: Database) -> None:
        self._posts = database.collection(COUNTED_POSTS.name)

    async def is_first(self, scope: AppScope, client_id: str, now: datetime) -> bool:
        """Whether this message is to be counted: not if one with its id was, or is just being."""
        kept: Document = {"_id": _key(scope, client_id), "expires_at": now + KEPT}
        try:
            await self._posts.insert(scope.filter() | kept)
        except DuplicateKeyError:
            return False
        return True

    async def forget(self, scope: AppScope, client_id: str) -> None:
        """It was refused: the next try counts."""
        await self._posts.delete_one({"_id": _key(scope, client_id)})


def _key(scope: AppScope, client_id: str) -> str:
    return f"{scope.app_id} {client_id}"
