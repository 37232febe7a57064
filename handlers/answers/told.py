"""What one stream has told of a conversation, how that is put into a cursor, and what is still to be told. Pure.

A cursor is `{seq}`: everything up to that number; then `~{answer}.{attempt}.{position}` for each answer told in
part, or told before what is numbered below it. A position counts the text's characters (code points, as
`Delta.at` does), then the sources, then 1 for the suggestions if there are any, then 1 for the end.
"""

import re
from collections.abc import Iterator

from handlers.answers.live import LiveAnswer
from handlers.messages import (
    AnswerEvent,
    AnswerState,
    Delta,
    Done,
    OwnerPresent,
    OwnerSaid,
    Sent,
    SourceFound,
    Suggested,
)
from knowledge.phrases import Phrase, _
from knowledge.store.conversations.messages import Message, Presence, Role

TAKEN_BACK = _("(The owner took this message back.)")
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


class Told:
    """A stream's place in a conversation. With `only`, it tells that answer alone and its cursors skip the rest."""

    def __init__(self, seq: int = 0, only: str = "") -> None:
        self.seq = seq
        self._only = only
        self._parts: dict[str, tuple[int, int]] = {}
        self._ended: set[str] = set()
        self._skipped = False

    @classmethod
    def read(cls, cursor: str | None, latest: int) -> "Told":
        """The place a client names; the beginning if that is no cursor, or past the `latest` number."""
        match = _CURSOR.fullmatch(cursor or "")
        if not match or int(match[1]) > latest:
            return cls()
        told = cls(int(match[1]))
        for part in match[2].split("~")[1:]:
            answer, attempt, position = part.split(".")
            told._parts[answer] = int(attempt), int(position)
        return told

    def message(self, message: Message) -> Iterator[Sent]:
        """What is untold of the next stored message, in the order of their numbers."""
        if message.role is Role.VISITOR:
            self._told_up_to(message)
        elif self._only and message.id != self._only:
            self._skipped = True
        elif message.role is Role.OWNER:
            self._told_up_to(message)
            yield self._sent(OwnerSaid(message.id, words_of(message)))
        elif message.role is Role.PRESENCE:
            self._told_up_to(message)
            yield self._sent(OwnerPresent(message.id, Presence(message.state), words_of(message)))
        else:
            yield from self._answer(message)

    def live(self, answer: LiveAnswer) -> Iterator[Sent]:
        """What is untold of an answer that is being written."""
        if answer.id not in self._ended and self._only in ("", answer.id):
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
        self._told_up_to(answer)
        if not ended:
            yield self._sent(Done(answer.id, AnswerState(answer.state)))

    def _text(self, answer: str, attempt: int, text: str) -> Iterator[Sent]:
        position = self._position(answer, attempt)
        if position < len(text):
            self._parts[answer] = attempt, len(text)
            yield self._sent(Delta(answer, position, text[position:]))

    def _position(self, answer: str, attempt: int) -> int:
        told_attempt, position = self._parts.get(answer, (attempt, 0))
        return position if told_attempt == attempt else 0

    def _told_up_to(self, message: Message) -> None:
        if not self._skipped and message.seq is not None:
            self.seq = message.seq
            self._parts.pop(message.id, None)

    def _sent(self, event: AnswerEvent) -> Sent:
        parts = (f"~{answer}.{attempt}.{position}" for answer, (attempt, position) in self._parts.items())
        return Sent(event, f"{self.seq}{''.join(parts)}")
