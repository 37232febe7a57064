"""An import on its cards, before and after: what is counted, shown and offered, in both languages. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.imports.cards import (
    OUTCOMES,
    ROLES,
    STATES,
    counted,
    done_card,
    failed_text,
    name_of,
    outcome_line,
    ready_card,
    undone_text,
)
from handlers.messages import Card
from knowledge.importing.read_results import Columns
from knowledge.phrases import Phrase, _
from knowledge.store.apps.apps import App
from knowledge.store.database import AppId, AppScope, OwnerId
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.imports.import_items import FaqTexts, ImportItem, ItemOutcome, Similar
from knowledge.store.imports.imports import ImportDoor, ImportJob, ImportSource, ImportState

NOW = datetime(2026, 4, 1, tzinfo=UTC)
SCOPE = AppScope(OwnerId("owner"), AppId("app"))
APP = App(OwnerId("owner"), "Kotori", "kotori", "en", NOW)
TABLE = Columns(("No.", "Question", "Answer"), {"question": 1, "answer": 2})
TEXTS = Columns(("Title", "Text"), {"title": 0, "text": 1})


def job(counts: Mapping[str, int], name: str = "faq.csv", columns: Columns | None = None) -> ImportJob:
    plain = asdict(columns) if columns else None
    return ImportJob(SCOPE, ImportSource.FILE, name, ImportDoor.CHAT, NOW, NOW, NOW, columns=plain, counts=counts)


def item(shown: str = "Is it free?", outcome: ItemOutcome = ItemOutcome.ADDED, **more: Any) -> ImportItem:
    return ImportItem(SCOPE, "job", 0, 1, outcome, shown, NOW, FaqTexts(shown, "Yes."), **more)


def said(words: object) -> str:
    return words.say("en") if isinstance(words, Phrase) else str(words)


def rows(card: Card) -> dict[str, str]:
    return {said(label): said(value) for label, value in card.rows}


def labels(card: Card) -> list[str]:
    return [said(choice.label) for choice in card.choices]


def test_every_outcome_state_and_column_has_its_word_in_both_languages() -> None:
    assert set(ItemOutcome) <= set(OUTCOMES)
    assert set(ImportState) == set(STATES)
    for phrase in (*OUTCOMES.values(), *STATES.values(), *ROLES.values()):
        assert phrase.say("ja") != phrase.say("en")


def test_outcomes_that_occur_are_counted_in_the_order_of_the_table() -> None:
    found = counted(job({"skipped": 2, "added": 3, "changed": 0, "similar": 1}))
    assert [(phrase.say("en"), count) for phrase, count in found] == [
        ("New", 3),
        ("Skipped", 2),
        ("Similar to another", 1),
    ]


def test_before_an_import_its_owner_is_asked_and_may_choose_other_columns_of_a_table() -> None:
    card = ready_card(job({"added": 1}, columns=TABLE), APP, [item()])
    assert said(card.title) == "Shall I learn this?"
    assert labels(card) == ["Import", "Show the list", "Choose columns", "Do not import"]
    columns = "Questions: Question / Answers: Answer"
    assert rows(card) == {"App": "Kotori", "From": "faq.csv", "New": "1", "Columns": columns, "Columns not read": "No."}
    assert labels(ready_card(job({"added": 1}), APP, [item()])) == ["Import", "Show the list", "Do not import"]


def test_a_table_of_documents_names_titles_and_texts() -> None:
    assert rows(ready_card(job({"added": 1}, columns=TEXTS), APP, []))["Columns"] == "Title: Title / Text: Text"


@pytest.mark.parametrize("counts", [{"same": 4}, {"skipped": 2}, {}])
def test_where_nothing_would_change_nothing_is_asked(counts: dict[str, int]) -> None:
    for card in (ready_card(job(counts), APP, []), done_card(job(counts), APP, [])):
        assert said(card.title) == "Nothing new in it"
        assert labels(card) == ["Show the list"]


@pytest.mark.parametrize("outcome", ["added", "changed", "removed"])
def test_what_was_done_can_be_undone(outcome: str) -> None:
    card = done_card(job({outcome: 1}), APP, [])
    assert (said(card.title), labels(card)) == ("Imported", ["Show the list", "Undo this import"])


def test_a_card_shows_the_first_three_of_what_matters_most() -> None:
    many = [item(f"New {n}?") for n in range(5)] + [item("Changed?", ItemOutcome.CHANGED)]
    assert ready_card(job({"added": 5, "changed": 1}), APP, many).body == "・New 0?\n・New 1?\n・New 2?"
    assert done_card(job({"added": 5, "changed": 1}), APP, many).body == "・Changed?"
    assert ready_card(job({"changed": 1}), APP, many[5:]).body == "・Changed?"


def test_what_a_sitemap_left_out_is_said() -> None:
    assert rows(ready_card(replace(job({"added": 1}), left_out=12), APP, []))["Left out"] == "12"


def test_every_button_names_its_import() -> None:
    one = job({"added": 1}, columns=TABLE)
    actions = [choice.action for card in (ready_card(one, APP, []), done_card(one, APP, [])) for choice in card.choices]
    assert {action.partition(":")[2] for action in actions} == {one.id}
    assert {action.partition(":")[0] for action in actions} == {
        "import.apply", "import.show", "import.columns", "import.cancel", "import.undo",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (item(), "New"),
        (item(outcome=ItemOutcome.SKIPPED, why=_("It is not an entry.")), "Skipped: It is not an entry."),
        (
            item(similar=Similar(EntryRef("faq", "1", "Free?"), contradicts=False, differs=False)),
            "New: very similar to “Free?”",
        ),
        (
            item(similar=Similar(EntryRef("faq", "1", "Free?"), contradicts=True, differs=True)),
            "New: very similar to “Free?”, which answers differently",
        ),
        (item(outcome=ItemOutcome.REMOVED), "No longer on the page"),
    ],
)
def test_an_item_has_a_line_with_its_reason(found: ImportItem, line: str) -> None:
    assert outcome_line(found).say("en") == line
    assert outcome_line(found).say("ja") != line


def test_undoing_says_what_was_left_since_it_was_changed_later() -> None:
    assert said(undone_text(3, 0).text) == "Undone. Everything is as it was before the import."
    assert said(undone_text(3, 2).text) == "Undone: 3. Left as they are, since you changed them later: 2."


def test_a_long_name_is_shortened_wherever_it_is_said() -> None:
    long = job({}, "x" * 300)
    assert len(name_of(long)) == 100
    assert (
        said(failed_text(long, _("It is not an entry.")).text)
        == f"“{name_of(long)}” was not imported. It is not an entry."
    )
