"""An owner's line of chat in, replies out. Knows neither LINE nor HTTP."""

from collections.abc import Sequence

import structlog

from handlers.accounts import Accounts
from handlers.commands import Command, CommandRegistry, Feature, Run
from handlers.dialogues import Dialogues, Script
from handlers.handoff_commands import HandoffCommands
from handlers.help import help_text, hint, next_steps
from handlers.messages import Incoming, IncomingKind, Replies, Reply, Text
from handlers.signup import SignUp
from handlers.written import storable
from knowledge.errors import MimiError, NotFound
from knowledge.phrases import _
from knowledge.store.dialogues import Dialogue
from knowledge.store.owners import Owner

# The data of a button that only opens the keyboard: what is typed then comes as text.
TYPING = "type"

log = structlog.get_logger()


class Dispatcher:
    """Decides what a line means: an answer to a quoted alert, a command, an answer in a dialogue, or none of these."""

    def __init__(
        self,
        accounts: Accounts,
        signup: SignUp,
        dialogues: Dialogues,
        handoffs: HandoffCommands,
        features: Sequence[Feature],
    ) -> None:
        self._accounts = accounts
        self._signup = signup
        self._dialogues = dialogues
        self._handoffs = handoffs
        own = Feature(
            (
                Command(("/help", "/ヘルプ", "/?", "/使い方"), _("Show this list"), self._help),
                Command(("/cancel", "/やめる", "/キャンセル"), _("Stop what I was asking about"), self._cancel),
            ),
            {"help": self._help, "cancel": self._cancel, "say": self._say},
        )
        everything = (*features, own)
        self.commands = CommandRegistry(command for feature in everything for command in feature.commands)
        self._actions: dict[str, Run] = {verb: run for each in everything for verb, run in each.actions.items()}
        self._scripts: dict[str, Script] = {script.name: script for each in everything for script in each.scripts}

    async def handle(self, incoming: Incoming) -> Replies:
        """What to answer. Refusals become sentences; anything else that goes wrong goes up to who can retry."""
        owner = await self._accounts.by_line_user(incoming.sender)
        lang = owner.lang if owner else incoming.lang
        try:
            replies = await (self._from_owner(owner, incoming) if owner else self._signup.stranger(incoming))
        except MimiError as error:
            # Ids only: a log must not become a second store of what people wrote.
            log.info("refused", error=type(error).__name__, owner_id=owner.id if owner else None)
            replies = [Text(error.phrase)]
        return Replies(lang, tuple(replies))

    async def _from_owner(self, owner: Owner, incoming: Incoming) -> Sequence[Reply]:
        await self._accounts.seen(owner, incoming.at)
        before = await self._under_way(owner)
        match incoming.kind:
            case IncomingKind.JOINED:
                replies = [Text(_("Good to see you again."))] if before else await self._signup.greet(owner)
            case IncomingKind.TEXT:
                replies = await self._read(owner, incoming, storable(incoming.text), before)
                await self._dialogues.rests_on(owner, incoming.message)
            case IncomingKind.ACTION:
                replies = await self._tapped(owner, incoming.action)
            case IncomingKind.OTHER:
                replies = [Text(_("I can only read text so far. Please write it to me."))]
            case IncomingKind.UNSENT:
                await self._take_back(owner, incoming.message)
                return []
            case IncomingKind.LEFT:
                return []
        return await self._reminded(owner, before, replies)

    async def _reminded(self, owner: Owner, before: Dialogue | None, replies: Sequence[Reply]) -> Sequence[Reply]:
        """Where something else was done in the middle of a dialogue, its question is asked again."""
        if not replies or before is None or await self._under_way(owner) != before:
            return replies
        question = await self._dialogues.ask_again(owner, self._scripts[before.name], before)
        is_asked = isinstance(replies[-1], Text) and replies[-1].text in [asked.text for asked in question]
        return replies if is_asked else [*replies, *question]

    async def _read(self, owner: Owner, incoming: Incoming, line: str, dialogue: Dialogue | None) -> Sequence[Reply]:
        quoted, said_in = incoming.quoted, incoming.message
        # In a dialogue or under a quoted alert a bare word is an answer ("help" may be a FAQ's), except the
        # word that ends a dialogue.
        call = self.commands.parse(line, bare=dialogue is None and not quoted)
        if call is None and dialogue and (word := self.commands.parse(line, bare=True)):
            call = word if word.command.run == self._cancel else None
        if call:
            return await call.command.run(owner, call.rest)
        if quoted and (replies := await self._handoffs.answer_quoted(owner, quoted, line, said_in)) is not None:
            return replies
        if dialogue:
            return await self._dialogues.hear(owner, self._scripts[dialogue.name], dialogue, line, said_in)
        return await self._signup.greet(owner) if await self._signup.is_unfinished(owner) else hint(line)

    async def _tapped(self, owner: Owner, action: str) -> Sequence[Reply]:
        verb, _colon, about = action.partition(":")
        if verb == TYPING:
            return []
        run = self._actions.get(verb)
        if run is None:
            raise NotFound(_("This button does not work any more. /help shows what I understand."))
        return await run(owner, storable(about))

    async def _take_back(self, owner: Owner, message: str) -> None:
        """Forget what a message said wherever its words were kept as said. What was published from it stays."""
        await self._dialogues.take_back(owner, message)
        await self._handoffs.take_back(owner, message)

    async def _under_way(self, owner: Owner) -> Dialogue | None:
        """The owner's dialogue; one whose script this version does not know is dropped."""
        dialogue = await self._dialogues.current(owner)
        if dialogue and dialogue.name not in self._scripts:
            await self._dialogues.cancel(owner)
            return None
        return dialogue

    async def _say(self, owner: Owner, about: str) -> Sequence[Reply]:
        """A button that answers a dialogue's question: `script/question:answer`."""
        place, _colon, answer = about.partition(":")
        dialogue = await self._under_way(owner)
        if dialogue is None or place != f"{dialogue.name}/{dialogue.step}":
            raise NotFound(_("That question is no longer open."))
        return await self._dialogues.hear(owner, self._scripts[dialogue.name], dialogue, answer)

    async def _help(self, owner: Owner, rest: str) -> Sequence[Reply]:
        return help_text(self.commands, owner)

    async def _cancel(self, owner: Owner, rest: str) -> Sequence[Reply]:
        if await self._dialogues.cancel(owner):
            return [Text(_("Stopped. Nothing was changed."), next_steps())]
        return [Text(_("There is nothing to stop."), next_steps())]
