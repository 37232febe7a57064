"""Answers being written: tasks this process owns, each holding its answer by lease, so that a dead process's go on.

In a conversation they are written one after the other, each to all of its turn (handlers/conversations/turns.py).
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from weakref import WeakValueDictionary

import structlog

from handlers.alerts.alerts import Alerts
from handlers.answers.askings import Askings
from handlers.answers.knowledge import Question
from handlers.answers.progress import LiveAnswers
from handlers.answers.writer import AnswerWriter, Draft
from handlers.conversations.conversations import Conversations
from handlers.conversations.said_changes import SaidChanges
from handlers.conversations.turns import one_question
from handlers.messages import AnswerState
from handlers.ports import Clock
from knowledge.errors import NotFound
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.conversations.messages import (
    ATTEMPTS_OF_A_RUN,
    HELD,
    MOST_SHOWN,
    PENDING,
    Message,
    MessageRepository,
    Role,
)
from knowledge.store.database import Database

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
RENEW_EVERY = 10.0  # seconds
MOST_RUNS = 5  # of one answer; what kills every process that writes it must not go on for ever
MOST_AT_ONCE = 50  # resumed in one sweep
TURNS = 8  # earlier messages that the model is told


@dataclass(frozen=True)
class Pending:
    """An answer to be written, its lease taken; `history` is what was said before, None where that is to be read.

    Where it is read the answer waits for those before it, save the one that was `stopped`.
    """

    answer: Message
    asked: Message
    history: tuple[Message, ...] | None = None
    stopped: str = ""


class AnswerRuns:
    """Starts, resumes and ends the writing of answers; nobody who waits for one can stop it by going away."""

    def __init__(
        self,
        db: Database,
        conversations: Conversations,
        writer: AnswerWriter,
        live: LiveAnswers,
        alerts: Alerts,
        askings: Askings,
        said: SaidChanges,
        clock: Clock,
    ) -> None:
        self._db = db
        self._apps = AppRepository(db)
        self._messages = MessageRepository(db)
        self._conversations = conversations
        self._writer = writer
        self._live = live
        self._alerts = alerts
        self._askings = askings
        self._said = said
        self._clock = clock
        self._running: dict[asyncio.Task[None], tuple[App, Pending]] = {}
        self._holding_back: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._renewing: asyncio.Task[None] | None = None

    def start(self, app: App, pending: Pending) -> None:
        """Write an answer whose lease the caller has."""
        task = asyncio.create_task(self._run(app, pending), name=f"answer {pending.answer.id}")
        self._running[task] = app, pending
        task.add_done_callback(self._running.pop)
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew(), name="answer leases")

    @asynccontextmanager
    async def held_back(self, answer: Message | None) -> AsyncIterator[str]:
        """The id of an answer of which nothing is shown before the block ends: what is kept in it can join its turn.

        Nothing ("") where it has begun to be shown, or is written elsewhere. It is written anew afterwards.
        """
        if answer is None:
            yield ""
            return
        async with self._holding_back.setdefault(answer.id, asyncio.Lock()):
            task = next((each for each, (_app, it) in self._running.items() if it.answer.id == answer.id), None)
            if task is None or self._live.has_begun(answer):
                yield ""
                return
            app, pending = self._running[task]
            task.cancel()
            await asyncio.wait([task])
            try:
                yield answer.id
            finally:
                self.start(app, replace(pending, history=None))

    async def resume_abandoned(self) -> int:
        """Take on answers whose process is gone, and say how many; called by a sweep and at the start."""
        taken = 0
        while taken < MOST_AT_ONCE:
            now = self._clock.now()
            answer = await self._messages.take_abandoned(now, now + LEASE)
            if answer is None:
                break
            taken += 1
            app = await self._apps.get(answer.scope)
            asked = await self._messages.get(answer.scope, answer.conversation_id, answer.reply_to)
            if app and asked:
                self.start(app, Pending(answer, asked))
        return taken

    async def close(self) -> None:
        """Stop writing and hand everything unfinished back, for another process to take at once."""
        unfinished = dict(self._running)
        ending = [*unfinished, *([self._renewing] if self._renewing else [])]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        await self._messages.hold([pending.answer for _app, pending in unfinished.values()], self._clock.now())

    async def _run(self, app: App, pending: Pending) -> None:
        """Read what was said before, write, keep, and tell whoever follows."""
        answer, asked, history = pending.answer, pending.asked, pending.history
        try:
            if history is None:
                turn = await self._turn(pending)
                if turn is None:
                    return
                answer, asked, history = turn
                self._now_running(app, replace(pending, answer=answer))
            # An answer leaves this list before it is kept, so nobody is told of it from both.
            with self._live.writing(answer) as live:
                # Spam may hold orders to the model.
                history = tuple(said for said in history if said.state != HELD)
                # A question that ends every process that writes its answer gets a fixed sentence in the end.
                if answer.attempt < MOST_RUNS * ATTEMPTS_OF_A_RUN:
                    draft = await self._writer.write(
                        app, Question(asked.text, answer.lang, history, asked.created_at), live
                    )
                else:
                    draft = self._writer.withhold(live, answer.lang)
            written = replace(
                answer,
                text=live.text,
                attempt=live.attempt,
                state=draft.state,
                sources=draft.sources,
                suggestions=draft.suggestions,
                made=draft.made,
            )
            with self._live.keeping(answer.conversation_id):
                kept = await self._keep(written, asked, draft, started_at=answer.attempt)
                self._live.ring(answer.conversation_id, look=True, stored=kept)
            if kept is None:
                await self._write_to_who_joined(app, answer, pending)
            if kept and kept.made.by_words:
                # A warning is counted at /metrics: an embedder that is too slow shows nowhere else.
                log.warning("answered_by_words", answer=answer.id)
            if kept and draft.rests_on_said:
                await self._said.cited(asked, draft.rests_on_said)
        except Exception as error:  # noqa: BLE001 (the lease runs out, and a sweep begins another run)
            log.warning("answer_abandoned", error=type(error).__name__, answer=answer.id)

    async def _turn(self, pending: Pending) -> tuple[Message, Message, tuple[Message, ...]] | None:
        """When it is its turn: the answer, what its turn asks, and what was said before. None if nobody waits any more.

        It is its turn when no answer to an earlier message is being written.
        """
        answer, asked = pending.answer, pending.asked
        where = asked.scope, asked.conversation_id
        with self._live.bell(asked.conversation_id) as bell:
            while True:
                before = await self._messages.last(*where, TURNS, before=asked.seq)
                earlier = {each.id for each in before}
                writing = [each for each in await self._messages.pending(*where) if each.id != pending.stopped]
                if not any(each.reply_to in earlier for each in writing):
                    break
                await bell.wait()
        now = await self._messages.get(*where, answer.id)
        if now is None or now.state != PENDING:
            return None
        since = await self._messages.after(*where, asked.seq or 0, MOST_SHOWN)
        # What answers an earlier message was said before this turn, although it was kept later.
        before += [each for each in since if each.role is Role.MIMI and each.reply_to in earlier]
        return now, one_question(asked, [each for each in since if each.id in now.joined]), tuple(before[-TURNS:])

    def _now_running(self, app: App, pending: Pending) -> None:
        """What the present task writes is this now."""
        if task := asyncio.current_task():
            self._running[task] = app, pending

    async def _write_to_who_joined(self, app: App, answer: Message, pending: Pending) -> None:
        """A message has joined the turn while its answer was written without it: once more, to all of it."""
        now = await self._messages.get(answer.scope, answer.conversation_id, answer.id)
        if now and now.state == PENDING and now.joined != answer.joined:
            self.start(app, replace(pending, answer=now, history=None))

    async def _keep(self, answer: Message, asked: Message, draft: Draft, started_at: int) -> Message | None:
        """The answer, its number and the owner's alerts; None if it was deleted, or another run was first."""

        async def keep() -> Message | None:
            conversation = await self._conversations.next_message(answer.scope, answer.conversation_id)
            done = replace(answer, seq=conversation.seq)
            if not await self._messages.complete(done, started_at=started_at):
                return None
            about = asked.scope, asked.conversation_id, asked.id
            if draft.unanswered:
                await self._askings.noticed(asked, done, draft.unanswered)
                quoted = draft.state is AnswerState.QUOTED
                tell = self._alerts.question_quoted if quoted else self._alerts.question_unanswered
                await tell(*about, draft.unanswered, asked.lang)
            elif draft.wants_owner:
                await self._alerts.visitor_wants_owner(*about, asked.text, asked.lang)
            if draft.withheld_in:
                await self._alerts.answer_withheld(*about, asked.text, asked.lang, draft.withheld_in)
            return done

        try:
            return await self._db.transaction(keep)
        except NotFound:
            return None

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            try:
                writing = [pending.answer for _app, pending in self._running.values()]
                await self._messages.hold(writing, self._clock.now() + LEASE)
            except Exception as error:  # noqa: BLE001 (the store may be back for the next renewal)
                log.warning("leases_not_renewed", error=type(error).__name__)
