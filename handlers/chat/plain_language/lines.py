"""Plain language: an owner's line that is no command becomes a proposed change, understood by a model in its own time.

The line is kept in the transaction of its event and answered by a job (docs/decisions/0005-plain-language.md).
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import structlog

from handlers.apps.apps import Apps
from handlers.chat.commands import Feature
from handlers.chat.help import next_steps
from handlers.chat.incoming import Wrote
from handlers.chat.plain_language.owner_view import OwnerView, OwnerViews
from handlers.chat.plain_language.proposal_answers import ProposalCommands
from handlers.chat.plain_language.wishes import Wishes
from handlers.messages import Replies, Reply, Text
from handlers.ports import AnswersLater, Clock, ToolModel
from handlers.proposals.proposals import Proposals
from handlers.spending.spending import A_CALL, Spending
from knowledge.errors import MimiError
from knowledge.model.claude_stream import ToolCall
from knowledge.model.events import ModelFailed
from knowledge.model.prompt import size_of
from knowledge.phrases import _
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.apps.apps import App
from knowledge.store.database import Database
from knowledge.store.inbox.plain_lines import PlainLine, PlainLineRepository
from knowledge.store.inbox.proposals import Change

log = structlog.get_logger(__name__)

LINE_LEASE = timedelta(seconds=60)  # longer than Claude may take
KEPT = timedelta(hours=1)
LONGEST_LINE = 2_000
MOST_WAITING = 5  # of one owner: each costs a call of the model
MOST_ATTEMPTS = 3


class PlainLanguage:
    """Takes lines in, and answers them one at a time. Without a model it takes none."""

    def __init__(
        self,
        db: Database,
        apps: Apps,
        model: ToolModel | None,
        views: OwnerViews,
        proposals: Proposals,
        cards: ProposalCommands,
        wishes: Wishes,
        spending: Spending,
        later: AnswersLater,
        clock: Clock,
    ) -> None:
        self._db = db
        self._apps = apps
        self._model = model
        self._views = views
        self._proposals = proposals
        self._cards = cards
        self._wishes = wishes
        self._spending = spending
        self._later = later
        self._clock = clock
        self._lines = PlainLineRepository(db)
        self._owners = OwnerRepository(db)

    def feature(self) -> Feature:
        return Feature(on_line=self.hear, on_take_back=self._lines.take_back)

    async def hear(self, app: App, wrote: Wrote, line: str) -> Sequence[Reply] | None:
        """Take a line, in the caller's transaction; None if nobody can be asked what it means.

        Nothing is said now: the door shows that mimi is working, and gives the answer when it is there.
        """
        if self._model is None or not line or len(line) > LONGEST_LINE:
            return None
        if await self._lines.count(app.scope) >= MOST_WAITING or await self._spending.reached(app.scope):
            return None
        # Kept with the event: a process that dies leaves the line to another. The model is asked outside of it.
        now = self._clock.now()
        await self._lines.add(app.scope, PlainLine(app.scope, line, wrote.message, now, now + KEPT))
        return []

    async def take(self) -> PlainLine | None:
        """The line that has waited longest, leased."""
        now = self._clock.now()
        return await self._lines.take(now, now + LINE_LEASE)

    async def answer(self, line: PlainLine) -> None:
        """Answer a line that was taken. Cancelled, it is handed back; killed, it is answered once by another."""
        try:
            change = await self._understood(line)
        except asyncio.CancelledError:
            await asyncio.shield(self._lines.release(line, self._clock.now()))
            raise
        await self._db.transaction(lambda: self._finish(line, change))

    async def _understood(self, line: PlainLine) -> Change | MimiError | None:
        """The change it asks for, or the refusal to say instead; None for neither."""
        owner = await self._owners.get(line.scope.owner_id)
        if self._model is None or owner is None or line.attempts > MOST_ATTEMPTS:
            return None
        try:
            view = await self._views.of(await self._apps.get(line.scope), line.text, owner.lang)
            return view.change(await self._called(self._model, line, view))
        except MimiError as refusal:
            return refusal

    async def _called(self, model: ToolModel, line: PlainLine, view: OwnerView) -> ToolCall:
        """What the model makes of it; its cost is counted either way. Raises ModelFailed, whatever went wrong."""
        async with self._spending.bill(line.scope) as bill:
            if not await bill.room_for(size_of(view.request), A_CALL):
                raise ModelFailed("billing")
            try:
                call = await model.call(view.request)
            except ModelFailed as failure:
                log.warning("plain_language_failed", why=failure.why, line=line.id)
                bill.add(failure.usage)
                raise
            except Exception as error:  # whatever a model does, the commands carry on
                log.warning("plain_language_failed", error=type(error).__name__, line=line.id)
                raise ModelFailed("error") from error
            bill.add(call.usage)
            return call

    async def _finish(self, line: PlainLine, change: Change | MimiError | None) -> None:
        """The proposal, the answer, and "this line is done": all of it, or nothing."""
        owner = await self._owners.get(line.scope.owner_id)
        if owner is None or not await self._lines.done(line) or owner.line_user_id is None:
            return
        replies = Replies(owner.lang, tuple(await self._replies(line, change)))
        await self._later.answer(owner, replies, line.said_in)

    async def _replies(self, line: PlainLine, change: Change | MimiError | None) -> Sequence[Reply]:
        if change is None:
            return self._wishes.answer(await self._wishes.meant(line.text))
        if isinstance(change, ModelFailed):
            return [Text(_("I could not work that out just now. The buttons and commands still work."), next_steps())]
        if isinstance(change, MimiError):
            return [Text(change.phrase, next_steps())]
        try:
            return self._cards.show(await self._proposals.propose(line.scope, change, line.said_in))
        except MimiError as refusal:
            return [Text(refusal.phrase, next_steps())]
