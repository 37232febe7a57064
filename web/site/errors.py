"""Every error as a page or as JSON: what the person can do, an id, and nothing about the inside (S58)."""

import re
import secrets
import traceback
from http import HTTPStatus
from typing import Any, Final

import structlog
from aiohttp import web

from handlers.entries.doubles import AsksTheSame
from handlers.entries.guard import ChangedMeanwhile
from handlers.programs.items import id_of
from handlers.programs.keys import NoKey
from handlers.programs.misshapen import Misshapen
from knowledge.errors import BadInput, CheckNeeded, Gone, MimiError, NotAllowed, NotFound, TooMany, Unavailable
from knowledge.phrases import Phrase, _
from knowledge.store.database import STORE_TROUBLE
from web.site.access_log import route_of
from web.site.keys import OWNER
from web.site.pages import page, spoken_lang, wants_html
from web.site.security import Handler
from web.site.sent_forms import OWNERS, SentForm, sent_form

log = structlog.get_logger()

OURS: dict[type[MimiError], tuple[int, str]] = {
    NoKey: (401, "unauthorized"),
    AsksTheSame: (409, "asks_the_same"),
    ChangedMeanwhile: (412, "changed_meanwhile"),
    BadInput: (400, "bad_input"),
    NotAllowed: (403, "not_allowed"),
    Gone: (410, "gone"),
    NotFound: (404, "not_found"),
    CheckNeeded: (428, "check_needed"),
    TooMany: (429, "rate_limited"),
    Unavailable: (503, "unavailable"),
}
HTTP: dict[int, tuple[str, Phrase]] = {
    403: ("cross_site", _("This was sent from another site, so nothing was done. Please open the page again.")),
    404: ("not_found", _("There is no page here. Please check the address.")),
    405: ("method_not_allowed", _("This address cannot be used that way.")),
    408: ("too_slow", _("What was sent took too long to arrive. Please check your connection and send it again.")),
    413: ("too_large", _("That is too much at once. Please send something shorter.")),
    415: ("unsupported_type", _("This kind of content cannot be read. Please send JSON or a form.")),
}
SORRY = _("Something went wrong on our side. Please try again in a little while.")
STORE_AWAY = _(
    "mimi's data cannot be read or written right now, and what you sent may not have been kept. "
    "Please try again in a little while."
)
STORE_AWAY_TO_READERS = _("mimi's data cannot be read right now. Please try again in a little while.")
NOT_FOUND = _("Page not found")
FAILED = _("This did not work")
PROGRAMS = ("/api/", "/mcp")  # where nobody but programs comes
READING = {"GET", "HEAD"}
OBJECT_ID = re.compile(r"[0-9a-f]{24}")  # as the store makes them (database.py): nobody's words, and no token
RETRY_AFTER = 5  # seconds
SENT_FORM: Final[web.RequestKey[SentForm | None]] = web.RequestKey("sent_form")


