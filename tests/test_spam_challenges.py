"""The check of a doubtful message: what meets it, and that each thing that does not is told apart."""

import itertools
from hashlib import sha256

import pytest

from guardrail.spam.challenges import LIVES, WAIT, Challenges, Outcome, is_solved

NOW = 1_700_000_000_000
CHECKS = Challenges("a secret of the tests, 32 characters")
ONE, OTHER = "the conversation", "the message"


def solved(token: str, bits: int) -> str:
    """What the worker finds, found as slowly as Python does."""
    seed = sha256(token.encode()).digest()

    def fits(part: int, number: int) -> bool:
        found = sha256(seed + part.to_bytes(4, "big") + number.to_bytes(4, "big")).digest()
        return int.from_bytes(found, "big") < 1 << (256 - bits)

    return ".".join(str(next(n for n in itertools.count() if fits(part, n))) for part in range(8))


def outcome(token: str, proof: str = "", *, at: int = NOW, conversation: str = ONE, message: str = OTHER) -> Outcome:
    return CHECKS.outcome(conversation, message, token, proof, at)


def test_work_or_patience_meets_it() -> None:
    asked = CHECKS.asked_of(ONE, OTHER, NOW)
    assert outcome(asked.token, solved(asked.token, asked.bits)) is Outcome.PASSED
    assert outcome(asked.token, at=NOW + WAIT) is Outcome.PASSED
    # Whose work is wrong has waited all the same.
    assert outcome(asked.token, "1.2.3.4.5.6.7.8", at=NOW + WAIT) is Outcome.PASSED


def test_whatever_else_comes_is_told_apart() -> None:
    asked = CHECKS.asked_of(ONE, OTHER, NOW)
    proof = solved(asked.token, asked.bits)
    assert outcome("") is Outcome.ASKED
    assert outcome(asked.token) is Outcome.EARLY
    assert outcome(asked.token, at=NOW - 60_000) is Outcome.EARLY  # a clock that was set back
    assert outcome(asked.token, "1.2.3.4.5.6.7.8") is Outcome.UNSOLVED
    assert outcome(asked.token, proof, at=NOW + LIVES + 1) is Outcome.LATE
    assert outcome(asked.token, proof, message="another") is Outcome.ALTERED
    assert outcome(asked.token, proof, conversation="another") is Outcome.ALTERED
    assert Challenges("another secret").outcome(ONE, OTHER, asked.token, proof, NOW) is Outcome.ALTERED


def test_a_token_changed_in_any_place_is_not_ours() -> None:
    asked = CHECKS.asked_of(ONE, OTHER, NOW)
    for place, char in enumerate(asked.token):
        other = "." if char != "." else "0"
        changed = (
            asked.token[:place] + ("1" if char == "0" else "0" if char.isdigit() else other) + asked.token[place + 1 :]
        )
        assert outcome(changed, at=NOW + WAIT) is Outcome.ALTERED, place
    since, bits, mark = asked.token.split(".")
    # What is signed reads one way only.
    assert outcome(f"{since}{bits[0]}.{bits[1]}.{mark}", at=NOW + WAIT) is Outcome.ALTERED
    assert outcome(f"{since}.0.{mark}", at=NOW + WAIT) is Outcome.ALTERED


@pytest.mark.parametrize(
    "proof", ["", "1", "1.2.3.4.5.6.7", "x.2.3.4.5.6.7.8", "1.2.3.4.5.6.7.8.9", "9" * 10_000, "-1" * 8]
)
def test_a_proof_of_another_form_is_none(proof: str) -> None:
    assert not is_solved("token", 0, proof)


def test_the_more_junk_came_before_the_more_work_it_is() -> None:
    bits = [CHECKS.asked_of(ONE, OTHER, NOW, junk).bits for junk in (0, 10, 20, 255)]
    assert bits == [14, 15, 16, 17]


def test_asked_again_what_is_left_of_the_wait_is_said() -> None:
    asked = CHECKS.asked_of(ONE, OTHER, NOW)
    again = CHECKS.again(asked.token, NOW + 3_000)
    assert (again.token, again.bits, again.wait) == (asked.token, asked.bits, WAIT - 3_000)
