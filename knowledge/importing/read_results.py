"""What was found in a file or page, as plain values, and the form in which they leave the process that read it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from knowledge.phrases import Phrase, from_plain, to_plain


class FileKind(StrEnum):
    """What a file is, by its content."""

    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    TEXT = "text"
    PDF = "pdf"
    HTML = "html"
    DOCX = "docx"
    XLSX = "xlsx"
    ODT = "odt"
    RTF = "rtf"
    PPTX = "pptx"
    ODS = "ods"
    ODP = "odp"
    EPUB = "epub"
    ZIP = "zip"
    FEED = "feed"
    SITEMAP = "sitemap"
    SITEMAP_INDEX = "sitemap_index"  # names other sitemaps instead of pages


@dataclass(frozen=True)
class FoundFaq:
    """A question and its answer. `phrasings` and `exact` are None where the source says nothing of them."""

    question: str
    answer: str
    phrasings: tuple[str, ...] | None = None
    exact: bool | None = None
    row: int = 0
    url: str = ""


@dataclass(frozen=True)
class FoundDocument:
    """A text with its title, and where it can be read, if that is known."""

    title: str
    text: str
    url: str = ""
    row: int = 0


@dataclass(frozen=True)
class Unusable:
    """A row that is neither; `why` is for its owner, `shown` how it begins."""

    row: int
    why: Phrase
    shown: str = ""


@dataclass(frozen=True)
class LeftOut:
    """Something of the file that was not read, counted, and why."""

    what: Phrase
    why: Phrase


Item = FoundFaq | FoundDocument | Unusable | LeftOut
ITEMS: Mapping[str, type[FoundFaq | FoundDocument]] = {"faq": FoundFaq, "document": FoundDocument}


@dataclass(frozen=True)
class Columns:
    """A table's columns by name, and which of them holds what: role -> place. `sure` if the names said so.

    `above` counts the rows that stand before their names.
    """

    names: tuple[str, ...]
    roles: Mapping[str, int]
    sure: bool = True
    header: bool = True
    above: int = 0


@dataclass(frozen=True)
class PageLinks:
    """What a web page says of others: where it leads, its translations (language, address), and whether it is `listed`.

    `lang` is its own language; `asks_password`: there is a place for one; `mostly`: it is hardly more than links.
    """

    links: tuple[str, ...] = ()
    translations: tuple[tuple[str, str], ...] = ()
    lang: str = ""
    listed: bool = True
    asks_password: bool = False
    mostly: bool = False


@dataclass(frozen=True)
class ReadResult:
    """All of it. A sitemap has `pages` instead of items; `left_out` says how many more there were.

    `links` are those of a web page that was read with its site.
    """

    kind: FileKind
    items: tuple[Item, ...] = ()
    columns: Columns | None = None
    pages: tuple[str, ...] = ()
    left_out: int = 0
    links: PageLinks | None = None


@dataclass(frozen=True)
class ReadRequest:
    """What is to be read, beside the bytes: its name, where it is from, what was declared, columns the owner chose.

    `links`: where a web page leads is wanted, too; `whole`: questions inside of documents stay there.
    """

    name: str = ""
    url: str = ""
    charset: str = ""
    roles: Mapping[str, int] = field(default_factory=dict)
    links: bool = False
    whole: bool = False


def found_to_plain(found: ReadResult) -> dict[str, Any]:
    """As JSON can carry it."""
    return {
        "kind": found.kind,
        "items": [_item_to_plain(item) for item in found.items],
        "columns": asdict(found.columns) if found.columns else None,
        "pages": list(found.pages),
        "left_out": found.left_out,
        "links": asdict(found.links) if found.links else None,
    }


def found_from_plain(plain: Mapping[str, Any]) -> ReadResult:
    """And back. Raises KeyError, TypeError or ValueError for anything else."""
    columns = plain["columns"]
    return ReadResult(
        FileKind(plain["kind"]),
        tuple(_item_from_plain(item) for item in plain["items"]),
        columns_from_plain(columns) if columns else None,
        tuple(plain["pages"]),
        int(plain["left_out"]),
        _links_from_plain(plain["links"]) if plain.get("links") else None,
    )


def _links_from_plain(plain: Mapping[str, Any]) -> PageLinks:
    translations = tuple((str(lang), str(url)) for lang, url in plain["translations"])
    marks = {name: bool(plain[name]) for name in ("listed", "asks_password", "mostly")}
    return PageLinks(texts(plain["links"]), translations, str(plain["lang"]), **marks)


def columns_from_plain(plain: Mapping[str, Any]) -> Columns:
    return Columns(
        tuple(plain["names"]), dict(plain["roles"]), bool(plain["sure"]), bool(plain["header"]), plain.get("above", 0)
    )


def texts(values: Sequence[Any]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)


def _item_to_plain(item: Item) -> dict[str, Any]:
    if isinstance(item, LeftOut):
        return {"is": "left_out", "what": to_plain(item.what), "why": to_plain(item.why)}
    if isinstance(item, Unusable):
        return {"is": "unusable", "row": item.row, "why": to_plain(item.why), "shown": item.shown}
    return {"is": "faq" if isinstance(item, FoundFaq) else "document", **asdict(item)}


def _item_from_plain(plain: Mapping[str, Any]) -> Item:
    fields = {name: value for name, value in plain.items() if name != "is"}
    if plain["is"] == "unusable":
        return Unusable(int(fields["row"]), from_plain(fields["why"]), str(fields["shown"]))
    if plain["is"] == "left_out":
        return LeftOut(from_plain(fields["what"]), from_plain(fields["why"]))
    if isinstance(fields.get("phrasings"), list):
        fields["phrasings"] = texts(fields["phrasings"])
    return ITEMS[plain["is"]](**fields)
