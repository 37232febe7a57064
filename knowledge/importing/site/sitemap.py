"""A sitemap, packed or not -> the addresses of its pages, or of an index those of its sitemaps (sitemaps.org)."""

import zlib
from collections.abc import Iterator
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing import markup
from knowledge.importing.read_results import FileKind, PageLinks, ReadResult
from knowledge.phrases import _

MOST_PAGES = 50_000  # "a sitemap file ... must have no more than 50,000 URLs"
MOST_BYTES = 20 * 1024 * 1024  # unpacked
PACKED = b"\x1f\x8b"


def unpacked(data: bytes) -> bytes:
    """What is in it (gzip). Raises BadInput for what is broken or too large."""
    try:
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
        text = unpack.decompress(data, MOST_BYTES)
    except zlib.error as error:
        raise BadInput(_("This file is broken: it could not be unpacked.")) from error
    if unpack.unconsumed_tail:
        raise BadInput(_("This page is too large: I read at most {most} MB.", most=MOST_BYTES // 1024**2))
    return text


def read(data: bytes) -> ReadResult:
    """The pages. Raises BadInput for an empty sitemap, or hostile or broken XML."""
    from defusedxml.ElementTree import fromstring

    markup.check(data)
    root = fromstring(data)
    kind = FileKind.SITEMAP_INDEX if str(root.tag).rpartition("}")[2].lower() == "sitemapindex" else FileKind.SITEMAP
    places = [element.text.strip() for element in root.iter() if _is_place(element.tag) and element.text]
    pages = list(dict.fromkeys(places))
    if not pages:
        raise BadInput(_("This sitemap lists no pages."))
    links = PageLinks(translations=tuple(_translations(root)))
    return ReadResult(kind, pages=tuple(pages[:MOST_PAGES]), left_out=len(pages[MOST_PAGES:]), links=links)


def _translations(root: Any) -> Iterator[tuple[str, str]]:
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag.rpartition("}")[2] != "link":
            continue
        if element.get("rel") == "alternate" and element.get("hreflang") and element.get("href"):
            yield element.get("hreflang").strip().lower(), element.get("href").strip()


def _is_place(tag: object) -> bool:
    """`loc` of a page or of another sitemap; not of a picture, whose name space differs."""
    return isinstance(tag, str) and tag.rpartition("}")[2] == "loc" and "image" not in tag and "video" not in tag
