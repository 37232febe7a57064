"""Texts smaller on the way: Brotli or gzip, whichever the client takes (RFC 9110, 12.5.3).

Only what is the same for everybody or holds no secret is compressed: beside a secret, the length of what a stranger may
put on the page would tell the secret letter by letter (BREACH). So no page of an owner's and none with a conversation.
"""

import gzip
from collections.abc import Callable, Mapping
from typing import Final

import brotli
from aiohttp import hdrs, web

WORTH_IT = 500  # bytes: below, the header says more than is saved
ONCE, EACH_TIME = 11, 5  # Brotli's effort: for what is kept, and for a page made now (0.3 ms)

_MADE: Final[Mapping[str, Callable[[bytes, int], bytes]]] = {
    "br": lambda body, effort: brotli.compress(body, quality=effort),
    "gzip": lambda body, effort: gzip.compress(body, min(effort, 9), mtime=0),
}  # the smaller first


def every_coding(body: bytes) -> dict[str, bytes]:
    """A text that is served often, once in each coding that makes it smaller."""
    return {coding: made for coding, make in _MADE.items() if len(made := make(body, ONCE)) < len(body)}


def coding_for(request: web.Request) -> str:
    """The best coding the client takes; empty where it names none of ours."""
    taken = _taken(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
    return next((coding for coding in _MADE if taken.get(coding, taken.get("*", 0.0)) > 0), "")


def kept(request: web.Request, body: bytes, codings: Mapping[str, bytes]) -> tuple[bytes, dict[str, str]]:
    """What to send of a text compressed before, with the headers that say so."""
    coding = coding_for(request)
    if coding not in codings:
        return body, {hdrs.VARY: hdrs.ACCEPT_ENCODING}
    return codings[coding], {hdrs.VARY: hdrs.ACCEPT_ENCODING, hdrs.CONTENT_ENCODING: coding}


def smaller(request: web.Request, response: web.Response) -> web.Response:
    """A page made now, for whoever takes it smaller. The caller knows that nothing secret stands in it."""
    response.headers.add(hdrs.VARY, hdrs.ACCEPT_ENCODING)
    coding = coding_for(request)
    if isinstance(response.body, bytes) and len(response.body) >= WORTH_IT and coding:
        response.body = _MADE[coding](response.body, EACH_TIME)
        response.headers[hdrs.CONTENT_ENCODING] = coding
    return response


def _taken(accept_encoding: str) -> dict[str, float]:
    """Each coding's weight; one that cannot be read is not taken."""
    weights = {}
    for part in accept_encoding[:500].lower().split(","):
        coding, _, quality = part.partition(";")
        name, _, number = quality.partition("=")
        try:
            weights[coding.strip()] = float(number) if name.strip() == "q" else 1.0
        except ValueError:
            weights[coding.strip()] = 0.0
    return weights
