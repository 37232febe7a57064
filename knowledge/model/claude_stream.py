"""Claude's stream, read: bytes -> the API's events -> ours, or the one tool that was called, as data.

Pure of the SDK, whose event objects cost far more CPU.
"""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from knowledge.model.events import (
    BlockEnded,
    Cited,
    CutShort,
    Decline,
    Declined,
    ModelEvent,
    ModelFailed,
    NotInKnowledge,
    TextDelta,
    Usage,
    WantsPerson,
)
from knowledge.model.prompt import Prompt, cited_words
from knowledge.model.prompt_rules import DECLINE, NOT_IN_KNOWLEDGE, WANTS_PERSON
from knowledge.phrases import VISITOR_LANGS

Event = dict[str, Any]

LONGEST_LINE = 1_000_000  # bytes; an event of the API has a few hundred


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
            if not line.startswith(b"data:"):
                continue
            try:
                event = json.loads(line[5:])
            except ValueError as error:
                raise ModelFailed("broken_stream") from error
            if not isinstance(event, dict):
                raise ModelFailed("broken_stream")
            yield event


@dataclass
class TokenCounts:
    """What the API says a call has cost so far. Counts are cumulative; a later one replaces an earlier one."""

    _model: str = ""
    _counts: dict[str, int] = field(default_factory=dict)

    def begin(self, message: Event) -> None:
        """The message as it begins names its model."""
        self._model = message["model"]
        self.add(message["usage"])

    def add(self, usage: Event) -> None:
        """Further counts; a null says nothing."""
        usage = {**usage, **(usage.get("cache_creation") or {})}
        self._counts |= {name: count for name, count in usage.items() if isinstance(count, int)}

    @property
    def spent(self) -> Usage | None:
        """None before the API has said so."""
        if not self._counts:
            return None
        return Usage(
            input_tokens=self._counts.get("input_tokens", 0),
            output_tokens=self._counts.get("output_tokens", 0),
            cache_read_tokens=self._counts.get("cache_read_input_tokens", 0),
            cache_write_tokens=self._counts.get("cache_creation_input_tokens", 0),
            model=self._model,
            hour_write_tokens=self._counts.get("ephemeral_1h_input_tokens", 0),
        )


