"""Conversations: opened by a visitor's first message, joined by the owner, deleted by the visitor."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from handlers.conversations.silence import masked_after
from handlers.conversations.turns import in_turns
from handlers.outgoing import to_letter_body
from handlers.ports import Clock
from handlers.written import written
from knowledge.errors import NotFound
from knowledge.phrases import Tag, _
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.conversations.conversations import Conversation, ConversationRepository
from knowledge.store.conversations.messages import Message, MessageRepository, Post, PostRepository, Presence, Role
from knowledge.store.conversations.return_addresses import ReturnAddress, ReturnAddressRepository
from knowledge.store.conversations.visitor_limits import CountedPosts
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.outbox.outbox import TO_VISITOR, Channel, OutboxRepository, OutboxRow
from knowledge.store.registry import erase_conversation
from knowledge.store.stored import digest

LONGEST_OWNER_TEXT = 5_000
# Called in the transaction that deletes a conversation, with what it was.
Deleted = Callable[[Conversation], Awaitable[None]]


class Conversations:
    """What happens to conversations as a whole. A key opens one conversation of one app, and nothing else (S14)."""

    def __init__(self, db: Database, clock: Clock, secret: str, deleted: Deleted) -> None:
        self._db = db
        self._apps = AppRepository(db)
        self._conversations = ConversationRepository(db)
        self._messages = MessageRepository(db)
        self._posts = PostRepository(db)
        self._outbox = OutboxRepository(db)
        self._addresses = ReturnAddressRepository(db)
        self._counted = CountedPosts(db)
        self._clock = clock
        self._secret = secret.encode()
        self._deleted = deleted

    def first_key(self, app: App, client_id: str) -> str:
        """The key of the conversation that this first message opens: the same however often it arrives."""
        # Made from the message's id, so that a first message whose answer was lost opens the same conversation again.
        return hmac.new(self._secret, f"conversation\n{app.id}\n{client_id}".encode(), hashlib.sha256).hexdigest()

    async def find(self, app: App, key: object) -> Conversation | None:
        """The conversation a key opens; None for a wrong, foreign or expired one, or what is no text at all."""
        if not isinstance(key, str) or not key:
            return None
        return await self._conversations.by_key(app.scope, digest(key), self._clock.now())

    async def post(self, app: App, key: str, client_id: str, last: int) -> Post | None:
        """The conversation a visitor's message belongs to, with what was said in it; None where the key opens none."""
        return await self._posts.find(app.scope, digest(key), client_id, self._clock.now(), last)

    async def by_key(self, app: App, key: object) -> Conversation:
        """The conversation a key opens. Raises NotFound."""
        conversation = await self.find(app, key)
        if conversation is None:
            raise conversation_gone()
        return conversation

    async def open(self, app: App, key: str, lang: Tag, seq: int = 0, earlier: bytes = b"") -> Conversation:
        """A new one with so many messages, in the caller's transaction. Raises NotFound if the app is gone."""
        if not await self._apps.hold(app.scope):
            raise NotFound(_("That app does not exist."))
        now = self._clock.now()
        kept, after = now + timedelta(days=app.kept_days), masked_after(app.masked_days)
        conversation = Conversation(
            app.scope, digest(key), lang, now, now, kept, seq, mask_after=after, earlier=earlier
        )
        await self._conversations.add(app.scope, conversation)
        return conversation

    async def next_message(
        self, scope: AppScope, conversation_id: str, more: int = 1, earlier: bytes = b"", lang: Tag = ""
    ) -> Conversation:
        """The conversation with one message more, whose number is its `seq`, in the caller's transaction.

        `more`: as many, of which `seq` is the last; `earlier` is what they leave (Conversation). With a visitor's
        message, `lang` is what it was written in: mimi's own words follow. What was said before is kept as long as
        what is said now. Raises NotFound if it is gone.
        """
        now = self._clock.now()
        before = await self._conversations.next_message(scope, conversation_id, now, more, earlier, lang)
        if before is None:
            raise conversation_gone()
        conversation = before.with_next(now, more)
        if before.last_at.date() != now.date():  # no more than once a day for each message
            await self._messages.keep_on(scope, conversation_id, conversation.expires_at)
        return conversation

    async def hold(self, scope: AppScope, conversation_id: str) -> None:
        """Keep it from being deleted until the caller's transaction ends. Raises NotFound if it is gone."""
        if not await self._conversations.hold(scope, conversation_id):
            raise conversation_gone()

    async def owner_says(
        self, scope: AppScope, conversation_id: str, text: str, said_in: str = "", client_id: str = ""
    ) -> Message:
        """The owner's own words, kept and shown to the visitor live. Raises BadInput, or NotFound if it is gone.

        `said_in` is the id of the message they came in, where they came by a door that can take messages back;
        `client_id` that of the form they were written in: the same words of one form are said once.
        """
        said = written(text, LONGEST_OWNER_TEXT)

        async def say() -> Message:
            # A form that a browser sends twice.
            if client_id and (known := await self._messages.of_owner(scope, conversation_id, client_id, said)):
                return known
            message = await self._add(
                scope, conversation_id, Role.OWNER, text=said, said_in=said_in, client_id=client_id
            )
            await self._mail(scope, conversation_id, said)
            return message

        return await self._db.transaction(say)

    async def _mail(self, scope: AppScope, conversation_id: str, said: str) -> None:
        """To a visitor who left an address for this reply."""
        now = self._clock.now()
        # Taken, not read: the address is erased with the one mail it was left for.
        to = await self._addresses.take(scope, conversation_id, now)
        app = await self._apps.get(scope)
        if to and app:
            letter = return_letter(to, app.name, said)
            subject, owner_id = conversation_id, scope.owner_id
            await self._outbox.put(OutboxRow(Channel.MAIL, to.address, letter, now, owner_id, subject, kind=TO_VISITOR))

    async def owner_present(self, scope: AppScope, conversation_id: str, state: Presence) -> Message:
        """Tell the visitor that the owner has come or gone, in the caller's transaction. Raises NotFound."""
        return await self._add(scope, conversation_id, Role.PRESENCE, state=state)

    async def take_back(self, owner: OwnerScope, said_in: str) -> None:
        """What the owner said in this message reads as taken back from now on."""
        await self._messages.take_back(owner, said_in)

    async def messages(self, scope: AppScope, conversation_id: str) -> list[Message]:
        """Its messages in order (the last thousand), each answer behind its turn, also one still being written."""
        complete = await self._messages.last(scope, conversation_id)
        return in_turns([*complete, *await self._messages.pending(scope, conversation_id)])

    async def delete(self, app: App, key: object) -> None:
        """The visitor removes the conversation their key opens, which its owner may be told. Raises NotFound."""

        async def delete() -> None:
            conversation = await self.by_key(app, key)
            await self.remove(conversation)
            await self._deleted(conversation)

        await self._db.transaction(delete)

    async def remove(self, conversation: Conversation) -> None:
        """Remove a conversation with its messages, what quotes it and what is still to be sent. Raises NotFound."""

        async def remove() -> None:
            await self._counted.forget_all(
                conversation.scope, await self._messages.client_ids(conversation.scope, conversation.id)
            )
            await erase_conversation(self._db, conversation.scope, conversation.id)

        await self._db.transaction(remove)

    async def _add(
        self,
        scope: AppScope,
        conversation_id: str,
        role: Role,
        *,
        text: str = "",
        state: str = "",
        said_in: str = "",
        client_id: str = "",
    ) -> Message:
        """A message that is not the visitor's, in the caller's transaction. Raises NotFound."""
        conversation = await self.next_message(scope, conversation_id)
        message = Message(
            scope,
            conversation_id,
            role,
            text,
            conversation.lang,
            conversation.last_at,
            conversation.expires_at,
            seq=conversation.seq,
            state=state,
            said_in=said_in,
            client_id=client_id,
        )
        await self._messages.add(scope, message)
        return message


def conversation_gone() -> NotFound:
    return NotFound(_("This chat no longer exists. Please start a new one."))


def gone_for_owner() -> NotFound:
    """The same, as its app's owner is told."""
    return NotFound(_("This conversation no longer exists: the visitor deleted it, or its retention period is over."))


def return_letter(to: ReturnAddress, app_name: str, said: str) -> Mapping[str, Any]:
    """The body of the mail row."""
    subject = _("A reply from {app}", app=app_name)
    text = _(
        "The owner of {app} has replied to your question:\n\n{said}\n\nThe page where you asked: {link}\n\nYou "
        "left your address for this one e-mail. It has been erased and will not be used again.",
        app=app_name,
        said=said,
        link=to.link,
    )
    return to_letter_body(subject, text, to.lang)
