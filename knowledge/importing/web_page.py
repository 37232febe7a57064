"""A web page -> a document with its main text (trafilatura), or the entries it declares as FAQ."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing.prose import LONGEST_TITLE, first_words
from knowledge.importing.read_results import FoundDocument, FoundFaq, Item
from knowledge.phrases import _

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,30})", re.I)
# Bounded everywhere: a page may be made to keep a pattern busy.
_DATA = re.compile(r"<script[^>]{0,200}application/ld\+json[^>]{0,200}>(.{0,500000}?)</script", re.I | re.S)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,1000}?)</title", re.I | re.S)
_TAG = re.compile(r"<[^>]{0,1000}>")
_BREAK = re.compile(r"<(?:br|/p|/li|/div|/h\d)\b[^>]{0,200}>", re.I)


def charset_in(data: bytes) -> str:
    """The encoding that the page says it has, which need not be true."""
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii") if found else ""


def read(text: str, url: str, otherwise: str) -> tuple[Item, ...]:
    """What the page says. Raises BadInput where there is nothing to read, as on pages that a script fills."""
    if entries := tuple(_declared(text)):
        return entries
    from trafilatura import extract

    body = extract(
        text,
        url=url or None,
        output_format="markdown",
        include_comments=False,
        include_tables=True,
        include_links=False,
        favor_recall=True,
    )
    if not body or not body.strip():
        raise BadInput(
            _("There is no text to read on this page. It may be put there by a script; copy it to me as text.")
        )
    title = _TITLE.search(text)
    named = " ".join(html.unescape(title[1]).split())[:LONGEST_TITLE] if title else ""
    return (FoundDocument(named or otherwise or first_words(body), body.strip(), url),)


def _declared(text: str) -> Iterator[FoundFaq]:
    """Questions and answers that the page declares for search engines (schema.org FAQPage)."""
    for found in _DATA.finditer(text):
        try:
            value = json.loads(found[1])
        except (ValueError, RecursionError):
            continue
        yield from _questions(value, 0)


def _questions(value: Any, depth: int) -> Iterator[FoundFaq]:
    # mainEntity in @graph in a list is three; the rest is room.
    if depth > 6:
        return
    if isinstance(value, list):
        for each in value:
            yield from _questions(each, depth + 1)
    elif isinstance(value, Mapping):
        answer = value.get("acceptedAnswer")
        answer = answer[0] if isinstance(answer, list) and answer else answer
        if value.get("@type") == "Question" and isinstance(answer, Mapping):
            question, said = _words(value.get("name")), _words(answer.get("text"))
            if question and said:
                yield FoundFaq(" ".join(question.split()), said)
            return
        for name in ("mainEntity", "@graph", "hasPart"):
            yield from _questions(value.get(name), depth + 1)


def _words(value: Any) -> str:
    """The text of a property, which may be HTML."""
    if not isinstance(value, str):
        return ""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", value))).strip()
