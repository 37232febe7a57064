"""The phone as a web page for whoever develops mimi: /dev/line, and the small API beneath that drives it."""

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader

from bot.embedded.line_simulator.account_link_page import AccountLinkPage
from bot.embedded.line_simulator.call import Recorded
from bot.embedded.line_simulator.channel import Channel
from bot.embedded.line_simulator.faults import Fault, Faults
from bot.embedded.line_simulator.images import image_type
from bot.embedded.line_simulator.page_phrases import PHRASES
from bot.embedded.line_simulator.person import Person
from bot.embedded.line_simulator.state import ChatItem
from bot.embedded.line_simulator.taps import text_of
from knowledge.phrases import Lang, Phrase, to_lang

HERE = Path(__file__).parent
HEARTBEAT_SECONDS = 15
LONGEST_FILE_NAME = 255
SHOWN_ITEMS = 100
LARGEST_BODY = 20 * 1024 * 1024
# The page's own files; nothing else is served from the folder.
STATIC = {"line.css": "text/css", "line.js": "text/javascript", "flex.js": "text/javascript"}
Body = Mapping[str, Any]
PersonOf = Callable[..., Person]


class Pages:
    """The page's handlers. Absolute paths are never written, so it can be mounted anywhere."""

    def __init__(self, channel: Channel, faults: Faults, requests: Sequence[Recorded], person: PersonOf) -> None:
        self._channel, self._faults, self._requests, self._person = channel, faults, requests, person
        self._closing = asyncio.Event()
        self._templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True)
        self._linking = AccountLinkPage(channel, person, self._templates)

    def application(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_get("/line", self._page)
        app.router.add_get("/line/static/{name}", self._static)
        app.router.add_get("/line/state", self._state)
        app.router.add_get("/line/events", self._events)
        app.router.add_get("/line/pictures/{name}", self._picture)
        app.router.add_get("/line/account-link", self._account_link)
        app.router.add_post("/line/account-link", self._account_link)
        app.router.add_post("/line/people", self._new_person)
        app.router.add_post("/line/faults", self._add_fault)
        app.router.add_post("/line/do/{action}", self._do)
        app.on_shutdown.append(self._let_go)
        return app

    async def _let_go(self, _: web.Application) -> None:
        """Open event streams end with the server."""
        self._closing.set()
        self._channel.changes.notify()

    async def _page(self, request: web.Request) -> web.Response:
        lang = _lang(request)

        def say(phrase: Phrase) -> str:
            return phrase.say(lang)

        phrases = {name: say(phrase) for name, phrase in PHRASES.items()}
        page = self._templates.get_template("line.html").render(
            lang=lang,
            t=phrases,
            phrases=json.dumps(phrases, ensure_ascii=False),
            operations=sorted(self._faults.operations),
            faults=[fault.value for fault in Fault],
        )
        return web.Response(text=page, content_type="text/html")

    async def _static(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in STATIC:
            raise web.HTTPNotFound
        text = await asyncio.to_thread((HERE / "static" / name).read_text, "utf-8")
        return web.Response(text=text, content_type=STATIC[name], headers={"Cache-Control": "no-cache"})

    async def _state(self, request: web.Request) -> web.Response:
        """Everything the page shows, for the person chosen."""
        accounts = self._channel.state.accounts
        chosen = request.query.get("person", "")
        person = self._person(user_id=chosen) if chosen in accounts else self._first_person()
        return web.json_response(
            {
                "version": self._channel.changes.version,
                "people": [{"id": account.user_id, "name": account.name} for account in accounts.values()],
                "person": person_view(self._channel, person),
                "quota": {"used": self._channel.used_quota(), "limit": self._channel.quota},
                "requests": [request_view(recorded) for recorded in reversed(self._requests[-12:])],
                "faults": [f"{operation}: {fault}" for operation, fault in self._faults.waiting()],
            }
        )

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events that say no more than: something has changed, ask again."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        with suppress(ConnectionError):  # the page is closed
            await self._tell(request, response)
        return response

    async def _tell(self, request: web.Request, response: web.StreamResponse) -> None:
        await response.prepare(request)
        version = -1
        while not self._closing.is_set():
            if version != self._channel.changes.version:
                version = self._channel.changes.version
                await response.write(f"data: {version}\n\n".encode())
                continue
            try:
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    await self._channel.changes.next()
            except TimeoutError:
                await response.write(b": still here\n\n")

    async def _picture(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        state = self._channel.state
        known = name in state.rich_menus or any(item.id == name for a in state.accounts.values() for item in a.chat)
        data = self._channel.storage.picture(name) if known else None
        kind = image_type(data) if data else None
        if kind is None:
            raise web.HTTPNotFound
        return web.Response(body=data, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})

    async def _account_link(self, request: web.Request) -> web.Response:
        answer = self._linking.confirm if request.method == "POST" else self._linking.show
        return await answer(request, _lang(request))

    async def _new_person(self, request: web.Request) -> web.Response:
        body = await _json(request)
        person = self._person(name=str(body.get("name", "")).strip()[:20] or "Yuki", language=_lang(request))
        return web.json_response({"id": person.user_id})

    async def _add_fault(self, request: web.Request) -> web.Response:
        body = await _json(request)
        try:
            if body.get("clear"):
                self._faults.clear()
            else:
                self._faults.next(str(body.get("operation")), Fault(str(body.get("fault"))))
        except ValueError as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.json_response({})

    async def _do(self, request: web.Request) -> web.Response:
        """One thing the person does with the phone."""
        act = ACTIONS.get(request.match_info["action"])
        body = await _json(request)
        if act is None or body.get("person") not in self._channel.state.accounts:
            raise web.HTTPNotFound
        person = self._person(user_id=body["person"])
        opened = len(person.opened_urls)
        try:
            await act(person, body)
        except (LookupError, RuntimeError, TypeError, ValueError) as error:
            raise web.HTTPBadRequest(text=str(error)) from error
        return web.json_response({"opened": person.opened_urls[opened:], "draft": person.draft})

    def _first_person(self) -> Person:
        accounts = self._channel.state.accounts
        return self._person(user_id=next(iter(accounts))) if accounts else self._person()


async def _say(person: Person, body: Body) -> None:
    await person.say(str(body["text"]), body.get("quoting") or None)


async def _tap(person: Person, body: Body) -> None:
    await person.tap_at(str(body["message"]), list(body["place"]), body.get("value"))


async def _image(person: Person, body: Body) -> None:
    data = _bytes(body)
    if image_type(data) is None:
        raise ValueError("not a PNG or JPEG picture")
    await person.send_image(data)


async def _file(person: Person, body: Body) -> None:
    await person.send_file(str(body["name"])[:LONGEST_FILE_NAME], _bytes(body))


def _bytes(body: Body) -> bytes:
    try:
        return base64.b64decode(str(body["data"]), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


async def _redeliver(person: Person, body: Body) -> None:
    await person.redeliver(str(body["message"]))


ACTIONS: dict[str, Callable[[Person, Body], Awaitable[None]]] = {
    "follow": lambda person, _: person.follow(),
    "unfollow": lambda person, _: person.unfollow(),
    "say": _say,
    "tap": _tap,
    "tap-menu": lambda person, body: person.tap_menu(int(body["area"])),
    "image": _image,
    "file": _file,
    "unsend": lambda person, body: person.unsend(str(body["message"])),
    "redeliver": _redeliver,
}


async def _json(request: web.Request) -> dict[str, Any]:
    """The body of one of the page's own requests; a form of another site cannot send this content type."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        body = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest(text="not JSON") from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="not an object")
    return body


def _lang(request: web.Request) -> Lang:
    asked = request.query.get("lang") or request.headers.get(hdrs.ACCEPT_LANGUAGE, "").split(",")[0]
    return to_lang(asked or None)


def person_view(channel: Channel, person: Person) -> dict[str, Any]:
    """One person's phone: the end of the chat, the rich menu, what the bot is doing."""
    account = channel.state.accounts[person.user_id]
    menu = person.rich_menu()
    return {
        "id": account.user_id,
        "name": account.name,
        "friend": account.friend,
        "blocked": account.blocked,
        "loading": person.loading_seconds,
        "chat": [_item(person, item) for item in account.chat[-SHOWN_ITEMS:]],
        "menu": {"id": menu.id, **menu.menu} if menu and menu.has_image else None,
    }


def request_view(recorded: Recorded) -> dict[str, Any]:
    """One API request for the list of the latest."""
    return {
        "method": recorded.method,
        "path": recorded.path,
        "status": recorded.status,
        "fault": recorded.fault,
        "problems": recorded.problems,
    }


def _item(person: Person, item: ChatItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "fromBot": item.from_bot,
        "message": item.message,
        "at": item.at.isoformat(),
        "quoted": _quoted(person, item.quoted),
        "unsent": item.unsent,
        "delivered": item.delivered,
    }


def _quoted(person: Person, message_id: str | None) -> dict[str, Any] | None:
    """The quoted message in one line, if it still is in the chat."""
    if message_id is None:
        return None
    for item in person.chat:
        if item.id == message_id:
            return {"fromBot": item.from_bot, "text": text_of(item.message)}
    return {"fromBot": True, "text": "…"}
