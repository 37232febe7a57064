"""A web site of somebody else's with the widget in its pages, under another origin than mimi's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import FrameLocator, Locator, Page, expect
from sites import SiteUnderTest


class Elsewhere:
    """Somebody's site: pages with the tag in them, under a policy of their own."""

    def __init__(self, mimi: str) -> None:
        self.mimi = mimi
        self.tag = f'<script src="{mimi}/widget.js" data-handle="kotori" async></script>'
        self.body = "<main><h1>Shop</h1><p><a href=#>A link</a></main>"
        self.lang = "en"
        self.headers: dict[str, str] = {}
        app = web.Application()
        app.router.add_get("/{name:.*}", self._page)
        self.server = TestServer(app, host="0.0.0.0")  # under two names

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    async def _page(self, request: web.Request) -> web.Response:
        html = f"<!doctype html><html lang={self.lang}><title>Shop</title><body>{self.body}{self.tag}</body>"
        return web.Response(text=html, content_type="text/html", headers=self.headers)


@asynccontextmanager
async def listed(site: SiteUnderTest) -> AsyncIterator[Elsewhere]:
    """A site that may show the widget of @kotori."""
    shop = Elsewhere(site.url)
    await shop.server.start_server()
    app = await site.apps.public("kotori")
    await site.side.areas.apps.settings.add_item(app.scope, "origins", {"text": shop.origin})
    yield shop
    await shop.server.close()


def button(page: Page, name: str = "Ask a question") -> Locator:
    return page.locator("mimi-widget").get_by_role("button", name=name, exact=True)


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("mimi-widget iframe")


async def opened(page: Page, origin: str) -> FrameLocator:
    await page.goto(origin)
    await button(page).click()
    await expect(chat(page).locator("#text")).to_be_focused()
    return chat(page)
