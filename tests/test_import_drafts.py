"""What was found in a file becomes items that may be kept, within every length, and says why where it may not."""

from datetime import UTC, datetime

import pytest

from handlers.entries.documents import LONGEST_TEXT, LONGEST_TITLE
from handlers.entries.faqs import LONGEST_ANSWER, LONGEST_QUESTION
from handlers.imports.drafts import MOST_PARTS, Sheet, drafts, failed
from handlers.written import LONGEST_IN_ROW
from knowledge.importing.read_results import FoundDocument, FoundFaq, Item, Unusable
from knowledge.phrases import _
from knowledge.store.database import AppId, AppScope, OwnerId
from knowledge.store.imports.import_items import DocumentTexts, FaqTexts, ImportItem, ItemOutcome

SHEET = Sheet(AppScope(OwnerId("owner"), AppId("app")), "job", datetime(2026, 4, 8, tzinfo=UTC))


def one(found: Item) -> ImportItem:
    [item] = drafts(SHEET, [found])
    return item


def parts_of(text: str, title: str = "Guide") -> list[DocumentTexts]:
    texts = [item.texts for item in drafts(SHEET, [FoundDocument(title, text, "https://kotori.example")])]
    assert all(isinstance(each, DocumentTexts) for each in texts)
    return [each for each in texts if isinstance(each, DocumentTexts)]


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        (FoundFaq("Is it\n free? ", " Yes.\r\nReally. "), FaqTexts("Is it free?", "Yes.\nReally.")),
        (
            FoundFaq("無料ですか", "はい", ("お金は？", " お金は？ "), True),
            FaqTexts("無料ですか", "はい", ("お金は？",), True),
        ),
        (FoundFaq("Q", "A\x00\x07"), FaqTexts("Q", "A")),
        (FoundFaq("Q", "A", (), False), FaqTexts("Q", "A", (), False)),
        (
            FoundDocument(" A  guide ", "Long.", "https://a.example"),
            DocumentTexts("A guide", "Long.", "https://a.example"),
        ),
    ],
)
def test_what_may_be_kept_is_kept_as_people_write_it(found: Item, kept: FaqTexts | DocumentTexts) -> None:
    item = one(found)
    assert (item.texts, item.outcome, item.why) == (kept, ItemOutcome.ADDED, None)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (FoundFaq("", "Yes."), "nothing in it"),
        (FoundFaq("Is it free?", " \n "), "nothing in it"),
        (FoundFaq("x" * (LONGEST_QUESTION + 1), "Yes."), f"limit here is {LONGEST_QUESTION}"),
        (FoundFaq("Is it free?", "x" * (LONGEST_ANSWER + 1)), f"limit here is {LONGEST_ANSWER}"),
        (FoundDocument("Guide", ""), "nothing in it"),
        (FoundDocument("x" * (LONGEST_TITLE + 1), "Long."), f"limit here is {LONGEST_TITLE}"),
        (FoundDocument("Guide", "x" * (LONGEST_TEXT * MOST_PARTS + 1)), "characters"),
        (Unusable(4, _("It is not an entry."), "{"), "It is not an entry."),
    ],
)
def test_what_may_not_be_kept_is_skipped_and_says_why_in_both_languages(found: Item, why: str) -> None:
    item = one(found)
    assert (item.texts, item.outcome) == (None, ItemOutcome.SKIPPED)
    assert item.why
    assert why in item.why.say("en")
    assert item.why.say("ja") != item.why.say("en")


@pytest.mark.parametrize("length", [1, LONGEST_TEXT])
def test_a_document_that_fits_is_one_without_a_number(length: int) -> None:
    assert parts_of("x" * length) == [DocumentTexts("Guide", "x" * length, "https://kotori.example")]


def test_a_longer_one_is_kept_in_numbered_parts_that_say_all_of_it() -> None:
    paragraphs = [f"Paragraph {n}. " + "word " * 150 for n in range(600)]
    text = "\n\n".join(each.strip() for each in paragraphs)
    parts = parts_of(text)
    assert [part.title for part in parts] == [f"Guide ({n}/{len(parts)})" for n in range(1, len(parts) + 1)]
    assert all(len(part.text) <= LONGEST_TEXT for part in parts)
    assert "\n\n".join(part.text for part in parts) == text


def test_a_part_ends_with_a_paragraph_else_with_a_line_else_where_it_must() -> None:
    half = LONGEST_TEXT // 2
    by_paragraph = parts_of("a" * (half + 10) + "\n\n" + "b\n" + "c" * LONGEST_TEXT)
    assert by_paragraph[0].text == "a" * (half + 10) + "\n\nb"  # the later of both ends
    by_line = parts_of("a" * (half + 10) + "\n" + "b" * LONGEST_TEXT)
    assert by_line[0].text == "a" * (half + 10)
    assert parts_of("a" * (LONGEST_TEXT + 5))[0].text == "a" * LONGEST_TEXT
    early = parts_of("a" * 10 + "\n\n" + "b" * LONGEST_TEXT)
    assert len(early[0].text) == LONGEST_TEXT, "a first part of ten characters helps nobody"


def test_a_title_leaves_room_for_its_number() -> None:
    parts = parts_of("x" * (LONGEST_TEXT * 2), title="T" * LONGEST_TITLE)
    assert all(len(part.title) <= LONGEST_TITLE for part in parts)
    assert parts[1].title.endswith(" (2/2)")


def test_items_are_numbered_on_and_know_their_page_and_line() -> None:
    found: list[Item] = [
        FoundFaq("One?", "Yes.", row=7),
        Unusable(8, _("It is not an entry.")),
        FoundDocument("Guide", "Long.", row=9),
    ]
    items = drafts(SHEET, found, first=40, page="https://kotori.example")
    assert [(item.n, item.row) for item in items] == [(40, 7), (41, 8), (42, 9)]
    assert {item.page for item in items} == {"https://kotori.example"}
    assert {(item.scope, item.job_id, item.expires_at) for item in items} == {(SHEET.scope, "job", SHEET.expires_at)}


def test_what_is_shown_of_an_item_fits_a_row() -> None:
    assert one(FoundFaq("Q" * 150, "A")).shown == "Q" * (LONGEST_IN_ROW - 1) + "…"
    assert one(Unusable(1, _("It is not an entry."), "[1, 2]")).shown == "[1, 2]"


def test_a_page_that_could_not_be_read_is_an_item_with_its_reason() -> None:
    item = failed(SHEET, 5, "https://kotori.example/away", _("It is not an entry."))
    assert (item.n, item.outcome, item.shown, item.texts) == (
        5,
        ItemOutcome.SKIPPED,
        "https://kotori.example/away",
        None,
    )
    assert item.why == _("It is not an entry.")
