"""The parts about owners themselves: their accounts, their apps, what they are told, what they are being asked."""

from dataclasses import dataclass

from aiohttp import web

from bot.join.account_desk import AccountDesk, Doors
from bot.join.ground import Ground
from bot.letters import written
from handlers.accounts.accounts import Accounts
from handlers.accounts.contact_form import ContactForm
from handlers.alerts.alerts import Alerts
from handlers.alerts.settings import AlertPreferences
from handlers.alerts.waiting_alerts import WaitingAlerts
from handlers.apps.apps import Apps
from handlers.chat.dialogues import Dialogues
from knowledge.store.outbox.outbox import OutboxRepository
from web.site import keys


@dataclass(frozen=True)
class OwnerParts:
    """Made once for a process."""

    accounts: Accounts
    apps: Apps
    dialogues: Dialogues
    alerts: Alerts
    preferences: AlertPreferences
    waiting: WaitingAlerts
    contact: ContactForm
    desk: AccountDesk

    @classmethod
    def of(cls, ground: Ground) -> "OwnerParts":
        """The parts, joined."""
        database, clock, settings = ground.database, ground.clock, ground.settings
        alerts = Alerts(database, ground.pii, clock)
        secret = settings.secret_key.get_secret_value()
        doors = Doors(settings.public_url, settings.line_link_url, ground.link_tokens, secret)
        accounts, apps = Accounts(database, clock, settings.signup), Apps(database, clock)
        return cls(
            accounts=accounts,
            apps=apps,
            dialogues=Dialogues(database, clock),
            alerts=alerts,
            preferences=AlertPreferences(database, clock),
            waiting=WaitingAlerts(database),
            contact=ContactForm(OutboxRepository(database), ground.limits, clock, written(settings.mail_sender())),
            desk=AccountDesk.of(database, accounts, apps, alerts, clock, doors),
        )

    def hand_to(self, app: web.Application) -> None:
        """Put the parts where the site's request handlers look for them."""
        app[keys.ACCOUNTS], app[keys.APPS], app[keys.CONTACT] = self.accounts, self.apps, self.contact
        app[keys.ALERT_PREFERENCES], app[keys.WAITING_ALERTS] = self.preferences, self.waiting
        self.desk.hand_to(app)
