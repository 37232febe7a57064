"""Linear-chain decoding in plain Python: weights in, the likeliest labels out (Lafferty et al., 2001; Viterbi).

What a word says by itself is added up once for each word and place and kept, so that a text costs five additions and a
few look-ups a word. Nothing is written to while it decodes but that store, so threads may share it.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import add
from pathlib import Path

from guardrail.tagger.cards import BORDER, WordCard

Vector = tuple[float, ...]  # a weight for each label but the first, from which it is counted

NEVER = -1e9
DOUBT = 0.1  # what a value must be likelier by
NEAR = 2  # words on either side of a sign of a name that may be part of it
NEAR_NUMBER = 6  # and of a number that may be a house's
FAR = 2  # words on either side that are looked at
KEPT = 20_000  # words whose sums are kept
KEPT_STATES = 2_000  # the same of a word and its neighbours: a text is read again with what follows it


def marks(card: WordCard, place: int) -> Iterator[str]:
    """What a word says about the one it stands beside, `place` words further on."""
    ahead = f"{place}:"
    yield f"{ahead}w{card.word}"
    yield f"{ahead}k{card.kind}"
    for mark in card.marks if abs(place) < FAR else card.marks[:1]:
        yield ahead + mark


def pairs(
    two: WordCard, one: WordCard, here: WordCard, then: WordCard, after: WordCard, *, apart: bool, open_: bool
) -> tuple[str, ...]:
    """What neighbours say together; `apart` and `open_`: whether a blank stands before the word and behind it."""
    return (
        f"p{one.word}|{here.kind}",
        f"n{here.kind}|{then.word}",
        f"q{one.kind}|{here.kind}|{apart}",
        f"m{here.kind}|{then.kind}|{open_}",
        f"b{two.word}|{one.word}",
        f"a{then.word}|{after.word}",
        f"s{one.word}|{then.word}",
        f"t{two.word}|{one.word}|{here.kind}",
        f"u{here.kind}|{then.word}|{after.word}",
        f"o{apart}|{open_}|{here.kind}",
    )


@dataclass(frozen=True)
class Weights:
    """A trained model: labels (the first is "nothing"), and what each sign and each step counts for them."""

    labels: tuple[str, ...]
    signs: dict[str, Vector]
    steps: tuple[tuple[float, ...], ...]  # from a label to a label
    sums: dict[WordCard, tuple[Vector, ...]] = field(default_factory=dict)
    states: dict[tuple[object, ...], list[float]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Weights":
        """From the file that `bench.tagger.train` writes."""
        with gzip.open(path, "rt", encoding="utf-8") as file:
            kept = json.load(file)
        scale = kept["scale"]
        signs = {sign: tuple(weight / scale for weight in weights) for sign, weights in kept["signs"].items()}
        return cls(tuple(kept["labels"]), signs, tuple(tuple(w / scale for w in row) for row in kept["steps"]))

    def decode(self, cards: Sequence[WordCard], apart: Sequence[bool], *, anywhere: bool) -> list[str]:
        """The likeliest label of each word; only words near a sign of a name are looked at.

        Unless `anywhere`, also only those that may be part of one.
        """
        near: set[int] = set()
        for at, card in enumerate(cards):
            if card.is_sign:
                reach = NEAR_NUMBER if anywhere and card.word[0].isdigit() else NEAR
                near.update(range(at - reach, at + reach + 1))
        size = len(self.labels)
        never = [NEVER] * (size - 1)
        best = [0.0, *never]
        back: list[list[int]] = []
        columns = tuple(zip(*self.steps, strict=True))
        padded = (BORDER, BORDER, *cards, BORDER, BORDER)
        closed = True  # whether nothing can be open here: every label before is "nothing"
        for at, card in enumerate(cards):
            if at not in near or not (anywhere or card.may_be_name):
                last = 0 if closed else best.index(max(best))
                best, closed = [best[last] + columns[0][last], *never], True
                back.append([last] * size)
                continue
            state = self._state(padded[at : at + 2 * FAR + 1], apart[at], apart[at + 1])
            now, from_ = [], []
            for column, gain in zip(columns, (0.0, *state), strict=True):
                scores = [best[0] + column[0]] if closed else list(map(add, best, column))
                top = max(scores)
                from_.append(scores.index(top))
                now.append(top + gain)
            best, closed = now, False
            back.append(from_)
        label = best.index(max(best))
        found = []
        for from_ in reversed(back):
            found.append(self.labels[label])
            label = from_[label]
        return found[::-1]

    def _state(self, around: tuple[WordCard, ...], before: bool, behind: bool) -> list[float]:
        """What a word and its neighbours count for each label but the first."""
        key = (*around, before, behind)
        state = self.states.get(key)
        if state is None:
            sums, signs = self.sums, self.signs
            parts = [(sums.get(card) or self._sums(card))[place] for place, card in enumerate(around)]
            for sign in pairs(*around, apart=before, open_=behind):
                if sign in signs:
                    parts.append(signs[sign])
            if len(self.states) >= KEPT_STATES:
                self.states.clear()
            state = self.states[key] = [sum(each) - DOUBT for each in zip(*parts, strict=True)]
        return state

    def _sums(self, card: WordCard) -> tuple[Vector, ...]:
        known = self.sums.get(card)
        if known is None:
            if len(self.sums) >= KEPT:
                self.sums.clear()
            known = self.sums[card] = tuple(self._sum(card, place) for place in range(FAR, -FAR - 1, -1))
        return known

    def _sum(self, card: WordCard, place: int) -> Vector:
        zero = (0.0,) * (len(self.labels) - 1)
        return tuple(map(sum, zip(zero, *(self.signs.get(sign, zero) for sign in marks(card, place)), strict=True)))


def signs_of(cards: Sequence[WordCard], apart: Sequence[bool], at: int) -> list[str]:
    """Every sign that counts for one word: what it is trained on."""
    padded = [BORDER, BORDER, *cards, BORDER, BORDER]
    around = padded[at : at + 2 * FAR + 1]
    alone = [sign for card, place in zip(around, range(FAR, -FAR - 1, -1), strict=True) for sign in marks(card, place)]
    return alone + list(pairs(*around, apart=apart[at], open_=apart[at + 1]))
