"""Drafts of answers for owners, written by Claude from redacted knowledge: through one strict tool, checked by code."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import httpx2
from anthropic import AsyncAnthropic

from knowledge.items import Hit
from knowledge.model.claude import FROM_BELOW, Patience, failure_of
from knowledge.model.claude_stream import sse_events
from knowledge.model.drafting import TOOL, Drafted, draft_request
from knowledge.model.events import ModelFailed, Usage
from knowledge.model.models import facts_of
from knowledge.phrases import Lang

MAX_TOKENS = 800
LONGEST = 30.0  # seconds; nobody waits for a draft


class ClaudeDrafts:
    """A DraftModel that asks Claude, only where something was found that a draft could rest on."""

    def __init__(self, client: AsyncAnthropic, model: str) -> None:
        self._client = client
        self._model = model
        self._facts = facts_of(model)

    async def draft(self, question: str, lang: Lang, hits: Sequence[Hit]) -> Drafted | None:
        """None, or an empty answer, where the knowledge has nothing of it. Raises ModelFailed."""
        if not hits:
            return None
        try:
            async with asyncio.timeout(LONGEST):
                said, usage = await self._ask(question, lang, hits)
        except FROM_BELOW as error:
            raise failure_of(error) from error
        return _drafted(said, usage, hits)

    async def _ask(self, question: str, lang: Lang, hits: Sequence[Hit]) -> tuple[str, Usage]:
        """The JSON that the tool was called with, and what it cost."""
        system, content = draft_request(question, lang, [hit.item for hit in hits])
        create: Any = self._client.messages.with_streaming_response.create
        patience = Patience()
        call = create(
            model=self._model,
            max_tokens=MAX_TOKENS + self._facts.room_to_think,
            system=system,
            messages=[{"role": "user", "content": content}],
            tools=[TOOL],
            tool_choice={"type": "auto"} if self._facts.room_to_think else {"type": "any"},
            stream=True,
            **self._facts.asked,
            timeout=httpx2.Timeout(patience.idle, connect=patience.connect),
        )
        async with call as response:
            return await _tool_input(response.iter_bytes(), self._model)


async def _tool_input(chunks: AsyncIterator[bytes], model: str) -> tuple[str, Usage]:
    said, counts = "", dict[str, int]()
    async for event in sse_events(chunks):
        match event:
            case {"type": "error"}:
                raise ModelFailed("error")
            case {"type": "message_start", "message": {"usage": dict(usage)}}:
                counts |= usage
            case {"type": "content_block_delta", "delta": {"type": "input_json_delta", "partial_json": str(part)}}:
                said += part
            case {"type": "message_delta", "delta": {"stop_reason": "refusal"}}:
                raise ModelFailed("refused")
            case {"type": "message_delta", "usage": dict(usage)}:
                counts |= usage
            case {"type": "message_stop"}:
                return said, _usage(counts, model)
    raise ModelFailed("broken_stream")


def _usage(counts: Mapping[str, int], model: str) -> Usage:
    return Usage(
        input_tokens=counts.get("input_tokens") or 0,
        output_tokens=counts.get("output_tokens") or 0,
        cache_read_tokens=counts.get("cache_read_input_tokens") or 0,
        cache_write_tokens=counts.get("cache_creation_input_tokens") or 0,
        model=model,
    )


def _drafted(said: str, usage: Usage, hits: Sequence[Hit]) -> Drafted:
    """What was said, as far as it points at knowledge that was shown: a draft that rests on nothing is none."""
    try:
        input_ = json.loads(said)
        answer, missing, numbers = str(input_["answer"]), str(input_["missing"]), list(input_["results"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelFailed("broken_stream") from error
    shown = {number: hit.item.id for number, hit in enumerate(hits, 1)}
    item_ids = tuple(dict.fromkeys(shown[number] for number in numbers if number in shown))
    return Drafted(answer.strip() if item_ids else "", missing.strip(), item_ids, usage)
