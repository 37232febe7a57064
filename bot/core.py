"""The core's parts, made once and joined: what both doors and the worker share."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cache

from aiohttp import web

from bot.console import Console
from bot.getting_better import GettingBetter, Models, getting_better
from bot.importing import import_runs
from bot.line.contents import LineContents
from bot.plain_language import plain_language, proposed_changes
from bot.settings import Settings
from guardrail.limits import Limits
from guardrail.pii import Pii
from handlers.access_log import AccessLog
from handlers.account_commands import AccountCommands
from handlers.accounts import Accounts
from handlers.alert_setting_commands import AlertSettingCommands
from handlers.alert_settings import AlertPreferences
from handlers.alerts import Alerts
from handlers.analytics import PageViews
from handlers.answer_knowledge import AnswerKnowledge
from handlers.answer_runs import AnswerRuns
from handlers.answer_writer import AnswerWriter
from handlers.answers import Answers
from handlers.app_commands import AppCommands
from handlers.app_guard import AppGuards
from handlers.apps import Apps
from handlers.askings import Askings
from handlers.check_commands import CheckCommands
from handlers.commands import Feature
from handlers.contact import Contact
from handlers.conversations import Conversations
from handlers.dialogues import Dialogues
from handlers.dispatcher import Dispatcher
from handlers.document_commands import DocumentCommands
from handlers.documents import Documents
from handlers.exports import Exports
from handlers.faq_commands import FaqCommands
from handlers.faqs import Faqs
from handlers.feed import ConversationFeed
from handlers.finding_commands import FindingCommands
from handlers.findings import Findings
from handlers.gap_commands import GapCommands
from handlers.handoff_commands import HandoffCommands
from handlers.handoffs import Handoffs
from handlers.import_changes import ImportChanges
from handlers.import_commands import ImportCommands
from handlers.import_runs import ImportRuns
from handlers.imports import Imports
from handlers.knowledge_guard import KnowledgeGuard
from handlers.live import LiveAnswers
from handlers.page_watch import PageWatch
from handlers.phrasing_commands import PhrasingCommands
from handlers.plain_language import PlainLanguage
from handlers.ports import Clock, ToolModel
from handlers.return_mail import ReturnMail
from handlers.said_answers import SaidAnswers
from handlers.saving_commands import SavingCommands
from handlers.signup import SignUp
from handlers.spending import Spending
from handlers.suggestions import Suggestions
from handlers.takeover_cards import TakeoverCards
from handlers.takeover_commands import TakeoverCommands
from handlers.takeover_news import TakeoverNews
from handlers.takeovers import Takeovers
from handlers.waiting_alerts import WaitingAlerts
from knowledge.drafting import QuotedDrafts
from knowledge.embedder import Embedder
from knowledge.item_vectors import ItemVectors
from knowledge.likeness import Likeness
from knowledge.quoting import QuotingAnswers
from knowledge.retrieval import Retrieval
from knowledge.store.access_log import AccessLogRepository
from knowledge.store.changes import Changes
from knowledge.store.database import Database
from knowledge.store.outbox import OutboxRepository
from knowledge.store.page_views import PageViewRepository
from knowledge.store.vectors import VectorRepository
from knowledge.store.visitor_counts import VisitorRepository
from knowledge.stored_items import KnowledgeItems
from web import keys


@dataclass(frozen=True)
class Core:
    """The parts that somebody outside the core calls."""

    clock: Clock
    alerts: Alerts
    alert_preferences: AlertPreferences
    return_mail: ReturnMail
    accounts: Accounts
    apps: Apps
    faqs: Faqs
    findings: Findings
    documents: Documents
    imports: Imports
    import_runs: ImportRuns
    page_watch: PageWatch
    exports: Exports
    conversations: Conversations
    answers: Answers
    feed: ConversationFeed
    suggestions: Suggestions
    takeovers: Takeovers
    plain_language: PlainLanguage
    dispatcher: Dispatcher
    better: GettingBetter
    contact: Contact
    page_views: PageViews
    access_log: AccessLog
    console: Console

    def hand_to(self, app: web.Application) -> None:
        """Put the parts where the site's request handlers look for them."""
        app[keys.CLOCK], app[keys.ACCESS_LOG], app[keys.PAGE_VIEWS] = self.clock, self.access_log, self.page_views
        app[keys.ACCOUNTS], app[keys.APPS], app[keys.FAQS] = self.accounts, self.apps, self.faqs
        app[keys.ANSWERS], app[keys.CONVERSATIONS], app[keys.FEED] = self.answers, self.conversations, self.feed
        app[keys.IMPORTS], app[keys.EXPORTS], app[keys.SUGGESTIONS] = self.imports, self.exports, self.suggestions
        app[keys.GAPS], app[keys.CHECKS], app[keys.NEAREST] = self.better.gaps, self.better.checks, self.better.nearest
        app[keys.CONTACT], app[keys.FINDINGS] = self.contact, self.findings
        app[keys.ALERT_PREFERENCES], app[keys.RETURN_MAIL] = self.alert_preferences, self.return_mail
        app[keys.TAKEOVERS] = self.takeovers
        self.console.hand_to(app)


