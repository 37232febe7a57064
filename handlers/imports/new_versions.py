"""A file as the new version of a document: all that was read of it, in that document's place. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.entries.documents import LONGEST_TEXT
from handlers.written import LONGEST_IN_ROW, shortened, written
from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.entries.documents import Document
from knowledge.store.imports.import_items import DocumentTexts, FaqTexts, ImportItem, ItemOutcome, Texts


def as_new_version(items: Sequence[ImportItem], documents: Sequence[Document], into: str) -> list[ImportItem]:
    """The items with one in place of all that have texts: the document `into`, under the name and address it has.

    Raises NotFound if it was removed meanwhile, BadInput if that is more than a document holds.
    """
    document = next((each for each in documents if each.id == into), None)
    if document is None:
        raise NotFound(_("That document no longer exists."))
    read = [item for item in items if item.texts]
    text = "\n\n".join(_said(item.texts) for item in read if item.texts)
    if not read:
        return list(items)
    texts = DocumentTexts(document.title, written(text, LONGEST_TEXT), document.url)
    shown = shortened(document.title, LONGEST_IN_ROW)
    # Not as what stands at a page now: other parts of that page stay.
    whole = replace(
        read[0],
        row=0,
        shown=shown,
        texts=texts,
        entry_id=document.id,
        outcome=ItemOutcome.ADDED,
        similar=None,
        why=None,
        page="",
    )
    return [whole, *(item for item in items if not item.texts)]


def _said(texts: Texts) -> str:
    return f"{texts.question}\n\n{texts.answer}" if isinstance(texts, FaqTexts) else texts.text
