"""What owners can say and tap in LINE: every feature's commands and buttons, joined behind one dispatcher."""

from dataclasses import dataclass

from bot.join.ground import Ground
from bot.line_in.replies import LineAnswersLater
from handlers.areas import Areas
from handlers.chat.accounts.account import AccountCommands
from handlers.chat.accounts.alert_settings import AlertSettingCommands
from handlers.chat.accounts.api_keys import ApiKeyCommands
from handlers.chat.accounts.downloads import DownloadCommands
from handlers.chat.accounts.email import EmailCommands
from handlers.chat.accounts.leaving import LeavingCommands
from handlers.chat.accounts.linking import LinkCommands
from handlers.chat.accounts.sign_ins import SignInCommands
from handlers.chat.accounts.signup import SignUp
from handlers.chat.apps.app_deletion import AppDeletionCommands
from handlers.chat.apps.apps import AppCommands
from handlers.chat.apps.handles import HandleCommands
from handlers.chat.apps.insight import InsightCommands
from handlers.chat.apps.news import NewsCommands
from handlers.chat.apps.pictures import PictureCommands
from handlers.chat.apps.settings import SettingCommands
from handlers.chat.apps.sharing import SharingCommands
from handlers.chat.conversations.alerts import AlertCommands, WaitingAlertCommands
from handlers.chat.conversations.conversations import ConversationCommands
from handlers.chat.conversations.takeovers import TakeoverCards, TakeoverCommands
from handlers.chat.dialogues import Dialogues
from handlers.chat.dispatcher import Dispatcher
from handlers.chat.entries.checks import CheckCommands
from handlers.chat.entries.documents import DocumentCommands
from handlers.chat.entries.doubles import Taught
from handlers.chat.entries.faqs import FaqCommands
from handlers.chat.entries.filed_proposals import FiledProposalCommands
from handlers.chat.entries.gaps import GapCommands
from handlers.chat.entries.hidden import HiddenCommands
from handlers.chat.entries.imports import ImportCommands
from handlers.chat.entries.look_alikes import LookAlikes
from handlers.chat.entries.phrasings import PhrasingCommands
from handlers.chat.entries.saving import SavingCommands
from handlers.chat.entries.trials import TrialCommands
from handlers.chat.entries.watched_pages import WatchedPageCommands
from handlers.chat.lists import ListCommands
from handlers.chat.plain_language.lines import PlainLanguage
from handlers.chat.plain_language.owner_view import OwnerViews
from handlers.chat.plain_language.proposal_answers import ProposalCommands
from handlers.chat.plain_language.wishes import Wishes


@dataclass(frozen=True)
class Chat:
    """The LINE door, and what answers the plain lines and trials that it takes in."""

    dispatcher: Dispatcher
    plain_language: PlainLanguage
    trials: TrialCommands


def join(ground: Ground, areas: Areas) -> Chat:
    """Features stand in the order in which /help lists them."""
    database, clock, url = ground.database, ground.clock, ground.settings.public_url
    accounts, alerts, apps, entries, imports = areas.accounts, areas.alerts, areas.apps, areas.entries, areas.imports
    learning, conversations, search = areas.learning, areas.conversations, areas.search
    dialogues = Dialogues(database, clock)
    twins = LookAlikes(search.retrieval, apps.apps, entries.faqs)
    proposals, changes = areas.proposals.proposals, areas.proposals.changes
    proposal_commands = ProposalCommands(proposals, changes, dialogues)
    taught = Taught(entries.faqs, proposals, proposal_commands.show)
    app_commands = AppCommands(apps.apps, dialogues, url)
    import_commands = ImportCommands(imports.imports, apps.apps, dialogues)
    handoffs = AlertCommands(learning.handoffs, alerts.alerts, apps.apps, dialogues, twins, taught)
    cards = TakeoverCards(database, ground.pii)
    takeovers = TakeoverCommands(
        conversations.takeovers, learning.said_answers, cards, alerts.alerts, dialogues, twins, taught
    )
    views = OwnerViews(search.retrieval, entries.faqs, entries.documents, ground.pii)
    later = LineAnswersLater(database, clock)
    trials = TrialCommands(
        database,
        areas.answers.trials,
        entries.faqs,
        entries.new,
        entries.hidden,
        apps.apps,
        alerts.awaited,
        dialogues,
        taught,
    )
    commands = (
        app_commands,
        SettingCommands(apps.settings, apps.apps, dialogues, url),
        ListCommands(apps.settings, apps.links, apps.apps, dialogues),
        AppDeletionCommands(areas.notices.app_deletion, apps.apps, dialogues),
        HandleCommands(apps.apps, apps.settings, url),
        PictureCommands(apps.pictures, apps.apps, dialogues, url),
        SharingCommands(apps.apps, url),
        ConversationCommands(conversations.past, areas.answers.held, apps.apps, alerts.preferences, ground.pii),
        InsightCommands(areas.insight.insights, apps.apps),
        DownloadCommands(areas.exports.downloads, url),
        FaqCommands(entries.faqs, entries.new, entries.lists, apps.apps, dialogues, taught),
        PhrasingCommands(entries.faqs, apps.apps, dialogues),
        HiddenCommands(entries.hidden, apps.apps),
        DocumentCommands(entries.documents, entries.lists, apps.apps, dialogues, import_commands, imports.page_watch),
        import_commands,
        NewsCommands(entries.notes, imports.page_watch, apps.apps, dialogues, url),
        WatchedPageCommands(imports.page_watch, apps.apps),
        ApiKeyCommands(areas.programs.keys, apps.apps, accounts.accounts, url),
        FiledProposalCommands(proposals, changes, proposal_commands),
        handoffs,
        AlertSettingCommands(alerts.preferences, accounts.emails, dialogues),
        WaitingAlertCommands(alerts.waiting),
        GapCommands(learning.gaps, entries.faqs, apps.apps, dialogues, taught, clock),
        takeovers,
        SavingCommands(learning.handoffs, learning.said_answers, dialogues, taught),
        CheckCommands(learning.checks, entries.nearest, apps.apps, dialogues),
        trials,
        AccountCommands(accounts.accounts, apps.apps, alerts.preferences, url),
        SignInCommands(accounts.sign_ins),
        LeavingCommands(accounts.leaving, apps.apps, dialogues),
        EmailCommands(accounts.emails, dialogues, url),
        LinkCommands(accounts.linking, accounts.accounts, ground.link_tokens),
        proposal_commands,
    )
    signup = SignUp(accounts.accounts, apps.apps, app_commands)
    features = [each.feature() for each in commands]
    wishes = Wishes(search.meaning, features)
    plain_language = PlainLanguage(
        database,
        apps.apps,
        ground.models.tools,
        views,
        proposals,
        proposal_commands,
        wishes,
        areas.spending,
        later,
        clock,
    )
    features.append(plain_language.feature())
    dispatcher = Dispatcher(accounts.accounts, apps.apps, signup, dialogues, handoffs, takeovers, wishes, features)
    return Chat(dispatcher, plain_language, trials)
