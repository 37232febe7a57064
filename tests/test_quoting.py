"""Without a model mimi quotes the entry that fits, says which, and says when it does not know."""

from dataclasses import replace

import pytest
from test_retrieval import ITEMS

from knowledge.items import Hit, KnowledgeItem
from knowledge.model.events import Cited, ModelEvent, NotInKnowledge, TextDelta
from knowledge.model.prompt import AppFacts, Prompt
from knowledge.model.quoting import QuotingAnswers
from knowledge.phrases import Lang, Tag
from knowledge.words.index import WordIndex


async def quoted(question: str, lang: Tag = "ja", items: list[KnowledgeItem] = ITEMS) -> list[ModelEvent]:
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


@pytest.mark.parametrize(("others", "lead", "quotes"), [(0.1, 0.2, True), (0.1, 0.18, False), (0.5, 0.18, False)])
async def test_by_meaning_an_entry_is_quoted_that_stands_out_whatever_words_are_shared(
    others: float, lead: float, quotes: bool
) -> None:
    rest = [Hit(item, others, 1.0, by_meaning=True) for item in ITEMS[1:]]
    assert (Cited("0") in await from_hits([Hit(ITEMS[0], others + lead, 0.0, by_meaning=True), *rest])) is quotes


@pytest.mark.parametrize(("title", "quotes"), [("Can I get a refund?", True), ("返金できますか", False)])
async def test_across_languages_less_of_a_lead_is_enough(title: str, quotes: bool) -> None:
    rest = [Hit(item, 0.1, 1.0, by_meaning=True) for item in ITEMS[1:]]
    best = Hit(replace(ITEMS[0], title=title), 0.285, 0.0, by_meaning=True)
    assert (Cited("0") in await from_hits([best, *rest])) is quotes


@pytest.mark.parametrize(("score", "quotes"), [(0.4, True), (0.38, False)])
async def test_the_only_entry_stands_out_from_what_others_usually_score(score: float, quotes: bool) -> None:
    assert (Cited("0") in await from_hits([Hit(ITEMS[0], score, 0.0, by_meaning=True)])) is quotes


async def test_two_entries_that_score_alike_do_not_stand_out_unless_both_do() -> None:
    def scored(first: float, second: float) -> list[Hit]:
        scores = (first, second, 0.1, 0.1, 0.1, 0.1)
        return [Hit(item, score, 0.0, by_meaning=True) for item, score in zip(ITEMS, scores, strict=True)]

    assert [event for event in await from_hits(scored(0.29, 0.28)) if isinstance(event, Cited)] == []
    assert [event for event in await from_hits(scored(0.4, 0.38)) if isinstance(event, Cited)] == [
        Cited("0"),
        Cited("1"),
    ]


OFFLINE = KnowledgeItem("offline", "faq", "オフラインでも使えますか？", "はい。メモはすべて端末に保存されます。")
DEVICES = KnowledgeItem("devices", "faq", "Which devices are supported?", "iPhone with iOS 16, Android 10 and the Mac.")


@pytest.mark.parametrize(
    ("question", "item", "quotes"),
    [
        ("Apple Watchで使えますか", OFFLINE, False),  # a name of which it says nothing
        ("Windowsでも使えますか？", OFFLINE, False),
        ("海外でも使えますか", OFFLINE, False),  # no name, but a matter of which it says nothing
        ("圏外だとメモはどうなりますか", OFFLINE, True),  # no yes or no is asked for
        ("オフラインで使えますか", OFFLINE, True),
        ("端末に保存されますか", OFFLINE, True),
        ("Does it run on Linux?", DEVICES, False),
        ("Does it run on a Mac?", DEVICES, True),
        ("can I use it on my iphone", DEVICES, True),
        ("do you support smart fridges", DEVICES, False),
        ("端末への保存はいつ？", OFFLINE, False),  # of when, how much and how many it tells nothing
        ("オフラインの保存はいくら？", OFFLINE, False),
        ("How many devices are supported?", replace(DEVICES, text="iPhone and the Mac."), False),
        ("when will devices be supported", replace(DEVICES, text="From May on, every week."), True),
    ],
)
async def test_a_yes_or_no_is_quoted_only_where_it_is_about_the_same(
    question: str, item: KnowledgeItem, quotes: bool
) -> None:
    rest = [Hit(other, 0.1, 0.1, by_meaning=True) for other in ITEMS[:5]]
    events = await from_hits([Hit(item, 0.32, 0.5, by_meaning=True), *rest], question)
    assert (Cited(item.id) in events) is quotes


