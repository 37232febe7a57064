"""Answers that came too late for their reply token: what is still worth telling of them, and in which words.

They are held as alerts are, and come with the owner's next reply or, within the budget, as a push. What only showed
something is dropped after an hour, or for a newer one, for one line that says so; what was done is told, however late.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers.messages import Card, Cards, Confirm, Replies, Reply, Text
from handlers.outgoing import from_body, to_body
from knowledge.phrases import Phrase, _
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import LATE_ANSWER, OutboxRow, Urgency

WAITED_FOR = timedelta(hours=1)
# So many answers in words alone come one by one; of more each is a paragraph of one message.
FEW = 3
MOST_NAMED = 5
GIST = 80  # characters
LONGEST = 4500  # UTF-16 code units of one message, with some room


async def tidied(rows: HeldRows, held: Sequence[OutboxRow], now: datetime, newer: str = "") -> list[OutboxRow]:
    """What is held for one owner, with answers nobody waits for any more in one line, and many short ones in one.

    Without those to which the answer to `newer` is being given anew.
    """
    # Left by a process that died before it could, or overtaken.
    gone = {row_id for row in held for row_id in row.body.get("of", ())}
    gone |= {row.id for row in held if row.kind == LATE_ANSWER and newer and again_of(row) == newer}
    if left := [row.id for row in held if row.id in gone]:
        await rows.remove(left)
    kept = [row for row in held if row.id not in gone]
    stale = [row for row in kept if again_of(row) and now - row.created_at >= WAITED_FOR]
    short = [row for row in kept if row.kind == LATE_ANSWER and not again_of(row) and _paragraph(row)]
    groups = [(stale, _too_late(stale), Urgency.DIGEST)] if stale else []
    if len(short) > FEW:
        groups += [(some, _together(some), Urgency.ANSWER) for some in _fitting(short) if len(some) > 1]
    for (first, *others), body, urgency in groups:
        said = replace(
            first, body=body | {"of": [*first.body.get("of", ()), *(row.id for row in others)]}, urgency=urgency
        )
        if await rows.replace(first, said, [row.id for row in others]):
            kept = [said if row is first else row for row in kept if row not in others]
    return kept


def doubtful(row: OutboxRow) -> dict[str, Any]:
    """The body in place of an answer of which nobody knows whether it arrived: whatever is true, it is said once."""
    if again := again_of(row):
        said: Phrase = _(
            "I am not sure that my reply to {command} reached you. If it did not, please send it again.", command=again
        )
    else:
        gist = next((words for reply in from_body(row.body) if (words := _words(reply))), "")
        gist = gist if len(gist) <= GIST else gist[: GIST - 1] + "…"
        said = _("I am not sure that this reply reached you: “{gist}”", gist=gist)
    return to_body(Replies(row.body["lang"], (Text(said),)))


def again_of(row: OutboxRow) -> str:
    """What to write for this answer once more; empty where that might do something twice."""
    return str(row.body.get("again", ""))


def _too_late(rows: Sequence[OutboxRow]) -> dict[str, Any]:
    names = list(dict.fromkeys(map(again_of, rows)))
    listed = ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
    said = _(
        "My reply came too late and was not sent: {commands}. If you still need it, please send it again.",
        commands=listed,
    )
    return to_body(Replies(rows[0].body["lang"], (Text(said),)))


def _together(rows: Sequence[OutboxRow]) -> dict[str, Any]:
    return to_body(Replies(rows[0].body["lang"], (Text("\n\n".join(map(_paragraph, rows))),)))


def _fitting(rows: Sequence[OutboxRow]) -> Iterator[list[OutboxRow]]:
    """In their order, as many at a time as one message has room for."""
    some: list[OutboxRow] = []
    room = LONGEST
    for row in rows:
        units = len(_paragraph(row).encode("utf-16-le")) // 2 + 2
        if some and units > room:
            yield some
            some, room = [], LONGEST
        some.append(row)
        room -= units
    yield some


def _paragraph(row: OutboxRow) -> str:
    """The words of an answer that is nothing but words."""
    replies = from_body(row.body)
    return "\n".join(map(_words, replies)) if all(isinstance(reply, Text) for reply in replies) else ""


def _words(reply: Reply) -> str:
    match reply:
        case Text() | Confirm():
            return str(reply.text)
        case Card():
            return str(reply.title)
        case Cards():
            return str(reply.summary)
    return ""
