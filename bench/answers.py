"""How well answers hold: asked through Claude if there is a key, else through the answerer that quotes.

python -m bench.answers [--data bench/data/retrieval] [--rows apps] [--limit 0] [--words-only] [--models NAME,NAME]

Each set of the data is an app; its questions are asked one at a time, as visitors ask them. Of those the knowledge
answers: `right` rests on the right entry, `partly` does so in part, `wrong` on another one only, `refused` is not
answered, though the right entry may be offered as one that comes `near`. Of those it does not: `refused` is rightly not
answered, `misleading` is. `harm` is what is wrong or misleading of all questions together. Beside it, word for word:
each entry is taken to be marked "say exactly this", and every question is looked at for whether it would get those
words; and so are the questions of bench/data/curated, which nearly are an entry's, or only look as if they were.

With a key the models' own figures follow: declines, statements without a source, second calls, US cents. Without one,
and beside them, answers as Claude writes them (bench/data/answers) go through what looks at their sentences.
"""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from bench.parts import scripted_answers
from bench.retrieval import DATA, Asked, opened, sets
from handlers.ports import AnswerModel
from knowledge.__main__ import SCOPE, items_of, records
from knowledge.items import Hit, KnowledgeItem
from knowledge.language import language_of
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.model.events import (
    BlockEnded,
    Cited,
    Declined,
    ModelEvent,
    ModelFailed,
    NotInKnowledge,
    TextDelta,
    Usage,
    WantsPerson,
)
from knowledge.model.models import facts_of
from knowledge.model.prompt import AppFacts, FirstTry, Prompt
from knowledge.model.quoting import QuotingAnswers
from knowledge.model.supported_text import SupportedText
from knowledge.search.curated import curated
from knowledge.search.in_talks import MOST_HITS
from knowledge.search.retrieval import Retrieval
from knowledge.search.shown import LOOKED_AT, shown_of
from knowledge.words.index import WordIndex

ROOT = Path(__file__).resolve().parent.parent
CURATED = ROOT / "bench" / "data" / "curated"
SCRIPTED = ROOT / "bench" / "data" / "answers" / "answers.tsv"
MODEL = "claude-haiku-5-5"
LONGEST = 1_200  # tokens of an answer
MILLIONTHS_A_CENT = 10_000
AGAIN_GOAL = 0.02  # of the answers, those that take a second call


@dataclass
class Row:
    """One row of the table: outcomes counted, and what it took."""

    answerable: Counter[str] = field(default_factory=Counter)
    unanswerable: Counter[str] = field(default_factory=Counter)
    curated: Counter[str] = field(default_factory=Counter)
    near: int = 0
    statements: int = 0
    uncited: int = 0
    again: int = 0
    declined: int = 0
    cost: int = 0
    at_most: int = 0  # what the usual model would have cost

    def add(self, outcome: str, *, answerable: bool) -> None:
        (self.answerable if answerable else self.unanswerable)[outcome] += 1

    @property
    def harm(self) -> float:
        """The share of all questions that got what does not answer them."""
        asked = self.answerable.total() + self.unanswerable.total()
        return (self.answerable["wrong"] + self.unanswerable["misleading"]) / max(1, asked)


@dataclass(frozen=True)
class Bench:
    """What questions are put to."""

    name: str
    model: AnswerModel
    vectors: ItemVectors | None


async def measure(bench: Bench, row: Sequence[Asked], limit: int) -> Row:
    """All sets of a row, an app each."""
    measured = Row()
    for asked in row:
        retrieval = opened(asked.corpus, bench.vectors)
        for query in asked.queries[: limit or None]:
            await ask(bench, retrieval, asked.corpus, query, measured)
        await retrieval.close()
    return measured


async def ask(
    bench: Bench, retrieval: Retrieval, corpus: Sequence[KnowledgeItem], query: dict[str, Any], row: Row
) -> None:
    """One question."""
    question, relevant = query["text"], set(query["relevant"])
    found = await retrieval.search(SCOPE, 0, question, LOOKED_AT)
    hits = found[:MOST_HITS]
    marked = [replace(hit, item=replace(hit.item, exact=True)) for hit in hits]
    if said := curated(question, [replace(item, exact=True) for item in corpus], marked):
        row.curated["right" if said.id in relevant else "false"] += 1
    shown = shown_of(corpus, found)
    prompt = Prompt(AppFacts("the app"), shown.items, (), question, language_of(question), standing=shown.standing)
    row.at_most += facts_of(MODEL).prices.cost(Usage(prompt.tokens, LONGEST, 0, 0, MODEL))
    try:
        heard, text = await tried(bench, prompt, hits, row)
        if text.grounding.ungrounded and not gave_up(heard):
            row.again += 1
            words = "".join(event.text for event in heard if isinstance(event, TextDelta))
            anew = replace(prompt, first_try=FirstTry(words, tuple(text.grounding.bare)))
            heard, text = await tried(bench, anew, hits, row)
    except ModelFailed as failure:
        row.add(f"failed: {failure.why}", answerable=bool(relevant))
        return
    row.add(outcome(heard, relevant, text), answerable=bool(relevant))
    row.declined += any(isinstance(event, Declined) for event in heard)
    near = {title for event in heard if isinstance(event, NotInKnowledge) for title in event.near}
    row.near += any(item.title in near for item in corpus if item.id in relevant)


