"""Which of the entries that were found answer a question as they stand, and which only come near. Pure.

A score says how near an entry is, not whether it answers: so what is asked has to agree as well. An entry whose
question is the visitor's own answers it. Any other has to stand out from the rest, the more so the less it speaks of
what the question is about; most where a yes or no is asked for, since any "Yes." answers that, rightly or not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from knowledge.items import Hit, KnowledgeItem, Turn
from knowledge.language import language_of
from knowledge.phrases import Tag
from knowledge.search.curated import asked_as, plain
from knowledge.words.gist import gist_of, in_context
from knowledge.words.matters import Matter, matter_of

_OTHERS = slice(2, 8)
_FEW_OTHERS, _USUAL = 3, 0.2  # with fewer others than that, what they usually score

# By meaning: how much the best has to lead what entries about something else score and the next best, both leads added
# up; where there are two, the second is for a yes or no. What a score says by itself differs between languages and
# trades, what stands out does not. Chosen on bench/data/retrieval and four public help sites, kind by kind.
SAID = 0.27  # the entry speaks of all that the question is about
UNSAID = (0.38, 0.72)  # not of all of it
UNNAMED = 0.42  # not of a thing that is named
ACROSS = (0.36, 0.48)  # in another language nobody can tell by words, and all scores lie closer together
COMMON = 0.5  # what more of the others say tells nothing of one of them
# A second entry joins the best when it fits nearly as well, and leads the others so much.
NEARLY, SECOND = 0.85, 0.21

# By words alone: nothing the question is about is missing, and the next best scores less than so much of it ...
CLEARLY = 0.7
# ... or, where no yes or no is asked for, half of it stands in what the entry is asked as, and this much is covered.
ENOUGH = 0.5

# An entry that leads the others by so much comes near; by words, one that covers this much.
NEAR, NEAR_BY_WORDS = 0.08, 0.20
MOST_NEAR = 3

_MASKED = re.compile(r"\[[^\[\]]*\]")


@dataclass(frozen=True)
class Fitting:
    """`answering`, at most two, answer the question; where none does, `near` are entries about something like it."""

    answering: tuple[Hit, ...] = ()
    near: tuple[Hit, ...] = ()


def fitting(hits: Sequence[Hit], question: str, before: Sequence[Turn] = ()) -> Fitting:
    """What of the hits, best first, fits the question, which may lean on what was said before."""
    hits = [hit for hit in hits if _says_something(hit.item)]
    if same := asked_alike(hits, question):
        return Fitting(tuple(same[:2]))
    if not hits:
        return Fitting()
    matter = matter_of(question)
    if not matter.words:
        matter = matter_of(in_context(question, before))
    lang = language_of(question)
    answering = _by_meaning(hits, matter, lang) if hits[0].by_meaning else _by_words(hits, matter)
    return Fitting(tuple(answering), () if answering else tuple(_near(hits)))


def _says_something(item: KnowledgeItem) -> bool:
    """Whether a word is left of its answer where personal information is taken out."""
    return any(character.isalnum() for character in _MASKED.sub("", item.text))


def asked_alike(hits: Sequence[Hit], question: str) -> list[Hit]:
    """Those asked as the question, letter by letter, else in nearly the same words."""
    wanted, entries = plain(question), [hit for hit in hits if hit.item.kind == "faq"]
    written = [hit for hit in entries if wanted and wanted in map(plain, asked_as(hit.item))]
    asking = gist_of(question)
    return written or [hit for hit in entries if any(asking.same_as(gist_of(asked)) for asked in asked_as(hit.item))]


def _by_meaning(hits: Sequence[Hit], matter: Matter, lang: Tag) -> Sequence[Hit]:
    best, usual = hits[0], _usual(hits)
    written = language_of(best.item.title, lang)
    together = [best]
    for second in hits[1:2]:
        fits = second.score >= max(best.score * NEARLY, usual + SECOND)
        alike = language_of(second.item.title, lang) == written
        together += [second] if fits and alike and matter.unsaid(second.item) <= matter.unsaid(best.item) else []
    rest = hits[len(together) :]
    lead = best.score - usual + best.score - (rest[0].score if rest else usual)
    needed = ACROSS[matter.whether] if written != lang else _needed(hits, matter)
    return together if needed is not None and lead >= needed else []


def _needed(hits: Sequence[Hit], matter: Matter) -> float | None:
    """How much the best has to lead, in the question's language; None where no lead is enough."""
    unsaid = matter.unsaid(hits[0].item)
    if not unsaid:
        return SAID
    named = bool(unsaid & matter.names)
    otherwise = matter.whether and (named or not _shares_something_telling(matter, unsaid, hits))
    if otherwise or unsaid & matter.asks:
        return None
    return UNNAMED if named else UNSAID[matter.whether]


def _shares_something_telling(matter: Matter, unsaid: frozenset[str], hits: Sequence[Hit]) -> bool:
    """Whether the best says a word of the matter that few of the others say: a note app's entries all say "note"."""
    others = hits[1:]
    saying = {word: sum(word not in matter.unsaid(hit.item) for hit in others) for word in matter.words - unsaid}
    return any(times <= len(others) * COMMON for times in saying.values())


def _by_words(hits: Sequence[Hit], matter: Matter) -> Sequence[Hit]:
    """The scores of words say nothing by themselves, so what is covered decides."""
    best, rest = hits[0], hits[1:2]
    if not matter.words:
        return []
    clearly = not rest or rest[0].score < best.score * CLEARLY
    asked = 1 - len(matter.unasked(best.item)) / len(matter.words)
    if not matter.unsaid(best.item):
        fits = clearly or asked == 1
    else:
        fits = (
            clearly
            and not (matter.whether or matter.asks & matter.unsaid(best.item))
            and asked >= ENOUGH
            and best.share >= ENOUGH
        )
    return [best, *(hit for hit in rest if _as_well(hit, best, matter))] if fits else []


def _as_well(second: Hit, best: Hit, matter: Matter) -> bool:
    return second.score >= best.score * NEARLY and not matter.unasked(second.item)


def _near(hits: Sequence[Hit]) -> list[Hit]:
    usual = _usual(hits)
    near = [
        hit
        for hit in hits
        if hit.item.kind == "faq" and (hit.score >= usual + NEAR if hit.by_meaning else hit.share >= NEAR_BY_WORDS)
    ]
    return near[:MOST_NEAR]


def _usual(hits: Sequence[Hit]) -> float:
    """What entries score that are about something else."""
    others = [hit.score for hit in hits[_OTHERS]]
    return fmean(others) if len(others) >= _FEW_OTHERS else _USUAL
