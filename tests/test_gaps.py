"""What visitors asked in vain: kept, grouped, ranked, and turned into knowledge by the owner."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from asking import Visitor
from owner_chat import OwnerChat
from visitors import VisitorSide

from guardrail.pii import hidden, without_hidden
from handlers.alerts.cards import ANSWER_ALERT
from handlers.chat.entries.saving import EDIT_ANSWERED
from handlers.learning.gaps import AskedGap
from knowledge.errors import NotFound
from knowledge.phrases import VISITOR_LANGS
from knowledge.store.alerts.askings import AskingRepository, Why
from knowledge.store.conversations.messages import Feedback, Source
from knowledge.store.database import Database

NOTHING = "Nothing is missing: I could answer everything Hitsuji was asked."


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def asks(chat: OwnerChat, *questions: str) -> None:
    """Each question by a visitor of its own; then the background has done its work."""
    for question in questions:
        await Visitor(chat).asks_in_vain(question)
    await chat.core.learning.round()


async def open_gaps(chat: OwnerChat) -> Sequence[AskedGap]:
    return await chat.core.gaps.list_open((await chat.app()).scope)


async def test_questions_of_the_same_words_are_one_gap_and_the_most_asked_comes_first(chat: OwnerChat) -> None:
    await asks(chat, "Is there an iPad app?", "Can I export to Excel?", "can I export to EXCEL??")
    summary, first, second = await chat.says("/gaps")
    assert summary == "Hitsuji: 2 questions I could not answer well, page 1 of 1"
    assert first == "Can I export to Excel?\nI do not know anything about it yet.\nAsked: 2×, in 2 chats\nLast: today"
    assert second.startswith("Is there an iPad app?")


async def test_questions_that_are_like_each_other_are_one_gap(chat: OwnerChat) -> None:
    await asks(chat, "返金してもらえますか？", "お店の営業時間を教えてください")
    await asks(chat, "返金はしてもらえますか", "返金してもらうことはできますか？")
    assert [(gap.question, gap.conversations) for gap in await open_gaps(chat)] == [
        ("返金してもらえますか？", 3),
        ("お店の営業時間を教えてください", 1),
    ]


async def test_who_insists_does_not_outrank_many(chat: OwnerChat) -> None:
    insistent = Visitor(chat)
    for _ in range(5):
        await insistent.asks_in_vain("Is there an iPad app?")
    await asks(chat, "Can I export to Excel?", "Can I export to Excel?")
    assert [each.question for each in await open_gaps(chat)] == ["Can I export to Excel?", "Is there an iPad app?"]


async def test_a_disliked_answer_outranks_a_missing_one_and_what_is_old_fades(chat: OwnerChat) -> None:
    await asks(chat, "Can I export to Excel?")
    await Visitor(chat).dislikes("Is it free?", "Yes.")
    await chat.core.learning.round()
    assert [each.question for each in await open_gaps(chat)] == ["Is it free?", "Can I export to Excel?"]
    chat.core.clock.advance(timedelta(days=30))
    await asks(chat, "Is there an iPad app?")
    assert (await open_gaps(chat))[0].question == "Is there an iPad app?"


async def test_what_visitors_tell_about_themselves_is_not_kept(chat: OwnerChat) -> None:
    await asks(chat, "Can you call me at 03-1234-5678?")
    [gap] = await open_gaps(chat)
    assert gap.question == "Can you call me at [hidden for privacy]?"


async def test_without_gaps_it_says_so(chat: OwnerChat) -> None:
    assert await chat.says("/未回答") == [NOTHING]


async def test_an_answer_is_written_and_closes_the_gap(chat: OwnerChat) -> None:
    await asks(chat, "Can I export to Excel?")
    await chat.says("/gaps")
    assert await chat.taps("Write an answer") == [
        "Asked: Can I export to Excel?",
        "How should the question read? Keep it, or write a new one.",
    ]
    assert await chat.taps("Keep as it is") == ["And what should I answer?"]
    assert await chat.says("Yes, from the menu.") == ["Learned: Can I export to Excel?"]
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert (entry.question, entry.answer) == ("Can I export to Excel?", "Yes, from the menu.")
    assert await chat.says("/gaps") == [NOTHING]


async def test_a_draft_quotes_the_half_that_is_known_and_names_what_is_missing(chat: OwnerChat) -> None:
    await chat.says("/faq add Can I export my notes as PDF? = Yes: Settings, Export, PDF.")
    await asks(chat, "Can I export my notes to Excel?")
    _summary, card = await chat.says("/gaps")
    assert "Draft: Yes: Settings, Export, PDF." in card
    assert "Missing: Excel" in card
    await chat.taps("Edit and save")
    assert chat.labels() == ["Keep as it is", "Edit current text", "Cancel"]
    await chat.says("Export to Excel?")
    await chat.says("Only PDF so far: Settings, Export, PDF.")
    entries = await chat.core.faqs.list((await chat.app()).scope)
    assert (entries[1].question, entries[1].answer) == ("Export to Excel?", "Only PDF so far: Settings, Export, PDF.")


async def test_a_question_becomes_another_way_to_ask_for_an_entry(chat: OwnerChat) -> None:
    await chat.says("/faq add How do I export notes as PDF? = Settings, Export.")
    await asks(chat, "Where is the PDF thing for notes?")
    await chat.says("/gaps")
    summary, card = await chat.taps("Same as an entry")
    assert summary == "Which entry answers “Where is the PDF thing for notes?”?"
    assert card.startswith("How do I export notes as PDF?")
    assert await chat.taps("This one") == ["From now on this is another way to ask “How do I export notes as PDF?”."]
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert entry.phrasings == ("Where is the PDF thing for notes?",)
    assert await chat.says("/gaps") == [NOTHING]


async def test_what_is_dismissed_comes_back_only_when_asked_much_more(chat: OwnerChat) -> None:
    await asks(chat, "Do you like cats?")
    await chat.says("/gaps")
    assert (await chat.taps("Dismiss"))[0].startswith("Dismissed: Do you like cats?.")
    for _ in range(4):
        chat.core.clock.advance(timedelta(minutes=1))
        await asks(chat, "do you like cats")
        assert await open_gaps(chat) == []
    chat.core.clock.advance(timedelta(minutes=1))
    await asks(chat, "Do you like cats?")
    assert [gap.conversations for gap in await open_gaps(chat)] == [6]


async def test_what_was_taught_in_vain_comes_back_at_once(chat: OwnerChat) -> None:
    await asks(chat, "Can I export to Excel?")
    [gap] = await open_gaps(chat)
    await chat.core.gaps.accept(gap.gap.scope, gap.gap.id, ("Excel?", "Yes."))
    chat.core.clock.advance(timedelta(minutes=1))
    await asks(chat, "Can I export to Excel?")
    assert len(await open_gaps(chat)) == 1


async def test_a_disliked_answer_is_shown_with_its_source_to_correct(chat: OwnerChat) -> None:
    await chat.says("/faq add Is it free? = Yes. Ask 03-1234-5678.")
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    source = Source("Is it free?", item=entry.id)
    await Visitor(chat).dislikes("Is it free for schools?", "Yes. Ask 03-1234-5678.", source)
    await chat.core.learning.round()
    _summary, card = await chat.says("/gaps")
    assert "did not find it helpful: Yes. Ask [hidden for privacy]." in card
    assert "Taken from: Is it free?" in card
    assert await chat.taps("Edit the entry") == ["What should I change in “Is it free?”?"]


async def test_a_thumb_that_turns_up_takes_the_gap_away(chat: OwnerChat) -> None:
    visitor = Visitor(chat)
    answer = await visitor.dislikes("Is it free?", "Yes.")
    await chat.core.learning.round()
    await visitor.judges(answer, Feedback.UP)
    assert await open_gaps(chat) == []
    assert await chat.core.db.collection("gaps").count({}) == 0


async def test_a_thumb_down_for_a_refusal_is_the_same_gap(chat: OwnerChat) -> None:
    visitor = Visitor(chat)
    asked = await visitor.asks_in_vain("Can I export to Excel?")
    answer = await visitor.messages.answer_to(asked.scope, asked.conversation_id, asked.id)
    assert answer is not None
    await visitor.judges(answer, Feedback.DOWN)
    await chat.core.learning.round()
    assert [(gap.conversations, gap.disliked) for gap in await open_gaps(chat)] == [(1, 1)]


async def test_what_was_said_of_a_half_is_kept_with_it(chat: OwnerChat) -> None:
    await Visitor(chat).asks_in_vain("Can I export to PDF and Excel?", "To PDF: Settings, Export.")
    await chat.core.learning.round()
    [gap] = await open_gaps(chat)
    assert gap.answered is not None
    assert (gap.answered.why, gap.answered.answer) == (Why.PARTLY, "To PDF: Settings, Export.")


async def test_a_deleted_conversation_leaves_no_gap_of_its_own(chat: OwnerChat) -> None:
    leaving, staying = Visitor(chat), Visitor(chat)
    await leaving.asks_in_vain("Is there an iPad app?")
    await leaving.asks_in_vain("Can I export to Excel?")
    await staying.asks_in_vain("Can I export to Excel?")
    await chat.core.learning.round()
    await leaving.leaves()
    assert [(gap.question, gap.conversations) for gap in await open_gaps(chat)] == [("Can I export to Excel?", 1)]
    assert await chat.core.db.collection("gaps").count({}) == 1


async def test_an_answered_alert_saved_as_faq_closes_its_gap(chat: OwnerChat) -> None:
    visitor = Visitor(chat)
    asked = await visitor.asks_in_vain("Can I export to Excel?")
    alert = await chat.core.alerts.question_unanswered(asked.scope, asked.conversation_id, asked.id, asked.text, "en")
    await chat.core.learning.round()
    await chat.core.handoffs.answer(asked.scope, alert.id, "Yes.")
    await chat.core.handoffs.save_as_faq(asked.scope, alert.id)
    assert await open_gaps(chat) == []


async def test_an_answer_is_edited_in_two_steps_before_it_is_saved(chat: OwnerChat) -> None:
    visitor = Visitor(chat)
    asked = await visitor.asks_in_vain("hey, excel export??")
    alert = await chat.core.alerts.question_unanswered(asked.scope, asked.conversation_id, asked.id, asked.text, "en")
    await chat.core.learning.round()
    await chat.presses(ANSWER_ALERT(alert.id))
    await chat.says("not yet sorry")
    assert chat.labels() == ["Save as FAQ", "Edit and save"]
    assert (await chat.taps("Edit and save"))[0] == "Asked: hey, excel export??\nAnswered: not yet sorry"
    await chat.says("Can I export to Excel?")
    assert await chat.says("Not yet.") == ["Learned: Can I export to Excel?"]
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert (entry.question, entry.answer) == ("Can I export to Excel?", "Not yet.")
    assert await open_gaps(chat) == []
    assert await chat.presses(EDIT_ANSWERED(alert.id)) == ["This answer is already saved as FAQ."]


async def test_an_answer_to_what_an_entry_asks_already_is_offered_as_its_phrasing(chat: OwnerChat) -> None:
    await chat.says("/faq add Can I export my notes to Excel? = Not yet.")
    asked = await Visitor(chat).asks_in_vain("can I export my notes to excel")
    alert = await chat.core.alerts.question_unanswered(asked.scope, asked.conversation_id, asked.id, asked.text, "en")
    await chat.core.learning.round()
    await chat.presses(ANSWER_ALERT(alert.id))
    await chat.says("Not yet.")
    assert chat.labels() == ["Same as an entry", "Save as FAQ", "Edit and save"]
    await chat.taps("Same as an entry")
    await chat.taps("This one")
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert entry.phrasings == ("can I export my notes to excel",)


async def test_an_owner_reaches_no_gap_of_another_owner(chat: OwnerChat) -> None:
    """S39"""
    await asks(chat, "Can I export to Excel?")
    [gap] = await open_gaps(chat)
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    assert await other.says("/gaps") == ["Nothing is missing: I could answer everything Other was asked."]
    for verb in ("save", "write", "same", "dismiss"):
        assert await other.posts(f"gap.{verb}:{gap.gap.id}") == ["That question no longer exists."]
    with pytest.raises(NotFound):
        await chat.core.gaps.accept((await other.app()).scope, gap.gap.id, ("Mine?", "Yes."))


async def test_two_instances_make_one_gap_of_one_question(chat: OwnerChat, db: Database) -> None:
    await Visitor(chat).asks_in_vain("Can I export to Excel?")
    await Visitor(chat).asks_in_vain("Can I export to Excel?")
    await asyncio.gather(*(chat.core.learning.round() for _ in range(4)))
    assert [gap.conversations for gap in await open_gaps(chat)] == [2]
    assert await db.collection("gaps").count({}) == 1


async def test_progress_counts_what_came_up_and_what_was_closed(chat: OwnerChat) -> None:
    since = chat.core.clock.now()
    await asks(chat, "Can I export to Excel?", "Is there an iPad app?")
    first, _second = await open_gaps(chat)
    chat.core.clock.advance(timedelta(days=1))
    await chat.core.gaps.accept(first.gap.scope, first.gap.id, ("Excel?", "Yes."))
    progress = await chat.core.gaps.progress(first.gap.scope, since)
    assert (progress.opened, progress.learned, progress.open) == (2, 1, 1)
    later = await chat.core.gaps.progress(first.gap.scope, chat.core.clock.now())
    assert (later.opened, later.learned, later.open) == (0, 1, 1)


async def test_an_answer_that_is_not_known_is_kept_with_its_completion(visitors: VisitorSide) -> None:
    app = await visitors.app(refund="Within 14 days.")
    accepted, told = await visitors.ask(app, "Is there a dark mode?")
    assert told.state == "unknown"
    [asking] = await AskingRepository(visitors.db).unsorted(app.scope, 10)
    assert (asking.question, asking.why, asking.message_id) == (
        "Is there a dark mode?",
        Why.UNANSWERED,
        accepted.message_id,
    )


async def test_a_thumb_down_is_kept_with_the_answer_and_the_last_word_counts(visitors: VisitorSide) -> None:
    app = await visitors.app(refund="Refund within 14 days.")
    accepted, told = await visitors.ask(app, "What about a refund?")
    await visitors.answers.feedback(app, accepted.key, accepted.answer_id, up=False)
    [asking] = await AskingRepository(visitors.db).unsorted(app.scope, 10)
    assert (asking.question, asking.why, asking.answer) == ("What about a refund?", Why.DISLIKED, told.text)
    assert [source.title for source in asking.sources] == told.sources
    await visitors.answers.feedback(app, accepted.key, accepted.answer_id, up=True)
    assert await AskingRepository(visitors.db).unsorted(app.scope, 10) == []


async def test_what_was_taken_out_of_a_question_does_not_hide_the_entry_that_asks_the_same(chat: OwnerChat) -> None:
    await chat.says("/faq add Can I export notes? = Yes.")
    await asks(chat, "Can I export my notes? 03-1234-5678, taro@example.com")
    [gap] = await open_gaps(chat)
    assert "[hidden for privacy]" in gap.question
    assert gap.gap.alike


@pytest.mark.parametrize("lang", VISITOR_LANGS)
def test_what_is_left_of_a_redacted_question_has_no_placeholder_in_any_language(lang: str) -> None:
    assert without_hidden(f"a {hidden(lang)} b{hidden(lang)}").split() == ["a", "b"]
