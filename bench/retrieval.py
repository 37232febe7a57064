"""How well the entry that answers a question is found, by words alone and with meaning; what that costs.

python -m bench.retrieval [--data bench/data/retrieval] [--words-only]

Rows are shares of the answerable questions whose entry comes first (R@1) or among the first five (R@5).
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.parts.stored_apps import Shelf, own_database
from knowledge.__main__ import SCOPE, items_of, records
from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.search.retrieval import Retrieval
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.derived import VECTORS, DerivedRepository

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "bench" / "data" / "retrieval"

Goal = tuple[float, float]
WORDS_GOAL: dict[str, Goal] = {"apps": (0.36, 0.56), "bank77": (0.45, 0.73), "jsquad": (0.90, 0.96)}
MEANING_GOAL: dict[str, Goal] = {
    "apps": (0.75, 0.92),
    "bank77": (0.66, 0.90),
    "bank77-en2ja": (0.50, 0.80),
    "jsquad": (0.90, 0.97),
}
LATENCY_GOAL = {"words": 5.0, "meaning": 25.0}  # milliseconds, of 95 in 100 questions ...
ENTRIES = 500  # ... in an app of so many entries
MEMORY_GOAL, OWNERS_ENTRIES = 120.0, 50  # kilobytes of an app of so many FAQ entries
COLD_GOAL = 150.0  # milliseconds of 95 in 100 first questions in an app, whose index is built for it ...
COLD = {50: 100, 500: 40}  # ... of so many entries: so many apps are asked, after some
WARMING = 5
MOST_READ = 200  # different entries that these apps are filled with, about
QUESTIONS_TIMED = 200
PATIENCE = 3_600.0


@dataclass
class Asked:
    """One set."""

    corpus: list[KnowledgeItem]
    queries: list[dict[str, Any]]


@dataclass
class Measured:
    """One way of finding: R@1 and R@5 by set, milliseconds, kilobytes."""

    found: dict[str, Goal] = field(default_factory=dict)
    latency: float = 0.0
    cold: dict[int, list[float]] = field(
        default_factory=dict
    )  # by entries: milliseconds, and the share without meaning
    memory: float = 0.0


@dataclass(frozen=True)
class Stored:
    """Apps in a real MongoDB that nobody has asked yet, by how many entries they have."""

    shelf: Shelf
    apps: dict[int, list[AppScope]]

    @classmethod
    async def of(cls, database: Database, rows: dict[str, list[Asked]], vectors: ItemVectors | None) -> "Stored":
        everything = [item for asked in rows.values() for each in asked for item in each.corpus]
        entries = [item for item in everything if item.kind == "faq"] or everything
        spread = entries[:: max(1, len(entries) // MOST_READ)]
        shelf = await Shelf.of(database, spread, vectors)
        return cls(shelf, {each: await shelf.fill(apps + WARMING, each) for each, apps in COLD.items()})


def sets(data: Path) -> dict[str, list[Asked]]:
    """Rows of the table, each with its corpora."""
    rows: defaultdict[str, list[Asked]] = defaultdict(list)
    for folder in sorted(path.parent for path in data.glob("*/corpus.jsonl")):
        with (folder / "queries.jsonl").open(encoding="utf-8") as lines:
            queries = [json.loads(line) for line in lines if line.strip()]
        row = "apps" if folder.name.startswith("apps-") else folder.name
        rows[row].append(Asked(items_of(records(folder / "corpus.jsonl")), queries))
    return dict(rows)


async def measure(rows: dict[str, list[Asked]], vectors: ItemVectors | None, stored: Stored) -> Measured:
    """Everything about one way of finding."""
    measured = Measured()
    for row, asked in rows.items():
        measured.found[row] = await shares(asked, vectors)
    everything = [item for asked in rows.values() for each in asked for item in each.corpus]
    queries = [query["text"] for asked in rows.values() for each in asked for query in each.queries]
    spread = queries[:: max(1, len(queries) // QUESTIONS_TIMED)]
    measured.latency = await latency(repeated(everything, ENTRIES), spread, vectors)
    entries = [item for item in everything if item.kind == "faq"]
    owned = repeated(entries or everything, OWNERS_ENTRIES)
    for number, scopes in stored.apps.items():
        measured.cold[number] = await cold(stored.shelf, scopes, spread, vectors is not None)
    measured.memory = await memory(owned, vectors)
    return measured


async def shares(asked: Sequence[Asked], vectors: ItemVectors | None) -> Goal:
    """R@1 and R@5 over all of one row."""
    first = among = answerable = 0
    for each in asked:
        retrieval = opened(each.corpus, vectors)
        for query in each.queries:
            if relevant := set(query["relevant"]):
                found = [hit.item.id for hit in await retrieval.search(SCOPE, 0, query["text"], 5)]
                answerable += 1
                first += not relevant.isdisjoint(found[:1])
                among += not relevant.isdisjoint(found)
        await retrieval.close()
    return first / (answerable or 1), among / (answerable or 1)


async def latency(items: list[KnowledgeItem], questions: list[str], vectors: ItemVectors | None) -> float:
    """The 95th percentile in milliseconds, one question at a time."""
    retrieval = opened(items, vectors)
    spent = []
    for number, question in enumerate([*questions[:20], *questions]):
        began = time.perf_counter()
        await retrieval.search(SCOPE, 0, question, 6)
        if number >= len(questions[:20]):  # the first ones warm up
            spent.append((time.perf_counter() - began) * 1000)
    await retrieval.close()
    return sorted(spent)[int(len(spent) * 0.95)]


async def cold(shelf: Shelf, scopes: Sequence[AppScope], questions: Sequence[str], meaning: bool) -> list[float]:
    """The 95th percentile in milliseconds of first questions, each to another app, with the patience mimi has, and the
    share of them that meaning came too late for. Everything is in the store, nothing in memory.
    """
    instance = shelf.instance(meaning)
    spent, late = [], 0
    for number, scope in enumerate(scopes):
        began = time.perf_counter()
        found = await instance.found(scope, 0, f"{questions[number % len(questions)]} {number}")
        if number >= WARMING:
            spent.append((time.perf_counter() - began) * 1000)
            late += found.for_now
    await instance.close()
    return [sorted(spent)[int(len(spent) * 0.95)], late / len(spent)]


async def memory(items: list[KnowledgeItem], vectors: ItemVectors | None) -> float:
    """Kilobytes that one app's index takes, its texts and vectors included."""
    retrieval = opened(items, vectors)
    await retrieval.search(SCOPE, 0, items[0].title, 1)
    size = retrieval.size() / 1000
    await retrieval.close()
    return size


