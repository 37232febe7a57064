"""The ways out: what decides when something is pushed, what rides along, and what is held while a way is shut."""

from collections.abc import Awaitable, Callable

from bot.line.client import LineAnswer
from bot.out.bundling import Carrier
from bot.out.outages import Ways
from bot.out.pusher import Pusher
from handlers.alerts.alerts import Alerts
from handlers.ports import Clock
from knowledge.store.repositories import Repositories


def pusher_on(store: Repositories, clock: Clock, public_url: str = "") -> Pusher:
    """What decides when something that waits is worth a push."""
    page = f"{public_url}/owner/gaps"
    return Pusher(store.held, store.outbox, store.pushes, store.owners, store.alert_settings, store.ways, clock, page)


def carrier_on(store: Repositories, alerts: Alerts, clock: Clock) -> Carrier:
    """What puts it on a reply instead."""
    return Carrier(store.held, store.outbox, store.pushes, alerts, clock)


def ways_on(store: Repositories, probe: Callable[[], Awaitable[LineAnswer]], clock: Clock) -> Ways:
    """Which ways are open; `probe` asks LINE something cheap."""
    return Ways(store.ways, store.held, store.outbox, probe, clock)
