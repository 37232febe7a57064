"""A sitemap -> the addresses of its pages, or of an index those of its sitemaps, at most fifty (sitemaps.org)."""

from knowledge.errors import BadInput
from knowledge.importing import markup
from knowledge.importing.read_results import FileKind, ReadResult
from knowledge.phrases import _

MOST_PAGES = 50


def read(data: bytes) -> ReadResult:
    """The pages. Raises BadInput for an empty sitemap, or hostile or broken XML."""
    from defusedxml.ElementTree import fromstring

    markup.check(data)
    root = fromstring(data)
    kind = FileKind.SITEMAP_INDEX if str(root.tag).rpartition("}")[2].lower() == "sitemapindex" else FileKind.SITEMAP
    places = [element.text.strip() for element in root.iter() if _is_place(element.tag) and element.text]
    pages = list(dict.fromkeys(places))
    if not pages:
        raise BadInput(_("This sitemap names no pages."))
    return ReadResult(kind, pages=tuple(pages[:MOST_PAGES]), left_out=len(pages[MOST_PAGES:]))


def _is_place(tag: object) -> bool:
    """`loc` of a page or of another sitemap; not of a picture, whose name space differs."""
    return isinstance(tag, str) and tag.rpartition("}")[2] == "loc" and "image" not in tag and "video" not in tag
