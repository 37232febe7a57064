"""Which language a page speaks: the one asked for in the URL, else the browser's first one."""

from aiohttp import web

from knowledge.phrases import LANGS, Lang, to_lang


def lang_of(request: web.Request, default: Lang = "ja") -> Lang:
    """`?lang=` wins over Accept-Language; `default` where the browser names none."""
    return asked_lang(request) or to_lang(preferred(request.headers.get("Accept-Language", "")), default)


def asked_lang(request: web.Request) -> Lang | None:
    """The language in the URL, if it is one of ours."""
    asked = request.query.get("lang")
    return next((lang for lang in LANGS if lang == asked), None)


def preferred(accept_language: str) -> str | None:
    """The tag with the highest weight of an Accept-Language header, the earlier of two equals."""
    best, weight = None, 0.0
    for part in accept_language.split(","):
        tag, _, quality = part.strip().partition(";q=")
        if tag and tag != "*" and (this := _number(quality)) > weight:
            best, weight = tag, this
    return best


def _number(quality: str) -> float:
    try:
        return float(quality or 1)
    except ValueError:
        return 0.0
