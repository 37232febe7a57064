"""An app's checks tried from the command line, for CI: a line for each; what is noted of them stays as it is."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import typer

from knowledge.checks.checking import SETTLING, Ask, Checking, Fared
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.search.retrieval import Retrieval
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import Database
from knowledge.store.entries.derived import ITEM_WORDS, VECTORS, DerivedRepository
from knowledge.store.learning.checks import CheckRepository, Problem
from knowledge.stored_items import KnowledgeItems
from knowledge.words.kept_words import KeptWords

DEFAULT_MODEL = "claude-haiku-5-5"
BROKEN, IMPOSSIBLE = 1, 2  # exit codes

SAID = {
    Problem.GONE: "the entry no longer exists",
    Problem.CHANGED: "its answer states something else",
    Problem.NOT_FOUND: "the entry is not among the first that are found",
    Problem.ANSWERED: "must be refused, and would be answered",
    Problem.NOT_USED: "Claude answers from something else",
    Problem.REFUSED: "Claude says that it does not know",
    Problem.FAILED: "Claude did not answer",
}


async def check_app(handle: str, uri: str, *, ask: bool, embedder: Embedder | None) -> int:
    """Print how each check fares; the exit code. Without an embedder words alone find; one is closed afterwards."""
    key = os.environ.get("ANTHROPIC_API_KEY", "")
    if ask and not key:
        typer.echo("--model needs ANTHROPIC_API_KEY", err=True)
        return IMPOSSIBLE
    database = Database.open(uri)
    try:
        await database.ping()
    except Exception as error:  # noqa: BLE001 (a line says it, whatever keeps the store away)
        typer.echo(f"the store cannot be read: {type(error).__name__}", err=True)
        database.close()
        return IMPOSSIBLE
    try:
        app = await AppRepository(database).by_handle(handle)
        if app is None:
            typer.echo(f"there is no app @{handle}", err=True)
            return IMPOSSIBLE
        fared = await _fared(database, app, key if ask else "", embedder)
    finally:
        database.close()
    for each in fared:
        typer.echo(_line(each))
    broken, untried = sum(each.problem is not None for each in fared), sum(not each.judged for each in fared)
    typer.echo(f"{len(fared)} checks, {broken} broken" + (f", {untried} not tried" if untried else ""))
    return BROKEN if broken else IMPOSSIBLE if untried else 0


async def _fared(database: Database, app: App, key: str, embedder: Embedder | None) -> list[Fared]:
    async with AsyncExitStack() as stack:
        vectors = None
        if embedder is not None:
            stack.push_async_callback(embedder.close)
            vectors = ItemVectors(embedder, DerivedRepository(database, VECTORS))
        words = KeptWords(DerivedRepository(database, ITEM_WORDS))
        retrieval = Retrieval(KnowledgeItems(database).load, vectors, words=words, patience=SETTLING)
        stack.push_async_callback(retrieval.close)
        ask = await stack.enter_async_context(_claude(key)) if key else None
        checking = Checking(retrieval, whole_counts=bool(os.environ.get("ANTHROPIC_API_KEY")))
        return await checking.try_all(app, await CheckRepository(database).list(app.scope), ask)


@asynccontextmanager
async def _claude(key: str) -> AsyncIterator[Ask]:
    from knowledge.model.claude import ClaudeAnswers, claude_client  # two CPU seconds, only where it is used

    async with claude_client(key, os.environ.get("ANTHROPIC_BASE_URL")) as client:
        yield ClaudeAnswers(client, os.environ.get("MIMI_MODEL", DEFAULT_MODEL)).answer


def _line(fared: Fared) -> str:
    expected = ", ".join(entry.title for entry in fared.check.expected) or "refused"
    if not fared.judged:
        return f"UNTRIED {fared.check.question} -> {expected}: meaning is not available"
    if fared.problem is None:
        return f"ok      {fared.check.question} -> {expected}"
    if fared.problem is Problem.CHANGED:
        old, new = " ".join(fared.check.right.split()), " ".join(fared.now.split())
        return f"BROKEN  {fared.check.question} -> {expected}: {SAID[fared.problem]}; was: {old}; is: {new}"
    instead = f"; instead: {', '.join(fared.instead)}" if fared.instead else ""
    return f"BROKEN  {fared.check.question} -> {expected}: {SAID[fared.problem]}{instead}"
