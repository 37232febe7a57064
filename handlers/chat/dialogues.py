"""Dialogues: one question at a time, kept in the store, so that they go on after a restart."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.buttons import Button
from handlers.messages import Choice, Reply, Text, Words
from handlers.ports import Clock
from handlers.written import written, written_line
from knowledge.errors import BadInput, MimiError, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import AppId, AppScope, Database, OwnerScope
from knowledge.store.inbox.dialogues import Dialogue, DialogueRepository

# So long after the question nobody knows any more what an answer would be about.
FORGOTTEN = timedelta(days=7)

Answers = Mapping[str, str]
HELD_LINE = "line"  # among the answers: what was written before it was clear for whom
SAID_IN = "said_in"  # among the answers: the door's id of the message that brought the last one


# Each names the question it stands under, so that an old one answers and stops nothing else.
SAY = Button("say", "", str, str)
BACK = Button("back", _("Back"), str)
RESUME = Button("resume", _("Continue"), str)
CANCEL = Button("cancel", _("Cancel"), str)

Checked = Callable[[Owner, str], Awaitable[str | Answers]]


@dataclass(frozen=True)
class OfferedAnswer:
    """An answer to the question it stands under, given by a tap."""

    label: Words
    answer: str


async def _nothing_offered(owner: Owner, answers: Answers) -> Sequence[OfferedAnswer]:
    return ()


def place_of(script: str, question: str) -> str:
    """A question as buttons name it."""
    return f"{script}/{question}"


def a_line(most: int) -> Checked:
    """The check of an answer in one line of at most so many characters."""

    async def check(owner: Owner, text: str) -> str:
        return written_line(text, most)

    return check


def a_text(most: int) -> Checked:
    """The check of an answer that may have several lines."""

    async def check(owner: Owner, text: str) -> str:
        return written(text, most)

    return check


def app_of(owner: Owner, answers: Answers) -> AppScope:
    """The app a dialogue began about, whichever is current by now."""
    return AppScope(owner.id, AppId(answers["app_id"]))


@dataclass(frozen=True)
class DialogueQuestion:
    """One question: `check` gives the answer as it is to be kept, or several by their questions' names where one line
    answers more than was asked; or it raises BadInput, and the question is asked again.
    """

    name: str
    ask: Phrase | Callable[[Answers], Phrase]
    check: Checked
    offer: Callable[[Owner, Answers], Awaitable[Sequence[Choice | OfferedAnswer]]] = _nothing_offered


@dataclass(frozen=True)
class Script:
    """A dialogue's questions, and what to do with the answers. Its name is stored: it never changes."""

    name: str
    questions: tuple[DialogueQuestion, ...]
    finish: Callable[[Owner, Answers], Awaitable[Sequence[Reply]]]

    def next(self, answers: Answers) -> DialogueQuestion | None:
        """The first question without an answer."""
        return next((question for question in self.questions if question.name not in answers), None)

    def before(self, question: DialogueQuestion) -> DialogueQuestion | None:
        """The question asked before this one."""
        place = self.questions.index(question)
        return self.questions[place - 1] if place else None

    def progress(self, question: DialogueQuestion) -> str:
        """Where in the dialogue this question stands: 2/4; nothing where it is the only one."""
        most = len(self.questions)
        return f"{self.questions.index(question) + 1}/{most}" if most > 1 else ""


