"""An owner's line of chat in, replies out. Knows neither LINE nor HTTP."""

import re
from collections.abc import Sequence
from dataclasses import replace

import structlog

from handlers.accounts.accounts import Accounts
from handlers.apps.apps import Apps
from handlers.buttons import TURN_MENU, TYPE_IN
from handlers.chat.accounts.signup import SignUp
from handlers.chat.commands import ChatAnswer, Command, CommandRegistry, Feature, one_each
from handlers.chat.conversations.alerts import AlertCommands
from handlers.chat.conversations.takeovers import TakeoverCommands
from handlers.chat.dialogues import BACK, CANCEL, RESUME, SAY, Dialogues, asks, place_of
from handlers.chat.entries.faqs import is_pasted
from handlers.chat.help import HELP, WISH, help_text, hint, is_for_mimi, next_steps
from handlers.chat.incoming import (
    Incoming,
    Joined,
    Left,
    LinkEnded,
    SentFile,
    SentPhoto,
    Tapped,
    TookBack,
    Wrote,
)
from handlers.chat.plain_language.wishes import MOST_BESIDE, wished
from handlers.messages import Replies, Reply, Text
from handlers.written import storable
from knowledge.errors import MimiError, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.pictures import Picture
from knowledge.store.inbox.dialogues import Dialogue
from knowledge.words.gist import is_small_talk

log = structlog.get_logger()

# Understood from plain words, these are asked about first: visitors would notice at once.
AT_ONCE = ("/pause", "/resume", "/end")
# These take an address that was written with the wish.
WITH_ADDRESS = ("/import", "/app url")
_ADDRESS = re.compile(r"https?://[^\s、。「」]+", re.IGNORECASE)
STOPPING = (
    "/cancel", "/やめる", "/キャンセル", "/stop", "/quit", "/never mind", "/nevermind", "/forget it", "/中止",
    "/ストップ", "/やめます", "/やめたい", "/やめとく", "/やっぱりやめる", "/やっぱりやめます", "/やっぱやめる",
    "/キャンセルで", "/キャンセルします", "/キャンセルする", "/キャンセルして", "/キャンセルしたい",
)  # fmt: skip


