"""`python -m knowledge search`: retrieval by itself, to measure it or use it elsewhere; `check`: an app's checks."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from knowledge.checks.run import check_app
from knowledge.items import KnowledgeItem
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.search.retrieval import Retrieval
from knowledge.store.database import AppId, AppScope, OwnerId

cli = typer.Typer(add_completion=False, help="Find the pieces of a corpus that answer questions.")

SCOPE = AppScope(OwnerId("nobody"), AppId("corpus"))
PATIENCE = 3_600.0  # seconds; here vectors are worth waiting for
File = Annotated[Path, typer.Option(exists=True, dir_okay=False)]


@cli.command()
def search(
    corpus: File,
    queries: File,
    k: Annotated[int, typer.Option(min=1, help="hits for each question")] = 10,
    words_only: Annotated[bool, typer.Option("--words-only", help="without vectors of meaning")] = False,
) -> None:
    """JSONL {"id","title","text"}, if there are any with "phrasings":[...], and questions {"id","text"} in;
    {"id","hits":[{"id","score"}]} out, best first.
    """
    asyncio.run(_search(items_of(records(corpus)), records(queries), k, words_only))


async def _search(items: Sequence[KnowledgeItem], queries: Sequence[dict[str, Any]], k: int, words_only: bool) -> None:
    async def load(_: AppScope) -> Sequence[KnowledgeItem]:
        return items

    embedder = Embedder()
    retrieval = Retrieval(load, None if words_only else ItemVectors(embedder), patience=PATIENCE)
    try:
        for query in queries:
            hits = await retrieval.search(SCOPE, 0, query["text"], k)
            found = [{"id": hit.item.id, "score": round(hit.score, 6)} for hit in hits]
            typer.echo(json.dumps({"id": query["id"], "hits": found}, ensure_ascii=False))
    finally:
        await retrieval.close()
        await embedder.close()


@cli.command()
def check(
    app: Annotated[str, typer.Option(help="the app's handle")],
    mongodb_uri: Annotated[str, typer.Option(envvar="MONGODB_URI", show_envvar=True, show_default=False)],
    model: Annotated[bool, typer.Option("--model", help="ask Claude too; ANTHROPIC_API_KEY is needed")] = False,
    words_only: Annotated[bool, typer.Option("--words-only", help="without vectors of meaning")] = False,
) -> None:
    """Try an app's pinned questions against its knowledge as it is; 1 if one is broken, 2 if they cannot be tried."""
    embedder = None if words_only else Embedder()
    raise typer.Exit(asyncio.run(check_app(app.removeprefix("@"), mongodb_uri, ask=model, embedder=embedder)))


def items_of(corpus: Sequence[dict[str, Any]]) -> list[KnowledgeItem]:
    """Records that share their title are passages of one document, as mimi cuts them; any other is a FAQ entry."""
    titles = Counter(record["title"] for record in corpus)
    return [
        KnowledgeItem(
            str(record["id"]),
            "passage" if titles[record["title"]] > 1 else "faq",
            record["title"],
            record["text"],
            phrasings=record["phrasings"],
        )
        for record in corpus
    ]


def records(path: Path) -> list[dict[str, Any]]:
    """The file's records; a line that is none is named."""
    return list(_records(path))


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                record = json.loads(line)
                texts = {name: str(record[name]) for name in ("id", "text")}
                yield {**texts, "title": str(record.get("title") or ""), "phrasings": _phrasings(record)}
            except (ValueError, KeyError, TypeError) as error:
                raise typer.BadParameter(f"{path.name}, line {number} is not a record with an id and a text") from error


def _phrasings(record: dict[str, Any]) -> tuple[str, ...]:
    if not isinstance(record.get("phrasings", []), list):
        raise TypeError("phrasings")
    return tuple(map(str, record.get("phrasings", [])))


if __name__ == "__main__":
    cli()