async def open_core(
    stack: AsyncExitStack, settings: Settings, database: Database, changes: Changes, clock: Clock
) -> Core:
    """Make the core; what must be closed is closed with `stack`."""
    pii = await asyncio.to_thread(one_pii)
    limits = Limits(settings.mongodb_uri.get_secret_value(), database.raw.name)
    stack.callback(limits.close)
    accounts, apps = Accounts(database, clock, settings.signup), Apps(database, clock)
    guard = KnowledgeGuard(database, pii)
    faqs, documents = Faqs(database, guard, clock), Documents(database, guard, clock)
    findings = Findings(database, faqs, documents)
    conversations = Conversations(database, clock, settings.secret_key.get_secret_value())
    alerts, askings = Alerts(database, pii, clock), Askings(database, pii, clock)
    news = TakeoverNews(database, pii, clock)
    takeovers = Takeovers(database, conversations, alerts, news, clock)
    dialogues = Dialogues(database, clock)
    console = Console.of(database, accounts, apps, conversations, _contents(stack, settings), pii, clock)
    live = LiveAnswers(changes)
    stack.callback(live.close)
    meaning = _meaning(stack, settings, database)
    retrieval = Retrieval(KnowledgeItems(database).load, meaning)
    stack.push_async_callback(retrieval.close)
    models, tools = _models(stack, settings)
    knowledge = AnswerKnowledge(retrieval, settings.knowledge_tokens)
    spending = Spending(database, alerts, clock, settings.spend_limits(), settings.model_prices())
    better = getting_better(stack, database, retrieval, meaning, models, spending, faqs, pii, alerts, clock)
    said = SaidAnswers(database, pii, faqs, better.gaps)
    handoffs = Handoffs(database, alerts, conversations, faqs, better.gaps)
    suggestions = Suggestions(database, retrieval)
    writer = AnswerWriter(knowledge, AppGuards(database), pii, models.answers, spending, suggestions)
    changes_of = proposed_changes(database, faqs, documents, apps, console.settings, clock)
    plain, proposals = plain_language(
        database, tools, retrieval, pii, changes_of, faqs, documents, apps, dialogues, spending, clock
    )
    runs = AnswerRuns(database, conversations, writer, live, alerts, askings, clock)
    stack.push_async_callback(runs.close)
    imports = Imports(database, clock)
    page_watch = PageWatch(database, documents, imports, clock)
    import_changes = ImportChanges(database, faqs, documents, guard)
    access_log = AccessLog(AccessLogRepository(database))
    stack.push_async_callback(access_log.close)
    return Core(
        clock=clock,
        alerts=alerts,
        alert_preferences=AlertPreferences(database, clock),
        return_mail=ReturnMail(database, conversations, clock),
        accounts=accounts,
        apps=apps,
        faqs=faqs,
        findings=findings,
        documents=documents,
        imports=imports,
        page_watch=page_watch,
        exports=Exports(faqs, documents),
        import_runs=import_runs(stack, settings, database, import_changes, Likeness(meaning), alerts, clock),
        conversations=conversations,
        answers=Answers(database, conversations, runs, limits, alerts, askings, news, clock),
        feed=ConversationFeed(database, conversations, live),
        suggestions=suggestions,
        takeovers=takeovers,
        dispatcher=_dispatcher(
            settings,
            database,
            dialogues,
            accounts,
            apps,
            console,
            faqs,
            documents,
            imports,
            page_watch,
            findings,
            alerts,
            handoffs,
            better,
            clock,
            TakeoverCommands(takeovers, said, TakeoverCards(database, pii), alerts, dialogues),
            SavingCommands(handoffs, said, dialogues),
            (proposals.feature(), plain.feature()),
        ),
        better=better,
        plain_language=plain,
        contact=Contact(OutboxRepository(database), limits, clock, settings.mail_from),
        page_views=PageViews(PageViewRepository(database), VisitorRepository(database), clock),
        access_log=access_log,
        console=console,
    )


