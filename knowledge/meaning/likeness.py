"""Which texts ask the same: to group what visitors asked, and to see that knowledge is there already.

By meaning and words where the model is there, by words alone otherwise. The two levels were set with bench/likeness.py:
of pairs that are `same`, nine in ten are; a group of LIKE texts is mostly about one thing, and looked at by a person.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.items import KnowledgeItem
from knowledge.language import language_of
from knowledge.meaning.embedder import EmbedderFailed
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.words.index import WordIndex

MOST_TEXTS = 2_000  # compared at once
WORDS = 0.3  # what a full match of words counts beside a full match of meaning

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Levels:
    """The scores from which texts are like each other, and from which they say the same."""

    like: float
    same: float


BY_MEANING = Levels(like=0.4, same=0.7)
BY_WORDS = Levels(like=0.3, same=0.65)


@dataclass(frozen=True)
class Like:
    """The text with this number is like the one asked about. `same`: almost surely it says the same."""

    number: int
    score: float
    same: bool


@dataclass(frozen=True)
class Compared:
    """How like each text is to each of the others; `levels` says what the scores mean."""

    scores: Scores
    levels: Levels


class Likeness:
    """Compares short texts with each other, such as questions in either language."""

    def __init__(self, vectors: ItemVectors | None = None) -> None:
        self._vectors = vectors

    async def groups(self, texts: Sequence[str]) -> list[list[int]]:
        """Numbers of texts that are like each other: each in one group, alone if need be, the largest group first;
        within a group the one most like the others first. At most MOST_TEXTS. Takes seconds for many new texts.
        """
        compared = await self.compare(texts, texts)
        return await asyncio.to_thread(grouped, compared)

    async def like(self, texts: Sequence[str], others: Sequence[str]) -> list[list[Like]]:
        """For each text those of `others` that are like it, best first. At most MOST_TEXTS of each."""
        compared = await self.compare(texts, others)
        # Thousands of texts may all be like each other: in a thread, so that the loop goes on meanwhile.
        return await asyncio.to_thread(lambda: [_like(row, compared.levels) for row in compared.scores])

    async def compare(self, texts: Sequence[str], others: Sequence[str]) -> Compared:
        """The scores themselves."""
        if len(texts) > MOST_TEXTS or len(others) > MOST_TEXTS:
            raise ValueError(f"at most {MOST_TEXTS} texts are compared")
        words = await asyncio.to_thread(by_words, texts, others)
        try:
            meaning = await self._by_meaning(texts, others)
        except EmbedderFailed:
            meaning = None
        if meaning is None:
            return Compared(words, BY_WORDS)
        both = (meaning + WORDS * words) / (1 + WORDS)
        # Words can be shared only within a language.
        rows, columns = (np.array([language_of(text) for text in each], "U8") for each in (texts, others))
        return Compared(np.where(rows[:, None] == columns[None], both, meaning), BY_MEANING)

    async def _by_meaning(self, texts: Sequence[str], others: Sequence[str]) -> Scores | None:
        if self._vectors is None or not self._vectors.possible or not texts or not others:
            return None
        read = {text: await self._vectors.question_like(text) for text in dict.fromkeys((*texts, *others))}
        rows, columns = (np.stack([read[text] for text in each]) for each in (texts, others))
        return np.asarray(rows @ columns.T, np.float64)


def by_words(texts: Sequence[str], others: Sequence[str]) -> Scores:
    """How much each has of the other's words (0-1), those that are rare among all of these texts more."""
    everything = list(dict.fromkeys((*texts, *others)))
    index = WordIndex([KnowledgeItem(text, "faq", text, "") for text in everything])
    place = {text: number for number, text in enumerate(everything)}
    rows, columns = [place[text] for text in texts], [place[text] for text in others]
    there, back = _asked(index, rows), _asked(index, columns)
    return (there[:, columns] + back[:, rows].T) / 2


def grouped(compared: Compared) -> list[list[int]]:
    """The two groups that are most like each other are joined as long as their texts are LIKE on average: what is
    joined by its nearest texts alone grows into chains that end at something else.
    """
    between = compared.scores.copy()
    np.fill_diagonal(between, -np.inf)
    groups = [[number] for number in range(len(between))]
    while len(groups) > 1:
        one, two = divmod(int(between.argmax()), len(between))
        if between[one, two] < compared.levels.like:
            break
        share = len(groups[one]) / (len(groups[one]) + len(groups[two]))
        between[one] = share * between[one] + (1 - share) * between[two]
        between[:, one] = between[one]
        between[one, one] = between[two] = between[:, two] = -np.inf
        groups[one] += groups[two]
        groups[two] = []
    found: list[list[int]] = []
    for group in filter(None, groups):
        # The one most like the others speaks for them.
        to_others = compared.scores[np.ix_(group, group)].sum(axis=1)
        found.append([group[at] for at in np.argsort(-to_others, kind="stable").tolist()])
    return sorted(found, key=lambda group: (-len(group), group[0]))


def _asked(index: WordIndex, numbers: Sequence[int]) -> Scores:
    """What these items of the index, asked as questions, find in it; each finds itself wholly."""
    found = np.zeros((len(numbers), len(index.items)))
    for row, number in enumerate(numbers):
        scores = index.scores(index.items[number].title).of_best
        found[row] = scores / (scores[number] or 1)
    return found.clip(0, 1)


def _like(row: Scores, levels: Levels) -> list[Like]:
    best = [number for number in np.argsort(-row, kind="stable").tolist() if row[number] >= levels.like]
    return [Like(number, float(row[number]), bool(row[number] >= levels.same)) for number in best]
