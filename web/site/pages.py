"""Templates put into a page, in the request's language; everything in them is escaped.

The language is the one asked for in the URL, else the first of the browser's that the page speaks: Japanese or English,
and on what visitors see of an app any of theirs. The forms of a page bear a mark of whose they are: one that was opened
before another owner signed in here acts for nobody (S10). The mark is not a secret and no defence against other sites
(web/site/security.py is that): it tells one owner from the next in the same browser. And they bear a mark of the page
itself, by which one that is sent twice is done once (once.py).
"""

import secrets
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from knowledge.language import own_name
from knowledge.phrases import LANGS, VISITOR_LANGS, Lang, Phrase, Tag, VisitorLang, to_lang, to_visitor_lang
from knowledge.store.accounts.owners import Owner
from knowledge.store.stored import digest
from web.site.body import SENT
from web.site.faults import with_fault_marked
from web.site.icons import icon_path, initial_of
from web.site.keys import APP_SHOWN, LANG, OWNED_APPS, OWNER, SITE, WAITING
from web.site.markdown import is_safe_link
from web.site.owner_rooms import OWNER_ROOMS, is_of_no_app, room_of, same_room
from web.site.sent_forms import unsaid
from web.site.static_files import static_url
from web.site.theme import theme_url

ACCEPT_HTML = "text/html"
AT_FAULT: Final[web.RequestKey[str]] = web.RequestKey("at_fault")  # the name of the field that was refused
LONGEST_HEADER = 500  # characters of Accept-Language that are looked at


def page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """The template as a page; `values` are what it shows. Of a form that was refused the field at fault is marked, and
    what an owner typed into it stays on the page, whether the template thinks of it or not.
    """
    html = _told(request, status, rendered(request, template, **values))
    if status >= 400 and request.get(OWNER) is not None and (lost := unsaid(request, html)):
        html = _told(request, status, rendered(request, template, **values, unsaid=lost))
    return web.Response(text=html, content_type=ACCEPT_HTML, charset="utf-8", status=status)


def _told(request: web.Request, status: int, html: str) -> str:
    if status != HTTPStatus.BAD_REQUEST or request.method != "POST":
        return html
    return with_fault_marked(html, request.path, request.get(SENT, ()), request.get(AT_FAULT, ""))


def rendered(request: web.Request, template: str, **values: Any) -> str:
    """The same as text: what is put into a page that is there already."""
    lang = spoken_lang(request)
    shown: dict[str, Any] = {
        "lang": lang,
        "kept_lang": asked_lang(request),
        "site": request.app[SITE],
        "path": request.path,
        "unsaid": "",
    }
    owner = request.get(OWNER)
    shown |= {"mark": form_mark(request), "once": new_mark(), "waiting": request.get(WAITING, 0)}
    shown |= {"in_line": owner is not None and owner.line_user_id is not None}  # nobody is told of a LINE they have not
    shown |= {"owned_apps": request.get(OWNED_APPS, ()), "app_shown": request.get(APP_SHOWN)}
    shown |= {"app_left": left_app(request)}
    return _environment.get_template(template).render(shown | values)


def page_lang(request: web.Request) -> Lang:
    """The language of this response, on pages that speak the owners' languages."""
    return to_lang(request.get(LANG)) if LANG in request else lang_of(request)


def spoken_lang(request: web.Request) -> VisitorLang:
    """The language of this response, whoever reads it."""
    return request.get(LANG) or lang_of(request)


def see_other(path: str) -> web.Response:
    """After a form has done its work: look there, with a GET."""
    return web.Response(status=303, headers={"Location": path})


def left_app(request: web.Request) -> str:
    """The handle of the app that somebody comes from, or is about to leave; empty where there is but one, or none."""
    owned, shown = request.get(OWNED_APPS, ()), request.get(APP_SHOWN)
    handle = shown.handle if shown else request.query.get(APP, "")
    return handle if len(owned) > 1 and any(app.handle == handle for app in owned) else ""


def _kept(path: str, lang: str | None, app: str) -> dict[str, str]:
    """What a link of ours takes along: the language asked for, and into rooms of no app the one that is left."""
    return {"lang": lang or ""} | ({APP: app} if is_of_no_app(path) else {})