class ClaudeReading:
    """What one stream has said so far: the API's events in, ours out. Unknown events and blocks are left out."""

    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        self._cited: set[str] = set()
        self._counted = TokenCounts()
        self._block = _Block()
        self._answered = False

    @property
    def spent(self) -> Usage | None:
        """What it has cost so far; None before the API has said so."""
        return self._counted.spent

    def read(self, event: Event) -> list[ModelEvent]:
        """Our events for one of the API's; raises ModelFailed for its refusals and an empty answer."""
        try:
            match event["type"]:
                case "message_start":
                    self._counted.begin(event["message"])
                case "content_block_start":
                    block = event["content_block"]
                    self._block = _Block(block["name"] if block["type"] == "tool_use" else "")
                case "content_block_delta":
                    return self._delta(event["delta"])
                case "content_block_stop":
                    return self._block_ended()
                case "message_delta":
                    return self._stopped(event)
        except (KeyError, TypeError, AttributeError) as error:
            raise ModelFailed("broken_stream") from error
        return []

    def _delta(self, delta: Event) -> list[ModelEvent]:
        match delta["type"]:
            case "text_delta" if delta["text"]:
                self._block.text += delta["text"]
                self._answered = self._answered or not delta["text"].isspace()
                return [TextDelta(delta["text"])]
            case "citations_delta":
                return self._citation(delta["citation"])
            case "input_json_delta":
                self._block.tool_input += delta["partial_json"]
        return []

    def _citation(self, citation: Event) -> list[ModelEvent]:
        """The item a citation points at, the first time. A pointer to nothing, or to words it has not, is counted.

        The API counts search results over the whole request and quotes whole blocks, of which each of ours has one:
        https://platform.claude.com/docs/en/build-with-claude/search-results
        """
        place, items = citation.get("search_result_index"), self._prompt.items
        item = items[place] if isinstance(place, int) and 0 <= place < len(items) else None
        block = (citation.get("start_block_index", 0), citation.get("end_block_index", 1))
        words = citation.get("cited_text")
        quoted = words.strip() if isinstance(words, str) else ""
        if item is None or block != (0, 1) or not quoted or quoted not in cited_words(item):
            self._block.broken += 1
            return []
        self._block.cited |= {item.id: None}
        if item.id in self._cited:
            return []
        self._cited.add(item.id)
        return [Cited(item.id)]

    def _block_ended(self) -> list[ModelEvent]:
        block, self._block = self._block, _Block()
        # A tool's input comes in pieces of JSON, which can be read at the block's end only.
        if block.tool in (WANTS_PERSON, NOT_IN_KNOWLEDGE, DECLINE):
            said = _parsed(block.tool_input)
            # What was to be said there nobody knows, maybe more than a no: where nothing else was, it is a failure.
            if said is None and block.tool != WANTS_PERSON and not self._answered:
                raise ModelFailed("broken_stream")
            self._answered = True
            return [self._called(block.tool, said or {})]
        return [BlockEnded(block.text, tuple(block.cited), block.broken)] if block.text else []

    def _called(self, tool: str, said: Event) -> ModelEvent:
        """That a tool was called is what counts: where its input does not say it, the visitor's own words stand in."""
        if tool == WANTS_PERSON:
            return WantsPerson()
        if tool == DECLINE:
            reason = said.get("reason")
            return Declined(Decline(reason) if reason in list(Decline) else Decline.OFF_TOPIC)
        question, lang = said.get("question"), said.get("language")
        return NotInKnowledge(
            question if isinstance(question, str) and question.strip() else self._prompt.question,
            lang if lang in VISITOR_LANGS else self._prompt.lang,
        )

    def _stopped(self, event: Event) -> list[ModelEvent]:
        """Each reason to stop in its own way; `end_turn`, `tool_use` and `stop_sequence` end a whole answer."""
        self._counted.add(event.get("usage") or {})
        why = event["delta"].get("stop_reason")
        # Sent with 200 and in the middle of an answer (platform.claude.com, "Handling stop reasons").
        if why == "refusal":
            raise ModelFailed("refused")
        if why == "pause_turn":  # of tools that run at Anthropic, of which mimi has none: nothing to go on with
            raise ModelFailed("unfinished")
        if not self._answered:
            raise ModelFailed("empty")
        # What was said is true, if short.
        cut: list[ModelEvent] = [CutShort()] if why in ("max_tokens", "model_context_window_exceeded") else []
        return [*cut, *([spent] if (spent := self._counted.spent) else [])]


@dataclass
class _Block:
    """The content block being read."""

    tool: str = ""
    tool_input: str = ""
    text: str = ""
    cited: dict[str, None] = field(default_factory=dict)
    broken: int = 0


def _parsed(tool_input: str) -> Event | None:
    """What a tool was called with; None where that cannot be read."""
    try:
        said = json.loads(tool_input or "{}")
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


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
    _counted: TokenCounts = field(default_factory=TokenCounts)

    @property
    def spent(self) -> Usage | None:
        """What it has cost so far; None before the API has said so."""
        return self._counted.spent

    def read(self, event: Event) -> None:
        """Take in one event; raises ModelFailed for the API's refusals."""
        try:
            match event["type"]:
                case "message_start":
                    self._counted.begin(event["message"])
                case "content_block_start" if event["content_block"]["type"] == "tool_use" and not self._name:
                    self._name = event["content_block"]["name"]
                case "content_block_delta" if event["delta"]["type"] == "input_json_delta":
                    self._json += event["delta"]["partial_json"]
                case "message_delta":
                    self._counted.add(event.get("usage") or {})
                    if event["delta"].get("stop_reason") in ("refusal", "max_tokens"):
                        raise ModelFailed("refused")
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
