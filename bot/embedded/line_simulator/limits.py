"""The limits of messages and menus that LINE's reference states in prose only."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from bot.embedded.line_simulator.errors import Problem
from bot.embedded.line_simulator.flex_limits import flex_problems
from bot.embedded.line_simulator.text_length import graphemes, utf16_units

Body = dict[str, Any]
Problems = Iterator[Problem]
LABEL, IMAGE_CAROUSEL_LABEL = 20, 12
LINK_SCHEMES = {"http", "https", "line", "tel"}
IN_QUICK_REPLIES_ONLY = {"camera", "cameraRoll", "location"}
# The simulator's own phone reads pictures from this machine, which has no certificate.
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}


def messages_problems(messages: list[Body]) -> list[Problem]:
    """What breaks a prose limit in the `messages` of a request that fits the schema."""
    found: list[Problem] = []
    for n, message in enumerate(messages):
        found += _message(message, f"messages[{n}]")
    return found


def rich_menu_problems(menu: Body) -> list[Problem]:
    """What breaks a prose limit in a rich menu that fits the schema."""
    width, height = menu["size"]["width"], menu["size"]["height"]
    found = []
    if not 800 <= width <= 2500 or height < 250 or width / height < 1.45:
        found.append(Problem("size", "Width must be 800 to 2500, height at least 250, width/height at least 1.45"))
    found += _count(menu["areas"], 20, "areas")
    for n, area in enumerate(menu["areas"]):
        at, bounds = f"areas[{n}]", area["bounds"]
        if bounds["x"] + bounds["width"] > width or bounds["y"] + bounds["height"] > height:
            found.append(Problem(f"{at}.bounds", "Must be within the size of the rich menu"))
        found += _action(area["action"], f"{at}.action", needs_label=False, in_menu=True)
    return found


def _message(message: Body, at: str) -> Problems:
    kind = message["type"]
    if kind in ("text", "textV2"):
        yield from _length(message, "text", 5000, at)
    if kind in ("template", "flex"):
        yield from _length(message, "altText", 1500, at)
    if kind == "template":
        yield from TEMPLATES[message["template"]["type"]](message["template"], f"{at}.template")
    if kind == "flex":
        yield from flex_problems(message["contents"], f"{at}.contents", _action)
    for name in ("originalContentUrl", "previewImageUrl"):
        yield from _image_url(message, name, at)
    yield from _quick_reply(message.get("quickReply"), f"{at}.quickReply")


def _quick_reply(quick_reply: Body | None, at: str) -> Problems:
    for n, item in enumerate(quick_reply["items"] if quick_reply else []):
        yield from _action(item["action"], f"{at}.items[{n}].action", in_quick_reply=True)
        yield from _image_url(item, "imageUrl", f"{at}.items[{n}]")


def _buttons(template: Body, at: str) -> Problems:
    short = "title" in template or "thumbnailImageUrl" in template
    yield from _length(template, "text", 60 if short else 160, at, graphemes)
    yield from _length(template, "title", 40, at, graphemes)
    yield from _image_url(template, "thumbnailImageUrl", at)
    yield from _actions(template["actions"], 1, 4, at)
    if "defaultAction" in template:
        yield from _action(template["defaultAction"], f"{at}.defaultAction", needs_label=False)


def _confirm(template: Body, at: str) -> Problems:
    yield from _length(template, "text", 240, at, graphemes)
    yield from _actions(template["actions"], 2, 2, at)


def _carousel(template: Body, at: str) -> Problems:
    columns = template["columns"]
    yield from _count(columns, 10, f"{at}.columns")
    if len({len(column["actions"]) for column in columns}) > 1:
        yield Problem(f"{at}.columns", "The number of actions must be the same for all columns")
    for n, column in enumerate(columns):
        inner = f"{at}.columns[{n}]"
        short = "title" in column or "thumbnailImageUrl" in column
        yield from _length(column, "text", 60 if short else 120, inner, graphemes)
        yield from _length(column, "title", 40, inner, graphemes)
        yield from _image_url(column, "thumbnailImageUrl", inner)
        yield from _actions(column["actions"], 1, 3, inner)
        if "defaultAction" in column:
            yield from _action(column["defaultAction"], f"{inner}.defaultAction", needs_label=False)


def _image_carousel(template: Body, at: str) -> Problems:
    yield from _count(template["columns"], 10, f"{at}.columns")
    for n, column in enumerate(template["columns"]):
        inner = f"{at}.columns[{n}]"
        yield from _image_url(column, "imageUrl", inner)
        yield from _action(column["action"], f"{inner}.action", label=IMAGE_CAROUSEL_LABEL, needs_label=False)


TEMPLATES: dict[str, Callable[[Body, str], Problems]] = {
    "buttons": _buttons,
    "confirm": _confirm,
    "carousel": _carousel,
    "image_carousel": _image_carousel,
}


def _actions(actions: list[Body], least: int, most: int, at: str) -> Problems:
    if not least <= len(actions) <= most:
        yield Problem(f"{at}.actions", f"Size must be between {least} and {most}")
    for n, action in enumerate(actions):
        yield from _action(action, f"{at}.actions[{n}]")


def _action(
    action: Body,
    at: str,
    *,
    label: int = LABEL,
    needs_label: bool = True,
    in_quick_reply: bool = False,
    in_menu: bool = False,
) -> Problems:
    if needs_label and not action.get("label"):
        yield Problem(f"{at}.label", "May not be empty")
    yield from _length(action, "label", label, at, graphemes, least=0)
    yield from _length(action, "displayText", 300, at, graphemes)
    yield from _length(action, "fillInText", 300, at, graphemes)
    yield from _length(action, "text", 300, at, graphemes)
    if "displayText" in action and "text" in action:
        yield Problem(f"{at}.displayText", "displayText and text cannot be used together")
    if action["type"] == "uri":
        yield from _link(action["uri"], at)
    elsewhere = action["type"] in IN_QUICK_REPLIES_ONLY and not in_quick_reply
    if elsewhere or (action["type"] == "richmenuswitch" and not in_menu):
        yield Problem(f"{at}.type", "This action cannot be used here")


def _link(uri: str, at: str) -> Problems:
    if urlsplit(uri).scheme not in LINK_SCHEMES or not 0 < len(uri) <= 1000 or not _is_encoded(uri):
        yield Problem(f"{at}.uri", "Invalid action URI")


def _image_url(holder: Body, name: str, at: str) -> Problems:
    url = holder.get(name)
    if url is None:
        return
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK_HOSTS)
    if not safe or len(url) > 2000 or not _is_encoded(url):
        yield Problem(f"{at}.{name}", "Must be a valid HTTPS URL")


def _is_encoded(url: str) -> bool:
    """Percent-encoded UTF-8: nothing but visible ASCII is left."""
    return re.fullmatch(r"[!-~]+", url) is not None


def _length(
    holder: Body, name: str, most: int, at: str, measure: Callable[[str], int] = utf16_units, *, least: int = 1
) -> Problems:
    value = holder.get(name)
    if isinstance(value, str) and not least <= measure(value) <= most:
        message = f"Length must be between {least} and {most}" if value else "May not be empty"
        yield Problem(f"{at}.{name}", message)


def _count(things: list[Body], most: int, at: str) -> list[Problem]:
    """At least one, at most `most`."""
    return [] if 1 <= len(things) <= most else [Problem(at, f"Size must be between 1 and {most}")]
