"""Replies as LINE messages: valid against LINE's specs and limits, whatever is in them."""

import pytest

from bot.embedded.line_simulator.limits import messages_problems
from bot.embedded.line_simulator.validation import schema_problems
from bot.line.render import render, shorten
from handlers.messages import Action, Card, Cards, Choice, Confirm, Replies, Reply, Text
from handlers.outgoing import from_body, to_body
from knowledge.phrases import _

LONG = "長い" * 5000
EMOJI = "👩‍👩‍👧‍👦" * 900
TAPS = tuple(Choice(f"Choice number {n} is long", Action(f"faq.remove:{n}")) for n in range(20))
CARD = Card(LONG, LONG, ((LONG, LONG), ("", "")), TAPS)
REPLIES: list[Reply] = [
    Text("hello"),
    Text(""),
    Text(LONG),
    Text(EMOJI),
    Text('<b>‮right to left‬</b> {"$gt": 1}', TAPS),
    Card("title"),
    CARD,
    Card(EMOJI, EMOJI),
    Cards("summary", (CARD,) * 14, TAPS),
    Cards("", (Card("one"),)),
    Confirm(LONG, Choice("Yes", Action("yes")), Choice("No", Action("no"))),
    Card(
        "page",
        choices=(Choice("Open", url="https://mimi.example/@kotori"), Choice("Edit", type_in="/faq edit 1 = " * 30)),
    ),
]


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: f"{type(reply).__name__}")
def test_every_reply_is_valid_for_line(reply: Reply) -> None:
    messages = render(from_body(to_body(Replies("ja", (reply,)))))
    request = {"to": "U" + "0" * 32, "messages": messages}
    assert [*schema_problems("PushMessageRequest", request), *messages_problems(messages)] == []


def test_a_card_shows_more_buttons_than_a_glance_takes_in_rather_than_dropping_one() -> None:
    [message] = render([Card("Account", choices=TAPS[:8])])
    assert len(message["contents"]["footer"]["contents"]) == 8


def test_a_notification_of_a_card_says_what_matters_first_and_then_the_rest() -> None:
    card = Card("Imported", "・Is it free?", (("App", "Kotori"), ("New", "2")), TAPS)
    [message] = render([card])
    assert message["altText"] == "Imported\n・Is it free?\nApp: Kotori\nNew: 2"


def test_a_long_text_is_cut_and_nothing_of_it_is_lost() -> None:
    text = EMOJI[:9000]
    assert "".join(message["text"] for message in render([Text(text)])) == text


def test_no_call_carries_more_than_five_messages() -> None:
    assert len(render([Text("x")] * 9)) == 5


def test_shortening_never_splits_a_character() -> None:
    assert shorten("👍👍👍", 4) == "👍…"
    assert shorten("👍👍", 4) == "👍👍"


def test_replies_cross_the_store_unchanged_but_spoken() -> None:
    reply = Cards(
        _("Learned: {question}", question="Price?"), (Card("a", rows=(("b", "c"),), choices=TAPS[:2]),), TAPS[:1]
    )
    (back,) = from_body(to_body(Replies("en", (reply,))))
    assert back == Cards("Learned: Price?", reply.cards, reply.choices)
