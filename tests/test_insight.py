"""What owners see of how their app is doing, and what is kept of whoever looked at its page."""

import asyncio
from datetime import timedelta

import pytest
from grounds import real_pii
from owner_chat import OwnerChat, said
from test_embedder import SILENT  # which is ready, and then never answers
from visitors import VisitorSide

from bot.line.render import render
from handlers.chat.apps.insight import INSIGHT
from handlers.clock import JAPAN
from handlers.insight.insight import Insights
from handlers.insight.visits import Device, PageViews, Visit
from handlers.messages import Card
from knowledge.meaning.embedder import Embedder
from knowledge.meaning.item_vectors import ItemVectors
from knowledge.meaning.likeness import Likeness
from knowledge.store.database import Database
from knowledge.store.insight.daily_visitors import VisitorRepository
from knowledge.store.insight.page_views import PageViewRepository


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/faq add Is it free? = Yes, it is free.")
    return chat


@pytest.fixture
def views(chat: OwnerChat, db: Database) -> PageViews:
    return PageViews(PageViewRepository(db), VisitorRepository(db), chat.core.clock)


async def test_a_visitor_is_counted_once_a_day(chat: OwnerChat, views: PageViews, db: Database) -> None:
    scope = (await chat.app()).scope
    for address, browser in (("1.1.1.1", "A"), ("1.1.1.1", "A"), ("1.1.1.1", "B"), ("2.2.2.2", "A")):
        await views.count(scope, Visit(address, browser))
    chat.core.clock.advance(timedelta(days=1))
    await views.count(scope, Visit("1.1.1.1", "A"))
    today = chat.core.clock.now().astimezone(JAPAN).date()
    days = await PageViewRepository(db).days(scope, today - timedelta(days=1), today)
    assert [(day.views, day.visitors) for _, day in sorted(days.items())] == [(4, 3), (1, 1)]


async def test_many_first_views_at_once_share_one_salt(chat: OwnerChat, views: PageViews, db: Database) -> None:
    scope = (await chat.app()).scope
    await asyncio.gather(*(views.count(scope, Visit("1.1.1.1", "A")) for _ in range(8)))
    assert await db.collection("visitor_salts").count({}) == 1
    [day] = (await PageViewRepository(db).days(scope, *[chat.core.clock.now().astimezone(JAPAN).date()] * 2)).values()
    assert (day.views, day.visitors) == (8, 1)


async def test_neither_address_nor_browser_is_kept_and_the_salt_goes_with_the_day(
    chat: OwnerChat, views: PageViews, db: Database
) -> None:
    scope = (await chat.app()).scope
    await views.count(scope, Visit("203.0.113.77", "Netscape 4"))
    kept = [*await db.collection("visitors_today").find({}), *await db.collection("visitor_salts").find({})]
    assert not any(planted in str(each) for each in kept for planted in ("203.0.113", "Netscape"))
    ends = chat.core.clock.now().astimezone(JAPAN).date() + timedelta(days=1)
    assert {each["expires_at"].astimezone(JAPAN).date() for each in kept} == {ends}
    chat.core.clock.advance(timedelta(days=1))
    await views.count(scope, Visit("203.0.113.77", "Netscape 4"))
    assert [each["_id"] for each in await db.collection("visitor_salts").find({})] == [ends.isoformat()]


async def test_the_numbers_are_those_of_the_span(chat: OwnerChat, views: PageViews, visitors: VisitorSide) -> None:
    app = await chat.app()
    await views.count(app.scope, Visit("1.1.1.1", "A", Device.PHONE, "ja", "news.example"))
    accepted, _told = await visitors.ask(app, "Is it free?")
    await visitors.ask(app, "is it free")
    await visitors.ask(app, "My number is 03-1234-5678. Does it sync?")
    await visitors.answers.feedback(app, accepted.key, accepted.answer_id, up=True)
    card, top = await chat.says("/insight 1")
    assert card.startswith("Hitsuji: Today\n1 views, 3 questions")
    assert "Visitors: 1" in card
    assert card.endswith("Devices: Phone 1\nBrowser languages: Japanese 1\nLinked from: news.example 1")
    assert "Thumbs: 1 up, 0 down" in card
    assert top.startswith("Most asked:\n2× Is it free?\n1× ")
    assert "1234" not in top
    chat.core.clock.advance(timedelta(days=3))
    assert (await chat.taps("7 days"))[0].startswith("Hitsuji: 7 days\n1 views, 3 questions")
    card, top = await chat.presses(INSIGHT("1"))
    assert card.startswith("Hitsuji: Today\n0 views, 0 questions")
    assert top == "Nobody asked anything in this period."


@pytest.mark.parametrize(("days", "bars"), [(1, 24), (7, 7), (30, 30)])
async def test_the_chart_has_a_bar_for_each_hour_or_day(
    chat: OwnerChat, visitors: VisitorSide, days: int, bars: int
) -> None:
    await visitors.ask(await chat.app(), "Is it free?")
    await chat.says(f"/分析 {days}")
    card = chat.last[0]
    assert isinstance(card, Card)
    assert len(card.bars) == bars
    assert sum(value for _label, value in card.bars) == 1
    assert render(said(chat.last, "ja"))[0]["type"] == "flex"


@pytest.mark.parametrize("rest", ["2", "all", "-7", "9" * 30, "７日"])
async def test_other_spans_are_refused(chat: OwnerChat, rest: str) -> None:
    assert await chat.says(f"/insight {rest}") == ["I can show 1, 7 or 30 days. Write: /insight 7"]


async def test_another_owners_numbers_are_not_in_it(chat: OwnerChat, visitors: VisitorSide) -> None:
    """S39"""
    await visitors.ask(await chat.app(), "Is it free?")
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    assert (await other.says("/insight 30"))[1] == "Nobody asked anything in this period."


async def test_questions_that_ask_the_same_in_other_words_are_counted_together(
    chat: OwnerChat, visitors: VisitorSide
) -> None:
    app = await chat.app()
    for question in (
        "返金してもらえますか？",
        "返金はしてもらえますか",
        "返金はしてもらえますか",
        "Where are you based?",
    ):
        await visitors.ask(app, question)
    _card, top = await chat.says("/insight 1")
    assert top == "Most asked:\n3× 返金はしてもらえますか\n1× Where are you based?"


async def test_while_meaning_takes_too_long_questions_are_grouped_by_words(
    chat: OwnerChat, visitors: VisitorSide, db: Database
) -> None:
    app = await chat.app()
    for asked in ("返金はしてもらえますか", "返金はしてもらえますか？", "Where are you based?"):
        await visitors.ask(app, asked)
    reader = Embedder(command=SILENT, limit=600)
    try:
        async with asyncio.timeout(60):
            store, likeness = chat.core.store, Likeness(ItemVectors(reader))
            insights = Insights(
                store.page_views, store.question_counts, store.spending, real_pii(), likeness, chat.core.clock
            )
            insight = await insights.of(app.scope, 1)
    finally:
        await reader.close()
    assert [count for _words, count in insight.top] == [2, 1]