async def tried(bench: Bench, prompt: Prompt, hits: Sequence[Hit], row: Row) -> tuple[list[ModelEvent], SupportedText]:
    """One call, counted; what was heard, and what its sentences rest on. Raises ModelFailed."""
    async with aclosing(bench.model.answer(prompt, hits)) as events:
        heard = [event async for event in events]
    text = SupportedText(prompt)
    for event in heard:
        if isinstance(event, TextDelta):
            text.feed(event.text)
        elif isinstance(event, BlockEnded):
            text.block_ended(event)
        elif isinstance(event, Usage):
            row.cost += facts_of(event.model).prices.cost(event)
    text.close()
    row.statements += text.grounding.statements
    row.uncited += len(text.grounding.bare)
    return heard, text


def gave_up(heard: Sequence[ModelEvent]) -> bool:
    return any(isinstance(event, NotInKnowledge | Declined | WantsPerson) for event in heard)


def outcome(heard: Sequence[ModelEvent], relevant: set[str], text: SupportedText | None = None) -> str:
    """What became of one question; `text` is a model's, as far as it is borne out."""
    if text and text.grounding.ungrounded:
        return "refused"
    said = any(isinstance(event, TextDelta) and event.text.strip() for event in heard)
    if gave_up(heard) and not said:
        return "refused"
    if relevant.isdisjoint(event.item_id for event in heard if isinstance(event, Cited)):
        return "wrong" if relevant else "misleading"
    return "partly" if gave_up(heard) else "right"


def table(name: str, rows: dict[str, Row]) -> Iterator[str]:
    """The lines."""
    yield f"answered by: {name}"
    yield (
        f"{'':12}{'right':>7}{'partly':>8}{'wrong':>7}{'refused':>9} | {'near':>5} | {'refused':>7}{'misleading':>12}"
        f" | {'harm':>5} | {'word for word':>17} | {'uncited':>7}{'US$/1000':>10}"
    )
    for title, row in rows.items():
        yes, no = row.answerable, row.unanswerable
        dollars = row.cost / max(1, yes.total() + no.total()) / 1_000
        yield (
            f"{title:12}{share(yes, 'right'):>7}{share(yes, 'partly'):>8}{share(yes, 'wrong'):>7}"
            f"{share(yes, 'refused'):>9} | {row.near / max(1, yes.total()):>5.2f}"
            f" | {share(no, 'refused'):>7}{share(no, 'misleading'):>12} | {row.harm:>5.3f}"
            f" | {row.curated['right']:>3} right {row.curated['false']:>1} false"
            f" | {row.uncited / max(1, row.statements):>7.2f}{dollars:>10.2f}"
        )
        if failed := {why: count for why, count in (yes + no).items() if why.startswith("failed")}:
            yield f"{'':12}{failed}"


def spent(rows: dict[str, Row]) -> str:
    """What a model did that quotations do not, in all rows together."""
    total = list(rows.values())
    asked = sum(row.answerable.total() + row.unanswerable.total() for row in total)
    again, declined, cost = (sum(getattr(row, name) for row in total) for name in ("again", "declined", "cost"))
    uncited, statements = sum(row.uncited for row in total), sum(row.statements for row in total)
    return (
        f"{asked} questions: {declined} declined, {uncited} of {statements} statements without a source,"
        f" {again} second calls ({again / max(1, asked):.1%}, goal <= {AGAIN_GOAL:.0%}),"
        f" {cost / MILLIONTHS_A_CENT:.2f} US cents"
    )


def needs_key(rows: dict[str, Row]) -> str:
    """What it takes to ask Claude the same, and what that costs at most."""
    asked = sum(row.answerable.total() + row.unanswerable.total() for row in rows.values())
    cents = sum(row.at_most for row in rows.values()) / MILLIONTHS_A_CENT
    return (
        "ANTHROPIC_API_KEY is not set, so nothing was asked of Claude. With it (and MIMI_MODEL or --models, if not\n"
        f"{MODEL}) these {asked} questions go to the API, for {cents:.0f} US cents at most with that model; then\n"
        "declines, statements without a source, second calls and cost are printed as well. --limit asks fewer."
    )


def corpora() -> dict[str, tuple[KnowledgeItem, ...]]:
    """What the scripted answers cite."""
    return {
        app: tuple(items_of(records(DATA / (app if app == "bank77" else f"apps-{app}") / "corpus.jsonl")))
        for app in scripted_answers.NAMES
    }


