"""New conversations, heard by an owner who has their list open, in whichever process they begin."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from datetime import datetime

from knowledge.store.changes import Changes
from knowledge.store.conversations.conversations import CONVERSATIONS, ConversationRepository
from knowledge.store.database import AppScope, Database, Document

MOST_COUNTED = 100


class NewTalks:
    """A bell for each list that is open. The store is asked when one of that app's conversations has begun."""

    def __init__(self, db: Database, changes: Changes) -> None:
        self._conversations = ConversationRepository(db)
        self._bells: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.close = changes.subscribe(CONVERSATIONS.name, self._changed)

    async def counts(self, scope: AppScope, since: datetime, *, wait: bool = True) -> AsyncGenerator[int, None]:
        """How many have begun since then, and again when there are more; not counted beyond a hundred.

        Close it (`contextlib.aclosing`) when a browser goes away.
        """
        bell, told = asyncio.Event(), 0
        self._bells[scope.app_id].add(bell)
        try:
            while True:
                bell.clear()
                count = await self._conversations.begun_since(scope, since, MOST_COUNTED)
                if count != told:
                    yield (told := count)
                if not wait:
                    return
                await bell.wait()
        finally:
            self._bells[scope.app_id].discard(bell)
            if not self._bells[scope.app_id]:
                del self._bells[scope.app_id]

    def _changed(self, change: Document) -> None:
        began = [change["app_id"]] if "app_id" in change else [] if change["_id"] else list(self._bells)
        for app_id in began:
            for bell in self._bells.get(app_id, ()):
                bell.set()
