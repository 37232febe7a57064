"""What is said in a conversation, as events: while it is said, or again from a client's Last-Event-ID on.

A cursor is `{seq}`: everything up to that number; then `~{answer}.{attempt}.{position}` for each answer sent in
part, or sent before what is numbered below it. A position counts the text's characters (code points, as
`Delta.at` does), then the sources, then 1 for the suggestions if there are any, then 1 for the end.
"""

import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field

from handlers.answers.answers import Accepted, with_owner
from handlers.answers.progress import Follower, LiveAnswer, LiveAnswers
from handlers.conversations.conversations import Conversations
from handlers.messages import (
    AnswerEvent,
    AnswerState,
    Delta,
    Done,
    Opened,
    OwnerPresent,
    OwnerSaid,
    Sent,
    SourceFound,
    Suggested,
    VisitorSaid,
)
from knowledge.phrases import Phrase, _
from knowledge.store.apps.apps import App
from knowledge.store.conversations.conversations import ConversationRepository
from knowledge.store.conversations.messages import Message, MessageRepository, Presence, Role
from knowledge.store.database import AppScope, Database

PAGE = 100
TAKEN_BACK = _("(The owner unsent this message.)")
_CURSOR = re.compile(r"([0-9]{1,9})((?:~[0-9a-f]{24}\.[0-9]{1,6}\.[0-9]{1,6}){0,8})")

PRESENT: dict[str, Phrase] = {
    Presence.CAME: _("The owner has joined this chat. From here on a person answers you, not mimi."),
    Presence.LEFT: _("The owner has left. From here on mimi answers again."),
}


def words_of(message: Message) -> str:
    """What a visitor reads of a message: its text; of the owner's coming and going, or of what was taken back, ours."""
    if message.role is Role.PRESENCE:
        return PRESENT[message.state].say(message.lang)
    if message.role is Role.OWNER and not message.text:
        return TAKEN_BACK.say(message.lang)
    return message.text


@dataclass
class StreamPlace:
    """A stream's place in a conversation. With `only`, it sends that answer alone and its cursors skip the rest."""

    seq: int = 0
    only: str = ""
    _parts: dict[str, tuple[int, int]] = field(default_factory=dict)  # of an answer: attempt, how much was sent
    _ended: set[str] = field(default_factory=set)
    _skipped: bool = False

    @classmethod
    def read(cls, cursor: str | None, latest: int) -> "StreamPlace":
        """The place a client names; the beginning if that is no cursor, or past the `latest` number."""
        match = _CURSOR.fullmatch(cursor or "")
        if not match or int(match[1]) > latest:
            return cls()
        place = cls(int(match[1]))
        for part in match[2].split("~")[1:]:
            answer, attempt, position = part.split(".")
            place._parts[answer] = int(attempt), int(position)
        return place

    def message(self, message: Message) -> Iterator[Sent]:
        """What is unsent of the next stored message, in the order of their numbers."""
        if message.role is Role.VISITOR:
            self._sent_up_to(message)
            if not self.only:
                yield self._sent(VisitorSaid(message.id, message.client_id, message.text))
        elif self.only and message.id != self.only:
            # From here on `seq` stays: something before it has not been sent on this stream.
            self._skipped = True
        elif message.role is Role.OWNER:
            self._sent_up_to(message)
            yield self._sent(OwnerSaid(message.id, words_of(message)))
        elif message.role is Role.PRESENCE:
            self._sent_up_to(message)
            yield self._sent(OwnerPresent(message.id, Presence(message.state), words_of(message)))
        else:
            yield from self._answer(message)

    def live(self, answer: LiveAnswer) -> Iterator[Sent]:
        """What is unsent of an answer that is being written."""
        if answer.id not in self._ended and self.only in ("", answer.id):
            yield from self._text(answer.id, answer.attempt, answer.text)

    def _answer(self, answer: Message) -> Iterator[Sent]:
        yield from self._text(answer.id, answer.attempt, answer.text)
        after_text = self._position(answer.id, answer.attempt) - len(answer.text)
        for number, source in enumerate(answer.sources[after_text:], after_text + 1):
            self._parts[answer.id] = answer.attempt, len(answer.text) + number
            yield self._sent(SourceFound(answer.id, source.title, source.url))
        before_end = len(answer.sources) + bool(answer.suggestions)
        if answer.suggestions and after_text < before_end:
            self._parts[answer.id] = answer.attempt, len(answer.text) + before_end
            yield self._sent(Suggested(answer.id, answer.suggestions))
        ended = after_text > before_end
        self._ended.add(answer.id)
        self._parts[answer.id] = answer.attempt, len(answer.text) + before_end + 1
        self._sent_up_to(answer)
        if not ended:
            yield self._sent(Done(answer.id, AnswerState(answer.state), answer.text))

    def _text(self, answer: str, attempt: int, text: str) -> Iterator[Sent]:
        position = self._position(answer, attempt)
        if position < len(text):
            self._parts[answer] = attempt, len(text)
            yield self._sent(Delta(answer, position, text[position:]))

    def _position(self, answer: str, attempt: int) -> int:
        """How much of this answer was sent: nothing, where what was sent is of an attempt that does not stand."""
        sent_attempt, position = self._parts.get(answer, (attempt, 0))
        return position if sent_attempt == attempt else 0

    def _sent_up_to(self, message: Message) -> None:
        if not self._skipped and message.seq is not None:
            self.seq = message.seq
            self._parts.pop(message.id, None)

    def _sent(self, event: AnswerEvent) -> Sent:
        parts = (f"~{answer}.{attempt}.{position}" for answer, (attempt, position) in self._parts.items())
        return Sent(event, f"{self.seq}{''.join(parts)}")


