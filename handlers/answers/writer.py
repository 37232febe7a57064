"""One question -> one answer: looked up, asked of the model, checked and shown; quoted if the model fails, withheld if
the guardrail does.

Everything in a prompt is redacted, knowledge when it was saved, the rest when it is asked (S50).
"""

import asyncio
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

import structlog

from guardrail.findings import GuardrailFailed, PiiKind
from guardrail.known.known_values import NOTHING_KNOWN, KnownValues, Together
from guardrail.pii import Pii, is_mostly_hidden
from handlers.answers.attempt import Attempt, Said
from handlers.answers.guard import AppGuard, AppGuards, Screen, sources_of, withheld_in
from handlers.answers.knowledge import AnswerKnowledge, Looked, Question
from handlers.answers.progress import LiveAnswer
from handlers.answers.suggestions import Suggestions, fitting_a_button
from handlers.home_zones import HomeZones, named_time, time_there
from handlers.messages import AnswerState
from handlers.ports import AnswerModel
from handlers.spending.spending import Bill, Spending
from knowledge.checks.facts import turns_round
from knowledge.items import KnowledgeItem, Turn
from knowledge.model.cache_times import AnswerTimes
from knowledge.model.events import Decline, ModelFailed
from knowledge.model.prompt import AppFacts, Prompt
from knowledge.model.quoting import QuotingAnswers
from knowledge.phrases import Phrase, Tag, _
from knowledge.search.fitting import asked_alike
from knowledge.search.shown import ShownItems
from knowledge.store.apps.apps import App
from knowledge.store.conversations.answer_facts import NOTHING_MADE, AnswerFacts
from knowledge.store.conversations.messages import Message, Role, Source
from knowledge.store.entries.hidden import EntryRef
from knowledge.stored_items import entry_of
from knowledge.words.asks_for_person import asks_for_person
from knowledge.words.gist import is_small_talk

log = structlog.get_logger(__name__)

PATIENCE = 60.0  # seconds for a model's answer, whatever its own timeouts say
# Seconds to wait for meaning before something is quoted: a question is to get the same answer on a slow machine.
MEANING_IN = 2.0
# After these a visitor may want to go on with something near.
_OFFERING = (AnswerState.ANSWERED, AnswerState.PARTLY, AnswerState.QUOTED)

# mimi's own sentences: where the model leaves off, and where it has nothing to say.
PASSED_ON = _("I do not know that yet, so I have passed your question to the owner. The reply will appear here.")
NEAR_PASSED_ON = _(
    "I have not been told that yet, so I have passed your question to the owner. The reply will appear here. These "
    "come close to it:"
)
REST_PASSED_ON = _("I do not know the rest yet, so I have passed it to the owner. The reply will appear here.")
OWNER_CALLED = _("I have told the owner that you would like to hear from them. The reply will appear here.")
WITHHELD = _("I cannot answer that safely right now. Please put it another way, or pass it to the owner.")
PRIVATE = _("That is private, so I cannot share it here. You can pass your question to the owner.")
CUT_SHORT = _("There is more to say about this. Shall I go on?")
SAID_ID = "said:"  # before the id of an owner's message
_GREETING = _("Hello! What would you like to know about {app}?")
DECLINED: dict[Decline, Phrase] = {
    Decline.OFF_TOPIC: _(
        "I am here for questions about {app}, so I cannot help with that. What would you like to know about it?"
    ),
    Decline.BANNED_TOPIC: _("I do not discuss that topic here. You can pass your question to the owner."),
    Decline.UNSAFE: _("I cannot help with that. Is there anything you would like to know about {app}?"),
}


@dataclass
class Workings:
    """How an answer came about: what was looked up, what was asked with, and what came of each try."""

    looked: Looked
    prompt: Prompt | None = None
    tries: list[Said] = field(default_factory=list)


@dataclass(frozen=True)
class Draft:
    """How an answer came out; its text is on the screen. `unanswered`: what the owner has to be asked.

    `withheld_in`: the piece of knowledge that holds what the guardrail took out of the answer. `rests_on_said`: ids of
    the owner's own messages that it points at.
    """

    state: AnswerState
    sources: tuple[Source, ...] = ()
    unanswered: str = ""
    wants_owner: bool = False
    withheld_in: EntryRef | None = None
    suggestions: tuple[str, ...] = ()
    rests_on_said: tuple[str, ...] = ()
    made: AnswerFacts = NOTHING_MADE
    workings: Workings | None = None


@dataclass(frozen=True)
class _Task:
    """What one answer is made from, and where it goes."""

    question: Question
    looked: Looked
    prompt: Prompt
    screen: Screen
    bill: Bill
    workings: Workings

    @property
    def app_name(self) -> str:
        return self.prompt.app.name


