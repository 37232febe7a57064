"""Drafts of answers for owners, written by Claude from redacted knowledge: through one strict tool, checked by code."""

import asyncio
from collections.abc import Sequence
from typing import Any

import httpx2
from anthropic import AsyncAnthropic

from knowledge.items import Hit
from knowledge.model.claude import FROM_BELOW, Patience, failure_of
from knowledge.model.claude_stream import ToolCall, ToolReading, sse_events
from knowledge.model.drafting import TOOL, Drafted, draft_request
from knowledge.model.events import ModelFailed
from knowledge.model.models import facts_of
from knowledge.phrases import Tag

MAX_TOKENS = 800
LONGEST = 30.0  # seconds; nobody waits for a draft


class ClaudeDrafts:
    """A DraftModel that asks Claude, only where something was found that a draft could rest on."""

    def __init__(self, client: AsyncAnthropic, model: str) -> None:
        self._client = client
        self._model = model
        self._facts = facts_of(model)

    async def draft(self, question: str, lang: Tag, hits: Sequence[Hit]) -> Drafted | None:
        """None, or an empty answer, where the knowledge has nothing of it. Raises ModelFailed."""
        if not hits:
            return None
        try:
            async with asyncio.timeout(LONGEST):
                call = await self._ask(question, lang, hits)
        except FROM_BELOW as error:
            raise failure_of(error) from error
        return _drafted(call, hits)

    async def _ask(self, question: str, lang: Tag, hits: Sequence[Hit]) -> ToolCall:
        """The tool as it was called, and what that cost."""
        system, content = draft_request(question, lang, [hit.item for hit in hits])
        create: Any = self._client.messages.with_streaming_response.create
        patience = Patience()
        call = create(
            model=self._model,
            max_tokens=MAX_TOKENS + self._facts.room_to_think,
            system=system,
            messages=[{"role": "user", "content": content}],
            tools=[TOOL],
            tool_choice=self._facts.has_to_call,
            stream=True,
            **self._facts.asked,
            timeout=httpx2.Timeout(patience.idle, connect=patience.connect),
        )
        reading = ToolReading()
        async with call as response:
            async for event in sse_events(response.iter_bytes()):
                reading.read(event)
                if event["type"] == "message_stop":
                    return reading.call()
        raise ModelFailed("broken_stream")


def _drafted(call: ToolCall, hits: Sequence[Hit]) -> Drafted:
    """What was said, as far as it points at knowledge that was shown: a draft that rests on nothing is none."""
    try:
        answer, missing, numbers = str(call.input["answer"]), str(call.input["missing"]), list(call.input["results"])
    except (KeyError, TypeError) as error:
        raise ModelFailed("broken_stream") from error
    shown = {number: hit.item.id for number, hit in enumerate(hits, 1)}
    item_ids = tuple(dict.fromkeys(shown[number] for number in numbers if number in shown))
    return Drafted(answer.strip() if item_ids else "", missing.strip(), item_ids, call.usage)
