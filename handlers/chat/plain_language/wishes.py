"""Wishes in plain words that reach their command without a model: by likeness to sentences that were labelled with one.

The weights are trained by `python -m bench.wishes --train` on the sentences in bench/data/wishes/ (decision 43).
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handlers.chat.commands import Command, Feature
from handlers.chat.help import HELP, WISH, hint
from handlers.messages import Card, Cards, Reply
from knowledge.meaning.embedder import EmbedderFailed
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.meaning.labels import LabelWeights, Row
from knowledge.phrases import _
from knowledge.words.words import clean, words_in_order

WEIGHTS = Path(__file__).with_suffix(".npz")
NOTHING = "none"  # the label of what is no wish
LONGEST_WISH = 160  # characters: what is longer tells something
SURE, OVER_NOTHING = 0.45, 2  # so likely it is done at once, and so many times likelier than no wish at all
NO_WISH = 0.85  # so likely nothing is wished
OFFERED, LIKELIEST, LEAST = 3, 0.08, 0.025  # of commands: the likeliest has to be so likely, the others so
PATIENCE = 0.3  # seconds a line waits for its vector, in a transaction; then its words have to do

# A wish that tells what shall be added or changed, or to what, is more than its command.
MOST_BARE = 3  # words that carry a meaning
_TOLD = re.compile(
    r"\d|[「『“\"=＝:：]|→|[にく](?:し|変え|替え|直し|かえ|なおし|\Z)|(?:って|と)(?:覚|おぼ|答|こた|言|いっ|返|案内|伝)"
    r"|もっと|もう(?:少|すこ|ちょ)|\b(?:more|less)\b"
    r"|\b(?:change|rename|switch|set|turn|move|update|edit|correct)\b.*\b(?:to|into|from)\b|\bmake (?:it|the|my)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Meant:
    """What a line asks for: `likely` are English names of commands, the likeliest first; empty if it asks for nothing.

    `sure`: it is the first of them. `bare`: nothing is told beside the wish itself.
    """

    likely: tuple[str, ...] = ()
    sure: bool = False
    bare: bool = False


class Wishes:
    """Reads lines, and offers what they may mean."""

    def __init__(self, vectors: ItemVectors | None, features: Sequence[Feature]) -> None:
        self._vectors = vectors
        self._commands = {each.names[0]: each for feature in features for each in feature.commands}

    async def meant(self, line: str) -> Meant:
        """What an owner means by a line in plain words, by its meaning too where that is read in time."""
        if not line or len(line) > LONGEST_WISH:
            return Meant()
        vector = await self._vector(line)
        return await asyncio.to_thread(read, line, vector)

    def answer(self, meant: Meant) -> Sequence[Reply]:
        """The commands that may be meant, to tap; where none is, the usual hint."""
        offered = [command for name in meant.likely if (command := self._commands.get(name))]
        return [Cards(_("Do you mean this?"), tuple(map(_card, offered)), (HELP(),))] if offered else hint("")

    async def _vector(self, line: str) -> Row | None:
        if self._vectors is None or self._vectors.model != _weights().model:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._vectors.question(line)
        except (EmbedderFailed, TimeoutError):
            return None


def read(line: str, vector: Row | None = None, weights: LabelWeights | None = None) -> Meant:
    """The same, once its vector is there; without one by its words. `weights`: those that ship."""
    chances = (weights or _weights()).chances(line, vector)
    likely = [(name, chance) for name, chance in chances if name != NOTHING and chance >= LEAST][:OFFERED]
    nothing = dict(chances)[NOTHING]
    if nothing >= NO_WISH or not likely or likely[0][1] < LIKELIEST:
        return Meant()
    is_sure = likely[0][1] >= max(SURE, OVER_NOTHING * nothing)
    return Meant(tuple(name for name, _chance in likely), is_sure, _is_bare(line))


def _is_bare(line: str) -> bool:
    words = [word for word, carries in words_in_order(line) if carries]
    return len(words) <= MOST_BARE and not _TOLD.search(clean(line).strip())


def _card(command: Command) -> Card:
    return Card(command.summary, _("Do you mean this?"), choices=(WISH(command.names[0]),))


@cache
def _weights() -> LabelWeights:
    """Read once for the process: 1.4 MB."""
    return LabelWeights.read(WEIGHTS)
