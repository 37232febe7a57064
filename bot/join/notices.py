"""Notices to owners, and what is done after them."""

from bot.join.ground import Ground
from handlers.areas import AlertArea, AppArea, NoticeArea
from handlers.notices.deliveries import Deliveries
from handlers.notices.handle_release import HandleRelease
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.apps.handle_releases import HandleReleaseRepository
from knowledge.store.insight.page_views import PageViewRepository
from knowledge.store.notices.deliveries import DeliveryRepository
from knowledge.store.outbox.outbox import OutboxRepository


def join(ground: Ground, alerts: AlertArea, apps: AppArea) -> NoticeArea:
    """Both write their notices with one record of deliveries."""
    database, clock, settings = ground.database, ground.clock, ground.settings
    deliveries = Deliveries(database, DeliveryRepository(database), OutboxRepository(database), alerts.alerts, clock)
    release = HandleRelease(
        database,
        HandleReleaseRepository(database),
        OwnerRepository(database),
        PageViewRepository(database),
        apps.apps,
        deliveries,
        clock,
        settings.public_url,
        settings.handle_views,
    )
    return NoticeArea(deliveries, release)
