"""The parts about knowledge: keeping it, guarding it, bringing it in and out, and finding in it."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from bot.join.ground import Ground
from bot.join.importing import import_runs
from handlers.alerts.alerts import Alerts
from handlers.answers.suggestions import Suggestions
from handlers.entries.documents import Documents
from handlers.entries.downloads import EntryDownloads
from handlers.entries.faqs import Faqs
from handlers.entries.guard import KnowledgeGuard
from handlers.entries.hidden import HiddenValues
from handlers.imports.changes import ImportChanges
from handlers.imports.imports import Imports
from handlers.imports.runs import ImportRuns
from handlers.imports.watched_pages import WatchedPages
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.meaning.likeness import Likeness
from knowledge.search.retrieval import Retrieval
from knowledge.store.entries.derived import ITEM_WORDS, VECTORS, DerivedRepository
from knowledge.stored_items import KnowledgeItems
from knowledge.words.kept_words import KeptWords
from knowledge.words.romaji import in_hiragana
from web.site import keys


@dataclass(frozen=True)
class KnowledgeParts:
    """Made once for a process. `meaning` is None where vectors are not wanted."""

    faqs: Faqs
    documents: Documents
    findings: HiddenValues
    imports: Imports
    import_runs: ImportRuns
    page_watch: WatchedPages
    exports: EntryDownloads
    meaning: ItemVectors | None
    retrieval: Retrieval
    suggestions: Suggestions

    @classmethod
    def open(cls, ground: Ground, alerts: Alerts) -> "KnowledgeParts":
        """The parts, joined; `retrieval` is the one that answers visitors."""
        database, clock = ground.database, ground.clock
        guard = KnowledgeGuard(database, ground.pii)
        faqs, documents, imports = (
            Faqs(database, guard, clock),
            Documents(database, guard, clock),
            Imports(database, clock),
        )
        meaning = _meaning(ground)
        words = KeptWords(DerivedRepository(database, ITEM_WORDS))
        retrieval = Retrieval(KnowledgeItems(database).load, meaning, words=words)
        ground.stack.push_async_callback(retrieval.close)
        changes = ImportChanges(database, faqs, documents, guard)
        return cls(
            faqs=faqs,
            documents=documents,
            findings=HiddenValues(database, faqs, documents),
            imports=imports,
            import_runs=import_runs(ground, changes, Likeness(meaning), alerts),
            page_watch=WatchedPages(database, documents, imports, clock),
            exports=EntryDownloads(faqs, documents),
            meaning=meaning,
            retrieval=retrieval,
            suggestions=Suggestions(database, retrieval),
        )

    async def warm_up(self) -> None:
        """Load what the first visitor's question would load: the models of meaning, and a word list."""
        if self.meaning is not None:
            await self.meaning.begin()
        await asyncio.to_thread(in_hiragana, "kaiyaku shitai")

    def hand_to(self, app: web.Application) -> None:
        """Put the parts where the site's request handlers look for them."""
        app[keys.FAQS], app[keys.FINDINGS], app[keys.SUGGESTIONS] = self.faqs, self.findings, self.suggestions
        app[keys.IMPORTS], app[keys.EXPORTS], app[keys.PAGE_WATCH] = self.imports, self.exports, self.page_watch


def _meaning(ground: Ground) -> ItemVectors | None:
    """Vectors of what texts mean, where they are wanted."""
    if not ground.settings.embeddings:
        return None
    embedder = Embedder(ground.settings.runtime_dir)
    ground.stack.push_async_callback(embedder.close)
    return ItemVectors(embedder, DerivedRepository(ground.database, VECTORS))
