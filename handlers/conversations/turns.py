"""Turns: what a visitor wrote without waiting for an answer in between, and the one answer to all of it.

An answer is to the message it replies to, and to those that joined it (docs/decisions/0034).
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.store.conversations.messages import HELD, WITH_OWNER, Message, MessageRepository, Role
from knowledge.words.gist import is_small_talk

LONGEST_TURN = 4_000  # characters; a model is told no more of a question


def one_question(asked: Message, further: Sequence[Message]) -> Message:
    """What a turn asks, as one message: the first, in the words of all of them and the language of the last."""
    if not further:
        return asked
    said = [asked, *further]
    # "Hello" before a question is no part of it: an entry is found, or an owner asked, without.
    text = "\n".join([each.text for each in said if not is_small_talk(each.text)] or [each.text for each in said])
    return replace(asked, text=text, lang=said[-1].lang)


async def asked_in(messages: MessageRepository, answer: Message) -> Message | None:
    """What an answer answers; None if it is gone."""
    said = [
        await messages.get(answer.scope, answer.conversation_id, each) for each in (answer.reply_to, *answer.joined)
    ]
    there = [each for each in said if each]
    return one_question(there[0], there[1:]) if there else None


def open_turn(last: Iterable[Message], writing: Iterable[Message]) -> Message | None:
    """Of the answers being written, the one to what was said at the very end: one more message could join it.

    `last` is in order. Spam is passed over: it is no part of any turn.
    """
    *_before, end = [None, *(each for each in last if each.state != HELD)]
    if end is None or end.role is not Role.VISITOR or end.state == WITH_OWNER:
        return None
    return next((each for each in writing if end.id in (each.reply_to, *each.joined)), None)


def has_room(turn: Message, last: Iterable[Message], text: str) -> bool:
    """Whether a text still fits into a turn, of which no message is to be cut."""
    ids = {turn.reply_to, *turn.joined}
    return len(text) + sum(len(each.text) for each in last if each.id in ids) <= LONGEST_TURN


def in_turns(messages: Iterable[Message]) -> list[Message]:
    """In the order in which it is read: what was written while an answer came stands behind that answer."""
    read: list[Message] = []
    for each in messages:
        at = len(read)
        if each.role is Role.MIMI:
            answered = {each.reply_to, *each.joined}
            while at and read[at - 1].role is Role.VISITOR and read[at - 1].id not in answered:
                at -= 1
            # Of a turn that is not there any more nothing is known.
            at = at if at and read[at - 1].id in answered else len(read)
        read.insert(at, each)
    return read
