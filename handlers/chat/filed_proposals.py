"""What an owner's programs have proposed: told once, listed in chat, and shown whole before it can be applied."""

from collections.abc import Sequence

from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import News
from handlers.buttons import Button
from handlers.chat.commands import Command, Feature
from handlers.chat.plain_language.changes import ProposedChanges
from handlers.chat.plain_language.proposal_answers import DISCARD, LIST_PROPOSALS, ProposalCommands
from handlers.chat.plain_language.proposals import Proposals
from handlers.messages import MOST_CARDS, Card, Cards, Reply, Text
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.errors import BadInput, MimiError
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import AppScope, Database, new_id
from knowledge.store.inbox.proposals import Change, Proposal, ProposalId

MOST_WAITING = 50  # of one owner

SHOW_PROPOSAL = Button("proposal.show", _("Show"), ProposalId)


class FiledProposals:
    """Where programs' proposals come in; `handlers/programs/proposing.py` is who files them."""

    def __init__(self, db: Database, proposals: Proposals, alerts: Alerts) -> None:
        self._db = db
        self._proposals = proposals
        self._alerts = alerts
        self._owners = OwnerRepository(db)

    async def file(self, scope: AppScope, by: str, changes: Sequence[Change]) -> Sequence[MimiError | None]:
        """Keep what can be and tell the owner of it, or neither; of each why it cannot be, if so.

        Raises BadInput where nobody would see them, or too many wait already.
        """

        async def keep() -> list[MimiError | None]:
            owner = await self._owners.get(scope.owner_id)
            if owner is None or owner.line_user_id is None:
                raise BadInput(_("Proposals are looked at in LINE, and the owner has not linked it."))
            if await self._proposals.count_filed(scope) + len(changes) > MOST_WAITING:
                raise BadInput(
                    _("No more than {most} proposals wait for an owner, who looks at them in LINE.", most=MOST_WAITING)
                )
            outcomes = [await self._filed(scope, by, change) for change in changes]
            if count := outcomes.count(None):
                body = _(
                    "{program} proposes changes: {count}. Nothing changes until you say so.", program=by, count=count
                )
                news = News(AlertKind.PROPOSALS, new_id(), body, choices=(LIST_PROPOSALS(),))
                await self._alerts.tell(scope, news)
            return outcomes

        return await self._db.transaction(keep)

    async def _filed(self, scope: AppScope, by: str, change: Change) -> MimiError | None:
        try:
            await self._proposals.propose(scope, change, by=by)
        except MimiError as refusal:
            return refusal
        return None


class FiledProposalCommands:
    """What an owner types and taps to see them."""

    def __init__(self, proposals: Proposals, changes: ProposedChanges, cards: ProposalCommands) -> None:
        self._proposals = proposals
        self._changes = changes
        self._cards = cards

    def feature(self) -> Feature:
        command = Command(("/proposals", "/提案"), _("Show what your programs propose"), self._list, shows=True)
        return Feature(commands=(command,), taps=(LIST_PROPOSALS.runs(self._list), SHOW_PROPOSAL.runs(self._show)))

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        waiting = await self._proposals.filed(owner.scope, limit=MOST_CARDS)
        if not waiting:
            return [Text(_("No proposal is waiting for you."))]
        count = await self._proposals.count_filed(owner.scope)
        cards = tuple(self._card(each) for each in waiting)
        return [Cards(_("Proposals: {count}", count=count), cards)]

    async def _show(self, owner: Owner, proposal_id: ProposalId) -> Sequence[Reply]:
        return self._cards.show(await self._proposals.show(owner.scope, proposal_id))

    def _card(self, proposal: Proposal) -> Card:
        """In short: what it would do and to what. Applied is only what was shown whole."""
        values = proposal.change.values
        body = _("{program}: {why}", program=proposal.by, why=shortened(values.get("why", "-"), LONGEST_SHOWN))
        asked = values.get("question", "")
        rows = ((_("Question"), shortened(asked, LONGEST_SHOWN)),) if asked else ()
        title = self._changes.kind(proposal.change).title
        return Card(title, body, rows, (SHOW_PROPOSAL(proposal.id), DISCARD(proposal.id)))
