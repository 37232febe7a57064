"""The site on a port of its own with the real core behind it, and a model that says what the test wants."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from grounds import PUBLIC_URL
from visitors import VisitorSide, visitor_side

from handlers.accounts.accounts import Accounts
from handlers.apps.apps import Apps
from handlers.areas import Areas
from handlers.entries.faqs import Faqs
from handlers.insight.access_log import AccessLog
from handlers.ports import AnswerModel, ToolModel
from knowledge.items import Hit
from knowledge.model.events import Cited, ModelEvent, NotInKnowledge, TextDelta
from knowledge.model.prompt import Prompt
from knowledge.store.accounts.form_answers import FormAnswers
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.database import Database
from web.routes import MIDDLEWARES, add_routes
from web.site.keys import SITE, Site, hand_over
from web.site.once import FORMS
from web.site.security import add_headers
from web.site.server import USUAL, Runner, ServerLimits
from web.site.store_watch import STORE, StoreWatch

# What a browser sends with a page that somebody opens.
A_PERSON = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Sec-Fetch-Dest": "document",
}
# With a header or cookie of this name a page comes as one that may run no JavaScript, for browsers that cannot be told.
WITHOUT_SCRIPTS = "X-Without-Scripts"


class Speaker:
    """A model at our one seam for models: says `answer`; with `hold`, only its first half until `go` is set.

    With `thinks`, nothing until then.
    """

    quotes = True

    def __init__(self) -> None:
        self.answer_text = "Yes, **it does**. See [the guide](https://example.com).\n\n- one\n- two\n"
        self.hold = False
        self.thinks = False
        self.knows = True
        self.go = asyncio.Event()

    async def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        if not self.knows:
            yield NotInKnowledge(prompt.question, prompt.lang)
            return
        if self.thinks:
            await self.go.wait()
        half = len(self.answer_text) // 2
        yield TextDelta(self.answer_text[:half])
        if self.hold:
            await self.go.wait()
        yield TextDelta(self.answer_text[half:])
        for hit in hits[:1]:
            yield Cited(hit.item.id)


@dataclass
class SiteUnderTest:
    """Addresses, parts and people of a running site."""

    url: str
    side: VisitorSide
    model: Speaker
    http: aiohttp.ClientSession
    app: web.Application
    owners: dict[str, Owner] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        return self.side.db

    @property
    def areas(self) -> Areas:
        return self.side.areas

    @property
    def accounts(self) -> Accounts:
        return self.areas.accounts.accounts

    @property
    def apps(self) -> Apps:
        return self.areas.apps.apps

    @property
    def faqs(self) -> Faqs:
        return self.side.faqs

    @property
    def access_log(self) -> AccessLog:
        return self.areas.insight.access_log

    async def an_app(self, handle: str = "kotori", name: str = "Kotori", owner: str = "yuki") -> App:
        """A live page of an owner who is made when first named."""
        if owner not in self.owners:
            self.owners[owner] = await self.accounts.join(f"U{owner:0>32}", "en")
        app = await self.apps.create(self.owners[owner].scope, name, handle)
        return await self.apps.describe(app.scope, url="https://example.com")

    async def sign_in(self, owner: str = "yuki") -> dict[str, str]:
        """The headers of a browser in which the owner is signed in."""
        link = await self.accounts.sign_in_link(self.owners[owner].scope)
        return {"Cookie": f"__Host-mimi={await self.accounts.sign_in(link.token)}"}

    async def ask(self, text: str, *, key: str = "", handle: str = "kotori", **headers: str) -> aiohttp.ClientResponse:
        """A message as JSON; the response is read whole."""
        body = {"id": str(uuid.uuid4()), "text": text} | ({"conversation": key} if key else {})
        return await self.post(f"/@{handle}/messages", json=body, headers=headers)

    async def post(self, path: str, **options: Any) -> aiohttp.ClientResponse:
        return await self._read("POST", path, options)

    async def get(self, path: str, **options: Any) -> aiohttp.ClientResponse:
        return await self._read("GET", path, options)

    async def _read(self, method: str, path: str, options: dict[str, Any]) -> aiohttp.ClientResponse:
        async with self.http.request(method, self.url + path, allow_redirects=False, **options) as response:
            await response.read()
            return response


@asynccontextmanager
async def running_site(
    db: Database,
    *,
    speaks: bool = True,
    answers: AnswerModel | None = None,
    trusted_proxy: bool = False,
    tools: ToolModel | None = None,
    patience: ServerLimits = USUAL,
    **settings: Any,
) -> AsyncIterator[SiteUnderTest]:
    """A started site, whose model speaks, or quotes, or is `answers`; `tools` is what writes for its owner."""
    model = Speaker()
    async with visitor_side(db, answers or (model if speaks else None), tools=tools, **settings) as side:
        app = web.Application(middlewares=MIDDLEWARES)
        app[SITE] = Site(PUBLIC_URL, trusted_proxy, demo_handle="demo")
        app.on_response_prepare.append(add_headers)
        app.on_response_prepare.append(_leave_scripts_out)
        add_routes(app)
        hand_over(app, side.areas, side.clock)
        app[STORE], app[FORMS] = StoreWatch(db), FormAnswers(db)
        runner = Runner(app, patience=patience, shutdown_timeout=2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield SiteUnderTest(f"http://localhost:{runner.addresses[0][1]}", side, model, http, app)
        await runner.cleanup()


async def _leave_scripts_out(request: web.Request, response: web.StreamResponse) -> None:
    if WITHOUT_SCRIPTS in {*request.headers, *request.cookies}:
        policy = "sandbox allow-forms allow-popups allow-same-origin"
        response.headers["Content-Security-Policy"] = f"{response.headers['Content-Security-Policy']}; {policy}"
