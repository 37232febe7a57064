"""Drafts for owners: what Claude is told, what of its answer stands, what happens when it fails or costs too much."""

import asyncio
from collections.abc import Sequence

import pytest
from asking import Visitor
from claude_events import Fault
from claude_standin import KEY, ClaudeStandIn
from owner_chat import OwnerChat

from handlers.learning.gap_study import GapStudy
from handlers.learning.gaps import AskedGap
from handlers.spending.spending import Spending
from knowledge.items import Hit, KnowledgeItem
from knowledge.meaning.likeness import Likeness
from knowledge.model.claude import Patience, claude_client
from knowledge.model.claude_drafts import MAX_TOKENS, ClaudeDrafts
from knowledge.model.drafting import QuotedDrafts
from knowledge.search.retrieval import Retrieval
from knowledge.store.database import Database
from knowledge.store.spending.spend_counts import Cap, SpendLimits
from knowledge.stored_items import KnowledgeItems

QUOTED = "Yes: Settings, Export. Call [PHONE]."

# What a draft from one entry may cost; what it does cost leaves no room for another.
ONE_DRAFT = SpendLimits(app=Cap(a_day=0.0007))


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    """An owner whose visitors asked what one entry answers by half."""
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/faq add Can I export my notes as PDF? = Yes: Settings, Export. Call 03-1234-5678.")
    await Visitor(chat).asks_in_vain("Can I export my notes to Excel? I am taro@example.com")
    return chat


async def studied(
    chat: OwnerChat, claude: ClaudeStandIn, limits: SpendLimits | None = None, patience: Patience | None = None
) -> Sequence[AskedGap]:
    core, store, app = chat.core, chat.core.store, await chat.app()
    async with claude_client(KEY, claude.url) as client:
        drafts, retrieval = ClaudeDrafts(client, "claude-haiku-5-5", patience), Retrieval(KnowledgeItems(core.db).load)
        spending = Spending(core.db, core.alerts, core.clock, limits)
        study = GapStudy(
            core.db, store.apps, store.askings, store.gaps, core.gaps, retrieval, Likeness(), drafts, spending
        )
        await study.sort(app.scope)
        await study.study(app)
    return await core.gaps.list_open(app.scope)


async def test_claude_drafts_from_redacted_knowledge_and_question(chat: OwnerChat, claude: ClaudeStandIn) -> None:
    """S50"""
    claude.will_draft("As PDF, yes: Settings, Export.", "whether Excel is possible", [1])
    [gap] = await studied(chat, claude)
    assert gap.gap.draft is not None
    assert (gap.gap.draft.answer, gap.gap.draft.missing) == (
        "As PDF, yes: Settings, Export.",
        "whether Excel is possible",
    )
    [request] = claude.drafts
    told = str(request.body)
    assert "Settings, Export" in told
    assert "1234-5678" not in told
    assert "taro@" not in told
    assert request.body["tool_choice"] == {"type": "any", "disable_parallel_tool_use": True}
    assert request.body["max_tokens"] == MAX_TOKENS


async def test_a_draft_that_points_at_nothing_is_dropped(chat: OwnerChat, claude: ClaudeStandIn) -> None:
    claude.will_draft("Of course it is possible.", "", [7])
    [gap] = await studied(chat, claude)
    assert gap.gap.draft is None


async def test_a_draft_is_made_again_only_when_what_it_rests_on_has_changed(
    chat: OwnerChat, claude: ClaudeStandIn
) -> None:
    await studied(chat, claude)
    await studied(chat, claude)
    assert len(claude.drafts) == 1
    await chat.says("/faq add Can I export my notes to Word? = No.")
    await studied(chat, claude)
    assert len(claude.drafts) == 2


async def test_when_claude_fails_the_entry_is_quoted_and_claude_asked_another_time(
    chat: OwnerChat, claude: ClaudeStandIn
) -> None:
    claude.key = "another"
    [gap] = await studied(chat, claude)
    assert gap.gap.draft is not None
    assert gap.gap.draft.answer == QUOTED
    claude.key = KEY
    claude.will_draft("As PDF, yes.", "", [1])
    [gap] = await studied(chat, claude)
    assert gap.gap.draft is not None
    assert gap.gap.draft.answer == "As PDF, yes."


async def test_an_app_that_has_spent_what_it_may_costs_no_more(chat: OwnerChat, claude: ClaudeStandIn) -> None:
    await studied(chat, claude, ONE_DRAFT)
    await chat.says("/faq add Can I export my notes to Word? = No.")
    await studied(chat, claude, ONE_DRAFT)
    assert len(claude.drafts) == 1


async def test_a_draft_that_only_pings_is_given_up(chat: OwnerChat, claude: ClaudeStandIn) -> None:
    claude.will_fail_a_draft("stall_with_pings")
    async with asyncio.timeout(20):
        [gap] = await studied(chat, claude, patience=Patience(idle=0.3))
    assert gap.gap.draft is not None
    assert gap.gap.draft.answer == QUOTED


@pytest.mark.parametrize("fault", ["refusal", "error_event", "stall_with_pings"])
async def test_what_a_failed_draft_cost_is_counted(chat: OwnerChat, claude: ClaudeStandIn, fault: Fault) -> None:
    claude.will_fail_a_draft(fault)
    await studied(chat, claude, ONE_DRAFT, Patience(idle=0.3))
    await chat.says("/faq add Can I export my notes to Word? = No.")
    await studied(chat, claude, ONE_DRAFT)
    assert len(claude.drafts) == 1


async def test_a_placeholder_is_not_saved(chat: OwnerChat) -> None:
    await chat.core.learning.round()
    await chat.says("/gaps")
    await chat.taps("Edit and save")
    await chat.taps("Keep as it is")
    assert (await chat.taps("Keep as it is"))[0].startswith("There is still a placeholder in brackets")


async def test_what_shares_no_word_with_the_question_is_not_quoted() -> None:
    lock = KnowledgeItem("1", "faq", "パスコードロックはありますか？", "あります。「設定 > プライバシー」で選べます。")
    hits = [Hit(lock, 0.3, 0.5)]
    assert await QuotedDrafts().draft("ダークモードはありますか？", "ja", hits) is None
    drafted = await QuotedDrafts().draft("パスコードとダークモードはありますか？", "ja", hits)
    assert drafted is not None
    assert drafted.missing == "ダーク、モード"
