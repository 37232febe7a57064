"""Apps with knowledge in a real MongoDB, and all that mimi derives of it, to ask over.

An app's entries are taken from the sets of bench/data/retrieval, and what is derived of them is real: it is made once
for each entry and stored again for each app that has it. No vector is invented.
"""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.embedded.mongod import Mongod
from knowledge.items import KnowledgeItem
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.search.retrieval import Retrieval
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppScope, Database, OwnerId, new_id
from knowledge.store.entries.derived import ITEM_WORDS, VECTORS, Derived, DerivedRepository
from knowledge.store.entries.faqs import FaqEntry, FaqId, FaqRepository
from knowledge.store.registry import create_indexes
from knowledge.stored_items import KnowledgeItems
from knowledge.words.kept_words import KeptWords

NOW = datetime(2026, 1, 1, tzinfo=UTC)
AT_ONCE = 32  # apps written at a time
FOREVER = 3_600.0
Load = Callable[[AppScope], Awaitable[Sequence[KnowledgeItem]]]


@asynccontextmanager
async def own_database() -> AsyncIterator[Database]:
    """An empty one on a mongod of its own."""
    with tempfile.TemporaryDirectory() as folder:
        server = Mongod(Path(folder))
        await server.start()
        database = Database.open(server.uri)
        await create_indexes(database)
        yield database
        database.close()
        await server.stop()


@dataclass(frozen=True)
class Shelf:
    """Entries that apps are filled with, and what was derived of each, by kind."""

    database: Database
    entries: Sequence[FaqEntry]
    derived: dict[str, dict[str, Derived]]  # kind -> id of the entry -> what was made of it
    vectors: ItemVectors | None

    @classmethod
    async def of(cls, database: Database, items: Sequence[KnowledgeItem], vectors: ItemVectors | None) -> "Shelf":
        """Takes a minute for hundreds of entries: each is read by the models."""
        entries = [_entry(item) for item in items]
        scope = await _app(database, "shelf")
        await FaqRepository(database).put_many(scope, entries)
        retrieval = Retrieval(
            KnowledgeItems(database).load,
            vectors,
            words=KeptWords(DerivedRepository(database, ITEM_WORDS)),
            patience=FOREVER,
        )
        await retrieval.search(scope, 0, items[0].title)
        await retrieval.close()
        kinds = {kind.name: await DerivedRepository(database, kind).list(scope) for kind in (ITEM_WORDS, VECTORS)}
        derived = {name: {each.item_id: each for each in kept} for name, kept in kinds.items()}
        return cls(database, entries, derived, vectors)

    def instance(self, meaning: bool, load: Load | None = None) -> Retrieval:
        """A retrieval as the program joins it, with nothing in memory yet."""
        words = KeptWords(DerivedRepository(self.database, ITEM_WORDS))
        read = load or KnowledgeItems(self.database).load
        return Retrieval(read, self.vectors if meaning else None, words=words)

    async def fill(self, apps: int, each: int) -> list[AppScope]:
        """So many apps, each of its own owner and with so many entries."""
        chosen, turn, scopes = random.Random(7), asyncio.Semaphore(AT_ONCE), []

        async def one(number: int, entries: Sequence[FaqEntry]) -> None:
            async with turn:
                scopes.append(await self._app_of(f"a{each}x{number}", entries))

        async with asyncio.TaskGroup() as tasks:
            for number in range(apps):
                tasks.create_task(one(number, chosen.choices(self.entries, k=each)))
        return scopes

    async def _app_of(self, handle: str, entries: Sequence[FaqEntry]) -> AppScope:
        scope = await _app(self.database, handle)
        own = [(replace(entry, id=FaqId(new_id())), entry.id) for entry in entries]
        await FaqRepository(self.database).put_many(scope, [entry for entry, _ in own])
        for kind in (ITEM_WORDS, VECTORS):
            made = self.derived[kind.name]
            kept = [replace(made[original], item_id=entry.id) for entry, original in own if original in made]
            await DerivedRepository(self.database, kind).keep(scope, kept)
        return scope


async def _app(database: Database, handle: str) -> AppScope:
    app = App(OwnerId(new_id()), handle, handle, "ja", NOW)
    await AppRepository(database).add(app)
    return app.scope


def _entry(item: KnowledgeItem) -> FaqEntry:
    return FaqEntry(item.title, item.text, item.title, item.text, (), NOW, NOW)
