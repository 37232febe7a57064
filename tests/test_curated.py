"""A question that its owner wants answered word for word is, without a model; one that only looks like it is not."""

from collections.abc import AsyncIterator
from zlib import crc32

import pytest
from claude_standin import ClaudeStandIn
from owner_chat import OwnerChat
from sites import SiteUnderTest, running_site
from visitors import VisitorSide

from bench.answers import near_misses
from handlers.chat.entries.phrasings import REMOVE_PHRASING
from knowledge.items import KnowledgeItem
from knowledge.search.curated import curated
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import Source
from knowledge.store.database import Database
from knowledge.words.index import WordIndex

WORDS = "返品は到着から8日以内に、画面の「返品」からお申し込みください。"
ITEMS = (
    KnowledgeItem("return", "faq", "商品を返品できますか", WORDS, phrasings=("返品の期限は何日ですか",), exact=True),
    KnowledgeItem("fee", "faq", "送料はいくらですか", "全国一律500円です。"),
    KnowledgeItem("en", "faq", "Can I change my plan?", "Yes, in the settings.", exact=True),
    KnowledgeItem("two", "faq", "2個まとめて買えますか", "はい。", exact=True),
)


def matched(question: str, items: tuple[KnowledgeItem, ...] = ITEMS) -> str:
    entry = curated(question, items, WordIndex(items).search(question, 8))
    return entry.id if entry else ""


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("商品を返品できますか", "return"),
        (" 商品を返品できますか？！", "return"),
        ("返品の期限は、何日ですか？", "return"),
        ("ＣＡＮ Ｉ change my plan", "en"),
        ("商品の返品はできるでしょうか", "return"),
        ("How can I change my plan?", "en"),
        ("商品を返品できるか教えてもらえませんか", "return"),
        ("商品って返品できる？", "return"),
        ("商品返品できますか", "return"),
        ("しょうひんをへんぴんできますか", "return"),
        ("返品できますか、商品は", "return"),
    ],
)
def test_the_same_question_in_other_clothes_matches(question: str, entry: str) -> None:
    assert matched(question) == entry


@pytest.mark.parametrize(
    "question",
    [
        "",
        "？",
        "返品",
        "返品したい",
        "商品を返品できませんか",
        "商品が返品できない",
        "商品を返品できましたか",
        "商品はいつ返品できますか",
        "商品を返品したらどうなりますか",
        "商品を誰が返品できますか",
        "それは返品できますか",
        "商品を返品した後の返金はいつですか",
        "送料はいくらですか",
        "Can I not change my plan?",
        "Why can't I change my plan?",
        "3個まとめて買えますか",
        "個まとめて買えますか",
        "あ" * 100_000,
    ],
)
def test_what_only_looks_like_it_does_not(question: str) -> None:
    assert matched(question) == ""


def test_nearly_the_same_words_match_and_near_misses_do_not() -> None:
    same, other = near_misses()
    assert (same["false"], other["false"]) == (0, 0)
    assert same["right"] >= 68, same
    assert (same.total(), other.total()) == (70, 60)


def test_two_entries_for_one_question_are_left_to_the_model() -> None:
    twice = (*ITEMS, KnowledgeItem("again", "faq", "商品を返品できますか？", "いいえ。", exact=True))
    assert matched("商品を返品できますか", twice) == ""


