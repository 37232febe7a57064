"""Letters in the words of their receiver: what they say, what they lead to, and what they leave out. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.accounts.letters import (
    failed_words,
    gone_words,
    leaving_words,
    linked_words,
    stays_words,
    unlinked_words,
)
from handlers.alerts.cards import ANSWER_ALERT, alert_letter
from handlers.alerts.waiting_alerts import shut_words
from handlers.conversations.conversations import return_letter
from handlers.messages import Card, Replies, Text
from handlers.outgoing import letter_in, to_body
from handlers.told_times import HOME
from knowledge.phrases import LANGS, Lang
from knowledge.store.alerts.alerts import AlertId
from knowledge.store.conversations.return_addresses import ReturnAddress

LINK = "https://mimi.example/sign-in"
LETTERS = {
    "leaving": leaving_words("2026/11/26 19:30（日本時間）", LINK),
    "stays": stays_words(),
    "gone": gone_words(),
    "linked": linked_words(LINK),
    "failed": failed_words(),
    "unlinked": unlinked_words(LINK),
}


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("lang", LANGS)
def test_a_letter_says_whom_it_is_from_in_one_line_and_has_a_text(letter: str, lang: Lang) -> None:
    subject, text = LETTERS[letter]
    assert subject.say(lang).startswith("mimi")
    assert "\n" not in subject.say(lang)
    assert len(text.say(lang)) > 20


@pytest.mark.parametrize("letter", LETTERS)
def test_a_letter_is_in_its_receivers_language(letter: str) -> None:
    for words in LETTERS[letter]:
        assert words.say("ja") != words.say("en")


@pytest.mark.parametrize("lang", LANGS)
def test_who_can_still_do_something_gets_the_link(lang: Lang) -> None:
    leads_on = {name for name, (_subject, text) in LETTERS.items() if LINK in text.say(lang)}
    assert leads_on == {"leaving", "linked", "unlinked"}


def alert(title: str, lang: Lang = "en") -> dict[str, object]:
    card = Card(title, "Is there a yearly plan?", (("App", "Kotori"),), (ANSWER_ALERT(AlertId("1")),))
    return to_body(Replies(lang, (card,)))


@pytest.mark.parametrize(("lang", "in_line"), [(lang, in_line) for lang in LANGS for in_line in (True, False)])
def test_alerts_come_as_one_letter_that_says_how_many_and_how_to_end_it(lang: Lang, in_line: bool) -> None:
    page = "" if in_line else "https://mimi.example/owner/gaps"
    letter = alert_letter([alert("A new question", lang), alert("A thumb went down", lang)], lang, page)
    assert "2" in letter["subject"]
    first, second, line, end = letter["text"].split("\n\n")
    assert first == "A new question\nIs there a yearly plan?\nApp: Kotori"
    assert second.startswith("A thumb went down")
    assert line == "--"
    assert ("LINE" in end) is in_line
    assert page in end


def test_buttons_which_a_letter_has_not_are_left_out() -> None:
    letter = alert_letter([alert("A new question")], "en")
    assert "Answer" not in letter["text"].replace("To answer", "")
    assert "alert.answer" not in str(letter)


def test_words_and_a_card_without_a_body_are_told_too() -> None:
    body = to_body(Replies("en", (Text("Two more wait."), Card("Only a title"))))
    assert alert_letter([body], "en")["text"].startswith("Two more wait.\n\nOnly a title\n\n--")


@pytest.mark.parametrize("lang", LANGS)
def test_a_visitors_letter_has_the_reply_the_way_back_and_its_end(lang: Lang) -> None:
    to = ReturnAddress("canary@example.com", "https://mimi.example/@kotori", lang)
    body = return_letter(to, "ことりノート", "Next month!\n<b>Really</b>")
    subject, text = letter_in(body)
    assert "ことりノート" in subject
    assert "Next month!\n<b>Really</b>" in text, "a letter is plain text: nothing is escaped"
    assert to.link in text
    assert "canary" not in str(body), "the address stands on the row, and nowhere else"


def test_a_visitors_letter_is_in_their_language() -> None:
    to = [ReturnAddress("a@example.com", "https://a", lang) for lang in LANGS]
    assert len({letter_in(return_letter(each, "Kotori", "Hi")) for each in to}) == len(LANGS)


def test_who_cannot_mend_it_is_told_since_when_and_that_nothing_is_lost() -> None:
    since = datetime(2026, 4, 5, 6, 7, tzinfo=UTC)
    assert "2026/4/5 15:07（日本時間）" in shut_words(since, HOME, "ja").say("ja")
    told = shut_words(since, ZoneInfo("Europe/London"), "en").say("en")
    assert "Apr 5, 2026, 07:07 (United Kingdom Time)" in told
    assert "nothing is lost" in told
