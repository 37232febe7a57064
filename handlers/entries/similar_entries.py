"""The entries nearest to a question: from these an owner chooses what is meant."""

from collections.abc import Sequence

from knowledge.search.retrieval import Retrieval
from knowledge.store.apps.apps import App
from knowledge.store.entries.hidden import EntryRef
from knowledge.stored_items import entry_of

MOST = 5


class SimilarEntries:
    """Looks with what is there at once: an owner waits for the answer."""

    def __init__(self, retrieval: Retrieval) -> None:
        self._retrieval = retrieval

    async def entries(self, app: App, question: str) -> Sequence[EntryRef]:
        """The best first, each entry or document once."""
        hits = await self._retrieval.search(app.scope, app.knowledge_version, question, MOST)
        return list(dict.fromkeys(entry_of(hit.item) for hit in hits))
