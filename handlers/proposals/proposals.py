"""Proposals: a change somebody's words asked for, kept until the owner taps, applied once, to what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from handlers.entries.doubles import Chosen, Double, DoubleWay
from handlers.entries.faqs import SavedFaq
from handlers.ports import Clock
from handlers.proposals.changes import ProposedChanges, Row, seen
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.inbox.proposals import Change, Proposal, ProposalRepository, ProposalState

OPEN_FOR = timedelta(days=1)
FILED_FOR = timedelta(days=7)  # by a program: its owner has not just asked for it


class ChangedSince(BadInput):
    """What a proposal would replace is no longer what was shown."""


@dataclass(frozen=True)
class Shown:
    """A proposal and what it would do; `double` is the entry that a new one asks the same as."""

    proposal: Proposal
    rows: Sequence[Row]
    double: Double | None = None


class Proposals:
    """From a change to a proposal, and from a tap to the change. Nothing else ever makes one of these changes."""

    def __init__(self, db: Database, changes: ProposedChanges, clock: Clock) -> None:
        self._db = db
        self._proposals = ProposalRepository(db)
        self._changes = changes
        self._clock = clock

    async def propose(self, scope: AppScope, change: Change, said_in: str = "", by: str = "") -> Shown:
        """Keep it in the caller's transaction; `by` names the program that asks for it.

        Raises BadInput or NotFound for what could not be done.
        """
        change = await self._changes.beside(scope, change)
        rows = await self._changes.rows(scope, change)
        # Shown as a change it would be a question about nothing.
        if all(row.before == row.after for row in rows):
            raise BadInput(_("That is already so. There is nothing to change."))
        now = self._clock.now()
        proposal = Proposal(scope, change, seen(rows), now, now + (FILED_FOR if by else OPEN_FOR), said_in, by)
        await self._proposals.add(scope, proposal)
        return Shown(proposal, rows, await self._changes.double(scope, change))

    async def get(self, owner: OwnerScope, proposal_id: str) -> Proposal:
        """One that still waits. Raises NotFound that says what became of it."""
        proposal = await self._proposals.get(owner, proposal_id, self._clock.now())
        if proposal is None:
            raise NotFound(_("This proposal is too old. Please tell me again what you would like."))
        if proposal.state is ProposalState.APPLIED:
            raise NotFound(_("This has been changed already."))
        if proposal.state is ProposalState.DISCARDED:
            raise NotFound(_("You have discarded this proposal."))
        return proposal

    async def look(self, proposal: Proposal) -> Shown:
        """What one would do now. Raises NotFound, BadInput where it cannot be done any more."""
        rows = await self._changes.rows(proposal.scope, proposal.change)
        return Shown(proposal, rows, await self._changes.double(proposal.scope, proposal.change))

    async def show(self, owner: OwnerScope, proposal_id: str) -> Shown:
        """One that still waits, with what it would do now, and can be applied so. Raises NotFound, BadInput."""
        shown = await self.look(await self.get(owner, proposal_id))
        return shown if seen(shown.rows) == shown.proposal.seen else await self.again(owner, proposal_id)

    async def filed(self, owner: OwnerScope, *, limit: int = 0) -> Sequence[Proposal]:
        """What the owner's programs have proposed, of all apps, the oldest first."""
        return await self._proposals.list_open(owner, self._clock.now(), limit=limit)

    async def count_filed(self, owner: OwnerScope) -> int:
        return await self._proposals.count_open(owner, self._clock.now())

    async def apply(self, owner: OwnerScope, proposal_id: str, way: DoubleWay | None = None) -> SavedFaq | None:
        """Make the change, once; a new entry beside one that asks the same goes the way that was chosen. The entry, if
        one was saved.

        Raises NotFound, BadInput; then nothing has changed.
        """

        async def make() -> SavedFaq | None:
            proposal = await self.get(owner, proposal_id)
            # What the owner tapped is what was shown: with a page open beside the chat it may be something else by now.
            if seen(await self._changes.rows(proposal.scope, proposal.change)) != proposal.seen:
                raise ChangedSince(
                    _("It has changed since I showed it to you. Please tell me again what you would like.")
                )
            place = Chosen(way, proposal.change.about) if way else None
            saved = await self._changes.apply(proposal.scope, proposal.change, place)
            await self._proposals.settle(owner, proposal_id, ProposalState.APPLIED)
            return saved

        return await self._db.transaction(make)

    async def again(self, owner: OwnerScope, proposal_id: str) -> Shown:
        """The same change as it would be now, as another proposal in its place. Raises NotFound, BadInput."""

        async def anew() -> Shown:
            proposal = await self.get(owner, proposal_id)
            shown = await self.propose(proposal.scope, proposal.change, proposal.said_in, proposal.by)
            await self._proposals.settle(owner, proposal_id, ProposalState.DISCARDED)
            return shown

        return await self._db.transaction(anew)

    async def discard(self, owner: OwnerScope, proposal_id: str) -> None:
        """Leave everything as it is. Raises NotFound if it does not wait (any more)."""

        async def drop() -> None:
            await self.get(owner, proposal_id)
            await self._proposals.settle(owner, proposal_id, ProposalState.DISCARDED)

        await self._db.transaction(drop)

    def text_of(self, proposal: Proposal) -> str:
        """The text of it that the owner may word otherwise; empty where there is none."""
        return proposal.change.values.get(self._changes.kind(proposal.change).text, "")

    async def reword(self, owner: OwnerScope, proposal_id: str, text: str) -> Shown:
        """Another proposal in its place, with the owner's own text. Raises NotFound, BadInput."""

        async def anew() -> Shown:
            proposal = await self.get(owner, proposal_id)
            name = self._changes.kind(proposal.change).text
            change = replace(proposal.change, values={**proposal.change.values, name: text})
            shown = await self.propose(proposal.scope, change, proposal.said_in, proposal.by)
            await self._proposals.settle(owner, proposal_id, ProposalState.DISCARDED)
            return shown

        return await self._db.transaction(anew)

    async def rest_on(self, owner: OwnerScope, proposal_ids: Sequence[str], said_in: str) -> None:
        """Those of them that no message is known of hold words of this one."""
        await self._proposals.set_said_in(owner, proposal_ids, said_in)

    async def take_back(self, owner: OwnerScope, said_in: str) -> None:
        """Forget what came of a message that the owner has taken back."""
        await self._proposals.remove_said_in(owner, said_in)
