"""Owners' accounts."""

from datetime import timedelta

from bot.join.ground import Ground
from bot.letters import written
from handlers.accounts.accounts import Accounts, Signup
from handlers.accounts.contact_form import ContactForm
from handlers.accounts.emails import Emails, MailLimits
from handlers.accounts.leaving import Leaving
from handlers.accounts.linking import Linking
from handlers.accounts.mail_sign_in import MailSignIn
from handlers.accounts.news import AccountNews, DeliveryFailures
from handlers.accounts.receipts import Receipts
from handlers.accounts.sign_ins import SignIns
from handlers.apps.resting_handles import RestingHandles
from handlers.areas import AccountArea, AlertArea
from handlers.ports import Clock
from knowledge.store.repositories import Repositories

COOL_OFF = timedelta(days=90)


def join(ground: Ground, alerts: AlertArea) -> AccountArea:
    """News of an account are alerts of every app of it."""
    store, clock, settings = ground.store, ground.clock, ground.settings
    secret, url = settings.secret_key.get_secret_value(), settings.public_url
    receipts = Receipts(secret, url)
    accounts = accounts_on(store, clock, settings.signup, timedelta(days=settings.handle_cool_off), receipts.service)
    news, limits = AccountNews(alerts.alerts), MailLimits(store.mail_counts, clock)
    return AccountArea(
        accounts=accounts,
        emails=Emails(
            store.database,
            owners=store.owners,
            codes=store.email_codes,
            outbox=store.outbox,
            links=store.sign_in_links,
            sessions=store.sessions,
            alert_settings=store.alert_settings,
            limits=limits,
            news=news,
            clock=clock,
            secret=secret,
            public_url=url,
        ),
        mail_sign_in=MailSignIn(store.database, store.sign_in_links, store.outbox, limits, clock, url),
        sign_ins=SignIns(store.sessions, store.alert_settings, clock),
        linking=Linking(
            store.database,
            owners=store.owners,
            apps=store.apps,
            links=store.line_links,
            outbox=store.outbox,
            held=store.held,
            dialogues=store.dialogues,
            sign_in_links=store.sign_in_links,
            sessions=store.sessions,
            accounts=accounts,
            clock=clock,
            public_url=url,
            line_page=settings.line_link_url,
        ),
        leaving=Leaving(
            store.database,
            owners=store.owners,
            apps=store.apps,
            dialogues=store.dialogues,
            settings=store.alert_settings,
            outbox=store.outbox,
            accounts=accounts,
            news=news,
            receipts=receipts,
            clock=clock,
            public_url=url,
        ),
        undelivered=DeliveryFailures(store.database, store.owners, store.outbox, news, clock),
        contact=ContactForm(store.outbox, ground.limits, clock, written(settings.mail_sender())),
    )


def accounts_on(
    store: Repositories,
    clock: Clock,
    signup: Signup = Signup.OPEN,
    cool_off: timedelta = COOL_OFF,
    service: str = "",
) -> Accounts:
    """The accounts alone, for commands that need nothing else of mimi: an invitation, an erasure after a restore."""
    return Accounts(
        store.database,
        owners=store.owners,
        links=store.sign_in_links,
        sessions=store.sessions,
        invites=store.invites,
        outbox=store.outbox,
        alert_settings=store.alert_settings,
        apps=store.apps,
        handles=store.handle_releases,
        resting=RestingHandles(store.handle_tombstones, clock, cool_off),
        clock=clock,
        signup=signup,
        service=service,
    )
