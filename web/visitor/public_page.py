"""GET /@{handle}: an app's page, and the same page again after something was sent without JavaScript."""

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from aiohttp import web

from handlers.answers.answers import LONGEST_TEXT
from handlers.messages import Words
from knowledge.errors import NotFound
from knowledge.store.apps.apps import App
from web.site.compression import smaller
from web.site.keys import ANSWERS, APPS, CLOCK, ENTRIES, INSIGHT, LANG, SITE
from web.site.pages import page, path_in_lang, see_other, spoken_lang, visitor_lang_of
from web.site.security import CSP, policy
from web.site.static_files import inline_script
from web.site.theme import inline_style
from web.visitor.answer_frames import shown
from web.visitor.data_blocks import app_data, as_data
from web.visitor.link_icons import shape_of
from web.visitor.note_words import ON_PAGE, beginning, day_words
from web.visitor.page_view import visit_of
from web.visitor.pictures import header_path, header_sizes
from web.visitor.sharing import card_path

LONG_BIO: Final = 120  # characters: what is longer shows its first lines, and the rest when it is tapped
FIRST: Final = inline_script("first.js")


class PagePlace(StrEnum):
    """Where the page stands in something of the owner's: in an app's web view, or in the widget's frame."""

    NOT = ""
    APP = "app"
    WIDGET = "widget"


async def show(request: web.Request) -> web.Response:
    """GET /@{handle}: counted, and nothing is left in the browser. An address from before leads to the present one.

    GET /@{handle}/ is the same page, where a home screen opens it (web/visitor/app_icons.py).
    """
    app = await app_of(request)
    # A handle that was changed lives on in links and QR codes.
    if app.handle != request.match_info["handle"]:
        ref = request.query.get("ref", "")
        return see_other(path_in_lang(request, f"/@{app.handle}", embed=embedded(request), ref=ref))
    if visit := visit_of(request):
        await request.app[INSIGHT].page_views.count(app.scope, visit)
    return smaller(request, await talk_page(request, app))


async def front(request: web.Request) -> web.Response:
    """GET /: what mimi is; where there is a demo, what to try with it."""
    return smaller(request, page(request, "front_page.html", message_id=uuid.uuid4))


async def app_of(request: web.Request) -> App:
    """The app in the URL; from here on the response speaks the browser's language, or else the app's."""
    app = await request.app[APPS].apps.public(request.match_info["handle"])
    request[LANG] = visitor_lang_of(request, app.lang)
    return app


def embedded(request: web.Request) -> PagePlace:
    """How the URL asks for the page."""
    asked = request.query.get("embed", "")
    return PagePlace(asked) if asked in set(PagePlace) else PagePlace.NOT


@dataclass(frozen=True)
class Waiting:
    """A message that is to be sent again in a while, under its own id and with the token of its check."""

    message_id: str
    check: str


async def talk_page(
    request: web.Request,
    app: App,
    key: str = "",
    *,
    status: int = 200,
    notice: Words = "",
    text: str = "",
    waiting: Waiting | None = None,
) -> web.Response:
    """The page with a conversation; a key that opens none gives a page without one."""
    messages: list[dict[str, Any]] = []
    if key:
        try:
            messages = [shown(message) for message in await request.app[ANSWERS].feed.transcript(app, key)]
        except NotFound:
            key = ""
    embed, site = embedded(request), request.app[SITE]
    style = inline_style(app.theme, embedded=embed is not PagePlace.NOT)
    bio = app.bio_in(spoken_lang(request))
    notes = () if embed else await request.app[ENTRIES].notes.shown(app, ON_PAGE)
    opening = await request.app[ANSWERS].suggestions.opening(app, spoken_lang(request))
    away = None
    if app.paused or app.person_first:
        away = await request.app[ANSWERS].zones.away(app.scope, request.app[CLOCK].now(), spoken_lang(request))
    response = page(
        request,
        "public_page.html",
        style=style.text,
        script=FIRST.text,
        shape_of=shape_of,
        header_path=header_path,
        header_sizes=header_sizes,
        card=card_path(app),
        status=status,
        app=app,
        links=await request.app[APPS].links.shown(app),
        notes=notes,
        latest=beginning(notes[0]) if notes else "",
        day_words=lambda day: day_words(request, day),
        embed=embed,
        bio=bio,
        long_bio=LONG_BIO,
        greeting=app.greeting_in(spoken_lang(request)),
        data=as_data(app_data(app, site.public_url, bio.text)) if app.listed else "",
        messages=messages,
        conversation=key,
        notice=notice,
        away=away,
        text=text,
        most=LONGEST_TEXT,
        suggestions=messages[-1]["suggestions"] if messages else opening,
        message_id=uuid.uuid4(),
        waiting=waiting,
    )
    response.headers[CSP] = policy(style.source, app.origins if embed is PagePlace.WIDGET else (), FIRST.source)
    return response
