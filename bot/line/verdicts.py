"""What an answer to a message says: about the message, about the channel, or about the way to LINE.

One table, read from the top. The words are LINE's (Messaging API reference: error responses) and those that people
who use it have reported; a status alone says too little, since proxies and gateways answer with the same numbers.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.line.client import LineAnswer


class Verdict(StrEnum):
    """What becomes of the message."""

    ACCEPTED = "accepted"
    AGAIN = "again"  # it may pass: tried again, later and later
    SHUT = "shut"  # not this message but every one is refused, until the operator has mended something
    NO_QUOTA = "no quota"
    TOKEN_DEAD = "token dead"  # noqa: S105 (the reply token cannot be used, or cannot be used again)
    NEVER = "never"  # this message, or this recipient: told, and not tried again
    UNCLEAR = "unclear"  # nobody has said what it means: tried again a few times, then held by itself


@dataclass(frozen=True)
class Rule:
    """One line of the table. `statuses` are what it is for, `words` what must stand in the message, if anything."""

    verdict: Verdict
    statuses: range | frozenset[int]
    words: str = ""
    from_line: bool | None = None  # None: whoever said it

    def fits(self, outcome: LineAnswer) -> bool:
        who = self.from_line is None or self.from_line is outcome.from_line
        return who and outcome.status in self.statuses and re.search(self.words, outcome.said, re.I) is not None


NOBODY, OK, REFUSED, FAILED = frozenset({0}), range(200, 300), range(400, 500), range(500, 600)

TABLE = (
    Rule(Verdict.ACCEPTED, frozenset({*OK, 409}), from_line=True),
    # Certificates, names of hosts that are none, a proxy that lets nobody through: time alone mends none of them.
    Rule(Verdict.SHUT, NOBODY, r"Certificate|SSL|Fingerprint|Url|ProxyError"),
    Rule(Verdict.AGAIN, NOBODY),
    # The message, or the one it is for. First, since a proxy may have taken LINE's header off.
    Rule(Verdict.TOKEN_DEAD, REFUSED, r"reply ?token"),
    Rule(Verdict.NO_QUOTA, frozenset({429}), r"monthly limit"),
    Rule(Verdict.NEVER, REFUSED, r"failed to send messages|added .* as a friend|not a friend|not a member"),
    Rule(Verdict.NEVER, frozenset({400}), r"the property,? .*(is|are) invalid|request body (has|could not)"),
    Rule(Verdict.NEVER, frozenset({400}), r"quote token|retry key"),
    Rule(Verdict.NEVER, frozenset({413})),  # too large for LINE, or for what stands before it: a smaller one passes
    # The channel: its token, its plan, its rights. LINE says 400 to some of these too.
    Rule(Verdict.SHUT, frozenset({401, 403})),
    Rule(Verdict.SHUT, frozenset({400}), r"channel|access token|your account|not authori[sz]ed|permission"),
    # The way: another host or path than LINE's (LINE_API_URL), a proxy, a page to sign in, a maintenance page.
    Rule(Verdict.AGAIN, frozenset({408, 421, 425, 429})),
    Rule(Verdict.SHUT, frozenset({407, 501, 505, 511})),
    Rule(Verdict.SHUT, range(300, 400)),
    Rule(Verdict.AGAIN, FAILED),
    Rule(Verdict.SHUT, range(100, 500), from_line=False),
    # LINE itself has said 404 to a push for one recipient: what it does not document shuts nothing for the others.
    Rule(Verdict.UNCLEAR, range(100, 1000)),
)


def judge(outcome: LineAnswer) -> Verdict:
    """The verdict of the first rule that fits."""
    return next(rule.verdict for rule in TABLE if rule.fits(outcome))
