"""A delivery taken apart into its events, each with the very text it came as.

To write a decoded event as JSON again takes as long as to decode it, so its text is cut out of the delivery's.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Events = list[tuple[Mapping[str, Any], str]]

_decode = json.JSONDecoder().raw_decode
SPACES = frozenset(" \t\n\r")


class NotADelivery(ValueError):
    """The body is not JSON, or not what LINE sends."""


@dataclass(frozen=True)
class Delivery:
    """`events` are those that are objects, each with its text; `destination` is whatever stands there."""

    destination: Any
    events: Events


def read_delivery(body: bytes) -> Delivery:
    """Raises NotADelivery. Of a name that comes twice the last counts, as it does for Python's own decoder."""
    try:
        text = body.decode()
        destination, events, end = _object(text, _after_space(text, 0))
        if _after_space(text, end) != len(text):
            raise NotADelivery("more than one value")
    except (ValueError, IndexError, RecursionError) as error:
        raise NotADelivery("not JSON") from error
    if events is None:
        raise NotADelivery("no list of events")
    return Delivery(destination, events)


def _object(text: str, at: int) -> tuple[Any, Events | None, int]:
    """The destination, the events, and where the delivery ends."""
    destination: Any = None
    events: Events | None = None
    at = _begin(text, at, "{")
    while text[at] != "}":
        name, at = _decode(text, at)
        if not isinstance(name, str):
            raise NotADelivery("a name that is no text")
        at = _begin(text, _after_space(text, at), ":")
        if name == "events" and text[at] == "[":
            events, at = _list(text, at)
        else:
            value, at = _decode(text, at)
            destination = value if name == "destination" else destination
            events = None if name == "events" else events
        at = _next(text, at, "}")
    return destination, events, at + 1


def _list(text: str, at: int) -> tuple[Events, int]:
    events: Events = []
    at = _begin(text, at, "[")
    while text[at] != "]":
        event, end = _decode(text, at)
        if isinstance(event, dict):
            events.append((event, text[at:end]))
        at = _next(text, end, "]")
    return events, at + 1


def _begin(text: str, at: int, mark: str) -> int:
    """Where the value behind this mark begins."""
    if text[at] != mark:
        raise NotADelivery(f"no {mark}")
    at += 1
    return _after_space(text, at) if text[at] in SPACES else at


def _next(text: str, at: int, closing: str) -> int:
    """Where the next value begins, or the closing mark stands."""
    if text[at] in SPACES:
        at = _after_space(text, at)
    if text[at] == closing:
        return at
    at = _begin(text, at, ",")
    if text[at] == closing:
        raise NotADelivery("a comma and nothing behind it")
    return at


def _after_space(text: str, at: int) -> int:
    while text[at : at + 1] in SPACES:
        at += 1
    return at
