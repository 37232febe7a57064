"""What an owner's programs propose: kept, and its owner told of it once."""

from collections.abc import Sequence

from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import News
from handlers.buttons import Shortcut
from handlers.proposals.proposals import Proposals
from knowledge.errors import BadInput, MimiError, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import AppScope, Database, new_id
from knowledge.store.inbox.proposals import Change

MOST_WAITING = 50  # of one owner

LIST_PROPOSALS = Shortcut("proposal.list", _("Proposals"))


class FiledProposals:
    """Where programs' proposals come in; `handlers/programs/proposing.py` is who files them."""

    def __init__(self, db: Database, proposals: Proposals, alerts: Alerts) -> None:
        self._db = db
        self._proposals = proposals
        self._alerts = alerts
        self._owners = OwnerRepository(db)

    async def file(self, scope: AppScope, by: str, changes: Sequence[Change]) -> Sequence[MimiError | None]:
        """Keep what can be and tell the owner of it, or neither; of each why it cannot be, if so.

        Raises BadInput where too many wait already, NotFound.
        """

        async def keep() -> list[MimiError | None]:
            owner = await self._owners.get(scope.owner_id)
            if owner is None:
                raise NotFound(_("That account does not exist."))
            if await self._proposals.count_filed(scope) + len(changes) > MOST_WAITING:
                raise BadInput(
                    _(
                        "No more than {most} proposals can wait for an owner. Please try again once some are decided.",
                        most=MOST_WAITING,
                    )
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
