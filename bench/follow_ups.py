"""How often a model is shown the entry that answers a message which goes on from a talk.

python -m bench.follow_ups [--talks bench/data/talks/talks.jsonl] [--words-only]

The three apps' entries stand together in one corpus, which would fit a prompt whole; so the budget is cut, to a half, a
quarter and a tenth of it. `alone`: found by the message alone; `as before`: by a rule that joins it with the questions
it seems to lean on, and the best eight hits; `shown`: as it is today, with its tokens and what they cost uncached.
"""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.retrieval import DATA, opened
from knowledge.__main__ import SCOPE, items_of, records
from knowledge.items import KnowledgeItem, Turn
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.model.models import USUAL, facts_of
from knowledge.search.in_talks import MOST_HITS, found_in_talk, merged
from knowledge.search.retrieval import Retrieval, SearchResult
from knowledge.search.shown import shown_of
from knowledge.tokens import tokens_of
from knowledge.words.gist import in_context

TALKS = DATA.parent / "talks" / "talks.jsonl"
SHARES = (0.5, 0.25, 0.1)
GOAL = 0.95
Talk = dict[str, Any]


async def measure(talks: Sequence[Talk], items: list[KnowledgeItem], vectors: ItemVectors | None) -> None:
    """One line for each budget and kind of message."""
    retrieval = opened(items, vectors)
    whole = sum(tokens_of(f"{item.title} {item.text}") for item in items)
    typer.echo(f"{'tokens of knowledge':22}{'message':12}{'alone':>8}{'as before':>11}{'shown':>8}{'US$/1000':>10}")
    for share in SHARES:
        for follows, kind in ((True, "goes on"), (False, "stands alone")):
            of_kind = [talk for talk in talks if talk["follow_up"] is follows]
            rows = [await shown_ways(retrieval, talk, int(whole * share)) for talk in of_kind]
            alone, before, now, tokens = (sum(column) / len(rows) for column in zip(*rows, strict=True))
            star = "" if now >= GOAL else " *"
            cost = tokens * facts_of(USUAL).prices.tokens_in / 1_000
            typer.echo(f"{int(whole * share):<22}{kind:12}{alone:>8.2f}{before:>11.2f}{now:>8.2f}{cost:>10.2f}{star}")
    typer.echo(f"* under the goal of {GOAL}.")
    await retrieval.close()


async def shown_ways(retrieval: Retrieval, talk: Talk, budget: int) -> tuple[bool, bool, bool, int]:
    """Whether the entry is shown: found alone, as before, as today; and the tokens of that."""
    turns = [Turn(role, said) for turn in talk["turns"] for role, said in turn.items()]

    async def search(text: str, k: int) -> SearchResult:
        return await retrieval.found(SCOPE, 0, text, k)

    alone = await search(talk["question"], MOST_HITS)
    meant = in_context(talk["question"], turns)
    hits = alone.hits
    if meant != talk["question"]:
        hits = merged((await search(talk["question"], 20)).hits, (await search(meant, 20)).hits)[:MOST_HITS]
    today = (await found_in_talk(search, talk["question"], turns, budget)).shown.items
    ways = (alone.hits, hits)
    best = [{item.id for item in shown_of(alone.items, each, budget).items} for each in ways]
    relevant = set(talk["relevant"])
    seen = [not relevant.isdisjoint(each) for each in (*best, {item.id for item in today})]
    return seen[0], seen[1], seen[2], sum(tokens_of(f"{item.title} {item.text}") for item in today)


def main(
    talks: Annotated[Path, typer.Option(exists=True, dir_okay=False)] = TALKS,
    words_only: Annotated[bool, typer.Option("--words-only", help="without vectors of meaning")] = False,
) -> None:
    """Print the table."""
    asyncio.run(_measured(*read(talks), words_only=words_only))


def read(talks: Path) -> tuple[list[Talk], list[KnowledgeItem]]:
    """The talks, and the entries of all apps they are about."""
    lines = [json.loads(line) for line in talks.read_text(encoding="utf-8").splitlines() if line.strip()]
    corpora = sorted({talk["corpus"] for talk in lines})
    return lines, items_of([record for corpus in corpora for record in records(DATA / corpus / "corpus.jsonl")])


async def _measured(talks: Sequence[Talk], items: list[KnowledgeItem], *, words_only: bool) -> None:
    embedder = Embedder()
    try:
        await measure(talks, items, None if words_only else ItemVectors(embedder))
    finally:
        await embedder.close()


if __name__ == "__main__":
    typer.run(main)
