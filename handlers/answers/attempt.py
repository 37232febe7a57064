"""A model is asked, and what it says is shown as it comes, as far as the knowledge it points at bears it out. A model
has a second try only where nothing of the first could be shown."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

import structlog

from guardrail.findings import GuardrailFailed, PiiKind
from handlers.answers.guard import Screen
from handlers.ports import AnswerModel
from handlers.spending.spending import Bill
from knowledge.items import Hit
from knowledge.model.events import (
    BlockEnded,
    Cited,
    CutShort,
    Declined,
    ModelEvent,
    ModelFailed,
    NotInKnowledge,
    TextDelta,
    Usage,
    WantsPerson,
)
from knowledge.model.prompt import FirstTry, Prompt
from knowledge.model.supported_text import Grounding, SupportedText

log = structlog.get_logger(__name__)

LONGEST_ANSWER = 8_000  # characters; more than a visitor reads, and than a model's longest answer has


@dataclass
class Said:
    """What a model said in one try beside the text that is on the screen.

    `withheld` is what the guardrail took out of the text, and how often; `again`: it is what stands after a second try.
    """

    cited: list[str] = field(default_factory=list)
    words: str = ""  # all of them, whatever was shown
    unknown: NotInKnowledge | None = None
    declined: Declined | None = None
    usage: Usage | None = None
    wants_owner: bool = False
    cut: bool = False
    withheld: Mapping[PiiKind, int] = field(default_factory=dict)
    grounding: Grounding = field(default_factory=Grounding)
    again: bool = False

    @property
    def answers(self) -> bool:
        """Whether it is to stand as an answer: the model neither declined nor called for somebody."""
        return not (self.declined or self.wants_owner)

    @property
    def falls(self) -> bool:
        """Whether it states something, and nothing of that may be said."""
        return self.grounding.ungrounded and self.answers and not self.unknown

    def note(self, event: ModelEvent) -> None:
        """Anything but text."""
        match event:
            case Cited(item_id):
                self.cited.append(item_id)
            case NotInKnowledge():
                self.unknown = event
            case Declined():
                self.declined = event
            case WantsPerson():
                self.wants_owner = True
            case CutShort():
                self.cut = True
            case Usage():
                self.usage = event
                log.info("model_used", model=event.model, tokens_in=event.input_tokens, tokens_out=event.output_tokens)


@dataclass(frozen=True)
class Attempt:
    """`model` answers `prompt` on the screen, within `patience` seconds for all of it. `tries`: what came of each."""

    model: AnswerModel
    prompt: Prompt
    hits: Sequence[Hit]
    screen: Screen
    bill: Bill
    patience: float
    tries: list[Said] = field(default_factory=list)

    async def made(self) -> Said:
        """What was said in the try that stands; what nothing bears out was never on the screen.

        Raises ModelFailed where nothing it states is borne out, TimeoutError, GuardrailFailed.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + self.patience
        async with asyncio.timeout_at(until):
            said = await self._try(self.prompt)
        # A second try takes about as long as the first.
        if said.falls and until - clock() > self.patience / 2:
            said = await self._second_try(said, until)
        if said.falls:
            raise ModelFailed("ungrounded")
        return said

    async def _try(self, prompt: Prompt) -> Said:
        """Listen to the end; text goes to the screen as far as it is borne out and the guardrail has looked at it."""
        checked, text = self.screen.filter(), SupportedText(prompt)
        said = Said(grounding=text.grounding)
        self.tries.append(said)
        async with aclosing(self.model.answer(prompt, self.hits)) as events:
            async for event in events:
                shown = ""
                match event:
                    case TextDelta(words):
                        said.words += words
                        shown = words if self.model.quotes else text.feed(words)
                    case BlockEnded():
                        shown = text.block_ended(event)
                    case _:
                        said.note(event)
                if shown:
                    self.screen.live.add(await checked.feed(shown))
                # Where it would end, and what it rests on, nobody knows.
                if len(said.words) > LONGEST_ANSWER:
                    raise ModelFailed("unfinished")
        if not self.model.quotes:
            self.screen.live.add(await checked.feed(text.close(cut=said.cut)))
            said.cited = list(text.grounding.cited)
        self.screen.live.add(await checked.close())
        said.withheld = checked.withheld
        self.bill.add(said.usage)
        return said

    async def _second_try(self, first: Said, until: float) -> Said:
        """The second try, if there is room for it; the first where it fails."""
        anew = replace(self.prompt, first_try=FirstTry(first.words, tuple(first.grounding.bare)))
        if not await self.bill.room_for(anew.tokens, an_hour=anew.an_hour):
            return first
        try:
            async with asyncio.timeout_at(until):
                return replace(await self._try(anew), again=True)
        except GuardrailFailed:
            raise
        except (ModelFailed, TimeoutError) as error:
            log.info("second_try_failed", error=type(error).__name__)
            self.bill.add(getattr(error, "usage", None))
            return replace(first, again=True)
