"""Notices to owners, and what is done after them."""

from bot.join.ground import Ground
from handlers.areas import AlertArea, AppArea, NoticeArea
from handlers.notices.deliveries import Deliveries
from handlers.notices.handle_release import HandleRelease


def join(ground: Ground, alerts: AlertArea, apps: AppArea) -> NoticeArea:
    """Both write their notices with one record of deliveries."""
    store, clock, settings = ground.store, ground.clock, ground.settings
    deliveries = Deliveries(store.database, store.deliveries, store.outbox, alerts.alerts, clock)
    release = HandleRelease(
        store.database,
        handles=store.handle_releases,
        owners=store.owners,
        views=store.page_views,
        apps=apps.apps,
        deliveries=deliveries,
        clock=clock,
        public_url=settings.public_url,
        most_views=settings.handle_views,
    )
    return NoticeArea(deliveries, release)
