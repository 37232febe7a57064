"""An owner's line of chat in, replies out. Knows neither LINE nor HTTP."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from handlers.accounts.accounts import Accounts
from handlers.chat.alerts import AlertCommands
from handlers.chat.commands import Command, CommandRegistry, Feature, one_each
from handlers.chat.dialogues import Dialogues
from handlers.chat.help import help_text, hint, is_for_mimi, next_steps
from handlers.chat.signup import SignUp
from handlers.chat.takeovers import TakeoverCommands
from handlers.messages import Choice, Incoming, IncomingKind, Replies, Reply, Text
from handlers.written import storable
from knowledge.errors import MimiError, NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.inbox.dialogues import Dialogue

# Buttons that do their work in the phone: one opens the keyboard, and what is typed then comes as text; the other
# turns to another page of the menu.
SILENT = frozenset({"type", "menu"})

log = structlog.get_logger()


class Dispatcher:
    """Decides what a line means: a command, an answer to what it quotes or in a dialogue, or words for a visitor."""

    def __init__(
        self,
        accounts: Accounts,
        signup: SignUp,
        dialogues: Dialogues,
        alerts: AlertCommands,
        takeovers: TakeoverCommands,
        features: Sequence[Feature],
    ) -> None:
        self._accounts = accounts
        self._signup = signup
        self._dialogues = dialogues
        self._alerts = alerts
        self._takeovers = takeovers
        own = Feature(
            (
                Command(("/help", "/ヘルプ", "/?", "/使い方"), _("Show this list"), self._help, shows=True),
                Command(("/back", "/戻る", "/もどる"), _("Answer the question before once more"), self._back),
                Command(("/cancel", "/やめる", "/キャンセル"), _("Stop what I was asking about"), self._cancel),
            ),
            {
                "help": self._help,
                "cancel": self._cancel_tapped,
                "back": self._back_tapped,
                "resume": self._resume,
                "say": self._say,
            },
        )
        everything = (*features, own)
        self.commands = CommandRegistry(command for feature in everything for command in feature.commands)
        self._actions = one_each((verb, run) for each in everything for verb, run in each.actions.items())
        shows = [command for command in self.commands.commands if command.shows]
        self._shown = {verb: each for verb, run in self._actions.items() for each in shows if each.run == run}
        self._photos = one_each(("photos", each.photos) for each in everything if each.photos).get("photos")
        self._scripts = one_each((script.name, script) for each in everything for script in each.scripts)
        self._on_file = one_each(("files", each.on_file) for each in everything if each.on_file).get("files")
        self._on_line = [each.on_line for each in everything if each.on_line]
        self._linker = one_each(("linking", each.linker) for each in everything if each.linker).get("linking")
        self._gates = [each.gate for each in everything if each.gate]
        self._on_take_back = [each.on_take_back for each in everything if each.on_take_back]

    @property
    def actions(self) -> tuple[str, ...]:
        """Every verb that a button can carry."""
        return tuple(self._actions)

    async def handle(self, incoming: Incoming) -> Replies:
        """What to answer. Refusals become sentences; anything else that goes wrong goes up to who can retry."""
        if incoming.kind is IncomingKind.LINKED and self._linker:
            return await self._linker.ended(incoming)
        owner = await self._accounts.by_line_user(incoming.sender)
        if owner:
            again = self._asked_again(owner, incoming)
            return Replies(owner.lang, tuple(await self._from_owner(owner, incoming, again)), again)
        try:
            return Replies(incoming.lang, tuple(await self._to_stranger(incoming)))
        except MimiError as error:
            return Replies(incoming.lang, (_refusal(error, None),))

    async def prepared(self, incoming: Incoming) -> Incoming:
        """With what has to be fetched before it is handled, outside of any transaction: a photo, a token."""
        if self._linker:
            incoming = await self._linker.prepare(incoming)
        if incoming.kind is not IncomingKind.PHOTO or self._photos is None:
            return incoming
        if await self._accounts.by_line_user(incoming.sender) is None:
            return incoming
        try:
            return replace(incoming, photo=await self._photos.fetch(incoming.message))
        except MimiError as trouble:
            return replace(incoming, trouble=trouble)

    def _asked_again(self, owner: Owner, incoming: Incoming) -> str:
        """What would bring the same answer once more; empty where that might do something twice."""
        if incoming.kind is IncomingKind.ACTION:
            shown = self._shown.get(incoming.action)
            return shown.name(owner.lang) if shown else ""
        call = self.commands.parse(storable(incoming.text), bare=False)
        if incoming.kind is not IncomingKind.TEXT or call is None or not call.command.shows:
            return ""
        return f"{call.command.name(owner.lang)} {call.rest}".strip()

    async def _to_stranger(self, incoming: Incoming) -> Sequence[Reply]:
        replies = await self._linker.stranger(incoming) if self._linker else None
        return await self._signup.stranger(incoming) if replies is None else replies

    async def _from_owner(self, owner: Owner, incoming: Incoming, again: str) -> Sequence[Reply]:
        await self._accounts.seen(owner, incoming.at)
        await (self._accounts.left if incoming.kind is IncomingKind.LEFT else self._accounts.is_back)(owner)
        before = await self._under_way(owner)
        try:
            replies = await self._gated(owner, incoming)
            if replies is None:
                replies = await self._answer(owner, incoming, before)
                if incoming.kind is IncomingKind.TEXT and (before or not again):  # what only shows begins no dialogue
                    await self._dialogues.rests_on(owner, incoming.message)
        except MimiError as error:
            replies = [replace(_refusal(error, owner), choices=next_steps())]
        return await self._reminded(owner, before, replies)

    async def _gated(self, owner: Owner, incoming: Incoming) -> Sequence[Reply] | None:
        """What a feature answers in the place of all others, if one does."""
        for gate in self._gates:
            if (replies := await gate(owner, incoming)) is not None:
                return replies
        return None

    async def _answer(self, owner: Owner, incoming: Incoming, before: Dialogue | None) -> Sequence[Reply]:
        match incoming.kind:
            case IncomingKind.JOINED:
                return [Text(_("Good to see you again."))] if before else await self._signup.greet(owner)
            case IncomingKind.TEXT:
                return await self._read(owner, incoming, storable(incoming.text), before)
            case IncomingKind.ACTION:
                return await self._tapped(owner, incoming.action)
            case IncomingKind.FILE if self._on_file:
                return await self._on_file(owner, incoming)
            case IncomingKind.PHOTO if incoming.photo and self._photos:
                return await self._photos.receive(owner, incoming.photo, before)
            case IncomingKind.PHOTO if incoming.trouble:
                raise incoming.trouble
            case IncomingKind.FILE | IncomingKind.PHOTO | IncomingKind.OTHER | IncomingKind.LINKED:
                return [Text(_("I can read texts, files and photos, but nothing else. Please write it to me."))]
            case IncomingKind.TAKEN_BACK:
                await self._take_back(owner, incoming.message)
                return []
            case IncomingKind.LEFT:
                await self._takeovers.gone(owner)
                return []

    async def _reminded(self, owner: Owner, before: Dialogue | None, replies: Sequence[Reply]) -> Sequence[Reply]:
        """Where something else was done in the middle of a dialogue, its question is asked again."""
        if not replies or before is None or await self._under_way(owner) != before:
            return replies
        if self._dialogues.is_forgotten(before):
            return replies
        question = await self._dialogues.ask_again(owner, self._scripts[before.name], before)
        is_asked = isinstance(replies[-1], Text) and replies[-1].text in [asked.text for asked in question]
        return replies if is_asked else [*replies, *question]

    async def _read(self, owner: Owner, incoming: Incoming, line: str, dialogue: Dialogue | None) -> Sequence[Reply]:
        quoted, said_in = incoming.quoted, incoming.message
        talking = await self._takeovers.open(owner)
        # In a dialogue, under a quoted alert or to a visitor a bare word is an answer ("help" may be a FAQ's), except
        # the words that end a dialogue or lead back in it.
        call = self.commands.parse(line, bare=dialogue is None and not quoted and not talking)
        if call is None and dialogue and (word := self.commands.parse(line, bare=True)):
            call = word if word.command.run in (self._cancel, self._back) else None
        if call:
            return await call.command.run(owner, call.rest)
        if quoted and (replies := await self._quoting(owner, quoted, line, said_in)) is not None:
            return replies
        if dialogue and self._dialogues.is_forgotten(dialogue):
            return await self._long_ago(owner, dialogue)
        if dialogue:
            return await self._dialogues.hear(owner, self._scripts[dialogue.name], dialogue, line, said_in)
        if talking and not is_for_mimi(line):
            return await self._takeovers.hear(owner, talking, line, said_in)
        return await self._unclaimed(owner, incoming, line)

    async def _unclaimed(self, owner: Owner, incoming: Incoming, line: str) -> Sequence[Reply]:
        """A line that is neither a command nor an answer to anything."""
        if await self._signup.is_unfinished(owner):
            return await self._signup.greet(owner)
        for hear in self._on_line:
            if (replies := await hear(owner, incoming, line)) is not None:
                return replies
        return hint(line)

    async def _quoting(self, owner: Owner, quoted: str, line: str, said_in: str) -> Sequence[Reply] | None:
        """What a line does that quotes a visitor's words; None if what it quotes is nothing of the kind."""
        replies = await self._takeovers.hear_quoted(owner, quoted, line, said_in)
        if replies is None:
            replies = await self._alerts.answer_quoted(owner, quoted, line, said_in)
        return replies

    async def _tapped(self, owner: Owner, action: str) -> Sequence[Reply]:
        verb, _colon, about = action.partition(":")
        if is_silent(action):
            return []
        run = self._actions.get(verb)
        if run is None:
            raise NotFound(_("This button does not work any more. /help shows what I understand."))
        return await run(owner, storable(about))

    async def _take_back(self, owner: Owner, message: str) -> None:
        """Forget what a message said wherever its words were kept as said. What was published from it stays."""
        await self._dialogues.take_back(owner, message)
        await self._alerts.take_back(owner, message)
        for take_back in self._on_take_back:
            await take_back(owner, message)

    async def _under_way(self, owner: Owner) -> Dialogue | None:
        """The owner's dialogue; one whose script this version does not know is dropped."""
        dialogue = await self._dialogues.current(owner)
        if dialogue and dialogue.name not in self._scripts:
            await self._dialogues.cancel(owner)
            return None
        return dialogue

    async def _long_ago(self, owner: Owner, dialogue: Dialogue) -> Sequence[Reply]:
        """A line long after the question may be about anything: nothing is done with it before that is clear."""
        asked = await self._dialogues.ask_again(owner, self._scripts[dialogue.name], dialogue)
        question = asked[0].text if asked else ""
        go_on = Choice(_("Go on"), action=f"resume:{dialogue.name}/{dialogue.step}")
        stop = Choice(_("Cancel"), action=f"cancel:{dialogue.name}")
        old = _("More than a week ago I asked you this, and nothing has been changed since. Shall we go on with it?")
        return [Text(old), Text(question, (go_on, stop))]

    async def _say(self, owner: Owner, about: str) -> Sequence[Reply]:
        """A button that answers a dialogue's question: `script/question:answer`."""
        place, _colon, answer = about.partition(":")
        dialogue = await self._open_at(owner, place)
        return await self._dialogues.hear(owner, self._scripts[dialogue.name], dialogue, answer)

    async def _resume(self, owner: Owner, place: str) -> Sequence[Reply]:
        """Go on with a dialogue that was left alone for long."""
        dialogue = await self._open_at(owner, place)
        return await self._dialogues.remember(owner, self._scripts[dialogue.name], dialogue)

    async def _open_at(self, owner: Owner, place: str) -> Dialogue:
        """The dialogue whose question is at `script/question`. Raises NotFound if it is not the one."""
        dialogue = await self._under_way(owner)
        if dialogue is None or place != f"{dialogue.name}/{dialogue.step}":
            raise NotFound(_("That question is no longer open."))
        return dialogue

    async def _back(self, owner: Owner, rest: str) -> Sequence[Reply]:
        dialogue = await self._under_way(owner)
        if dialogue is None:
            return [Text(_("I am not asking you anything at the moment."), next_steps())]
        return await self._dialogues.back(owner, self._scripts[dialogue.name], dialogue)

    async def _back_tapped(self, owner: Owner, place: str) -> Sequence[Reply]:
        dialogue = await self._open_at(owner, place)
        return await self._dialogues.back(owner, self._scripts[dialogue.name], dialogue)

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


def is_silent(action: str) -> bool:
    """Whether a button's data needs no answer."""
    return action.partition(":")[0] in SILENT


def _refusal(error: MimiError, owner: Owner | None) -> Text:
    # Ids only: a log must not become a second store of what people wrote.
    log.info("refused", error=type(error).__name__, owner_id=owner.id if owner else None)
    return Text(error.phrase)
