"""What mimi does, by area: the parts of each that a door, the background or another area calls."""

from dataclasses import dataclass

from handlers.accounts.accounts import Accounts
from handlers.accounts.contact_form import ContactForm
from handlers.accounts.emails import Emails
from handlers.accounts.leaving import Leaving
from handlers.accounts.linking import Linking
from handlers.accounts.mail_sign_in import MailSignIn
from handlers.accounts.news import DeliveryFailures
from handlers.accounts.sign_ins import SignIns
from handlers.alerts.alerts import Alerts, AwaitedAnswers
from handlers.alerts.settings import AlertPreferences
from handlers.alerts.waiting_alerts import WaitingAlerts
from handlers.answers.answers import Answers
from handlers.answers.feed import ConversationFeed
from handlers.answers.held_messages import HeldMessages
from handlers.answers.owner_feed import OwnerFeed
from handlers.answers.suggestions import Suggestions
from handlers.answers.trials import Trials
from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings
from handlers.apps.dated_links import DatedLinks
from handlers.apps.pictures import Pictures
from handlers.apps.resting_handles import RestingHandles
from handlers.conversations.conversations import Conversations
from handlers.conversations.masking import Masking
from handlers.conversations.new_talks import NewTalks
from handlers.conversations.past_conversations import PastConversations
from handlers.conversations.return_mail import ReturnMail
from handlers.conversations.said_changes import SaidChanges
from handlers.conversations.takeover_news import TakeoverNews
from handlers.conversations.takeovers import Takeovers
from handlers.entries.corrections import Corrections
from handlers.entries.documents import Documents
from handlers.entries.doubles import NewEntries
from handlers.entries.downloads import EntryDownloads
from handlers.entries.faqs import Faqs
from handlers.entries.guard import KnowledgeGuard
from handlers.entries.hidden import HiddenValues
from handlers.entries.hits import EntryHits
from handlers.entries.lists import EntryLists
from handlers.entries.news import ReleaseNotes
from handlers.entries.phrasing_ideas import PhrasingIdeas
from handlers.entries.published import PublishedEntries
from handlers.entries.similar_entries import SimilarEntries
from handlers.exports.downloads import Downloads
from handlers.exports.exports import Exports
from handlers.exports.returns import Returns
from handlers.home_zones import HomeZones
from handlers.imports.imports import Imports
from handlers.imports.release_pages import ReleasePages
from handlers.imports.runs import ImportRuns
from handlers.imports.watched_pages import WatchedPages
from handlers.insight.access_log import AccessLog
from handlers.insight.digest import WeeklyDigest
from handlers.insight.insight import Insights
from handlers.insight.visits import PageViews
from handlers.learning.alert_answers import AlertAnswers
from handlers.learning.answer_corrections import AnswerCorrections
from handlers.learning.checks import Checks
from handlers.learning.gaps import Gaps
from handlers.learning.open_questions import OpenQuestions
from handlers.learning.review import Learning
from handlers.learning.takeover_answers import TakeoverAnswers
from handlers.notices.app_deletion import AppDeletion
from handlers.notices.deliveries import Deliveries
from handlers.notices.disclosure import Disclosure
from handlers.notices.giving import NoticeGiving
from handlers.notices.handle_release import HandleRelease
from handlers.notices.policies import Policies
from handlers.programs.items import DocumentShelf, EntryShelf
from handlers.programs.keys import ApiKeys
from handlers.programs.proposing import Proposing
from handlers.programs.search import ProgramSearch
from handlers.proposals.changes import ProposedChanges
from handlers.proposals.proposals import Proposals
from handlers.spending.spending import Spending
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.meaning.likeness import Likeness
from knowledge.search.retrieval import Retrieval


@dataclass(frozen=True)
class SearchArea:
    """Finding in what an app knows, for those who wait and, more patiently, in the background."""

    meaning: ItemVectors | None  # None where texts are found by their words alone
    retrieval: Retrieval
    background: Retrieval
    likeness: Likeness


