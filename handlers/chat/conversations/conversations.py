"""Conversations in the owner's chat: the latest, searched, read and deleted.

Visitors' words leave their conversation only without personal information; the owner's web page shows them whole.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from guardrail.pii import Pii
from handlers.alerts.cards import BEGIN_TALK
from handlers.alerts.settings import AlertPreferences
from handlers.answers.feed import words_of
from handlers.answers.held_messages import HeldMessages
from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.conversations.past_conversations import SPEAKERS, Glimpse, PastConversations, masked_words
from handlers.messages import Card, Cards, Choice, Confirm, Reply, Text
from handlers.paging import Page
from handlers.told_times import time_words
from handlers.written import shortened
from knowledge.errors import BadInput
from knowledge.phrases import Lang, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.conversations.conversations import Conversation, ConversationId
from knowledge.store.conversations.messages import HELD, Message, MessageId, Role

LIST_CONVERSATIONS = Shortcut("conversation.list", _("Conversations"))
READ_CONVERSATION = Button("conversation.read", _("Read"), ConversationId, str)
DELETE_CONVERSATION = Button("conversation.delete", _("Delete"), ConversationId)
DELETE_CONVERSATION_NOW = Button("conversation.delete_now", _("Delete"), ConversationId)
KEEP_CONVERSATION = Button("conversation.keep", _("Keep"), ConversationId)
RELEASE_MESSAGE = Button("conversation.release", _("Release"), MessageId)
BLOCK_CONVERSATION = Button("conversation.block", _("Block chat"), ConversationId)
UNBLOCK_CONVERSATION = Button("conversation.unblock", _("Unblock chat"), ConversationId)

LONGEST_TITLE = 60
LONGEST_LINE = 700
MOST_RELEASES = 3
END = ""  # where reading begins that no message is named for
SHOWN_AT_ONCE = 12  # messages of a conversation in one reply


class ConversationCommands:
    """What an owner types and taps about conversations of the current app, or the one a button names."""

    def __init__(
        self, past: PastConversations, held: HeldMessages, apps: Apps, preferences: AlertPreferences, pii: Pii
    ) -> None:
        self._past = past
        self._held = held
        self._apps = apps
        self._preferences = preferences
        self._pii = pii

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(("/conversations", "/会話"), _("Show the latest conversations"), self._list, shows=True),
                Command(
                    ("/conversations find", "/会話 検索"), _("Find conversations"), self._find, _("<words>"), shows=True
                ),
            ),
            taps=(
                LIST_CONVERSATIONS.runs(self._list),
                READ_CONVERSATION.runs(self._read),
                DELETE_CONVERSATION.runs(self._ask_deletion),
                DELETE_CONVERSATION_NOW.runs(self._delete),
                KEEP_CONVERSATION.runs(self._keep),
                RELEASE_MESSAGE.runs(self._release),
                BLOCK_CONVERSATION.runs(self._block),
                UNBLOCK_CONVERSATION.runs(self._unblock),
            ),
        )

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """One page; a button names the app too, so that turning pages stays in it."""
        number, _colon, app_id = rest.partition(":")
        app = await self._apps.named(owner, app_id)
        count = await self._past.count(app.scope)
        if not count:
            return [Text(_("Nobody has talked with me about {app} yet.", app=app.name))]
        page = Page.of(number, count)
        found = await self._past.latest(app.scope, skip=page.skip, limit=page.size)
        summary = _(
            "{app}: {count} conversations, page {page} of {last}",
            app=app.name, count=count, page=page.number, last=page.last,
        )  # fmt: skip
        turns = page.turns(lambda number: LIST_CONVERSATIONS.action(f"{number}:{app.id}"))
        return [Cards(summary, await self._cards(owner, found), (*turns, _search()))]

    async def _find(self, owner: Owner, rest: str) -> Sequence[Reply]:
        if not rest:
            raise BadInput(_("What should I look for? Write: /conversations find <words>"))
        app = await self._apps.chosen(owner)
        found = await self._past.find(app.scope, rest)
        words, ways = shortened(rest, 50), (LIST_CONVERSATIONS(), _search())
        if not found:
            return [Text(_("No conversation contains “{words}”.", words=words), ways)]
        return [Cards(_("Conversations with “{words}”", words=words), await self._cards(owner, found), ways)]

    async def _read(self, owner: Owner, conversation_id: ConversationId, before: str) -> Sequence[Reply]:
        """The last messages, or with a number those before it; each in the words of who said it."""
        conversation = await self._past.get(owner.scope, conversation_id)
        said = [each for each in await self._past.read(conversation) if each.role in SPEAKERS]
        # Whatever a forged button says, it is a place in this conversation or its end.
        end = int(before) if before.isdecimal() and len(before) < 6 else len(said)
        shown = said[max(0, end - SHOWN_AT_ONCE) : end]
        lines = [f"{_who(message, owner.lang)}: {await self._words(message)}" for message in shown]
        first = max(0, end - SHOWN_AT_ONCE)
        earlier = (READ_CONVERSATION(conversation_id, f"{first}", label=_("Earlier")),) if first else ()
        began = await self._when(owner, conversation.created_at)
        head: list[Reply] = [Text(_("From {time}", time=began))]
        if masked := masked_words(conversation, owner.lang):
            head.append(Text(masked))
        ways = (
            *_releases(shown),
            *earlier,
            BEGIN_TALK(conversation_id),
            LIST_CONVERSATIONS(),
            _blocking(conversation),
            DELETE_CONVERSATION(conversation_id),
        )
        return [*head, Text("\n\n".join(lines) or "…", ways)]

    async def _release(self, owner: Owner, message_id: MessageId) -> Sequence[Reply]:
        conversation = await self._held.release(owner.scope, message_id)
        told = _("Released: mimi answers it now, like any other message.")
        return [Text(told, (READ_CONVERSATION(conversation.id, END), LIST_CONVERSATIONS()))]

    async def _block(self, owner: Owner, conversation_id: ConversationId) -> Sequence[Reply]:
        conversation = await self._past.block(owner.scope, conversation_id)
        told = _("Blocked: from now on the visitor cannot write in this conversation, and is told so.")
        return [Text(told, (_blocking(conversation), LIST_CONVERSATIONS()))]

    async def _unblock(self, owner: Owner, conversation_id: ConversationId) -> Sequence[Reply]:
        conversation = await self._past.unblock(owner.scope, conversation_id)
        told = _("Unblocked: the visitor can write in this conversation again.")
        return [Text(told, (_blocking(conversation), LIST_CONVERSATIONS()))]

    async def _ask_deletion(self, owner: Owner, conversation_id: ConversationId) -> Sequence[Reply]:
        # It must still be there: asking twice about what is gone would look as if it were not.
        conversation = await self._past.get(owner.scope, conversation_id)
        ways = DELETE_CONVERSATION_NOW(conversation.id), KEEP_CONVERSATION(conversation.id)
        began = await self._when(owner, conversation.created_at)
        return [Confirm(_("Delete the conversation from {time}? The visitor loses it too.", time=began), *ways)]

    async def _delete(self, owner: Owner, conversation_id: ConversationId) -> Sequence[Reply]:
        gone = await self._past.delete(owner.scope, conversation_id)
        began = await self._when(owner, gone.created_at)
        return [Text(_("The conversation from {time} has been deleted.", time=began), (LIST_CONVERSATIONS(),))]

    async def _keep(self, owner: Owner, conversation_id: ConversationId) -> Sequence[Reply]:
        await self._past.get(owner.scope, conversation_id)
        return [Text(_("Kept."), (LIST_CONVERSATIONS(),))]

    async def _cards(self, owner: Owner, found: Sequence[Glimpse]) -> tuple[Card, ...]:
        zone = (await self._preferences.of(owner.scope)).zone
        return tuple([await self._card(owner, zone, each) for each in found])

    async def _card(self, owner: Owner, zone: ZoneInfo, glimpse: Glimpse) -> Card:
        conversation = glimpse.conversation
        # What visitors write leaves the conversation only without personal information, as in alerts and takeovers.
        first = (await self._pii.redact(glimpse.first, conversation.lang)).text
        blocked = conversation.blocked_at
        rows = (
            (_("Last message"), time_words(conversation.last_at, zone, owner.lang)),
            (_("Messages"), str(glimpse.count)),
            *([(_("Blocked"), time_words(blocked, zone, owner.lang))] if blocked else ()),
        )
        buttons = (
            READ_CONVERSATION(conversation.id, END),
            BEGIN_TALK(conversation.id),
            _blocking(conversation),
            DELETE_CONVERSATION(conversation.id),
        )
        return Card(shortened(" ".join(first.split()), LONGEST_TITLE) or "…", rows=rows, choices=buttons)

    async def _when(self, owner: Owner, at: datetime) -> str:
        return time_words(at, (await self._preferences.of(owner.scope)).zone, owner.lang)

    async def _words(self, message: Message) -> str:
        words = words_of(message)
        if message.role is Role.VISITOR:
            words = (await self._pii.redact(words, message.lang)).text
        return shortened(words, LONGEST_LINE)


def _who(message: Message, lang: Lang) -> str:
    who = SPEAKERS[message.role].say(lang)
    held = message.role is Role.VISITOR and message.state == HELD
    return _("{who} (held as spam)", who=who).say(lang) if held else who


def _releases(shown: Sequence[Message]) -> tuple[Choice, ...]:
    """A button for each of the last messages that are held."""
    held = [message for message in shown if message.role is Role.VISITOR and message.state == HELD]
    return tuple(
        RELEASE_MESSAGE(message.id, label=_("Release “{words}”", words=shortened(message.text, 8)))
        for message in held[-MOST_RELEASES:]
    )


def _blocking(conversation: Conversation) -> Choice:
    return (UNBLOCK_CONVERSATION if conversation.blocked_at else BLOCK_CONVERSATION)(conversation.id)


def _search() -> Choice:
    return Choice(_("Search"), type_in="/conversations find ")
