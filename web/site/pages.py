"""Templates put into a page, in the request's language; everything in them is escaped."""

from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from knowledge.phrases import Lang, Phrase
from web.site.form_mark import FIELD, form_mark
from web.site.keys import LANG
from web.site.language import asked_lang, lang_of
from web.site.markdown import is_safe_link
from web.site.site import SITE
from web.site.static_files import static_url
from web.site.theme import theme_url

ACCEPT_HTML = "text/html"


def page(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """The template as a page; `values` are what it shows."""
    lang = page_lang(request)
    shown = {"lang": lang, "kept_lang": asked_lang(request), "site": request.app[SITE], "path": request.path}
    shown["mark"] = form_mark(request)
    html = _environment.get_template(template).render(shown | values)
    return web.Response(text=html, content_type=ACCEPT_HTML, charset="utf-8", status=status)


def page_lang(request: web.Request) -> Lang:
    """The language of this response."""
    return request.get(LANG) or lang_of(request)


def see_other(path: str) -> web.Response:
    """After a form has done its work: look there, with a GET."""
    return web.Response(status=303, headers={"Location": path})


def path_in_lang(request: web.Request, path: str, **query: str) -> str:
    """A path of ours that keeps the language asked for in the URL."""
    kept = asked_lang(request)
    pairs = ({"lang": kept} if kept else {}) | query
    return path + ("?" + "&".join(f"{name}={value}" for name, value in pairs.items()) if pairs else "")


def wants_html(request: web.Request) -> bool:
    """Whether a person's browser asks, rather than a script."""
    return ACCEPT_HTML in request.headers.get("Accept", "")


@pass_context
def _say(context: Context, text: str | Phrase, /, **params: str | int | Phrase) -> str:
    phrase = text if isinstance(text, Phrase) else Phrase(text, params)
    return phrase.say(context["lang"])


@pass_context
def _to(context: Context, path: str) -> str:
    """`path`, in the language that was asked for."""
    return f"{path}?lang={context['kept_lang']}" if context["kept_lang"] else path


@pass_context
def _act(context: Context, path: str) -> str:
    """Where a form of an owner's is sent to, with the mark of whose it is."""
    query = ([f"lang={context['kept_lang']}"] if context["kept_lang"] else []) + [f"{FIELD}={context['mark']}"]
    return f"{path}?{'&'.join(query)}"


_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.tests["safe_link"] = is_safe_link
_environment.globals |= {"_": _say, "to": _to, "act": _act, "static": static_url, "theme": theme_url}
