"""Owners' accounts."""

from datetime import timedelta

from bot.join.ground import Ground
from bot.letters import written
from handlers.accounts.accounts import Accounts
from handlers.accounts.contact_form import ContactForm
from handlers.accounts.delivery_failures import DeliveryFailures
from handlers.accounts.downloads import Downloads
from handlers.accounts.emails import Emails
from handlers.accounts.leaving import Leaving
from handlers.accounts.linking import Linking
from handlers.accounts.mail_limits import MailLimits
from handlers.accounts.mail_sign_in import MailSignIn
from handlers.accounts.news import AccountNews
from handlers.areas import AccountArea, AlertArea
from knowledge.store.outbox.outbox import OutboxRepository


def join(ground: Ground, alerts: AlertArea) -> AccountArea:
    """News of an account are alerts of every app of it."""
    database, clock, settings = ground.database, ground.clock, ground.settings
    secret, url = settings.secret_key.get_secret_value(), settings.public_url
    accounts = Accounts(database, clock, settings.signup, timedelta(days=settings.handle_cool_off))
    news, limits = AccountNews(alerts.alerts), MailLimits(database, clock)
    return AccountArea(
        accounts=accounts,
        emails=Emails(database, limits, news, clock, secret, url),
        mail_sign_in=MailSignIn(database, limits, clock, url),
        linking=Linking(database, accounts, clock, url, settings.line_link_url),
        leaving=Leaving(database, accounts, news, clock, url),
        downloads=Downloads(database, accounts, clock),
        undelivered=DeliveryFailures(database, news, clock),
        contact=ContactForm(OutboxRepository(database), ground.limits, clock, written(settings.mail_sender())),
    )
