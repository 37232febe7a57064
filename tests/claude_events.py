"""The Messages API's stream, event by event, from what a response is to say."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.model.prompt_rules import NO_POINTER

Json = dict[str, Any]
Fault = Literal[
    "hang",  # accepts the request and sends nothing until go_on()
    "stall",  # stops in the middle of an event until go_on(), then finishes
    "stall_with_pings",  # the same between events, pinging meanwhile: the connection looks alive
    "cut",  # closes the connection after some text
    "cut_mid_character",  # ... and in the middle of a UTF-8 character
    "rate_limited",
    "overloaded",
    "server_error",
    "unauthorized",
    "billing",
    "error_event",  # api_error inside a 200 stream, after some text
    "overloaded_event",  # overloaded_error inside a 200 stream, before any text
    "refusal",
    "refusal_mid_answer",
    "max_tokens",
    "pause_turn",
    "context_window",
    "empty",
    "long",  # 200 KB
    "bad_tool_json",
    "bad_event_json",
]


@dataclass
class Request:
    """One request as it came, and the parts tests ask for most."""

    headers: dict[str, str]
    body: Json

    @property
    def question(self) -> str:
        """The visitor's; what is said of a first try comes two messages later."""
        asked = self.body["messages"][-3 if self.is_second_try else -1]
        return str(asked["content"][-1]["text"])

    @property
    def is_second_try(self) -> bool:
        return bool(self.body["messages"][-1]["content"][0].get("text") == NO_POINTER)

    @property
    def search_results(self) -> list[Json]:
        blocks = [block for message in self.body["messages"] for block in message["content"]]
        return [block for block in blocks if block["type"] == "search_result"]


@dataclass
class Block:
    """One block of text with its own citations; `cited_text` in place of what truly stands in the item."""

    text: str
    cites: Sequence[int] = ()
    cited_text: str | None = None
    piece: int = 6  # characters of a delta


@dataclass
class Said:
    """What one response holds: text in deltas, items cited, or a tool called; or text in several blocks."""

    deltas: Sequence[str] = ()
    cites: Sequence[int] = ()
    tool: str = ""
    tool_json: str = "{}"
    blocks: Sequence["Block"] = ()
    stop_reason: str = "end_turn"
    fault: Fault | None = None
    retry_after: str = ""


def events(request: Request, said: Said) -> Iterator[Json]:
    yield _message_start(request)
    if said.fault == "overloaded_event":
        yield _error_event("overloaded_error")
        return
    blocks = [*([_Deltas(said.deltas, said.cites)] if said.deltas else []), *map(_as_deltas, said.blocks)]
    for index, block in enumerate(blocks):
        yield from _text_block(request, block, index)
    if said.fault == "error_event":
        yield _error_event("api_error")
        return
    if said.tool:
        yield from _tool_block(said, index=len(blocks))
    yield _message_delta(said.stop_reason)
    yield {"type": "message_stop"}


@dataclass
class _Deltas:
    texts: Sequence[str]
    cites: Sequence[int]
    cited_text: str | None = None


def _as_deltas(block: Block) -> _Deltas:
    return _Deltas(in_pieces(block.text, block.piece), block.cites, block.cited_text)


def _message_start(request: Request) -> Json:
    usage = {
        "input_tokens": 120,
        "cache_creation_input_tokens": 0,
        "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
        "cache_read_input_tokens": 900,
        "output_tokens": 1,
        "service_tier": "standard",
    }
    message = {
        "id": "msg_standin",
        "type": "message",
        "role": "assistant",
        "model": request.body["model"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    return {"type": "message_start", "message": message}


def _text_block(request: Request, said: _Deltas, index: int) -> Iterator[Json]:
    block: Json = {"type": "text", "text": ""} | ({"citations": []} if said.cites else {})
    yield {"type": "content_block_start", "index": index, "content_block": block}
    yield {"type": "ping"}
    for text in said.texts:
        yield _delta(index, {"type": "text_delta", "text": text})
    for place in said.cites:
        yield _delta(index, {"type": "citations_delta", "citation": _citation(request, place, said.cited_text)})
    yield {"type": "content_block_stop", "index": index}


def _citation(request: Request, place: int, cited_text: str | None) -> Json:
    """A pointer at a search result; one past their end is how a test asks for a pointer to nothing."""
    results = request.search_results
    nothing: Json = {"source": "", "title": "", "content": [{"text": ""}]}
    cited = results[place] if place < len(results) else nothing
    return {
        "type": "search_result_location",
        "cited_text": cited["content"][0]["text"] if cited_text is None else cited_text,
        "source": cited["source"],
        "title": cited["title"],
        "search_result_index": place,
        "start_block_index": 0,
        "end_block_index": 1,
    }


def _tool_block(said: Said, index: int) -> Iterator[Json]:
    block = {"type": "tool_use", "id": "toolu_standin", "name": said.tool, "input": {}}
    yield {"type": "content_block_start", "index": index, "content_block": block}
    for part in ("", *in_pieces(said.tool_json, 7)):
        yield _delta(index, {"type": "input_json_delta", "partial_json": part})
    yield {"type": "content_block_stop", "index": index}


def _delta(index: int, delta: Json) -> Json:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def _message_delta(stop_reason: str) -> Json:
    delta: Json = {"stop_reason": stop_reason, "stop_sequence": None, "stop_details": None}
    if stop_reason == "refusal":
        delta["stop_details"] = {"type": "refusal", "category": None, "explanation": None}
    return {"type": "message_delta", "delta": delta, "usage": {"output_tokens": 42}}


def _error_event(kind: str) -> Json:
    return {"type": "error", "error": {"type": kind, "message": "Stand-in fault."}, "request_id": "req_standin"}


def frame(event: Json) -> bytes:
    return f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def in_pieces(text: str, size: int = 6) -> list[str]:
    return [text[start : start + size] for start in range(0, len(text), size)]
