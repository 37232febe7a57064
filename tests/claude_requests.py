"""What the Messages API accepts, as far as mimi uses it; anything else is refused as the API refuses it."""

import json
import re
from collections.abc import Mapping
from typing import Any

import jsonschema

Json = dict[str, Any]

VERSIONS = {"2023-06-01", "2026-10-21"}

_CACHE = {
    "type": "object",
    "properties": {"type": {"const": "ephemeral"}, "ttl": {"enum": ["5m", "1h"]}},
    "required": ["type"],
    "additionalProperties": False,
}


def _object(required: Json, optional: Json | None = None) -> Json:
    properties = required | (optional or {})
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_SOME_TEXT = {"type": "string", "pattern": r"\S"}
_TEXT = _object({"type": {"const": "text"}, "text": _SOME_TEXT}, {"cache_control": _CACHE})
_SEARCH_RESULT = _object(
    {
        "type": {"const": "search_result"},
        "source": _SOME_TEXT,
        "title": _SOME_TEXT,
        "content": {"type": "array", "items": _TEXT, "minItems": 1},
    },
    {"citations": _object({}, {"enabled": {"type": "boolean"}}), "cache_control": _CACHE},
)
_BLOCK = {
    "type": "object",
    "required": ["type"],
    "properties": {"type": {"enum": ["text", "search_result"]}},
    "if": {"properties": {"type": {"const": "text"}}},
    "then": _TEXT,
    "else": _SEARCH_RESULT,
}
_MESSAGE = _object(
    {
        "role": {"enum": ["user", "assistant"]},
        "content": {"anyOf": [_SOME_TEXT, {"type": "array", "items": _BLOCK, "minItems": 1}]},
    }
)
# A strict tool's schema is closed, and all of its properties are named as required.
_CLOSED_SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"const": "object"},
        "properties": {"type": "object"},
        "required": {"type": "array", "items": {"type": "string"}},
        "additionalProperties": {"const": False},
    },
    "required": ["type", "properties", "required", "additionalProperties"],
}
_TOOL = _object(
    {
        "name": {"type": "string", "pattern": r"^[a-zA-Z0-9_-]{1,64}$"},
        "input_schema": {"type": "object", "required": ["type"]},
    },
    {"description": {"type": "string"}, "strict": {"type": "boolean"}, "cache_control": _CACHE},
) | {"if": {"properties": {"strict": {"const": True}}}, "then": {"properties": {"input_schema": _CLOSED_SCHEMA}}}
_REQUEST = _object(
    {
        "model": {"type": "string", "minLength": 1},
        "max_tokens": {"type": "integer", "minimum": 1},
        "messages": {"type": "array", "items": _MESSAGE, "minItems": 1},
        "stream": {"const": True},
    },
    {
        "system": {"anyOf": [_SOME_TEXT, {"type": "array", "items": _TEXT}]},
        "tools": {"type": "array", "items": _TOOL},
        "tool_choice": _object(
            {"type": {"enum": ["auto", "any", "none"]}}, {"disable_parallel_tool_use": {"type": "boolean"}}
        ),
        "thinking": _object({"type": {"enum": ["disabled", "adaptive", "between_tools"]}}),
        "output_config": _object({"effort": {"enum": ["low", "medium", "high", "xhigh", "max"]}}),
    },
)
_VALIDATOR = jsonschema.Draft202012Validator(_REQUEST)


class Refused(Exception):
    """The API's answer to a request it does not take."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


def check_key(headers: Mapping[str, str], key: str) -> None:
    """Raise Refused unless this key came along: older SDKs send it as x-api-key, newer ones as a bearer token."""
    if headers.get("x-api-key") != key and headers.get("authorization") != f"Bearer {key}":
        raise Refused(401, "authentication_error", "invalid x-api-key")


def check_request(headers: Mapping[str, str], raw: bytes, key: str) -> Json:
    """The request's body; raises Refused for what the API would refuse."""
    check_key(headers, key)
    if headers.get("anthropic-version") not in VERSIONS:
        raise _invalid("anthropic-version: header is required")
    if not headers.get("content-type", "").startswith("application/json"):
        raise _invalid("content-type must be application/json")
    body: Json = _parsed(raw)
    for problem in _VALIDATOR.iter_errors(body):
        raise _invalid(f"{'.'.join(map(str, problem.absolute_path))}: {problem.message}"[:500])
    _check_whole(body)
    return body


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise _invalid("The request body is not valid JSON") from error


def _check_whole(body: Json) -> None:
    """The rules that concern more than one place."""
    if not body["model"].startswith("claude-"):
        raise Refused(404, "not_found_error", f"model: {body['model']}")
    _check_thinking(body)
    if body["messages"][0]["role"] != "user":
        raise _invalid("messages: first message must use the user role")
    if body["messages"][-1]["role"] != "user":
        raise _invalid("messages: this model does not support prefill")
    if (marks := json.dumps(body).count('"cache_control"')) > 4:
        raise _invalid(f"A maximum of 4 blocks with cache_control may be provided. Found {marks}.")
    _check_lifetimes(body)
    if "tool_choice" in body and not body.get("tools"):
        raise _invalid("tool_choice may only be specified while providing tools")
    names = [tool["name"] for tool in body.get("tools", [])]
    if len(names) != len(set(names)):
        raise _invalid("tools: Tool names must be unique.")
    results = [
        block
        for message in body["messages"]
        if isinstance(message["content"], list)
        for block in message["content"]
        if block["type"] == "search_result"
    ]
    if len({result.get("citations", {}).get("enabled", False) for result in results}) > 1:
        raise _invalid("citations must be enabled on all search results or none")


def _check_lifetimes(body: Json) -> None:
    """What is kept for an hour comes first (platform.claude.com, "Prompt caching", "Mixing different TTLs")."""
    parts = json.dumps([body.get("tools"), body.get("system"), body["messages"]])
    marks = [json.loads(mark).get("ttl", "5m") for mark in re.findall(r'"cache_control": (\{[^}]*\})', parts)]
    if "1h" in marks[marks.index("5m") :] if "5m" in marks else False:
        raise _invalid(
            "cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block. "
            "Note that blocks are processed in the following order: `tools`, `system`, `messages`."
        )


def _check_thinking(body: Json) -> None:
    """Haiku 5.5 and Opus 5 leave thinking at most at high effort; models before 5 know no effort, later ones think."""
    model, effort = body["model"], body.get("output_config", {}).get("effort")
    off = body.get("thinking", {}).get("type") == "disabled"
    if effort and model.startswith(("claude-haiku-4", "claude-3")):
        raise _invalid("output_config.effort: not supported by this model")
    if off and (
        effort in ("xhigh", "max") or model.startswith(("claude-opus-5-5", "claude-sonnet-5-5", "claude-fable"))
    ):
        raise _invalid("thinking.type: disabled is not supported here")
    thinks = model.startswith(("claude-opus-5-5", "claude-sonnet-5"))
    if thinks and body.get("tool_choice", {}).get("type") == "any":
        raise _invalid("tool_choice: Thinking may not be enabled when tool_choice forces tool use.")


def _invalid(message: str) -> Refused:
    return Refused(400, "invalid_request_error", message)
