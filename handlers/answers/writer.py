"""One question -> one answer: asked of the model, filtered; quoted if the model fails, withheld if the guard does."""

from dataclasses import replace

import structlog

from guardrail.findings import GuardrailFailed
from guardrail.known.known_values import Together
from guardrail.pii import Pii
from handlers.answers.endings import (
    CUT_SHORT,
    OWNER_CALLED,
    PASSED_ON,
    REST_PASSED_ON,
    WITHHELD,
    declined,
    greeting,
)
from handlers.answers.guard import AppGuards
from handlers.answers.heard import Heard
from handlers.answers.job import Draft, Job
from handlers.answers.knowledge import AnswerKnowledge
from handlers.answers.listening import Listening
from handlers.answers.live import LiveAnswer
from handlers.answers.pointers import Pointers, Result
from handlers.answers.prompts import AnswerPrompts, Question
from handlers.answers.sources import source_of, sources_of, withheld_in
from handlers.answers.suggestions import Suggestions
from handlers.messages import AnswerState
from handlers.ports import AnswerModel
from handlers.spending.spending import Spending
from knowledge.items import KnowledgeItem
from knowledge.model.events import Decline, ModelFailed
from knowledge.model.grounding import whole_sentences
from knowledge.model.prompt_budget import size
from knowledge.model.quoting import QuotingAnswers
from knowledge.phrases import Lang
from knowledge.store.apps.apps import App
from knowledge.store.conversations.answer_facts import AnswerFacts
from knowledge.stored_items import entry_of
from knowledge.words.small_talk import is_small_talk

log = structlog.get_logger(__name__)

PATIENCE = 60.0  # seconds for a model's answer, whatever its own timeouts say

# After these a visitor may want to go on with something near.
_OFFERING = (AnswerState.ANSWERED, AnswerState.PARTLY, AnswerState.QUOTED)


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
        self._listening = Listening(pii)
        self._pointers = Pointers(self._listening, patience)

    async def write(self, app: App, question: Question, live: LiveAnswer) -> Draft:
        """Write into `live`. Raises only what the store raises."""
        looked = await self._knowledge.look(app, question.text, question.turns())
        guard = await self._guards.of(app, looked.items)
        bill = self._spending.bill(app.scope)
        try:
            prompt, told = await self._prompts.of(app, question, looked.shown, guard)
            known = Together((guard.known, told))
            draft = await self._answered(Job(app, question, prompt, looked, guard, known, live, bill))
        except Exception as error:  # noqa: BLE001 (S52: whatever the guard died of, nothing more leaves)
            log.warning("answer_withheld", error=type(error).__name__, answer=live.id)
            draft = self.withhold(live, question.lang)
        return replace(draft, made=await bill.settle(draft.made))

    def withhold(self, live: LiveAnswer, lang: Lang) -> Draft:
        """Put a fixed sentence in place of whatever was written."""
        live.start_over()
        live.add(WITHHELD.say(lang))
        return Draft(AnswerState.WITHHELD)

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
        checked = self._listening.filter(job)
        job.live.add(await checked.feed(entry.text) + await checked.close())
        source = await source_of(entry, self._pii, job.guard, job.question.lang)
        held = entry_of(entry) if checked.withheld else None
        made = AnswerFacts(knowledge="curated")
        return Draft(AnswerState.ANSWERED, (source,), withheld_in=held, made=made)

    async def _with_any_model(self, job: Job) -> Draft:
        why = ""
        if self._model is not self._quoting:
            why = "" if await job.bill.room_for(size(job.prompt)) else "spend_limit"
            if not why:
                try:
                    return await self._attempt(self._model, AnswerState.ANSWERED, job)
                except GuardrailFailed:
                    raise
                except Exception as error:  # noqa: BLE001 (a model that fails in any way is quoted instead)
                    why = getattr(error, "why", "") or type(error).__name__
                    log.warning("model_failed", error=type(error).__name__, why=why)
                    job.bill.add(getattr(error, "usage", None))
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
        result = await self._pointers.heard(model, job)
        heard = result.heard
        sources = await sources_of(heard, job.prompt, self._pii, job.guard, job.question.lang)
        if heard.declined:
            job.live.start_over()
            return self._declined(heard.declined.reason, job)
        draft = self._ended(heard, state, job)
        held = withheld_in(heard, job.prompt, job.looked.hits)
        return replace(draft, sources=sources, withheld_in=held, made=_made(result, job))

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


def _made(result: Result, job: Job) -> AnswerFacts:
    grounding = result.grounding
    return AnswerFacts(
        knowledge="whole" if job.prompt.whole else "found",
        statements=grounding.statements,
        uncited=len(grounding.bare),
        broken=grounding.broken,
        cut=result.heard.cut,
        again=result.again,
    )
