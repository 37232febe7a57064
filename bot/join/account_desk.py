"""The parts that look after owners' accounts: their e-mail address, ways in, and leaving; for both doors."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from handlers.accounts.accounts import Accounts
from handlers.accounts.delivery_failures import DeliveryFailures
from handlers.accounts.emails import Emails
from handlers.accounts.leaving import Leaving
from handlers.accounts.linking import Linking
from handlers.accounts.mail_limits import MailLimits
from handlers.accounts.mail_sign_in import MailSignIn
from handlers.accounts.news import AccountNews
from handlers.alerts.alerts import Alerts
from handlers.apps.apps import Apps
from handlers.chat.commands import Feature
from handlers.chat.dialogues import Dialogues
from handlers.chat.email import EmailCommands
from handlers.chat.leaving import LeavingCommands
from handlers.chat.linking import LinkCommands
from handlers.ports import Clock, LinkTokens
from knowledge.store.database import Database
from web.site import keys


@dataclass(frozen=True)
class Doors:
    """Where the ways into an account lead, and what opens them; `secret` keys the hashes of short codes."""

    public_url: str
    line_page: str
    tokens: LinkTokens
    secret: str


@dataclass(frozen=True)
class AccountDesk:
    """Made once for a process."""

    emails: Emails
    mail_sign_in: MailSignIn
    leaving: Leaving
    linking: Linking
    accounts: Accounts
    apps: Apps
    doors: Doors
    undelivered: DeliveryFailures

    @classmethod
    def of(
        cls,
        database: Database,
        accounts: Accounts,
        apps: Apps,
        alerts: Alerts,
        clock: Clock,
        doors: Doors,
    ) -> "AccountDesk":
        """The parts, joined."""
        news, limits, url = AccountNews(alerts), MailLimits(database, clock), doors.public_url
        return cls(
            emails=Emails(database, limits, news, clock, doors.secret, url),
            mail_sign_in=MailSignIn(database, limits, clock, url),
            leaving=Leaving(database, accounts, news, clock, url),
            linking=Linking(database, accounts, clock, url, doors.line_page),
            accounts=accounts,
            apps=apps,
            doors=doors,
            undelivered=DeliveryFailures(database, news, clock),
        )

    def features(self, dialogues: Dialogues) -> Sequence[Feature]:
        """What they add to the owner's chat."""
        commands = (
            LeavingCommands(self.leaving, self.apps, dialogues),
            EmailCommands(self.emails, dialogues, self.doors.public_url),
            LinkCommands(self.linking, self.accounts, self.doors.tokens),
        )
        return [each.feature() for each in commands]

    def hand_to(self, app: web.Application) -> None:
        """Put the parts where the site's request handlers look for them."""
        app[keys.EMAILS], app[keys.MAIL_SIGN_IN] = self.emails, self.mail_sign_in
        app[keys.LEAVING], app[keys.LINKING] = self.leaving, self.linking