def opened(items: list[KnowledgeItem], vectors: ItemVectors | None) -> Retrieval:
    async def load(_: AppScope) -> list[KnowledgeItem]:
        return items

    return Retrieval(load, vectors, patience=PATIENCE)


def repeated(items: list[KnowledgeItem], number: int) -> list[KnowledgeItem]:
    """So many items, taken all over the sets; the same ones again where there are not enough."""
    spread = items[:: max(1, len(items) // number)]
    return [replace(item, id=str(at)) for at, item in ((at, spread[at % len(spread)]) for at in range(number))]


def table(words: Measured, meaning: Measured | None) -> Iterator[str]:
    """The lines; a star where a goal is missed."""
    yield f"{'':22}{'goal':>12}{'words alone':>14}{'goal':>14}{'with meaning':>15}"
    for row in words.found:
        yield f"{row + ' R@1 / R@5':22}" + "".join(
            f"{pair(goals.get(row)):>{width}}{pair(each.found[row] if each else None, goals.get(row)):>{width + 2}}"
            for each, goals, width in ((words, WORDS_GOAL, 12), (meaning, MEANING_GOAL, 13))
        )
    yield cost_row(f"p95, {ENTRIES} entries", "ms", (words.latency, meaning.latency if meaning else None), LATENCY_GOAL)
    for number, (spent, _) in words.cold.items():
        with_meaning = meaning.cold[number] if meaning else None
        goals = dict.fromkeys(LATENCY_GOAL, COLD_GOAL)
        yield cost_row(f"first question, {number}", "ms", (spent, with_meaning[0] if with_meaning else None), goals)
        if with_meaning and with_meaning[1]:
            yield f"{'':22}meaning came too late for {with_meaning[1]:.0%} of them"
    both = dict.fromkeys(LATENCY_GOAL, MEMORY_GOAL)
    yield cost_row(f"{OWNERS_ENTRIES} entries", "KB", (words.memory, meaning.memory if meaning else None), both)
    yield "* goal missed."


def pair(figures: Goal | None, goal: Goal | None = None) -> str:
    if figures is None:
        return "-"
    missed = goal is not None and any(ours < wanted for ours, wanted in zip(figures, goal, strict=True))
    return " / ".join(f"{figure:.3f}"[1:] if figure < 1 else "1.00" for figure in figures) + ("*" if missed else " ")


def cost_row(what: str, unit: str, figures: tuple[float | None, ...], goals: dict[str, float]) -> str:
    columns = ""
    for figure, goal, width in zip(figures, goals.values(), (12, 13), strict=True):
        shown = "-" if figure is None else f"{figure:.1f} {unit}{'*' if figure > goal else ' '}"
        columns += f"{f'{goal:.0f} {unit} ':>{width}}{shown:>{width + 2}}"
    return f"{what:22}{columns}"


async def run(data: Path, words_only: bool) -> None:
    rows, embedder = sets(data), Embedder()
    read = bool(embedder.model) and not words_only
    async with own_database() as database:
        vectors = ItemVectors(embedder, DerivedRepository(database, VECTORS)) if read else None
        stored = await Stored.of(database, rows, vectors)
        words = await measure(rows, None, stored)
        meaning = await measure(rows, ItemVectors(embedder), stored) if read else None
    await embedder.close()
    print("\n".join(table(words, meaning)))


def main(
    data: Annotated[
        Path, typer.Option(help="a folder with a folder for each set", show_default="bench/data/retrieval", exists=True)
    ] = DATA,
    words_only: Annotated[bool, typer.Option("--words-only", help="without vectors of meaning")] = False,
) -> None:
    """Print the figures beside the goals."""
    asyncio.run(run(data, words_only))


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # run by its path, this file would stand before the package of its name
    typer.run(main)
