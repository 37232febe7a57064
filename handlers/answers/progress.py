"""Answers while they are being written in this process, and who follows their conversations."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from knowledge.errors import Unavailable
from knowledge.phrases import _
from knowledge.store.changes import Changes
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.conversations.messages import Message
from knowledge.store.database import Document

MOST_FOLLOWERS = 2_000
MOST_OF_ONE_CONVERSATION = 10


@dataclass(eq=False)
class Follower:
    """One open stream's bell. `look`: something was stored; otherwise only text has grown.

    `read` is the number of the last message that was read; `following` the message behind it, where whoever stored it
    is in this process and has handed it on: it need not be read again.
    """

    read: int
    look: bool = True
    following: Message | None = None
    rung: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> None:
        """Until it rings; what rang before counts."""
        await self.rung.wait()
        self.rung.clear()


@dataclass(eq=False)
class LiveAnswer:
    """The text so far of an answer being written; all of it has passed the guardrail."""

    id: str
    attempt: int
    grown: Callable[[], None]  # called when there is more text
    text: str = ""
    begun: bool = False  # whether anything was shown, be it taken back since

    def add(self, text: str) -> None:
        """More text, which a filter has let through, or a sentence of our own."""
        if text:
            self.text += text
            self.begun = True
            self.grown()

    def start_over(self) -> None:
        """The text so far does not stand: another attempt begins."""
        self.attempt += 1
        self.text = ""


class LiveAnswers:
    """Where this process's writers and readers of answers meet; other processes' news comes through Changes."""

    def __init__(self, changes: Changes) -> None:
        self._writing: dict[str, dict[str, LiveAnswer]] = defaultdict(dict)
        self._followers: dict[str, set[Follower]] = defaultdict(set)
        self._keeping: dict[str, list[list[int | None]]] = defaultdict(list)  # what each has heard meanwhile
        # Every stored message counts up in its conversation, so a conversation's change is a message's news.
        self.close = changes.subscribe(CONVERSATIONS.name, self._changed)

    @contextmanager
    def writing(self, answer: Message) -> Iterator[LiveAnswer]:
        """The answer can be followed until the block ends: before it is stored, so that nobody reads it twice."""
        live = LiveAnswer(answer.id, answer.attempt, partial(self.ring, answer.conversation_id, look=False))
        self._writing[answer.conversation_id][answer.id] = live
        try:
            yield live
        finally:
            # Whatever ended it: what is listed here is told as being written.
            del self._writing[answer.conversation_id][answer.id]
            if not self._writing[answer.conversation_id]:
                del self._writing[answer.conversation_id]

    def of(self, conversation_id: str) -> list[LiveAnswer]:
        return list(self._writing.get(conversation_id, {}).values())

    def has_begun(self, answer: Message) -> bool:
        """Whether anything of an answer has been shown in this process."""
        return any(each.begun for each in self.of(answer.conversation_id) if each.id == answer.id)

    @contextmanager
    def follow(self, conversation_id: str, read: int = 0) -> Iterator[Follower]:
        """A bell for what happens in a conversation, which was `read` so far.

        Raises Unavailable when too many follow already.
        """
        beside = len(self._followers.get(conversation_id, ()))
        if beside >= MOST_OF_ONE_CONVERSATION or sum(map(len, self._followers.values())) >= MOST_FOLLOWERS:
            raise Unavailable(_("This chat is open in too many tabs. Please close one and try again."))
        with self.bell(conversation_id, read) as follower:
            yield follower

    @contextmanager
    def bell(self, conversation_id: str, read: int = 0) -> Iterator[Follower]:
        """The same for ourselves: nobody else's bells are in the way."""
        follower = Follower(read)
        self._followers[conversation_id].add(follower)
        try:
            yield follower
        finally:
            self._followers[conversation_id].discard(follower)
            if not self._followers[conversation_id]:
                del self._followers[conversation_id]

    def ring(self, conversation_id: str, *, look: bool, seq: int | None = None, stored: Message | None = None) -> None:
        """Tell who follows: something is stored (`look`), the message with the number `seq` is, or here it is."""
        seq = stored.seq if stored else seq
        for follower in self._followers.get(conversation_id, ()):
            handed_on = follower.following.seq if follower.following else None
            if seq is not None and seq <= max(follower.read, handed_on or 0):
                continue
            # Numbers follow each other: of a message further on, what lies between has to be read as well.
            if stored and seq == follower.read + 1:
                follower.following = stored
            else:
                follower.look = follower.look or look
            follower.rung.set()

    @contextmanager
    def keeping(self, conversation_id: str) -> Iterator[None]:
        """Who stores a message of this conversation hands it on within the block.

        The change stream, which may tell of it before the store itself has answered, is listened to afterwards: else
        whoever follows would read from the store what they are about to be given.
        """
        heard: list[int | None] = []
        self._keeping[conversation_id].append(heard)
        try:
            yield
        finally:
            # By identity: another keeper of this conversation may have heard as much.
            others = [each for each in self._keeping.pop(conversation_id) if each is not heard]
            if others:
                self._keeping[conversation_id] = others
            for seq in heard:
                self.ring(conversation_id, look=True, seq=seq)

    def _changed(self, change: Document) -> None:
        changed, seq = change["_id"], change.get("seq")
        for conversation_id in [changed] if changed else list(self._followers):
            if keepers := self._keeping.get(conversation_id):
                keepers[-1].append(seq)
            else:
                self.ring(conversation_id, look=True, seq=seq)
