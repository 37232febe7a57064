"""Abuse and nothing else. Who swears about a trouble has one: such a message is never held up."""

from guardrail.spam.shapes import shapes
from guardrail.spam.utterance import Utterance, letters
from guardrail.spam.verdicts import Sign, SpamReason

A_WORD = 3  # letters beside the abuse that say nothing yet
MOST = 2  # words of abuse that a doubt is enough for


def abuse(message: Utterance) -> Sign | None:
    """What speaks for a message that only insults."""
    insults, filler = shapes("abuse")["abuse"], shapes("abuse")["filler"]
    hits = insults.findall(message.text)
    if not hits or message.complains or "?" in message.text or message.of_service:
        return None
    rest = letters(filler.sub(" ", insults.sub(" ", message.text)))
    if len(rest) > A_WORD:
        return None
    return Sign(SpamReason.ABUSE, 3 if len(hits) <= MOST else 5)
