"""Conversations in the owner's chat: the latest, searched, read and deleted.

Visitors' words leave their conversation only without personal information; the owner's web page shows them whole.
"""

from collections.abc import Sequence
from datetime import datetime

from babel.dates import format_datetime

from guardrail.pii import Pii
from handlers.answers.feed import words_of
from handlers.answers.held_messages import HeldMessages
from handlers.apps.apps import Apps
from handlers.chat.commands import Command, Feature
from handlers.clock import JAPAN
from handlers.conversations.past_conversations import SPEAKERS, Glimpse, PastConversations, masked_words
from handlers.messages import Card, Cards, Choice, Confirm, Reply, Text
from handlers.paging import Page
from handlers.written import shortened
from knowledge.errors import BadInput
from knowledge.phrases import Lang, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.conversations.conversations import Conversation
from knowledge.store.conversations.messages import HELD, Message, Role

LONGEST_TITLE = 60
LONGEST_LINE = 700
MOST_RELEASES = 3
SHOWN_AT_ONCE = 12  # messages of a conversation in one reply
LIST = Choice(_("Conversations"), action="conversation.list")


class ConversationCommands:
    """What an owner types and taps about conversations of the current app, or the one a button names."""

    def __init__(self, past: PastConversations, held: HeldMessages, apps: Apps, pii: Pii) -> None:
        self._past = past
        self._held = held
        self._apps = apps
        self._pii = pii

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(("/conversations", "/会話"), _("Show the latest conversations"), self._list, shows=True),
                Command(
                    ("/conversations find", "/会話 検索"), _("Find conversations"), self._find, _("<words>"), shows=True
                ),
            ),
            actions={
                "conversation.list": self._list,
                "conversation.read": self._read,
                "conversation.delete": self._ask_deletion,
                "conversation.delete_now": self._delete,
                "conversation.keep": self._keep,
                "conversation.release": self._release,
                "conversation.block": self._block,
                "conversation.unblock": self._unblock,
            },
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
        turns = tuple(Choice(turn.label, action=f"{turn.action}:{app.id}") for turn in page.turns("conversation.list"))
        return [Cards(summary, await self._cards(owner, found), (*turns, _search()))]

    async def _find(self, owner: Owner, rest: str) -> Sequence[Reply]:
        if not rest:
            raise BadInput(_("Which words shall I look for? Write: /conversations find <words>"))
        app = await self._apps.chosen(owner)
        found = await self._past.find(app.scope, rest)
        words = shortened(rest, 50)
        if not found:
            return [Text(_("In no conversation was “{words}” said.", words=words), (LIST, _search()))]
        return [
            Cards(_("Conversations with “{words}”", words=words), await self._cards(owner, found), (LIST, _search()))
        ]

    async def _read(self, owner: Owner, about: str) -> Sequence[Reply]:
        """The last messages, or with a number those before it; each in the words of who said it."""
        conversation_id, _colon, before = about.partition(":")
        conversation = await self._past.get(owner.scope, conversation_id)
        said = [each for each in await self._past.read(conversation) if each.role in SPEAKERS]
        # Whatever a forged button says, it is a place in this conversation or its end.
        end = int(before) if before.isdecimal() and len(before) < 6 else len(said)
        shown = said[max(0, end - SHOWN_AT_ONCE) : end]
        lines = [f"{_who(message, owner.lang)}: {await self._words(message)}" for message in shown]
        first = max(0, end - SHOWN_AT_ONCE)
        earlier = (Choice(_("Earlier"), action=f"conversation.read:{conversation_id}:{first}"),) if first else ()
        talk = Choice(_("Talk"), action=f"takeover.begin:{conversation_id}")
        delete = Choice(_("Delete"), action=f"conversation.delete:{conversation_id}")
        began = _when(conversation.created_at, owner.lang)
        head: list[Reply] = [Text(_("From {time}", time=began))]
        if masked := masked_words(conversation, owner.lang):
            head.append(Text(masked))
        choices = (*_releases(shown), *earlier, talk, LIST, _blocking(conversation), delete)
        return [*head, Text("\n\n".join(lines) or "…", choices)]

    async def _release(self, owner: Owner, message_id: str) -> Sequence[Reply]:
        conversation = await self._held.release(owner.scope, message_id)
        read = Choice(_("Read"), action=f"conversation.read:{conversation.id}")
        return [Text(_("Released: mimi answers it now, like any other message."), (read, LIST))]

    async def _block(self, owner: Owner, conversation_id: str) -> Sequence[Reply]:
        conversation = await self._past.block(owner.scope, conversation_id)
        told = _("Blocked: what the visitor writes in this conversation is refused from now on, and they are told so.")
        return [Text(told, (_blocking(conversation), LIST))]

    async def _unblock(self, owner: Owner, conversation_id: str) -> Sequence[Reply]:
        conversation = await self._past.unblock(owner.scope, conversation_id)
        return [
            Text(_("Unblocked: the visitor can write in this conversation again."), (_blocking(conversation), LIST))
        ]

    async def _ask_deletion(self, owner: Owner, conversation_id: str) -> Sequence[Reply]:
        # It must still be there: asking twice about what is gone would look as if it were not.
        conversation = await self._past.get(owner.scope, conversation_id)
        yes = Choice(_("Delete"), action=f"conversation.delete_now:{conversation.id}")
        no = Choice(_("Keep"), action=f"conversation.keep:{conversation.id}")
        began = _when(conversation.created_at, owner.lang)
        return [Confirm(_("Delete the conversation from {time}? The visitor loses it too.", time=began), yes, no)]

    async def _delete(self, owner: Owner, conversation_id: str) -> Sequence[Reply]:
        gone = await self._past.delete(owner.scope, conversation_id)
        began = _when(gone.created_at, owner.lang)
        return [Text(_("The conversation from {time} is deleted.", time=began), (LIST,))]

    async def _keep(self, owner: Owner, conversation_id: str) -> Sequence[Reply]:
        await self._past.get(owner.scope, conversation_id)
        return [Text(_("Kept."), (LIST,))]

    async def _cards(self, owner: Owner, found: Sequence[Glimpse]) -> tuple[Card, ...]:
        return tuple([await self._card(owner, each) for each in found])

    async def _card(self, owner: Owner, glimpse: Glimpse) -> Card:
        conversation = glimpse.conversation
        # What visitors write leaves the conversation only without personal information, as in alerts and takeovers.
        first = (await self._pii.redact(glimpse.first, conversation.lang)).text
        rows = (
            (_("Last message"), _when(conversation.last_at, owner.lang)),
            (_("Messages"), str(glimpse.count)),
            *([(_("Blocked"), _when(conversation.blocked_at, owner.lang))] if conversation.blocked_at else ()),
        )
        buttons = (
            Choice(_("Read"), action=f"conversation.read:{conversation.id}"),
            Choice(_("Talk"), action=f"takeover.begin:{conversation.id}"),
            _blocking(conversation),
            Choice(_("Delete"), action=f"conversation.delete:{conversation.id}"),
        )
        return Card(shortened(" ".join(first.split()), LONGEST_TITLE) or "…", rows=rows, choices=buttons)

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
        Choice(_("Release “{words}”", words=shortened(message.text, 8)), action=f"conversation.release:{message.id}")
        for message in held[-MOST_RELEASES:]
    )


def _blocking(conversation: Conversation) -> Choice:
    if conversation.blocked_at:
        return Choice(_("Unblock chat"), action=f"conversation.unblock:{conversation.id}")
    return Choice(_("Block chat"), action=f"conversation.block:{conversation.id}")


def _search() -> Choice:
    return Choice(_("Search"), type_in="/conversations find ")


def _when(at: datetime, lang: Lang) -> str:
    return format_datetime(at.astimezone(JAPAN), "short", locale=lang)
