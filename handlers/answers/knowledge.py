"""What an app knows about a visitor's question: found with the conversation in mind, as much of it as is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.items import Hit, KnowledgeItem, Turn
from knowledge.search.curated import curated
from knowledge.search.follow_up import in_context
from knowledge.search.retrieval import Retrieval
from knowledge.search.selection import BUDGET, MOST, Selection, selected
from knowledge.store.apps.apps import App

_LOOKED_AT = 20  # of each search, where two are put together


@dataclass(frozen=True)
class Looked:
    """`items` is all that the app knows; `hits` the best of it for the question; `shown` what a model is to see.

    `curated`: the entry whose answer is to be said as it is.
    """

    items: tuple[KnowledgeItem, ...]
    hits: Sequence[Hit]
    shown: Selection
    curated: KnowledgeItem | None = None


class AnswerKnowledge:
    """Looks things up for answers; `budget` is how many tokens of knowledge a prompt shows."""

    def __init__(self, retrieval: Retrieval, budget: int = BUDGET) -> None:
        self._retrieval = retrieval
        self._budget = budget

    async def look(self, app: App, question: str, history: Sequence[Turn]) -> Looked:
        """Raises what the store raises while the knowledge is read."""
        hits = await self._hits(app, question, in_context(question, history))
        items = await self._retrieval.items(app.scope, app.knowledge_version)
        return Looked(items, hits, selected(items, hits, self._budget), curated(question, items, hits))

    async def _hits(self, app: App, question: str, meant: str) -> Sequence[Hit]:
        """A question that leans on the conversation is looked for alone and with it: what fits both comes first."""
        if meant == question:
            return await self._retrieval.search(app.scope, app.knowledge_version, question, MOST)
        alone = await self._retrieval.search(app.scope, app.knowledge_version, question, _LOOKED_AT)
        together = await self._retrieval.search(app.scope, app.knowledge_version, meant, _LOOKED_AT)
        return merged(alone, together)[:MOST]


def merged(alone: Sequence[Hit], together: Sequence[Hit]) -> list[Hit]:
    """Scores of both, halved so that they stay comparable; of the shares the larger."""
    hits: dict[str, Hit] = {}
    for hit in (*together, *alone):
        before = hits.get(hit.item.id, Hit(hit.item, 0.0, 0.0))
        hits[hit.item.id] = replace(hit, score=before.score + hit.score / 2, share=max(before.share, hit.share))
    return sorted(hits.values(), key=lambda hit: -hit.score)
