"""Trials: an owner asks as a visitor would, sees how the answer came about, and puts right what is wrong from there.

It is the way of every answer (`AnswerWriter`) and nobody's conversation: nothing of it is counted, told or asked again,
save what it costs.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.answers.answers import LONGEST_TEXT, answered_at_once
from handlers.answers.attempt import Said
from handlers.answers.knowledge import Question
from handlers.answers.progress import LiveAnswer
from handlers.answers.sieve import Sieves
from handlers.answers.writer import AnswerWriter, Draft, Workings
from handlers.buttons import Shortcut
from handlers.messages import AnswerState
from handlers.ports import Clock
from handlers.spending.spending import Spending
from handlers.written import shortened, written
from knowledge.errors import NotFound, Unavailable
from knowledge.items import Hit, KnowledgeItem
from knowledge.language import language_of
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from knowledge.store.conversations.answer_facts import AnswerFacts
from knowledge.store.conversations.messages import Message, MessageId, Role
from knowledge.store.database import AppScope, OwnerScope
from knowledge.store.learning.trials import KEPT, Dropped, Piece, Rest, Trial, TrialOutcome, TrialRepository
from knowledge.stored_items import entry_of

TRY = Shortcut("trial.ask", _("Try a question"))

TRIAL_LEASE = timedelta(minutes=3)  # longer than an answer may take
MOST_WAITING = 3  # of one app: each may cost
MOST_BEFORE = 4  # trials that one goes on from
MOST_PIECES = 60
LONGEST_PIECE = 400  # characters of one that was found


class Trials:
    """One app's at a time."""

    def __init__(
        self, trials: TrialRepository, writer: AnswerWriter, sieves: Sieves, spending: Spending, clock: Clock
    ) -> None:
        self._trials = trials
        self._writer = writer
        self._sieves = sieves
        self._spending = spending
        self._clock = clock

    async def ask(self, app: App, question: str, after: str = "") -> Trial:
        """What comes of it now, kept; takes as long as an answer does. Raises BadInput, NotFound for `after`."""
        trial = await self._begun(app, question, after)
        trial = replace(trial, outcome=await self.outcome(app, trial))
        await self._trials.add(app.scope, trial)
        return trial

    async def ask_later(self, app: App, question: str, after: str = "") -> Trial:
        """Keep the question for the background, in the caller's transaction. Raises BadInput, NotFound, Unavailable."""
        if await self._trials.count_waiting(app.scope) >= MOST_WAITING:
            raise Unavailable(_("I am still working on your other questions. Please wait a moment."))
        trial = await self._begun(app, question, after)
        await self._trials.add(app.scope, trial)
        return trial

    async def take(self) -> Trial | None:
        """The question that has waited longest, leased."""
        now = self._clock.now()
        return await self._trials.take(now, now + TRIAL_LEASE)

    async def release(self, trial: Trial) -> None:
        """Hand one back that was taken."""
        await self._trials.release(trial, self._clock.now())

    async def done(self, trial: Trial, outcome: TrialOutcome) -> bool:
        """Keep what came of one that was taken, in the caller's transaction; False if another was first."""
        return await self._trials.done(trial, outcome)

    async def get(self, owner: OwnerScope, trial_id: str) -> Trial:
        """One of the owner's. Raises NotFound."""
        trial = await self._trials.get(owner, trial_id)
        if trial is None:
            raise _gone()
        return trial

    async def of_app(self, scope: AppScope, trial_id: str) -> Trial:
        """One of the app's. Raises NotFound, also for one of another app of the same owner."""
        trial = await self.get(scope, trial_id)
        if trial.scope != scope:
            raise _gone()
        return trial

    async def latest(self, scope: AppScope, limit: int) -> Sequence[Trial]:
        """The latest, those that are marked wrong before the others."""
        return sorted(await self._trials.latest(scope, limit), key=lambda trial: not trial.wrong)

    async def mark(self, owner: OwnerScope, trial_id: str, *, wrong: bool) -> Trial:
        """Note that the answer is wrong, or is not. Raises NotFound."""
        trial = await self.get(owner, trial_id)
        await self._trials.set_wrong(trial.scope, trial.id, wrong)
        return replace(trial, wrong=wrong)

    async def outcome(self, app: App, trial: Trial) -> TrialOutcome:
        """The answer a visitor would get, and how it comes about. Raises what the store raises."""
        sieve = await self._sieves.of(app)
        if at_once := answered_at_once(app, sieve.judged(trial.question, trial.id, b"").judgement):
            made = AnswerFacts(why=at_once.why)
            return TrialOutcome(at_once.phrase.say(trial.lang), at_once.state, made=made, asked=trial.question)
        live = LiveAnswer(trial.id, 1, grown=lambda: None)
        question = Question(trial.question, trial.lang, await self._before(trial), self._clock.now())
        return self._told(await self._writer.write(app, question, live), live.text)

    async def _begun(self, app: App, question: str, after: str) -> Trial:
        asked = written(question, LONGEST_TEXT)
        before = await self.of_app(app.scope, after) if after else None
        lang = language_of(asked, before.lang if before else app.lang)
        return Trial(app.scope, asked, lang, self._clock.now(), before.id if before else "")

    async def _before(self, trial: Trial) -> tuple[Message, ...]:
        """What was said before it, in order."""
        said: list[Message] = []
        while trial.after and len(said) < 2 * MOST_BEFORE:
            earlier = await self._trials.get(trial.scope, trial.after)
            if earlier is None:
                break
            trial = earlier
            # Spam may hold orders to the model.
            if trial.outcome and trial.outcome.state != AnswerState.HELD:
                said = [*messages_of(trial), *said]
        return tuple(said)

    def _told(self, draft: Draft, text: str) -> TrialOutcome:
        told = TrialOutcome(text, draft.state, draft.sources, draft.suggestions, draft.made)
        workings = draft.workings
        if workings is None or workings.prompt is None:
            return told
        # What rests on nothing is our own sentence, in place of whatever a model said.
        last = workings.tries[-1] if workings.tries and draft.sources else Said()
        asks = draft.made.knowledge != "curated"
        tokens = workings.prompt.tokens if asks else 0
        return replace(
            told,
            asked=workings.prompt.question,
            pieces=tuple(_pieces(workings, last.cited, shown=asks)),
            known=len(workings.looked.items),
            shown=len(workings.looked.shown.items) if asks else 0,
            tokens=tokens,
            priced=self._spending.pricing.model,
            estimate=self._spending.about(tokens) if asks else 0,
            hidden={kind.value: count for kind, count in last.withheld.items()},
            words=last.words if last.withheld else "",
            rests=_rests(last, text),
            left_out=tuple(dict.fromkeys(_left_out(workings.tries))),
        )


