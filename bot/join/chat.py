"""What owners can say and tap in LINE: every feature's commands and buttons, joined behind one dispatcher."""

from dataclasses import dataclass

from bot.join.ground import Ground
from bot.line_in.replies import LineAnswersLater
from handlers.areas import Areas
from handlers.chat.account import AccountCommands
from handlers.chat.alert_settings import AlertSettingCommands
from handlers.chat.alerts import AlertCommands, WaitingAlertCommands
from handlers.chat.api_keys import ApiKeyCommands
from handlers.chat.app_deletion import AppDeletionCommands
from handlers.chat.apps import AppCommands
from handlers.chat.checks import CheckCommands
from handlers.chat.conversations import ConversationCommands
from handlers.chat.dialogues import Dialogues
from handlers.chat.dispatcher import Dispatcher
from handlers.chat.documents import DocumentCommands
from handlers.chat.doubles import Taught
from handlers.chat.downloads import DownloadCommands
from handlers.chat.email import EmailCommands
from handlers.chat.faqs import FaqCommands
from handlers.chat.filed_proposals import FiledProposalCommands
from handlers.chat.gaps import GapCommands
from handlers.chat.handles import HandleCommands
from handlers.chat.hidden import HiddenCommands
from handlers.chat.imports import ImportCommands
from handlers.chat.insight import InsightCommands
from handlers.chat.leaving import LeavingCommands
from handlers.chat.linking import LinkCommands
from handlers.chat.lists import ListCommands
from handlers.chat.look_alikes import LookAlikes
from handlers.chat.news import NewsCommands
from handlers.chat.phrasings import PhrasingCommands
from handlers.chat.pictures import PictureCommands
from handlers.chat.plain_language.lines import PlainLanguage
from handlers.chat.plain_language.owner_view import OwnerViews
from handlers.chat.plain_language.proposal_answers import ProposalCommands
from handlers.chat.saving import SavingCommands
from handlers.chat.settings import SettingCommands
from handlers.chat.sharing import SharingCommands
from handlers.chat.sign_ins import SignInCommands
from handlers.chat.signup import SignUp
from handlers.chat.takeovers import TakeoverCards, TakeoverCommands
from handlers.chat.trials import TrialCommands
from handlers.chat.watched_pages import WatchedPageCommands


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
    plain_language = PlainLanguage(
        database, apps.apps, ground.models.tools, views, proposals, proposal_commands, areas.spending, later, clock
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
        NewsCommands(entries.notes, apps.apps, dialogues, url),
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
        AccountCommands(accounts.accounts, apps.apps, url),
        SignInCommands(accounts.sign_ins),
        LeavingCommands(accounts.leaving, apps.apps, dialogues),
        EmailCommands(accounts.emails, dialogues, url),
        LinkCommands(accounts.linking, accounts.accounts, ground.link_tokens),
        proposal_commands,
        plain_language,
    )
    signup = SignUp(accounts.accounts, apps.apps, app_commands)
    features = [each.feature() for each in commands]
    dispatcher = Dispatcher(accounts.accounts, apps.apps, signup, dialogues, handoffs, takeovers, features)
    return Chat(dispatcher, plain_language, trials)
