"""What becomes of each item of an import, beside what is known and what stands further up. Pure: no store."""

from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.entries.documents import MOST_DOCUMENTS
from handlers.entries.faqs import MOST_FAQS
from handlers.imports.preview import Known, asked_as, by_id, plan, resolved, texts_of
from knowledge.store.database import AppId, AppScope, OwnerId
from knowledge.store.entries.documents import Document
from knowledge.store.entries.faqs import FaqEntry
from knowledge.store.imports.import_items import DocumentTexts, FaqTexts, ImportItem, ItemOutcome, Texts

NOW = datetime(2026, 4, 1, tzinfo=UTC)
SCOPE = AppScope(OwnerId("owner"), AppId("app"))
PAGE = "https://kotori.example/help"


def faq(question: str, answer: str = "Yes.", **more: Any) -> FaqEntry:
    return FaqEntry(question, answer, question, answer, (), NOW, NOW, **more)


def document(title: str, text: str = "Long.", url: str = "") -> Document:
    return Document(title, text, (), title, (), NOW, NOW, url)


def item(texts: Texts | None, n: int = 0, row: int = 0, page: str = "") -> ImportItem:
    return ImportItem(SCOPE, "job", n, row, ItemOutcome.SKIPPED, "shown", NOW, texts, page=page)


def outcomes(texts: list[Texts], known: Known) -> list[ItemOutcome]:
    return [each.outcome for each in plan([item(each, n) for n, each in enumerate(texts)], known)]


NOTHING = Known((), ())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Is it free?", "is it FREE"),
        ("Ｗｉ－Ｆｉは使えますか？", "Wi-Fiは使えますか"),
        ("返金 できますか。", "返金できますか？"),
        ("ﾘﾌｧﾝﾄﾞ", "リファンド"),
        ("Straße?", "STRASSE"),
        ("①", "1"),
    ],
)
def test_spellings_of_one_question_have_one_key(one: str, other: str) -> None:
    assert asked_as(one) == asked_as(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Is it free?", "Is it new?"), ("返金", "返品"), ("???", "!!!"), ("♡", "★")]
)
def test_other_questions_have_other_keys(one: str, other: str) -> None:
    assert asked_as(one) != asked_as(other)


@pytest.mark.parametrize(
    ("texts", "outcome"),
    [
        (FaqTexts("Is it free?", "Yes."), ItemOutcome.SAME),
        (FaqTexts("IS IT FREE", "Yes."), ItemOutcome.CHANGED),  # the question is spelled otherwise
        (FaqTexts("Is it free?", "No."), ItemOutcome.CHANGED),
        (FaqTexts("Is it free?", "Yes.", ("What does it cost?",)), ItemOutcome.SAME),
        (FaqTexts("Is it free?", "Yes.", ()), ItemOutcome.CHANGED),
        (FaqTexts("Is it free?", "Yes.", exact=False), ItemOutcome.CHANGED),
        (FaqTexts("Is it new?", "Yes."), ItemOutcome.ADDED),
    ],
)
def test_a_faq_is_compared_with_the_entry_that_asks_the_same(texts: FaqTexts, outcome: ItemOutcome) -> None:
    """What an import says nothing of is left as the entry has it."""
    entry = faq("Is it free?", phrasings=("What does it cost?",), exact=True)
    [planned] = plan([item(texts)], Known([entry], ()))
    assert planned.outcome is outcome
    assert (planned.entry_id == entry.id) is (outcome is not ItemOutcome.ADDED)
    assert planned.before == (texts_of(entry) if outcome is ItemOutcome.CHANGED else None)


@pytest.mark.parametrize(
    ("texts", "outcome"),
    [
        (DocumentTexts("Guide", "Long.", PAGE), ItemOutcome.SAME),
        (DocumentTexts("Guide", "Longer.", PAGE), ItemOutcome.CHANGED),
        (DocumentTexts("The guide", "Long.", PAGE), ItemOutcome.CHANGED),  # the same address
        (DocumentTexts("Guide", "Long.", f"{PAGE}/2"), ItemOutcome.ADDED),
        (DocumentTexts("Guide (2/3)", "Long.", PAGE), ItemOutcome.ADDED),  # another part of it
        (DocumentTexts("Terms", "Long."), ItemOutcome.SAME),
        (DocumentTexts("Terms", "Longer."), ItemOutcome.CHANGED),
        (DocumentTexts("terms", "Long."), ItemOutcome.ADDED),
    ],
)
def test_a_document_is_the_one_at_its_address_and_part_or_of_its_title(
    texts: DocumentTexts, outcome: ItemOutcome
) -> None:
    known = Known((), [document("Guide", url=PAGE), document("Terms")])
    assert outcomes([texts], known) == [outcome]


def test_of_entries_that_ask_the_same_the_first_is_meant() -> None:
    first, second = faq("Is it free?", "Yes."), faq("is it free", "No.")
    [planned] = plan([item(FaqTexts("Is it free?", "Yes."))], Known([first, second], ()))
    assert (planned.outcome, planned.entry_id) == (ItemOutcome.SAME, first.id)


@pytest.mark.parametrize(
    ("row", "answer", "why"),
    [
        (3, "Yes.", "Line 3 is the same."),
        (3, "No.", "Line 3 asks the same but answers it differently."),
        (0, "Yes.", "It is in there twice."),
        (0, "No.", "It is in there twice."),
    ],
)
def test_what_stands_in_a_source_twice_is_taken_once(row: int, answer: str, why: str) -> None:
    items = [item(FaqTexts("Is it free?", "Yes."), 0, row), item(FaqTexts("Is it FREE", answer), 1, row and row + 1)]
    first, second = plan(items, NOTHING)
    assert (first.outcome, second.outcome) == (ItemOutcome.ADDED, ItemOutcome.SKIPPED)
    assert second.why
    assert second.why.say("en") == why
    assert second.entry_id == ""


