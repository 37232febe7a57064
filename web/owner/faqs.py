"""The owner's FAQ entries: a list, and forms that call the same use cases as LINE does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from aiohttp import web

from handlers.entries.doubles import WAYS, AsksTheSame, Double
from handlers.entries.faqs import SavedFaq
from handlers.entries.guard import pii_warning
from handlers.entries.hits import hit_words
from handlers.messages import Words
from knowledge.errors import BadInput
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from web.owner.apps import app_named, no_app, room
from web.owner.asked_names import ask_about, asked_on
from web.owner.doubles import place_in
from web.site.body import read_form, text_in
from web.site.keys import APPS, ENTRIES
from web.site.pages import page, path_in_lang, see_other

# What a page may be told by the one before it; whatever else stands in the URL is not shown.
DONE: dict[str, Phrase] = {
    "added": _("Saved. mimi answers with it from now on."),
    "saved": _("Your change is saved."),
    "removed": _("Removed. mimi no longer answers with it."),
}


@dataclass(frozen=True)
class WrittenFaq:
    """What stands in the form; `phrasings` is a line each."""

    question: str = ""
    answer: str = ""
    phrasings: str = ""
    exact: bool = False

    @classmethod
    def of_form(cls, form: Mapping[str, str]) -> Self:
        """What was sent. Raises BadInput."""
        question, answer = text_in(form, "question"), text_in(form, "answer")
        return cls(question, answer, text_in(form, "phrasings", ""), text_in(form, "exact", "") == "1")

    def lines(self) -> list[str]:
        return [line for line in self.phrasings.splitlines() if line.strip()]


async def first_room(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner: on to the current app, or what to do while there is none."""
    app = await request.app[APPS].apps.current(owner)
    if app is None:
        return no_app(request)
    return see_other(path_in_lang(request, room(app)))


async def show_list(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}"""
    return await _list_page(request, owner, await app_named(request, owner), WrittenFaq())


async def add(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/faqs"""
    app = await app_named(request, owner)
    form = await read_form(request)
    written, place = WrittenFaq.of_form(form), place_in(form)
    try:
        saved = await request.app[ENTRIES].new.keep(
            app.scope, written.question, written.answer, place, phrasings=written.lines(), exact=written.exact
        )
    except AsksTheSame as error:
        return await _list_page(request, owner, app, written, status=409, double=error.double)
    except BadInput as error:
        return await _list_page(request, owner, app, written, status=400, problem=error.phrase)
    return _saved(request, app, saved, "added")


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/faqs/{faq}: the entry to correct, and what the guardrail withholds from it."""
    app = await app_named(request, owner)
    entry = await request.app[ENTRIES].faqs.get(app.scope, request.match_info["faq"])
    written = WrittenFaq(entry.question, entry.answer, "\n".join(entry.phrasings), entry.exact)
    return await _entry_page(request, app, entry.id, written, warnings=withheld(entry.finding_kinds))


async def edit(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/faqs/{faq}"""
    app, faq_id = await app_named(request, owner), request.match_info["faq"]
    written = WrittenFaq.of_form(await read_form(request))
    try:
        saved = await request.app[ENTRIES].faqs.edit(
            app.scope, faq_id, written.question, written.answer, phrasings=written.lines(), exact=written.exact
        )
    except BadInput as error:
        return await _entry_page(request, app, faq_id, written, status=400, problem=error.phrase)
    return _saved(request, app, saved, "saved")


def _saved(request: web.Request, app: App, saved: SavedFaq, done: str) -> web.StreamResponse:
    """On to the list, or to the entry where there is something to say about it."""
    place = f"{room(app)}/faqs/{saved.entry.id}" if saved.kinds else room(app)
    return see_other(path_in_lang(request, place, done=done, **ask_about(saved.asked)))


async def suggest(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/faqs/{faq}/phrasings: the form again, with ways to ask that could be added."""
    app = await app_named(request, owner)
    entry = await request.app[ENTRIES].faqs.get(app.scope, request.match_info["faq"])
    written = WrittenFaq.of_form(await read_form(request))
    asked = replace(entry, phrasings=tuple(written.lines()))
    ideas = await request.app[ENTRIES].phrasing_ideas.of(app.scope, asked)
    lines = "\n".join([*written.lines(), *ideas])
    told = _("Look through the new lines, then save.") if ideas else _("I can think of no other way to ask it.")
    return await _entry_page(request, app, entry.id, replace(written, phrasings=lines), told=told)


async def ask_removal(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/faqs/{faq}/remove: a question before it is too late."""
    app = await app_named(request, owner)
    entry = await request.app[ENTRIES].faqs.get(app.scope, request.match_info["faq"])
    return page(request, "faq_remove.html", app=app, entry=entry)


async def remove(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/faqs/{faq}/remove"""
    app = await app_named(request, owner)
    await request.app[ENTRIES].faqs.remove(app.scope, request.match_info["faq"])
    return see_other(path_in_lang(request, room(app), done="removed"))


async def _list_page(
    request: web.Request,
    owner: Owner,
    app: App,
    written: WrittenFaq,
    *,
    status: int = 200,
    problem: Phrase | None = None,
    double: Double | None = None,
) -> web.Response:
    return page(
        request,
        "faqs.html",
        status=status,
        app=app,
        apps=await request.app[APPS].apps.list(owner.scope),
        faqs=await request.app[ENTRIES].faqs.list(app.scope),
        hits=await request.app[ENTRIES].hits.of(app.scope),
        hit_words=hit_words,
        withheld=withheld,
        done=_done(request),
        problem=problem,
        written=written,
        double=double,
        ways=WAYS,
    )


async def _entry_page(
    request: web.Request,
    app: App,
    faq_id: str,
    written: WrittenFaq,
    *,
    status: int = 200,
    warnings: Sequence[Words] = (),
    problem: Phrase | None = None,
    told: Phrase | None = None,
) -> web.Response:
    return page(
        request,
        "faq.html",
        status=status,
        app=app,
        faq_id=faq_id,
        written=written,
        warnings=warnings,
        asked=await asked_on(request, app),
        problem=problem,
        done=told or _done(request),
    )


def withheld(kinds: Sequence[Any]) -> list[Words]:
    """What to tell the owner of an entry in which personal information was found."""
    return [pii_warning(kinds)] if kinds else []


def _done(request: web.Request) -> Phrase | None:
    return DONE.get(request.query.get("done", ""))
