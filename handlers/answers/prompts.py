"""Prompts for answers: everything in them is redacted, knowledge when it was saved, the rest when it is asked (S50)."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from guardrail.findings import PiiKind
from guardrail.known.known_values import NOTHING_KNOWN, KnownValues
from guardrail.pii import Pii
from handlers.answers.guard import AppGuard
from knowledge.items import Turn
from knowledge.model.prompt import AppFacts, Prompt
from knowledge.phrases import Lang
from knowledge.search.selection import Selection
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import Message, Role

# Whose words the model is told of a conversation; that the owner came or left is nobody's.
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


class AnswerPrompts:
    """Makes one for each question."""

    def __init__(self, pii: Pii) -> None:
        self._pii = pii

    async def of(self, app: App, question: Question, shown: Selection, guard: AppGuard) -> tuple[Prompt, KnownValues]:
        """The prompt, and what was taken out of it now. Raises GuardrailFailed."""
        told: list[tuple[PiiKind, str]] = []

        async def redacted(text: str) -> str:
            result = await self._pii.redact_for_model(text, guard.public)
            told.extend((found.kind, text[found.start : found.end]) for found in result.findings)
            return result.text

        facts = AppFacts(
            name=app.name,
            url=app.url,
            bio=await redacted(app.bio),
            links=tuple((link.label, link.url) for link in app.links),
            greeting=await redacted(app.greeting),
            tone=app.tone.value,
            banned_topics=app.banned_topics,
        )
        about = facts.as_item()
        prompt = Prompt(
            facts,
            (*([about] if about else []), *shown.items),
            tuple([Turn(turn.role, await redacted(turn.text)) for turn in question.turns()]),
            await redacted(question.text),
            question.lang,
            whole=shown.whole,
        )
        known = await asyncio.to_thread(KnownValues.of, told, guard.public.values) if told else NOTHING_KNOWN
        return prompt, known
