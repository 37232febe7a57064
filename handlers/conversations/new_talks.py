"""Conversations that begin or go on, heard by an owner who has their list open, in whichever process it happens."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from handlers.conversations.past_conversations import PAGE, Glimpse, PastConversations
from knowledge.store.changes import Changes
from knowledge.store.conversations.conversations import CONVERSATIONS, ConversationRepository, TalkPlace
from knowledge.store.database import AppScope, Database, Document

MOST_TOLD = PAGE  # at once: what lies further back is on the list when it is opened anew
PAUSE = 10.0  # seconds between two looks for what may have been said in a conversation further back than the list


@dataclass(frozen=True)
class ListNews:
    """Conversations as they are now, the latest last, the ids of those that are gone, and how far this goes."""

    talks: Sequence[Glimpse]
    gone: Sequence[str]
    place: TalkPlace


@dataclass(eq=False)
class _Bell:
    """Of one open list. `changed` are those of its rows, `known`, of which somebody says that they changed."""

    known: set[str]
    changed: set[str] = field(default_factory=set)
    rung: asyncio.Event = field(default_factory=asyncio.Event)
    next_guess: float = 0.0
    later: asyncio.TimerHandle | None = None

    def ring(self, conversation_id: str | None = None) -> None:
        self.changed |= {conversation_id} if conversation_id else self.known
        self.rung.set()

    def perhaps(self) -> None:
        """Something was said in a conversation that may be this app's: nobody knows before looking."""
        if self.later is None:
            loop = asyncio.get_running_loop()
            at = max(loop.time(), self.next_guess)
            self.later, self.next_guess = loop.call_at(at, self.rung.set), at + PAUSE

    def looks(self) -> set[str]:
        """Before each look: what has changed since the last one."""
        self.stop()
        self.rung.clear()
        changed, self.changed = self.changed, set()
        return changed

    def stop(self) -> None:
        if self.later:
            self.later.cancel()
            self.later = None


class NewTalks:
    """A bell for each list that is open: the store is asked when it rings, and by nobody while no list is open."""

    def __init__(self, db: Database, past: PastConversations, changes: Changes) -> None:
        self._conversations = ConversationRepository(db)
        self._past = past
        self._bells: dict[str, set[_Bell]] = defaultdict(set)
        self.close = changes.subscribe(CONVERSATIONS.name, self._changed)

    async def news(
        self, scope: AppScope, since: TalkPlace, *, again: bool = False, wait: bool = True
    ) -> AsyncGenerator[ListNews, None]:
        """What has changed behind that place of the list, and again whenever something does.

        `again`: whoever asks was away, and what became of a row without a word in it is told, too. Without `wait` it
        ends with what there is now. Close it (`contextlib.aclosing`) when a browser goes away.
        """
        first = await self._conversations.before(scope, None, PAGE)
        with self._open(scope, {each.id for each in first}) as bell:
            if again:
                bell.ring()
            told = {since}  # of its moment; several may have the same
            while True:
                changed = bell.looks()
                found = await self._conversations.since(scope, since.last_at, MOST_TOLD)
                moved = [each for each in reversed(found) if each not in told]
                ids = [*(changed - {each.id for each in moved}), *(each.id for each in moved)]
                bell.known |= set(ids)
                talks = await self._past.some(scope, ids)
                since = max([since, *moved], key=lambda place: (place.last_at, place.id))
                told = {since, *(each for each in found if each.last_at == since.last_at)}
                gone = set(ids) - {each.conversation.id for each in talks}
                bell.known -= gone
                if ids:
                    yield ListNews(talks, sorted(gone), since)
                if not wait:
                    return
                await bell.rung.wait()

    @contextmanager
    def _open(self, scope: AppScope, known: set[str]) -> Iterator[_Bell]:
        bell = _Bell(known)
        self._bells[scope.app_id].add(bell)
        try:
            yield bell
        finally:
            bell.stop()
            self._bells[scope.app_id].discard(bell)
            if not self._bells[scope.app_id]:
                del self._bells[scope.app_id]

    def _changed(self, change: Document) -> None:
        changed = change["_id"]
        for app_id, bells in self._bells.items():
            for bell in bells:
                if changed is None or change.get("app_id") == app_id or changed in bell.known:
                    bell.ring(changed)
                elif "seq" in change and "app_id" not in change:
                    bell.perhaps()
