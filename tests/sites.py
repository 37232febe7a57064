"""The site on a port of its own with the real core behind it, and a model that says what the test wants."""

import asyncio
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from doors import PUBLIC_URL, doors
from owner_chat import SentContents
from visitors import VisitorSide, real_pii, visitor_side

from bot.join.account_desk import AccountDesk
from bot.join.console import Console
from guardrail.limits import Limits
from handlers.accounts.accounts import Accounts
from handlers.accounts.contact_form import ContactForm
from handlers.alerts.settings import AlertPreferences
from handlers.alerts.waiting_alerts import WaitingAlerts
from handlers.apps.apps import Apps
from handlers.conversations.return_mail import ReturnMail
from handlers.entries.documents import Documents
from handlers.entries.downloads import EntryDownloads
from handlers.entries.faqs import Faqs
from handlers.entries.guard import KnowledgeGuard
from handlers.entries.hidden import HiddenValues
from handlers.entries.phrasing_ideas import PhrasingIdeas
from handlers.entries.similar_entries import SimilarEntries
from handlers.imports.imports import Imports
from handlers.imports.watched_pages import WatchedPages
from handlers.insight.access_log import AccessLog
from handlers.insight.visits import PageViews
from handlers.learning.checks import Checks
from handlers.learning.gaps import Gaps
from handlers.learning.takeover_answers import TakeoverAnswers
from handlers.ports import ToolModel
from knowledge.checks.checking import Checking
from knowledge.items import Hit
from knowledge.meaning.likeness import Likeness
from knowledge.model.events import Cited, ModelEvent, NotInKnowledge, TextDelta
from knowledge.model.prompt import Prompt
from knowledge.search.retrieval import Retrieval
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.conversations.visitor_counts import VisitorRepository
from knowledge.store.database import Database
from knowledge.store.insight.access_log import AccessLogRepository
from knowledge.store.insight.page_views import PageViewRepository
from knowledge.store.outbox.outbox import OutboxRepository
from knowledge.stored_items import KnowledgeItems
from web.routes import MIDDLEWARES, add_routes
from web.site import keys
from web.site.security import add_headers
from web.site.server import USUAL, Runner, ServerLimits
from web.site.store_watch import STORE, StoreWatch

OPERATOR = "operator@example.com"


class Speaker:
    """A model at our one seam for models: says `answer`; with `hold`, only its first half until `go` is set."""

    def __init__(self) -> None:
        self.answer_text = "Yes, **it does**. See [the guide](https://example.com/guide).\n\n- one\n- two\n"
        self.hold = False
        self.knows = True
        self.go = asyncio.Event()

    async def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        if not self.knows:
            yield NotInKnowledge(prompt.question, prompt.lang)
            return
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
    db: Database
    side: VisitorSide
    model: Speaker
    accounts: Accounts
    apps: Apps
    faqs: Faqs
    access_log: AccessLog
    http: aiohttp.ClientSession
    app: web.Application
    desk: AccountDesk
    owners: dict[str, Owner] = field(default_factory=dict)

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
    mongod: str,
    *,
    trusted_proxy: bool = False,
    tools: ToolModel | None = None,
    patience: ServerLimits = USUAL,
) -> AsyncIterator[SiteUnderTest]:
    """A started site; `tools` is what writes for its owner."""
    model = Speaker()
    async with visitor_side(db, mongod, model) as side:
        limits = Limits(mongod, db.raw.name)
        accounts, apps = Accounts(db, side.clock), Apps(db, side.clock)
        faqs = Faqs(db, KnowledgeGuard(db, real_pii()), side.clock)
        documents = Documents(db, KnowledgeGuard(db, real_pii()), side.clock)
        access_log = AccessLog(AccessLogRepository(db))
        app = web.Application(middlewares=MIDDLEWARES)
        app[keys.SITE] = keys.Site(PUBLIC_URL, trusted_proxy, demo_handle="demo")
        app.on_response_prepare.append(add_headers)
        add_routes(app)
        desk = AccountDesk.of(db, accounts, apps, side.alerts, side.clock, doors())
        desk.hand_to(app)
        app[keys.ACCESS_LOG], app[keys.ACCOUNTS], app[keys.ANSWERS] = access_log, accounts, side.answers
        app[keys.APPS], app[keys.CLOCK], app[keys.CONVERSATIONS] = apps, side.clock, side.conversations
        app[keys.CONTACT] = ContactForm(OutboxRepository(db), limits, side.clock, OPERATOR)
        app[keys.FAQS], app[keys.FEED], app[keys.TAKEOVERS] = faqs, side.feed, side.takeovers
        app[keys.ALERT_PREFERENCES], app[keys.WAITING_ALERTS] = AlertPreferences(db, side.clock), WaitingAlerts(db)
        app[keys.RETURN_MAIL] = ReturnMail(db, side.conversations, side.clock)
        app[keys.FINDINGS] = HiddenValues(db, faqs, documents)
        app[keys.IMPORTS], app[keys.EXPORTS] = Imports(db, side.clock), EntryDownloads(faqs, documents)
        app[keys.PAGE_WATCH] = WatchedPages(db, documents, app[keys.IMPORTS], side.clock)
        page_views = PageViews(PageViewRepository(db), VisitorRepository(db), side.clock)
        app[keys.PAGE_VIEWS], app[keys.SUGGESTIONS] = page_views, side.suggestions
        Console.of(db, accounts, apps, side.conversations, SentContents(), real_pii(), Likeness(), side.clock).hand_to(
            app
        )
        retrieval = Retrieval(KnowledgeItems(db).load)
        checks = Checks(db, Checking(retrieval, whole_counts=False), real_pii(), side.alerts, side.clock)
        app[keys.CHECKS], app[keys.NEAREST] = checks, SimilarEntries(retrieval)
        app[keys.PHRASING_IDEAS] = PhrasingIdeas(tools, side.spending)
        app[keys.GAPS] = gaps = Gaps(db, faqs, checks, side.clock)
        app[keys.SAID_ANSWERS] = TakeoverAnswers(db, real_pii(), faqs, gaps)
        app[STORE] = StoreWatch(db)
        runner = Runner(app, patience=patience, shutdown_timeout=2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            url = f"http://localhost:{runner.addresses[0][1]}"
            yield SiteUnderTest(url, db, side, model, accounts, apps, faqs, access_log, http, app, desk)
        await runner.cleanup()
        await access_log.close()
        limits.close()
