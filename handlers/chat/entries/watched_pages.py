"""Web pages that knowledge came from, in chat: which are looked at every week, and looking at one now."""

from collections.abc import Sequence

from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.entries.imports import LIST_IMPORTS, working
from handlers.imports.watched_pages import WatchedPages
from handlers.messages import Card, Cards, Reply, Text
from handlers.paging import Page
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.imports.watched_pages import WatchedPage, WatchedPageId

LIST_PAGES = Shortcut("page.list", _("Web pages"))
SWITCH_PAGE = Button("page.switch", _("Check every week"), WatchedPageId)
LOOK_AT_PAGE = Button("page.look_again", _("Check it now"), WatchedPageId)


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
            taps=(
                LIST_PAGES.runs(self._list),
                SWITCH_PAGE.runs(self._switch),
                LOOK_AT_PAGE.runs(working(self._watch.look_at)),
            ),
        )

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        pages = await self._watch.list(app.scope)
        if not pages:
            none = _("I have not learned from any web page about {app} yet.", app=app.name)
            return [Text(none, (LIST_IMPORTS(label=_("Import")),))]
        page = Page.of(rest, len(pages))
        summary = _("Web pages of {app}: {count}", app=app.name, count=len(pages))
        cards = tuple(map(_card, pages[page.skip : page.skip + page.size]))
        return [Cards(summary, cards, page.turns(LIST_PAGES.action))]

    async def _switch(self, owner: Owner, page_id: WatchedPageId) -> Sequence[Reply]:
        page = await self._watch.switch_page(owner.scope, page_id)
        if page.on:
            return [Text(_("I no longer check {url} every week.", url=page.url))]
        return [Text(_("I now check {url} every week.", url=page.url))]


def _card(page: WatchedPage) -> Card:
    state, switch = _("I do not check it automatically."), SWITCH_PAGE(page.id)
    if page.on:
        state, switch = _("I check it every week."), SWITCH_PAGE(page.id, label=_("Stop weekly checks"))
    rows = ((_("Pages"), _("The whole site")),) if page.site else ()
    return Card(page.url, state, rows, choices=(LOOK_AT_PAGE(page.id), switch))
