"""What a web page says of other pages: where it leads, its translations, and whether programs may take it."""

from typing import Any
from urllib.parse import urljoin

from knowledge.importing.read_results import PageLinks

MOST_LINKS = 2_000
MOSTLY = 0.6  # of a page's letters


def page_links(root: Any, url: str) -> PageLinks:
    """Of a page's elements, read at `url`. Addresses are whole, each once, in the page's order."""
    base = next((each.get("href") for each in root.iter("base") if each.get("href")), "")
    at = _joined(url, base) if base else url
    rules = _rules(root)
    leads = () if "nofollow" in rules else _leads(root, at)
    return PageLinks(
        links=leads,
        translations=tuple(_translations(root, at)),
        lang=next((said.strip().lower() for name, said in root.attrib.items() if _is_lang(name)), ""),
        listed="noindex" not in rules,
        mostly=_is_mostly_links(root),
        asks_password=any(each.get("type", "").lower() == "password" for each in root.iter("input")),
    )


def _is_mostly_links(root: Any) -> bool:
    said = "".join("".join(root.xpath("//body//text()[not(ancestor::script or ancestor::style)]")).split())
    linked = "".join("".join(root.xpath("//body//a//text()")).split())
    return len(linked) > len(said) * MOSTLY


def _is_lang(name: str) -> bool:
    """`lang`, or XML's."""
    return name.rpartition("}")[2].rpartition(":")[2] == "lang"


def _rules(root: Any) -> set[str]:
    """What it says to programs (`robots`): "none" is both."""
    said = {
        word.strip()
        for each in root.iter("meta")
        if (each.get("name") or "").strip().lower() == "robots"
        for word in (each.get("content") or "").lower().split(",")
    }
    return said | {"noindex", "nofollow"} if "none" in said else said


def _leads(root: Any, at: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for each in root.iter("a", "area", "link"):
        href = (each.get("href") or "").strip()
        rel = set((each.get("rel") or "").lower().split())
        if not href or href.startswith("#") or "nofollow" in rel or (each.tag == "link" and "next" not in rel):
            continue
        if whole := _joined(at, href):
            found[whole.partition("#")[0]] = None
        if len(found) >= MOST_LINKS:
            break
    return tuple(found)


def _translations(root: Any, at: str) -> list[tuple[str, str]]:
    return [
        (each.get("hreflang").strip().lower(), whole)
        for each in root.iter("link", "a")
        if (each.get("hreflang") or "").strip() and "alternate" in (each.get("rel") or "").lower()
        if (whole := _joined(at, (each.get("href") or "").strip()))
    ][:100]


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return ""
