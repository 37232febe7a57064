"""What is new in the owner's app: release notes pasted, corrected, removed; the latest stand on the app's page."""

from datetime import date

from aiohttp import web
from babel.dates import format_date

from handlers.entries.news import LONGEST_NOTE, LONGEST_PASTED
from handlers.paging import Page
from handlers.written import shortened
from knowledge.errors import BadInput, NotFound, TooMany, Unavailable
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from web.owner.apps.apps import app_named, room
from web.owner.entries.faqs import withheld
from web.site.body import read_form, read_texts, text_in
from web.site.errors import refused
from web.site.keys import ENTRIES, IMPORTS
from web.site.pages import page, page_lang, path_in_lang, see_other

PAGE = 20
LONGEST_FORM = 4 * LONGEST_PASTED + 4_096  # bytes: a character takes four at most
LONGEST_TITLE = 200
BEGINS = 300
DONE: dict[str, Phrase] = {
    "added": _("It is now on the page, and mimi answers from it."),
    "saved": _("Your change is saved."),
    "removed": _("Removed from the page. mimi no longer answers from it."),
}


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/news"""
    return await _page(request, await app_named(request, owner))


async def add(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/news: one note, or all of a changelog."""
    app = await app_named(request, owner)
    form = await read_texts(request, LONGEST_FORM)
    text, title = text_in(form, "text"), text_in(form, "title", "")
    try:
        await request.app[ENTRIES].notes.add(app, text, title=title.strip(), day=_day(form.get("day", "")))
    except BadInput as error:
        return await _page(request, app, status=refused(request, error), problem=error.phrase, text=text, title=title)
    return see_other(path_in_lang(request, f"{room(app)}/news", done="added"))


async def read_page(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/news/page: what stands at an address, to be looked at before it is kept."""
    app = await app_named(request, owner)
    url = text_in(await read_form(request), "url")
    try:
        text = await request.app[IMPORTS].releases.text(app.scope, url)
    except (BadInput, TooMany, Unavailable) as error:
        return await _page(request, app, status=refused(request, error), problem=error.phrase, url=url)
    return await _page(request, app, text=shortened(text, LONGEST_PASTED), url=url)


async def change(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/news/{note}: `do` is remove, or the note becomes what was written."""
    app, note_id = await app_named(request, owner), request.match_info["note"]
    form, notes = await read_texts(request, LONGEST_FORM), request.app[ENTRIES].notes
    text, title = text_in(form, "text"), text_in(form, "title", "")
    try:
        if form.get("do") == "remove":
            await notes.remove(app.scope, note_id)
            return see_other(path_in_lang(request, f"{room(app)}/news", done="removed"))
        await notes.edit(app, note_id, title, text, _day(form.get("day", "")))
    except BadInput as error:
        status = refused(request, error)
        return await _page(request, app, status=status, problem=error.phrase, text=text, title=title)
    except NotFound as error:
        # Nothing typed is lost: it can be saved as a new one.
        return await _page(request, app, status=404, problem=error.phrase, text=text, title=title)
    return see_other(path_in_lang(request, f"{room(app)}/news", done="saved"))


async def _page(
    request: web.Request,
    app: App,
    *,
    status: int = 200,
    problem: Phrase | None = None,
    text: str = "",
    title: str = "",
    url: str = "",
) -> web.Response:
    notes = request.app[ENTRIES].notes
    count = await notes.count(app.scope)
    place = Page.of(request.query.get("page", ""), count, PAGE)
    listed = await notes.list(app.scope, skip=place.skip, limit=PAGE)
    lang = page_lang(request)
    return page(
        request,
        "news.html",
        status=status,
        app=app,
        notes=[(note, note.release.day if note.release else None) for note in listed],
        number=place,
        day_words=lambda day: format_date(day, "medium", locale=lang),
        begins=lambda note: shortened(note.text, BEGINS),
        withheld=withheld,
        done=DONE.get(request.query.get("done", "")),
        problem=problem,
        text=text,
        title=title,
        url=url,
        longest_title=LONGEST_TITLE,
        longest_note=LONGEST_NOTE,
        longest=LONGEST_PASTED,
    )


def _day(typed: str) -> date | None:
    """A day as a form sends it, or none. Raises BadInput."""
    try:
        return date.fromisoformat(typed.strip()) if typed.strip() else None
    except ValueError as error:
        raise BadInput(_("That is not a date. Write it like 2026-12-25.")) from error
