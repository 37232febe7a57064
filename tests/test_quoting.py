"""Without a model mimi quotes the entry that fits, says which, and says when it does not know."""

from dataclasses import replace

import pytest
from test_retrieval import ITEMS

from knowledge.items import Hit, KnowledgeItem
from knowledge.model.events import Cited, ModelEvent, NotInKnowledge, TextDelta
from knowledge.model.prompt import AppFacts, Prompt
from knowledge.model.quoting import QuotingAnswers
from knowledge.phrases import Lang
from knowledge.words.index import WordIndex


async def quoted(question: str, lang: Lang = "ja", items: list[KnowledgeItem] = ITEMS) -> list[ModelEvent]:
    prompt = Prompt(AppFacts("ことりノート"), tuple(items), (), question, lang)
    return [event async for event in QuotingAnswers().answer(prompt, WordIndex(items).search(question, 6))]


@pytest.mark.parametrize(
    ("question", "lang", "entry"),
    [
        ("返金はできますか", "ja", "0"),
        ("解約方法は？", "ja", "1"),
        ("How do I cancel?", "en", "3"),
        ("Do you have a dark mode?", "en", "4"),
        ("PDFで書き出したい", "ja", "5"),
    ],
)
async def test_the_entry_is_quoted_in_its_own_words_and_cited(question: str, lang: Lang, entry: str) -> None:
    text, cited = await quoted(question, lang)
    assert isinstance(text, TextDelta)
    assert text.text.endswith(f"\n\n{ITEMS[int(entry)].text}")
    assert cited == Cited(entry)


@pytest.mark.parametrize(
    ("question", "lang"),
    [
        ("今夜の横浜の天気を教えて", "ja"),
        ("Can you write my homework essay?", "en"),
        ("Apple Watchで心拍数は測れますか", "ja"),
        ("", "ja"),
        ("あ" * 100_000, "ja"),
    ],
)
async def test_what_the_knowledge_does_not_hold_is_said_to_be_unknown(question: str, lang: Lang) -> None:
    assert await quoted(question, lang) == [NotInKnowledge(question, lang)]


async def test_the_lead_in_is_in_the_visitors_language() -> None:
    japanese, *_ = await quoted("返金はできますか")
    english, *_ = await quoted("How do I cancel?", "en")
    assert japanese == TextDelta(f"ご質問に近い内容が見つかりました。\n\n{ITEMS[0].text}")
    assert english == TextDelta(f"This is what I found about it:\n\n{ITEMS[3].text}")


async def test_two_entries_that_fit_alike_are_both_quoted_by_title() -> None:
    items = [
        KnowledgeItem("a", "faq", "送料（本州）", "本州は500円です。"),
        KnowledgeItem("b", "faq", "送料（沖縄）", "沖縄は900円です。"),
    ]
    text, *cited = await quoted("送料を知りたい", items=items)
    assert isinstance(text, TextDelta)
    assert "**送料（本州）**\n\n本州は500円です。\n\n**送料（沖縄）**" in text.text
    assert cited == [Cited("a"), Cited("b")]


async def test_a_very_long_entry_is_shortened() -> None:
    text, _ = await quoted("規約", items=[KnowledgeItem("a", "passage", "規約", "あ" * 5_000)])
    assert isinstance(text, TextDelta)
    assert text.text.endswith("あ…")


@pytest.mark.parametrize(("others", "lead", "quotes"), [(0.1, 0.22, True), (0.1, 0.2, False), (0.5, 0.2, False)])
async def test_by_meaning_an_entry_is_quoted_that_stands_out_whatever_words_are_shared(
    others: float, lead: float, quotes: bool
) -> None:
    rest = [Hit(item, others, 1.0, by_meaning=True) for item in ITEMS[1:]]
    assert (Cited("0") in await from_hits([Hit(ITEMS[0], others + lead, 0.0, by_meaning=True), *rest])) is quotes


@pytest.mark.parametrize(("title", "quotes"), [("Can I get a refund?", True), ("返金できますか", False)])
async def test_across_languages_less_of_a_lead_is_enough(title: str, quotes: bool) -> None:
    rest = [Hit(item, 0.1, 1.0, by_meaning=True) for item in ITEMS[1:]]
    best = Hit(replace(ITEMS[0], title=title), 0.28, 0.0, by_meaning=True)
    assert (Cited("0") in await from_hits([best, *rest])) is quotes


@pytest.mark.parametrize(("score", "quotes"), [(0.42, True), (0.4, False)])
async def test_the_only_entry_stands_out_from_what_others_usually_score(score: float, quotes: bool) -> None:
    assert (Cited("0") in await from_hits([Hit(ITEMS[0], score, 0.0, by_meaning=True)])) is quotes


async def from_hits(hits: list[Hit]) -> list[ModelEvent]:
    prompt = Prompt(AppFacts("ことりノート"), tuple(ITEMS), (), "お金を返してほしい", "ja")
    return [event async for event in QuotingAnswers().answer(prompt, hits)]
