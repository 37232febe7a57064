"""An owner's chat with the real core and store: what is typed and tapped, and what comes back."""

from collections.abc import Collection, Iterator, Sequence
from functools import cache

from clock import FrozenClock
from doors import PUBLIC_URL, SECRET, doors

from bot.join.account_desk import AccountDesk
from bot.join.console import Console
from bot.line.contents import LineContents
from bot.outside.fetcher import Fetcher
from bot.outside.places import Places
from guardrail.pii import Pii
from handlers.accounts.accounts import Accounts, Signup
from handlers.alerts.alerts import Alerts
from handlers.alerts.settings import AlertPreferences
from handlers.alerts.waiting_alerts import WaitingAlerts
from handlers.answers.askings import Askings
from handlers.apps.apps import Apps
from handlers.chat.account import AccountCommands
from handlers.chat.alert_settings import AlertSettingCommands
from handlers.chat.alerts import AlertCommands
from handlers.chat.apps import AppCommands
from handlers.chat.checks import CheckCommands
from handlers.chat.dialogues import Dialogues
from handlers.chat.dispatcher import Dispatcher
from handlers.chat.documents import DocumentCommands
from handlers.chat.faqs import FaqCommands
from handlers.chat.gaps import GapCommands
from handlers.chat.hidden import HiddenCommands
from handlers.chat.imports import ImportCommands
from handlers.chat.look_alikes import LookAlikes
from handlers.chat.phrasings import PhrasingCommands
from handlers.chat.plain_language.changes import ProposedChanges
from handlers.chat.plain_language.lines import PlainLanguage
from handlers.chat.plain_language.owner_view import OwnerViews
from handlers.chat.plain_language.proposal_answers import ProposalCommands
from handlers.chat.plain_language.proposals import Proposals
from handlers.chat.saving import SavingCommands
from handlers.chat.signup import SignUp
from handlers.chat.takeover_cards import TakeoverCards
from handlers.chat.takeovers import TakeoverCommands
from handlers.chat.waiting_alerts import WaitingAlertCommands
from handlers.chat.watched_pages import WatchedPageCommands
from handlers.conversations.conversations import Conversations
from handlers.conversations.takeover_news import TakeoverNews
from handlers.conversations.takeovers import Takeovers
from handlers.entries.documents import Documents
from handlers.entries.faqs import Faqs
from handlers.entries.guard import KnowledgeGuard
from handlers.entries.hidden import HiddenValues
from handlers.entries.similar_entries import SimilarEntries
from handlers.imports.changes import ImportChanges
from handlers.imports.imports import Imports
from handlers.imports.likeness import ImportLikeness
from handlers.imports.news import ImportNews
from handlers.imports.runs import ImportRuns
from handlers.imports.sources import ImportSources
from handlers.imports.watched_pages import WatchedPages
from handlers.learning.alert_answers import AlertAnswers
from handlers.learning.checks import Checks
from handlers.learning.gap_study import GapStudy
from handlers.learning.gaps import Gaps
from handlers.learning.rounds import Learning
from handlers.learning.takeover_answers import TakeoverAnswers
from handlers.messages import (
    Card,
    Cards,
    Choice,
    Confirm,
    Incoming,
    IncomingKind,
    Later,
    Replies,
    Reply,
    Text,
)
from handlers.outgoing import said
from handlers.ports import ToolModel
from handlers.spending.spending import Spending
from knowledge.checks.checking import Checking
from knowledge.importing.reading import Reading
from knowledge.meaning.likeness import Likeness
from knowledge.model.drafting import QuotedDrafts
from knowledge.phrases import Lang
from knowledge.search.retrieval import Retrieval
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.database import Database, new_id
from knowledge.store.entries.derived import ITEM_WORDS, DerivedRepository
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Carried, OutboxRepository, OutboxRow
from knowledge.stored_items import KnowledgeItems
from knowledge.words.kept_words import KeptWords

NOWHERE = "http://127.0.0.1:9"


@cache
def loaded_pii() -> Pii:
    """The real guardrail, whose lists take a moment to read, once for all tests."""
    return Pii.load()


class SentContents:
    """What people have sent in chat, by the id of its message."""

    def __init__(self) -> None:
        self.by_message: dict[str, bytes] = {}

    async def fetch(self, message: str, most: int) -> bytes:
        """As LINE's would be fetched."""
        return self.by_message[message]


