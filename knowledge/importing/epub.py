"""An e-book (EPUB) -> its parts: the pages of its spine in their order, each read as a web page is.

Its package, manifest and spine: W3C, EPUB 3.3, chapter 5; those of EPUB 2 are alike.
"""

import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from knowledge.errors import BadInput
from knowledge.importing import encodings, markup, zips
from knowledge.importing.left_out import counted
from knowledge.importing.parts import TextPart
from knowledge.importing.prose import LONGEST_TITLE
from knowledge.importing.read_results import FoundFaq, LeftOut
from knowledge.importing.site import web_page
from knowledge.phrases import _

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
_PAGES = frozenset({"application/xhtml+xml", "text/html", "application/x-dtbook+xml"})
_TEXTS = (".xhtml", ".html", ".htm", ".xml")
_FEWEST_LINKS = 5
_OF_LINKS = 0.6  # of a page's letters, from which on it is a table of contents


def read(data: bytes) -> tuple[str, list[TextPart], list[FoundFaq], list[LeftOut]]:
    """What it calls itself, its parts, the entries its pages mark up, and what is left out. Raises BadInput for a
    locked, hostile or broken one.
    """
    try:
        with zips.opened(data) as archive:
            # What is packed inside of it, as authors add files to their book, is not opened.
            zips.honest_entries(archive)
            return _Book(archive).told()
    # A package that names files it does not hold.
    except (KeyError, AttributeError, TypeError) as error:
        raise zips.broken() from error


class _Book:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left_out: Counter[str] = Counter()
        self._check_open()
        self._place = str(self._xml(CONTAINER).find(".//{*}rootfile").get("full-path"))
        self._package = self._xml(self._place)

    def told(self) -> tuple[str, list[TextPart], list[FoundFaq], list[LeftOut]]:
        title = self._package.findtext(".//{http://purl.org/dc/elements/1.1/}title") or ""
        parts, entries = list[TextPart](), list[FoundFaq]()
        for name in self._pages():
            page = web_page.page_in(encodings.decode(self._read(name), "utf-8"))
            if links := _links(page.body):
                self._left_out["contents"] += links
                continue
            # On a site these stand on every page, in a book they are boxes and notes of the text.
            for each in page.body.iter("aside", "header", "footer"):
                each.tag = "div"
            parts += page.parts()
            entries += page.entries
            self._left_out += page.left_out
        kinds = (each.get("media-type", "") for each in self._package.iterfind(".//{*}manifest/{*}item"))
        self._left_out["pictures"] = sum(kind.startswith("image/") for kind in kinds)
        return " ".join(title.split())[:LONGEST_TITLE], parts, entries, counted(self._left_out)

    def _check_open(self) -> None:
        """Fonts may be scrambled; texts that are can be read by the program they were sold for only."""
        if ENCRYPTION not in self._archive.namelist():
            return
        places = (each.get("URI", "") for each in self._xml(ENCRYPTION).iter("{*}CipherReference"))
        if any(place.lower().endswith(_TEXTS) for place in places):
            raise BadInput(_("This file is locked by a password. Please send it without one."))

    def _pages(self) -> Iterator[str]:
        """The paths of what is read from the first page to the last."""
        listed = {each.get("id"): each for each in self._package.iterfind(".//{*}manifest/{*}item")}
        folder = posixpath.dirname(self._place)
        for each in self._package.iterfind(".//{*}spine/{*}itemref"):
            item = listed[each.get("idref")]
            if item.get("media-type") in _PAGES:
                yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href"))))

    def _read(self, name: str) -> bytes:
        return zips.content(self._archive, self._archive.getinfo(name))

    def _xml(self, name: str) -> Any:
        from lxml import etree

        content = self._read(name)
        markup.check(content)
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _links(body: Any) -> int:
    """How many links a table of contents has, whose lines repeat the headings; 0 for any other page."""
    inside = [each for each in body.iter("a") if (place := each.get("href")) and ":" not in place]
    is_contents = len(inside) >= _FEWEST_LINKS and sum(map(_letters, inside)) > _letters(body) * _OF_LINKS
    return len(inside) if is_contents else 0


def _letters(element: Any) -> int:
    return len("".join("".join(element.itertext()).split()))