@dataclass(frozen=True)
class AccountArea:
    """Owners' accounts: their ways in, their e-mail address, and leaving."""

    accounts: Accounts
    emails: Emails
    mail_sign_in: MailSignIn
    sign_ins: SignIns
    linking: Linking
    leaving: Leaving
    undelivered: DeliveryFailures
    contact: ContactForm


@dataclass(frozen=True)
class AppArea:
    """An owner's apps as their pages show them."""

    apps: Apps
    settings: AppSettings
    links: DatedLinks
    pictures: Pictures
    resting: RestingHandles


@dataclass(frozen=True)
class EntryArea:
    """What an app knows, entry by entry, and what of it is kept from visitors."""

    guard: KnowledgeGuard
    faqs: Faqs
    new: NewEntries
    documents: Documents
    notes: ReleaseNotes
    hidden: HiddenValues
    exports: EntryDownloads
    nearest: SimilarEntries
    phrasing_ideas: PhrasingIdeas
    hits: EntryHits
    lists: EntryLists
    corrections: Corrections
    published: PublishedEntries


@dataclass(frozen=True)
class ImportArea:
    """Knowledge brought in from files, pages and texts."""

    imports: Imports
    runs: ImportRuns
    page_watch: WatchedPages
    releases: ReleasePages


@dataclass(frozen=True)
class ConversationArea:
    """What visitors and owners say to each other, kept, shown, and taken over."""

    conversations: Conversations
    past: PastConversations
    new_talks: NewTalks
    takeovers: Takeovers
    said: SaidChanges
    news: TakeoverNews
    return_mail: ReturnMail
    masking: Masking


@dataclass(frozen=True)
class AnswerArea:
    """Visitors' questions and what answers them."""

    answers: Answers
    feed: ConversationFeed
    owner_feed: OwnerFeed
    held: HeldMessages
    suggestions: Suggestions
    trials: Trials
    zones: HomeZones


@dataclass(frozen=True)
class AlertArea:
    """What owners are told, and when."""

    alerts: Alerts
    preferences: AlertPreferences
    waiting: WaitingAlerts
    awaited: AwaitedAnswers


@dataclass(frozen=True)
class LearningArea:
    """What was asked in vain and what becomes of it; pinned questions."""

    gaps: Gaps
    checks: Checks
    rounds: Learning
    handoffs: AlertAnswers
    said_answers: TakeoverAnswers
    corrections: AnswerCorrections
    open_questions: OpenQuestions


@dataclass(frozen=True)
class InsightArea:
    """What is counted of visits and questions, and what owners learn of it."""

    insights: Insights
    digest: WeeklyDigest
    page_views: PageViews
    access_log: AccessLog


@dataclass(frozen=True)
class ExportArea:
    """Everything of an owner's taken along, by the page or by a link from the chat, and brought back."""

    exports: Exports
    downloads: Downloads
    returns: Returns


@dataclass(frozen=True)
class NoticeArea:
    """What owners are told, with its record, and the policy that says what is kept."""

    deliveries: Deliveries
    release: HandleRelease
    app_deletion: AppDeletion
    giving: NoticeGiving
    policies: Policies
    disclosure: Disclosure


@dataclass(frozen=True)
class ProgramArea:
    """What an owner's programs come with, and what they do."""

    keys: ApiKeys
    entries: EntryShelf
    documents: DocumentShelf
    search: ProgramSearch


@dataclass(frozen=True)
class ProposalArea:
    """Changes that wait for their owner, and where programs file theirs."""

    proposals: Proposals
    changes: ProposedChanges
    proposing: Proposing


@dataclass(frozen=True)
class Areas:
    """All of them, each made once for a process."""

    alerts: AlertArea
    spending: Spending
    search: SearchArea
    accounts: AccountArea
    apps: AppArea
    entries: EntryArea
    imports: ImportArea
    conversations: ConversationArea
    answers: AnswerArea
    learning: LearningArea
    insight: InsightArea
    notices: NoticeArea
    exports: ExportArea
    programs: ProgramArea
    proposals: ProposalArea
