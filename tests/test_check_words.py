"""How a check fared, in words: every problem in a sentence that names the entry, in both languages. Pure."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from handlers.learning.checks import expectation, fared_line, state, trouble
from knowledge.checks.checking import Fared
from knowledge.phrases import LANGS
from knowledge.store.database import AppId, AppScope, OwnerId
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.learning.checks import Check, Problem

PRICE = EntryRef("faq", "1", "What does it cost?")
ANSWERED = Check(
    AppScope(OwnerId("owner"), AppId("app")), "Is it expensive?", "en", (PRICE,), datetime(2026, 4, 1, tzinfo=UTC)
)
REFUSED = replace(ANSWERED, question="Who made Windows?", expected=())
NAMES_THE_ENTRY = {Problem.GONE, Problem.CHANGED, Problem.NOT_FOUND, Problem.NOT_USED}


def test_what_must_come_of_it() -> None:
    assert expectation(ANSWERED).say("en") == "Answered by “What does it cost?”"
    assert expectation(REFUSED).say("en") == "I must not answer it"


def test_a_long_title_is_shortened() -> None:
    long = replace(ANSWERED, expected=(EntryRef("faq", "1", "x" * 300),))
    assert len(expectation(long).say("en")) < 130
    assert len(trouble(Problem.GONE, long).say("en")) < 160


@pytest.mark.parametrize("problem", list(Problem))
def test_every_problem_has_a_sentence_in_both_languages(problem: Problem) -> None:
    sentences = {lang: trouble(problem, ANSWERED).say(lang) for lang in LANGS}
    assert sentences["ja"] != sentences["en"]
    for sentence in sentences.values():
        assert (PRICE.title in sentence) is (problem in NAMES_THE_ENTRY)


def test_no_two_problems_are_told_alike() -> None:
    for lang in LANGS:
        assert len({trouble(problem, ANSWERED).say(lang) for problem in Problem}) == len(Problem)


@pytest.mark.parametrize("problem", list(Problem))
def test_a_check_that_expects_nothing_can_be_told_of_too(problem: Problem) -> None:
    assert all(trouble(problem, REFUSED).say(lang) for lang in LANGS)


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (ANSWERED, "Not tried yet"),
        (replace(ANSWERED, version=3), "As it should be"),
        (replace(ANSWERED, version=3, problem=Problem.REFUSED), "Claude says that it does not know"),
        (replace(ANSWERED, problem=Problem.REFUSED), "Not tried yet"),  # a problem of no version is none
        (replace(REFUSED, version=0, problem=Problem.ANSWERED), "I should not answer it, but now I would"),
    ],
)
def test_how_it_fares(check: Check, words: str) -> None:
    assert state(check).say("en") == words
    assert state(check).say("ja") != words


@pytest.mark.parametrize(
    ("judged", "problem", "line"),
    [
        (True, None, "“Is it expensive?”: as it should be"),
        (True, Problem.GONE, "“Is it expensive?”: the entry “What does it cost?” no longer exists"),
        (False, None, "“Is it expensive?”: cannot be tried right now, please try again in a minute"),
        (False, Problem.FAILED, "“Is it expensive?”: cannot be tried right now, please try again in a minute"),
    ],
)
def test_a_line_says_the_question_and_what_became_of_it(judged: bool, problem: Problem | None, line: str) -> None:
    assert fared_line(Fared(ANSWERED, problem, judged=judged)).say("en") == line
