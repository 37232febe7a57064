"""Errands for a free AI: essays, code, translations, recipes, homework. What the app itself is for is none."""

from guardrail.spam.about import TOPICS, About
from guardrail.spam.shapes import shapes
from guardrail.spam.utterance import Utterance
from guardrail.spam.verdicts import Sign, SpamReason

INSTRUCTION, MATERIAL = 160, 400  # characters at the start that say what is wanted, and with what
GENERAL = frozenset(("study", "weather", "money"))  # questions; an app that has a word of one may be asked it


def errand(message: Utterance, errands: int, about: About) -> Sign | None:
    """What speaks for a message wanting a free AI; `errands`: how often the conversation did so before.

    Only what it wants can, never how far it is from the knowledge: an app may know less than its visitors ask.
    """
    read, wanted = shapes("errands"), message.own_words[:INSTRUCTION]
    if read["of_the_app"].search(wanted) or about.knows(wanted):
        return None
    topics = [topic for topic in TOPICS if read[topic].search(message.text[:MATERIAL])]
    if topics:
        known = not about.topics.isdisjoint(topics) or (GENERAL.issuperset(topics) and about.touches(wanted))
        return None if known else Sign(SpamReason.ERRAND, 3)
    if errands and read["again"].search(message.text):
        return Sign(SpamReason.ERRAND, 3)
    # An order for a piece of work on words or numbers, whatever it is about, that is no service's.
    work = read["any_work"].search(wanted) and not read["of_a_service"].search(wanted)
    return Sign(SpamReason.ERRAND, 3) if work else None
