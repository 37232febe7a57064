"""How surely new entries that ask the same as another are told, and which of those answer something else.

python -m bench.doubles [--pairs FILE] [--words-only]

A line of FILE (bench/data/doubles/pairs.tsv) is a pair of entries: same, contradiction or different, then question and
answer of each. The first is known to an app that knows another app's entries besides, the second is new. `unlike` are
the entries of each app in bench/data/retrieval: each is new to an app that knows the rest, and doubles none.
"""

import asyncio
import csv
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from bench.likeness import Shares
from bench.retrieval import DATA, PATIENCE, sets
from knowledge.__main__ import SCOPE
from knowledge.checks.facts import at_odds
from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import Embedder, ReadAs, Vector
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.search.doubles import MOST_COMPARED, asking_the_same
from knowledge.search.retrieval import Retrieval

ROOT = Path(__file__).resolve().parent.parent
PAIRS = ROOT / "bench" / "data" / "doubles" / "pairs.tsv"
ROW = "apps"


@dataclass(frozen=True)
class Pair:
    """Two entries and what they are to each other."""

    label: str
    known: KnowledgeItem
    new: KnowledgeItem


class _Remembering(Embedder):
    """The same entries are read again for every app."""

    def __init__(self) -> None:
        super().__init__()
        self._read: dict[tuple[str, ReadAs], Vector] = {}

    async def vector(self, text: str, read_as: ReadAs) -> Vector:
        if (text, read_as) not in self._read:
            self._read[text, read_as] = await super().vector(text, read_as)
        return self._read[text, read_as]


class Asking:
    """Looks in apps that know something, one after the other."""

    def __init__(self, vectors: ItemVectors | None) -> None:
        self._known: list[KnowledgeItem] = []
        self._version = 0
        self._retrieval = Retrieval(self._load, vectors)

    async def doubled(self, new: KnowledgeItem, known: Sequence[KnowledgeItem]) -> list[str]:
        """Ids of the known that the new one doubles."""
        self._known, self._version = list(known), self._version + 1
        found = await self._retrieval.found(SCOPE, self._version, f"{new.title}\n{new.text}", MOST_COMPARED, PATIENCE)
        return [hit.item.id for hit in asking_the_same(found.hits, new.title)]

    async def close(self) -> None:
        await self._retrieval.close()

    async def _load(self, scope: object) -> Sequence[KnowledgeItem]:
        return self._known


def pairs(path: Path) -> Iterator[Pair]:
    """Of a table, or of lines of JSON."""
    with path.open(encoding="utf-8") as lines:
        if path.suffix == ".jsonl":
            for each in map(json.loads, lines):
                sides = [(each[side]["question"], each[side]["answer"]) for side in "ab"]
                yield Pair(each["label"], _item("known", *sides[0]), _item("new", *sides[1]))
            return
        for label, *texts in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Pair(label, _item("known", *texts[:2]), _item("new", *texts[2:]))


async def told(path: Path, beside: Sequence[KnowledgeItem], asking: Asking) -> tuple[Shares, Shares]:
    """Of the pairs: doubles that were found, and contradictions among those that are doubles and were found."""
    found: list[tuple[Pair, bool]] = []
    for pair in pairs(path):
        found.append((pair, "known" in await asking.doubled(pair.new, [pair.known, *beside])))
    doubles = [(pair, hit) for pair, hit in found if pair.label != "different"]
    hits = sum(hit for _pair, hit in found)
    right = sum(hit for _pair, hit in doubles)
    otherwise = [pair for pair, hit in doubles if hit and at_odds(pair.known.text, pair.new.text)]
    really = sum(pair.label == "contradiction" for pair in otherwise)
    there = sum(pair.label == "contradiction" and hit for pair, hit in doubles)
    return Shares(right / (hits or 1), right / len(doubles)), Shares(
        really / (len(otherwise) or 1), really / (there or 1)
    )


async def run(path: Path, words_only: bool) -> None:
    embedder, apps = _Remembering(), sets(DATA)[ROW]
    ways: dict[str, ItemVectors | None] = {"words alone": None}
    if embedder.model and not words_only:
        ways["with meaning"] = ItemVectors(embedder)
    for way, vectors in ways.items():
        asking = Asking(vectors)
        doubles, otherwise = await told(path, apps[-1].corpus[:12], asking)
        print(f"{way}: precision / recall of doubles {doubles}, of contradictions among them {otherwise}")
        new = [(each, [item for item in app.corpus if item is not each]) for app in apps for each in app.corpus]
        false = [bool(await asking.doubled(each, rest)) for each, rest in new]
        print(f"{way}, unlike: {sum(false)} of {len(false)} said to be doubles")
        await asking.close()
    await embedder.close()


def _item(name: str, question: str, answer: str) -> KnowledgeItem:
    return KnowledgeItem(name, "faq", question, answer)


def main(
    path: Annotated[Path, typer.Option("--pairs", help="labelled pairs")] = PAIRS,
    words_only: Annotated[bool, typer.Option("--words-only", help="without vectors of meaning")] = False,
) -> None:
    """Print the figures."""
    asyncio.run(run(path, words_only))


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # run by its path, this file would stand before the package of its name
    typer.run(main)
