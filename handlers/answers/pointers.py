"""Every sentence of fact in an answer points at knowledge: a model has two tries, what still does not goes."""

import asyncio
from dataclasses import dataclass, replace

import structlog

from guardrail.findings import GuardrailFailed
from handlers.answers.heard import Heard
from handlers.answers.job import Job
from handlers.answers.listening import Listening
from handlers.ports import AnswerModel
from knowledge.model.events import ModelFailed
from knowledge.model.grounding import Grounding, grounding_of
from knowledge.model.prompt import FirstTry
from knowledge.model.prompt_budget import size

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Result:
    """What was heard in the try that stands, and how it is grounded; `again`: the model had a second one."""

    heard: Heard
    grounding: Grounding
    again: bool = False

    @property
    def answers(self) -> bool:
        """Whether it is to stand as an answer: the model neither declined nor called for somebody."""
        return not (self.heard.declined or self.heard.wants_owner)

    @property
    def worth_saying(self) -> str:
        """Its sentences that need no pointer or have one; nothing where kindness is all that is left."""
        return "" if self.grounding.ungrounded else self.grounding.pointed


class Pointers:
    """Listens to a model until its answer points at what it rests on. `patience`: seconds for all of it."""

    def __init__(self, listening: Listening, patience: float) -> None:
        self._listening = listening
        self._patience = patience

    async def heard(self, model: AnswerModel, job: Job) -> Result:
        """The live answer holds nothing bare afterwards.

        Raises ModelFailed where nothing it states points anywhere, TimeoutError, GuardrailFailed.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        async with asyncio.timeout_at(began + self._patience):
            first = await self._try(model, job)
        stands = first
        # A second try takes about as long as the first.
        in_time = clock() - began < self._patience / 2
        if first.grounding.bare and first.answers and in_time:
            stands = await self._second(model, job, first, began + self._patience)
        if stands.grounding.ungrounded and stands.answers and not stands.heard.unknown:
            raise ModelFailed("ungrounded")
        if stands.grounding.bare:
            await self._listening.say_instead(stands.worth_saying, job)
        return stands

    async def _second(self, model: AnswerModel, job: Job, first: Result, until: float) -> Result:
        """The second try if there is room for it and it points at more, else the first."""
        said = "".join(block.text for block in first.heard.blocks)
        anew = replace(job, prompt=replace(job.prompt, first_try=FirstTry(said, first.grounding.bare)))
        if not await job.bill.room_for(size(anew.prompt)):
            return first
        job.live.start_over()
        try:
            async with asyncio.timeout_at(until):
                second = await self._try(model, anew)
        except GuardrailFailed:
            raise
        except (ModelFailed, TimeoutError) as error:
            log.info("second_try_failed", error=type(error).__name__)
            job.bill.add(getattr(error, "usage", None))
            return replace(first, again=True)
        return replace(second if _better(second.grounding, first.grounding) else first, again=True)

    async def _try(self, model: AnswerModel, job: Job) -> Result:
        heard = await self._listening.to(model, job)
        return Result(heard, grounding_of(heard.blocks, (job.app.name,)))


def _better(second: Grounding, first: Grounding) -> bool:
    """Whether it points at more; saying nothing is better only than pointing at nothing."""
    if second.ungrounded or len(second.bare) >= len(first.bare):
        return False
    return bool(second.statements) or first.ungrounded
