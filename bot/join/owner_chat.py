"""What owners can say and tap in LINE: every feature's commands and buttons, joined behind one dispatcher."""

from collections.abc import Iterator

from bot.join.core import Core
from handlers.chat.account import AccountCommands
from handlers.chat.alert_settings import AlertSettingCommands
from handlers.chat.alerts import AlertCommands
from handlers.chat.apps import AppCommands
from handlers.chat.checks import CheckCommands
from handlers.chat.commands import Feature
from handlers.chat.dispatcher import Dispatcher
from handlers.chat.documents import DocumentCommands
from handlers.chat.faqs import FaqCommands
from handlers.chat.gaps import GapCommands
from handlers.chat.hidden import HiddenCommands
from handlers.chat.imports import ImportCommands
from handlers.chat.look_alikes import LookAlikes
from handlers.chat.phrasings import PhrasingCommands
from handlers.chat.saving import SavingCommands
from handlers.chat.signup import SignUp
from handlers.chat.takeover_cards import TakeoverCards
from handlers.chat.takeovers import TakeoverCommands
from handlers.chat.waiting_alerts import WaitingAlertCommands
from handlers.chat.watched_pages import WatchedPageCommands
from handlers.learning.alert_answers import AlertAnswers


def owner_chat(core: Core) -> Dispatcher:
    """Features stand in the order in which /help lists them."""
    owners, ground = core.owners, core.ground
    app_commands = AppCommands(owners.apps, owners.dialogues, ground.settings.public_url)
    handoffs = AlertAnswers(
        ground.database, owners.alerts, core.visitors.conversations, core.knowledge.faqs, core.better.gaps
    )
    cards = TakeoverCards(ground.database, ground.pii)
    twins = LookAlikes(core.knowledge.retrieval, owners.apps, core.knowledge.faqs)
    handoff_commands = AlertCommands(handoffs, owners.alerts, owners.apps, owners.dialogues, twins)
    takeovers = TakeoverCommands(
        core.visitors.takeovers, core.better.said, cards, owners.alerts, owners.dialogues, twins
    )
    features = [
        app_commands.feature(),
        *core.console.features(owners.dialogues, ground.settings.public_url),
        *_knowledge(core),
        handoff_commands.feature(),
        *_alerts_and_gaps(core),
        takeovers.feature(),
        SavingCommands(handoffs, core.better.said, owners.dialogues).feature(),
        *_checks_and_account(core),
        core.proposals.feature(),
        core.plain_language.feature(),
    ]
    signup = SignUp(owners.accounts, owners.apps, app_commands)
    return Dispatcher(owners.accounts, signup, owners.dialogues, handoff_commands, takeovers, features)


def _knowledge(core: Core) -> Iterator[Feature]:
    apps, dialogues, known = core.owners.apps, core.owners.dialogues, core.knowledge
    imports = ImportCommands(known.imports, apps, dialogues)
    yield FaqCommands(known.faqs, apps, dialogues).feature()
    yield PhrasingCommands(known.faqs, apps, dialogues).feature()
    yield HiddenCommands(known.findings, apps).feature()
    yield DocumentCommands(known.documents, apps, dialogues, imports, known.page_watch).feature()
    yield imports.feature()
    yield WatchedPageCommands(known.page_watch, apps).feature()


def _alerts_and_gaps(core: Core) -> Iterator[Feature]:
    owners, ground = core.owners, core.ground
    yield AlertSettingCommands(owners.preferences, owners.desk.emails, owners.dialogues).feature()
    yield WaitingAlertCommands(owners.waiting).feature()
    yield GapCommands(core.better.gaps, core.knowledge.faqs, owners.apps, owners.dialogues, ground.clock).feature()


def _checks_and_account(core: Core) -> Iterator[Feature]:
    owners, url = core.owners, core.ground.settings.public_url
    yield CheckCommands(core.better.checks, core.better.nearest, owners.apps, owners.dialogues).feature()
    yield AccountCommands(owners.accounts, owners.apps, url).feature()
    yield from owners.desk.features(owners.dialogues)
