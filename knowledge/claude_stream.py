"""Claude's stream, read: bytes -> the API's events -> ours. Pure of the SDK, whose event objects cost far more CPU."""

import json
from collections.abc import AsyncIterator
from typing import Any

from knowledge.model_events import (
    Cited,
    ModelEvent,
    ModelFailed,
    NotInKnowledge,
    TextDelta,
    Usage,
    WantsPerson,
    Why,
)
from knowledge.prompt import NOT_IN_KNOWLEDGE, WANTS_PERSON, Prompt

Event = dict[str, Any]

LONGEST_LINE = 1_000_000  # bytes; an event of the API has a few hundred

# The error types of the API, in a response's body or in an `error` event of a stream that began with 200.
WHY: dict[str, Why] = {
    "overloaded_error": "overloaded",
    "rate_limit_error": "rate_limited",
    "timeout_error": "timeout",
    "authentication_error": "auth",
    "permission_error": "auth",
    "billing_error": "billing",
}


async def sse_events(chunks: AsyncIterator[bytes]) -> AsyncIterator[Event]:
    """The JSON of each `data:` line, however the bytes are cut; raises ModelFailed when one cannot be read.

    The API writes an event's data on one line and repeats its name inside, so the other lines can be left out.
    """
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise ModelFailed("broken_stream")
        for line in lines:
            if line.startswith(b"data:"):
                yield _decoded(line[5:])


def _decoded(data: bytes) -> Event:
    try:
        event = json.loads(data)
    except ValueError as error:
        raise ModelFailed("broken_stream") from error
    if not isinstance(event, dict):
        raise ModelFailed("broken_stream")
    return event


class Reading:
    """What one stream has said so far: the API's events in, ours out. Unknown events and blocks are left out."""

    def __init__(self, prompt: Prompt) -> None:
        self.ended = False
        self._prompt = prompt
        self._cited: set[str] = set()
        self._model = ""
        self._usage: dict[str, int] = {}
        self._tool = ""
        self._tool_input = ""
        self._answered = False

    def read(self, event: Event) -> list[ModelEvent]:
        """Our events for one of the API's; raises ModelFailed for its errors, refusals and an empty answer."""
        try:
            return self._read(event)
        except (KeyError, TypeError, AttributeError) as error:
            raise ModelFailed("broken_stream") from error

    def _read(self, event: Event) -> list[ModelEvent]:
        match event["type"]:
            case "message_start":
                self._model = event["message"]["model"]
                self._count(event["message"]["usage"])
            case "content_block_start":
                block = event["content_block"]
                self._tool = block["name"] if block["type"] == "tool_use" else ""
                self._tool_input = ""
            case "content_block_delta":
                return self._delta(event["delta"])
            case "content_block_stop":
                return self._tool_called()
            case "message_delta":
                return self._stopped(event)
            case "message_stop":
                self.ended = True
            case "error":
                raise ModelFailed(WHY.get(event["error"]["type"], "error"))
        return []

    def _delta(self, delta: Event) -> list[ModelEvent]:
        match delta["type"]:
            case "text_delta" if delta["text"]:
                self._answered = self._answered or not delta["text"].isspace()
                return [TextDelta(delta["text"])]
            case "citations_delta":
                return self._citation(delta["citation"])
            case "input_json_delta":
                self._tool_input += delta["partial_json"]
        return []

    def _citation(self, citation: Event) -> list[ModelEvent]:
        """The item a citation points at, the first time; a pointer to nothing is left out."""
        place = citation.get("search_result_index")
        if not isinstance(place, int) or not 0 <= place < len(self._prompt.items):
            return []
        item_id = self._prompt.items[place].id
        if item_id in self._cited:
            return []
        self._cited.add(item_id)
        return [Cited(item_id)]

    def _tool_called(self) -> list[ModelEvent]:
        tool, self._tool = self._tool, ""
        if tool == WANTS_PERSON:
            self._answered = True
            return [WantsPerson()]
        if tool == NOT_IN_KNOWLEDGE:
            self._answered = True
            return [self._not_in_knowledge()]
        return []

    def _not_in_knowledge(self) -> NotInKnowledge:
        """That the tool was called is what counts: where its input cannot be read the visitor's own words stand in."""
        try:
            said = json.loads(self._tool_input)
        except ValueError:
            said = {}
        question = said.get("question") if isinstance(said, dict) else None
        lang = said.get("language") if isinstance(said, dict) else None
        return NotInKnowledge(
            question if isinstance(question, str) and question.strip() else self._prompt.question,
            lang if lang in ("ja", "en") else self._prompt.lang,
        )

    def _stopped(self, event: Event) -> list[ModelEvent]:
        self._count(event.get("usage") or {})
        why = event["delta"].get("stop_reason")
        # Reaching max_tokens is no failure: what was said is true, if short.
        if why == "refusal":
            raise ModelFailed("refused")
        if not self._answered:
            raise ModelFailed("empty")
        return [self._usage_so_far()]

    def _count(self, usage: Event) -> None:
        """Counts are cumulative; a later one replaces an earlier one, a null does not."""
        self._usage |= {name: count for name, count in usage.items() if isinstance(count, int)}

    def _usage_so_far(self) -> Usage:
        return Usage(
            input_tokens=self._usage.get("input_tokens", 0),
            output_tokens=self._usage.get("output_tokens", 0),
            cache_read_tokens=self._usage.get("cache_read_input_tokens", 0),
            cache_write_tokens=self._usage.get("cache_creation_input_tokens", 0),
            model=self._model,
        )
