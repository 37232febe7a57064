"""Web pages that knowledge came from, in chat: which are looked at every week, and looking at one now."""

from collections.abc import Sequence

from handlers.apps.apps import Apps
from handlers.chat.commands import Command, Feature
from handlers.chat.imports import working
from handlers.imports.watched_pages import WatchedPages
from handlers.messages import Card, Cards, Choice, Reply, Text
from handlers.paging import Page
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.imports.watched_pages import WatchedPage

READ_ANOTHER = Choice(_("Import"), action="import.list")


class WatchedPageCommands:
    """What an owner types and taps about the pages of the current app."""

    def __init__(self, watch: WatchedPages, apps: Apps) -> None:
        self._watch = watch
        self._apps = apps

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(("/doc pages", "/doc ページ"), _("Show the web pages I learned from"), self._list, shows=True),
            ),
            actions={
                "page.list": self._list,
                "page.switch": self._switch,
                "page.look_again": working(self._watch.look_at),
            },
        )

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        pages = await self._watch.list(app.scope)
        if not pages:
            return [Text(_("I have learned from no web page about {app} yet.", app=app.name), (READ_ANOTHER,))]
        page = Page.of(rest, len(pages))
        summary = _("Web pages of {app}: {count}", app=app.name, count=len(pages))
        cards = tuple(map(_card, pages[page.skip : page.skip + page.size]))
        return [Cards(summary, cards, page.turns("page.list"))]

    async def _switch(self, owner: Owner, page_id: str) -> Sequence[Reply]:
        page = await self._watch.switch_page(owner.scope, page_id)
        if page.on:
            return [Text(_("I no longer look at {url} by myself.", url=page.url))]
        return [Text(_("I look at {url} every week from now on.", url=page.url))]


def _card(page: WatchedPage) -> Card:
    state, label = _("I do not look at it by myself."), _("Look every week")
    if page.on:
        state, label = _("I look at it every week."), _("No weekly look")
    look = Choice(_("Look again now"), action=f"page.look_again:{page.id}")
    return Card(page.url, state, choices=(look, Choice(label, action=f"page.switch:{page.id}")))
