"""One question -> one answer: asked of the model, filtered; quoted if the model fails, withheld if the guard does."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import structlog

from guardrail.findings import GuardrailFailed
from guardrail.known_values import Together
from guardrail.memory import Memory
from guardrail.pii import Pii
from guardrail.stream import StreamFilter
from handlers.answer_endings import (
    CUT_SHORT,
    OWNER_CALLED,
    PASSED_ON,
    REST_PASSED_ON,
    WITHHELD,
    declined,
    greeting,
)
from handlers.answer_knowledge import AnswerKnowledge, Looked
from handlers.answer_prompts import AnswerPrompts, Question
from handlers.answer_sources import source_of, sources_of, withheld_in
from handlers.app_guard import AppGuard, AppGuards
from handlers.heard import Heard
from handlers.live import LiveAnswer
from handlers.messages import AnswerState
from handlers.ports import AnswerModel
from handlers.spending import Spending
from handlers.suggestions import Suggestions
from knowledge.grounding import grounding_of, whole_sentences
from knowledge.model_events import Decline, ModelFailed, TextDelta, Usage
from knowledge.phrases import Lang, Phrase
from knowledge.prompt import KnowledgeItem, Prompt
from knowledge.quoting import QuotingAnswers
from knowledge.small_talk import is_small_talk
from knowledge.store.answer_facts import NOTHING_MADE, AnswerFacts
from knowledge.store.apps import App
from knowledge.store.findings import EntryRef
from knowledge.store.messages import Role, Source
from knowledge.stored_items import entry_of

log = structlog.get_logger(__name__)

LONGEST_ANSWER = 8_000  # characters; more than a visitor reads, and than MAX_TOKENS allows
PATIENCE = 60.0  # seconds for one attempt, whatever its own timeouts say

# After these a visitor may want to go on with something near.
_OFFERING = (AnswerState.ANSWERED, AnswerState.PARTLY, AnswerState.QUOTED)


@dataclass(frozen=True)
class Draft:
    """How an answer came out; its text is the live answer's. `unanswered`: what the owner has to be asked.

    `withheld_in`: the piece of knowledge that holds what the guardrail took out of the answer.
    """

    state: AnswerState
    sources: tuple[Source, ...] = ()
    unanswered: str = ""
    wants_owner: bool = False
    withheld_in: EntryRef | None = None
    suggestions: tuple[str, ...] = ()
    made: AnswerFacts = NOTHING_MADE


@dataclass(frozen=True)
class Job:
    """One answer's parts: `guard` is the app's, `known` holds what was said in the conversation too.

    `spent` grows by what each attempt cost.
    """

    app: App
    question: Question
    prompt: Prompt
    looked: Looked
    guard: AppGuard
    known: Together
    live: LiveAnswer
    spent: list[Usage] = field(default_factory=list)

    def say(self, phrase: Phrase) -> None:
        """Our own sentence after whatever the model said."""
        self.live.add(("\n\n" if self.live.text else "") + phrase.say(self.question.lang))


class AnswerWriter:
    """Writes answers with a model, and with quotations from the knowledge when that fails in any way."""

    def __init__(
        self,
        knowledge: AnswerKnowledge,
        guards: AppGuards,
        pii: Pii,
        model: AnswerModel,
        spending: Spending,
        suggestions: Suggestions,
        patience: float = PATIENCE,
    ) -> None:
        self._knowledge = knowledge
        self._guards = guards
        self._pii = pii
        self._prompts = AnswerPrompts(pii)
        self._model = model
        self._quoting: AnswerModel = model if isinstance(model, QuotingAnswers) else QuotingAnswers()
        self._spending = spending
        self._next = suggestions
        self._patience = patience

    async def write(self, app: App, question: Question, live: LiveAnswer) -> Draft:
        """Write into `live`. Raises only what the store raises."""
        looked = await self._knowledge.look(app, question.text, question.turns())
        guard = await self._guards.of(app, looked.items)
        spent: list[Usage] = []
        try:
            prompt, told = await self._prompts.of(app, question, looked.shown, guard)
            known = Together((guard.known, told))
            draft = await self._answered(Job(app, question, prompt, looked, guard, known, live, spent))
        except Exception as error:  # noqa: BLE001 (S52: whatever the guard died of, nothing more leaves)
            log.warning("answer_withheld", error=type(error).__name__, answer=live.id)
            draft = self.withhold(live, question.lang)
        return await self._counted(app, draft, spent)

    def withhold(self, live: LiveAnswer, lang: Lang) -> Draft:
        """Put a fixed sentence in place of whatever was written."""
        live.start_over()
        live.add(WITHHELD.say(lang))
        return Draft(AnswerState.WITHHELD)

    async def _counted(self, app: App, draft: Draft, spent: list[Usage]) -> Draft:
        return replace(draft, made=await self._spending.add(app.scope, spent, draft.made))

    async def _answered(self, job: Job) -> Draft:
        entry = job.looked.curated
        draft = await (self._with_any_model(job) if entry is None else self._said_as_it_is(entry, job))
        if draft.state in _OFFERING and (
            near := await self._next.after(job.app, job.question, draft.sources, job.looked)
        ):
            return replace(draft, suggestions=near)
        return draft

    async def _said_as_it_is(self, entry: KnowledgeItem, job: Job) -> Draft:
        """The owner's own words, which pass the guardrail like any others."""
        checked = self._filter(job)
        job.live.add(await checked.feed(entry.text) + await checked.close())
        source = await source_of(entry, self._pii, job.guard, job.question.lang)
        held = entry_of(entry) if checked.withheld else None
        made = AnswerFacts(knowledge="curated")
        return Draft(AnswerState.ANSWERED, (source,), withheld_in=held, made=made)

    async def _with_any_model(self, job: Job) -> Draft:
        why = ""
        if self._model is not self._quoting:
            why = "spend_limit" if await self._spending.reached(job.app.scope) else ""
            if not why:
                try:
                    return await self._attempt(self._model, AnswerState.ANSWERED, job)
                except GuardrailFailed:
                    raise
                except Exception as error:  # noqa: BLE001 (a model that fails in any way is quoted instead)
                    why = getattr(error, "why", "") or type(error).__name__
                    log.warning("model_failed", error=type(error).__name__, why=why)
                    job.spent.extend([usage] if (usage := getattr(error, "usage", None)) else [])
                    job.live.start_over()
        return await self._quoted(job, why)

    async def _quoted(self, job: Job, why: str) -> Draft:
        """Without a model; what it refused is answered from the knowledge or not at all."""
        if is_small_talk(job.question.text):
            job.say(greeting(job.app.name))
            return Draft(AnswerState.ANSWERED, made=AnswerFacts(why=why))
        draft = await self._attempt(self._quoting, AnswerState.QUOTED, job)
        if why == "refused" and draft.unanswered:
            job.live.start_over()
            return self._declined(Decline.UNSAFE, job)
        return replace(draft, made=replace(draft.made, why=why))

    async def _attempt(self, model: AnswerModel, state: AnswerState, job: Job) -> Draft:
        async with asyncio.timeout(self._patience):
            heard = await self._listen(model, job)
            sources = await sources_of(heard, job.prompt, self._pii, job.guard, job.question.lang)
        if heard.declined:
            job.live.start_over()
            return self._declined(heard.declined.reason, job)
        draft = self._ended(heard, state, job)
        made = self._made(heard, job)
        if state is AnswerState.ANSWERED and draft.state is state and made.ungrounded:
            raise ModelFailed("ungrounded")
        held = withheld_in(heard, job.prompt, job.looked.hits)
        return replace(draft, sources=sources, withheld_in=held, made=made)

    def _ended(self, heard: Heard, state: AnswerState, job: Job) -> Draft:
        """What became of the answer, in the sentence that says so where the model left it to us."""
        if heard.wants_owner:
            job.say(OWNER_CALLED)
            return Draft(AnswerState.HANDED_OVER, wants_owner=True)
        if heard.unknown:
            partly = bool(job.live.text.strip())
            job.say(REST_PASSED_ON if partly else PASSED_ON)
            # A first question stands for itself; one that leans on the conversation needs the model's wording.
            own_words = partly or job.question.history
            asked = heard.unknown.question if own_words else job.question.text
            return Draft(AnswerState.PARTLY if partly else AnswerState.UNKNOWN, unanswered=asked)
        if not job.live.text.strip():
            raise ModelFailed("empty")
        if heard.cut:
            whole = whole_sentences(job.live.text)
            job.live.start_over()
            job.live.add(whole)
            job.say(CUT_SHORT)
        return Draft(state)

    def _declined(self, reason: Decline, job: Job) -> Draft:
        job.say(declined(reason, job.app.name))
        return Draft(AnswerState.REFUSED, made=AnswerFacts(why=reason.value))

    def _made(self, heard: Heard, job: Job) -> AnswerFacts:
        grounding = grounding_of(heard.blocks, (job.app.name,))
        return AnswerFacts(
            knowledge="whole" if job.prompt.whole else "found",
            statements=grounding.statements,
            uncited=grounding.uncited,
            broken=grounding.broken,
            cut=heard.cut,
        )

    async def _listen(self, model: AnswerModel, job: Job) -> Heard:
        """Let the model's text out as far as it is checked, until it ends or is too long."""
        heard, checked = Heard(), self._filter(job)
        async with aclosing(model.answer(job.prompt, job.looked.hits)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    job.live.add(await checked.feed(event.text))
                else:
                    heard.note(event)
                if len(job.live.text) > LONGEST_ANSWER:
                    break
        job.live.add(await checked.close())
        heard.withheld = checked.withheld
        job.spent.extend([heard.usage] if heard.usage else [])
        return heard

    def _filter(self, job: Job) -> StreamFilter:
        """What stands between the model and the visitor, with what the conversation has shown so far."""
        shown = (said.text for said in job.question.history if said.role is Role.MIMI)
        guard, lang = job.guard, job.question.lang
        return StreamFilter(self._pii, lang, guard.public, job.known, guard.hosts, Memory(shown))