async def test_the_owners_words_are_said_with_no_call_to_a_model(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await taught(visitors, WORDS)
    accepted, told = await visitors.ask(app, "返品の期限は何日ですか？")
    assert (told.text, told.state, told.sources) == (WORDS, "answered", ["商品を返品できますか"])
    assert claude.requests == []
    stored = await visitors.stored(app, accepted)
    assert (stored.made.knowledge, stored.made.cost) == ("curated", 0)
    assert stored.sources == (Source("商品を返品できますか"),)


async def test_an_entry_that_is_not_marked_goes_through_the_model(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(商品を返品できますか=WORDS)
    await visitors.ask(app, "商品を返品できますか")
    assert len(claude.requests) == 1


async def test_curated_words_pass_the_guardrail_like_any_others(visitors: VisitorSide) -> None:
    app = await taught(visitors, "電話は090-1234-5678です。")
    _, told = await visitors.ask(app, "商品を返品できますか")
    assert told.text.startswith("電話は（個人情報のため非表示）です。\n\n個人情報にあたるため")
    (alert,) = await visitors.alerts.list_open(app.scope)
    assert alert.entry
    assert alert.entry.title == "商品を返品できますか"


async def taught(visitors: VisitorSide, words: str) -> App:
    app = await visitors.app()
    await visitors.faqs.add(app.scope, "商品を返品できますか", words, phrasings=["返品の期限は何日ですか"], exact=True)
    return await visitors.again(app)


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/faq add Is it free? = Yes, it is.")
    return chat


async def entry_of(chat: OwnerChat) -> tuple[tuple[str, ...], bool]:
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    return entry.phrasings, entry.exact


async def test_other_ways_to_ask_are_added_and_removed_from_the_card(chat: OwnerChat) -> None:
    await chat.says("/faq list")
    await chat.taps("Other ways to ask")
    await chat.taps("Add a way to ask")
    said = await chat.says("Does it cost anything?\n\n  What is the price? ")
    assert said[0] == "Saved. I know 2 other ways to ask it now."
    assert await entry_of(chat) == (("Does it cost anything?", "What is the price?"), False)
    await chat.taps("Other ways to ask")
    await chat.taps("Remove 1")
    assert await entry_of(chat) == (("What is the price?",), False)


async def test_a_button_of_before_removes_what_it_named_and_nothing_else(chat: OwnerChat) -> None:
    await chat.says("/faq phrasings free")
    await chat.taps("Add a way to ask")
    await chat.says("One way\nAnother way")
    await chat.taps("Other ways to ask")
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    for _twice in range(2):
        await chat.presses(REMOVE_PHRASING(entry.id, f"{crc32(b'One way'):08x}"))
        assert await entry_of(chat) == (("Another way",), False)


async def test_word_for_word_is_turned_on_and_off(chat: OwnerChat) -> None:
    await chat.says("/faq list")
    assert await chat.taps("Answer word for word") == [
        "From now on, when someone asks “Is it free?”, I answer with exactly this text."
    ]
    assert await entry_of(chat) == ((), True)
    await chat.says("/faq exact free")
    assert await entry_of(chat) == ((), False)
    assert "Which entry?" in (await chat.says("/faq exact"))[0]
    assert "no FAQ entry" in (await chat.says("/faq phrasings nothing-like-it"))[0]


async def test_personal_information_in_a_phrasing_is_warned_of(chat: OwnerChat) -> None:
    await chat.says("/faq phrasings free")
    await chat.taps("Add a way to ask")
    assert (await chat.says("Is 03-1234-5678 free?"))[1] == "Visitors will not see: phone number"


async def test_the_eleventh_way_to_ask_is_refused_and_nothing_is_lost(chat: OwnerChat) -> None:
    await chat.says("/faq phrasings free")
    await chat.taps("Add a way to ask")
    said = await chat.says("\n".join(f"Way {n}" for n in range(11)))
    assert "up to 10 other ways" in said[0]
    assert await entry_of(chat) == ((), False)


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def test_the_form_keeps_ways_to_ask_and_the_mark(site: SiteUnderTest) -> None:
    cookie, app = await site.sign_in(), await site.apps.public("kotori")
    form = {"question": "Price?", "answer": "500 yen", "phrasings": "How much?\r\n\r\nCost?", "exact": "1"}
    await site.post("/owner/apps/kotori/faqs", data=form, headers=cookie)
    (entry,) = await site.faqs.list(app.scope)
    assert (entry.phrasings, entry.exact) == (("How much?", "Cost?"), True)
    path = f"/owner/apps/kotori/faqs/{entry.id}"
    shown = await (await site.get(path, headers=cookie)).text()
    assert "How much?\nCost?</textarea>" in shown
    assert 'value="1" checked' in shown
    assert "How much? / Cost?" in await (await site.get("/owner/apps/kotori", headers=cookie)).text()
    await site.post(path, data={"question": "Price?", "answer": "600 yen", "phrasings": "Cost?"}, headers=cookie)
    (entry,) = await site.faqs.list(app.scope)
    assert (entry.phrasings, entry.exact) == (("Cost?",), False)


async def test_a_refused_form_keeps_what_was_written(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    form = {"question": "Price?", "answer": " ", "phrasings": "How much?", "exact": "1"}
    refused = await site.post("/owner/apps/kotori/faqs", data=form, headers=cookie)
    assert refused.status == 400
    body = await refused.text()
    assert "How much?</textarea>" in body
    assert 'value="1" checked' in body