class Core:
    """The owner's side of mimi on one database, joined as the program joins it."""

    def __init__(
        self,
        db: Database,
        clock: FrozenClock,
        signup: Signup = Signup.OPEN,
        sites: Collection[str] = (),
        model: ToolModel | None = None,
        reading: Reading | None = None,
    ) -> None:
        self.db, self.clock = db, clock
        self.sent = SentContents()
        pii = loaded_pii()
        self.accounts = Accounts(db, clock, signup)
        self.apps = Apps(db, clock)
        guard = KnowledgeGuard(db, pii)
        self.faqs = Faqs(db, guard, clock)
        self.documents = Documents(db, guard, clock)
        self.imports = Imports(db, clock)
        self.page_watch = WatchedPages(db, self.documents, self.imports, clock)
        changes = ImportChanges(db, self.faqs, self.documents, guard)
        self.findings = HiddenValues(db, self.faqs, self.documents)
        self.alerts = Alerts(db, pii, clock)
        self.askings = Askings(db, pii, clock)
        self.desk = AccountDesk.of(db, self.accounts, self.apps, self.alerts, clock, doors())
        retrieval = Retrieval(KnowledgeItems(db).load, words=KeptWords(DerivedRepository(db, ITEM_WORDS)))
        self.checks = Checks(db, Checking(retrieval, whole_counts=False), pii, self.alerts, clock)
        self.gaps = Gaps(db, self.faqs, self.checks, clock)
        study = GapStudy(db, self.gaps, retrieval, Likeness(), QuotedDrafts(), Spending(db, self.alerts, clock))
        self.import_runs = ImportRuns(
            db,
            ImportSources(db, LineContents(NOWHERE, ""), Fetcher(Places(sites)), reading or Reading(), clock),
            changes,
            ImportLikeness(Likeness()),
            ImportNews(db, self.alerts, clock),
            clock,
        )
        self.learning = Learning(db, study, self.checks, retrieval, clock)
        self.conversations = Conversations(db, clock, SECRET)
        self.handoffs = AlertAnswers(db, self.alerts, self.conversations, self.faqs, self.gaps)
        self.news = TakeoverNews(db, pii, clock)
        self.takeovers = Takeovers(db, self.conversations, self.alerts, self.news, clock)
        self.console = Console.of(db, self.accounts, self.apps, self.conversations, self.sent, pii, Likeness(), clock)
        dialogues = Dialogues(db, clock)
        cards, answers = TakeoverCards(db, pii), TakeoverAnswers(db, pii, self.faqs, self.gaps)
        twins = LookAlikes(retrieval, self.apps, self.faqs)
        talks = TakeoverCommands(self.takeovers, answers, cards, self.alerts, dialogues, twins)
        self.alert_preferences = AlertPreferences(db, clock)
        changes_of = ProposedChanges(
            self.faqs, self.documents, self.apps, self.console.settings, self.alert_preferences
        )
        self.proposals = Proposals(db, changes_of, clock)
        proposals = ProposalCommands(self.proposals, changes_of, dialogues)
        views, spending = OwnerViews(retrieval, self.faqs, self.documents, pii), Spending(db, self.alerts, clock)
        self.plain = PlainLanguage(db, self.apps, model, views, self.proposals, proposals, spending, clock)
        app_commands = AppCommands(self.apps, dialogues, PUBLIC_URL)
        handoff_commands = AlertCommands(self.handoffs, self.alerts, self.apps, dialogues, twins)
        import_commands = ImportCommands(self.imports, self.apps, dialogues)
        features = (
            FaqCommands(self.faqs, self.apps, dialogues).feature(),
            PhrasingCommands(self.faqs, self.apps, dialogues).feature(),
            HiddenCommands(self.findings, self.apps).feature(),
            DocumentCommands(self.documents, self.apps, dialogues, import_commands, self.page_watch).feature(),
            import_commands.feature(),
            WatchedPageCommands(self.page_watch, self.apps).feature(),
            handoff_commands.feature(),
            talks.feature(),
            SavingCommands(self.handoffs, answers, dialogues).feature(),
            proposals.feature(),
            self.plain.feature(),
            AlertSettingCommands(AlertPreferences(db, clock), self.desk.emails, dialogues).feature(),
            GapCommands(self.gaps, self.faqs, self.apps, dialogues, clock).feature(),
            CheckCommands(self.checks, SimilarEntries(retrieval), self.apps, dialogues).feature(),
            WaitingAlertCommands(WaitingAlerts(db)).feature(),
            app_commands.feature(),
            *self.console.features(dialogues, PUBLIC_URL),
            AccountCommands(self.accounts, self.apps, PUBLIC_URL).feature(),
            *self.desk.features(dialogues),
        )
        sign_up = SignUp(self.accounts, self.apps, app_commands)
        self.dispatcher = Dispatcher(self.accounts, sign_up, dialogues, handoff_commands, talks, features)


