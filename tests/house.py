"""A mimi whose every room has something in it, and the pages of the site one after another: for what looks at them all.

Which pages there are is read from the site's routes. So a room that is added later is among them by itself, unless its
address names something that nothing here is called by: then `pages_of` says so.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import resources

from aiohttp import hdrs
from clock import FrozenClock
from exported import exported
from owner_chat import Core
from playwright.async_api import Page
from sites import SiteUnderTest, running_site
from test_pages_rooms import a_gap

from knowledge.store.apps.apps import App, AppRepository, Link
from knowledge.store.database import Database, new_id
from knowledge.store.imports.imports import ImportDoor
from knowledge.store.inbox.proposals import Change
from knowledge.store.learning.gaps import DraftAnswer
from web.routes import ROUTES

HANDLE = "kotori"
ROOM = f"/owner/apps/{HANDLE}"
KNOWN = json.loads(resources.files("bot.embedded").joinpath("demo.json").read_text("utf-8"))
QUESTION = KNOWN["faqs"][6]["question"]
NEWS = (
    "v2.3.0（2026年11月20日）\n・タグの色を選べるようになりました。\n・同期が速くなりました。\n\n"
    "v2.2.0（2026年10月2日）\n・ウィジェットを追加しました。\n"
)
TABLE = "番号,カテゴリ,質問,回答\n1,料金,月額はいくらですか？,300円です。\n2,退会,退会したい,設定からできます。\n"
NAMED = re.compile(r"{(\w+)[^}]*}")


@dataclass(frozen=True)
class House:
    """A running site, the headers of its owner's browser, and what the addresses of its pages name."""

    site: SiteUnderTest
    app: App
    headers: Mapping[str, str]
    named: Mapping[str, str]


@asynccontextmanager
async def furnished(db: Database, clock: FrozenClock | None = None) -> AsyncIterator[House]:
    """A site with an app of which there is one of everything an owner's page can show."""
    async with running_site(db, clock=clock or FrozenClock()) as site:
        app = await _app(site)
        headers = await site.sign_in()
        await _knowledge(site, app, headers)
        yield House(site, app, headers, await _named(site, app, headers))


async def _app(site: SiteUnderTest) -> App:
    app = await site.an_app(HANDLE, KNOWN["name"])
    await site.an_app("hitsuji", "Hitsuji Timer")
    links = (Link("X", "https://x.com/kotori"), Link("GitHub", "https://github.com/kotori"))
    await AppRepository(site.db).update(app.scope, {"links": links})
    texts = {key: KNOWN[key] for key in ("bio", "greeting", "bio2", "greeting2")}
    await site.areas.apps.settings.set(app.scope, {"lang": "ja", "listed": "yes", **texts})
    for listed, text in (
        ("origins", "https://shop.example"),
        ("banned_topics", "他社の製品"),
        ("suggestions", QUESTION),
    ):
        await site.areas.apps.settings.add_item(app.scope, listed, {"text": text})
    return await site.apps.public(HANDLE)


async def _knowledge(site: SiteUnderTest, app: App, headers: Mapping[str, str]) -> None:
    for each in KNOWN["faqs"]:
        await site.faqs.add(app.scope, each["question"], each["answer"])
    for each in KNOWN["documents"]:
        await site.areas.entries.documents.add(app.scope, each["title"], each["text"])
    await site.faqs.add(app.scope, "電話で相談できますか？", "平日に 03-1234-5678 へどうぞ。担当は鈴木一郎です。")
    await site.areas.entries.notes.add(app, NEWS)
    change = Change(
        "faq_add", "", {"question": "タグに色は付けられますか？", "answer": "はい、2.3.0から。", "why": "v2.3.0"}
    )
    await site.areas.proposals.proposals.propose(app.scope, change, by="GitHub Actions")
    draft = DraftAnswer("iPadでも、同じアカウントで使えます。", "キーボードのショートカット", ())
    for question, drafted in (("iPadのキーボードで操作できますか？", draft), ("学割はありますか？", None)):
        await a_gap(site, question, drafted)
    for form in ({"question": QUESTION}, {"question": "他社のアプリとどちらがいいですか？", "expected": "-"}):
        await site.post(f"{ROOM}/checks", data=form, headers=headers)
    await site.post(f"{ROOM}/keys", data={"name": "GitHub Actions", "reach": "propose"}, headers=headers)


