"""The parts with which owners look after an app: settings, lists, past conversations, insight; for both doors."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from guardrail.pii import Pii
from handlers.accounts.accounts import Accounts
from handlers.accounts.downloads import Downloads
from handlers.apps.apps import Apps
from handlers.apps.changes import AppSettings
from handlers.apps.pictures import Pictures
from handlers.chat.commands import Feature
from handlers.chat.conversations import ConversationCommands
from handlers.chat.dialogues import Dialogues
from handlers.chat.downloads import DownloadCommands
from handlers.chat.insight import InsightCommands
from handlers.chat.lists import ListCommands
from handlers.chat.pictures import PictureCommands
from handlers.chat.settings import SettingCommands
from handlers.conversations.conversations import Conversations
from handlers.conversations.past_conversations import PastConversations
from handlers.insight.insight import Insights
from handlers.ports import Clock, Contents
from knowledge.meaning.likeness import Likeness
from knowledge.store.database import Database
from web.site import keys


@dataclass(frozen=True)
class Console:
    """Made once for a process."""

    apps: Apps
    pii: Pii
    settings: AppSettings
    past: PastConversations
    insights: Insights
    pictures: Pictures
    downloads: Downloads

    @classmethod
    def of(
        cls,
        database: Database,
        accounts: Accounts,
        apps: Apps,
        conversations: Conversations,
        contents: Contents,
        pii: Pii,
        likeness: Likeness,
        clock: Clock,
    ) -> "Console":
        """The parts, joined."""
        past, insights = PastConversations(database, conversations), Insights(database, pii, likeness, clock)
        pictures, downloads = Pictures(database, apps, contents, clock), Downloads(database, accounts, clock)
        return cls(apps, pii, AppSettings(database, apps), past, insights, pictures, downloads)

    def features(self, dialogues: Dialogues, public_url: str) -> Sequence[Feature]:
        """What they add to the owner's chat."""
        commands = (
            SettingCommands(self.settings, self.apps, dialogues, public_url),
            ListCommands(self.settings, self.apps, dialogues),
            PictureCommands(self.pictures, self.apps, dialogues, public_url),
            ConversationCommands(self.past, self.apps, self.pii),
            InsightCommands(self.insights, self.apps),
            DownloadCommands(self.downloads, public_url),
        )
        return [each.feature() for each in commands]

    def hand_to(self, app: web.Application) -> None:
        """Put the parts where the site's request handlers look for them."""
        app[keys.APP_SETTINGS], app[keys.PAST_CONVERSATIONS] = self.settings, self.past
        app[keys.INSIGHTS], app[keys.PICTURES] = self.insights, self.pictures
        app[keys.DOWNLOADS] = self.downloads