class OwnerChat:
    """One person's chat. Every line is handled in a transaction, as the worker does it."""

    def __init__(self, core: Core, lang: Lang = "en") -> None:
        self.core = core
        self.lang: Lang = lang
        self.person = f"U{new_id()}"
        self.last: tuple[Reply, ...] = ()

    @classmethod
    def open(cls, db: Database, signup: Signup = Signup.OPEN, lang: Lang = "en") -> "OwnerChat":
        return cls(Core(db, FrozenClock(), signup), lang)

    async def follows(self) -> list[str]:
        return await self.sends(IncomingKind.JOINED)

    async def says(self, text: str, quoting: str = "") -> list[str]:
        return await self.sends(IncomingKind.TEXT, text=text, quoted=quoting)

    async def taps(self, label: str) -> list[str]:
        """Tap the first button with this label among what was answered last."""
        labels = {str(choice.label): choice for choice in reversed(list(choices_of(self.last)))}
        return await self.posts(labels[label].action)

    async def posts(self, action: str) -> list[str]:
        return await self.sends(IncomingKind.ACTION, action=action)

    async def sends_photo(self, data: bytes) -> list[str]:
        message = new_id()
        self.core.sent.by_message[message] = data
        return await self.sends(IncomingKind.PHOTO, message=message)

    async def sends(
        self, kind: IncomingKind, *, text: str = "", action: str = "", quoted: str = "", message: str = ""
    ) -> list[str]:
        now = self.core.clock.now()
        incoming = Incoming(kind, self.person, now, text, action, message=message, quoted=quoted, lang=self.lang)
        incoming = await self.core.dispatcher.prepared(incoming)

        async def work() -> Replies:
            return await self.core.dispatcher.handle(incoming)

        replies = await self.core.db.transaction(work)
        self.last = said(replies, replies.lang).items
        return [str(words) for reply in self.last for words in words_of(reply)]

    async def signs_up(self, name: str = "Hitsuji", handle: str = "hitsuji") -> None:
        await self.follows()
        await self.says(name)
        await self.says(handle)

    async def owner(self) -> Owner:
        owner = await self.core.accounts.by_line_user(self.person)
        assert owner is not None
        return owner

    async def app(self) -> App:
        return await self.core.apps.chosen(await self.owner())

    def labels(self) -> list[str]:
        """The labels of everything that can be tapped now."""
        return [str(choice.label) for choice in choices_of(self.last)]

    async def pushed(self, message_id: str) -> OutboxRow:
        """Push what has waited longest for this owner as LINE would get it, under `message_id`."""
        rows, held_rows, now = OutboxRepository(self.core.db), HeldRows(self.core.db), self.core.clock.now()
        held = (await held_rows.of((await self.owner()).scope))[0]
        push = OutboxRow(held.channel, held.to, {"replies": []}, now, held.owner_id, carries=(Carried(held.id, 1),))
        await held_rows.claim(push.id, [held.id], now)
        await rows.put(push)
        await rows.sent(push, [message_id], now)
        return held


def words_of(reply: Reply) -> Iterator[object]:
    match reply:
        case Text() | Confirm() | Later():
            yield reply.text
        case Card():
            yield "\n".join(str(words) for words in (reply.title, reply.body, *(f"{a}: {b}" for a, b in reply.rows)))
        case Cards():
            yield reply.summary
            for card in reply.cards:
                yield from words_of(card)


def choices_of(replies: Sequence[Reply]) -> Iterator[Choice]:
    for reply in replies:
        match reply:
            case Text() | Card():
                yield from reply.choices
            case Confirm():
                yield from (reply.yes, reply.no)
            case Cards():
                yield from (choice for card in reply.cards for choice in card.choices)
                yield from reply.choices
