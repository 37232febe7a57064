"""`python -m knowledge search` and `shown`: retrieval by itself, to be measured; `check`: the checks of an app; `read`:
what an import would take in.
"""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer

from knowledge.checks.run import check_app
from knowledge.importing.lines import lines
from knowledge.items import KnowledgeItem, Turn
from knowledge.language import language_of
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.model.prompt import AppFacts, Prompt
from knowledge.search.in_talks import found_in_talk
from knowledge.search.passages import headings_of
from knowledge.search.retrieval import Retrieval, SearchResult
from knowledge.store.database import AppId, AppScope, OwnerId

cli = typer.Typer(add_completion=False, help="Find the pieces of a corpus that answer questions.")

SCOPE = AppScope(OwnerId("nobody"), AppId("corpus"))
PATIENCE = 3_600.0  # seconds; here vectors are worth waiting for
# Which JSON leaves as they are, and readers of lines may take for the end of one.
LINE_ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}
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
    async with _opened(items, words_only) as retrieval:
        for query in queries:
            hits = await retrieval.search(SCOPE, 0, query["text"], k)
            found = [{"id": hit.item.id, "score": round(hit.score, 6)} for hit in hits]
            typer.echo(json.dumps({"id": query["id"], "hits": found}, ensure_ascii=False))


@asynccontextmanager
async def _opened(items: Sequence[KnowledgeItem], words_only: bool) -> AsyncIterator[Retrieval]:
    async def load(_: AppScope) -> Sequence[KnowledgeItem]:
        return items

    embedder = Embedder()
    retrieval = Retrieval(load, None if words_only else ItemVectors(embedder), patience=PATIENCE)
    try:
        yield retrieval
    finally:
        await retrieval.close()
        await embedder.close()


@cli.command()
def shown(
    corpus: File,
    talks: File,
    words_only: Annotated[bool, typer.Option("--words-only", help="without vectors of meaning")] = False,
) -> None:
    """What a model would be given, without one. The same corpus, and talks {"id","turns":[{"visitor":"..."},
    {"mimi":"..."}],"question"} in; {"id","shown":["ids in the order the model gets them"],"tokens"} out.
    """
    asyncio.run(_shown(items_of(records(corpus)), list(_read(talks, _talk)), words_only))


async def _shown(items: Sequence[KnowledgeItem], talks: Sequence[dict[str, Any]], words_only: bool) -> None:
    async with _opened(items, words_only) as retrieval:

        async def search(text: str, k: int) -> SearchResult:
            return await retrieval.found(SCOPE, 0, text, k)

        for talk in talks:
            question, turns = talk["question"], talk["turns"]
            given = (await found_in_talk(search, question, turns)).shown
            prompt = Prompt(AppFacts("app"), given.items, turns, question, language_of(question), given.standing)
            out = {"id": talk["id"], "shown": [item.id for item in given.items], "tokens": prompt.tokens}
            typer.echo(json.dumps(out, ensure_ascii=False))


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


@cli.command()
def read(
    places: Annotated[list[str], typer.Argument(metavar="FILE|URL...", help="files, or addresses of pages")],
    lang: Annotated[str, typer.Option(help="of what is said about them")] = "en",
) -> None:
    """What an import would take in, without a server: JSONL {"kind":"entry","question","answer","phrasings"?,"source"},
    {"kind":"document","title","text","source"}, {"kind":"left_out","what","why","source"} for all that was not, and
    {"kind":"problem","text","source"} for a file that cannot be read. The exit code says only whether it ran.
    """
    # What is said of it goes to stdout, what is logged does not.
    structlog.configure(logger_factory=lambda *_named: structlog.PrintLogger(sys.stderr))
    for line in asyncio.run(lines(places, lang)):
        typer.echo(json.dumps(line, ensure_ascii=False).translate(LINE_ENDS))


def items_of(corpus: Sequence[dict[str, Any]]) -> list[KnowledgeItem]:
    """Records that share their title are passages of one document, as mimi cuts them; any other is a FAQ entry."""
    documents: dict[str, list[str]] = defaultdict(list)
    for record in corpus:
        documents[record["title"]].append(record["text"])
    headings = {title: iter(headings_of(title, texts)) for title, texts in documents.items() if len(texts) > 1}
    return [
        KnowledgeItem(
            str(record["id"]),
            "passage" if record["title"] in headings else "faq",
            record["title"],
            record["text"],
            phrasings=record["phrasings"],
            heading=next(headings[record["title"]]) if record["title"] in headings else "",
        )
        for record in corpus
    ]


def records(path: Path) -> list[dict[str, Any]]:
    """The file's records; a line that is none is named."""
    return list(_read(path, _record))


def _read(path: Path, line_of: Callable[[dict[str, Any]], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                yield line_of(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise typer.BadParameter(f"{path.name}, line {number} is not such a record: see --help") from error


def _record(record: dict[str, Any]) -> dict[str, Any]:
    texts = {name: str(record[name]) for name in ("id", "text")}
    return {**texts, "title": str(record.get("title") or ""), "phrasings": _phrasings(record)}


def _talk(record: dict[str, Any]) -> dict[str, Any]:
    turns = tuple(Turn(role, str(said)) for turn in record.get("turns", []) for role, said in turn.items())
    if any(turn.role not in ("visitor", "mimi", "owner") for turn in turns):
        raise ValueError("turns")
    return {"id": str(record["id"]), "turns": turns, "question": str(record["question"])}


def _phrasings(record: dict[str, Any]) -> tuple[str, ...]:
    if not isinstance(record.get("phrasings", []), list):
        raise TypeError("phrasings")
    return tuple(map(str, record.get("phrasings", [])))


if __name__ == "__main__":
    cli()