def _gone() -> NotFound:
    return NotFound(_("That trial is no longer kept. Please ask again."))


def messages_of(trial: Trial) -> list[Message]:
    """A trial as a conversation would hold it; one that waits has no answer yet."""
    at, ends = trial.asked_at, trial.asked_at + KEPT
    asked = Message(trial.scope, "", Role.VISITOR, trial.question, trial.lang, at, ends, id=MessageId(""))
    if trial.outcome is None:
        return [asked]
    told = trial.outcome
    answer = replace(
        asked, role=Role.MIMI, text=told.text, state=told.state, sources=told.sources, suggestions=told.suggestions
    )
    return [asked, answer]


def _pieces(workings: Workings, cited: Sequence[str], *, shown: bool) -> list[Piece]:
    """What the answer rests on, then what was found besides, then the rest of the prompt."""
    prompted = {item.id: item for item in workings.prompt.items} if workings.prompt and shown else {}
    hits = {hit.item.id: hit for hit in workings.looked.hits}
    known = {item.id: item for item in (*workings.looked.items, *prompted.values())}
    order = dict.fromkeys([*(each for each in cited if each in known), *hits, *prompted])
    telling = {*hits, *cited}
    return [
        _piece(known[each], hits.get(each), shown=each in prompted, whole=each in telling)
        for each in list(order)[:MOST_PIECES]
    ]


def _piece(item: KnowledgeItem, hit: Hit | None, *, shown: bool, whole: bool) -> Piece:
    entry = entry_of(item).id if item.kind in ("faq", "passage") else ""
    text = shortened(item.text, LONGEST_PIECE) if whole else ""
    piece = Piece(item.id, item.kind, entry, item.full_title, text, shown=shown)
    if hit is None:
        return piece
    score, share = round(float(hit.score), 3), round(float(hit.share), 3)
    return replace(piece, found=True, score=score, share=share, by_meaning=hit.by_meaning)


def _rests(last: Said, text: str) -> tuple[Rest, ...]:
    """Sentence by sentence where a model pointed; all of it where it is an entry's own words."""
    if last.grounding.rests:
        return tuple(Rest(sentence, pieces) for sentence, pieces in last.grounding.rests)
    return (Rest(text, tuple(last.cited)),) if last.cited else ()


def _left_out(tries: Sequence[Said]) -> list[Dropped]:
    return [
        Dropped(sentence, said.grounding.against.get(sentence, ""))
        for said in tries
        for sentence in said.grounding.bare
    ]
