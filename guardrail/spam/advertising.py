"""Wares, money, contacts and pitches: a message that sells."""

from guardrail.spam.shapes import shapes
from guardrail.spam.utterance import Utterance, letters
from guardrail.spam.verdicts import Sign, SpamReason

# What each different word of a family weighs. Honest people speak of "wares", too; nobody asks for the "blatant".
FAMILIES = {
    "blatant": 3,
    "phishing": 3,
    "money": 2,
    "giveaway": 2,
    "contact": 2,
    "telephone": 2,
    "wares": 1,
    "act_now": 1,
    "excess": 1,
}
SELLING_TO_OWNERS = {"pitch": 2, "channel": 3}  # no question makes these anything else
MOST_OF_A_FAMILY = 2  # of the same kind count
SELLS = 2  # below, a link adds nothing
SAYS_SOMETHING = 3  # letters beside a link
QUESTION = 3  # points that a question about the service takes off, or a complaint


def advertising(message: Utterance) -> Sign | None:
    """What speaks for a message being an advertisement."""
    words = message.own_words
    concerned = message.asks or message.complains
    points = _points(FAMILIES, words)
    if message.links and not (concerned or message.of_service or _has("points_at_a_page", words)):
        points += 1 if len(letters(words)) >= SAYS_SOMETHING else 0
    if points >= SELLS and message.links:
        points += 2
    if points and message.of_service and (message.asks or (message.complains and not message.links)):
        points -= QUESTION
    if points == SELLS and not (concerned or message.of_service or _has("own_wish", words)):
        points += 1  # it only tells
    selling = ["pitch"] if message.asks else SELLING_TO_OWNERS
    points = max(0, points) + _points({name: SELLING_TO_OWNERS[name] for name in selling}, words)
    return Sign(SpamReason.ADVERTISING, points) if points > 0 else None


def _points(families: dict[str, int], words: str) -> int:
    return sum(_counted(name, words) * points for name, points in families.items())


def _counted(family: str, words: str) -> int:
    return min(MOST_OF_A_FAMILY, len(set(shapes("advertising")[family].findall(words))))


def _has(name: str, words: str) -> bool:
    return bool(shapes("advertising")[name].search(words))
