"""Open questions, as their owner sees them: answered, added to an entry, kept for later, dismissed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from handlers.alerts.kinds import KINDS
from handlers.entries.doubles import WAYS, AsksTheSame, Double
from handlers.entries.faqs import SavedFaq, told_words
from handlers.learning.gaps import AskedGap, Gaps, ago, asked
from handlers.paging import Page
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.entries.faqs import FaqEntry
from web.owner.apps.apps import app_named, room
from web.owner.entries.asked_names import ask_about, asked_on
from web.owner.entries.doubles import place_in
from web.site.body import read_form, text_in
from web.site.keys import CLOCK, LEARNING
from web.site.pages import page, path_in_lang, see_other

PAGE = 25
TOLD = re.compile(r"[1-9][0-9]?")
DONE: dict[str, Phrase] = {
    "learned": _("Saved. mimi answers with it from now on."),
    "phrasing": _("Saved as another way to ask for that entry."),
    "dismissed": _("Dismissed. It comes back only if many more visitors ask."),
    "later": _("Kept for later. It comes back up when someone asks it again."),
    "back": _("It is an open question again."),
    "answered": _("Sent to the visitor."),
    "undelivered": _("The visitor's conversation no longer exists, so nobody reads this."),
    "settled": _("Dismissed."),
}


@dataclass(frozen=True)
class ShownGap:
    """A gap with what is said about it; `source` is the entry a disliked answer came from."""

    found: AskedGap
    source: FaqEntry | None
    asked: Phrase
    last: Phrase

    @property
    def draft(self) -> str:
        return self.found.gap.draft.answer if self.found.gap.draft else ""

    @property
    def missing(self) -> str:
        return self.found.gap.draft.missing if self.found.gap.draft else ""


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/gaps"""
    return await _list_page(request, await app_named(request, owner))


async def accept(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/gaps/{gap}/accept"""
    app, gap_id = await app_named(request, owner), request.match_info["gap"]
    form = await read_form(request)
    texts = text_in(form, "question"), text_in(form, "answer")
    try:
        saved = await _gaps(request).accept(app.scope, gap_id, texts, place_in(form))
    except AsksTheSame as error:
        return await _list_page(request, app, None, {gap_id: texts}, {gap_id: error.double})
    except BadInput as error:
        return await _list_page(request, app, error.phrase, {gap_id: texts})
    except NotFound as error:
        return await _list_page(request, app, error.phrase, gone=True)
    return _back(request, app, "learned", saved)


async def add_phrasing(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/gaps/{gap}/phrasing"""
    app = await app_named(request, owner)
    faq_id = text_in(await read_form(request), "faq")
    try:
        saved = await _gaps(request).accept_as_phrasing(app.scope, request.match_info["gap"], faq_id)
    except BadInput as error:
        return await _list_page(request, app, error.phrase)
    return _back(request, app, "phrasing", saved)


async def dismiss(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/gaps/{gap}/dismiss"""
    app = await app_named(request, owner)
    await _gaps(request).dismiss(app.scope, request.match_info["gap"])
    return _back(request, app, "dismissed")


async def keep_for_later(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/gaps/{gap}/later: behind the others, or back among them."""
    app = await app_named(request, owner)
    later = text_in(await read_form(request), "later", "1") == "1"
    await _gaps(request).keep_for_later(app.scope, request.match_info["gap"], later=later)
    return _back(request, app, "later" if later else "back")


async def answer_visitor(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/waiting/{alert}/answer: to one visitor who asked for the owner."""
    app, alert_id = await app_named(request, owner), request.match_info["alert"]
    text = text_in(await read_form(request), "answer")
    try:
        answered = await request.app[LEARNING].handoffs.answer(app.scope, alert_id, text)
    except BadInput as error:
        return await _list_page(request, app, error.phrase, {alert_id: ("", text)})
    except NotFound as error:
        return await _list_page(request, app, error.phrase, gone=True)
    return _back(request, app, "answered" if answered.delivered else "undelivered")


async def dismiss_visitor(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/waiting/{alert}/dismiss"""
    app = await app_named(request, owner)
    await request.app[LEARNING].handoffs.dismiss(app.scope, request.match_info["alert"])
    return _back(request, app, "settled")


async def _list_page(
    request: web.Request,
    app: App,
    problem: Phrase | None = None,
    written: Mapping[str, tuple[str, str]] | None = None,
    doubles: Mapping[str, Double] | None = None,
    *,
    gone: bool = False,
) -> web.Response:
    """`written` is what stood in the forms, by gap or alert, where it could not be saved; `doubles` what asks the
    same; the question is `gone` that was settled elsewhere meanwhile.
    """
    waiting = await request.app[LEARNING].open_questions.of(app.scope)
    now, turn = request.app[CLOCK].now(), Page.of(request.query.get("page", ""), len(waiting.gaps), PAGE)
    shown = [
        ShownGap(each, await _gaps(request).source(each), asked(each), ago(each.last_at, now))
        for each in waiting.gaps[turn.skip : turn.skip + PAGE]
    ]
    return page(
        request,
        "gaps.html",
        status=409 if doubles else 404 if gone else 400 if problem else 200,
        app=app,
        gaps=shown,
        visitors=[(each, KINDS[each.kind].title, ago(each.created_at, now)) for each in waiting.visitors],
        count=waiting.count,
        turn=turn,
        place={"page": str(turn.number)} if turn.number > 1 else {},
        done=DONE.get(request.query.get("done", "")),
        told=told_words(int(told)) if TOLD.fullmatch(told := request.query.get("told", "")) else None,
        asked=await asked_on(request, app),
        problem=problem,
        written=written or {},
        doubles=doubles or {},
        ways=WAYS,
    )


def _gaps(request: web.Request) -> Gaps:
    return request.app[LEARNING].gaps


def _back(request: web.Request, app: App, done: str, saved: SavedFaq | None = None) -> web.StreamResponse:
    told = {"told": str(saved.told)} if saved and saved.told else {}
    asked = ask_about(saved.asked) if saved else {}
    return see_other(path_in_lang(request, _here(app), done=done, **told, **asked))


def _here(app: App) -> str:
    return f"{room(app)}/gaps"
