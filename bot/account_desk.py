"""The parts that look after owners' accounts: their e-mail address, ways in, and leaving; for both doors."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from handlers.account_news import AccountNews
from handlers.accounts import Accounts
from handlers.alerts import Alerts
from handlers.apps import Apps
from handlers.commands import Feature
from handlers.dialogues import Dialogues
from handlers.email_commands import EmailCommands
from handlers.emails import Emails
from handlers.leaving import Leaving
from handlers.leaving_commands import LeavingCommands
from handlers.mail_limits import MailLimits
from handlers.mail_sign_in import MailSignIn
from handlers.ports import Clock
from handlers.undelivered import Undelivered
from knowledge.store.database import Database
from web import keys


@dataclass(frozen=True)
class AccountDesk:
    """Made once for a process."""

    emails: Emails
    mail_sign_in: MailSignIn
    leaving: Leaving
    apps: Apps
    undelivered: Undelivered

    @classmethod
    def of(
        cls,
        database: Database,
        accounts: Accounts,
        apps: Apps,
        alerts: Alerts,
        clock: Clock,
        secret: str,
        public_url: str,
    ) -> "AccountDesk":
        """The parts, joined. `secret` keys the hashes of short codes."""
        news, limits = AccountNews(alerts), MailLimits(database, clock)
        emails = Emails(database, limits, news, clock, secret, public_url)
        sign_in = MailSignIn(database, limits, clock, public_url)
        leaving = Leaving(database, accounts, news, clock, public_url)
        return cls(emails, sign_in, leaving, apps, Undelivered(database, news, clock))

    def features(self, dialogues: Dialogues, public_url: str) -> Sequence[Feature]:
        """What they add to the owner's chat."""
        leaving = LeavingCommands(self.leaving, self.apps, dialogues)
        return [EmailCommands(self.emails, dialogues, public_url).feature(), leaving.feature()]

    def hand_to(self, app: web.Application) -> None:
        """Put the parts where the site's request handlers look for them."""
        app[keys.EMAILS], app[keys.MAIL_SIGN_IN] = self.emails, self.mail_sign_in
        app[keys.LEAVING] = self.leaving
