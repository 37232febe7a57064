"""How well texts that ask the same are told from others of the same trade, by words alone and with meaning.

python -m bench.likeness [--words-only]

Of the sets in bench/data/retrieval: questions with the same entry, and that entry's own question, ask the same. `pairs`
are those called like or the same; `groups` those that Likeness.groups makes, by B-cubed precision and recall (Bagga and
Baldwin, Entity-Based Cross-Document Coreferencing, 1998).
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bench.retrieval import DATA, Asked, sets
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.meaning.likeness import BY_WORDS, Likeness, grouped

ROOT = Path(__file__).resolve().parent.parent
ROWS = ("apps", "bank77")


@dataclass(frozen=True)
class Shares:
    """Of those found, how many are right; of those there are, how many were found."""

    precision: float
    recall: float

    def __str__(self) -> str:
        return f"{self.precision:.2f} / {self.recall:.2f}"


@dataclass(frozen=True)
class Told:
    """One row's figures: over all pairs, and over all texts for the groups."""

    like: Shares
    same: Shares
    groups: Shares


async def told(row: Sequence[Asked], likeness: Likeness) -> Told:
    """Over all sets of a row."""
    pairs: list[tuple[float, bool]] = []
    texts_found: list[tuple[float, float]] = []
    levels = BY_WORDS
    for texts, entries in map(labelled, row):
        compared = await likeness.compare(texts, texts)
        levels = compared.levels
        pairs += [
            (compared.scores[one, two], entries[one] == entries[two]) for one in range(len(texts)) for two in range(one)
        ]
        texts_found += b_cubed(grouped(compared), entries)
    precision, recall = (sum(each) / len(texts_found) for each in zip(*texts_found, strict=True))
    return Told(at_least(levels.like, pairs), at_least(levels.same, pairs), Shares(precision, recall))


def at_least(level: float, pairs: Sequence[tuple[float, bool]]) -> Shares:
    """Of (score, whether it is right), those with such a score."""
    found = [right for score, right in pairs if score >= level]
    return Shares(sum(found) / (len(found) or 1), sum(found) / (sum(right for _, right in pairs) or 1))


def labelled(asked: Asked) -> tuple[list[str], list[str]]:
    """The questions of visitors and entries, and the entry of each; none twice."""
    entries = {item.title: item.id for item in asked.corpus}
    entries |= {query["text"]: query["relevant"][0] for query in asked.queries if query["relevant"]}
    return list(entries), list(entries.values())


def b_cubed(groups: Sequence[Sequence[int]], entries: Sequence[str]) -> Iterator[tuple[float, float]]:
    """For each text: how many of its group belong to its entry, and how many of its entry are in its group."""
    all_of = Counter(entries)
    for group in groups:
        of = Counter(entries[number] for number in group)
        yield from ((of[entries[n]] / len(group), of[entries[n]] / all_of[entries[n]]) for n in group)


async def run(words_only: bool) -> None:
    embedder, rows = Embedder(), sets(DATA)
    ways = {"words alone": Likeness()}
    if embedder.model and not words_only:
        ways["with meaning"] = Likeness(ItemVectors(embedder))
    print(f"{'precision / recall':26}" + "".join(f"{way:>16}" for way in ways))
    for row in ROWS:
        figures = [await told(rows[row], likeness) for likeness in ways.values()]
        print(f"{row + ', pairs like':26}" + "".join(f"{each.like!s:>16}" for each in figures))
        print(f"{row + ', pairs the same':26}" + "".join(f"{each.same!s:>16}" for each in figures))
        print(f"{row + ', groups':26}" + "".join(f"{each.groups!s:>16}" for each in figures))
    await embedder.close()


def main(
    words_only: Annotated[bool, typer.Option("--words-only", help="without vectors of meaning")] = False,
) -> None:
    """Print the figures."""
    asyncio.run(run(words_only))


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # run by its path, this file would stand before the package of its name
    typer.run(main)
