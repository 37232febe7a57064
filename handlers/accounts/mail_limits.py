"""How many letters mimi sends because somebody asked for them: to prove an address, or to sign in (S7, S43)."""

from handlers.ports import Clock
from knowledge.errors import TooMany
from knowledge.phrases import _
from knowledge.store.accounts.mail_counts import ONE_HOUR, MailCountRepository
from knowledge.store.accounts.owners import email_key
from knowledge.store.database import OwnerScope

# In an hour by the clock.
OF_OWNER, TO_ADDRESS, FROM_NETWORK = 5, 5, 30


class MailLimits:
    """One count for all doors, so that nobody's mailbox is filled by way of several."""

    def __init__(self, counts: MailCountRepository, clock: Clock) -> None:
        self._counts = counts
        self._clock = clock

    async def check_owner(self, scope: OwnerScope, address: str) -> None:
        """Count a letter that an owner asks for. Raises TooMany."""
        await self._count("owner", scope.owner_id, OF_OWNER)
        await self._count("address", email_key(address), TO_ADDRESS)

    async def check_network(self, network: str, address: str) -> None:
        """Count a letter that somebody unknown asks for from a (shortened) network address. Raises TooMany."""
        await self._count("network", network, FROM_NETWORK)
        await self._count("address", email_key(address), TO_ADDRESS)

    async def _count(self, kind: str, who: str, most: int) -> None:
        now = self._clock.now()
        if await self._counts.count(kind, who, now) <= most:
            return
        next_hour = now.replace(minute=0, second=0, microsecond=0) + ONE_HOUR
        wait = int((next_hour - now).total_seconds()) + 1
        minutes = wait // 60 + 1
        raise TooMany(_("That were many mails. Please wait {minutes} minutes.", minutes=minutes), wait, kind)