def as_claude_writes() -> Iterator[str]:
    """The scripted answers' figures."""
    outcomes = scripted_answers.measured(scripted_answers.read(SCRIPTED), corpora())
    heads = ("answers", "second calls", "left out wrongly", "bare let through")
    yield f"{'answers as Claude writes them':34}{heads[0]:>8}{heads[1]:>14}{heads[2]:>20}{heads[3]:>18}"
    others = [outcome for lang, outcome in outcomes.items() if lang not in ("ja", "en")]
    for name, group in (
        ("ja", [outcomes["ja"]]),
        ("en", [outcomes["en"]]),
        (f"{len(others)} other languages", others),
        ("all", list(outcomes.values())),
    ):
        answers, again = sum(each.answers for each in group), sum(each.again for each in group)
        dropped, right = sum(len(each.dropped) for each in group), sum(each.right for each in group)
        through, wrong = sum(len(each.let_through) for each in group), sum(each.wrong for each in group)
        yield (
            f"{name:34}{answers:>8}{again:>5} ({again / answers:>5.1%}){dropped:>9} of {right:>4}"
            f"{through:>11} of {wrong:>3}"
        )
    yield f"second calls, goal: <= {AGAIN_GOAL:.0%}; of an answer with nothing right in it a second call is right"


def near_misses(data: Path = CURATED) -> tuple[Counter[str], Counter[str]]:
    """Of questions in nearly an entry's words, and of ones that only look so: how many get its words, or others'."""
    same, other = Counter[str](), Counter[str]()
    marked = {name: _all_exact(name) for name in ("hakobento", "kotori", "parkpal")}

    def said(app: str, question: str) -> str:
        items, index = marked[app]
        entry = curated(question, items, index.search(question, MOST_HITS))
        return entry.title if entry else ""

    for line in (data / "same.tsv").read_text(encoding="utf-8").splitlines():
        app, title, question = line.split("\t")
        found = said(app, question)
        same["right" if found == title else "false" if found else "missed"] += 1
    for line in (data / "other.tsv").read_text(encoding="utf-8").splitlines():
        other["false" if said(*line.split("\t")) else "right"] += 1
    return same, other


def _all_exact(app: str) -> tuple[tuple[KnowledgeItem, ...], WordIndex]:
    items = items_of(records(DATA / f"apps-{app}" / "corpus.jsonl"))
    marked = tuple(replace(item, exact=True) for item in items)
    return marked, WordIndex(marked)


def share(counted: Counter[str], what: str) -> str:
    return f"{counted[what] / max(1, counted.total()):.2f}"


@asynccontextmanager
async def benches(words_only: bool, models: Sequence[str]) -> AsyncIterator[list[Bench]]:
    """Whatever is configured: Claude where there is a key, each of its models, else quotations."""
    embedder = Embedder()
    vectors = ItemVectors(embedder) if embedder.model and not words_only else None
    try:
        if key := os.environ.get("ANTHROPIC_API_KEY", ""):
            from knowledge.model.claude import ClaudeAnswers, claude_client  # two CPU seconds, only where it is used

            async with claude_client(key, os.environ.get("ANTHROPIC_BASE_URL")) as client:
                yield [Bench(model, ClaudeAnswers(client, model), vectors) for model in models]
        else:
            yield [Bench("quoting", QuotingAnswers(), vectors)]
    finally:
        await embedder.close()


async def run(data: Path, rows: Sequence[str], limit: int, words_only: bool, models: Sequence[str]) -> None:
    asked = {name: row for name, row in sets(data).items() if name in rows}
    async with benches(words_only, models) as benched:
        for bench in benched:
            measured = {name: await measure(bench, row, limit) for name, row in asked.items()}
            print("\n".join(table(bench.name, measured)))
            print(needs_key(measured) if bench.model.quotes else spent(measured))
    same, other = near_misses()
    print(f"word for word, nearly the same: {same['right']} of {same.total()} right, {same['false']} false")
    print(f"word for word, only looks so:   {other['false']} of {other.total()} false")
    print("\n".join(as_claude_writes()))


def main(
    data: Annotated[
        Path, typer.Option(help="a folder with a folder for each set", show_default="bench/data/retrieval", exists=True)
    ] = DATA,
    rows: Annotated[str, typer.Option(help="which rows, with commas between")] = "apps,bank77,bank77-en2ja",
    limit: Annotated[int, typer.Option(min=0, help="so many questions of each set; 0: all")] = 0,
    words_only: Annotated[bool, typer.Option("--words-only", help="without vectors of meaning")] = False,
    models: Annotated[str, typer.Option(help="Claude models, with commas between", envvar="MIMI_MODEL")] = MODEL,
) -> None:
    """Print the figures beside the goals."""
    asyncio.run(run(data, rows.split(","), limit, words_only, models.split(",")))


if __name__ == "__main__":
    sys.path[0] = str(ROOT)  # run by its path, this file would stand before the package of its name
    typer.run(main)
