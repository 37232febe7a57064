"""Use cases about conversations: read, found, deleted, talked in; how the app is doing; taking everything along."""

import io
import zipfile

import pytest
from mimi import Answer
from walking import Walker

pytestmark = pytest.mark.asyncio(loop_scope="module")

ELEPHANTS = "Do you take elephants?"


async def heard(owner: Walker, key: str) -> list[tuple[str, str]]:
    """Who said what, as the visitor reads it."""
    url, headers = f"{owner.mimi.url}/@{owner.handle}/conversation", {"Authorization": f"Bearer {key}"}
    async with owner.mimi.http.post(url, json={}, headers=headers) as response:
        return [(each["role"], each["text"]) for each in (await response.json())["messages"]]


async def taken_over(owner: Walker, question: str = ELEPHANTS) -> Answer:
    asked = await owner.asked(question)
    await owner.sees(question)
    await owner.taps("Talk to the visitor", question)
    return asked


@pytest.mark.walks("/conversations", "/conversations find", "conversation.list", "conversation.read")
async def test_conversations_are_listed_found_and_read(owner: Walker) -> None:
    await owner.asked("Is there a zebra?")
    await owner.asked("Is there a lion?")
    await owner.says("/conversations", "Kotori: 2 conversations, page 1 of 1")
    await owner.says("/conversations find zebra", "Conversations with “zebra”")
    await owner.taps("Read", "Visitor: Is there a zebra?")
    await owner.taps("Conversations", "Kotori: 2 conversations, page 1 of 1")
    assert "Is there a lion?" in await owner.reads("conversations")


@pytest.mark.walks("conversation.delete", "conversation.keep", "conversation.delete_now")
async def test_a_conversation_is_kept_or_deleted_and_then_the_visitor_has_it_no_more(owner: Walker) -> None:
    asked = await owner.asked("Is there a zebra?")
    await owner.says("/conversations", "Kotori: 1 conversations")
    await owner.taps("Delete", "The visitor loses it too.")
    await owner.taps("Keep", "Kept.")
    assert (await heard(owner, asked.key))[0] == ("visitor", "Is there a zebra?")
    await owner.says("/conversations", "Kotori: 1 conversations")
    await owner.taps("Delete", "The visitor loses it too.")
    await owner.taps("Delete", "has been deleted.")
    assert await owner.stored("messages") == []
    assert "Is there a zebra?" not in await owner.reads("conversations")


@pytest.mark.walks("conversation.block", "conversation.unblock", "conversation.release")
async def test_what_was_held_as_spam_is_released_and_a_conversation_blocked_for_a_while(owner: Walker) -> None:
    asked = await owner.asked("Buy cheap viagra without prescription http://pills.example")
    await owner.says("/conversations", "Kotori: 1 conversations")
    await owner.taps("Read", "Visitor (held as spam): Buy cheap viagra")
    await owner.taps("Block chat", "Blocked: from now on the visitor")
    await owner.taps("Unblock chat", "Unblocked: the visitor can write")
    await owner.says("/conversations", "Kotori: 1 conversations")
    await owner.taps("Read", "Visitor (held as spam): Buy cheap viagra")
    await owner.taps("Release “Buy che…”", "Released: mimi answers it now")
    assert (await heard(owner, asked.key))[0][0] == "visitor"
    assert "held" not in [each["state"] for each in await owner.stored("messages")]


@pytest.mark.walks("twin.add", "twin.edit")
async def test_what_was_asked_becomes_another_way_to_ask_an_entry(owner: Walker) -> None:
    await owner.says("/faq add Are there zebras in the park? = Yes, two.", "Learned:")
    asked = await taken_over(owner)
    await owner.asked("zebras in the park?", asked.key)
    await owner.says("Yes, two of them.", "A: sent")
    await owner.asked("zebras there in the park", asked.key)
    await owner.says("As I said: two.", "A: sent")
    await owner.taps("Hand back to mimi", "Save your answers as FAQ?")
    await owner.taps("See my answers", "Similar to")
    await owner.taps_beside("zebras there in the park", "Edit and add", "How do visitors ask it?")
    await owner.says("park with zebras", "From now on this is another way to ask")
    await owner.taps_beside("zebras in the park?", "Add to that entry", "From now on this is another way to ask")
    (entry,) = await owner.stored("faqs")
    assert set(entry["phrasings"]) == {"park with zebras", "zebras in the park?"}


