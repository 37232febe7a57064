"""The limits of Flex messages that LINE's reference states in prose only."""

import json
import re
from collections.abc import Iterator, Set
from typing import Any, Protocol

from bot.embedded.line_simulator.errors import Problem

Body = dict[str, Any]
Problems = Iterator[Problem]
BUBBLE_BYTES, CAROUSEL_BYTES, CAROUSEL_BUBBLES = 30 * 1024, 50 * 1024, 12
BUTTON_LABEL = 40
KEYWORDS = r"none|xxs|xs|sm|md|lg|xl|xxl"
# One pattern for each family of properties: a keyword, or pixels, or (where LINE takes it) per cent.
COLOR = re.compile(r"#[0-9a-fA-F]{6}([0-9a-fA-F]{2})?")
SPACE = re.compile(rf"({KEYWORDS})|\d+(\.\d+)?px")
ROOM = re.compile(rf"({KEYWORDS}|light|normal|medium|semi-bold|bold)|-?\d+(\.\d+)?(px|%)")
SIZE = re.compile(r"(xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl|full)|\d+(\.\d+)?(px|%)")
FORMS = (
    (COLOR, {"color", "backgroundColor", "borderColor", "separatorColor", "startColor", "endColor", "centerColor"}),
    (SPACE, {"margin", "spacing"}),
    (
        ROOM,
        {"paddingAll", "paddingTop", "paddingBottom", "paddingStart", "paddingEnd", "cornerRadius", "borderWidth"}
        | {"offsetTop", "offsetBottom", "offsetStart", "offsetEnd", "width", "maxWidth", "height", "maxHeight"},
    ),
)
IN_A_ROW_OF_TEXT = {"icon", "text", "filler"}
IN_A_BOX = {"box", "button", "filler", "image", "separator", "text"}
AS_HERO = {"box", "image", "video"}


class ActionLimits(Protocol):
    """The check of an action, which messages outside Flex share."""

    def __call__(self, action: Body, at: str, *, label: int, needs_label: bool) -> Problems: ...


def flex_problems(container: Body, at: str, action_limits: ActionLimits) -> Problems:
    """What breaks a prose limit in a bubble or carousel that fits the schema."""
    if container["type"] == "bubble":
        yield from _bubble(container, at, action_limits)
        return
    bubbles = container["contents"]
    if not 1 <= len(bubbles) <= CAROUSEL_BUBBLES:
        yield Problem(f"{at}.contents", f"Size must be between 1 and {CAROUSEL_BUBBLES}")
    if _bytes(container) > CAROUSEL_BYTES:
        yield Problem(at, "The carousel must not be larger than 50 KB")
    if len({bubble.get("size", "mega") for bubble in bubbles}) > 1:
        yield Problem(f"{at}.contents", "All bubbles of a carousel must have the same width")
    for n, bubble in enumerate(bubbles):
        yield from _bubble(bubble, f"{at}.contents[{n}]", action_limits)


def _bubble(bubble: Body, at: str, action_limits: ActionLimits) -> Problems:
    if bubble["type"] != "bubble":
        yield Problem(f"{at}.type", "Must be one of the following values: [bubble]")
        return
    if _bytes(bubble) > BUBBLE_BYTES:
        yield Problem(at, "The bubble must not be larger than 30 KB")
    if not any(block in bubble for block in ("header", "hero", "body", "footer")):
        yield Problem(at, "At least one block must be specified")
    if bubble.get("hero", {}).get("type", "box") not in AS_HERO:
        yield Problem(f"{at}.hero", "This component cannot be used here")
    for block in ("header", "hero", "body", "footer"):
        if block in bubble:
            yield from _component(bubble[block], f"{at}.{block}", action_limits)
    for block, style in bubble.get("styles", {}).items():
        yield from _forms(style, f"{at}.styles.{block}")


def _component(component: Body, at: str, action_limits: ActionLimits) -> Problems:
    kind = component["type"]
    yield from _forms(component, at, without={"height"} if kind == "button" else set())
    if "action" in component:
        button = kind == "button"
        yield from action_limits(component["action"], f"{at}.action", label=BUTTON_LABEL, needs_label=button)
    if kind == "text":
        yield from _text(component, at)
    if kind == "box":
        yield from _box(component, at, action_limits)
    if kind == "image" and not component["url"].startswith(("https://", "http://127.0.0.1", "http://localhost")):
        yield Problem(f"{at}.url", "Must be a valid HTTPS URL")


def _text(component: Body, at: str) -> Problems:
    if not component.get("text") and not component.get("contents"):
        yield Problem(f"{at}.text", "must be non-empty text")
    if not SIZE.fullmatch(component.get("size", "md")):
        yield Problem(f"{at}.size", "invalid property")
    for n, span in enumerate(component.get("contents", [])):
        yield from _forms(span, f"{at}.contents[{n}]")


def _box(box: Body, at: str, action_limits: ActionLimits) -> Problems:
    allowed = IN_A_ROW_OF_TEXT if box["layout"] == "baseline" else IN_A_BOX
    for n, component in enumerate(box["contents"]):
        inner = f"{at}.contents[{n}]"
        if component["type"] not in allowed:
            yield Problem(inner, f"{component['type']} cannot be used in a {box['layout']} box")
        yield from _component(component, inner, action_limits)


def _forms(holder: Body, at: str, without: Set[str] = frozenset()) -> Problems:
    """Colours and sizes in a form that LINE does not read."""
    for pattern, names in FORMS:
        for name in names & holder.keys() - without:
            if not pattern.fullmatch(holder[name]):
                yield Problem(f"{at}.{name}", "invalid property")


def _bytes(part: Body) -> int:
    return len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())
