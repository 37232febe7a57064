"""A web page -> its entries and a document of the rest, or the entries it declares as FAQ."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing import documents
from knowledge.importing.left_out import counted
from knowledge.importing.parts import TextPart, text_of
from knowledge.importing.prose import LONGEST_TITLE
from knowledge.importing.read_results import FileKind, FoundFaq, Item, PageLinks, ReadRequest, ReadResult, Unusable
from knowledge.importing.site.page_links import page_links
from knowledge.importing.site.page_parts import PageText
from knowledge.phrases import _

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,30})", re.I)
# Bounded everywhere: a page may be made to keep a pattern busy.
_DATA = re.compile(r"<script[^>]{0,200}application/ld\+json[^>]{0,200}>(.{0,500000}?)</script", re.I | re.S)
_TITLE = re.compile(r"<title[^>]{0,200}>(.{0,1000}?)</title", re.I | re.S)
_TAG = re.compile(r"<[^>]{0,1000}>")
_MARKED_UP = re.compile(
    r"</(?:p|div|span|strong|b|em|i|u|a|ul|ol|li|h[1-6]|table|td|blockquote|pre|font)>|<br\s*/?>|&nbsp;", re.I
)
_ONE_WORD = re.compile(r"<(b|i|u|em|strong|a|span|font)\b[^<>]{0,200}>[^<>]{0,200}</\1>", re.I)
_BREAK = re.compile(r"<(?:br|/p|/li|/div|/h\d)\b[^>]{0,200}>", re.I)


def charset_in(data: bytes) -> str:
    """The encoding that the page says it has, which need not be true."""
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii") if found else ""


def read(text: str, otherwise: str, asked: ReadRequest) -> ReadResult:
    """What the page says, and where it leads if that is asked.

    Raises BadInput where there is nothing to read, as on pages that a script fills; of one whose links are asked for,
    that is said of it as of a row.
    """
    if not asked.links:
        return ReadResult(FileKind.HTML, _of_page(_said(text, otherwise, asked), asked.url))
    links = _links(text, asked.url)
    try:
        return ReadResult(FileKind.HTML, _of_page(_said(text, otherwise, asked), asked.url), links=links)
    except BadInput as problem:
        return ReadResult(FileKind.HTML, (Unusable(0, problem.phrase),), links=links)


def _of_page(items: tuple[Item, ...], url: str) -> tuple[Item, ...]:
    """Its entries know where they can be read."""
    return tuple(replace(item, url=item.url or url) if isinstance(item, FoundFaq) else item for item in items)


def _links(text: str, url: str) -> PageLinks:
    try:
        return page_links(_parsed(text), url)
    except BadInput:
        return PageLinks()


def _said(text: str, otherwise: str, asked: ReadRequest) -> tuple[Item, ...]:
    if not asked.whole and (entries := tuple(_declared(text))):
        return entries
    page = page_in(text)
    parts = page.parts()
    if not page.entries and (not any(part.text or part.rows for part in parts) or _is_filled_by_script(text, parts)):
        raise BadInput(
            _(
                "A script fills in this page in the browser, so there is little or nothing for me to read. Open "
                "it, copy its text and send me that, or send the file or feed its text comes from."
            )
            if "<script" in text.lower()
            else _("There is no readable text on this page.")
        )
    title = _TITLE.search(text)
    named = " ".join(html.unescape(title[1]).split())[:LONGEST_TITLE] if title else ""
    left_out = counted(page.left_out)
    return documents.items(parts, named, otherwise, left_out, url=asked.url, marked_up=page.entries, whole=asked.whole)


def page_in(text: str) -> PageText:
    """A page's elements, to be told as parts. Raises BadInput where there are none."""
    return PageText(_parsed(text))


def is_html(text: str) -> bool:
    """Whether a text from a list is written as HTML: one that is a single marked word may be about the mark."""
    return bool(_MARKED_UP.search(text)) and not _ONE_WORD.fullmatch(text.strip())


def text_in_html(text: str) -> str:
    """Its words, with headings, lists and tables as text has them."""
    page = page_in(text)
    parts = page.parts()
    return text_of([*(TextPart(f"{each.question}\n{each.answer}") for each in page.entries), *parts])


def _parsed(text: str) -> Any:
    """The page's elements. A text that is none comes as one paragraph."""
    from lxml import etree
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError as error:
        raise BadInput(_("There is no readable text on this page.")) from error


def _is_filled_by_script(text: str, parts: Sequence[TextPart]) -> bool:
    """Whether most of its headings have nothing below them, or hardly a word stands there at all."""
    if "<script" not in text.lower():
        return False
    heads = [n for n, part in enumerate(parts) if part.level > 1]
    bare = [n for n in heads if n + 1 == len(parts) or parts[n + 1].level >= parts[n].level]
    if len(bare) >= 3 and len(bare) > len(heads) * 0.6:
        return True
    return sum(len(part.text) for part in parts if not part.level) < 20 and not any(part.rows for part in parts)


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
