"""Letters that cannot be delivered: whoever they belong to hears of it in LINE, so that none fails in silence."""

from handlers.accounts.news import AccountNews
from handlers.messages import Choice
from handlers.ports import Clock
from knowledge.phrases import _
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.database import Database, OwnerScope
from knowledge.store.outbox.outbox import TO_VISITOR, Channel, OutboxRepository, OutboxRow


class DeliveryFailures:
    """Closes outbox rows that will not be tried again."""

    def __init__(
        self, db: Database, owners: OwnerRepository, outbox: OutboxRepository, news: AccountNews, clock: Clock
    ) -> None:
        self._db = db
        self._owners = owners
        self._outbox = outbox
        self._news = news
        self._clock = clock

    async def close(self, row: OutboxRow, problem: str) -> None:
        """Note that the row has failed, and tell its owner of a letter, both or neither."""
        if row.channel is not Channel.MAIL or row.kind == TO_VISITOR:
            await self._outbox.failed(row, problem, self._clock.now())
            return

        async def work() -> None:
            await self._outbox.failed(row, problem, self._clock.now())
            await self._tell(row)

        await self._db.transaction(work)

    async def _tell(self, row: OutboxRow) -> None:
        """A letter of no owner's may still be to one: whoever asked to sign in did not say who they are."""
        owner = await self._owners.get(row.owner_id) if row.owner_id else await self._owners.by_email(row.to)
        if owner is None:
            return
        # Not what it said: a code in it would prove an address that no mail reaches.
        body = _("A mail to {address} could not be delivered. Please check the address.", address=row.to)
        await self._news.tell(OwnerScope(owner.id), body, Choice(_("E-mail address"), action="email"))
