"""A pinned question against the knowledge as it is: is its entry still found, and does it still say the same; is what
must be refused still refused?

Without a model, retrieval and the quoting answerer are what is looked at; with one, which entries bear out its words.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from knowledge.checks.facts import says_otherwise
from knowledge.items import Hit
from knowledge.model.events import (
    BlockEnded,
    Cited,
    Declined,
    ModelEvent,
    ModelFailed,
    NotInKnowledge,
    TextDelta,
    WantsPerson,
)
from knowledge.model.prompt import AppFacts, Prompt
from knowledge.model.quoting import QuotingAnswers
from knowledge.model.supported_text import SupportedText
from knowledge.search.in_talks import MOST_HITS
from knowledge.search.retrieval import Retrieval, SearchResult
from knowledge.search.shown import LOOKED_AT, ShownItems, shown_of
from knowledge.store.apps.apps import App
from knowledge.store.learning.checks import Check, Problem
from knowledge.stored_items import entry_of

LONGEST_CHECK = 300  # characters of a pinned question
FIRST = 5  # hits among which the entry must be
SETTLING = 30.0  # seconds in which vectors of changed knowledge may be made: a check can wait

Ask = Callable[[Prompt, Sequence[Hit]], AsyncGenerator[ModelEvent, None]]  # an AnswerModel's


class MeaningAway(Exception):
    """Some checks could not be judged for now."""


@dataclass(frozen=True)
class Fared:
    """What came of a check; `instead` are the titles that were found, or said, in its place, `now` what the entry
    answers as it is.

    Not `judged`: it hangs on meaning, which is away for now, and says nothing about the knowledge.
    """

    check: Check
    problem: Problem | None
    instead: tuple[str, ...] = ()
    judged: bool = True
    now: str = ""


@dataclass
class _Heard:
    """`cited`: what it points at; `bears_out`: what of it bears out a sentence that a visitor would be shown."""

    cited: list[str] = field(default_factory=list)
    bears_out: list[str] = field(default_factory=list)
    refused: bool = False


class Checking:
    """Tries checks of one app. `whole_counts`: visitors are answered by a model that is shown small knowledge whole."""

    def __init__(self, retrieval: Retrieval, *, whole_counts: bool) -> None:
        self._retrieval = retrieval
        self._whole_counts = whole_counts
        self._quoting = QuotingAnswers()

    async def try_all(self, app: App, checks: Sequence[Check], ask: Ask | None = None) -> list[Fared]:
        """How each fares; with `ask`, as that model answers. Raises what the store raises."""
        return [await self._try(app, check, ask) for check in checks]

    async def tokens(self, app: App) -> int:
        """How much a model is told with one question, at most, about."""
        items = await self._retrieval.items(app.scope, app.knowledge_version)
        shown = shown_of(items, [Hit(item, 1.0, 1.0) for item in items[:LOOKED_AT]])
        prompt = Prompt(AppFacts(app.name), shown.items, (), "?" * LONGEST_CHECK, "ja", standing=shown.standing)
        return prompt.tokens

    async def _try(self, app: App, check: Check, ask: Ask | None) -> Fared:
        found = await self._retrieval.found(app.scope, app.knowledge_version, check.question, LOOKED_AT)
        items = found.items
        wanted = {entry.id for entry in check.expected}
        there = [item for item in items if entry_of(item).id in wanted]
        if wanted and not there:
            return Fared(check, Problem.GONE)
        # A document says too much to be compared, and of several entries any one will do.
        now = there[0].text if len(wanted) == 1 and there[0].kind == "faq" else ""
        if check.right and now and says_otherwise(check.right, now):
            return Fared(check, Problem.CHANGED, now=now)
        return replace(await self._found(app, check, found, ask), now=now)

    async def _found(self, app: App, check: Check, found: SearchResult, ask: Ask | None) -> Fared:
        """Whether what must answer it is found, or used."""
        items, wanted = found.items, {entry.id for entry in check.expected}
        shown = shown_of(items, found.hits)
        if ask or not wanted:
            if found.for_now and not (ask and shown.whole):
                return Fared(check, None, judged=False)
            return await self._asked(app, check, found.hits[:MOST_HITS], shown, ask)
        first = [entry_of(hit.item) for hit in found.hits[:FIRST]]
        if (self._whole_counts and shown.whole) or any(entry.id in wanted for entry in first):
            return Fared(check, None)
        if found.for_now:
            return Fared(check, None, judged=False)
        return Fared(check, Problem.NOT_FOUND, tuple(dict.fromkeys(entry.title for entry in first)))

    async def _asked(self, app: App, check: Check, hits: Sequence[Hit], shown: ShownItems, ask: Ask | None) -> Fared:
        """What the one who answers makes of it."""
        # What the owner wrote about the app itself is left out: nobody has redacted it here.
        prompt = Prompt(AppFacts(app.name), shown.items, (), check.question, check.lang, standing=shown.standing)
        try:
            heard = await (_listen(ask(prompt, hits), prompt) if ask else _listen(self._quoting.answer(prompt, hits)))
        except ModelFailed:
            return Fared(check, Problem.FAILED)
        cited = [entry_of(item) for item in shown.items if item.id in heard.cited]
        titles, wanted = tuple(dict.fromkeys(entry.title for entry in cited)), {entry.id for entry in check.expected}
        if not wanted:
            return Fared(check, None if heard.refused and not cited else Problem.ANSWERED, titles)
        if any(entry_of(item).id in wanted for item in shown.items if item.id in heard.bears_out):
            return Fared(check, None)
        return Fared(check, Problem.REFUSED if heard.refused else Problem.NOT_USED, titles)


async def _listen(answer: AsyncGenerator[ModelEvent, None], prompt: Prompt | None = None) -> _Heard:
    """What becomes of an answer; what a model made of `prompt` is looked at as it is for visitors."""
    heard, text = _Heard(), SupportedText(prompt) if prompt else None
    async with aclosing(answer) as events:
        async for event in events:
            match event:
                case TextDelta(words) if text:
                    text.feed(words)
                case BlockEnded() if text:
                    text.block_ended(event)
                case Cited(item_id):
                    heard.cited.append(item_id)
                case NotInKnowledge() | Declined() | WantsPerson():
                    heard.refused = True
    if text:
        text.close()
    heard.bears_out = list(text.grounding.cited) if text else heard.cited
    return heard
