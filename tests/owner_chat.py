"""An owner's chat with the real core and store: what is typed and tapped, and what comes back."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from clock import FrozenClock
from grounds import SentContents, ground_on

from bot.join.areas import join
from bot.join.chat import join as join_chat
from handlers.accounts.accounts import Signup
from handlers.chat.commands import ChatAnswer
from handlers.chat.incoming import Incoming, Joined, Left, SentElse, SentPhoto, Tapped, Wrote
from handlers.messages import (
    Card,
    Cards,
    Choice,
    Confirm,
    Drawing,
    Later,
    Reply,
    Text,
)
from handlers.ports import ToolModel
from knowledge.importing.reading import Reading
from knowledge.phrases import Lang, Phrase
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.database import Database, new_id
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Carried, OutboxRepository, OutboxRow

V = TypeVar("V")


def said(value: V, lang: Lang) -> V:
    """The same value with every phrase in it, however deep, replaced by its words in `lang`."""
    if isinstance(value, Phrase):
        return cast(V, value.say(lang))
    if isinstance(value, tuple):
        return cast(V, tuple(said(part, lang) for part in value))
    if is_dataclass(value) and not isinstance(value, type):
        spoken = {each.name: said(getattr(value, each.name), lang) for each in fields(value)}
        return cast(V, replace(cast(Any, value), **spoken))
    return value


class Core:
    """The owner's side of a process on one database, with short names for the parts that tests call."""

    def __init__(
        self,
        db: Database,
        clock: FrozenClock,
        signup: Signup = Signup.OPEN,
        sites: Collection[str] = (),
        model: ToolModel | None = None,
        reading: Reading | None = None,
    ) -> None:
        self.db, self.clock, self.sent = db, clock, SentContents()
        ground = ground_on(
            db, clock=clock, tools=model, contents=self.sent, sites=sites, reading=reading, signup=signup
        )
        self.store, self.areas = ground.store, join(ground)
        areas = self.areas
        chat = join_chat(ground, areas)
        self.dispatcher, self.plain, self.trials = chat.dispatcher, chat.plain_language, chat.trials
        self.proposals = areas.proposals.proposals
        self.accounts, self.apps, self.alerts = areas.accounts.accounts, areas.apps.apps, areas.alerts.alerts
        self.alert_preferences = areas.alerts.preferences
        self.faqs, self.documents, self.findings = areas.entries.faqs, areas.entries.documents, areas.entries.hidden
        self.imports, self.import_runs = areas.imports.imports, areas.imports.runs
        self.page_watch = areas.imports.page_watch
        self.conversations, self.takeovers = areas.conversations.conversations, areas.conversations.takeovers
        self.gaps, self.checks, self.learning = areas.learning.gaps, areas.learning.checks, areas.learning.rounds
        self.handoffs = areas.learning.handoffs

    async def answer_a_line(self) -> bool:
        """Answer the plain line that has waited longest; False if none does."""
        line = await self.plain.take()
        if line is not None:
            await self.plain.answer(line)
        return line is not None


class OwnerChat:
    """One person's chat. Every line is handled in a transaction, as the worker does it."""

    def __init__(self, core: Core, lang: Lang = "en") -> None:
        self.core = core
        self.lang: Lang = lang
        self.person = f"U{new_id()}"
        self.last: tuple[Reply, ...] = ()
        self.again = ""  # what would bring it once more
        self.whose: Owner | None = None  # whose account it is by then

    @classmethod
    def open(cls, db: Database, signup: Signup = Signup.OPEN, lang: Lang = "en") -> "OwnerChat":
        return cls(Core(db, FrozenClock(), signup), lang)

    async def follows(self) -> list[str]:
        return await self.does(Joined(self.person, self.core.clock.now(), lang=self.lang))

    async def says(self, text: str, quoting: str = "") -> list[str]:
        return await self.does(Wrote(self.person, self.core.clock.now(), text, quoted=quoting, lang=self.lang))

    async def taps(self, label: str) -> list[str]:
        """Tap the first button with this label among what was answered last."""
        labels = {str(choice.label): choice for choice in reversed(list(choices_of(self.last)))}
        return await self.posts(labels[label].action)

    async def presses(self, button: Choice) -> list[str]:
        """Tap a button that stands somewhere in the chat."""
        return await self.posts(button.action)

    async def posts(self, action: str) -> list[str]:
        """Send what a button brings back, or what none would."""
        return await self.does(Tapped(self.person, self.core.clock.now(), action, lang=self.lang))

    async def blocks(self) -> list[str]:
        return await self.does(Left(self.person, self.core.clock.now(), lang=self.lang))

    async def sends_sticker(self) -> list[str]:
        return await self.does(SentElse(self.person, self.core.clock.now(), lang=self.lang))

    async def sends_photo(self, data: bytes) -> list[str]:
        message = new_id()
        self.core.sent.by_message[message] = data
        return await self.does(SentPhoto(self.person, self.core.clock.now(), message, lang=self.lang))

    async def does(self, incoming: Incoming) -> list[str]:
        """Whatever can be done in the chat; what is said to it."""
        accounts, dispatcher = self.core.accounts, self.core.dispatcher
        is_member = await accounts.by_line_user(incoming.sender) is not None
        prepared = await dispatcher.prepared(incoming, is_member=is_member)

        async def work() -> ChatAnswer:
            return await dispatcher.handle(prepared, await accounts.by_line_user(prepared.sender))

        answer = await self.core.db.transaction(work)
        replies, self.whose = answer.replies, answer.owner
        self.last, self.again = said(replies, replies.lang).items, replies.again
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
        case Drawing():
            yield reply.url
        case Card():
            yield "\n".join(str(words) for words in (reply.title, reply.body, *(f"{a}: {b}" for a, b in reply.rows)))
        case Cards():
            yield reply.summary
            for card in reply.cards:
                yield from words_of(card)


def choices_of(replies: Sequence[Reply]) -> Iterator[Choice]:
    for reply in replies:
        match reply:
            case Text() | Card() | Drawing():
                yield from reply.choices
            case Confirm():
                yield from (reply.yes, reply.no)
            case Cards():
                yield from (choice for card in reply.cards for choice in card.choices)
                yield from reply.choices
