"""What was found -> items that may be kept: within every length, long documents in parts. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.entries.documents import LONGEST_TEXT, LONGEST_TITLE
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION, kept_phrasings
from handlers.written import LONGEST_IN_ROW, parted, shortened, written, written_line
from knowledge.errors import BadInput
from knowledge.importing.read_results import FoundDocument, FoundFaq, Item, LeftOut, Unusable
from knowledge.phrases import Phrase, _
from knowledge.store.database import AppScope
from knowledge.store.imports.import_items import DocumentTexts, FaqTexts, ImportItem, ItemOutcome, Texts

MOST_PARTS = 20  # of one document
LONGEST_URL = 2_000
WEB = ("http://", "https://")


@dataclass(frozen=True)
class Sheet:
    """Whose items they are, and until when they are kept."""

    scope: AppScope
    job_id: str
    expires_at: datetime


@dataclass(frozen=True)
class _Draft:
    row: int
    shown: str
    texts: Texts | None = None
    why: Phrase | None = None


def drafts(sheet: Sheet, items: Sequence[Item], first: int = 0, page: str = "") -> list[ImportItem]:
    """The items, numbered from `first`, none compared with anything yet; what cannot be kept is skipped, with why.

    `page` is the address they were read at, all that stands there.
    """
    drafted = [draft for item in items for draft in _drafted(item)]
    return [replace(_item(sheet, n, draft), page=page) for n, draft in enumerate(drafted, first)]


def failed(sheet: Sheet, n: int, shown: str, why: Phrase) -> ImportItem:
    """An item of which there is nothing but the reason, such as a page that could not be fetched."""
    return _item(sheet, n, _Draft(0, shown, why=why))


def _item(sheet: Sheet, n: int, draft: _Draft) -> ImportItem:
    outcome = ItemOutcome.ADDED if draft.texts else ItemOutcome.SKIPPED
    shown = shortened(draft.shown, LONGEST_IN_ROW)
    return ImportItem(sheet.scope, sheet.job_id, n, draft.row, outcome, shown, sheet.expires_at, draft.texts, draft.why)


def _drafted(item: Item) -> list[_Draft]:
    if isinstance(item, LeftOut):
        return [_Draft(0, "", why=_("{what}: {why}", what=item.what, why=item.why))]
    shown = item.shown if isinstance(item, Unusable) else item.question if isinstance(item, FoundFaq) else item.title
    try:
        match item:
            case Unusable():
                return [_Draft(item.row, shown, why=item.why)]
            case FoundFaq():
                return [_Draft(item.row, shown, _faq(item))]
            case FoundDocument():
                return [_Draft(item.row, texts.title, texts) for texts in _documents(item)]
    except BadInput as problem:
        return [_Draft(item.row, shown, why=problem.phrase)]


def _faq(found: FoundFaq) -> FaqTexts:
    question = written_line(found.question, LONGEST_QUESTION)
    phrasings = None if found.phrasings is None else kept_phrasings(question, found.phrasings)
    url = found.url if found.url.startswith(WEB) and len(found.url) <= LONGEST_URL else ""
    return FaqTexts(question, written(found.answer, LONGEST_ANSWER), phrasings, found.exact, url)


def _documents(found: FoundDocument) -> list[DocumentTexts]:
    """The document, in parts if it is longer than one may be."""
    text = written(found.text, LONGEST_TEXT * MOST_PARTS)
    parts = [part for part in parted(text, LONGEST_TEXT) if part.strip()]
    title = " ".join(found.title.split())
    if len(parts) == 1:
        return [DocumentTexts(written_line(title, LONGEST_TITLE), text, found.url)]
    room = LONGEST_TITLE - len(" (20/20)")
    return [
        DocumentTexts(f"{title[:room]} ({n}/{len(parts)})", part.strip(), found.url) for n, part in enumerate(parts, 1)
    ]