async def _named(site: SiteUnderTest, app: App, headers: Mapping[str, str]) -> Mapping[str, str]:
    """What stands for each name in a route."""
    scope, owner = app.scope, site.owners["yuki"]
    core = Core(site.db, site.side.clock)
    job = await site.areas.imports.imports.begin_file(scope, "料金.csv", TABLE.encode(), ImportDoor.WEB)
    while await core.import_runs.work():
        pass
    key = (await (await site.ask(QUESTION)).json())["conversation"]
    site.model.knows = False
    await site.ask("Apple Watchで使えますか？", key=key)
    site.model.knows = True
    await site.post(f"{ROOM}/try", data={"question": QUESTION}, headers=headers)
    archive = await exported(site.areas.exports.exports, owner.scope)
    assert archive.fp
    archive.fp.seek(0)
    returned = await site.areas.exports.returns.begin(owner, "mimi-export.zip", archive.fp.read())
    await site.areas.accounts.linking.offer(f"U{new_id()}", "a-token")
    answer = await site.db.collection("messages").find_one({"role": "mimi", "state": {"$in": ["answered", "quoted"]}})
    assert answer
    [trial] = await site.db.collection("trials").find({})
    return {
        "handle": HANDLE,
        "version": "1",
        "faq": (await site.faqs.list(scope))[0].id,
        "document": (await site.areas.entries.documents.list(scope))[0].id,
        "job": job.id,
        "conversation": (await site.side.conversations.by_key(app, key)).id,
        "message": str(answer["_id"]),
        "trial": str(trial["_id"]),
        "return": returned.id,
        "/sign-in": (await site.accounts.sign_in_link(owner.scope)).token,
        "/download": await site.areas.exports.downloads.link(owner.scope),
        "/link": "a-token",
    }


async def pages_of(house: House) -> dict[str, str]:
    """Every route that answers with a page: its path as web/routes.py has it, and its address here.

    What else a route may lead to is another page, or a file; anything that is neither is a room that has no address
    here, and fails.
    """
    pages: dict[str, str] = {}
    for path, address in addresses_of(house).items():
        got = await house.site.get(address, headers={**house.headers, hdrs.ACCEPT: "text/html"}) if address else None
        if got and got.status == 200 and got.content_type == "text/html":
            pages[path] = address
        assert got is None or got.status in {200, 303}, f"{path} is {got.status}: tests/house.py names nothing there"
    return pages


def addresses_of(house: House) -> dict[str, str]:
    """The routes of browsers with their addresses here, whatever is at them by now."""
    return {path: _address(path, house.named) for path in _asked_for()}


def _asked_for() -> Sequence[str]:
    """The routes of browsers, each page once: not of programs, of files named by what is in them, of streams or of what
    scripts ask.
    """
    asked: list[str] = [route.path for route in ROUTES if route.method == hdrs.METH_GET]
    return [path for path in asked if not re.search(r"/api/|{digest}|{file}|{name}|/events$|/new$|}/$", path)]


def _address(path: str, named: Mapping[str, str]) -> str:
    """The route with what it names put in; a token is another one under each."""
    token = named.get(path.partition("/{token}")[0], "")
    return NAMED.sub(lambda found: {**named, "token": token, "kind": "svg", "file": "faqs.csv"}[found[1]], path)


async def enter(house: House, page: Page) -> None:
    """Sign this browser in as the owner."""
    link = await house.site.accounts.sign_in_link(house.site.owners["yuki"].scope)
    await page.goto(f"{house.site.url}/sign-in/{link.token}")
    await page.locator("main button").click()
