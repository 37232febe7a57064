"""Trying mimi out: the owner asks as a visitor would, sees how the answer came about, and puts it right from there."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from handlers.answers.trial_words import ENDS, hidden_words, left_out_words, may_hide, numbers_of, piece_rows, rows_of
from handlers.answers.trials import Trials, messages_of
from handlers.entries.doubles import WAYS, AsksTheSame, Double
from handlers.entries.faqs import LONGEST_QUESTION, SavedFaq
from handlers.entries.hidden import HiddenValue
from handlers.messages import Words
from handlers.written import shortened
from knowledge.errors import BadInput
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.learning.trials import Piece, Trial, TrialOutcome
from web.owner.apps.apps import app_named, room
from web.owner.entries.asked_names import ask_about, asked_on
from web.owner.entries.doubles import place_in
from web.site.body import read_form, text_in
from web.site.keys import ANSWERS, ENTRIES
from web.site.pages import page, page_lang, path_in_lang, see_other
from web.visitor.answer_frames import shown

MOST_LISTED = 20
DONE: dict[str, Phrase] = {
    "learned": _("Saved. Ask again to see what mimi says now."),
    "phrasing": _("Saved as another way to ask for that entry. Ask again to see what mimi says now."),
    "wrong": _("Marked as wrong. It stays first in your list until you remove the mark."),
    "right": _("The mark has been removed."),
}


@dataclass(frozen=True)
class ShownPiece:
    """A piece with its number, what is said about it, and what visitors do not see of its entry."""

    number: int
    piece: Piece
    rows: tuple[tuple[Words, Words], ...]
    hidden: tuple[HiddenValue, ...]

    @property
    def faq(self) -> str:
        """The entry to edit, if it is one."""
        return self.piece.entry if self.piece.kind == "faq" else ""


async def show_list(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/try"""
    return await _list_page(request, await app_named(request, owner))


async def ask(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/try: asked at once; what comes of it is kept, so that looking again costs nothing."""
    app = await app_named(request, owner)
    form = await read_form(request)
    question = text_in(form, "question")
    try:
        trial = await _trials(request).ask(app, question, text_in(form, "after", ""))
    except BadInput as error:
        return await _list_page(request, app, error.phrase, question)
    return see_other(path_in_lang(request, _path(app, trial)))


async def show(request: web.Request, owner: Owner) -> web.StreamResponse:
    """GET /owner/apps/{handle}/try/{trial}"""
    app, trial = await _named(request, owner)
    return await _trial_page(request, app, trial)


async def add_entry(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/try/{trial}/entry: an entry that answers it."""
    app, trial = await _named(request, owner)
    form = await read_form(request)
    question, answer = text_in(form, "question"), text_in(form, "answer")
    try:
        saved = await request.app[ENTRIES].new.keep(app.scope, question, answer, place_in(form))
    except AsksTheSame as error:
        return await _trial_page(request, app, trial, None, (question, answer), error.double)
    except BadInput as error:
        return await _trial_page(request, app, trial, error.phrase, (question, answer))
    return _back(request, app, trial, "learned", saved)


async def add_phrasing(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/try/{trial}/phrasing: the question is another way to ask for an entry."""
    app, trial = await _named(request, owner)
    faq_id = text_in(await read_form(request), "faq")
    try:
        saved = await request.app[ENTRIES].faqs.add_phrasing(app.scope, faq_id, trial.question)
    except BadInput as error:
        return await _trial_page(request, app, trial, error.phrase)
    return _back(request, app, trial, "phrasing", saved)


async def mark(request: web.Request, owner: Owner) -> web.StreamResponse:
    """POST /owner/apps/{handle}/try/{trial}/mark"""
    app, trial = await _named(request, owner)
    wrong = text_in(await read_form(request), "wrong") == "1"
    await _trials(request).mark(owner.scope, trial.id, wrong=wrong)
    return _back(request, app, trial, "wrong" if wrong else "right")


async def _named(request: web.Request, owner: Owner) -> tuple[App, Trial]:
    app = await app_named(request, owner)
    return app, await _trials(request).of_app(app.scope, request.match_info["trial"])


async def _list_page(request: web.Request, app: App, problem: Phrase | None = None, question: str = "") -> web.Response:
    trials = await _trials(request).latest(app.scope, MOST_LISTED)
    return page(
        request,
        "trials.html",
        status=400 if problem else 200,
        app=app,
        trials=[(each, ENDS[each.outcome.state] if each.outcome else _("Being answered")) for each in trials],
        problem=problem,
        question=question,
    )


async def _trial_page(
    request: web.Request,
    app: App,
    trial: Trial,
    problem: Phrase | None = None,
    written: tuple[str, str] | None = None,
    double: Double | None = None,
) -> web.Response:
    return page(
        request,
        "trial.html",
        status=409 if double else 400 if problem else 200,
        app=app,
        embed="",
        trial=trial,
        said=[shown(each) for each in messages_of(trial)],
        told=await _told(request, app, trial.outcome) if trial.outcome else None,
        done=DONE.get(request.query.get("done", "")),
        asked=await asked_on(request, app),
        problem=problem,
        written=written or (shortened(" ".join(trial.question.split()), LONGEST_QUESTION), ""),
        longest=LONGEST_QUESTION,
        double=double,
        ways=WAYS,
    )


async def _told(request: web.Request, app: App, outcome: TrialOutcome) -> dict[str, Any]:
    """What the page says of how the answer came about."""
    pieces = [await _shown(request, app, outcome, n, piece) for n, piece in enumerate(outcome.pieces, 1)]
    telling = [each for each in pieces if each.piece.found or each.piece.text]
    return {
        "rows": rows_of(outcome),
        "asked": outcome.asked,
        "rests": [(rest.sentence, numbers_of(rest.pieces, outcome)) for rest in outcome.rests],
        "left_out": [(each.sentence, left_out_words(each)) for each in outcome.left_out],
        "hidden": hidden_words(outcome.hidden) if outcome.hidden else None,
        "words": outcome.words,
        "pieces": telling,
        "others": [each for each in pieces if each not in telling],
        "more": max(0, outcome.shown - sum(piece.shown for piece in outcome.pieces)),
        "suggestions": outcome.suggestions,
    }


async def _shown(request: web.Request, app: App, outcome: TrialOutcome, number: int, piece: Piece) -> ShownPiece:
    rests = sum(piece.id in rest.pieces for rest in outcome.rests)
    hidden = request.app[ENTRIES].hidden
    values = await hidden.of_entry(app.scope, piece.entry, page_lang(request)) if may_hide(piece) else ()
    return ShownPiece(number, piece, piece_rows(piece, rests=rests), tuple(values))


def _trials(request: web.Request) -> Trials:
    return request.app[ANSWERS].trials


def _path(app: App, trial: Trial) -> str:
    return f"{room(app)}/try/{trial.id}"


def _back(request: web.Request, app: App, trial: Trial, done: str, saved: SavedFaq | None = None) -> web.StreamResponse:
    asked = ask_about(saved.asked) if saved else {}
    return see_other(path_in_lang(request, _path(app, trial), done=done, **asked))
