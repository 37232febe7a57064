"""Errands for a free AI: essays, code, translations, recipes, homework. What the app itself is for is none."""

from guardrail.spam.about import TOPICS, About
from guardrail.spam.shapes import shapes
from guardrail.spam.utterance import Utterance
from guardrail.spam.verdicts import Sign, SpamReason

INSTRUCTION, MATERIAL = 160, 400  # characters at the start that say what is wanted, and with what


def errand(message: Utterance, errands: int, about: About) -> Sign | None:
    """What speaks for a message wanting a free AI; `errands`: how often the conversation did so before."""
    read, wanted = shapes("errands"), message.own_words[:INSTRUCTION]
    if read["of_the_app"].search(wanted) or about.knows(wanted):
        return None
    topics = [topic for topic in TOPICS if read[topic].search(message.text[:MATERIAL])]
    if topics:
        return Sign(SpamReason.ERRAND, 3) if about.topics.isdisjoint(topics) else None
    if errands and read["again"].search(message.text):
        return Sign(SpamReason.ERRAND, 3)
    return Sign(SpamReason.ERRAND, 3) if _work(wanted, about) else None


def _work(wanted: str, about: About) -> bool:
    """Whether it orders a piece of work on words or numbers, whatever it is about, that is no service's.

    "Explain the tide tables" may be what an app is for: only who knows its words can tell.
    """
    read = shapes("errands")
    work = read["any_work"].search(wanted)
    if not work and about.words and not about.touches(wanted):
        work = None if read["vague"].search(wanted) else read["perhaps_work"].search(wanted)
    return bool(work) and not read["of_a_service"].search(wanted)
