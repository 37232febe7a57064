"""What of an app's knowledge a model is shown: all of it, or its entries and what was found, with what is around it."""

import pytest

from knowledge.items import Hit, KnowledgeItem, Turn
from knowledge.search.in_talks import found_in_talk, in_turn, ways_to_search
from knowledge.search.retrieval import SearchResult
from knowledge.search.shown import BUDGET, ShownItems, shown_of
from knowledge.tokens import tokens_of
from knowledge.words.index import WordIndex

LONG = "あ" * 170


def entries(count: int, text: str = LONG) -> list[KnowledgeItem]:
    return [KnowledgeItem(str(n), "faq", f"質問{n}番", text) for n in range(count)]


def manual(sections: int, passages: int, text: str = LONG) -> list[KnowledgeItem]:
    """A document whose passages are named "section.passage"."""
    return [
        KnowledgeItem(f"{section}.{n}", "passage", "手引き", f"{section}章{n}段。{text}", heading=f"{section}章")
        for section in range(sections)
        for n in range(passages)
    ]


def hits_of(*items: KnowledgeItem) -> list[Hit]:
    return [Hit(item, 1.0 - n / 100, 1.0) for n, item in enumerate(items)]


def ids(shown: ShownItems) -> list[str]:
    return [item.id for item in shown.items]


@pytest.mark.parametrize(("count", "whole"), [(10, True), (62, True), (63, False), (500, False)])
def test_knowledge_is_shown_whole_up_to_the_budget_then_what_was_found(count: int, whole: bool) -> None:
    items = entries(count)
    shown = shown_of(items, WordIndex(items).search("質問7番はどれ", 40))
    assert shown.whole is whole
    if whole:
        assert shown.items == tuple(items)
        assert shown.standing == count
    else:
        assert items[7] in shown.items
        assert shown.standing == 0
        assert [int(each) for each in ids(shown)] == sorted(int(each) for each in ids(shown))


def test_entries_stand_for_every_question_beside_a_manual() -> None:
    items = [*entries(30), *manual(20, 10)]
    first = shown_of(items, hits_of(items[30]))
    second = shown_of(items, hits_of(items[100]))
    assert first.standing == second.standing == 30
    assert first.items[:30] == second.items[:30] == tuple(items[:30])
    assert items[30] in first.items
    assert items[100] in second.items


def test_entries_that_leave_no_room_are_shown_as_far_as_they_were_found() -> None:
    items = [*entries(60), *manual(20, 10)]
    shown = shown_of(items, hits_of(items[50], items[70]))
    assert shown.standing == 0
    assert {items[50], items[70]} <= set(shown.items)


def test_a_passage_brings_its_neighbours_and_its_whole_section() -> None:
    items = manual(30, 5)
    shown = shown_of(items, hits_of(items[52]))
    assert ids(shown) == ["10.0", "10.1", "10.2", "10.3", "10.4"]
    assert ids(shown_of(items, hits_of(items[54]))) == ["10.0", "10.1", "10.2", "10.3", "10.4"]


def test_what_only_a_later_search_knows_is_left_out() -> None:
    items = manual(30, 5)
    later = KnowledgeItem("new", "passage", "手引き", "追記")
    assert ids(shown_of(items, hits_of(later, items[52]))) == ["10.0", "10.1", "10.2", "10.3", "10.4"]


def test_a_passage_brings_nothing_of_another_document() -> None:
    items = [*manual(10, 5), *(KnowledgeItem(f"x{n}", "passage", "規約", LONG) for n in range(30))]
    assert ids(shown_of(items, hits_of(items[50]))) == ["x0", "x1"]


def test_after_the_best_only_passages_themselves_are_shown_until_the_budget_is_full() -> None:
    items = manual(60, 5)
    found = [items[n] for n in range(2, 300, 10)]
    shown = shown_of(items, hits_of(*found))
    assert sum(tokens_of(item.text) for item in shown.items) <= BUDGET
    assert set(found) <= set(shown.items)
    assert sum(item not in found for item in shown.items) > 20


def test_what_is_too_long_makes_room_for_what_fits() -> None:
    items = [KnowledgeItem("0", "faq", "質問", "あ" * 12_000), *entries(60)[1:]]
    assert ids(shown_of(items, hits_of(items[0], items[5]))) == ["5"]


def test_a_message_is_looked_for_alone_with_the_question_before_and_with_its_answer() -> None:
    before = [Turn("visitor", "返金は？"), Turn("mimi", "14日以内です。"), Turn("owner", "今週は30日です。")]
    assert ways_to_search("機種変更の手順を知りたいのですが、どこですか", before) == [
        "返金は？\n機種変更の手順を知りたいのですが、どこですか",
        "今週は30日です。\n機種変更の手順を知りたいのですが、どこですか",
    ]
    assert ways_to_search("返金は？", []) == []
    assert ways_to_search("返金は？", [Turn("mimi", "こんにちは")]) == []


def test_each_way_to_search_has_its_best_shown() -> None:
    a, b, c = hits_of(*entries(3))
    assert [hit.item.id for hit in in_turn([[a, b], [c, a], []])] == ["0", "2", "1"]


@pytest.mark.parametrize(
    "question",
    ["どの機種がだめなの？", "元に戻すには？", "なにか条件はあるのでしょうか", "And who can see them afterwards?"],
)
async def test_a_follow_up_no_rule_knows_is_shown_what_was_talked_about(question: str) -> None:
    items = manual(60, 5)
    topic = [Turn("visitor", "30章2段"), Turn("mimi", "それは設定にあります。")]
    index = WordIndex(items)

    async def search(text: str, k: int) -> SearchResult:
        return SearchResult(index.search(text, k), index.items)

    assert items[30 * 5 + 2] in (await found_in_talk(search, question, topic)).shown.items
