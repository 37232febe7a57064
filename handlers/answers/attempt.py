"""A model is asked, and what it says is shown as it comes. Every sentence of fact must point at knowledge: a model has
two tries, and what still does not point at anything goes."""

import asyncio
from collections.abc import Sequence
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
from knowledge.model.grounding import Grounding, grounding_of
from knowledge.model.prompt import FirstTry, Prompt, size

log = structlog.get_logger(__name__)

LONGEST_ANSWER = 8_000  # characters; more than a visitor reads, and than a model's longest answer has


@dataclass
class Said:
    """What a model said in one try beside the text that is on the screen.

    `withheld` is what the guardrail took out of the text; `again`: it is what stands after a second try.
    """

    cited: list[str] = field(default_factory=list)
    blocks: list[BlockEnded] = field(default_factory=list)
    unknown: NotInKnowledge | None = None
    declined: Declined | None = None
    usage: Usage | None = None
    wants_owner: bool = False
    cut: bool = False
    withheld: tuple[PiiKind, ...] = ()
    grounding: Grounding = field(default_factory=Grounding)
    again: bool = False

    @property
    def answers(self) -> bool:
        """Whether it is to stand as an answer: the model neither declined nor called for somebody."""
        return not (self.declined or self.wants_owner)

    def note(self, event: ModelEvent) -> None:
        """Anything but text."""
        match event:
            case Cited(item_id):
                self.cited.append(item_id)
            case BlockEnded():
                self.blocks.append(event)
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
    """`model` answers `prompt` on the screen, within `patience` seconds for all of it."""

    model: AnswerModel
    prompt: Prompt
    hits: Sequence[Hit]
    screen: Screen
    bill: Bill
    patience: float

    async def made(self) -> Said:
        """What was said in the try that stands; the screen holds nothing then that has no pointer and needs one.

        Raises ModelFailed where nothing it states points anywhere, TimeoutError, GuardrailFailed.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + self.patience
        async with asyncio.timeout_at(until):
            said = await self._try(self.prompt)
        # A second try takes about as long as the first.
        in_time = until - clock() > self.patience / 2
        if said.grounding.bare and said.answers and in_time:
            said = await self._second_try(said, until)
        if said.grounding.ungrounded and said.answers and not said.unknown:
            raise ModelFailed("ungrounded")
        if said.grounding.bare:
            # Where kindness is all that is left, nothing is.
            await self.screen.show_instead("" if said.grounding.ungrounded else said.grounding.pointed)
        return said

    async def _try(self, prompt: Prompt) -> Said:
        """Listen to the end; text goes to the screen as far as the guardrail has looked at it."""
        said, checked = Said(), self.screen.filter()
        async with aclosing(self.model.answer(prompt, self.hits)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    self.screen.live.add(await checked.feed(event.text))
                else:
                    said.note(event)
                # Where it would end, and what it rests on, nobody knows.
                if len(self.screen.live.text) > LONGEST_ANSWER:
                    raise ModelFailed("unfinished")
        self.screen.live.add(await checked.close())
        said.withheld = checked.withheld
        self.bill.add(said.usage)
        said.grounding = grounding_of(said.blocks, (prompt.app.name,))
        return said

    async def _second_try(self, first: Said, until: float) -> Said:
        """The second try if there is room for it and it points at more, else the first."""
        words = "".join(block.text for block in first.blocks)
        anew = replace(self.prompt, first_try=FirstTry(words, first.grounding.bare))
        if not await self.bill.room_for(size(anew)):
            return first
        self.screen.live.start_over()
        try:
            async with asyncio.timeout_at(until):
                second = await self._try(anew)
        except GuardrailFailed:
            raise
        except (ModelFailed, TimeoutError) as error:
            log.info("second_try_failed", error=type(error).__name__)
            self.bill.add(getattr(error, "usage", None))
            return replace(first, again=True)
        return replace(second if _is_better(second.grounding, first.grounding) else first, again=True)


def _is_better(second: Grounding, first: Grounding) -> bool:
    """Whether it points at more; saying nothing is better only than pointing at nothing."""
    if second.ungrounded or len(second.bare) >= len(first.bare):
        return False
    return bool(second.statements) or first.ungrounded
