"""One tool call of a model's, read from its stream: what a text means, as data. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.model.claude_stream import WHY, Event
from knowledge.model.events import ModelFailed, Usage


@dataclass(frozen=True)
class ToolCall:
    """The tool that was called, what it was called with, and what the call cost."""

    name: str
    input: Mapping[str, Any]
    usage: Usage | None = None


@dataclass
class ToolReading:
    """What one stream has said so far. Text beside the call is left out: nobody asked for it."""

    _name: str = ""
    _json: str = ""
    _model: str = ""
    _counts: dict[str, int] = field(default_factory=dict)

    @property
    def spent(self) -> Usage | None:
        """What it has cost so far; None before the API has said so."""
        if not self._counts:
            return None
        return Usage(
            input_tokens=self._counts.get("input_tokens", 0),
            output_tokens=self._counts.get("output_tokens", 0),
            cache_read_tokens=self._counts.get("cache_read_input_tokens", 0),
            cache_write_tokens=self._counts.get("cache_creation_input_tokens", 0),
            model=self._model,
        )

    def read(self, event: Event) -> None:
        """Take in one event; raises ModelFailed for the API's errors and refusals."""
        try:
            self._read(event)
        except (KeyError, TypeError, AttributeError) as error:
            raise ModelFailed("broken_stream") from error

    def call(self) -> ToolCall:
        """The call, once the stream has ended. Raises ModelFailed if there is none that can be read."""
        try:
            given = json.loads(self._json or "{}")
        except ValueError as error:
            raise ModelFailed("broken_stream") from error
        if not self._name or not isinstance(given, dict):
            raise ModelFailed("empty")
        return ToolCall(self._name, given, self.spent)

    def _read(self, event: Event) -> None:
        match event["type"]:
            case "message_start":
                self._model = event["message"]["model"]
                self._count(event["message"]["usage"])
            case "content_block_start" if event["content_block"]["type"] == "tool_use" and not self._name:
                self._name = event["content_block"]["name"]
            case "content_block_delta" if event["delta"]["type"] == "input_json_delta":
                self._json += event["delta"]["partial_json"]
            case "message_delta":
                self._count(event.get("usage") or {})
                if event["delta"].get("stop_reason") in ("refusal", "max_tokens"):
                    raise ModelFailed("refused")
            case "error":
                raise ModelFailed(WHY.get(event["error"]["type"], "error"))

    def _count(self, usage: Event) -> None:
        """Counts are cumulative; a later one replaces an earlier one, a null does not."""
        self._counts |= {name: count for name, count in usage.items() if isinstance(count, int)}
