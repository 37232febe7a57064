"""Where the site's request handlers find the parts that bot/app.py made."""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from handlers.accounts.accounts import Accounts
from handlers.accounts.contact_form import ContactForm
from handlers.accounts.downloads import Downloads
from handlers.accounts.emails import Emails
from handlers.accounts.leaving import Leaving
from handlers.accounts.linking import Linking
from handlers.accounts.mail_sign_in import MailSignIn
from handlers.alerts.settings import AlertPreferences
from handlers.alerts.waiting_alerts import WaitingAlerts
from handlers.answers.answers import Answers
from handlers.answers.feed import ConversationFeed
from handlers.answers.suggestions import Suggestions
from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings
from handlers.apps.pictures import Pictures
from handlers.conversations.conversations import Conversations
from handlers.conversations.past_conversations import PastConversations
from handlers.conversations.return_mail import ReturnMail
from handlers.conversations.takeovers import Takeovers
from handlers.entries.downloads import EntryDownloads
from handlers.entries.faqs import Faqs
from handlers.entries.hidden import HiddenValues
from handlers.entries.phrasing_ideas import PhrasingIdeas
from handlers.entries.similar_entries import SimilarEntries
from handlers.imports.imports import Imports
from handlers.imports.watched_pages import WatchedPages
from handlers.insight.access_log import AccessLog
from handlers.insight.insight import Insights
from handlers.insight.visits import PageViews
from handlers.learning.checks import Checks
from handlers.learning.gaps import Gaps
from handlers.learning.takeover_answers import TakeoverAnswers
from handlers.ports import Clock
from knowledge.phrases import Lang
from knowledge.store.accounts.owners import Owner


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
CONTACT: Final = web.AppKey("contact", ContactForm)
CONVERSATIONS: Final = web.AppKey("conversations", Conversations)
DOWNLOADS: Final = web.AppKey("downloads", Downloads)
EMAILS: Final = web.AppKey("emails", Emails)
EXPORTS: Final = web.AppKey("exports", EntryDownloads)
FAQS: Final = web.AppKey("faqs", Faqs)
FINDINGS: Final = web.AppKey("findings", HiddenValues)
GAPS: Final = web.AppKey("gaps", Gaps)
LEAVING: Final = web.AppKey("leaving", Leaving)
LINKING: Final = web.AppKey("linking", Linking)
MAIL_SIGN_IN: Final = web.AppKey("mail_sign_in", MailSignIn)
NEAREST: Final = web.AppKey("nearest", SimilarEntries)
FEED: Final = web.AppKey("feed", ConversationFeed)
IMPORTS: Final = web.AppKey("imports", Imports)
INSIGHTS: Final = web.AppKey("insights", Insights)
PAGE_WATCH: Final = web.AppKey("page_watch", WatchedPages)
PAGE_VIEWS: Final = web.AppKey("page_views", PageViews)
PHRASING_IDEAS: Final = web.AppKey("phrasing_ideas", PhrasingIdeas)
PICTURES: Final = web.AppKey("pictures", Pictures)
PAST_CONVERSATIONS: Final = web.AppKey("past_conversations", PastConversations)
RETURN_MAIL: Final = web.AppKey("return_mail", ReturnMail)
SAID_ANSWERS: Final = web.AppKey("said_answers", TakeoverAnswers)
SITE: Final = web.AppKey("site", Site)
SUGGESTIONS: Final = web.AppKey("suggestions", Suggestions)
TAKEOVERS: Final = web.AppKey("takeovers", Takeovers)
WAITING_ALERTS: Final = web.AppKey("waiting_alerts", WaitingAlerts)

# Who is signed in, once a page has found out.
OWNER: Final[web.RequestKey[Owner]] = web.RequestKey("owner")
# The language this response speaks, once its handler knows better than the browser's headers.
LANG: Final[web.RequestKey[Lang]] = web.RequestKey("lang")