@web.middleware
async def show_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What went wrong becomes a response; what nobody foresaw is logged under the id the person sees."""
    try:
        return await handler(request)
    except MimiError as error:
        await _keep_sent(request)
        return refusal(request, error)
    except STORE_TROUBLE as error:
        await _keep_sent(request)
        log.warning("store_away", error=type(error).__name__, route=route_of(request))
        return refusal(request, store_away(request))
    except web.HTTPException as error:
        if not isinstance(error, web.HTTPForbidden):  # what another site sent, nobody wrote here
            await _keep_sent(request)
        code, phrase = HTTP.get(error.status, ("bad_request", _unreadable()))
        response = _response(request, error.status, code, phrase, _noted(request, error.status, code))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception as error:
        if request.transport is None:
            raise  # who sent it went away in the middle
        await _keep_sent(request)
        error_id = _new_id()
        # Where it happened, not what it said: an exception's text may quote what people wrote (S56).
        where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-5:]]
        log.error("request_failed", id=error_id, error=type(error).__name__, where=where)
        return _response(request, 500, "internal", SORRY, error_id)


def store_away(request: web.Request) -> Unavailable:
    """Who only wanted to read has sent nothing that may be lost."""
    return Unavailable(STORE_AWAY_TO_READERS if request.method in READING else STORE_AWAY)


def refusal(request: web.Request, error: MimiError) -> web.Response:
    """A refusal of the core as a response."""
    status, code = kind_of(error)
    more = said_besides(error)
    response = _response(request, status, code, error.phrase, _noted(request, status, code), **more)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    elif status == 503:
        response.headers["Retry-After"] = str(RETRY_AFTER)
    elif status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def kind_of(error: MimiError) -> tuple[int, str]:
    """Status and code of a refusal."""
    return next((found for kind, found in OURS.items() if isinstance(error, kind)), (400, "bad_input"))


def said_besides(error: MimiError) -> dict[str, Any]:
    """What a program needs to know of a refusal besides."""
    if isinstance(error, CheckNeeded):
        return _check_of(error)
    if isinstance(error, AsksTheSame):
        there = error.double.entry
        same = {"id": id_of(there), "question": there.question, "contradicts": error.double.contradicts}
        return {"same_as": same}
    return {"errors": error.errors} if isinstance(error, Misshapen) else {}


def _check_of(error: CheckNeeded) -> dict[str, Any]:
    """What a client is to meet before its message is taken."""
    asked = {"token": error.token, "bits": error.bits, "parts": error.parts, "wait": error.wait, "why": error.why}
    return {"check": asked}


def said_in_both_languages(status: int) -> str:
    """For who is told before anything is known of them."""
    phrase = HTTP[status][1] if status in HTTP else SORRY if status >= 500 else _unreadable()
    return in_both_languages(phrase)


def in_both_languages(phrase: Phrase) -> str:
    return f"{phrase.say('en')}\n{phrase.say('ja')}\n"


def refused(request: web.Request, error: MimiError) -> int:
    """Log a refusal that a page shows in its own way; the status for that page."""
    status, code = kind_of(error)
    _noted(request, status, code)
    return status


def _noted(request: web.Request, status: int, code: str) -> str:
    """Log a refusal; the id that the person sees. A path itself may hold a token or a name and stays out (S59, S8)."""
    error_id = _new_id()
    owner = request.get(OWNER)
    about = [value for value in request.match_info.values() if OBJECT_ID.fullmatch(value)]
    log.info(
        "refused",
        id=error_id,
        status=status,
        code=code,
        route=route_of(request),
        owner_id=owner.id if owner else None,
        about=about,
    )
    return error_id


def problem_of(status: int, code: str, phrase: Phrase, error_id: str = "", **more: Any) -> dict[str, Any]:
    """A refusal as programs read it, in English (RFC 9457)."""
    said = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": phrase.say("en")}
    return said | {"code": code, "id": error_id} | more


async def _keep_sent(request: web.Request) -> None:
    """What an owner has sent stands on the page that says what went wrong."""
    if wants_html(request):
        request[SENT_FORM] = await sent_form(request)


def _response(request: web.Request, status: int, code: str, phrase: Phrase, error_id: str, **more: Any) -> web.Response:
    if request.path.startswith(PROGRAMS):
        told = problem_of(status, code, phrase, error_id, **more)
        return web.json_response(told, status=status, content_type="application/problem+json")
    if wants_html(request):
        title = NOT_FOUND if status in {404, 410} and request.method in READING else FAILED
        words = {"title": title, "phrase": phrase, "error_id": error_id}
        if request.path.startswith(OWNERS):
            ways = {"again": status == 429 or status >= 500, "form": request.method == "POST"}
            return page(request, "owner_error.html", status=status, sent=request.get(SENT_FORM), **ways, **words)
        return page(request, "error.html", status=status, **words)
    said = phrase.say(spoken_lang(request))
    return web.json_response({"error": {"code": code, "message": said, "id": error_id}} | more, status=status)


def _unreadable() -> Phrase:
    return _("This request could not be read. Please check it and send it again.")


def _new_id() -> str:
    return secrets.token_hex(6)
