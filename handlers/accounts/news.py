"""What happens to an account at one door is told at the other: in LINE at once, whatever the quiet hours are."""

from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import News
from handlers.messages import Choice
from knowledge.phrases import Phrase
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import OwnerScope, new_id


class AccountNews:
    """Tells an owner, in the caller's transaction."""

    def __init__(self, alerts: Alerts) -> None:
        self._alerts = alerts

    async def tell(self, scope: OwnerScope, body: Phrase, *choices: Choice) -> None:
        """One card in the owner's LINE. Without LINE it waits until there is one, or comes by mail if so chosen."""
        await self._alerts.tell(scope, News(AlertKind.ACCOUNT, new_id(), body, choices=choices))
