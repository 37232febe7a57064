"""What a visitor may ask next is offered at the start and after answers, at both doors of the page."""

from collections.abc import AsyncIterator

import pytest
from claude_standin import ClaudeStandIn
from sites import SiteUnderTest, running_site
from visitors import VisitorSide, visitor_side

from handlers.answers.feed import StreamPlace as Told
from handlers.messages import Done, Suggested
from knowledge.items import Turn
from knowledge.store.database import Database
from knowledge.words.gist import in_context, leans

REFUND = "返金は購入したストアの画面から申し込めます。"
SPAM = "スマホだけで月収80万円！誰でも簡単に稼げます。今すぐLINE追加→ https://bad.example/a https://bad.example/b"
FAQS = {
    "返金できますか": REFUND,
    "返金はいつ届きますか": "申請から三日ほどです。",
    "返金の手数料はいくらですか": "無料です。",
    "解約すると返金されますか": "日割りで返金されます。",
    "返金の問い合わせ先は": "画面の「お問い合わせ」からどうぞ。",
    "Do you refund?": "Yes, in the store.",
}


@pytest.fixture
async def quoting(db: Database) -> AsyncIterator[VisitorSide]:
    async with visitor_side(db) as side:
        yield side


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app()
        for question, answer in {"Is it free?": "Yes.", "Is it free for teams?": "No."}.items():
            await running.faqs.add(app.scope, question, answer)
        yield running


