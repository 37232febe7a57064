"""One question -> one answer: asked of the model, filtered; quoted if the model fails, withheld if the guard does."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

import structlog

from guardrail.findings import GuardrailFailed, PiiKind
from guardrail.known_values import NOTHING_KNOWN, KnownValues, Together
from guardrail.memory import Memory
from guardrail.pii import Pii
from guardrail.stream import StreamFilter
from handlers.app_guard import AppGuard, AppGuards
from handlers.knowledge_items import entry_of
from handlers.live import LiveAnswer
from handlers.messages import AnswerState
from handlers.ports import AnswerModel
from knowledge.model_events import Cited, ModelEvent, ModelFailed, NotInKnowledge, TextDelta, Usage, WantsPerson
from knowledge.phrases import Lang, Phrase, _
from knowledge.prompt import AppFacts, KnowledgeItem, Prompt, Turn
from knowledge.quoting import QuotingAnswers
from knowledge.retrieval import Hit, Retrieval
from knowledge.store.apps import App
from knowledge.store.findings import EntryRef
from knowledge.store.messages import Message, Role, Source

log = structlog.get_logger(__name__)

LONGEST_ANSWER = 8_000  # characters; more than a visitor reads, and than MAX_TOKENS allows
PATIENCE = 60.0  # seconds for one attempt, whatever its own timeouts say
# Up to this many characters, knowledge goes to the model whole: its beginning is cached, and nothing is missed.
WHOLE = 20_000

WEB = ("http://", "https://")  # the only addresses of sources a visitor is led to

PASSED_ON = _("I do not know that yet, so I have passed your question to the owner. The reply will appear here.")
OWNER_CALLED = _("I have told the owner that you would like to hear from them. The reply will appear here.")
WITHHELD = _("I cannot answer that safely right now. Please ask in other words, or pass it to the owner.")


@dataclass(frozen=True)
class Question:
    """What is to be answered: the visitor's words, the language to answer in, and what was said before."""

    text: str
    lang: Lang
    history: tuple[Message, ...] = ()


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


@dataclass
class _Heard:
    """What a model said beside its text."""

    cited: list[str] = field(default_factory=list)
    unknown: NotInKnowledge | None = None
    wants_owner: bool = False
    withheld: tuple[PiiKind, ...] = ()


@dataclass(frozen=True)
class _Job:
    """One answer's parts: `guard` is the app's, `known` holds what was said in the conversation too."""

    question: Question
    prompt: Prompt
    hits: Sequence[Hit]
    guard: AppGuard
    known: Together
    live: LiveAnswer