@pytest.mark.parametrize(("question", "entry"), [("オフラインでも使えますか", "offline"), ("解約するには", "")])
async def test_a_title_that_is_tapped_is_quoted_whatever_else_scores(question: str, entry: str) -> None:
    hits = [*(Hit(item, 0.5, 1.0, by_meaning=True) for item in ITEMS), Hit(OFFLINE, 0.1, 0.0, by_meaning=True)]
    assert [event for event in await from_hits(hits, question) if isinstance(event, Cited)] == (
        [Cited(entry)] if entry else []
    )


async def test_what_comes_near_is_named_where_nothing_answers() -> None:
    (unknown,) = await quoted("Apple WatchでノートをPDFにできますか")
    assert unknown == NotInKnowledge("Apple WatchでノートをPDFにできますか", "ja", ("ノートをPDFで書き出せますか？",))


@pytest.mark.parametrize("text", ["[PHONE]", "[EMAIL_ADDRESS]、[PHONE]。", "…"])
async def test_an_answer_of_which_no_word_is_left_is_not_quoted(text: str) -> None:
    items = [KnowledgeItem("a", "faq", "電話番号は？", text)]
    assert await quoted("電話番号は？", items=items) == [NotInKnowledge("電話番号は？", "ja")]


@pytest.mark.parametrize(
    ("question", "lang", "begins"),
    [
        ("返金できますか", "en", "This is what I found about it, in Japanese only:\n\n"),
        ("How do I cancel?", "ja", "ご質問に近い内容が見つかりました（英語で登録されています）。\n\n"),
    ],
)
async def test_a_quotation_in_another_language_says_so(question: str, lang: Lang, begins: str) -> None:
    text, *_ = await quoted(question, lang)
    assert isinstance(text, TextDelta)
    assert text.text.startswith(begins)


@pytest.mark.parametrize(
    ("texts", "lang", "names"),
    [
        (["설정에서 비밀번호를 바꿀 수 있습니다."], "en", "in Korean only:"),
        (["您可以在设置中更改密码，没有任何费用。"], "ja", "（簡体中国語で登録されています）"),
        (["Abre los ajustes del móvil y cambia la contraseña."], "zh-Hant", "（僅有西班牙文）"),
        (["Abre los ajustes del móvil.", "설정에서 바꿀 수 있습니다."], "de", "nur auf Koreanisch und Spanisch:"),
        (["You can change it in the settings.", "설정에서 바꿀 수 있습니다."], "en", "in Korean and English only:"),
        (["설정에서 바꿀 수 있습니다."], "it", "in Korean only:"),
    ],
)
async def test_it_names_the_language_whichever_it_is(texts: list[str], lang: Tag, names: str) -> None:
    items = [KnowledgeItem(str(n), "faq", f"password {n}", text) for n, text in enumerate(texts)]
    text, *_ = await quoted("password", lang, items)
    assert isinstance(text, TextDelta)
    assert names in text.text.split("\n\n")[0]


async def from_hits(hits: list[Hit], question: str = "お金を返してほしい") -> list[ModelEvent]:
    prompt = Prompt(AppFacts("ことりノート"), tuple(ITEMS), (), question, "ja")
    return [event async for event in QuotingAnswers().answer(prompt, hits)]
