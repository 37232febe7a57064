"""Notices to owners, what is done after them, and the policy they are about."""

from urllib.parse import urlsplit

from bot.join.ground import Ground
from bot.settings import Settings
from handlers.accounts.receipts import Receipts
from handlers.areas import AlertArea, AppArea, NoticeArea
from handlers.notices.app_deletion import AppDeletion
from handlers.notices.deliveries import Deliveries
from handlers.notices.disclosure import Disclosure, Running
from handlers.notices.giving import NoticeGiving
from handlers.notices.handle_release import HandleRelease
from handlers.notices.notices import Notices
from handlers.notices.policies import Policies
from handlers.ports import Clock
from knowledge.store.repositories import Repositories
from web.visitor.policy_files import SHIPPED


def join(ground: Ground, alerts: AlertArea, apps: AppArea) -> NoticeArea:
    """All write their notices with one record of deliveries."""
    store, clock, settings = ground.store, ground.clock, ground.settings
    deliveries = Deliveries(store.database, store.deliveries, store.outbox, alerts.alerts, clock)
    release = HandleRelease(
        store.database,
        handles=store.handle_releases,
        owners=store.owners,
        views=store.page_views,
        apps=apps.apps,
        resting=apps.resting,
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
        settings=store.alert_settings,
        resting=apps.resting,
        deliveries=deliveries,
        receipts=Receipts(settings.secret_key.get_secret_value(), settings.public_url),
        clock=clock,
        public_url=settings.public_url,
    )
    giving = NoticeGiving(
        store.database,
        notices=store.notices,
        owners=store.owners,
        deliveries=deliveries,
        clock=clock,
        public_url=settings.public_url,
    )
    disclosure = Disclosure(running_of(settings))
    return NoticeArea(deliveries, release, deletion, giving, policies_of(store, clock), disclosure)


def policies_of(store: Repositories, clock: Clock) -> Policies:
    """Those of the program and of this database."""
    return Policies(store.policies, SHIPPED, clock)


def notices_of(store: Repositories, clock: Clock, public_url: str) -> Notices:
    """What the operator's commands work with."""
    return Notices(store.notices, store.deliveries, policies_of(store, clock), clock, public_url)


def running_of(settings: Settings) -> Running:
    """What the settings say about who runs this mimi and whom it speaks with."""
    urls = (settings.line_api_url, settings.line_data_api_url, settings.line_link_url)
    return Running(
        operator=settings.operator,
        address=settings.operator_address,
        contact=settings.contact or settings.mail_sender().addr_spec,
        hosting=settings.hosting,
        mail_host=_host(settings.smtp_url.get_secret_value()),
        model_host=_host(settings.anthropic_base_url),
        line_hosts=tuple(dict.fromkeys(_host(url) for url in urls)),
        days={"MIMI_HANDLE_COOL_OFF": settings.handle_cool_off, "MIMI_BACKUP_DAYS": settings.backup_days},
    )


def _host(url: str) -> str:
    """The host of a URL, never its user or password."""
    return urlsplit(url).hostname or ""