class AnswerWriter:
    """Writes answers with a model, and with quotations from the knowledge when that fails in any way."""

    def __init__(
        self,
        knowledge: AnswerKnowledge,
        guards: AppGuards,
        zones: HomeZones,
        pii: Pii,
        model: AnswerModel,
        spending: Spending,
        suggestions: Suggestions,
        patience: float = PATIENCE,
    ) -> None:
        self._knowledge = knowledge
        self._guards = guards
        self._zones = zones
        self._pii = pii
        self._model = model
        self._quoting: AnswerModel = model if isinstance(model, QuotingAnswers) else QuotingAnswers()
        self._spending = spending
        self._suggestions = suggestions
        self._patience = patience
        self._times = AnswerTimes()

    async def write(self, app: App, question: Question, live: LiveAnswer) -> Draft:
        """Look up, ask, check, show: the text comes up in `live`. Raises only what the store raises."""
        looked, zone = await self._knowledge.look(app, question), await self._zones.of(app.scope)
        if question.at:  # what does not stand on the page now is not said either
            app = replace(app, links=app.links_on(question.at.astimezone(zone).date()))
        guard = await self._guards.of(app, looked.items)
        bill, workings = self._spending.bill(app.scope), Workings(looked)
        try:
            prompt, taken = await prompt_of(app, question, looked.shown, guard, self._pii, zone)
            workings.prompt = prompt
            screen = Screen(self._pii, guard, Together((guard.known, taken)), question, live)
            task = _Task(question, looked, prompt, screen, bill, workings)
            if looked.curated and not _told_otherwise(question, looked.curated):
                draft = await self._as_it_is(looked.curated, task)
            else:
                draft = await self._asked(app, task)
            if draft.state in _OFFERING:
                draft = replace(draft, suggestions=await self._suggestions.after(app, question, draft.sources, looked))
        except asyncio.CancelledError:
            # For nobody, and paid for.
            bill.cut_off(workings.prompt.tokens if workings.prompt else 0)
            await bill.settle()
            raise
        except Exception as error:  # noqa: BLE001 (S52: whatever the guard died of, nothing more leaves)
            log.warning("answer_withheld", error=type(error).__name__, answer=live.id)
            draft = self.withhold(live, question.lang)
        return replace(draft, made=await bill.settle(draft.made), workings=workings)

    def withhold(self, live: LiveAnswer, lang: Tag) -> Draft:
        """Put a fixed sentence in place of whatever was written."""
        live.start_over()
        live.add(WITHHELD.say(lang))
        return Draft(AnswerState.WITHHELD)

    async def _as_it_is(self, entry: KnowledgeItem, task: _Task) -> Draft:
        """The owner's own words, which pass the guardrail like any others."""
        withheld = await task.screen.show_instead(entry.text)
        task.workings.tries.append(Said(cited=[entry.id], words=entry.text, withheld=withheld))
        _say_if_private(task)
        sources = await sources_of([entry], task.screen)
        held = entry_of(entry) if withheld else None
        return Draft(AnswerState.ANSWERED, sources, withheld_in=held, made=AnswerFacts(knowledge="curated"))

    async def _asked(self, app: App, task: _Task) -> Draft:
        """With the model if there is room for it; without it where it failed in any way."""
        why = ""
        if self._model is not self._quoting:
            at, prices = task.question.at, self._spending.pricing.of_model
            an_hour = at is not None and self._times.hour_pays(app.id, at, prices)
            if an_hour:
                task = replace(task, prompt=replace(task.prompt, an_hour=True))
            room = await task.bill.room_for(task.prompt.tokens, an_hour=an_hour)
            why = "" if room else "spend_limit"
            if not why:
                try:
                    return await self._attempt(self._model, AnswerState.ANSWERED, task)
                except GuardrailFailed:
                    raise
                except Exception as error:  # noqa: BLE001 (a model that fails in any way is quoted instead)
                    why = getattr(error, "why", "") or type(error).__name__
                    log.warning("model_failed", error=type(error).__name__, why=why)
                    task.bill.add(getattr(error, "usage", None))
                    task.screen.live.start_over()
        draft = await self._without_model(app, task)
        # Claude's own refusal, and nothing to quote: nothing to ask the owner either.
        if why == "refused" and draft.state is AnswerState.UNKNOWN:
            return _declined(Decline.UNSAFE, task)
        return replace(draft, made=replace(draft.made, why=why))

    async def _without_model(self, app: App, task: _Task) -> Draft:
        """A greeting returned, a person called, or what the knowledge says, word for word."""
        text = task.question.text
        if is_small_talk(text):
            task.screen.say(replace(_GREETING, params={"app": task.app_name}))
            return Draft(AnswerState.ANSWERED)
        same = bool(asked_alike(task.looked.hits, text))
        if not same and asks_for_person(text):
            task.screen.say(OWNER_CALLED)
            return Draft(AnswerState.HANDED_OVER, wants_owner=True)
        if not same and task.looked.for_now:
            task.workings.looked = looked = await self._knowledge.look(app, task.question, MEANING_IN)
            task = replace(task, looked=looked, prompt=replace(task.prompt, items=looked.items))
        if any(_told_otherwise(task.question, hit.item) for hit in task.looked.hits[:1]):
            task = replace(task, looked=replace(task.looked, hits=[]))
        draft = await self._attempt(self._quoting, AnswerState.QUOTED, task)
        # Whether a quotation answers what was asked in other words, nobody knows but the owner.
        unsure = draft.state is AnswerState.QUOTED and not same
        made = replace(draft.made, by_words=task.looked.for_now and not same)
        return replace(draft, unanswered=text if unsure else draft.unanswered, made=made)

    async def _attempt(self, model: AnswerModel, state: AnswerState, task: _Task) -> Draft:
        """What a model made of it, `state` where that is an answer."""
        hits = task.looked.hits
        attempt = Attempt(model, task.prompt, hits, task.screen, task.bill, self._patience, task.workings.tries)
        said = await attempt.made()
        items = {item.id: item for item in task.prompt.items}
        cited = [items[each] for each in said.cited if each in items]
        sources = await sources_of(cited, task.screen)
        if said.declined:
            return _declined(said.declined.reason, task)
        return replace(
            _ended(said, state, task),
            sources=sources,
            rests_on_said=tuple(item.id.removeprefix(SAID_ID) for item in cited if item.kind == "said"),
            withheld_in=withheld_in(said.withheld, [*cited, *(hit.item for hit in hits)]) if said.withheld else None,
            made=AnswerFacts(
                knowledge="whole" if task.looked.shown.whole else "found",
                statements=said.grounding.statements,
                uncited=len(said.grounding.bare),
                broken=said.grounding.broken,
                cut=said.cut,
                again=said.again,
            ),
        )


