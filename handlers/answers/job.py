"""One answer while it is made: what it is made from, and how it came out."""

from dataclasses import dataclass

from guardrail.known.known_values import Together
from handlers.answers.guard import AppGuard
from handlers.answers.knowledge import Looked
from handlers.answers.live import LiveAnswer
from handlers.answers.prompts import Question
from handlers.messages import AnswerState
from handlers.spending.spending import Bill
from knowledge.model.prompt import Prompt
from knowledge.phrases import Phrase
from knowledge.store.apps.apps import App
from knowledge.store.conversations.answer_facts import NOTHING_MADE, AnswerFacts
from knowledge.store.conversations.messages import Source
from knowledge.store.entries.hidden import EntryRef


@dataclass(frozen=True)
class Draft:
    """How an answer came out; its text is the live answer's. `unanswered`: what the owner has to be asked.

    `withheld_in`: the piece of knowledge that holds what the guardrail took out of the answer.
    """

    state: AnswerState
    sources: tuple[Source, ...] = ()
    unanswered: str = ""
    wants_owner: bool = False
    withheld_in: EntryRef | None = None
    suggestions: tuple[str, ...] = ()
    made: AnswerFacts = NOTHING_MADE


@dataclass(frozen=True)
class Job:
    """One answer's parts: `guard` is the app's, `known` holds what was said in the conversation too.

    `bill` grows by what each attempt cost.
    """

    app: App
    question: Question
    prompt: Prompt
    looked: Looked
    guard: AppGuard
    known: Together
    live: LiveAnswer
    bill: Bill

    def say(self, phrase: Phrase) -> None:
        """Our own sentence after whatever the model said."""
        self.live.add(("\n\n" if self.live.text else "") + phrase.say(self.question.lang))
