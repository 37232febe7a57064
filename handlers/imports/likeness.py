"""Which new questions ask nearly what another entry answers: duplicates, and contradictions."""

from collections.abc import Sequence
from dataclasses import replace

from handlers.imports.preview import asked_as
from knowledge.meaning.likeness import MOST_TEXTS, Like, Likeness
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.imports.import_items import FaqTexts, ImportItem, ItemOutcome, Similar

MOST_BY_MEANING = 300  # texts; a vector takes ten milliseconds, and somebody waits for the preview

Asked = tuple[str, str, EntryRef]  # question, answer, whose they are


class ImportLikeness:
    """Compares what an import would add with what is there, and with what it adds besides."""

    def __init__(self, likeness: Likeness) -> None:
        self._likeness = likeness
        self._by_words = Likeness()

    async def noted(self, items: Sequence[ImportItem], faqs: Sequence[FaqEntry]) -> list[ImportItem]:
        """The items, those that are almost surely asked by another entry too with a note of it."""
        added = [item for item in items if item.outcome is ItemOutcome.ADDED and isinstance(item.texts, FaqTexts)]
        new = [_asked(item) for item in added][:MOST_TEXTS]
        others = [*new, *((entry.question, entry.answer, _ref(entry)) for entry in faqs)][:MOST_TEXTS]
        if not new or len(others) < 2:
            return list(items)
        likeness = self._likeness if len(others) <= MOST_BY_MEANING else self._by_words
        found = await likeness.like([question for question, _a, _r in new], [question for question, _a, _r in others])
        notes = {
            ref.id: _similar(n, alike, others) for n, (alike, (_q, _a, ref)) in enumerate(zip(found, new, strict=True))
        }
        return [replace(item, similar=notes.get(item.entry_id)) if item.entry_id else item for item in items]


def _similar(n: int, alike: Sequence[Like], others: Sequence[Asked]) -> Similar | None:
    """The entry most like this one; of two new ones the later is told."""
    best = next(
        (like.number for like in alike if like.same and like.number != n and not _is_later(n, like, others)), None
    )
    if best is None:
        return None
    return Similar(others[best][2], contradicts=asked_as(others[best][1]) != asked_as(others[n][1]))


def _is_later(n: int, like: Like, others: Sequence[Asked]) -> bool:
    return others[like.number][2].kind == "new" and like.number > n


def _asked(item: ImportItem) -> Asked:
    assert isinstance(item.texts, FaqTexts)
    return item.texts.question, item.texts.answer, EntryRef("new", item.entry_id, item.texts.question)


def _ref(entry: FaqEntry) -> EntryRef:
    return EntryRef("faq", entry.id, entry.question)
