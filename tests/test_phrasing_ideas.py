"""Other ways to ask an entry are proposed to its owner, and nothing is kept before the owner says so."""

from collections.abc import AsyncIterator

import pytest
from claude_standin import KEY, ClaudeStandIn
from owner_chat import OwnerChat
from sites import SiteUnderTest, running_site

from handlers.chat.entries.phrasings import TAKE_IDEAS
from knowledge.model.claude import ClaudeTools, claude_client
from knowledge.model.phrasing_request import ways_in
from knowledge.store.database import Database
from knowledge.store.entries.faqs import FaqEntry
from knowledge.words.common_forms import common_forms

QUESTION = "How do I change my plan?"


@pytest.mark.parametrize(
    ("question", "forms"),
    [
        ("プランを変更するには？", ["プランを変更したい", "プランの変更方法", "プランの変更はできますか"]),
        ("確認メールが届きません。", ["確認メールが届かない"]),
        ("クーポンの使い方は？", ["クーポンの使い方を教えてください"]),
        ("送料はいくらですか", ["送料はどれくらいかかりますか"]),
        (QUESTION, ["How to change my plan", "I want to change my plan"]),
        ("HOW MUCH IS PRO", ["What does PRO cost?"]),
    ],
)
def test_common_forms_of_a_question_are_known(question: str, forms: list[str]) -> None:
    assert set(forms) <= set(common_forms(question))


@pytest.mark.parametrize(
    "question", ["", "？", "返金", "パスワードを忘れてしまいました。", "My card failed", "あ" * 100_000]
)
def test_a_question_of_no_known_form_has_none(question: str) -> None:
    assert common_forms(question) == []


@pytest.mark.parametrize("given", [{}, {"ways": "no"}, {"ways": [1, None, " ", "x" * 101, "[PHONE]?"]}])
def test_what_is_no_way_to_ask_is_left_out(given: dict[str, object]) -> None:
    assert ways_in(given) == []


async def test_an_entry_said_word_for_word_is_offered_common_forms_in_one_tap(db: Database) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says(f"/faq add {QUESTION} = In the settings.")
    said = await chat.says("/faq exact plan")
    assert said[-1].startswith("Visitors may also ask it like this.")
    assert await phrasings(chat) == ()
    await chat.taps("Add these")
    ways = ("How to change my plan", "I want to change my plan", "Can I change my plan?")
    assert await phrasings(chat) == ways
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    await chat.presses(TAKE_IDEAS(entry.id))
    assert await phrasings(chat) == ways


async def test_an_entry_with_ways_to_ask_of_its_own_is_left_in_peace(db: Database) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says(f"/faq add {QUESTION} = In the settings.")
    await chat.says("/faq phrasings plan")
    await chat.taps("Add a way to ask")
    await chat.says("switch plans")
    assert len(await chat.says("/faq exact plan")) == 1


async def phrasings(chat: OwnerChat) -> tuple[str, ...]:
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    return entry.phrasings


@pytest.fixture
async def site(db: Database, claude: ClaudeStandIn) -> AsyncIterator[SiteUnderTest]:
    async with claude_client(KEY, claude.url) as client:
        tools = ClaudeTools(client, "claude-haiku-5-5")
        async with running_site(db, tools=tools) as running:
            await running.an_app()
            yield running


async def suggested(site: SiteUnderTest, answer: str = "In the settings.") -> tuple[FaqEntry, str]:
    """The entry, and the page after the tap on “Suggest ways to ask”."""
    cookie, app = await site.sign_in(), await site.apps.public("kotori")
    saved = await site.faqs.add(app.scope, QUESTION, answer)
    form = {"question": QUESTION, "answer": answer, "phrasings": "switch plans", "exact": "1"}
    path = f"/owner/apps/kotori/faqs/{saved.entry.id}/phrasings"
    response = await site.post(path, data=form, headers=cookie)
    assert response.status == 200
    return await site.faqs.get(app.scope, saved.entry.id), await response.text()


async def test_on_the_web_claude_writes_them_and_the_owner_saves_them(
    site: SiteUnderTest, claude: ClaudeStandIn
) -> None:
    claude.will_call("other_ways", ways=["go pro??", "Switch plans", "upgrade how"])
    entry, page = await suggested(site, "In the settings. Call 03-1234-5678.")
    assert "switch plans\ngo pro??\nupgrade how</textarea>" in page
    assert "Check the new lines, then save." in page
    assert entry.phrasings == ()
    assert "03-1234-5678" not in str(claude.requests[0].body)
    spent = await site.db.raw["spending"].find_one({})
    assert spent
    assert spent["tokens_out"] == 42


async def test_on_the_web_common_forms_do_where_claude_fails(site: SiteUnderTest, claude: ClaudeStandIn) -> None:
    claude.will_fail("billing")
    _entry, page = await suggested(site)
    assert "switch plans\nHow to change my plan\nI want to change my plan" in page
