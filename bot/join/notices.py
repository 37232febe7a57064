"""Notices to owners, and what is done after them."""

from datetime import timedelta

from bot.join.ground import Ground
from handlers.accounts.receipts import Receipts
from handlers.areas import AlertArea, AppArea, NoticeArea
from handlers.notices.app_deletion import AppDeletion
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
    deletion = AppDeletion(
        store.database,
        apps=store.apps,
        owners=store.owners,
        dialogues=store.dialogues,
        tombstones=store.handle_tombstones,
        deliveries=deliveries,
        receipts=Receipts(settings.secret_key.get_secret_value(), settings.public_url),
        clock=clock,
        public_url=settings.public_url,
        cool_off=timedelta(days=settings.handle_cool_off),
    )
    return NoticeArea(deliveries, release, deletion)