class Dispatcher:
    """Decides what a line means: a command, an answer to what it quotes or in a dialogue, or words for a visitor."""

    def __init__(
        self,
        accounts: Accounts,
        apps: Apps,
        signup: SignUp,
        dialogues: Dialogues,
        alerts: AlertCommands,
        takeovers: TakeoverCommands,
        features: Sequence[Feature],
    ) -> None:
        self._accounts = accounts
        self._apps = apps
        self._signup = signup
        self._dialogues = dialogues
        self._alerts = alerts
        self._takeovers = takeovers
        own = Feature(
            (
                Command(
                    ("/help", "/ヘルプ", "/?", "/使い方", "/menu", "/メニュー"),
                    _("Show this list"),
                    self._help,
                    shows=True,
                ),
                Command(("/back", "/戻る", "/もどる"), _("Go back to the previous question"), self._back),
                Command(STOPPING, _("Cancel what I was asking about"), self._cancel),
            ),
            taps=(
                HELP.runs(self._help),
                CANCEL.runs(self._cancel_tapped),
                BACK.runs(self._back_tapped),
                RESUME.runs(self._resume),
                SAY.runs(self._say),
                WISH.runs(self._wished),
            ),
            on_take_back=dialogues.take_back,
        )
        everything = (*features, own)
        self.commands = CommandRegistry(command for feature in everything for command in feature.commands)
        self._taps = one_each((tap.button.word, tap) for each in everything for tap in each.taps)
        shows = [command for command in self.commands.commands if command.shows]
        self._shown = {word: each for word, tap in self._taps.items() for each in shows if each.run == tap.run}
        self.scripts = one_each((script.name, script) for each in everything for script in each.scripts)
        self._photos = one_each(("photos", each.photos) for each in everything if each.photos)["photos"]
        self._on_file = one_each(("files", each.on_file) for each in everything if each.on_file)["files"]
        self._linker = one_each(("linking", each.linker) for each in everything if each.linker)["linking"]
        leaving = (("leaving", each.while_leaving) for each in everything if each.while_leaving)
        self._while_leaving = one_each(leaving)["leaving"]
        self._on_line = [each.on_line for each in everything if each.on_line]
        self._on_take_back = [each.on_take_back for each in everything if each.on_take_back]
        self._on_answered = [each.on_answered for each in everything if each.on_answered]
        self._changes_owner = [button for each in everything for button in each.changes_owner]

    @property
    def buttons(self) -> tuple[str, ...]:
        """The words of all buttons."""
        return tuple(self._taps)

    async def handle(self, incoming: Incoming, owner: Owner | None) -> ChatAnswer:
        """What to answer; `owner` is whose this chat is. Refusals become sentences.

        Anything else that goes wrong goes up to who can retry.
        """
        if isinstance(incoming, LinkEnded):
            return await self._linker.ended(incoming)
        if owner is None:
            return await self._to_stranger(incoming)
        # Any sign of life, blocking mimi too, keeps the handle (privacy policy: accounts inactive for six months).
        await self._accounts.seen(owner, incoming.at)
        if isinstance(incoming, Left):
            await self._accounts.left(owner)
        elif owner.blocked:
            await self._accounts.is_back(owner)
        before, again = await self._under_way(owner), self._asked_again(owner, incoming)
        try:
            # Before everything: the pages are off by then, and what is changed now would be erased unseen.
            replies = await self._while_leaving(owner, incoming) if owner.leaving_at else None
            if replies is None:
                replies = await self._answer(owner, incoming, before)
                if isinstance(incoming, Wrote):
                    await self._rests_on(owner, incoming.message, before, replies)
        except MimiError as error:
            replies = [replace(_refusal(error, owner), choices=next_steps())]
        lang = owner.lang
        if before:
            replies = await self._reminded(owner, before, replies)
            # In the middle of a dialogue the language may have been changed, and what is asked again is in the new one.
            lang = (await self._accounts.by_line_user(incoming.sender) or owner).lang
        # Nothing of an account that has just gone may be written with the answer, its owner's id least of all.
        whose: Owner | None = owner
        if isinstance(incoming, Tapped) and any(each.is_on(incoming.action) for each in self._changes_owner):
            whose = await self._accounts.by_line_user(incoming.sender)
        return ChatAnswer(Replies(lang, tuple(replies), again), whose)

    async def _rests_on(self, owner: Owner, message: str, before: Dialogue | None, replies: Sequence[Reply]) -> None:
        """Taken back later, the message takes along the dialogue or the question that its words stand in."""
        if before or asks(replies):
            await self._dialogues.rests_on(owner, message)
        for on_answered in self._on_answered:
            await on_answered(owner.scope, message, replies)

    async def prepared(self, incoming: Incoming, *, is_member: bool) -> Incoming:
        """With what has to be fetched before it is handled, outside of any transaction: a photo, a token."""
        match incoming:
            case Tapped():
                return await self._linker.prepare(incoming)
            case SentPhoto(message=message) if is_member:
                try:
                    return replace(incoming, photo=await self._photos.fetch(message))
                except MimiError as trouble:
                    return replace(incoming, photo=trouble)
        return incoming

    def _asked_again(self, owner: Owner, incoming: Incoming) -> str:
        """What would bring the same answer once more; empty where that might do something twice."""
        match incoming:
            case Tapped(action=action) if action in self._shown:
                return self._shown[action].name(owner.lang)
            case Wrote(text=text) if (call := self.commands.parse(storable(text), bare=False)) and call.command.shows:
                return f"{call.command.name(owner.lang)} {call.rest}".strip()
        return ""

    async def _to_stranger(self, incoming: Incoming) -> ChatAnswer:
        """Somebody without an account here may want to link one or to make one."""
        try:
            if isinstance(incoming, Tapped) and incoming.link_token:
                replies: Sequence[Reply] | None = await self._linker.begin(incoming)
            else:
                replies = self._linker.stranger(incoming)
            if replies is None:
                return await self._signup.stranger(incoming)
        except MimiError as error:
            replies = [_refusal(error, None)]
        return ChatAnswer(Replies(incoming.lang, tuple(replies)), None)

    async def _answer(self, owner: Owner, incoming: Incoming, before: Dialogue | None) -> Sequence[Reply]:
        """What an owner's event comes to; `before` is the dialogue that was under way when it came."""
        match incoming:
            case Wrote() if call := self.commands.parse(storable(incoming.text), bare=False):
                return await call.command.run(owner, call.rest)
            case Wrote():
                return await self._read(owner, incoming, before)
            case Tapped() if incoming.link_token:
                return await self._linker.begin(incoming)
            case Tapped():
                return await self._tapped(owner, incoming)
            case TookBack():
                # Forgotten wherever its words were kept as said. What was published from it stays.
                for take_back in self._on_take_back:
                    await take_back(owner.scope, incoming.message)
                return []
            case Left():
                await self._takeovers.gone(owner)
                return []
        return await self._take(owner, incoming, before)

    async def _take(self, owner: Owner, incoming: Incoming, before: Dialogue | None) -> Sequence[Reply]:
        """What neither was written nor tapped: who comes, and what they bring."""
        match incoming:
            case Joined():
                return [Text(_("Good to see you again."))] if before else await self._signup.greet(owner)
            case SentFile():
                return await self._on_file(owner, incoming)
            case SentPhoto(photo=MimiError() as trouble):
                raise trouble
            case SentPhoto(photo=Picture() as photo):
                return await self._photos.receive(owner, photo, before)
        return [Text(_("I can read texts, files and photos, but nothing else. Please write it to me."))]

    async def _reminded(self, owner: Owner, before: Dialogue, replies: Sequence[Reply]) -> Sequence[Reply]:
        """Where something else was done in the middle of a dialogue, its question is asked again, then or after it."""
        now = await self._under_way(owner)
        # The same as before, or what that had set aside and goes on now.
        if not replies or now is None or now not in (before, before.aside) or self._dialogues.is_forgotten(now):
            return replies
        try:
            question = await self._dialogues.ask_again(owner, self.scripts[now.name], now)
        except MimiError as gone:
            # What it was about is gone meanwhile: no answer would help.
            await self._dialogues.cancel(owner)
            return [*replies, replace(_refusal(gone, owner), choices=next_steps())]
        is_asked = isinstance(replies[-1], Text) and replies[-1].text in [asked.text for asked in question]
        return replies if is_asked else [*replies, *question]

    async def _read(self, owner: Owner, wrote: Wrote, dialogue: Dialogue | None) -> Sequence[Reply]:
        """A line without a command's slash: by what it quotes, what was asked, and whom the owner talks with."""
        line, quoted, said_in = storable(wrote.text), wrote.quoted, wrote.message
        talking = await self._takeovers.open(owner)
        # In a dialogue, under a quoted alert or to a visitor a bare word is an answer ("help" may be a FAQ's), except
        # the words that end a dialogue or lead back in it.
        word = self.commands.parse(line, bare=True)
        ends = word is not None and dialogue is not None and word.command.run in (self._cancel, self._back)
        if word and (ends or not (dialogue or quoted or talking)):
            return await word.command.run(owner, word.rest)
        # What is quoted says more than what was asked last: the owner has pointed at it.
        if quoted and (replies := await self._quoting(owner, quoted, line, said_in)) is not None:
            return replies
        if dialogue and self._dialogues.is_forgotten(dialogue):
            return await self._long_ago(owner, dialogue)
        if dialogue:
            return await self._dialogues.hear(owner, self.scripts[dialogue.name], dialogue, line, said_in)
        # A line that was meant for mimi and mistyped must never reach a visitor.
        if talking and not is_for_mimi(line):
            return await self._takeovers.hear(owner, talking, line, said_in)
        app = await self._apps.current(owner)
        if app is None:  # nothing else can be done before there is one
            return await self._signup.greet(owner)
        # Said in so many words, it needs nobody who understands.
        if (replies := await self._wish(owner, line, beside=0)) is not None:
            return replies
        for hear in self._on_line:
            if (replies := await hear(app, wrote, line)) is not None:
                return replies
        return await self._wish(owner, line) or hint(line)

    async def _wish(self, owner: Owner, line: str, beside: int = MOST_BESIDE) -> Sequence[Reply] | None:
        """What a line asks for in plain words, done as its command does it; None if that is no command's."""
        if is_for_mimi(line):
            return None
        if is_small_talk(line):
            return [Text(_("I am here. What would you like to do?"), next_steps())]
        pasted = is_pasted(line)
        command = self.commands.named("/faq add" if pasted else wished(line, beside))
        if command is None:
            return None
        if command.names[0] in AT_ONCE:
            asked = _("Shall I do this? {summary}", summary=command.summary)
            return [Text(asked, (WISH(command.names[0]), HELP()))]
        address = _ADDRESS.search(line) if command.names[0] in WITH_ADDRESS else None
        return await command.run(owner, line if pasted else address.group() if address else "")

    async def _wished(self, owner: Owner, name: str) -> Sequence[Reply]:
        """The button below the question whether this was meant."""
        command = self.commands.named(name)
        return await command.run(owner, "") if command else hint("/")

    async def _quoting(self, owner: Owner, quoted: str, line: str, said_in: str) -> Sequence[Reply] | None:
        """What a line does that quotes a visitor's words; None if what it quotes is nothing of the kind."""
        replies = await self._takeovers.hear_quoted(owner, quoted, line, said_in)
        if replies is None:
            replies = await self._alerts.answer_quoted(owner, quoted, line, said_in)
        return replies

    async def _tapped(self, owner: Owner, tapped: Tapped) -> Sequence[Reply]:
        if is_silent(tapped):
            return []
        # Buttons live as long as the chat: an old one may name what this version does not know any more.
        word, _colon, about = tapped.action.partition(":")
        tap = self._taps.get(word)
        if tap is None:
            raise NotFound(_("This button no longer works. /help shows what I understand."))
        return await tap.run(owner, *tap.button.read(storable(about)))

    async def _under_way(self, owner: Owner) -> Dialogue | None:
        """The owner's dialogue; one whose script this version does not know is dropped."""
        dialogue = await self._dialogues.current(owner)
        if dialogue and dialogue.name not in self.scripts:
            await self._dialogues.cancel(owner)
            return None
        return dialogue

    async def _long_ago(self, owner: Owner, dialogue: Dialogue) -> Sequence[Reply]:
        """A line long after the question may be about anything: nothing is done with it before that is clear."""
        asked = await self._dialogues.ask_again(owner, self.scripts[dialogue.name], dialogue)
        question = asked[0].text if asked else ""
        ways = (RESUME(place_of(dialogue.name, dialogue.step)), CANCEL(dialogue.name))
        old = _("I asked you this more than a week ago, and nothing has been changed since. Shall we continue?")
        return [Text(old), Text(question, ways)]

    async def _say(self, owner: Owner, place: str, answer: str) -> Sequence[Reply]:
        """A button that answers a dialogue's question."""
        dialogue = await self._open_at(owner, place)
        return await self._dialogues.hear(owner, self.scripts[dialogue.name], dialogue, answer)

    async def _resume(self, owner: Owner, place: str) -> Sequence[Reply]:
        """Go on with a dialogue that was left alone for long."""
        dialogue = await self._open_at(owner, place)
        return await self._dialogues.go_on(owner, self.scripts[dialogue.name], dialogue.answers)

    async def _open_at(self, owner: Owner, place: str) -> Dialogue:
        """The dialogue whose question is at this place. Raises NotFound if it is not the one."""
        dialogue = await self._under_way(owner)
        if dialogue is None or place != place_of(dialogue.name, dialogue.step):
            raise NotFound(_("That question is no longer open."))
        return dialogue

    async def _back(self, owner: Owner, rest: str) -> Sequence[Reply]:
        dialogue = await self._under_way(owner)
        if dialogue is None:
            return [Text(_("I am not asking you anything at the moment."), next_steps())]
        return await self._dialogues.back(owner, self.scripts[dialogue.name], dialogue)

    async def _back_tapped(self, owner: Owner, place: str) -> Sequence[Reply]:
        dialogue = await self._open_at(owner, place)
        return await self._dialogues.back(owner, self.scripts[dialogue.name], dialogue)

    async def _cancel_tapped(self, owner: Owner, name: str) -> Sequence[Reply]:
        """A button under a question: of a dialogue that is over it stops nothing."""
        dialogue = await self._under_way(owner)
        if dialogue and name not in {"", dialogue.name}:
            raise NotFound(_("That question is no longer open."))
        return await self._cancel(owner, "")

    async def _help(self, owner: Owner, rest: str) -> Sequence[Reply]:
        return help_text(self.commands, owner, rest)

    async def _cancel(self, owner: Owner, rest: str) -> Sequence[Reply]:
        if await self._dialogues.cancel(owner):
            return [Text(_("Stopped. Nothing was changed."), next_steps())]
        return [Text(_("There is nothing to stop."), next_steps())]


def is_silent(incoming: Incoming) -> bool:
    """Whether it is a button that needs no answer."""
    return isinstance(incoming, Tapped) and (TYPE_IN.is_on(incoming.action) or TURN_MENU.is_on(incoming.action))


def _refusal(error: MimiError, owner: Owner | None) -> Text:
    # Ids only: a log must not become a second store of what people wrote.
    log.info("refused", error=type(error).__name__, owner_id=owner.id if owner else None)
    return Text(error.phrase)
