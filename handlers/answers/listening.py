"""A model's events, heard to their end; its text goes out as far as the guardrail has looked at it."""

from contextlib import aclosing

from guardrail.memory import Memory
from guardrail.pii import Pii
from guardrail.stream import StreamFilter
from handlers.answers.heard import Heard
from handlers.answers.job import Job
from handlers.ports import AnswerModel
from knowledge.model.events import ModelFailed, TextDelta
from knowledge.store.conversations.messages import Role

LONGEST_ANSWER = 8_000  # characters; more than a visitor reads, and than a model's longest answer has


class Listening:
    """Listens to answer models, and stands between them and the visitor."""

    def __init__(self, pii: Pii) -> None:
        self._pii = pii

    async def to(self, model: AnswerModel, job: Job) -> Heard:
        """What it said beside its text, which is the live answer's. Raises ModelFailed, GuardrailFailed."""
        heard, checked = Heard(), self.filter(job)
        async with aclosing(model.answer(job.prompt, job.looked.hits)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    job.live.add(await checked.feed(event.text))
                else:
                    heard.note(event)
                # Where it would end, and what it rests on, nobody knows.
                if len(job.live.text) > LONGEST_ANSWER:
                    raise ModelFailed("unfinished")
        job.live.add(await checked.close())
        heard.withheld = checked.withheld
        job.bill.add(heard.usage)
        return heard

    async def say_instead(self, text: str, job: Job) -> None:
        """Put this in place of what was said; the guardrail looks at it like at any other. Raises GuardrailFailed."""
        checked = self.filter(job)
        shown = await checked.feed(text) + await checked.close()
        job.live.start_over()
        job.live.add(shown)

    def filter(self, job: Job) -> StreamFilter:
        """What holds back personal information, with what the conversation has shown so far."""
        shown = (said.text for said in job.question.history if said.role is Role.MIMI)
        guard, lang = job.guard, job.question.lang
        return StreamFilter(self._pii, lang, guard.public, job.known, guard.hosts, Memory(shown))
