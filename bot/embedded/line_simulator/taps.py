"""What can be read and tapped in a message: its words, its actions, and where each action stands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.embedded.line_simulator.state import ChatItem

Part = dict[str, Any]
Place = tuple[str | int, ...]
WORDS = ("text", "title", "label", "altText")


@dataclass(frozen=True)
class Tappable:
    """An action in a message. `label` is what a person would call it."""

    place: Place
    label: str
    action: Part


def tappables(message: Part, *, quick_replies: bool = True) -> list[Tappable]:
    """Every action of a message in the order it is shown; quick replies only while they are on the screen."""
    shown = {key: value for key, value in message.items() if quick_replies or key != "quickReply"}
    return list(_actions(shown, ()))


def action_at(message: Part, place: Sequence[str | int]) -> Part:
    """The action at a place in a message; LookupError when there is none."""
    for found in tappables(message):
        if found.place == tuple(place):
            return found.action
    raise LookupError(f"no action at {list(place)}")


def text_of(message: Part) -> str:
    """A message in one line: its text, or the text that stands for it."""
    said = message.get("text") or message.get("altText") or message.get("fileName")
    return str(said or f"[{message.get('type', 'unsent')}]")


def texts(items: Iterable[ChatItem]) -> list[str]:
    """The items, each in one line."""
    return [text_of(item.message) for item in items]


def words_of(message: Part) -> list[str]:
    """Every piece of text anywhere in a message, buttons included."""
    return list(_words(message))


def _actions(part: Any, place: Place) -> Iterator[Tappable]:
    if isinstance(part, list):
        for n, inner in enumerate(part):
            yield from _actions(inner, (*place, n))
    if not isinstance(part, dict):
        return
    for name, inner in part.items():
        if name in ("action", "defaultAction") and isinstance(inner, dict):
            label = inner.get("label") or part.get("text") or part.get("title") or ""
            yield Tappable((*place, name), str(label), inner)
        elif name == "actions" and isinstance(inner, list):
            for n, action in enumerate(inner):
                yield Tappable((*place, name, n), str(action.get("label", "")), action)
        else:
            yield from _actions(inner, (*place, name))


def _words(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for inner in part:
            yield from _words(inner)
    elif isinstance(part, dict):
        yield from (part[name] for name in WORDS if isinstance(part.get(name), str))
        for inner in part.values():
            yield from _words(inner)
