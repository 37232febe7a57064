"""Gaps in order and in words: which an owner sees first, what its card says, and what can be done. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.chat.entries.gaps import gap_card
from handlers.learning.gaps import AGAIN, DISLIKED, HALF, AskedGap, ago, asked, urgency
from handlers.messages import Card
from knowledge.phrases import LANGS, Lang, Phrase
from knowledge.store.alerts.askings import Asking, Why
from knowledge.store.database import AppId, AppScope, OwnerId
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.learning.gaps import DraftAnswer, Gap

NOW = datetime(2026, 4, 15, tzinfo=UTC)
SCOPE = AppScope(OwnerId("owner"), AppId("app"))
ENTRY = FaqEntry("What does it cost?", "Five dollars.", "", "", (), NOW, NOW)
REF = EntryRef("faq", ENTRY.id, ENTRY.question)
WHOLE, HALF_OF_IT = DraftAnswer("Five dollars.", "", (REF,)), DraftAnswer("Five dollars.", "whether yearly", (REF,))


def asking(
    chat: str = "one", days: float = 0, *, disliked: bool = False, answer: str = "", question: str = "Q"
) -> Asking:
    at = NOW - timedelta(days=days)
    return Asking(SCOPE, chat, "message", question, "en", Why.UNANSWERED, at, NOW, disliked, answer)


def gap(*askings: Asking, draft: DraftAnswer | None = None, near: tuple[EntryRef, ...] = ()) -> AskedGap:
    return AskedGap(Gap(SCOPE, "words", NOW, NOW, draft=draft, near=near), askings or (asking(),))


def said(words: object, lang: Lang = "en") -> str:
    return words.say(lang) if isinstance(words, Phrase) else str(words)


def labels(card: Card) -> list[str]:
    return [said(choice.label) for choice in card.choices]


@pytest.mark.parametrize(
    ("askings", "weight"),
    [
        ([], 0.0),
        ([asking()], 1.0),
        ([asking(days=HALF.days)], 0.5),
        ([asking(days=2 * HALF.days)], 0.25),
        ([asking(days=-3)], 1.0),  # a clock that runs ahead makes nothing more urgent
        ([asking(disliked=True)], DISLIKED),
        ([asking("one"), asking("two")], 2.0),
        ([asking("one"), asking("one", 1e-9)], 1.0 + AGAIN),
        ([asking("one"), asking("one", 1e-9, disliked=True)], DISLIKED + AGAIN),
    ],
)
def test_how_urgent_a_gap_is(askings: list[Asking], weight: float) -> None:
    assert urgency(askings, NOW) == pytest.approx(weight)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([asking("one"), asking("two")], [asking("one")] * 5),  # two people before one who insists
        ([asking(days=1)], [asking(days=20)]),
        ([asking(disliked=True)], [asking()]),
        ([asking("one", 1)], [asking("one", 40), asking("two", 50), asking("three", 60)]),
    ],
)
def test_which_gap_comes_first(first: list[Asking], second: list[Asking]) -> None:
    assert urgency(first, NOW) > urgency(second, NOW)


@pytest.mark.parametrize(
    ("since", "en", "ja"),
    [
        (timedelta(), "today", "今日"),
        (timedelta(hours=23), "today", "今日"),
        (timedelta(hours=25), "yesterday", "昨日"),
        (timedelta(days=2), "2 days ago", "2日前"),
        (timedelta(days=400), "400 days ago", "400日前"),
    ],
)
def test_when_it_was_asked_last_is_told_roughly(since: timedelta, en: str, ja: str) -> None:
    assert [ago(NOW - since, NOW).say(lang) for lang in ("en", "ja")] == [en, ja]


def test_how_often_is_told_by_questions_and_by_chats() -> None:
    found = gap(asking("one"), asking("one"), asking("two"))
    assert asked(found).say("en") == "3×, in 2 chats"
    assert all("3" in asked(found).say(lang) and "2" in asked(found).say(lang) for lang in LANGS)


def test_a_gap_is_called_as_it_was_asked_first() -> None:
    found = gap(asking(question="And yearly?"), asking(question="Is there a yearly plan?", days=3))
    assert said(gap_card(found, None, NOW).title) == "Is there a yearly plan?"


@pytest.mark.parametrize(
    ("found", "body"),
    [
        (gap(), "I do not know anything about it yet."),
        (gap(draft=WHOLE), "Draft: Five dollars."),
        (gap(asking(answer="Five dollars."), draft=WHOLE), "I could only answer part of it: Five dollars."),
        (
            gap(asking(answer="Ten.", disliked=True)),
            "I answered, but the visitor did not find it helpful: Ten.",
        ),
        (gap(asking(), asking(answer="Older.")), "I could only answer part of it: Older."),
        (gap(draft=DraftAnswer("x" * 300, "", ())), "Draft: " + "x" * 199 + "…"),
    ],
)
def test_a_card_says_what_there_is_for_an_answer(found: AskedGap, body: str) -> None:
    card = gap_card(found, None, NOW)
    assert said(card.body) == body
    assert said(card.body, "ja") != body


@pytest.mark.parametrize(
    ("found", "source", "offered"),
    [
        (gap(), None, ["Write an answer", "Later", "Dismiss"]),
        (gap(draft=WHOLE), None, ["Save the draft", "Edit and save", "Later", "Dismiss"]),
        (gap(draft=HALF_OF_IT), None, ["Edit and save", "Later", "Dismiss"]),  # half an answer is not saved with a tap
        (gap(near=(REF,)), None, ["Write an answer", "Same as an entry", "Later", "Dismiss"]),
        (gap(draft=WHOLE, near=(REF,)), None, ["Save the draft", "Edit and save", "Same as an entry", "Dismiss"]),
        (gap(draft=WHOLE, near=(REF,)), ENTRY, ["Edit the entry", "Edit and save", "Same as an entry", "Dismiss"]),
        (gap(), ENTRY, ["Edit the entry", "Write an answer", "Later", "Dismiss"]),
    ],
)
def test_a_card_offers_what_can_be_done_and_never_more_than_fits(
    found: AskedGap, source: FaqEntry | None, offered: list[str]
) -> None:
    card = gap_card(found, source, NOW)
    assert labels(card) == offered
    assert len(card.choices) <= 4
    about = [choice.action.partition(":")[2] for choice in card.choices]
    assert set(about) <= {found.gap.id, ENTRY.id}


@pytest.mark.parametrize(
    ("found", "source", "rows"),
    [
        (gap(), None, {"Asked": "1×, in 1 chats", "Last": "today"}),
        (gap(draft=HALF_OF_IT), None, {"Missing": "whether yearly"}),
        (gap(asking(disliked=True), asking("two", disliked=True)), None, {"Not helpful": "2×"}),
        (gap(asking(disliked=True)), ENTRY, {"Taken from": "What does it cost?"}),
    ],
)
def test_a_card_has_the_rows_that_say_something(found: AskedGap, source: FaqEntry | None, rows: dict[str, str]) -> None:
    shown = {said(label): said(value) for label, value in gap_card(found, source, NOW).rows}
    assert rows.items() <= shown.items()
    assert ("Not helpful" in shown) is ("Not helpful" in rows)
    assert ("Missing" in shown) is ("Missing" in rows)
