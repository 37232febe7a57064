"""Linear-chain decoding in plain Python: weights in, the likeliest labels out (Lafferty et al., 2001; Viterbi).

What a word says by itself is added up once for each word and place and kept. The weights of all labels stand in one
integer, so that one addition adds them all up. Only where a bound of what a name could count at most is above nothing
is the way through the labels searched. Nothing is written to while it decodes but the store, so threads may share it.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import add
from pathlib import Path
from struct import Struct

from guardrail.tagger.cards import BORDER, WordCard

Packed = int  # a weight for each label but the first, from which it is counted; LANE bits each, carries and all

LANE = 32
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


def packed(weights: Sequence[int]) -> Packed:
    """One integer for all of them."""
    return sum(weight << LANE * at for at, weight in enumerate(weights))


@dataclass(frozen=True)
class Weights:
    """A trained model: labels (the first is "nothing"), and what each sign and each step counts for them."""

    labels: tuple[str, ...]
    signs: dict[str, Packed]
    steps: tuple[tuple[int, ...], ...]  # from a label to a label
    doubt: int
    sums: dict[WordCard, tuple[Packed, ...]] = field(default_factory=dict)
    states: dict[tuple[object, ...], tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Weights":
        """From the file that `bench.tagger.train` writes."""
        with gzip.open(path, "rt", encoding="utf-8") as file:
            kept = json.load(file)
        signs = {sign: packed(weights) for sign, weights in kept["signs"].items()}
        return cls(tuple(kept["labels"]), signs, tuple(map(tuple, kept["steps"])), round(DOUBT * kept["scale"]))

    @cached_property
    def _columns(self) -> tuple[tuple[int, ...], ...]:
        """To a label, from each."""
        return tuple(zip(*self.steps, strict=True))

    @cached_property
    def _most(self) -> tuple[int, int, int]:
        """What a step into a value, on in it and out of it counts at most, more than from nothing to nothing."""
        nothing, *values = self.steps
        on = max(weight for row in values for weight in row[1:])
        return max(nothing[1:]) - nothing[0], on - nothing[0], max(0, *(row[0] - nothing[0] for row in values))

    def decode(self, cards: Sequence[WordCard], apart: Sequence[bool], *, anywhere: bool) -> list[str]:
        """The likeliest label of each word; only words near a sign of a name are looked at.

        Unless `anywhere`, also only those that may be part of one.
        """
        near: set[int] = set()
        for at, card in enumerate(cards):
            if card.is_sign:
                reach = NEAR_NUMBER if anywhere and card.word[0].isdigit() else NEAR
                near.update(range(max(0, at - reach), min(len(cards), at + reach + 1)))
        padded = (BORDER, BORDER, *cards, BORDER, BORDER)
        found = [self.labels[0]] * len(cards)
        looked_at = [at for at in sorted(near) if anywhere or cards[at].may_be_name]
        for run in _runs(looked_at):
            states = [self._state(padded[at : at + 2 * FAR + 1], apart[at], apart[at + 1]) for at in run]
            for part in self._doubtful(states):
                ends = part.stop == len(run)
                labels = self._likeliest(states[part.start : part.stop], ends=ends)
                found[run[part.start] : run[part.start] + len(part)] = [self.labels[label] for label in labels]
        return found

    def _doubtful(self, states: Sequence[tuple[int, ...]]) -> Iterator[range]:
        """The runs of words in which a value could count more than nothing: all others are nothing's."""
        into, on, out = self._most
        gains = [max(state) for state in states]
        if len(gains) == 1:
            if gains[0] + into + out >= 0:
                yield range(1)
            return
        ahead = [gains[0] + into]
        for gain in gains[1:]:
            ahead.append(gain + max(into, ahead[-1] + on))
        if max(ahead) + out < 0:
            return
        behind, rest = [0] * len(gains), out
        for at in range(len(gains) - 1, -1, -1):
            behind[at] = rest
            rest = max(out, on + gains[at] + rest)
        yield from _runs([at for at, (one, other) in enumerate(zip(ahead, behind, strict=True)) if one + other >= 0])

    def _likeliest(self, states: Sequence[tuple[int, ...]], *, ends: bool) -> list[int]:
        """The labels on the best way through the words, from nothing; `ends`: any may be the last."""
        first, *rest = states
        best = list(map(add, self.steps[0], (0, *first)))
        back: list[list[int]] = []
        for state in rest:
            now, from_ = [], []
            for column, gain in zip(self._columns, (0, *state), strict=True):
                scores = list(map(add, best, column))
                top = max(scores)
                from_.append(scores.index(top))
                now.append(top + gain)
            best = now
            back.append(from_)
        if not ends:
            best = list(map(add, best, self._columns[0]))
        label = best.index(max(best))
        labels = [label]
        for from_ in reversed(back):
            label = from_[label]
            labels.append(label)
        return labels[::-1]

    def _state(self, around: tuple[WordCard, ...], before: bool, behind: bool) -> tuple[int, ...]:
        """What a word and its neighbours count for each label but the first."""
        key = (*around, before, behind)
        state = self.states.get(key)
        if state is None:
            sums, signs = self.sums, self.signs
            total = self._bias
            for place, card in enumerate(around):
                total += (sums.get(card) or self._sums(card))[place]
            for sign in pairs(*around, apart=before, open_=behind):
                if sign in signs:
                    total += signs[sign]
            if len(self.states) >= KEPT_STATES:
                self.states.clear()
            state = self.states[key] = self._lanes.unpack((total ^ self._half).to_bytes(self._lanes.size, "little"))
        return state

    @cached_property
    def _lanes(self) -> Struct:
        return Struct(f"<{len(self.labels) - 1}i")

    @cached_property
    def _half(self) -> Packed:
        """Half of what a lane holds, in each: with it added no sum is below nothing and borrows from the next lane."""
        return packed([1 << LANE - 1] * (len(self.labels) - 1))

    @cached_property
    def _bias(self) -> Packed:
        return self._half - packed([self.doubt] * (len(self.labels) - 1))

    def _sums(self, card: WordCard) -> tuple[Packed, ...]:
        known = self.sums.get(card)
        if known is None:
            if len(self.sums) >= KEPT:
                self.sums.clear()
            get = self.signs.get
            known = self.sums[card] = tuple(
                sum([get(sign, 0) for sign in marks(card, place)]) for place in range(FAR, -FAR - 1, -1)
            )
        return known


def _runs(places: Sequence[int]) -> Iterator[range]:
    """Places in order as runs without a gap."""
    first = 0
    for at, place in enumerate(places):
        if at + 1 == len(places) or places[at + 1] != place + 1:
            yield range(places[first], place + 1)
            first = at + 1


def signs_of(cards: Sequence[WordCard], apart: Sequence[bool], at: int) -> list[str]:
    """Every sign that counts for one word: what it is trained on."""
    padded = [BORDER, BORDER, *cards, BORDER, BORDER]
    around = padded[at : at + 2 * FAR + 1]
    alone = [sign for card, place in zip(around, range(FAR, -FAR - 1, -1), strict=True) for sign in marks(card, place)]
    return alone + list(pairs(*around, apart=apart[at], open_=apart[at + 1]))
