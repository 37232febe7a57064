"""What waits for an owner on the reply that goes to them anyway: what counts, what is said of the rest. Pure."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.line.render import MESSAGES
from bot.out.bundling import loaded, waiting_of
from handlers.messages import Choice, Replies, Text
from handlers.outgoing import from_body, to_body
from knowledge.phrases import LANGS, Lang
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import OwnerId
from knowledge.store.outbox.outbox import LATE_ANSWER, Channel, OutboxRow

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def row(*texts: str, kind: str = "", **more: Any) -> OutboxRow:
    body = to_body(Replies("en", tuple(Text(text) for text in texts)))
    return OutboxRow(Channel.LINE, "U1", body, NOW, OwnerId("owner"), kind=kind, **more)


def told(found: OutboxRow, lang: Lang | None = None) -> list[str]:
    return [str(reply.text) for reply in from_body(found.body, lang) if isinstance(reply, Text)]


def test_what_waited_stands_before_the_reply_whose_buttons_stay_the_last() -> None:
    reply, first, second = row("The reply."), row("First.", kind=AlertKind.UNANSWERED), row("Second.", "And more.")
    full = loaded(reply, [first, second], 0, "en")
    assert told(full) == ["First.", "Second.", "And more.", "The reply."]
    assert [(each.row_id, each.messages) for each in full.carries] == [(first.id, 1), (second.id, 2)]
    assert full.id == reply.id


def test_a_reply_for_which_nothing_was_claimed_is_left_as_it_is() -> None:
    reply = row("The reply.")
    assert loaded(reply, [], 7, "en") is reply


@pytest.mark.parametrize("lang", LANGS)
def test_how_many_are_left_is_said_in_the_owners_language_and_can_be_shown(lang: Lang) -> None:
    found = loaded(row("The reply."), [row("First.")], 3, lang)
    more = from_body(found.body)[1]
    assert isinstance(more, Text)
    assert "3" in str(more.text)
    [choice] = more.choices
    assert isinstance(choice, Choice)
    assert choice.action == "alert.waiting"
    assert found.carries[-1].row_id == "", "quoting that line is quoting no alert"


def test_no_two_languages_say_alike_how_many_are_left() -> None:
    said = {told(loaded(row("The reply."), [row("First.")], 3, lang), lang)[1] for lang in LANGS}
    assert len(said) == len(LANGS)


@pytest.mark.parametrize(("claimed", "said"), [(MESSAGES - 2, True), (MESSAGES - 1, False)])
def test_how_many_are_left_is_said_where_there_is_room_for_it(claimed: int, said: bool) -> None:
    full = loaded(row("The reply."), [row(f"Number {n}.") for n in range(claimed)], 9, "en")
    assert any("9 more" in text for text in told(full)) is said
    assert len(told(full)) <= MESSAGES


def test_where_nothing_is_left_nothing_is_said_of_it() -> None:
    assert told(loaded(row("The reply."), [row("First.")], 0, "en")) == ["First.", "The reply."]


def test_a_push_carries_rows_and_says_nothing_itself() -> None:
    push = OutboxRow(Channel.LINE, "U1", {"lang": "en", "replies": []}, NOW, OwnerId("owner"))
    assert told(loaded(push, [row("First.")], 0, "en")) == ["First."]


@pytest.mark.parametrize("texts", [("One.",), ("One.", "Two."), ("One.", "Two.", "Three.")])
def test_the_budget_sees_how_many_messages_a_row_is(texts: tuple[str, ...]) -> None:
    waiting = row(*texts, kind=AlertKind.UNANSWERED)
    seen = waiting_of(waiting)
    assert (seen.id, seen.messages, seen.urgency) == (waiting.id, len(texts), waiting.urgency)


def test_quiet_hours_hold_back_an_answer_that_came_late_and_the_alerts_of_which_the_table_says_so() -> None:
    assert waiting_of(row("Learned.", kind=LATE_ANSWER)).disturbs
    assert {waiting_of(row("News.", kind=kind)).disturbs for kind in AlertKind} == {True, False}
