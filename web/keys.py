"""Where the site's request handlers find the parts that bot/app.py made."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from handlers.access_log import AccessLog
from handlers.accounts import Accounts
from handlers.alert_settings import AlertPreferences
from handlers.analytics import PageViews
from handlers.answers import Answers
from handlers.app_settings import AppSettings
from handlers.apps import Apps
from handlers.checks import Checks
from handlers.contact import Contact
from handlers.conversations import Conversations
from handlers.downloads import Downloads
from handlers.emails import Emails
from handlers.exports import Exports
from handlers.faqs import Faqs
from handlers.feed import ConversationFeed
from handlers.findings import Findings
from handlers.gaps import Gaps
from handlers.imports import Imports
from handlers.insight import Insights
from handlers.leaving import Leaving
from handlers.linking import Linking
from handlers.mail_sign_in import MailSignIn
from handlers.nearest import Nearest
from handlers.page_watch import PageWatch
from handlers.past_conversations import PastConversations
from handlers.phrasing_ideas import PhrasingIdeas
from handlers.pictures import Pictures
from handlers.ports import Clock
from handlers.return_mail import ReturnMail
from handlers.said_answers import SaidAnswers
from handlers.suggestions import Suggestions
from handlers.takeovers import Takeovers
from handlers.waiting_alerts import WaitingAlerts
from knowledge.phrases import Lang
from knowledge.store.owners import Owner


@dataclass(frozen=True)
class Site:
    """What the pages must know about where they are served."""

    public_url: str  # as people type it, without a slash at the end
    trusted_proxy: bool = False  # one proxy in front adds the visitor's address to X-Forwarded-For (S46)
    demo_handle: str = ""  # the app the front page shows; empty: none
    line_url: str = ""  # where an owner-to-be meets mimi on LINE: the simulator's page, or the add-friend link


ACCESS_LOG: Final = web.AppKey("access_log", AccessLog)
ACCOUNTS: Final = web.AppKey("accounts", Accounts)
ALERT_PREFERENCES: Final = web.AppKey("alert_preferences", AlertPreferences)
ANSWERS: Final = web.AppKey("answers", Answers)
APPS: Final = web.AppKey("apps", Apps)
APP_SETTINGS: Final = web.AppKey("app_settings", AppSettings)
CHECKS: Final = web.AppKey("checks", Checks)
CLOCK: Final[web.AppKey[Clock]] = web.AppKey("clock")
CONTACT: Final = web.AppKey("contact", Contact)
CONVERSATIONS: Final = web.AppKey("conversations", Conversations)
DOWNLOADS: Final = web.AppKey("downloads", Downloads)
EMAILS: Final = web.AppKey("emails", Emails)
EXPORTS: Final = web.AppKey("exports", Exports)
FAQS: Final = web.AppKey("faqs", Faqs)
FINDINGS: Final = web.AppKey("findings", Findings)
GAPS: Final = web.AppKey("gaps", Gaps)
LEAVING: Final = web.AppKey("leaving", Leaving)
LINKING: Final = web.AppKey("linking", Linking)
MAIL_SIGN_IN: Final = web.AppKey("mail_sign_in", MailSignIn)
NEAREST: Final = web.AppKey("nearest", Nearest)
FEED: Final = web.AppKey("feed", ConversationFeed)
IMPORTS: Final = web.AppKey("imports", Imports)
INSIGHTS: Final = web.AppKey("insights", Insights)
PAGE_WATCH: Final = web.AppKey("page_watch", PageWatch)
PAGE_VIEWS: Final = web.AppKey("page_views", PageViews)
PHRASING_IDEAS: Final = web.AppKey("phrasing_ideas", PhrasingIdeas)
PICTURES: Final = web.AppKey("pictures", Pictures)
PAST_CONVERSATIONS: Final = web.AppKey("past_conversations", PastConversations)
RETURN_MAIL: Final = web.AppKey("return_mail", ReturnMail)
SAID_ANSWERS: Final = web.AppKey("said_answers", SaidAnswers)
SITE: Final = web.AppKey("site", Site)
SUGGESTIONS: Final = web.AppKey("suggestions", Suggestions)
TAKEOVERS: Final = web.AppKey("takeovers", Takeovers)
WAITING_ALERTS: Final = web.AppKey("waiting_alerts", WaitingAlerts)

# Who is signed in, once a page has found out.
OWNER: Final[web.RequestKey[Owner]] = web.RequestKey("owner")
# The language this response speaks, once its handler knows better than the browser's headers.
LANG: Final[web.RequestKey[Lang]] = web.RequestKey("lang")
