"""Words are compared in one form, the fitting entry is found, and an index follows its knowledge."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from knowledge.items import KnowledgeItem
from knowledge.search.retrieval import Retrieval
from knowledge.store.database import AppId, AppScope, OwnerId
from knowledge.words.index import WordIndex
from knowledge.words.words import LONGEST, clean, words_of

FAQS = (
    ("返金してもらえますか？", "返金は各ストアの規約に従います。ストアの返金申請ページからお申し込みください。"),
    ("プレミアムプランを解約するには？", "ストアの定期購入の画面からお手続きください。"),
    ("機種変更でノートを引き継ぐ方法は？", "新しい端末で同じメールアドレスでログインしてください。"),
    ("How can I cancel my subscription?", "Open the subscriptions page of your store and cancel there."),
    ("Is there a dark mode?", "Yes. Settings > Appearance > Dark."),
    ("ノートをPDFで書き出せますか？", "はい。共有メニューからPDFを選んでください。"),
)
ITEMS = [KnowledgeItem(str(number), "faq", *faq) for number, faq in enumerate(FAQS)]
SCOPE = AppScope(OwnerId("owner"), AppId("app"))


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("返金はできますか", "0"),
        ("解約したいんだけどどうすればいい？", "1"),
        ("引継ぎのやり方を教えて", "2"),
        ("How do I cancel?", "3"),
        ("cancelling subscriptions", "3"),
        ("dark mode please", "4"),
        ("ＰＤＦで書き出したい", "5"),
        ("ﾉｰﾄをPDFにしたい", "5"),
    ],
)
def test_a_question_finds_its_entry_first(question: str, entry: str) -> None:
    assert WordIndex(ITEMS).search(question, 6)[0].item.id == entry


def test_an_entry_is_found_by_its_phrasings() -> None:
    items = [
        KnowledgeItem("a", "faq", *FAQS[0]),
        KnowledgeItem("b", "faq", *FAQS[1], phrasings=("サブスクをやめたい",)),
    ]
    assert [hit.item.id for hit in WordIndex(items).search("サブスクやめる", 2)] == ["b"]
    assert WordIndex(items).size > WordIndex([items[0], replace(items[1], phrasings=())]).size


def test_an_english_word_finds_its_katakana() -> None:
    item = KnowledgeItem("1", "faq", "注文をキャンセルしたい", "注文履歴からどうぞ。")
    assert [hit.item for hit in WordIndex([item]).search("cancel my order", 3)] == [item]


@pytest.mark.parametrize(
    "question", ["", "？？？", "今夜の天気を教えて", "🍣🍣", "What is the capital of France?", "する"]
)
def test_a_question_about_something_else_is_covered_nowhere(question: str) -> None:
    assert all(hit.share < 0.2 for hit in WordIndex(ITEMS).search(question, 6))


def test_share_says_how_much_of_the_question_is_covered() -> None:
    index = WordIndex(ITEMS)
    assert index.search("返金", 1)[0].share == 1
    assert 0 < index.search("返金と飛行機と宇宙旅行", 1)[0].share < 0.35


def test_an_index_of_nothing_finds_nothing() -> None:
    assert WordIndex([]).search("返金", 6) == []


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("ﾉｰﾄ１２", "ノート12"),
        ("a\x00b\x1bc", "abc"),
        ("a\ud800b", "ab"),
        ("line\nbreak\tkept", "line\nbreak\tkept"),
        ("\ufdfa" * 50, ("صلى الله عليه وسلم" * 50)),
        ("あ" * 30_000, "あ" * LONGEST),
    ],
)
def test_text_is_cleaned_before_it_is_compared(dirty: str, cleaned: str) -> None:
    assert clean(dirty) == cleaned


def test_a_huge_text_still_becomes_words() -> None:
    assert "返金" in words_of("返金" + "あ" * 100_000 + "\x00\ud800")


class Loader:
    """Knowledge that can be changed, counting how often it was read."""

    def __init__(self, items: Sequence[KnowledgeItem]) -> None:
        self.items = items
        self.reads = 0
        self.failing = False

    async def __call__(self, scope: AppScope) -> Sequence[KnowledgeItem]:
        self.reads += 1
        if self.failing:
            raise ConnectionError
        return self.items


async def test_an_index_is_built_once_for_many_questions_at_a_time() -> None:
    load = Loader(ITEMS)
    retrieval = Retrieval(load)
    found = await asyncio.gather(*(retrieval.search(SCOPE, 1, "返金") for _ in range(5)))
    assert [hits[0].item.id for hits in found] == ["0"] * 5
    assert load.reads == 1


async def test_changed_knowledge_is_found_with_the_next_version() -> None:
    load = Loader([])
    retrieval = Retrieval(load)
    assert await retrieval.search(SCOPE, 1, "返金") == []
    load.items = ITEMS
    assert [hit.item.id for hit in await retrieval.search(SCOPE, 2, "返金")] == ["0"]


async def test_apps_never_see_each_other() -> None:
    """SECURITY.md S40: each search is made in the index of one app alone."""

    async def load(scope: AppScope) -> Sequence[KnowledgeItem]:
        return [KnowledgeItem(scope.app_id, "faq", "返金", f"{scope.app_id}の返金")]

    retrieval = Retrieval(load)
    for app in ("a", "b", "a"):
        hits = await retrieval.search(AppScope(OwnerId("o"), AppId(app)), 1, "返金")
        assert [hit.item.id for hit in hits] == [app]


async def test_a_failed_load_is_tried_again_by_the_next_question() -> None:
    load = Loader(ITEMS)
    load.failing = True
    retrieval = Retrieval(load)
    with pytest.raises(ConnectionError):
        await retrieval.search(SCOPE, 1, "返金")
    load.failing = False
    assert await retrieval.search(SCOPE, 1, "返金")


async def test_the_index_longest_unasked_makes_room() -> None:
    load = Loader(ITEMS)
    retrieval = Retrieval(load, most_bytes=2 * WordIndex(ITEMS).size)
    scopes = [AppScope(OwnerId("o"), AppId(app)) for app in "abc"]
    for scope in (*scopes, scopes[2], scopes[1]):
        await retrieval.search(scope, 1, "返金")
    assert load.reads == 3
    await retrieval.search(scopes[0], 1, "返金")
    assert load.reads == 4
