"""Many owners on one instance: what their indexes take in memory, and how fast the asked and the unasked answer.

python -m bench.owners [--owners 10000] [--entries 50] [--questions 10000]

A real MongoDB holds an app for each owner. Visitors ask them by Zipf's law (the second most asked app half as often as
the first, and so on), one question after another; every question is new, so that the models read it. An app whose index
is in memory answers "warm", any other "cold": its entries, words and vectors come from the store. At last an entry of
the most asked apps changes behind the instance's back, as when another instance saves it, and they are asked at once
("changed"): its words, and vectors, are made by the question.
"""

import asyncio
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import typer

from bench.parts.stored_apps import Shelf, own_database
from bench.retrieval import DATA, sets
from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.search.retrieval import MOST_BYTES
from knowledge.store.database import AppScope, Database
from knowledge.store.entries.derived import VECTORS, DerivedRepository
from knowledge.store.entries.faqs import FaqRepository
from knowledge.stored_items import KnowledgeItems

ROOT = Path(__file__).resolve().parent.parent
CHANGED = 100  # apps
PAGE = 4096


@dataclass
class Figures:
    """Of one way of finding: milliseconds of each question, and memory in MB."""

    warm: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    indexes: float = 0.0
    process: float = 0.0
    by_words: int = 0

    @property
    def asked(self) -> int:
        """How many questions."""
        return len(self.warm) + len(self.cold) + len(self.changed)


class Instance:
    """One that answers, and tells which questions had to load."""

    def __init__(self, shelf: Shelf, meaning: bool) -> None:
        self._items = KnowledgeItems(shelf.database)
        self._loads = 0
        self.retrieval = shelf.instance(meaning, self._load)

    async def ask(self, scope: AppScope, version: int, question: str, figures: Figures) -> None:
        """Ask, and note how long it took."""
        loads, began = self._loads, time.perf_counter()
        found = await self.retrieval.found(scope, version, question)
        spent = (time.perf_counter() - began) * 1000
        figures.by_words += found.for_now
        row = figures.changed if version else figures.warm if self._loads == loads else figures.cold
        row.append(spent)

    async def _load(self, scope: AppScope) -> Sequence[KnowledgeItem]:
        self._loads += 1
        return await self._items.load(scope)


async def measure(shelf: Shelf, meaning: bool, scopes: Sequence[AppScope], questions: Sequence[str]) -> Figures:
    """All questions, then the apps that changed."""
    figures, instance, before = Figures(), Instance(shelf, meaning), resident()
    chance = random.Random(11)
    weights = [1 / rank for rank in range(1, len(scopes) + 1)]
    for number, scope in enumerate(chance.choices(scopes, weights, k=len(questions))):
        await instance.ask(scope, 0, questions[number], figures)
    figures.indexes, figures.process = instance.retrieval.size() / 1e6, resident() - before
    for number, scope in enumerate(scopes[:CHANGED]):
        await change(shelf.database, scope)
        await instance.ask(scope, 1, f"{questions[number % len(questions)]} ?", figures)
    await instance.retrieval.close()
    return figures


async def change(database: Database, scope: AppScope) -> None:
    """One entry gets another answer, as another instance would save it."""
    faqs = FaqRepository(database)
    [entry] = await faqs.list(scope, limit=1)
    text = f"{entry.redacted_answer} 変更しました。"
    await faqs.replace(scope, replace(entry, answer=text, redacted_answer=text))


def resident() -> float:
    """MB of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 1e6


def asked(most: int) -> list[str]:
    """Different questions: those of the sets, numbered where there are not enough."""
    texts = [query["text"] for rows in sets(DATA).values() for each in rows for query in each.queries]
    random.Random(5).shuffle(texts)
    return [texts[n % len(texts)] + (f" {n // len(texts)}" if n >= len(texts) else "") for n in range(most)]


def table(words: Figures, meaning: Figures | None) -> Iterator[str]:
    """The lines."""
    yield f"{'':34}{'words alone':>16}{'with meaning':>16}"
    each = [words, *([meaning] if meaning else [])]
    bound = f"indexes, of {MOST_BYTES / 1e6:.0f} MB at most"
    yield f"{bound:34}" + "".join(f"{f'{figures.indexes:.1f} MB':>16}" for figures in each)
    yield f"{'the process grew by':34}" + "".join(f"{f'{figures.process:.0f} MB':>16}" for figures in each)
    shares = [100 * len(figures.warm) / (len(figures.warm) + len(figures.cold)) for figures in each]
    yield f"{'answered from memory':34}" + "".join(f"{f'{share:.1f} %':>16}" for share in shares)
    for name in ("warm", "cold", "changed"):
        yield f"{name + ', p50 / p95':34}" + "".join(f"{spread(getattr(figures, name)):>16}" for figures in each)
    late = [100 * figures.by_words / figures.asked for figures in each]
    yield f"{'meaning came too late':34}" + "".join(f"{f'{share:.1f} %':>16}" for share in late)


def spread(spent: Sequence[float]) -> str:
    ordered = sorted(spent)
    if not ordered:
        return "-"
    return f"{ordered[len(ordered) // 2]:.1f} / {ordered[int(len(ordered) * 0.95)]:.1f} ms"


async def run(owners: int, entries: int, questions: int) -> None:
    items = [item for rows in sets(DATA).values() for each in rows for item in each.corpus if item.kind == "faq"]
    embedder = Embedder()
    async with own_database() as database:
        vectors = ItemVectors(embedder, DerivedRepository(database, VECTORS)) if embedder.model else None
        shelf = await Shelf.of(database, items, vectors)
        print(f"{owners} owners with {entries} entries each are stored; then {questions} questions ...", flush=True)
        scopes = await shelf.fill(owners, entries)
        words = await measure(shelf, False, scopes, asked(questions))
        others = scopes[CHANGED:] or scopes  # those that changed under the first would have to be read anew
        meaning = await measure(shelf, True, others, asked(questions)) if vectors else None
        print("\n".join(table(words, meaning)))
    await embedder.close()


def main(
    owners: Annotated[int, typer.Option(min=1)] = 10_000,
    entries: Annotated[int, typer.Option(min=1)] = 50,
    questions: Annotated[int, typer.Option(min=1)] = 10_000,
) -> None:
    """Print the figures."""
    asyncio.run(run(owners, entries, questions))


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # run by its path, this file would stand before the package of its name
    typer.run(main)
