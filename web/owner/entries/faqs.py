"""The owner's FAQ entries: a list, and forms that call the same use cases as LINE does."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from aiohttp import web

from handlers.entries.corrections import CorrectedElsewhere, mark_of
from handlers.entries.doubles import WAYS, AsksTheSame, Double
from handlers.entries.faqs import SavedFaq
from handlers.entries.guard import pii_warning
from handlers.entries.hits import hit_words
from handlers.entries.lists import ORDERS, EntryLists
from handlers.messages import Words
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.entries.documents import Document
from knowledge.store.entries.faqs import FaqEntry
from web.owner.apps.apps import app_named, room
from web.owner.apps.overview import steps_of
from web.owner.entries.asked_names import ask_about, asked_on
from web.owner.entries.doubles import place_in
from web.owner.listing import asked_for, kept_place
from web.site.body import read_chosen, read_form, text_in
from web.site.keys import ENTRIES, PROPOSALS
from web.site.pages import page, path_in_lang, see_other

# What a page may be told by the one before it; whatever else stands in the URL is not shown.
DONE: dict[str, Phrase] = {
    "added": _("Saved. mimi answers with it from now on."),
    "saved": _("Your change is saved."),
    "removed": _("Removed. mimi no longer answers with it."),
}
DONE_TO_SEVERAL: dict[str, Callable[[int], Phrase]] = {
    "removed_all": lambda count: _("Removed: {count}. mimi no longer answers with these.", count=count),
    "exact": lambda count: _("Now answered word for word: {count}", count=count),
    "inexact": lambda count: _("No longer answered word for word: {count}", count=count),
}
NUMBER = re.compile(r"[1-9][0-9]{0,2}")
PAGE = 25


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

    @classmethod
    def of_entry(cls, entry: FaqEntry) -> Self:
        """What is kept."""
        return cls(entry.question, entry.answer, "\n".join(entry.phrasings), entry.exact)

    def lines(self) -> list[str]:
        return [line for line in self.phrasings.splitlines() if line.strip()]


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
    written, warnings = WrittenFaq.of_entry(entry), withheld(entry.finding_kinds)
    return await _entry_page(request, app, entry.id, written, mark=mark_of(entry), warnings=warnings)


async def edit(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/faqs/{faq}"""
    app, faq_id = await app_named(request, owner), request.match_info["faq"]
    form = await read_form(request)
    written, mark = WrittenFaq.of_form(form), text_in(form, "mark", "")
    texts = written.question, written.answer
    try:
        saved = await request.app[ENTRIES].corrections.faq(
            app.scope, faq_id, mark, texts, written.lines(), exact=written.exact
        )
    except CorrectedElsewhere as error:
        return await _entry_page(
            request, app, faq_id, written, status=409, mark=mark_of(error.now), problem=error.phrase, now=error.now
        )
    except BadInput as error:
        return await _entry_page(request, app, faq_id, written, status=400, mark=mark, problem=error.phrase)
    except NotFound:
        # Nothing typed is lost: what was to be a correction can be saved as a new entry.
        gone = _(
            "This entry was removed elsewhere while you were editing. What you wrote is still here: save it as a "
            "new one."
        )
        return await _list_page(request, owner, app, written, status=404, problem=gone)
    return _saved(request, app, saved, "saved")


def _saved(request: web.Request, app: App, saved: SavedFaq, done: str) -> web.StreamResponse:
    """On to the list, or to the entry where there is something to say about it."""
    place = f"{room(app)}/faqs/{saved.entry.id}" if saved.kinds else room(app)
    return see_other(path_in_lang(request, place, **kept_place(request), done=done, **ask_about(saved.asked)))


