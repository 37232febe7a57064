"""All repositories of one database, made once: `bot/join/` hands each part those that it asks for by name."""

from knowledge.store.accounts.download_links import DownloadLinkRepository
from knowledge.store.accounts.emails import EmailCodeRepository, MailCountRepository
from knowledge.store.accounts.invites import InviteRepository
from knowledge.store.accounts.line_links import LineLinkRepository
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.accounts.sessions import SessionRepository
from knowledge.store.accounts.sign_in_links import SignInLinkRepository
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.alerts.alerts import AlertRepository, SentNoticeRepository
from knowledge.store.alerts.askings import AskingRepository
from knowledge.store.apps.apps import AppRepository
from knowledge.store.apps.handle_releases import HandleReleaseRepository
from knowledge.store.apps.handle_tombstones import HandleTombstoneRepository
from knowledge.store.apps.pictures import PictureRepository
from knowledge.store.conversations.conversations import ConversationRepository, TakeoverRepository
from knowledge.store.conversations.messages import MessageRepository, MessageSearch, PostRepository
from knowledge.store.conversations.return_addresses import ReturnAddressRepository
from knowledge.store.database import Database
from knowledge.store.entries.documents import DocumentRepository
from knowledge.store.entries.faqs import FaqRepository
from knowledge.store.entries.hidden import HiddenValueRepository
from knowledge.store.exports.returns import ReturnRepository
from knowledge.store.imports.import_items import ImportItemRepository
from knowledge.store.imports.imports import ImportFileRepository, ImportRepository
from knowledge.store.imports.site_pages import SitePageRepository
from knowledge.store.imports.watched_pages import WatchedPageRepository
from knowledge.store.inbox.dialogues import DialogueRepository
from knowledge.store.inbox.inbox import InboxRepository
from knowledge.store.insight.access_log import AccessLogRepository
from knowledge.store.insight.daily_visitors import DailySalts, VisitorRepository
from knowledge.store.insight.page_views import PageViewRepository
from knowledge.store.learning.checks import CheckRepository
from knowledge.store.learning.gaps import GapRepository
from knowledge.store.learning.question_counts import QuestionCounts
from knowledge.store.learning.studies import StudyRepository
from knowledge.store.learning.trials import TrialRepository
from knowledge.store.masked import Quotes
from knowledge.store.notices.deliveries import DeliveryRepository
from knowledge.store.notices.holdings import HoldingRepository
from knowledge.store.notices.notices import NoticeRepository
from knowledge.store.notices.policies import PolicyRepository
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outages import WayRepository
from knowledge.store.outbox.outbox import OutboxRepository
from knowledge.store.outbox.pushes import PushRepository
from knowledge.store.outbox.unsent_rows import UnsentRows
from knowledge.store.owner_rows import OwnerRows
from knowledge.store.processes import ProcessRepository
from knowledge.store.programs.api_keys import ApiKeyRepository
from knowledge.store.spending.spending import SpendingRepository


class Repositories:
    """Named for what they keep, in the order of the rooms of this folder. None of them holds anything between calls."""

    def __init__(self, database: Database) -> None:
        self.database = database

        self.owners = OwnerRepository(database)
        self.sign_in_links = SignInLinkRepository(database)
        self.sessions = SessionRepository(database)
        self.invites = InviteRepository(database)
        self.email_codes = EmailCodeRepository(database)
        self.mail_counts = MailCountRepository(database)
        self.line_links = LineLinkRepository(database)
        self.download_links = DownloadLinkRepository(database)

        self.apps = AppRepository(database)
        self.pictures = PictureRepository(database)
        self.handle_releases = HandleReleaseRepository(database)
        self.handle_tombstones = HandleTombstoneRepository(database)

        self.faqs = FaqRepository(database)
        self.documents = DocumentRepository(database)
        self.hidden = HiddenValueRepository(database)

        self.api_keys = ApiKeyRepository(database)

        self.imports = ImportRepository(database)
        self.import_items = ImportItemRepository(database)
        self.import_files = ImportFileRepository(database)
        self.watched_pages = WatchedPageRepository(database)
        self.site_pages = SitePageRepository(database)

        self.conversations = ConversationRepository(database)
        self.messages = MessageRepository(database)
        self.message_search = MessageSearch(database)
        self.posts = PostRepository(database)
        self.takeovers = TakeoverRepository(database)
        self.return_addresses = ReturnAddressRepository(database)
        self.quotes = Quotes(database)

        self.alerts = AlertRepository(database)
        self.alert_settings = AlertSettingsRepository(database)
        self.askings = AskingRepository(database)
        self.sent_notices = SentNoticeRepository(database)

        self.gaps = GapRepository(database)
        self.checks = CheckRepository(database)
        self.studies = StudyRepository(database)
        self.question_counts = QuestionCounts(database)
        self.trials = TrialRepository(database)

        self.page_views = PageViewRepository(database)
        self.daily_salts = DailySalts(database)
        self.visitors = VisitorRepository(database)
        self.access_log = AccessLogRepository(database)
        self.spending = SpendingRepository(database)

        self.inbox = InboxRepository(database)
        self.dialogues = DialogueRepository(database)

        self.outbox = OutboxRepository(database)
        self.held = HeldRows(database)
        self.unsent = UnsentRows(database)
        self.pushes = PushRepository(database)
        self.deliveries = DeliveryRepository(database)
        self.notices = NoticeRepository(database)
        self.policies = PolicyRepository(database)
        self.holdings = HoldingRepository(database)
        self.ways = WayRepository(database)

        self.owner_rows = OwnerRows(database)
        self.returns = ReturnRepository(database)

        self.processes = ProcessRepository(database)
