"""What an owner's programs have proposed, in chat: listed, and shown whole before it can be applied."""

from collections.abc import Sequence

from handlers.buttons import Button
from handlers.chat.commands import Command, Feature
from handlers.chat.plain_language.proposal_answers import DISCARD, ProposalCommands
from handlers.messages import MOST_CARDS, Card, Cards, Reply, Text
from handlers.proposals.changes import ProposedChanges
from handlers.proposals.filed import LIST_PROPOSALS
from handlers.proposals.proposals import Proposals
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.inbox.proposals import Proposal, ProposalId

SHOW_PROPOSAL = Button("proposal.show", _("Show"), ProposalId)


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