async def test_an_answer_offers_up_to_three_neighbours_that_were_not_asked(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(**FAQS)
    accepted, _ = await visitors.ask(app, "返金できますか？")
    events = [sent.event for sent in await visitors.read(app, accepted)]
    (offered,) = [event for event in events if isinstance(event, Suggested)]
    assert len(offered.questions) == 3
    assert set(offered.questions) <= set(FAQS) - {"返金できますか", "Do you refund?"}
    assert isinstance(events[-1], Done)
    claude.will_say("三日ほどです。", cites=[1])
    again, _ = await visitors.ask(app, "返金はいつ届きますか", accepted.key)
    second = (await visitors.stored(app, again)).suggestions
    assert not {"返金できますか", "返金はいつ届きますか"} & set(second)


async def test_an_answer_that_rests_on_nothing_offers_nothing(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(**FAQS)
    claude.will_not_know("iPadで使えますか", "ja")
    accepted, _ = await visitors.ask(app, "iPadで使えますか")
    assert (await visitors.stored(app, accepted)).suggestions == ()


async def test_no_suggestion_hides_something_or_is_too_long(quoting: VisitorSide) -> None:
    app = await quoting.app(返金できますか=REFUND, **{"返金は 090-1234-5678 ですか": "はい", "返金" * 40: "いいえ"})
    accepted, _ = await quoting.ask(app, "返金できますか")
    assert (await quoting.stored(app, accepted)).suggestions == ()


async def test_a_stream_cut_between_suggestions_and_end_gets_the_end_once(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(**FAQS)
    accepted, _ = await visitors.ask(app, "返金できますか")
    answer = await visitors.stored(app, accepted)
    for cut in range(5):
        told = Told(1)
        events = list(told.message(answer))
        resumed = Told.read(events[cut].cursor if cut < len(events) else None, 2)
        rest = [each.event for each in resumed.message(answer)] if resumed.seq < 2 else []
        assert [each.event for each in events[: cut + 1]] + rest == [each.event for each in events]
        if cut == len(events) - 1:
            break


async def test_the_start_offers_the_owners_questions_else_the_knowledges(visitors: VisitorSide) -> None:
    app = await visitors.app(**FAQS)
    assert await visitors.suggestions.opening(app, "ja") == tuple(FAQS)[:3]
    assert await visitors.suggestions.opening(app, "en") == ("Do you refund?",)
    app = await visitors.change(app, suggestions=["何ができますか", "料金は？"])
    assert await visitors.suggestions.opening(app, "ja") == ("何ができますか", "料金は？")


async def test_nothing_is_offered_in_a_language_the_visitor_does_not_write(visitors: VisitorSide) -> None:
    app = await visitors.app(**FAQS)
    app = await visitors.change(app, suggestions=["何ができますか", "¿Cuánto cuesta?"])
    assert await visitors.suggestions.opening(app, "en") == ("Do you refund?",)
    assert await visitors.suggestions.opening(app, "es") == ("¿Cuánto cuesta?",)
    assert await visitors.suggestions.opening(app, "th") == ()


async def test_the_page_offers_them_as_buttons_that_work_without_scripts(site: SiteUnderTest) -> None:
    shown = await (await site.get("/@kotori", headers={"Accept-Language": "en"})).text()
    assert '<button name="text" value="Is it free?">Is it free?</button>' in shown
    form = {"id": "4b3c0b8e-3f0e-4a53-9f5d-0d3b8d4a1f77", "conversation": "", "text": "Is it free?"}
    page = await (await site.post("/@kotori/messages", data=form)).text()
    assert '<button name="text" value="Is it free for teams?">' in page
    assert '<button name="text" value="Is it free?">' not in page


async def test_the_api_names_them_too(site: SiteUnderTest) -> None:
    said = await (await site.ask("Is it free?")).json()
    assert said["message"]["suggestions"] == ["Is it free for teams?"]
    streamed = await (await site.ask("Is it free?", Accept="text/event-stream")).text()
    assert 'event: suggestions\ndata: {"message": ' in streamed


async def test_a_question_left_on_a_paused_page_reaches_the_owner_once_and_no_model(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    await site.side.change(app, paused=True)
    shown = await (await site.get("/@kotori", headers={"Accept-Language": "en"})).text()
    assert shown.replace("&#39;", "'").count("Leave your question here") == 1
    form = {"id": "4b3c0b8e-3f0e-4a53-9f5d-0d3b8d4a1f77", "conversation": "", "text": "Is it free?"}
    for _again in range(2):
        page = await site.post("/@kotori/messages", data=form, headers={"Accept-Language": "en"})
        assert "I have passed your question to the owner." in await page.text()
    [told] = await site.db.raw["alerts"].find({}).to_list(None)
    assert (told["kind"], told["question"]) == ("handoff", "Is it free?")
    assert await site.db.raw["messages"].count_documents({"state": "pending"}) == 0


async def test_spam_on_a_paused_page_reaches_nobody(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    await site.side.change(app, paused=True)
    await site.ask(SPAM)
    assert await site.db.raw["alerts"].count_documents({}) == 0


PLAN = "プレミアムプランについて教えて"


@pytest.mark.parametrize(
    "question",
    [
        "それはいくら？",
        "いくら？",
        "Androidなら？",
        "もっと詳しく",
        "続けて",
        "How much is it?",
        "what about Android?",
        "why?",
    ],
)
def test_a_short_message_leans_on_the_one_before(question: str) -> None:
    assert leans(question)
    assert in_context(question, [Turn("visitor", PLAN), Turn("mimi", "はい。")]) == f"{PLAN}\n{question}"


@pytest.mark.parametrize(
    "question",
    [
        "iPadで使えますか",
        "クーポンはありますか",
        "How do I export my notes to PDF?",
        "それとは別に、昨日から急にアプリが落ちるようになったのですが、どうすれば直りますか",
    ],
)
def test_a_question_that_says_what_it_is_about_stands_alone(question: str) -> None:
    assert in_context(question, [Turn("visitor", PLAN)]) == question


def test_a_chain_of_follow_ups_reaches_back_to_what_it_is_about() -> None:
    history = [Turn("visitor", "解約したいです、手順は"), Turn("visitor", PLAN), Turn("visitor", "それはいくら？")]
    assert in_context("年払いなら？", history) == f"{PLAN}\nそれはいくら？\n年払いなら？"
    assert in_context("いくら？", []) == "いくら？"


async def test_a_follow_up_is_answered_about_what_was_talked_about(quoting: VisitorSide) -> None:
    app = await quoting.app(
        送料はいくらですか="全国一律500円です。",
        **{"プレミアムプランとは": "広告が消え、容量が増えます。", "プレミアムプランはいくらですか": "月額480円です。"},
    )
    accepted, first = await quoting.ask(app, "プレミアムプランとは何ですか")
    assert "広告が消え" in first.text
    _, told = await quoting.ask(app, "それはいくら？", accepted.key)
    assert "月額480円です。" in told.text
    assert "500円" not in told.text


async def test_a_new_subject_is_not_drowned_by_the_one_before(quoting: VisitorSide) -> None:
    app = await quoting.app(返金できますか=REFUND, 解約の方法="設定の「プラン」から解約できます。")
    accepted, _ = await quoting.ask(app, "解約の方法を教えてください")
    _, told = await quoting.ask(app, "返金は？", accepted.key)
    assert REFUND in told.text
