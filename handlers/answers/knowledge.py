"""A visitor's question, and what the app knows about it: found with the conversation in mind."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from knowledge.items import KnowledgeItem, Turn
from knowledge.phrases import Tag
from knowledge.search.curated import curated
from knowledge.search.in_talks import Found, found_in_talk
from knowledge.search.retrieval import Retrieval, SearchResult
from knowledge.search.shown import BUDGET
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import Message, Role

# Whose words count in a conversation; that the owner came or left is nobody's.
SPEAKERS: dict[Role, Literal["visitor", "mimi", "owner"]] = {
    Role.VISITOR: "visitor",
    Role.MIMI: "mimi",
    Role.OWNER: "owner",
}


@dataclass(frozen=True)
class Question:
    """What is to be answered: the visitor's words, the language to answer in, what was said before, and when it is."""

    text: str
    lang: Tag
    history: tuple[Message, ...] = ()
    at: datetime | None = None

    def turns(self) -> list[Turn]:
        """What was said before, as it was said."""
        return [Turn(speaker, said.text) for said in self.history if (speaker := SPEAKERS.get(said.role))]


@dataclass(frozen=True)
class Looked(Found):
    """`curated`: the entry whose answer is to be said as it is."""

    curated: KnowledgeItem | None = None


class AnswerKnowledge:
    """Looks things up for answers; `budget` is how many tokens of knowledge a prompt shows."""

    def __init__(self, retrieval: Retrieval, budget: int = BUDGET) -> None:
        self._retrieval = retrieval
        self._budget = budget

    async def look(self, app: App, question: Question, patience: float | None = None) -> Looked:
        """`patience`: seconds for meaning, where words must not do. Raises what the store raises."""
        clock = asyncio.get_running_loop().time
        until = clock() + patience if patience is not None else None

        async def search(text: str, k: int) -> SearchResult:
            left = max(0.0, until - clock()) if until is not None else None
            return await self._retrieval.found(app.scope, app.knowledge_version, text, k, left)

        found = await found_in_talk(search, question.text, question.turns(), self._budget)
        said = curated(question.text, found.items, found.hits)
        return Looked(found.items, found.hits, found.shown, found.for_now, said)
