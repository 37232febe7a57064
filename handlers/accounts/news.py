"""What happens to an account at one door is told at the other; and of letters that cannot be delivered, in LINE."""

from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import News
from handlers.buttons import Shortcut
from handlers.messages import Choice
from handlers.ports import Clock
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import Database, OwnerScope, new_id
from knowledge.store.outbox.outbox import TO_VISITOR, Channel, OutboxRepository, OutboxRow

EMAIL = Shortcut("email", _("E-mail address"))


class AccountNews:
    """Tells an owner, in the caller's transaction."""

    def __init__(self, alerts: Alerts) -> None:
        self._alerts = alerts

    async def tell(self, scope: OwnerScope, body: Phrase, *choices: Choice) -> None:
        """One card in the owner's LINE. Without LINE it waits until there is one, or comes by mail if so chosen."""
        await self._alerts.tell(scope, News(AlertKind.ACCOUNT, new_id(), body, choices=choices))

    async def mention(self, scope: OwnerScope, body: Phrase, *choices: Choice) -> None:
        """The same when they next write, since it is not worth a push."""
        await self._alerts.tell(scope, News(AlertKind.NOTICE, new_id(), body, choices=choices))


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
        body = _("An e-mail to {address} could not be delivered. Please check the address.", address=row.to)
        # Everybody gets notices: those that do not arrive must not use up the month's pushes.
        tell = self._news.mention if row.kind == AlertKind.NOTICE else self._news.tell
        await tell(OwnerScope(owner.id), body, EMAIL())
