"""What owners are told."""

from bot.join.ground import Ground
from guardrail.pii import Pii
from handlers.alerts.alerts import Alerts
from handlers.alerts.awaited_answers import AwaitedAnswers
from handlers.alerts.settings import AlertPreferences
from handlers.alerts.waiting_alerts import WaitingAlerts
from handlers.areas import AlertArea
from handlers.ports import Clock
from knowledge.store.repositories import Repositories


def join(ground: Ground) -> AlertArea:
    """Every other area that has something to tell calls these."""
    store = ground.store
    return AlertArea(
        alerts=alerts_on(store, ground.pii, ground.clock),
        preferences=AlertPreferences(store.alert_settings, store.owners, store.held, ground.clock),
        waiting=WaitingAlerts(store.held, store.ways, store.alert_settings),
        awaited=AwaitedAnswers(store.owners, store.outbox, ground.clock),
    )


def alerts_on(store: Repositories, pii: Pii, clock: Clock) -> Alerts:
    """The alerts alone."""
    return Alerts(
        store.database,
        alerts=store.alerts,
        findings=store.hidden,
        apps=store.apps,
        owners=store.owners,
        held=store.held,
        outbox=store.outbox,
        settings=store.alert_settings,
        told=store.sent_notices,
        pii=pii,
        clock=clock,
    )