def _contents(stack: AsyncExitStack, settings: Settings) -> LineContents:
    contents = LineContents(settings.line_data_api_url, settings.line_channel_access_token.get_secret_value())
    stack.push_async_callback(contents.close)
    return contents


def _meaning(stack: AsyncExitStack, settings: Settings, database: Database) -> ItemVectors | None:
    """Vectors of what texts mean, where they are wanted; their process starts with the first question."""
    if not settings.embeddings:
        return None
    embedder = Embedder()
    stack.push_async_callback(embedder.close)
    return ItemVectors(embedder, VectorRepository(database))


def _dispatcher(
    settings: Settings,
    database: Database,
    dialogues: Dialogues,
    accounts: Accounts,
    apps: Apps,
    console: Console,
    faqs: Faqs,
    documents: Documents,
    imports: Imports,
    page_watch: PageWatch,
    findings: Findings,
    alerts: Alerts,
    handoffs: Handoffs,
    better: GettingBetter,
    clock: Clock,
    takeovers: TakeoverCommands,
    saving: SavingCommands,
    more: Sequence[Feature],
) -> Dispatcher:
    app_commands = AppCommands(apps, dialogues, settings.public_url)
    handoff_commands = HandoffCommands(handoffs, alerts, apps, dialogues)
    import_commands = ImportCommands(imports, apps, dialogues)
    features = (
        FaqCommands(faqs, apps, dialogues),
        PhrasingCommands(faqs, apps, dialogues),
        FindingCommands(findings, apps),
        DocumentCommands(documents, apps, dialogues, import_commands, page_watch),
        import_commands,
        handoff_commands,
        AlertSettingCommands(AlertPreferences(database, clock), dialogues),
        WaitingAlerts(database),
        GapCommands(better.gaps, faqs, apps, dialogues, clock),
        takeovers,
        saving,
        CheckCommands(better.checks, better.nearest, apps, dialogues),
        AccountCommands(accounts, apps, dialogues, settings.public_url),
    )
    signup = SignUp(accounts, apps, app_commands)
    of_app = (app_commands.feature(), *console.features(dialogues, settings.public_url))
    everything = [*of_app, *(each.feature() for each in features), *more]
    return Dispatcher(accounts, signup, dialogues, handoff_commands, takeovers, everything)


@cache
def one_pii() -> Pii:
    """One analyser for the process: its dictionaries take a second to read, and it keeps nothing of any text."""
    return Pii.load()


def _models(stack: AsyncExitStack, settings: Settings) -> tuple[Models, ToolModel | None]:
    """Claude where there is a key, else quotations from the knowledge, and nothing that understands plain words."""
    key = settings.anthropic_api_key.get_secret_value()
    if not key:
        return Models(QuotingAnswers(), QuotedDrafts()), None
    from knowledge.claude import (  # two CPU seconds, only where it is used
        ClaudeAnswers,
        ClaudeTools,
        Patience,
        claude_client,
    )
    from knowledge.claude_drafts import ClaudeDrafts

    client = claude_client(key, settings.anthropic_base_url)
    stack.push_async_callback(client.close)
    answers = ClaudeAnswers(
        client,
        settings.model,
        Patience(total=settings.model_deadline),
        max_tokens=settings.model_max_tokens,
        retries=settings.model_retries,
    )
    return Models(answers, ClaudeDrafts(client, settings.model)), ClaudeTools(client, settings.model)
