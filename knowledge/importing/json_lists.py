"""JSON and JSON Lines -> entries: lists of objects, whose keys are guessed as a table's columns are."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from knowledge.errors import BadInput
from knowledge.importing import columns
from knowledge.importing.left_out import counted
from knowledge.importing.questions import LONGEST_ANSWER, asks
from knowledge.importing.read_results import (
    Columns,
    FileKind,
    FoundDocument,
    FoundFaq,
    Item,
    ReadResult,
    Unusable,
)
from knowledge.importing.tables import MOST_ROWS, document_item, faq_item, plain
from knowledge.phrases import _

Entry = tuple[int, Any]
LISTS = ("faqs", "documents")  # what an export of ours is made of


def read(text: str, kind: FileKind, roles: Mapping[str, int]) -> ReadResult:
    """The entries. Raises BadInput where it is no JSON, or holds no list of questions and answers."""
    value: Any = [each for _n, each in _lines(text)] if kind is FileKind.JSONL else _whole(text)
    lists = _lists(value)
    items: list[Item] = []
    unpublished = Counter[str]()
    shown: Columns | None = None
    for entries in lists:
        names = _names(entries)
        shown = _columns(names, roles)
        for n, entry in enumerate(entries, 1):
            if state := _unpublished(entry):
                unpublished[state] += 1
            else:
                items.append(_item(n, entry, shown))
    if len(items) > MOST_ROWS:
        raise BadInput(_("This list is too long. At most {rows} entries can be imported at once.", rows=MOST_ROWS))
    return ReadResult(kind, (*items, *counted(unpublished)), shown if len(lists) == 1 else None)


def _whole(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken(error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise BadInput(_("This JSON is nested too deeply, or holds a number that is too long.")) from error


def _lines(text: str) -> Iterator[Entry]:
    for n, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield n, json.loads(line)
            except (ValueError, RecursionError) as error:
                raise _broken(n) from error


def _lists(value: Any) -> list[list[Any]]:
    """The lists of entries in it, in their order; `{question: answer}` is one too."""
    if isinstance(value, dict):
        ours = [value[name] for name in LISTS if isinstance(value.get(name), list)]
        if ours:
            return [entries for entries in ours if entries] or [[]]
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        # {"data": [...]}, as most services wrap a list; a help centre's article has lists of its own.
        if len(lists) == 1 and not columns.has_pair(columns.by_name(list(value))):
            return lists
        if (
            value
            and all(isinstance(inner, str) for inner in value.values())
            and not columns.has_pair(columns.by_name(list(value)))
        ):
            return [[{"question": question, "answer": answer} for question, answer in value.items()]]
        # A single entry, given without its list.
        value = [value]
    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        return [value]
    if isinstance(value, list) and all(isinstance(entry, list) for entry in value):
        return [[dict(zip(("question", "answer"), entry, strict=False)) for entry in value]]
    raise BadInput(_("This JSON is not a list of questions and answers."))


def _names(entries: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for entry in entries if isinstance(entry, dict) for name in entry))


def _columns(names: Sequence[str], roles: Mapping[str, int]) -> Columns:
    found = columns.by_name(names)
    if "html_url" in names and "url" in found:
        found["url"] = names.index("html_url")  # the page's; the other is the program's
    guessed = Columns(tuple(names), found, sure=True)
    if roles:
        return columns.chosen(guessed, roles)
    if not columns.has_pair(found):
        found = columns.by_parts(names)
    if names and not columns.has_pair(found):
        raise BadInput(_("This JSON has no “question” and “answer” in its entries."))
    return Columns(tuple(names), found)


def _item(n: int, entry: Any, chosen: Columns) -> Item:
    if not isinstance(entry, dict):
        return Unusable(n, _("It is not an entry."))
    given = {role: entry.get(chosen.names[place]) for role, place in chosen.roles.items()}
    if any(isinstance(value, dict) for value in given.values()):
        return Unusable(n, _("Some of its values are not texts."))
    cells = {
        role: plain(_cell(value), role)
        for role, value in given.items()
        if value is not None or role not in {"phrasings", "exact"}
    }
    if "question" in cells:
        return faq_item(n, cells)
    item = document_item(n, cells)
    # A help centre's article whose title asks is an entry.
    if isinstance(item, FoundDocument) and asks(item.title) and len(item.text) <= LONGEST_ANSWER:
        return FoundFaq(item.title, item.text, row=n, url=item.url)
    return item


def _unpublished(entry: Any) -> str:
    """What a help centre says of an article that nobody can read (Zendesk, Intercom, Freshdesk); "" for the others."""
    if not isinstance(entry, dict):
        return ""
    state = str(entry.get("state") or entry.get("status") or "").lower()
    is_freshdesk = isinstance(entry.get("status"), int) and "description" in entry and "folder_id" in entry
    if entry.get("draft") is True or state in {"draft", "unpublished", "下書き"} or (is_freshdesk and state == "1"):
        return "drafts"
    if entry.get("archived") is True or entry.get("outdated") is True or state in {"archived", "deleted", "trashed"}:
        return "archived"
    return "disabled" if entry.get("enabled") is False or entry.get("active") is False else ""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(_cell(each) for each in value)
    if isinstance(value, bool):
        return "true" if value else ""
    return str(value)


def _broken(line: int) -> BadInput:
    return BadInput(_("This JSON is broken at line {line}.", line=line))