def path_in_lang(request: web.Request, path: str, **query: str) -> str:
    """A path of ours that keeps the language asked for in the URL, and the app somebody came from."""
    kept = _kept(path, asked_lang(request), left_app(request)) | query
    pairs = {name: value for name, value in kept.items() if value}
    return f"{path}?{urlencode(pairs)}" if pairs else path


def wants_html(request: web.Request) -> bool:
    """Whether a person's browser asks, rather than a script."""
    return ACCEPT_HTML in request.headers.get("Accept", "")


@pass_context
def _say(context: Context, text: str | Phrase, /, **params: str | int | Phrase) -> str:
    phrase = text if isinstance(text, Phrase) else Phrase(text, params)
    return phrase.say(context["lang"])


@pass_context
def _to(context: Context, path: str, **query: str | int) -> str:
    """`path`, in the language that was asked for; what of the query is empty is left out."""
    kept = _kept(path, context["kept_lang"], context["app_left"]) | query
    pairs = {name: value for name, value in kept.items() if value != ""}
    return f"{path}?{urlencode(pairs)}" if pairs else path


@pass_context
def _act(context: Context, path: str, **query: str | int) -> str:
    """Where a form is sent to, with the mark of whose it is, and that of its page."""
    marks = _kept(path, context["kept_lang"], context["app_left"]) | {FIELD: context["mark"], ONCE: context["once"]}
    pairs = {name: value for name, value in marks.items() if value} | query
    return f"{path}?{urlencode(pairs)}"


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.tests["safe_link"] = is_safe_link
_environment.globals |= {
    "_": _say,
    "to": _to,
    "act": _act,
    "static": static_url,
    "theme": theme_url,
    "icon_path": icon_path,
}
_environment.globals["initial_of"] = initial_of
_environment.globals |= {"owner_rooms": OWNER_ROOMS, "room_of": room_of, "same_room": same_room}
_environment.globals["languages"] = {lang: own_name(lang) for lang in VISITOR_LANGS}


def lang_of(request: web.Request, default: Lang = "ja") -> Lang:
    """The owners' language to speak: `?lang=` wins over Accept-Language; `default` where the browser names none."""
    named = [*filter(None, [asked_lang(request)]), *accepted(request.headers.get("Accept-Language", ""))]
    ours = (lang for lang in map(to_visitor_lang, named) if lang in LANGS)
    return to_lang(next(ours, next(iter(named), None)), default)


def visitor_lang_of(request: web.Request, default: Lang) -> VisitorLang:
    """The same of visitors' languages."""
    named = map(to_visitor_lang, accepted(request.headers.get("Accept-Language", "")))
    return next((lang for lang in (asked_lang(request), *named) if lang), None) or lang_of(request, default)


def asked_lang(request: web.Request) -> VisitorLang | None:
    """The language in the URL, if it is one that some page speaks."""
    asked = request.query.get("lang")
    return next((lang for lang in VISITOR_LANGS if lang == asked), None)


def accepted(accept_language: str) -> list[Tag]:
    """The tags of an Accept-Language header, the one with the highest weight first."""
    weighed = []
    for part in accept_language[:LONGEST_HEADER].split(","):
        tag, _, quality = part.strip().partition(";q=")
        if tag and tag != "*" and (weight := _number(quality)) > 0:
            weighed.append((weight, tag))
    # Order means nothing (RFC 9110, 12.5.4), but browsers put the first choice first.
    return [tag for _weight, tag in sorted(weighed, key=lambda each: -each[0])]


def _number(quality: str) -> float:
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0


FIELD, ONCE, APP = "of", "once", "app"
LENGTH = 16
MARK_BYTES = 9  # as many as nobody meets twice in an hour, and 12 letters


def new_mark() -> str:
    """What the forms of one page carry, and those of no other."""
    return secrets.token_urlsafe(MARK_BYTES)


def form_mark(request: web.Request) -> str:
    """What the forms of this page carry; empty where nobody is signed in."""
    owner = request.get(OWNER)
    return _mark(owner) if owner else ""


def is_of_another(request: web.Request, owner: Owner) -> bool:
    """Whether a form was made for somebody else than who is signed in now. One without a mark is no page's."""
    return FIELD in request.query and request.query[FIELD] != _mark(owner)


def _mark(owner: Owner) -> str:
    return digest(f"form:{owner.id}")[:LENGTH]