def _ended(said: Said, state: AnswerState, task: _Task) -> Draft:
    """What became of the answer, in the sentence that says so where the model left it to us. Raises ModelFailed."""
    screen, question = task.screen, task.question
    if said.wants_owner:
        screen.say(OWNER_CALLED)
        return Draft(AnswerState.HANDED_OVER, wants_owner=True)
    if said.unknown:
        partly = bool(screen.live.text.strip())
        near = () if partly else fitting_a_button(said.unknown.near, question)
        screen.say(REST_PASSED_ON if partly else NEAR_PASSED_ON if near else PASSED_ON)
        # A first question stands for itself; one that leans on the conversation needs the model's wording.
        asked = said.unknown.question if partly or question.history else question.text
        return Draft(AnswerState.PARTLY if partly else AnswerState.UNKNOWN, unanswered=asked, suggestions=near)
    if not screen.live.text.strip():
        raise ModelFailed("empty")
    _say_if_private(task)
    if said.cut:
        screen.say(CUT_SHORT)
    return Draft(state)


def _told_otherwise(question: Question, item: KnowledgeItem) -> bool:
    """Whether the owner told this visitor something else than an entry says: quoted, it would contradict them."""
    return any(
        each.role is Role.OWNER and turns_round(item.text, each.text, f"{item.title}\n{question.text}")
        for each in question.history
    )


def _say_if_private(task: _Task) -> None:
    """Of an answer that is hardly more than placeholders: what can be done about it."""
    if is_mostly_hidden(task.screen.live.text, task.question.lang):
        task.screen.say(PRIVATE)


def _declined(reason: Decline, task: _Task) -> Draft:
    """A kind no in place of whatever was said, and what may be asked instead."""
    task.screen.live.start_over()
    task.screen.say(replace(DECLINED[reason], params={"app": task.app_name}))
    return Draft(AnswerState.REFUSED, made=AnswerFacts(why=reason.value))


def said_by_owner(message: Message, lang: Tag, zone: ZoneInfo) -> str:
    """How an owner's own words are named as a source, with their time."""
    return _("The owner, in this chat ({when})", when=named_time(message.created_at, zone, lang, day=True)).say(lang)


async def prompt_of(
    app: App, question: Question, shown: ShownItems, guard: AppGuard, pii: Pii, zone: ZoneInfo
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
        links=tuple((link.label, link.url) for link in app.links if not link.url.startswith("mailto:")),
        greeting=await redacted(app.greeting),
        tone=app.tone.value,
        banned_topics=app.banned_topics,
    )
    about = facts.as_item()
    # What the owner said to this visitor is knowledge too, and newer than any other.
    said = [
        KnowledgeItem(
            f"{SAID_ID}{each.id}", "said", said_by_owner(each, question.lang, zone), await redacted(each.text)
        )
        for each in question.history
        if each.role is Role.OWNER and each.text
    ]
    prompt = Prompt(
        facts,
        (*([about] if about else []), *shown.items, *said),
        tuple([Turn(turn.role, await redacted(turn.text)) for turn in question.turns()]),
        await redacted(question.text),
        question.lang,
        # What the app says of itself stands before everything else.
        standing=shown.standing and shown.standing + bool(about),
        now=time_there(question.at, zone) if question.at else "",
    )
    known = await asyncio.to_thread(KnownValues.of, taken, guard.public.values) if taken else NOTHING_KNOWN
    return prompt, known
