"""What is new in an app: the latest on its page, all of it at /@{handle}/news, and as a feed (RFC 4287)."""

from datetime import UTC, datetime, time

from aiohttp import web
from markupsafe import escape

from handlers.entries.news import ShownNote
from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from web.site.compression import smaller
from web.site.keys import ENTRIES, SITE
from web.site.pages import page
from web.site.security import CSP, policy
from web.site.theme import inline_style
from web.visitor.note_words import day_words, note_html
from web.visitor.public_page import app_of

IN_FEED = 30
ATOM = "application/atom+xml"


async def show(request: web.Request) -> web.Response:
    """GET /@{handle}/news: all notes; 404 where there is none."""
    app = await app_of(request)
    notes = await _notes(request, app)
    style = inline_style(app.theme)
    shown = [(note, note_html(note.text), day_words(request, note.day)) for note in notes]
    response = page(request, "public_news.html", style=style.text, app=app, notes=shown)
    response.headers[CSP] = policy(style.source)
    return smaller(request, response)


async def feed(request: web.Request) -> web.Response:
    """GET /@{handle}/news.atom: the latest, for whoever follows them with a reader."""
    app = await app_of(request)
    notes = (await _notes(request, app))[:IN_FEED]
    home = f"{request.app[SITE].public_url}/@{app.handle}"
    entries = "".join(_entry(note, app, home) for note in notes)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{escape(home)}/news</id><title>{escape(app.name)}</title><author><name>{escape(app.name)}</name></author>"
        f'<updated>{_at(notes[0], app)}</updated><link rel="self" href="{escape(home)}/news.atom"/>'
        f'<link href="{escape(home)}/news"/>\n{entries}</feed>\n'
    )
    return smaller(request, web.Response(text=text, content_type=ATOM, charset="utf-8"))


async def _notes(request: web.Request, app: App) -> list[ShownNote]:
    notes = list(await request.app[ENTRIES].notes.shown(app))
    if not notes:
        raise NotFound(_("There is no page at this address."))
    return notes


def _entry(note: ShownNote, app: App, home: str) -> str:
    return (
        f"<entry><id>{escape(home)}/news#{note.id}</id><title>{escape(note.title)}</title>"
        f'<updated>{_at(note, app)}</updated><link href="{escape(home)}/news#{note.id}"/>'
        f'<content type="html">{escape(str(note_html(note.text)))}</content></entry>\n'
    )


def _at(note: ShownNote, app: App) -> str:
    """A feed wants a time of everything: where a note's day is not known, its app's first."""
    day = datetime.combine(note.day, time(), UTC) if note.day else app.created_at
    return f"{day:%Y-%m-%dT%H:%M:%SZ}"
