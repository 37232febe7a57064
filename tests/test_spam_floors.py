"""The labelled messages of bench/data/spam: what is stopped stays stopped, and no honest one is lost."""

from collections import Counter

import pytest

from bench.spam import DATA, DELAYED_GOAL, STOPPED_GOAL, Judged, judged, records
from guardrail.spam import SpamVerdict

FOUND_FLOOR = 0.9


@pytest.fixture(scope="module")
def dev() -> Judged:
    return judged(records(DATA / "dev.jsonl"))


def verdicts(dev: Judged, lang: str, label: str) -> Counter[SpamVerdict]:
    return Counter(judgement.verdict for record, judgement in dev if (record["lang"], record["label"]) == (lang, label))


@pytest.fixture(scope="module")
def far() -> Judged:
    return judged(records(DATA / "far.jsonl"))


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_spam_is_stopped(dev: Judged, lang: str) -> None:
    spam = verdicts(dev, lang, "spam")
    assert spam[SpamVerdict.CHALLENGE] + spam[SpamVerdict.DROP] >= STOPPED_GOAL * spam.total()


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_honest_messages_are_hardly_delayed_and_never_lost(dev: Judged, lang: str) -> None:
    honest = verdicts(dev, lang, "honest")
    assert honest[SpamVerdict.CHALLENGE] <= DELAYED_GOAL * honest.total()
    assert honest[SpamVerdict.DROP] == honest[SpamVerdict.OFF_TOPIC] == 0


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_errands_are_found_and_never_taken_for_spam(dev: Judged, lang: str) -> None:
    errands = verdicts(dev, lang, "off_topic")
    assert errands[SpamVerdict.OFF_TOPIC] >= FOUND_FLOOR * errands.total()
    assert errands[SpamVerdict.DROP] == 0


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_question_is_no_errand_however_little_an_app_knows(far: Judged, lang: str) -> None:
    assert verdicts(far, lang, "honest").keys() == {SpamVerdict.PASS}
    assert verdicts(far, lang, "off_topic").keys() == {SpamVerdict.OFF_TOPIC}