async def suggest(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/faqs/{faq}/phrasings: the form again, with ways to ask that could be added."""
    app = await app_named(request, owner)
    entry = await request.app[ENTRIES].faqs.get(app.scope, request.match_info["faq"])
    form = await read_form(request)
    written, mark = WrittenFaq.of_form(form), text_in(form, "mark", "")
    asked = replace(entry, phrasings=tuple(written.lines()))
    ideas = await request.app[ENTRIES].phrasing_ideas.of(app.scope, asked)
    lines = "\n".join([*written.lines(), *ideas])
    told = _("Check the new lines, then save.") if ideas else _("I can think of no other way to ask it.")
    return await _entry_page(request, app, entry.id, replace(written, phrasings=lines), mark=mark, told=told)


async def ask_removal(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/faqs/{faq}/remove: a question before it is too late."""
    app = await app_named(request, owner)
    entry = await request.app[ENTRIES].faqs.get(app.scope, request.match_info["faq"])
    return page(request, "faq_remove.html", app=app, entry=entry, place=kept_place(request))


async def remove(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/faqs/{faq}/remove"""
    app = await app_named(request, owner)
    try:
        await request.app[ENTRIES].faqs.remove(app.scope, request.match_info["faq"])
    except NotFound as error:
        return await _list_page(request, owner, app, WrittenFaq(), status=404, problem_of_list=error.phrase)
    return see_other(path_in_lang(request, room(app), **kept_place(request), done="removed"))


async def change_chosen(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/faqs/chosen: what is to be done with the entries that were ticked."""
    app = await app_named(request, owner)
    form, chosen = await read_chosen(request, "faq")
    lists, what = _lists(request), text_in(form, "what", "")
    try:
        match what:
            case "remove":
                entries = await lists.chosen(app.scope, chosen)
                return page(request, "faqs_remove.html", app=app, entries=entries, place=kept_place(request))
            case "removed_all":
                count = await lists.remove(app.scope, chosen)
            case "exact" | "inexact":
                count = await lists.set_exact(app.scope, chosen, exact=what == "exact")
            case _:
                raise BadInput(_("Please choose one of the buttons."))
    except (BadInput, NotFound) as error:
        problem = error.phrase if chosen else _("Nothing is selected yet. Select the entries first.")
        return await _list_page(request, owner, app, WrittenFaq(), status=400, problem_of_list=problem)
    return see_other(path_in_lang(request, room(app), **kept_place(request), done=what, n=str(count)))


async def _list_page(
    request: web.Request,
    owner: Owner,
    app: App,
    written: WrittenFaq,
    *,
    status: int = 200,
    problem: Phrase | None = None,
    problem_of_list: Phrase | None = None,
    double: Double | None = None,
) -> web.Response:
    wanted = asked_for(request)
    listed = await _lists(request).faqs(app.scope, wanted, PAGE)
    total = await request.app[ENTRIES].faqs.count(app.scope)
    return page(
        request,
        "faqs.html",
        status=status,
        app=app,
        steps=await steps_of(request, app, total),
        proposals=await request.app[PROPOSALS].proposals.count_filed(owner.scope),
        listed=listed,
        total=total,
        wanted=wanted,
        orders=ORDERS,
        place=kept_place(request),
        all_ticked=request.query.get("tick") == "all",
        hit_words=hit_words,
        withheld=withheld,
        done=_done(request),
        problem=problem,
        problem_of_list=problem_of_list,
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
    mark: str = "",
    warnings: Sequence[Words] = (),
    problem: Phrase | None = None,
    now: FaqEntry | Document | None = None,
    told: Phrase | None = None,
) -> web.Response:
    return page(
        request,
        "faq.html",
        status=status,
        app=app,
        faq_id=faq_id,
        written=written,
        seen=mark,
        now=now,
        place=kept_place(request),
        warnings=warnings,
        asked=await asked_on(request, app),
        problem=problem,
        done=told or _done(request),
    )


def withheld(kinds: Sequence[Any]) -> list[Words]:
    """What to tell the owner of an entry in which personal information was found."""
    return [pii_warning(kinds)] if kinds else []


def _done(request: web.Request) -> Phrase | None:
    done, count = request.query.get("done", ""), request.query.get("n", "")
    if done in DONE_TO_SEVERAL and NUMBER.fullmatch(count):
        return DONE_TO_SEVERAL[done](int(count))
    return DONE.get(done)


def _lists(request: web.Request) -> EntryLists:
    return request.app[ENTRIES].lists
