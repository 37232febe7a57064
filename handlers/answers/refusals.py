"""Messages refused at a limit: many in an hour are a sign of abuse that the app's owner hears of."""

from datetime import timedelta
from typing import Final

from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import News
from handlers.ports import Clock
from knowledge.phrases import Phrase, _
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App
from knowledge.store.conversations.visitor_limits import RefusalRepository
from knowledge.store.database import AppScope, Database

SPIKE: Final = 50  # refusals of one app in an hour
ONE_DAY = timedelta(days=1)


class Refusals:
    """Counts them, and tells the owner at most once a day."""

    def __init__(self, db: Database, alerts: Alerts, clock: Clock) -> None:
        self._refusals = RefusalRepository(db)
        self._alerts = alerts
        self._clock = clock

    async def refused(self, app: App, *, whole_app: bool) -> None:
        """One more message was refused; `whole_app`: not for its sender's limit but for that of all together."""
        if whole_app:
            body = _("So many messages came at once that some visitors were asked to wait a minute.")
            await self._tell(app.scope, AlertKind.LIMIT, body, "messages")
        count = await self._refusals.count(app.scope, self._clock.now())
        if count == SPIKE:
            body = _(
                "{count} messages were refused within an hour because they came too fast. You do not need to do "
                "anything: the limits hold. If it continues, lower them in the app's settings, or pause mimi.",
                count=count,
            )
            await self._tell(app.scope, AlertKind.ABUSE, body, "spike")

    async def _tell(self, scope: AppScope, kind: AlertKind, body: Phrase, what: str) -> None:
        news = News(kind, scope.app_id, body, once=f"{scope.app_id}:{what}", again_after=ONE_DAY)
        await self._alerts.tell(scope, news)
