"""Use cases about getting better: what was not answered, pinned questions, and changes asked for in plain words."""

import pytest
from mimi import soon
from walking import Walker

pytestmark = pytest.mark.asyncio(loop_scope="module")

PDF, EXCEL = "Can I export my notes as PDF?", "Can I export my notes to Excel?"


async def studied(owner: Walker, count: int) -> None:
    """So many gaps have been sorted and looked at; the background does it every other second."""

    async def done() -> bool:
        return len([gap for gap in await owner.stored("gaps") if gap["studied"]]) >= count

    await soon(done)


async def asked_in_vain(owner: Walker, *questions: str) -> None:
    for question in questions:
        assert owner.mimi.claude
        owner.mimi.claude.will_not_know(question)
        assert (await owner.asked(question)).state == "unknown"
    await studied(owner, len(questions))


@pytest.mark.walks("/gaps", "gap.save", "gap.list", "gap.write", "gap.dismiss")
async def test_gaps_are_saved_as_drafted_written_and_dismissed(owner: Walker) -> None:
    assert owner.mimi.claude
    await owner.says(f"/faq add {PDF} = Yes: Settings, Export.", f"Learned: {PDF}")
    owner.mimi.claude.will_draft("Only as PDF: Settings, Export.", "", [1])
    await asked_in_vain(owner, EXCEL)
    await owner.says("/gaps", "Kotori: 1 questions I could not answer well")
    await owner.taps("Save the draft", f"Learned: {EXCEL}")
    assert [each["answer"] for each in await owner.stored("faqs", question=EXCEL)] == ["Only as PDF: Settings, Export."]
    await asked_in_vain(owner, "Is there an iPad app?", "Where are you based?")
    # Alerts of the two have come since: the buttons below the words before them are out of reach.
    await owner.says("/gaps", "Kotori: 2 questions I could not answer well")
    await owner.taps_beside("Is there an iPad app?", "Write an answer", "How should the question read?")
    await owner.taps("Keep as it is", "And what should I answer?")
    await owner.says("Yes, since May.", "Learned: Is there an iPad app?")
    await owner.taps("More to answer", "Kotori: 1 questions I could not answer well")
    assert "Where are you based?" in await owner.reads("gaps")
    await owner.taps("Dismiss", "Dismissed: Where are you based?")
    assert "Where are you based?" not in await owner.reads("gaps")


@pytest.mark.walks("gap.later", "gap.back")
async def test_a_gap_is_kept_for_later_and_brought_back(owner: Walker) -> None:
    await asked_in_vain(owner, "Is there an iPad app?", "Where are you based?")
    await owner.says("/gaps", "Kotori: 2 questions I could not answer well")
    await owner.taps_beside("Where are you based?", "Later", "Kept for later: Where are you based?")
    assert "Open questions: 1" in await owner.reads("gaps")
    await owner.taps("More to answer", "Kotori: 2 questions I could not answer well")
    await owner.taps_beside("Where are you based?", "Reopen", "Open again")
    assert "Open questions: 2" in await owner.reads("gaps")


@pytest.mark.walks("gap.of", "gap.same", "gap.phrasing")
async def test_a_question_of_an_alert_becomes_another_way_to_ask_for_an_entry(owner: Walker) -> None:
    await owner.says("/faq add How do I export notes as PDF? = Settings, Export.", "Learned:")
    await asked_in_vain(owner, "Where is the PDF thing for notes?")
    await owner.says("/alerts", "Where is the PDF thing for notes?")
    await owner.taps("Open conversation", "Visitor: Where is the PDF thing for notes?")
    await owner.taps("What I know about it", "Asked")
    await owner.taps("Same as an entry", "Which entry answers “Where is the PDF thing for notes?”?")
    await owner.taps("This one", "From now on this is another way to ask “How do I export notes as PDF?”.")
    [entry] = await owner.stored("faqs")
    assert entry["phrasings"] == ["Where is the PDF thing for notes?"]


@pytest.mark.walks("/checks", "/check add", "check.add", "check.list", "check.pin", "check.unpin")
async def test_questions_are_pinned_and_unpinned_and_stand_on_the_web(owner: Walker) -> None:
    await owner.says("/faq add Is it free? = Yes.", "Learned: Is it free?")
    await owner.says("/checks", "No questions are pinned for Kotori yet.")
    await owner.taps("Pin a question", "Which question should I always be able to answer?")
    await owner.says("Does it cost anything?", "Which entry must answer it?")
    await owner.taps("I must not answer it", "Pinned: Does it cost anything?.")
    await owner.says("/check add Is it free of charge?", "Which entry must answer it?")
    await owner.taps("Is it free?", "Pinned: Is it free of charge?.")
    assert "Is it free of charge?" in await owner.reads("checks")
    await owner.taps("Pinned questions", "Kotori: 2 pinned questions")
    await owner.taps_beside("Does it cost anything?", "Unpin", "No longer pinned: Does it cost anything?")
    assert "Does it cost anything?" not in await owner.reads("checks")
    await asked_in_vain(owner, "May I swim here?")
    await owner.says("/alerts", "May I swim here?")
    await owner.taps("Open conversation", "Visitor: May I swim here?")
    await owner.taps("Pin a question", "Pinning: May I swim here?")
    await owner.taps("I must not answer it", "Pinned: May I swim here?")
    assert [each["question"] for each in await owner.stored("checks")] == ["Is it free of charge?", "May I swim here?"]


