"""The owner's documents: listed and found, read whole, corrected, given a new version, removed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from babel.dates import format_date

from handlers.clock import JAPAN
from handlers.entries.corrections import CorrectedElsewhere, mark_of
from handlers.entries.documents import LONGEST_TEXT, LONGEST_TITLE
from handlers.entries.hits import hit_words
from handlers.entries.lists import ORDERS, length_words
from knowledge.errors import BadInput, NotFound, TooMany
from knowledge.importing.kinds import SENT
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.entries.documents import Document
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.imports.imports import LARGEST, ImportDoor
from web.owner.apps.apps import app_named, room
from web.owner.entries.faqs import withheld
from web.owner.listing import asked_for, kept_place
from web.site.body import read_form, read_texts, read_upload, text_in
from web.site.errors import refused
from web.site.keys import ENTRIES, IMPORTS
from web.site.pages import page, page_lang, path_in_lang, see_other

PAGE = 25
LONGEST_FORM = 4 * LONGEST_TEXT + 4_096  # bytes: a character takes four at most
DONE: dict[str, Phrase] = {
    "saved": _("Your change is saved."),
    "added": _("Saved. mimi answers with it from now on."),
    "removed": _("Removed. mimi no longer answers with it."),
}
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*")
_FENCE = re.compile(r"\s*(?:```|~~~)")
HIGHEST, LOWEST = 2, 6  # the document's title is h1


@dataclass(frozen=True)
class DocumentPart:
    """What stands under a heading; `level` 0 where there is none."""

    level: int
    heading: str
    text: str


async def show_list(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/documents"""
    return await _list_page(request, await app_named(request, owner))


