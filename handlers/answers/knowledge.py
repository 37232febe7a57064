"""A visitor's question, and what the app knows about it: found with the conversation in mind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from knowledge.items import Hit, KnowledgeItem, Turn
from knowledge.model.prompt import MOST_SHOWN, SHOWN_BUDGET, Selection, selected
from knowledge.phrases import Lang
from knowledge.search.curated import curated
from knowledge.search.retrieval import Retrieval
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import Message, Role
from knowledge.words.gist import in_context

_LOOKED_AT = 20  # of each search, where two are put together

# Whose words count in a conversation; that the owner came or left is nobody's.
SPEAKERS: dict[Role, Literal["visitor", "mimi", "owner"]] = {
    Role.VISITOR: "visitor",
    Role.MIMI: "mimi",
    Role.OWNER: "owner",
}


@dataclass(frozen=True)
class Question:
    """What is to be answered: the visitor's words, the language to answer in, and what was said before."""

    text: str
    lang: Lang
    history: tuple[Message, ...] = ()

    def turns(self) -> list[Turn]:
        """What was said before, as it was said."""
        return [Turn(speaker, said.text) for said in self.history if (speaker := SPEAKERS.get(said.role))]


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

    def __init__(self, retrieval: Retrieval, budget: int = SHOWN_BUDGET) -> None:
        self._retrieval = retrieval
        self._budget = budget

    async def look(self, app: App, question: Question) -> Looked:
        """Raises what the store raises while the knowledge is read."""
        meant, scope, version = in_context(question.text, question.turns()), app.scope, app.knowledge_version
        leans = meant != question.text
        found = await self._retrieval.found(scope, version, question.text, _LOOKED_AT if leans else MOST_SHOWN)
        hits, items = found.hits, found.items
        if leans:
            # Looked for alone and with the conversation: what fits both comes first.
            hits = merged(hits, (await self._retrieval.found(scope, version, meant, _LOOKED_AT)).hits)[:MOST_SHOWN]
        return Looked(items, hits, selected(items, hits, self._budget), curated(question.text, items, hits))


def merged(alone: Sequence[Hit], together: Sequence[Hit]) -> list[Hit]:
    """Scores of both, halved so that they stay comparable; of the shares the larger."""
    hits: dict[str, Hit] = {}
    for hit in (*together, *alone):
        before = hits.get(hit.item.id, Hit(hit.item, 0.0, 0.0))
        # Found by both searches, an item has both halves; by one of them, half.
        hits[hit.item.id] = replace(hit, score=before.score + hit.score / 2, share=max(before.share, hit.share))
    return sorted(hits.values(), key=lambda hit: -hit.score)