class Dialogues:
    """An owner is in at most one dialogue; one that holds words of theirs is set aside while they are in another."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._dialogues = DialogueRepository(db)
        self._clock = clock

    async def current(self, owner: Owner) -> Dialogue | None:
        return await self._dialogues.get(owner.scope)

    async def cancel(self, owner: Owner) -> bool:
        """End it without an effect, and go on with what it had set aside; False if none was under way."""
        return await self._dialogues.end(owner.scope)

    async def clear(self, owner: Owner) -> None:
        """End it, and what it had set aside."""
        await self._dialogues.remove(owner.scope)

    async def turn_from(self, owner: Owner, script: Script) -> None:
        """End it if it is this one, whose answers came another way, or holds nothing that was written."""
        dialogue = await self.current(owner)
        if dialogue and (dialogue.name == script.name or not dialogue.holds_words):
            await self.cancel(owner)

    def is_forgotten(self, dialogue: Dialogue) -> bool:
        """Whether its question was asked so long ago that a line is no longer taken for the answer."""
        return self._clock.now() - dialogue.updated_at > FORGOTTEN

    async def back(self, owner: Owner, script: Script, dialogue: Dialogue) -> Sequence[Reply]:
        """Ask the question before the current one again. Raises NotFound at the first."""
        question = script.next(dialogue.answers)
        before = script.before(question) if question else None
        if before is None:
            raise NotFound(_("This is the first question. To stop, tap “Cancel”."))
        kept = {name: answer for name, answer in dialogue.answers.items() if name != before.name}
        return await self.go_on(owner, script, kept)

    async def rests_on(self, owner: Owner, message: str) -> None:
        """What is under way, if anything, holds words of this message."""
        await self._dialogues.add_message(owner.scope, message)

    async def take_back(self, owner: OwnerScope, message: str) -> None:
        """End what holds words of a message that its sender has taken back."""
        await self._dialogues.remove_resting_on(owner, message)

    async def begin(self, owner: Owner, script: Script, answers: Answers | None = None) -> Sequence[Reply]:
        """The first question that `answers` leaves open; with all of them given, what comes of it."""
        # Not only replaced: the messages that the one before rests on are none of this one's.
        await self._dialogues.make_way(owner.scope, script.name)
        return await self.go_on(owner, script, answers or {})

    def beginning(self, script: Script) -> Callable[[Owner, str], Awaitable[Sequence[Reply]]]:
        """What a button or command runs that does nothing but begin this dialogue."""

        async def run(owner: Owner, rest: str) -> Sequence[Reply]:
            return await self.begin(owner, script)

        return run

    async def go_on(self, owner: Owner, script: Script, answers: Answers) -> Sequence[Reply]:
        """Ask what is still open, in the dialogue under way; where nothing is, end it with what comes of it."""
        given, refused = dict(answers), []
        question = script.next(given)
        if question is None:
            try:
                replies = await script.finish(owner, given)
            except BadInput as problem:
                # The last answer was the one too many: what came before it is not asked for again.
                question = script.questions[-1]
                given.pop(question.name, None)
                refused.append(Text(problem.phrase))
            except MimiError:
                # No other answer would help: what it was about is gone, or the guardrail failed.
                await self._dialogues.end(owner.scope)
                raise
            else:
                await self._dialogues.end(owner.scope)
                return replies
        holds = HELD_LINE in given or any(each.name in given for each in script.questions)
        await self._dialogues.put(owner.scope, Dialogue(script.name, question.name, self._clock.now(), given, holds))
        return [*refused, await self._asked(owner, script, question, given)]

    async def hear(
        self, owner: Owner, script: Script, dialogue: Dialogue, text: str, said_in: str = ""
    ) -> Sequence[Reply]:
        """Take `text` as the answer to the current question; `said_in` is the message it came in."""
        question = script.next(dialogue.answers)
        if question is None:
            return await self.go_on(owner, script, dialogue.answers)
        # A wrong answer costs nothing: the question stays, and what was answered before it too.
        try:
            answer = await question.check(owner, text)
        except BadInput as problem:
            return [Text(problem.phrase), await self._asked(owner, script, question, dialogue.answers)]
        given = {question.name: answer} if isinstance(answer, str) else answer
        return await self.go_on(owner, script, {**dialogue.answers, **given, SAID_IN: said_in})

    async def ask_again(self, owner: Owner, script: Script, dialogue: Dialogue) -> Sequence[Text]:
        """The question that waits for an answer."""
        question = script.next(dialogue.answers)
        return [await self._asked(owner, script, question, dialogue.answers)] if question else []

    async def _asked(self, owner: Owner, script: Script, question: DialogueQuestion, answers: Answers) -> Text:
        place = place_of(script.name, question.name)
        offered = [
            SAY(place, way.answer, label=way.label) if isinstance(way, OfferedAnswer) else way
            for way in await question.offer(owner, answers)
        ]
        back = (BACK(place),) if script.before(question) else ()
        ask = question.ask if isinstance(question.ask, Phrase) else question.ask(answers)
        return Text(ask, (*offered, *back, CANCEL(script.name)), progress=script.progress(question))


def asks(replies: Sequence[Reply]) -> bool:
    """Whether a dialogue's question is among them: each of those can be cancelled."""
    choices = (choice for reply in replies if isinstance(reply, Text) for choice in reply.choices)
    return any(CANCEL.is_on(choice.action) for choice in choices)
