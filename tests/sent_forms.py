"""The forms of pages as a browser has them, filled in as somebody would: for what sends every one of them."""

import io
import itertools
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from house import House, addresses_of
from lxml import html
from PIL import Image

from web.routes import ROUTES

# The owner's pages, and those that lead to them.
OWNERS = ("/owner", "/sign", "/contact")
MULTIPART = "multipart/form-data"
TABLE = "質問,回答\n返金はできますか？,14日以内なら。\n".encode()
# What takes something away comes after all others, and the account's end last: pages of what is gone have no forms.
AWAY = ("cancel", "discard", "dismiss", "remove", "revoke", "unpin", "nobody", "/delete")
LAST = ("/owner/delete", "/owner/sign-out")  # in this order
# What is written into a field of this name; into any other an ordinary sentence.
WRITTEN = {
    "address": "new{n}@example.com",
    "code": "000000",
    "day": "2026-11-29",
    "handle": "tori-{n}",
    "name": "Tori {n}",
    "typed": "delete",
    "url": "https://example.com/{n}",
    "contact": "new{n}@example.com",
    "since": "",
    "until": "",
    "reply_to": "new{n}@example.com",
    "quiet_start": "22:00",
    "quiet_end": "07:00",
}
_numbers = itertools.count(1)
_PLACE = re.compile(r"\{(\w+)(?::([^}]*))?\}")


@dataclass(frozen=True)
class SentForm:
    """One form with what is in it, as it is sent when `button` is pressed; `route` is whose it is."""

    route: str
    action: str
    fields: Sequence[tuple[str, str | bytes]]
    multipart: bool = False

    def body(self) -> Any:
        """What a browser sends."""
        if not self.multipart:
            return [(name, value) for name, value in self.fields if isinstance(value, str)]
        with aiohttp.MultipartWriter("form-data") as parts:
            for name, value in self.fields:
                file: dict[str, Any] = {"filename": "a.csv"} if isinstance(value, bytes) else {}
                parts.append(value).set_content_disposition("form-data", name=name, **file)
        return parts


def posted_routes() -> list[str]:
    """Where forms of theirs are sent."""
    posted = {route.path for route in ROUTES if route.method == "POST"}
    return sorted(path for path in posted if path.startswith(OWNERS))


def route_of(path: str) -> str:
    """Whose form is sent to this path; empty for a visitor's. `/news/page` is a route of its own, and no note."""
    plain = path.partition("?")[0]
    fitting = (route for route in posted_routes() if re.fullmatch(_PLACE.sub(_any, route), plain))
    return min(fitting, key=lambda route: route.count("{"), default="")


def _any(place: re.Match[str]) -> str:
    return f"(?:{place[2] or '[^/]+'})"


def forms_of(page: str, *, filled_in: bool = True) -> Iterator[SentForm]:
    """Each of a page's forms, once for each of its buttons that leads elsewhere; empty fields are `filled_in`."""
    for form in html.fromstring(page).xpath("//form[@method='post']"):
        filled = tuple(_filled(form, filled_in))
        buttons = form.xpath(".//button")
        seen: set[str] = set()
        for button in buttons:
            action = button.get("formaction") or form.get("action")
            route = route_of(action)
            if not route or route in seen:
                continue
            seen.add(route)
            pressed = ((button.get("name"), button.get("value") or ""),) if button.get("name") else ()
            yield SentForm(route, action, (*filled, *pressed), form.get("enctype") == MULTIPART)


def _filled(form: Any, filled_in: bool) -> Iterator[tuple[str, str | bytes]]:
    for field in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name]"):
        kind, name = field.get("type") or field.tag, field.get("name")
        if kind == "file":
            yield name, _picture() if "/pictures/" in form.get("action") else TABLE
        elif kind in {"checkbox", "radio"}:
            if field.get("checked") is not None or (kind == "checkbox" and name == "faq"):
                yield name, field.get("value") or "on"
        elif kind == "select":
            chosen = field.xpath(".//option[@selected]") or field.xpath(".//option")
            yield name, chosen[0].get("value") if chosen[0].get("value") is not None else chosen[0].text
        else:
            there = field.text_content().strip() if kind == "textarea" else field.get("value") or ""
            new = "https://shop{n}.example" if "/lists/" in form.get("action") and name == "text" else ""
            yield name, there if there or kind == "hidden" or not filled_in else _written(name, new)


def _picture() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (1200, 400), "teal").save(drawn, "PNG")
    return drawn.getvalue()


def _written(name: str, new: str) -> str:
    return (new or WRITTEN.get(name, "日曜は{n}時まで")).format(n=next(_numbers))


async def forms_in_turn(house: House) -> AsyncIterator[SentForm]:
    """One form of each route that has one on some page by then: whoever takes them sends them."""
    sent: set[str] = set()
    while waiting := {route: form for route, form in (await _forms_there(house)).items() if route not in sent}:
        turn = min(map(_turn, waiting))
        for route in sorted(route for route in waiting if _turn(route) == turn):
            sent.add(route)
            yield waiting[route]


async def _forms_there(house: House) -> dict[str, SentForm]:
    there: dict[str, SentForm] = {}
    for path, address in addresses_of(house).items():
        if not path.startswith(OWNERS):
            continue
        got = await house.site.get(address, headers={**house.headers, "Accept": "text/html"})
        if got.status == 200 and got.content_type == "text/html":
            there = {form.route: form for form in forms_of(await got.text())} | there
    return there


def _turn(route: str) -> int:
    if route.startswith(LAST):
        return 2 + LAST.index(next(last for last in LAST if route.startswith(last)))
    return 1 if any(word in route for word in AWAY) else 0
