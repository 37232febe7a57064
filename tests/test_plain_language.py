"""A line in plain words becomes a change that is shown, and made only by a tap; whatever the model says."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from claude_standin import KEY, ClaudeStandIn
from clock import FrozenClock
from owner_chat import Core, OwnerChat
from proposals_heard import Heard, answered, state

from handlers.proposals.proposals import OPEN_FOR
from knowledge.model.claude import ClaudeTools, claude_client
from knowledge.store.database import Database

REFUNDS = "返金はできますか？"


@pytest.fixture
async def chat(db: Database, claude: ClaudeStandIn) -> AsyncIterator[OwnerChat]:
    async with claude_client(KEY, claude.url) as client:
        model = ClaudeTools(client, "claude-haiku-5-5")
        chat = OwnerChat(Core(db, FrozenClock(), model=model))
        await chat.signs_up()
        yield chat


async def test_an_entry_is_changed_by_a_sentence_and_a_tap(chat: OwnerChat, claude: ClaudeStandIn) -> None:
    scope = (await chat.app()).scope
    await chat.core.faqs.add(scope, REFUNDS, "はい、30日以内にご連絡ください。")
    claude.will_call("edit_faq", entry="E1", question=REFUNDS, answer="はい、14日以内にご連絡ください。")
    assert await chat.says("返金は14日以内に変えて") == []
    heard = await answered(chat)
    assert heard.rows == {
        "Question": REFUNDS,
        "The answer, before": "はい、30日以内にご連絡ください。",
        "The answer, after": "はい、14日以内にご連絡ください。",
    }
    assert heard.labels == ["Apply", "Edit", "Discard"]
    assert (await chat.core.faqs.list(scope))[0].answer == "はい、30日以内にご連絡ください。"
    assert await heard.taps(chat, "Apply") == ["Done. The change is in effect."]
    assert (await chat.core.faqs.list(scope))[0].answer == "はい、14日以内にご連絡ください。"
    assert await heard.taps(chat, "Apply") == ["This has been changed already."]
    assert await heard.taps(chat, "Discard") == ["This has been changed already."]


CASES: list[tuple[str, dict[str, Any], str, Any]] = [
    ("add_faq", {"question": "Does it run on iOS 17?", "answer": "Yes."}, "Teach me this?", "faq"),
    ("change_setting", {"setting": "tone", "value": "friendly"}, "Change this setting?", "tone"),
    ("change_setting", {"setting": "bio", "value": "A diary."}, "Change this setting?", "bio"),
    ("add_to_list", {"list": "links", "text": "X", "url": "https://x.com/a"}, "Add this?", "links"),
    ("add_to_list", {"list": "suggestions", "text": "Is it free?", "url": ""}, "Add this?", "suggestions"),
    ("pause", {"paused": True}, "Change whether I answer visitors?", "paused"),
    ("alerts", {"kind": "thumbs_down", "on": False}, "Change your alerts?", "alerts"),
]


@pytest.mark.parametrize(("tool", "given", "title", "what"), CASES, ids=[f"{case[0]}-{case[3]}" for case in CASES])
async def test_everything_a_tool_names_waits_for_the_tap(
    chat: OwnerChat, claude: ClaudeStandIn, tool: str, given: dict[str, Any], title: str, what: str
) -> None:
    before = await state(chat)
    claude.will_call(tool, **given)
    await chat.says("please change that")
    heard = await answered(chat)
    assert heard.title == title
    assert await state(chat) == before
    assert await heard.taps(chat, "Apply") == ["Done. The change is in effect."]
    after = await state(chat)
    assert {name for name in after if after[name] != before[name]} == {what}


async def test_removals_name_what_goes(chat: OwnerChat, claude: ClaudeStandIn) -> None:
    scope = (await chat.app()).scope
    await chat.core.faqs.add(scope, "Is there a dark mode?", "Yes.")
    await chat.core.documents.add(scope, "Manual", "Open the app.")
    await chat.core.areas.apps.settings.add_item(scope, "suggestions", {"text": "Is it free?"})
    for tool, given, row in (
        ("remove_faq", {"entry": "E1"}, "Question, before"),
        ("remove_document", {"document": "D1"}, "Document, before"),
        ("remove_from_list", {"item": "L1"}, "Suggested questions, before"),
    ):
        claude.will_call(tool, **given)
        await chat.says("dark mode: remove that")
        heard = await answered(chat)
        assert row in heard.rows
        assert await heard.taps(chat, "Apply") == ["Done. The change is in effect."]
    assert await chat.core.faqs.count(scope) == 0
    assert await chat.core.documents.list(scope) == []
    assert (await chat.app()).suggestions == ()


async def test_personal_details_stay_out_of_the_request_and_in_the_entry(
    chat: OwnerChat, claude: ClaudeStandIn
) -> None:
    """S50"""
    scope = (await chat.app()).scope
    await chat.core.faqs.add(scope, "How can I reach you?", "Call 03-1234-5678 or write to a@example.org by 5 pm.")
    claude.will_call(
        "edit_faq",
        entry="E1",
        question="How can I reach you?",
        answer="Call [PHONE_2] or write to [EMAIL_1] by 6 pm, or [PHONE_1].",
    )
    await chat.says("How to reach me: also 090-1111-2222, and by 6 pm")
    heard = await answered(chat)
    sent = json.dumps(claude.requests[-1].body, ensure_ascii=False)
    for secret in ("03-1234-5678", "a@example.org", "090-1111-2222"):
        assert secret not in sent
    answer = heard.rows["The answer, after"]
    assert {"03-1234-5678", "090-1111-2222"} <= set(answer.replace(",", "").rstrip(".").split())
    await heard.taps(chat, "Apply")
    [entry] = await chat.core.faqs.list(scope)
    assert "a@example.org" in entry.answer
    assert "[" not in entry.answer


@pytest.mark.parametrize("token", ["[PHONE]", "[PHONE_7]", "[PERSON_1]"])
async def test_a_placeholder_that_stands_for_nothing_never_overwrites_a_value(
    chat: OwnerChat, claude: ClaudeStandIn, token: str
) -> None:
    scope = (await chat.app()).scope
    await chat.core.faqs.add(scope, "Phone?", "Call 03-1234-5678.")
    claude.will_call("edit_faq", entry="E1", question="Phone?", answer=f"Call {token} at night.")
    await chat.says("Phone? Only at night")
    assert (await answered(chat)).texts == [
        "Personal details that I must not read would be lost that way. Please change it with the buttons."
    ]
    assert (await chat.core.faqs.list(scope))[0].answer == "Call 03-1234-5678."


async def test_what_was_changed_meanwhile_is_not_overwritten(chat: OwnerChat, claude: ClaudeStandIn) -> None:
    scope = (await chat.app()).scope
    saved = await chat.core.faqs.add(scope, "Price?", "300 yen.")
    claude.will_call("edit_faq", entry="E1", question="Price?", answer="400 yen.")
    await chat.says("Price? is 400 yen")
    heard = await answered(chat)
    await chat.core.faqs.edit(scope, saved.entry.id, "Price?", "350 yen.")
    assert await heard.taps(chat, "Apply") == [
        "It has changed since I showed it to you. Please tell me again what you would like."
    ]
    await chat.core.faqs.remove(scope, saved.entry.id)
    assert (await heard.taps(chat, "Apply"))[0].endswith("no longer exists.")
    chat.core.clock.advance(OPEN_FOR)
    assert (await heard.taps(chat, "Apply"))[0].startswith("This proposal is too old.")


async def test_two_taps_at_once_change_it_once(chat: OwnerChat, claude: ClaudeStandIn) -> None:
    scope, owner = (await chat.app()).scope, (await chat.owner()).scope
    claude.will_call("add_faq", question="Free?", answer="Yes.")
    await chat.says("it is free")
    proposal = (await answered(chat)).proposal
    taps = [chat.core.proposals.apply(owner, proposal) for _ in range(2)]
    await asyncio.gather(*taps, return_exceptions=True)
    assert await chat.core.faqs.count(scope) == 1


async def test_the_text_can_be_worded_otherwise_before_it_is_applied(chat: OwnerChat, claude: ClaudeStandIn) -> None:
    scope = (await chat.app()).scope
    claude.will_call("add_faq", question="Free?", answer="Yes.")
    await chat.says("it is free")
    heard = await answered(chat)
    assert await heard.taps(chat, "Edit") == ["Write the new text exactly as it should be."]
    await chat.says("Yes, for everybody.")
    assert "The answer, after: Yes, for everybody." in str(Heard.of(chat.last).words)
    again = Heard.of(chat.last)
    assert await heard.taps(chat, "Apply") == ["You have discarded this proposal."]
    await again.taps(chat, "Apply")
    assert (await chat.core.faqs.list(scope))[0].answer == "Yes, for everybody."


async def test_a_choice_is_shown_as_its_button_calls_it(chat: OwnerChat, claude: ClaudeStandIn) -> None:
    claude.will_call("change_setting", setting="tone", value="friendly")
    await chat.says("speak more casually")
    rows = (await answered(chat)).rows
    assert rows == {"Tone, before": "Polite", "Tone, after": "Friendly"}
