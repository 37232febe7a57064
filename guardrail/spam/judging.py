"""The judgement itself: every sign is looked for, and what they weigh together decides."""

from collections.abc import Iterator

from guardrail.spam.about import About
from guardrail.spam.abuse import abuse
from guardrail.spam.advertising import advertising
from guardrail.spam.earlier import Earlier
from guardrail.spam.errands import errand
from guardrail.spam.gibberish import gibberish
from guardrail.spam.orders import orders
from guardrail.spam.utterance import Utterance, letters
from guardrail.spam.verdicts import Judgement, Sign, SpamReason, SpamVerdict

DOUBTFUL, CERTAIN = 3, 5  # points
TWICE = 2  # points that come to a doubt in a conversation where there were two before
COPIES_OF_STATEMENT, COPIES_OF_QUESTION, COPIES_OF_A_MACHINE = (
    2,
    5,
    6,
)  # earlier ones from which a copy is doubtful, certain
SHORT = 12  # letters: "hello?", "返信まだ" are repeated by people who wait
TOO_FAST = 7.0  # messages more than a person writes
LINKS, FLOOD = 3, 4


def judge(message: Utterance, earlier: Earlier, about: About) -> Judgement:
    """What to do with a message of a conversation in an app. Never raises."""
    signs = [sign for sign in _signs(message, about) if sign]
    manners = [sign for sign in (_repetition(message, earlier), _speed(message, earlier)) if sign]
    said = sum(sign.points for sign in signs)
    if said > 1 and earlier.junk >= CERTAIN:
        said += TWICE
    score = said + sum(sign.points for sign in manners)
    if score >= DOUBTFUL:
        # Impatience is a person's: only what is said can be certain, or a machine's persistence.
        certain = said >= CERTAIN or any(sign.points >= CERTAIN for sign in manners)
        why = max([*signs, *manners], key=lambda sign: sign.points).why
        return Judgement(SpamVerdict.DROP if certain else SpamVerdict.CHALLENGE, why, score)
    wish = errand(message, earlier.errands, about)
    return (
        Judgement(SpamVerdict.OFF_TOPIC, wish.why, score)
        if wish
        else Judgement(SpamVerdict.PASS, SpamReason.NOTHING, score)
    )


def _signs(message: Utterance, about: About) -> Iterator[Sign | None]:
    yield advertising(message)
    yield gibberish(message)
    yield abuse(message)
    yield orders(message)
    yield _links(message, about)


def _links(message: Utterance, about: About) -> Sign | None:
    """Many links elsewhere, and few words."""
    links = [link for link in message.links if not about.hosts.allow(link)]
    said = len(letters(message.words))
    concerned = message.pasted or message.asks or message.complains
    if len(links) < LINKS or concerned or said > 40 * len(links):
        return None
    return Sign(SpamReason.LINKS, CERTAIN if len(links) >= FLOOD and said < 10 * len(links) else DOUBTFUL)


def _repetition(message: Utterance, earlier: Earlier) -> Sign | None:
    """The same again and again; who asks and hears nothing does that, too, for a while."""
    copies = earlier.copies(message)
    waits = message.asks or message.complains or message.wants or message.of_service
    patient = waits or len(letters(message.text)) < SHORT
    if copies < (COPIES_OF_QUESTION if patient else COPIES_OF_STATEMENT):
        return None
    return Sign(SpamReason.REPETITION, CERTAIN if copies >= COPIES_OF_A_MACHINE and not patient else DOUBTFUL)


def _speed(message: Utterance, earlier: Earlier) -> Sign | None:
    """More messages than a person writes."""
    return Sign(SpamReason.SPEED, DOUBTFUL) if earlier.hasty(message.at) > TOO_FAST else None
