"""An Atom or RSS feed -> one document: each entry under its title and day (RFC 4287, RSS 2.0)."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing import markup
from knowledge.importing.read_results import FileKind, FoundDocument, ReadResult
from knowledge.importing.site import web_page
from knowledge.phrases import _

MOST_ENTRIES = 100
_TEXTS = ("content", "encoded", "summary", "description")  # `encoded` is RSS's content module
_DAYS = ("published", "updated", "pubDate", "date")


def read(text: str, otherwise: str) -> ReadResult:
    """All entries, in the feed's order. Raises BadInput for an empty feed, or hostile or broken XML."""
    from defusedxml.ElementTree import fromstring

    data = text.encode()
    markup.check(data)
    root = fromstring(data)
    entries = [each for each in root.iter() if _name(each) in {"entry", "item"}]
    parts = [part for entry in entries[:MOST_ENTRIES] if (part := _told(entry))]
    if not parts:
        raise BadInput(_("This feed has no entries."))
    channel = next((each for each in root if _name(each) == "channel"), root)
    title = _first(channel, ("title",)) or otherwise or parts[0].partition("\n")[0].lstrip("# ")
    return ReadResult(FileKind.FEED, (FoundDocument(title, "\n\n".join(parts)),), left_out=len(entries) - len(parts))


def _told(entry: Any) -> str:
    """An entry as Markdown; nothing for one without a text."""
    said = _first(entry, _TEXTS)
    text = web_page.text_in_html(said) if "<" in said else said
    day = _day(_first(entry, _DAYS))
    head = " - ".join(filter(None, [_first(entry, ("title",)), day]))
    return f"# {head}\n\n{text.strip()}" if text.strip() else ""


def _first(parent: Any, names: tuple[str, ...]) -> str:
    """The text of the first child that is called by the first of these names that there is."""
    children = {_name(child): child for child in reversed(list(parent))}
    found = next((children[name] for name in names if name in children), None)
    return "".join(found.itertext()).strip() if found is not None else ""


def _day(said: str) -> str:
    """Atom's time (RFC 3339) or RSS's (RFC 822) as a day; nothing for neither."""
    for read_time in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read_time(said).date().isoformat()
        except ValueError:
            continue
    return ""


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]
