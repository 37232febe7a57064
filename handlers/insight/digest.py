"""The week in numbers: on Monday morning of the owner's clock, once, by whichever process comes first."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import LIST_ALERTS, News
from handlers.insight.insight import Insight, Insights
from handlers.learning.gaps import Gaps
from handlers.messages import Words
from handlers.ports import Clock
from handlers.written import shortened
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import OwnerScope

MONDAY = 0
FROM_HOUR, TO_HOUR = 8, 20  # a process that was down in the morning still sends it in the afternoon
WEEK_DAYS = 7
TOP_GAPS = 3
LONGEST_GAP = 60
DIGEST_LEASE = timedelta(minutes=5)  # longer than one owner's apps take


class WeeklyDigest:
    """One alert for each app in which something happened."""

    def __init__(
        self,
        owners: OwnerRepository,
        apps: AppRepository,
        settings: AlertSettingsRepository,
        alerts: Alerts,
        insights: Insights,
        gaps: Gaps,
        clock: Clock,
    ) -> None:
        self._owners = owners
        self._apps = apps
        self._settings = settings
        self._alerts = alerts
        self._insights = insights
        self._gaps = gaps
        self._clock = clock

    async def send_due(self) -> int:
        """Tell every owner whose Monday it is and who was not told yet; how many digests that were."""
        sent, now = 0, self._clock.now()
        while owner_id := await self._owners.take_digest(now, now + DIGEST_LEASE):
            sent += await self._of(OwnerScope(owner_id))
        return sent

    async def _of(self, owner: OwnerScope) -> int:
        settings = await self._settings.get(owner)
        local = self._clock.now().astimezone(settings.zone)
        told, week = 0, f"{local:%G-W%V}"
        if is_time(local):
            told = sum([await self._tell(app, owner, week) for app in await self._apps.list(owner)])
        await self._owners.set_digest_at(owner, next_time(local))
        return told

    async def _tell(self, app: App, owner: OwnerScope, week: str) -> bool:
        numbers = await self._insights.of(app.scope, WEEK_DAYS)
        if not numbers.questions and not numbers.views:
            return False  # nothing happened: silence says so for free
        gaps = (await self._gaps.list_open(app.scope))[:TOP_GAPS]
        rows = (*_rows(numbers), (_("Open questions"), str(await self._alerts.count_open(owner))))
        body = _asked_in_vain([shortened(gap.question, LONGEST_GAP) for gap in gaps])
        choices = (LIST_ALERTS(),)
        once = f"{app.id}:{week}"
        return await self._alerts.tell(app.scope, News(AlertKind.DIGEST, app.id, body, rows, choices, once))


def is_time(local: datetime) -> bool:
    """Whether the digest is due on this clock."""
    return local.weekday() == MONDAY and FROM_HOUR <= local.hour < TO_HOUR


def next_time(local: datetime) -> datetime:
    """When the next one is due: the Monday morning after this time of the same clock."""
    monday = datetime.combine(local.date() - timedelta(days=local.weekday()), time(FROM_HOUR), local.tzinfo)
    return (monday if monday > local else monday + timedelta(days=WEEK_DAYS)).astimezone(UTC)


def _rows(numbers: Insight) -> tuple[tuple[Words, Words], ...]:
    return (
        (_("Visitors"), str(numbers.visitors)),
        (_("Questions"), str(numbers.questions)),
        (_("Answered"), str(numbers.answered)),
        (_("Only quoted"), str(numbers.quoted)),
        (_("Not known"), str(numbers.partly + numbers.unknown)),
    )


def _asked_in_vain(questions: Sequence[str]) -> Words:
    if not questions:
        return _("There were no questions that I could not answer.")
    found: Phrase = _("What I would like to know:\n{questions}", questions="\n".join(f"・{each}" for each in questions))
    return found