def test_a_question_and_a_document_of_the_same_words_are_two() -> None:
    assert outcomes([FaqTexts("Guide", "Yes."), DocumentTexts("Guide", "Yes.")], NOTHING) == [ItemOutcome.ADDED] * 2


def test_there_is_room_for_so_many_and_what_is_there_already_needs_none() -> None:
    known = Known([faq(f"Number {n}?") for n in range(MOST_FAQS - 1)], ())
    texts: list[Texts] = [FaqTexts("New?", "Yes."), FaqTexts("Newer?", "Yes."), FaqTexts("Number 1?", "No.")]
    planned = plan([item(each, n) for n, each in enumerate(texts)], known)
    assert [each.outcome for each in planned] == [ItemOutcome.ADDED, ItemOutcome.SKIPPED, ItemOutcome.CHANGED]
    assert planned[1].why
    assert str(MOST_FAQS) in planned[1].why.say("en")
    assert str(MOST_FAQS) in planned[1].why.say("ja")


def test_documents_have_room_of_their_own() -> None:
    known = Known([faq("Full?")] * MOST_FAQS, [document(f"Number {n}") for n in range(MOST_DOCUMENTS)])
    texts: list[Texts] = [DocumentTexts("New", "Long."), DocumentTexts("Number 1", "Long.")]
    assert outcomes(texts, known) == [ItemOutcome.SKIPPED, ItemOutcome.SAME]


def test_what_nothing_could_be_made_of_stays_skipped_for_its_reason() -> None:
    unusable = item(None)
    assert plan([unusable], NOTHING) == [unusable]


def test_a_page_that_got_shorter_loses_its_last_parts_and_no_other_pages_do() -> None:
    parts = [document(f"Guide ({n}/3)", url=PAGE) for n in (1, 2, 3)]
    elsewhere = document("Guide (2/2)", url=f"{PAGE}/other")
    shorter = (
        item(DocumentTexts("Guide (1/2)", "Long.", PAGE), 4, page=PAGE),
        item(DocumentTexts("Guide (2/2)", "Short.", PAGE), 5, page=PAGE),
    )
    planned = plan(shorter, Known((), [*parts, elsewhere]))
    assert [each.outcome for each in planned] == [ItemOutcome.CHANGED, ItemOutcome.CHANGED, ItemOutcome.REMOVED]
    gone = planned[-1]
    assert (gone.n, gone.shown, gone.entry_id, gone.texts) == (6, "Guide (3/3)", parts[2].id, None)
    assert gone.before == DocumentTexts("Guide (3/3)", "Long.", PAGE)


def test_a_file_that_names_a_page_takes_none_of_its_parts_away() -> None:
    """Only who has read the whole page knows that a part is gone."""
    known = Known((), [document("Guide (1/2)", url=PAGE), document("Guide (2/2)", url=PAGE)])
    assert outcomes([DocumentTexts("Guide", "Long.", PAGE)], known) == [ItemOutcome.CHANGED]


def test_planning_again_says_the_same_and_keeps_the_ids() -> None:
    """The preview is made anew when the knowledge changes while its owner reads it."""
    known = Known([faq("Is it free?")], [document("Guide (2/2)", url=PAGE)])
    texts: list[Texts] = [
        FaqTexts("Is it free?", "No."),
        FaqTexts("New?", "Yes."),
        DocumentTexts("Guide", "Long.", PAGE),
    ]
    once = plan([item(each, n, page=PAGE) for n, each in enumerate(texts)], known)
    assert [each.outcome for each in once][-1] is ItemOutcome.REMOVED
    assert plan(once, known) == once


def test_an_item_that_was_no_room_for_finds_some_later() -> None:
    full = Known([faq(f"Number {n}?") for n in range(MOST_FAQS)], ())
    [skipped] = plan([item(FaqTexts("New?", "Yes."))], full)
    [added] = plan([skipped], NOTHING)
    assert (added.outcome, added.why) == (ItemOutcome.ADDED, None)
    assert added.entry_id


@pytest.mark.parametrize(
    ("before", "phrasings", "exact"),
    [
        (None, (), False),
        (FaqTexts("Q", "A", ("Other?",), True), ("Other?",), True),
        (FaqTexts("Q", "A"), None, None),
    ],
)
def test_what_texts_leave_open_is_taken_from_the_entry(
    before: FaqTexts | None, phrasings: tuple[str, ...] | None, exact: bool | None
) -> None:
    found = resolved(FaqTexts("Q", "B"), before)
    assert found == FaqTexts("Q", "B", phrasings, exact)


def test_what_texts_say_is_not_taken_from_the_entry() -> None:
    said = FaqTexts("Q", "B", (), False)
    assert resolved(said, FaqTexts("Q", "A", ("Other?",), True)) == said


def test_entries_are_known_by_their_ids_whatever_they_are() -> None:
    one, other = faq("Is it free?"), document("Guide", url=PAGE)
    known = by_id(Known([one], [other]))
    assert known == {one.id: one, other.id: other}
    assert texts_of(known[other.id]) == DocumentTexts("Guide", "Long.", PAGE)