async def add(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/documents"""
    app = await app_named(request, owner)
    form = await read_texts(request, LONGEST_FORM)
    title, text = text_in(form, "title"), text_in(form, "text")
    try:
        saved = await request.app[ENTRIES].documents.add(app.scope, title, text)
    except BadInput as error:
        status = refused(request, error)
        return await _list_page(request, app, status=status, problem=error.phrase, title=title, text=text)
    return see_other(path_in_lang(request, f"{_here(app)}/{saved.document.id}", done="added"))


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/documents/{document}: all of it."""
    app = await app_named(request, owner)
    return await _document_page(request, app, await _document(request, app))


async def show_form(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/documents/{document}/edit"""
    app = await app_named(request, owner)
    document = await _document(request, app)
    return _form_page(request, app, document.id, document.title, document.text, mark=mark_of(document))


async def save(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/documents/{document}/edit"""
    app, document_id = await app_named(request, owner), request.match_info["document"]
    form = await read_texts(request, LONGEST_FORM)
    title, text, mark = text_in(form, "title"), text_in(form, "text"), text_in(form, "mark", "")
    try:
        await request.app[ENTRIES].corrections.document(app.scope, document_id, mark, title, text)
    except CorrectedElsewhere as error:
        return _form_page(
            request,
            app,
            document_id,
            title,
            text,
            status=409,
            mark=mark_of(error.now),
            problem=error.phrase,
            now=error.now,
        )
    except BadInput as error:
        status = refused(request, error)
        return _form_page(request, app, document_id, title, text, status=status, mark=mark, problem=error.phrase)
    except NotFound:
        # Nothing typed is lost: what was to be a correction can be saved as a new document.
        gone = _(
            "This document was removed elsewhere while you were editing. What you wrote is still here: save it as "
            "a new one."
        )
        return await _list_page(request, app, status=404, problem=gone, title=title, text=text)
    return see_other(path_in_lang(request, f"{_here(app)}/{document_id}", **kept_place(request), done="saved"))


async def add_file(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/documents/{document}/file: a new version, looked through before it is taken in."""
    app = await app_named(request, owner)
    document = await _document(request, app)
    try:
        upload = await read_upload(request, "file", LARGEST)
        if not upload.name:
            raise BadInput(_("Please choose a file first."))
        job = await request.app[IMPORTS].imports.begin_file(
            app.scope, upload.name, upload.data, ImportDoor.WEB, into=document.id
        )
    except (BadInput, TooMany) as error:
        return await _document_page(request, app, document, status=refused(request, error), problem=error.phrase)
    return see_other(path_in_lang(request, f"{room(app)}/import/{job.id}"))


async def look_again(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/documents/{document}/look: at the page it came from."""
    app = await app_named(request, owner)
    document = await _document(request, app)
    try:
        job = await request.app[IMPORTS].page_watch.look_now(app.scope, document.id, ImportDoor.WEB)
    except (BadInput, TooMany) as error:
        return await _document_page(request, app, document, status=refused(request, error), problem=error.phrase)
    return see_other(path_in_lang(request, f"{room(app)}/import/{job.id}"))


async def switch(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/documents/{document}/watch: look at its page every week, or no longer."""
    app = await app_named(request, owner)
    document = await _document(request, app)
    await read_form(request)
    try:
        await request.app[IMPORTS].page_watch.switch(app.scope, document.id)
    except BadInput as error:
        return await _document_page(request, app, document, status=refused(request, error), problem=error.phrase)
    return see_other(path_in_lang(request, f"{_here(app)}/{document.id}", done="saved"))


async def ask_removal(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/documents/{document}/remove: a question before it is too late."""
    app = await app_named(request, owner)
    document = await _document(request, app)
    return page(request, "document_remove.html", app=app, document=document, place=kept_place(request))


async def remove(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/documents/{document}/remove"""
    app = await app_named(request, owner)
    try:
        await request.app[ENTRIES].documents.remove(app.scope, request.match_info["document"])
    except NotFound as error:
        return await _list_page(request, app, status=404, problem_of_list=error.phrase)
    return see_other(path_in_lang(request, _here(app), **kept_place(request), done="removed"))


def parts_of(text: str) -> Iterator[DocumentPart]:
    """The text under its headings, which have their level as far as none is left out between them."""
    level, heading, lines, in_code = 0, "", list[str](), False
    for line in text.split("\n"):
        in_code ^= bool(_FENCE.match(line))
        found = None if in_code else _HEADING.fullmatch(line)
        if found is None:
            lines.append(line)
            continue
        if level or any(map(str.strip, lines)):
            yield DocumentPart(level, heading, "\n".join(lines).strip("\n"))
        deepest = level + 1 if level else HIGHEST
        level, heading, lines = min(len(found[1]) + HIGHEST - 1, deepest, LOWEST), found[2], []
    yield DocumentPart(level, heading, "\n".join(lines).strip("\n"))


async def _list_page(
    request: web.Request,
    app: App,
    *,
    status: int = 200,
    problem: Phrase | None = None,
    problem_of_list: Phrase | None = None,
    title: str = "",
    text: str = "",
) -> web.Response:
    wanted = asked_for(request)
    return page(
        request,
        "documents.html",
        status=status,
        app=app,
        listed=await request.app[ENTRIES].lists.documents(app.scope, wanted, PAGE),
        wanted=wanted,
        orders=ORDERS,
        place=kept_place(request),
        hit_words=hit_words,
        length_words=length_words,
        withheld=withheld,
        day=lambda at: _day(request, at),
        done=DONE.get(request.query.get("done", "")),
        problem=problem,
        problem_of_list=problem_of_list,
        title=title,
        text=text,
        longest_title=LONGEST_TITLE,
        longest=LONGEST_TEXT,
    )


async def _document_page(
    request: web.Request, app: App, document: Document, *, status: int = 200, problem: Phrase | None = None
) -> web.Response:
    hits = await request.app[ENTRIES].hits.of(app.scope)
    return page(
        request,
        "document.html",
        status=status,
        app=app,
        document=document,
        parts=list(parts_of(document.text)),
        place=kept_place(request),
        hits=hit_words(hits.get(document.id, 0)),
        day=_day(request, document.updated_at),
        warnings=withheld(document.finding_kinds),
        watched=await request.app[IMPORTS].page_watch.is_on(app.scope, document.url),
        done=DONE.get(request.query.get("done", "")),
        problem=problem,
        files=",".join(SENT),
        largest=LARGEST // 1024**2,
    )


def _form_page(
    request: web.Request,
    app: App,
    document_id: str,
    title: str,
    text: str,
    *,
    mark: str,
    status: int = 200,
    problem: Phrase | None = None,
    now: Document | FaqEntry | None = None,
) -> web.Response:
    return page(
        request,
        "document_edit.html",
        status=status,
        app=app,
        document_id=document_id,
        title=title,
        text=text,
        seen=mark,
        problem=problem,
        now=now,
        place=kept_place(request),
        longest_title=LONGEST_TITLE,
        longest=LONGEST_TEXT,
    )


async def _document(request: web.Request, app: App) -> Document:
    """The document named in the URL, if it is one of this app's (S39)."""
    return await request.app[ENTRIES].documents.get(app.scope, request.match_info["document"])


def _day(request: web.Request, at: datetime) -> str:
    return format_date(at.astimezone(JAPAN), "medium", locale=page_lang(request))


def _here(app: App) -> str:
    return f"{room(app)}/documents"