@pytest.mark.walks(
    "takeover.begin", "/talks", "takeover.list", "takeover.end", "/end", "takeover.answers", "takeover.save"
)
async def test_a_conversation_is_taken_over_handed_back_and_what_was_said_kept(owner: Walker) -> None:
    asked = await taken_over(owner)
    await owner.says("Small ones only.", "A: sent")
    assert (await heard(owner, asked.key))[-1] == ("owner", "Small ones only.")
    await owner.asked("How small?", asked.key)
    await owner.says("/talks", "A: How small?")
    await owner.says("Up to a metre.", "A: sent")
    await owner.taps("Hand back to mimi", "Save your answers as FAQ?")
    await owner.taps("See my answers", "Your answers: 2")
    await owner.taps_beside("How small?", "Save as FAQ", "Learned: How small?")
    await owner.says("/conversations", "Kotori: 1 conversations")
    await owner.taps("Talk", "What you write now goes to the visitor exactly as you write it.")
    await owner.taps("All my chats", "Visitors you are talking with: 1")
    await owner.says("/end", "A: mimi answers there again.")
    assert (await heard(owner, asked.key))[-1][0] == "presence"
    assert [(each["question"], each["answer"]) for each in await owner.stored("faqs")] == [
        ("How small?", "Up to a metre.")
    ]


@pytest.mark.walks("takeover.edit")
async def test_what_was_said_in_a_takeover_is_edited_before_it_is_kept(owner: Walker) -> None:
    await taken_over(owner)
    await owner.says("Small ones.", "A: sent")
    await owner.taps("Hand back to mimi", "Save your answers as FAQ?")
    await owner.taps("See my answers", "Your answers: 1")
    await owner.taps("Edit and save", "How should the question read?")
    await owner.taps("Keep as it is", "And what should I answer?")
    await owner.says("Small ones only.", f"Learned: {ELEPHANTS}")
    assert (await owner.asked(ELEPHANTS)).text == "Small ones only."


@pytest.mark.walks("/insight", "insight")
async def test_how_the_app_is_doing_is_shown_for_three_spans_at_both_doors(owner: Walker) -> None:
    await owner.visits()
    await owner.asked(ELEPHANTS)
    await owner.asked(ELEPHANTS)
    await owner.says("/insight", f"2× {ELEPHANTS}")
    await owner.taps("Today", "Kotori: Today")
    await owner.taps("30 days", "Kotori: 30 days")
    assert ELEPHANTS in await owner.reads("insight")


@pytest.mark.walks("/export", "export")
async def test_everything_is_downloaded_by_a_link_that_works_once(owner: Walker) -> None:
    await owner.says("/faq add Price? = 300 yen", "Learned: Price?")
    await owner.says("/account", "Your account")
    await owner.taps("Download your data", "The link works once")
    await owner.says("/export", "The link works once")
    page = await owner.opens("Download")
    token = page.url.path.rpartition("/")[2]
    for status in (200, 404):
        async with owner.mimi.http.post(f"{owner.mimi.url}/download", data={"token": token}) as response:
            assert response.status == status
            if status == 200:
                assert "300 yen" in zipfile.ZipFile(io.BytesIO(await response.read())).read("faqs.json").decode()


@pytest.mark.walks("takeover.change")
async def test_an_entry_that_the_owner_contradicts_is_changed_by_two_taps(owner: Walker) -> None:
    await owner.says("/faq add How long is the trial? = 14 days.", "Learned:")
    assert owner.mimi.claude
    owner.mimi.claude.will_not_know("How long is the trial?")
    await taken_over(owner, "How long is the trial?")
    await owner.says("It is 30 days now.", "A: sent")
    await owner.taps("Hand back to mimi", "mimi answers there again.")
    await owner.sees("You told a visitor something different from this entry.")
    await owner.taps("Change the entry", "Change this entry?")
    await owner.taps("Apply", "Done. The change is in effect.")
    assert (await owner.asked("How long is the trial?")).text == "It is 30 days now."
