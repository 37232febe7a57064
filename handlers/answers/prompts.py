"""Prompts for answers: everything in them is redacted, knowledge when it was saved, the rest when it is asked (S50)."""

import asyncio

from guardrail.findings import PiiKind
from guardrail.known.known_values import NOTHING_KNOWN, KnownValues
from guardrail.pii import Pii
from handlers.answers.guard import AppGuard
from handlers.answers.knowledge import Question
from knowledge.items import Turn
from knowledge.model.prompt import AppFacts, Prompt
from knowledge.search.selection import Selection
from knowledge.store.apps.apps import App


async def prompt_of(
    app: App, question: Question, shown: Selection, guard: AppGuard, pii: Pii
) -> tuple[Prompt, KnownValues]:
    """The prompt for a question, and what was taken out of it now. Raises GuardrailFailed."""
    taken: list[tuple[PiiKind, str]] = []

    async def redacted(text: str) -> str:
        result = await pii.redact_for_model(text, guard.public)
        taken.extend((found.kind, text[found.start : found.end]) for found in result.findings)
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
    known = await asyncio.to_thread(KnownValues.of, taken, guard.public.values) if taken else NOTHING_KNOWN
    return prompt, known
