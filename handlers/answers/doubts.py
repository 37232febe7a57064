"""A message that may be spam goes on once its writer has shown that a person waits: seconds, never the conversation."""

from guardrail.spam.challenges import Challenges, Outcome
from handlers.messages import VisitorMessage
from handlers.ports import Clock
from knowledge.errors import CheckNeeded
from knowledge.phrases import Phrase, _

TOLD: dict[Outcome, Phrase] = {
    Outcome.ASKED: _("This message looks a little like spam, so I am checking that a person sent it."),
    Outcome.ALTERED: _("That check was not for this message, so here is a new one."),
    Outcome.LATE: _("That check has expired, so here is a new one."),
    Outcome.EARLY: _("That was a little early: the wait is not over yet."),
    Outcome.UNSOLVED: _("That check was not passed: the solution is not right."),
}


class Doubts:
    """Asks for checks, and lets pass what has met its own."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self._challenges = Challenges(secret)
        self._clock = clock

    def must_have_passed(self, key: str, post: VisitorMessage, junk: int) -> None:
        """Raises CheckNeeded where this message of the conversation behind `key` has not met a check of its own.

        Nothing is kept of it then: the same message comes again with its check, which is worth nothing for another one.
        """
        at, message = int(self._clock.now().timestamp() * 1000), post.client_id
        token, proof = post.check.strip(), post.proof.strip()
        outcome = self._challenges.outcome(key, message, token, proof, at)
        if outcome is Outcome.PASSED:
            return
        goes_on = outcome in (Outcome.EARLY, Outcome.UNSOLVED)
        asked = self._challenges.again(token, at) if goes_on else self._challenges.asked_of(key, message, at, junk)
        raise CheckNeeded(TOLD[outcome], outcome, asked.token, asked.bits, asked.parts, asked.wait)