class ConversationFeed:
    """Streams of one conversation. Close the generators (`contextlib.aclosing`) when a client goes away."""

    def __init__(self, db: Database, conversations: Conversations, live: LiveAnswers) -> None:
        self._repository = ConversationRepository(db)
        self._messages = MessageRepository(db)
        self._conversations = conversations
        self._live = live

    async def answer_events(self, app: App, accepted: Accepted) -> AsyncGenerator[Sent, None]:
        """The events of one answer: Opened first, Done last; where the owner answers, a Notice that says so instead.

        Ends early only if the conversation is deleted.

        Its cursors say what this stream told; a client that follows the conversation too keeps that stream's own.
        """
        yield Sent(Opened(accepted.key, accepted.lang))
        if not accepted.answer_id:
            yield Sent(with_owner())
            return
        place = StreamPlace(accepted.seq, only=accepted.answer_id)
        async for sent in self._follow(app.scope, accepted.conversation_id, place):
            yield sent
            if isinstance(sent.event, Done):
                return

    async def events(
        self, app: App, key: str, last_event_id: str | None, *, wait: bool = True
    ) -> AsyncGenerator[Sent, None]:
        """What was said since then, and what is said from now on, until the stream is closed.

        Without `wait` it ends with what there is now. Raises NotFound for a key that opens nothing here (S14),
        Unavailable when too many follow already.
        """
        conversation = await self._conversations.by_key(app, key)
        place = StreamPlace.read(last_event_id, conversation.seq)
        async for sent in self._follow(app.scope, conversation.id, place, wait=wait):
            yield sent

    async def transcript(self, app: App, key: str) -> list[Message]:
        """Everything said so far, the visitor's own words too, answers still being written last. Raises NotFound."""
        conversation = await self._conversations.by_key(app, key)
        return await self._conversations.messages(app.scope, conversation.id)

    async def _follow(
        self, scope: AppScope, conversation_id: str, place: StreamPlace, *, wait: bool = True
    ) -> AsyncGenerator[Sent, None]:
        with self._live.follow(conversation_id, place.seq) as follower:
            # What this process is writing is not stored yet, and the follower hears when it is.
            follower.look = not any(answer.id == place.only for answer in self._live.of(conversation_id))
            while True:
                while follower.look or follower.following:
                    unread = await self._unread(scope, conversation_id, follower)
                    if unread is None:
                        return
                    for message in unread:
                        follower.read = message.seq or follower.read
                        for sent in place.message(message):
                            yield sent
                # An answer leaves this list before it is stored, so none is sent from both.
                for answer in self._live.of(conversation_id):
                    for sent in place.live(answer):
                        yield sent
                if not wait:
                    return
                await follower.wait()

    async def _unread(self, scope: AppScope, conversation_id: str, follower: Follower) -> list[Message] | None:
        """What is said and not read yet, a page at most; None where the conversation is not there any more."""
        handed_on, follower.following = follower.following, None
        if not follower.look:
            # It may have been read from the store meanwhile.
            return [handed_on] if handed_on and (handed_on.seq or 0) > follower.read else []
        follower.look = False
        stored = await self._messages.after(scope, conversation_id, follower.read, PAGE)
        if not stored and await self._repository.get(scope, conversation_id) is None:
            return None
        follower.look = follower.look or len(stored) == PAGE
        return stored