class AnswerWriter:
    """Writes answers with a model, and with quotations from the knowledge when that fails in any way."""

    def __init__(
        self, retrieval: Retrieval, guards: AppGuards, pii: Pii, model: AnswerModel, patience: float = PATIENCE
    ) -> None:
        self._retrieval = retrieval
        self._guards = guards
        self._pii = pii
        self._model = model
        self._quoting: AnswerModel = model if isinstance(model, QuotingAnswers) else QuotingAnswers()
        self._patience = patience

    async def write(self, app: App, question: Question, live: LiveAnswer) -> Draft:
        """Write into `live`. Raises only what the store raises while the knowledge is read."""
        hits = await self._retrieval.search(app.scope, app.knowledge_version, question.text)
        items = await self._retrieval.items(app.scope, app.knowledge_version)
        guard = await self._guards.of(app, items)
        try:
            prompt, told = await self._prompt(app, question, _worth_showing(items, hits), guard)
            known = Together((guard.known, told))
            return await self._with_any_model(_Job(question, prompt, hits, guard, known, live))
        except Exception as error:  # noqa: BLE001 (S52: whatever the guard died of, nothing more leaves)
            log.warning("answer_withheld", error=type(error).__name__, answer=live.id)
            return self.withhold(live, question.lang)

    def withhold(self, live: LiveAnswer, lang: Lang) -> Draft:
        """Put a fixed sentence in place of whatever was written."""
        live.start_over()
        live.add(WITHHELD.say(lang))
        return Draft(AnswerState.WITHHELD)

    async def _prompt(
        self, app: App, question: Question, items: tuple[KnowledgeItem, ...], guard: AppGuard
    ) -> tuple[Prompt, KnownValues]:
        """Everything in it is redacted, knowledge when it was saved, the rest now (S50); and what was taken out now."""
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
        )
        history = [Turn(said.role.value, await redacted(said.text)) for said in question.history]
        prompt = Prompt(facts, items, tuple(history), await redacted(question.text), question.lang)
        known = await asyncio.to_thread(KnownValues.of, told, guard.public.values) if told else NOTHING_KNOWN
        return prompt, known

    async def _with_any_model(self, job: _Job) -> Draft:
        if self._model is not self._quoting:
            try:
                return await self._attempt(self._model, AnswerState.ANSWERED, job)
            except GuardrailFailed:
                raise
            except Exception as error:  # noqa: BLE001 (a model that fails in any way is quoted instead)
                log.warning("model_failed", error=type(error).__name__, why=getattr(error, "why", ""))
                job.live.start_over()
        return await self._attempt(self._quoting, AnswerState.QUOTED, job)

    async def _attempt(self, model: AnswerModel, state: AnswerState, job: _Job) -> Draft:
        async with asyncio.timeout(self._patience):
            heard = await self._listen(model, job)
            sources = await self._sources(heard, job)
        held = _withheld_in(heard, job)
        if heard.wants_owner:
            _say(OWNER_CALLED, job)
            return Draft(AnswerState.UNKNOWN, sources, wants_owner=True, withheld_in=held)
        if heard.unknown:
            _say(PASSED_ON, job)
            # A first question stands for itself; one that leans on the conversation needs the model's wording.
            asked = heard.unknown.question if job.question.history else job.question.text
            return Draft(AnswerState.UNKNOWN, sources, unanswered=asked, withheld_in=held)
        if not job.live.text.strip():
            raise ModelFailed("empty")
        return Draft(state, sources, withheld_in=held)

    async def _listen(self, model: AnswerModel, job: _Job) -> _Heard:
        """Let the model's text out as far as it is checked, until it ends or is too long."""
        heard, checked = _Heard(), self._filter(job)
        async with aclosing(model.answer(job.prompt, job.hits)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    job.live.add(await checked.feed(event.text))
                else:
                    _note(event, heard)
                if len(job.live.text) > LONGEST_ANSWER:
                    break
        job.live.add(await checked.close())
        heard.withheld = checked.withheld
        return heard

    def _filter(self, job: _Job) -> StreamFilter:
        """What stands between the model and the visitor, with what the conversation has shown so far."""
        shown = (said.text for said in job.question.history if said.role is Role.MIMI)
        guard, lang = job.guard, job.question.lang
        return StreamFilter(self._pii, lang, guard.public, job.known, guard.hosts, Memory(shown))

    async def _sources(self, heard: _Heard, job: _Job) -> tuple[Source, ...]:
        """Each cited item once, as a visitor may see it."""
        items = {item.id: item for item in job.prompt.items}
        cited = [items[each] for each in heard.cited if each in items]
        return tuple(dict.fromkeys([await self._source(item, job) for item in cited]))

    async def _source(self, item: KnowledgeItem, job: _Job) -> Source:
        """The item as a visitor may see it; its address only if it leads to the web and tells nothing."""
        title = await self._pii.redact(item.title, job.question.lang, job.guard.public)
        shown = item.url.lower().startswith(WEB) and not await self._pii.find(item.url, job.guard.public)
        return Source(title.text, item.url if shown else "")


def _withheld_in(heard: _Heard, job: _Job) -> EntryRef | None:
    """The first piece that the answer rests on, or was found for it, from which such a thing was taken."""
    items = {item.id: item for item in job.prompt.items}
    likely = [*(items[each] for each in heard.cited if each in items), *(hit.item for hit in job.hits)]
    marks = [f"[{kind}]" for kind in heard.withheld]
    holding = (item for item in likely if any(mark in item.title + item.text for mark in marks))
    return next((entry_of(item) for item in holding), None)


def _worth_showing(items: tuple[KnowledgeItem, ...], hits: Sequence[Hit]) -> tuple[KnowledgeItem, ...]:
    """All items while they are few, else what was found, in an order that stays the same for a cached prompt."""
    if sum(len(item.title) + len(item.text) for item in items) <= WHOLE:
        return items
    found = {hit.item.id for hit in hits}
    return tuple(item for item in items if item.id in found)


def _note(event: ModelEvent, heard: _Heard) -> None:
    match event:
        case Cited(item_id):
            heard.cited.append(item_id)
        case NotInKnowledge():
            heard.unknown = event
        case WantsPerson():
            heard.wants_owner = True
        case Usage():
            log.info("model_used", model=event.model, tokens_in=event.input_tokens, tokens_out=event.output_tokens)


def _say(phrase: Phrase, job: _Job) -> None:
    """Our own sentence after whatever the model said."""
    job.live.add(("\n\n" if job.live.text else "") + phrase.say(job.question.lang))