@pytest.mark.walks("proposal.apply", "proposal.edit", "proposal.discard")
async def test_a_change_in_plain_words_is_applied_reworded_or_discarded(owner: Walker) -> None:
    assert owner.mimi.claude
    owner.mimi.claude.will_call("add_faq", question="Does it run on iOS 17?", answer="Yes.")
    await owner.says("add that we support iOS 17", "Teach me this?")
    await owner.taps("Edit", "Write the new text exactly as it should be.")
    await owner.says("Yes, it supports iOS 17.", "Teach me this?")
    await owner.taps("Apply", "Done. The change is in effect.")
    assert (await owner.asked("Does it run on iOS 17?")).text == "Yes, it supports iOS 17."
    owner.mimi.claude.will_call("pause", paused=True)
    await owner.says("no answers before Monday, please", "Change whether I answer visitors?")
    await owner.taps("Discard", "Discarded. Nothing was changed.")
    assert not (await owner.app()).paused


@pytest.mark.walks("check.ask", "check.ask_now")
async def test_pinned_questions_are_put_to_claude_once_their_price_is_known(owner: Walker) -> None:
    await owner.says("/faq add Is it free? = Yes, it is.", "Learned:")
    await owner.says("/check add Is it free of charge?", "Which entry must answer it?")
    await owner.taps("Is it free?", "Pinned:")
    assert owner.mimi.claude
    before = len(owner.mimi.claude.requests)
    await owner.says("/checks", "Kotori: 1 pinned questions")
    await owner.taps("Try with Claude", "That costs about US$0.01 at most.")
    assert len(owner.mimi.claude.requests) == before
    await owner.taps("Ask Claude", "Claude answers 1 of 1 pinned questions of Kotori as it should.")
    assert len(owner.mimi.claude.requests) == before + 1
    assert sum(day["tokens_out"] for day in await owner.stored("spending")) == 42
    assert "at most about US$0.01" in await owner.reads("checks")


@pytest.mark.walks("/try", "/tried", "trial.ask", "trial.list", "trial.show", "trial.again", "trial.on")
async def test_an_owner_tries_mimi_out_as_a_visitor_would(owner: Walker) -> None:
    assert owner.mimi.claude
    await owner.says("/tried", "You have not tried Kotori out yet.")
    await owner.says("/faq add Is it free? = Yes, it is.", "Learned: Is it free?")
    await owner.taps("Try a question", "What would a visitor ask?")
    owner.mimi.claude.will_say("Yes, it is.", cites=[0])
    said = await owner.says("Do I have to pay for it?", "What was found for it")
    assert "A visitor would read:\n\nYes, it is.\n\nSources:\n・Is it free?" in " ".join(said)
    assert "“Yes, it is.” → [1]" in " ".join(said)
    assert "all 1 pieces" in said
    assert [each for each in said if each.startswith("US$0.")]
    owner.mimi.claude.will_say("Yes, it is.", cites=[0])
    await owner.taps("Ask a follow-up", "What would a visitor ask?")
    await owner.says("And for companies?", "What was found for it")
    owner.mimi.claude.will_not_know("Is it free for companies?")
    await owner.says("/try Is it free for companies?", "Not known; for a visitor's question, you would be told")
    owner.mimi.claude.will_say("Yes, it is.", cites=[0])
    await owner.taps("Ask again", "A visitor would read:\n\nYes, it is.")
    assert "And for companies?" in await owner.reads("try")
    await owner.says("/tried", "What you tried of Kotori")
    await owner.taps_beside("And for companies?", "Show", "A visitor would read:\n\nYes, it is.")
    await owner.taps("Tried before", "What you tried of Kotori")
    for collection in ("conversations", "messages", "alerts", "askings", "gaps"):
        assert await owner.stored(collection) == []
    assert sum(day["tokens_out"] for day in await owner.stored("spending")) == 4 * 42


@pytest.mark.walks("trial.teach", "trial.phrasing", "trial.wrong", "trial.right")
async def test_what_was_tried_is_put_right_from_there(owner: Walker) -> None:
    assert owner.mimi.claude
    await owner.says("/faq add Is it free? = Yes, it is.", "Learned: Is it free?")
    owner.mimi.claude.will_not_know("Does it cost anything?")
    await owner.says("/try Does it cost anything?", "What was found for it")
    await owner.taps_beside("[1] Is it free?", "Same question", "From now on this is another way to ask “Is it free?”.")
    assert [each["phrasings"] for each in await owner.stored("faqs")] == [["Does it cost anything?"]]
    await owner.says("/faq add Can I call you? = Yes: 03-1234-5678", "Visitors will not see: phone number")
    owner.mimi.claude.will_say("Yes: [PHONE]", cites=[1])
    said = await owner.says("/try May I phone you?", "What was found for it")
    assert "phone number ×1" in said
    assert "03-1234-5678" in said
    assert "A visitor would read:\n\nYes: [hidden for privacy]" in " ".join(said)
    owner.mimi.claude.will_not_know("May I swim here?")
    await owner.says("/try May I swim here?", "Not known; for a visitor's question, you would be told")
    await owner.taps("Mark as wrong", "Marked as wrong.")
    assert "Marked as wrong" in await owner.reads("try")
    await owner.taps("Tried before", "What you tried of Kotori")
    await owner.taps_beside("May I swim here?", "Remove the mark", "The mark has been removed.")
    await owner.taps("Teach an answer", "How should the question read?")
    await owner.taps("Keep as it is", "And what should I answer?")
    await owner.says("Yes, daily.", "Learned: May I swim here?")
    owner.mimi.claude.will_say("Yes, daily.", cites=[2])
    await owner.taps("Ask again", "A visitor would read:\n\nYes, daily.")
    assert "0× in 30 days" in await owner.says("/faq", "Is it free?")
    assert (await owner.asked("Is it free?")).sources == ["Is it free?"]
    assert "1× in 30 days" in await owner.says("/faq", "Is it free?")
    assert "Used in answers: 1× in 30 days" in await owner.reads()
