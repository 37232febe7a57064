"""Takeovers: the owner talks with a visitor in mimi's place, and hands the conversation back."""

from dataclasses import replace
from datetime import timedelta

from handlers.alerts.alerts import Alerts
from handlers.conversations.conversations import Conversations, gone_for_owner
from handlers.conversations.said_changes import SaidChanges
from handlers.conversations.takeover_news import TakeoverNews
from handlers.ports import Clock
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.alerts.alerts import AlertRepository
from knowledge.store.conversations.conversations import Conversation, Takeover, TakeoverRepository
from knowledge.store.conversations.messages import MessageRepository, Presence, Role
from knowledge.store.database import Database, OwnerScope
from knowledge.store.inbox.dialogues import DialogueRepository
from knowledge.store.outbox.outbox import OutboxRepository

IDLE = timedelta(minutes=30)
TO_WHOM = "takeover.to"  # the dialogue that asks which of several visitors a line is for
LETTERS = "ABCDEFGHIJ"  # as many at once as fit under a message as buttons, and as a person can follow


class Takeovers:
    """Begun, spoken in and ended by the owner; ended by itself when the owner says nothing for half an hour.

    mimi answers nothing of what a visitor writes meanwhile (handlers/answers/answers.py). The visitor is told of
    both ends.
    """

    def __init__(
        self,
        db: Database,
        conversations: Conversations,
        alerts: Alerts,
        news: TakeoverNews,
        said: SaidChanges,
        clock: Clock,
    ) -> None:
        self._db = db
        self._takeovers = TakeoverRepository(db)
        self._messages = MessageRepository(db)
        self._store = AlertRepository(db)
        self._outbox = OutboxRepository(db)
        self._dialogues = DialogueRepository(db)
        self._conversations = conversations
        self._alerts = alerts
        self._news = news
        self._said = said
        self._clock = clock

    async def open(self, owner: OwnerScope) -> list[Conversation]:
        """The conversations the owner talks in, by their letters."""
        return await self._takeovers.open(owner)

    async def conversation(self, owner: OwnerScope, conversation_id: str) -> Conversation:
        """A conversation with one of the owner's apps. Raises NotFound."""
        conversation = await self._takeovers.get(owner, conversation_id)
        if conversation is None:
            raise gone_for_owner()
        return conversation

    async def about(self, owner: OwnerScope, message_id: str) -> Conversation | None:
        """The conversation that a message in the owner's chat was about, for when they quote it."""
        about = await self._outbox.about(owner, message_id)
        if about is None:
            return None
        alert = await self._store.get(owner, about[1])
        return await self._takeovers.get(owner, alert.conversation_id if alert else about[1])

    async def begin(self, owner: OwnerScope, conversation_id: str) -> Conversation:
        """Take a conversation over; one that is taken over already stays so.

        Raises NotFound, and BadInput when the owner talks in too many already.
        """

        async def take() -> Conversation:
            conversation = await self.conversation(owner, conversation_id)
            if conversation.takeover:
                return conversation
            now = self._clock.now()
            takeover = Takeover(await self._free_letter(owner), now, now + IDLE)
            await self._takeovers.begin(owner, conversation_id, takeover)
            await self._conversations.owner_present(conversation.scope, conversation_id, Presence.CAME)
            return replace(conversation, takeover=takeover)

        return await self._db.transaction(take)

    async def say(
        self, owner: OwnerScope, conversation_id: str, text: str, said_in: str = "", client_id: str = ""
    ) -> Conversation:
        """Say `text` to the visitor. Raises BadInput, or NotFound if the conversation is not taken over (any more).

        `said_in` is the door's id of the owner's message: by it the words can be taken back. The same `text` of one
        form, `client_id`, is said once.
        """

        async def tell() -> Conversation:
            conversation = await self._takeovers.keep_on(owner, conversation_id, self._clock.now() + IDLE)
            if conversation is None:
                raise not_talking()
            await self._conversations.owner_says(conversation.scope, conversation_id, text, said_in, client_id)
            return conversation

        return await self._db.transaction(tell)

    async def end(self, owner: OwnerScope, conversation_id: str) -> Conversation:
        """Hand a conversation back to mimi; what it was before. Raises NotFound if it is not taken over (any more)."""

        async def leave() -> Conversation:
            was = await self._takeovers.end(owner, conversation_id)
            if was is None:
                raise not_talking()
            await self._left(was)
            return was

        return await self._db.transaction(leave)

    async def end_all(self, owner: OwnerScope) -> None:
        """Hand everything back: the owner cannot be reached any more. In the caller's transaction, if there is one."""
        for conversation in await self._takeovers.open(owner):
            await self.end(owner, conversation.id)

    async def end_idle(self) -> int:
        """Hand back what owners have fallen silent in; how many. Several processes may do so side by side."""
        ended = 0
        while await self._db.transaction(self._end_one_idle):
            ended += 1
        return ended

    async def _end_one_idle(self) -> bool:
        was = await self._takeovers.end_idle(self._clock.now())
        if was is None:
            return False
        await self._left(was)
        await self._ask_again(was)
        await self._news.fell_silent(was)
        return True

    async def _left(self, was: Conversation) -> None:
        """The visitor is told; questions that the owner has talked about wait no longer.

        With the last conversation the question to whom a line goes has lost its answers, and is asked no more.
        """
        await self._conversations.owner_present(was.scope, was.id, Presence.LEFT)
        # Who only looked in has answered nothing: the question goes on waiting.
        if was.takeover and was.takeover.spoke:
            await self._said.left(was)
            await self._alerts.seen(was.scope, await self._store.talked_about(was.scope, was.id))
        if not await self.open(was.scope):
            await self._dialogues.remove_named(was.scope, TO_WHOM)

    async def _ask_again(self, was: Conversation) -> None:
        """What the visitor wrote last and nobody answered becomes a question that waits for the owner."""
        said = [each for each in await self._messages.last(was.scope, was.id) if each.role is not Role.PRESENCE]
        if said and said[-1].role is Role.VISITOR:
            asked = said[-1]
            await self._alerts.visitor_wants_owner(was.scope, was.id, asked.id, asked.text, asked.lang)

    async def _free_letter(self, owner: OwnerScope) -> str:
        taken = {each.takeover.letter for each in await self._takeovers.open(owner) if each.takeover}
        free = next((letter for letter in LETTERS if letter not in taken), None)
        if free is None:
            raise BadInput(
                _(
                    "You are talking in {count} conversations, which is the limit. Hand one back first.",
                    count=len(taken),
                )
            )
        return free


def not_talking() -> NotFound:
    return NotFound(_("You are no longer in that conversation, so nobody got this. mimi answers there."))
