"""Use cases about FAQ entries, each gone in LINE and seen in what visitors are answered, on the web or in the store."""

import pytest
from walking import Walker

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRIAL, FREE = "Is there a trial?", "Yes, fourteen days for free."


async def knows(owner: Walker, question: str = TRIAL, answer: str = FREE) -> None:
    await owner.says(f"/faq add {question} = {answer}", f"Learned: {question}")


async def entries(owner: Walker) -> list[tuple[str, str]]:
    return [(each["question"], each["answer"]) for each in await owner.stored("faqs")]


@pytest.mark.walks("/faq add", "faq.add", "/faq list", "faq.list")
async def test_entries_are_taught_and_listed_and_answer_visitors(owner: Walker) -> None:
    await owner.says("/faq list", "I have no answers about Kotori yet.")
    await owner.taps("Add FAQ", "What do visitors ask?")
    await owner.says(TRIAL, "And what should I answer?")
    await owner.says(FREE, f"Learned: {TRIAL}")
    await owner.says("/faq add Price? = 300 yen", "Learned: Price?")
    for number in range(7):
        await knows(owner, f"Number {number}?", f"It is {number}.")
    assert (await owner.asked("How long is the trial?")).text == FREE
    await owner.says("/faq list", "Kotori: 9 FAQ entries, page 1 of 2")
    await owner.taps("Next page", "Kotori: 9 FAQ entries, page 2 of 2")
    html = await owner.reads()
    assert FREE in html
    assert "It is 6." in html


@pytest.mark.walks("/faq find", "/faq edit", "faq.edit", "faq.edit_question", "faq.edit_answer")
async def test_an_entry_is_found_and_corrected_and_visitors_get_the_new_answer(owner: Walker) -> None:
    await knows(owner)
    await owner.says("/faq find trial", "FAQ entries with “trial”")
    await owner.taps("Edit", f"What should I change in “{TRIAL}”?")
    await owner.taps("The answer", "Write the new answer.")
    await owner.says("Yes, thirty days.", f"Changed: {TRIAL}")
    assert (await owner.asked("How long is the trial?")).text == "Yes, thirty days."
    await owner.says("/faq edit trial", "What should I change in")
    await owner.taps("The question", "Write the new question.")
    await owner.says("How long is the trial?", "Changed: How long is the trial?")
    assert await entries(owner) == [("How long is the trial?", "Yes, thirty days.")]


@pytest.mark.walks("/faq remove", "faq.keep", "faq.remove", "faq.remove_now")
async def test_an_entry_is_kept_or_removed_and_then_answers_nobody(owner: Walker) -> None:
    await knows(owner)
    await owner.says("/faq remove trial", f"Remove “{TRIAL}”? I will no longer answer it.")
    await owner.taps("Keep", f"Kept: {TRIAL}")
    assert await entries(owner) == [(TRIAL, FREE)]
    await owner.says("/faq list", "1 FAQ entries")
    await owner.taps("Remove", f"Remove “{TRIAL}”?")
    await owner.taps("Remove", f"Removed: {TRIAL}")
    assert await entries(owner) == []
    assert (await owner.asked(TRIAL)).state == "unknown"


@pytest.mark.walks("/faq phrasings", "faq.phrasings", "faq.phrasing_add", "faq.phrasing_remove")
async def test_other_ways_to_ask_are_added_and_removed(owner: Walker) -> None:
    await knows(owner)
    await owner.says("/faq phrasings trial", "There are no other ways to ask yet.")
    await owner.taps("Add a way to ask", "How else do visitors ask this?")
    await owner.says("Can I test it?\nMay I try before I buy?", "Saved. I know 2 other ways to ask it now.")
    await owner.taps("Other ways to ask", "2. May I try before I buy?")
    await owner.taps("Remove 2", "1 other ways to ask are left.")
    [entry] = await owner.stored("faqs")
    assert entry["phrasings"] == ["Can I test it?"]
    assert "Can I test it?" in await owner.reads(f"faqs/{entry['_id']}")


@pytest.mark.walks("faq.phrasing_ideas")
async def test_common_ways_to_ask_are_taken_in_one_tap(owner: Walker) -> None:
    await owner.says("/faq add How do I export notes? = Settings, then Export.", "Learned:")
    await owner.says("/faq exact export", "Visitors may also ask it like this.")
    await owner.taps("Add these", "Saved. I know 3 other ways to ask it now.")
    (entry,) = await owner.stored("faqs")
    assert entry["phrasings"][0] == "How to export notes"
    assert "How to export notes" in await owner.reads(f"faqs/{entry['_id']}")


@pytest.mark.walks("/faq exact", "faq.exact", "faq.inexact")
async def test_an_answer_is_said_word_for_word_or_in_other_words(owner: Walker) -> None:
    await knows(owner)
    assert owner.mimi.claude
    await owner.says("/faq exact trial", "From now on, when someone asks")
    await owner.taps("Let me rephrase it", "in my own words again")
    assert not (await owner.stored("faqs"))[0]["exact"]
    await owner.taps("Answer word for word", "From now on, when someone asks")
    before = len(owner.mimi.claude.requests)
    answer = await owner.asked(TRIAL)
    assert (answer.text, len(owner.mimi.claude.requests)) == (FREE, before)
    assert (await owner.stored("faqs"))[0]["exact"]


@pytest.mark.walks("proposal.replace", "proposal.both", "proposal.phrasing")
async def test_what_is_asked_already_replaces_stays_beside_or_becomes_a_way_to_ask(owner: Walker) -> None:
    await knows(owner)
    await owner.says("/faq add Is there a trial = No.", f"“{TRIAL}” asks the same but answers it differently.")
    await owner.taps("Replace it", "Done. The change is in effect.")
    assert (await owner.asked(TRIAL)).text == "No."
    await owner.says(f"/faq add {TRIAL} = Yes, for a week.", "asks the same but answers it differently.")
    await owner.taps("Keep both", "Done. The change is in effect.")
    assert [answer for _question, answer in await entries(owner)] == ["No.", "Yes, for a week."]
    await owner.says("/faq add How do I get a refund? = Write to us.", "Learned:")
    await owner.says("/faq add How can I get a refund? = Please write to us.", "already asks the same.")
    await owner.taps("Another way to ask", "Done. The change is in effect.")
    assert "How can I get a refund?" in (await owner.stored("faqs"))[2]["phrasings"]
