"""Orders to the model instead of questions to the app: prompt injection, read with its disguises undone."""

from guardrail.spam.shapes import shapes
from guardrail.spam.utterance import Utterance
from guardrail.spam.verdicts import Sign, SpamReason

STRONG = {"forget", "reveal", "unbound", "marked", "says", "recast", "coded"}
WEAK = {"become", "claims", "takes", "speaks"}  # one alone means nothing: "can it act as a remote", "I am the owner"
SOFT = {"unbound", "recast", "marked", "says"}  # nor one of these, where it speaks of the service


def orders(message: Utterance) -> Sign | None:
    """What speaks for a message that gives the model orders."""
    text = message.undisguised
    read = shapes("orders")
    found = {name for name in STRONG | WEAK if read[name].search(text)}
    if not found:
        return None
    weak = WEAK | SOFT if message.of_service else WEAK
    points = sum(1 if name in weak else 3 for name in found)
    if "marked" in found and message.pasted:
        points -= 2
    if message.asks and read["about_it"].search(text):
        points -= 4
    if len(found) > 1 and points > 1:
        points += 1
    return Sign(SpamReason.INJECTION, points) if points > 0 else None
