"""FAQ entries: taught, listed, found, edited and removed, in chat and by the use cases the page calls too."""

import pytest
from owner_chat import OwnerChat

from handlers.chat.entries.faqs import EDIT_ANSWER, REMOVE_FAQ_NOW
from knowledge.errors import BadInput, NotFound
from knowledge.store.database import Database

GONE = "That FAQ entry no longer exists."


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def entries(chat: OwnerChat) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in await chat.core.faqs.list((await chat.app()).scope)]


async def test_teaching_asks_for_question_and_answer(chat: OwnerChat) -> None:
    assert await chat.says("/faq add") == ["What do visitors ask? Write one question."]
    assert await chat.says("Is it free?") == ["And what should I answer?"]
    assert await chat.says("Yes, it is.") == ["Learned: Is it free?"]
    assert await entries(chat) == [("Is it free?", "Yes, it is.")]


@pytest.mark.parametrize("line", ["/faq add Free? = a=b", "/faq 追加 Free?＝a=b", "／faq　追加　Free? =a=b"])
async def test_teaching_in_one_line_splits_at_the_first_equals_sign(chat: OwnerChat, line: str) -> None:
    assert await chat.says(line) == ["Learned: Free?"]
    assert await entries(chat) == [("Free?", "a=b")]


async def test_a_question_alone_is_asked_for_its_answer(chat: OwnerChat) -> None:
    assert await chat.says("/faq add Is it free?") == ["And what should I answer?"]
    assert await chat.says("Yes") == ["Learned: Is it free?"]


@pytest.mark.parametrize("line", ["/faq add = answer", "/faq add question ="])
async def test_half_a_line_is_refused_with_what_to_write(chat: OwnerChat, line: str) -> None:
    [sentence] = await chat.says(line)
    assert "please write" in sentence.casefold() or "write it" in sentence.casefold()
    assert await entries(chat) == []


async def test_teaching_keeps_the_entry_and_warns(chat: OwnerChat) -> None:
    replies = await chat.says("/faq add Call? = 03-1234-5678")
    assert replies == ["Learned: Call?", "Visitors will not see: phone number"]
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert entry.answer == "03-1234-5678"
    assert "1234" not in entry.redacted_answer
    assert entry.finding_kinds == ("PHONE",)


async def test_the_warning_names_each_kind_once_in_the_owners_language(chat: OwnerChat) -> None:
    await chat.says("/lang ja")
    replies = await chat.says("/faq 追加 連絡先は？ = 電話 03-1234-5678 / 090-1234-5678、メール taro@example.com")
    assert replies[1] == "次の情報は訪問者には表示されません：電話番号、メールアドレス"


@pytest.mark.parametrize(
    "text", ['<b>x</b> & "y"', "\u202eمرحبا", "👩‍👩‍👧‍👦🎉", '{"$ne": null}', "$where", "a" * 5000, "一行目\n二行目"]
)
async def test_any_text_is_kept_as_it_is(chat: OwnerChat, text: str) -> None:
    await chat.says("/faq add Odd?")
    assert (await chat.says(text))[0] == "Learned: Odd?"
    assert await entries(chat) == [("Odd?", text)]


async def test_the_list_is_paged_and_each_entry_has_its_buttons(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    for number in range(10):
        await chat.core.faqs.add(scope, f"Question {number}", "Answer")
    summary, *cards = await chat.says("/faq list")
    assert summary == "Hitsuji: 10 FAQ entries, page 1 of 2"
    assert len(cards) == 8
    assert chat.labels()[:2] == ["Edit", "Remove"]
    summary, *cards = await chat.taps("Next page")
    assert summary == "Hitsuji: 10 FAQ entries, page 2 of 2"
    assert [card.splitlines()[0] for card in cards] == ["Question 1", "Question 0"]
    assert (await chat.taps("Previous page"))[0] == "Hitsuji: 10 FAQ entries, page 1 of 2"
    assert (await chat.says("/faq 99"))[0] == "Hitsuji: 10 FAQ entries, page 2 of 2"


async def test_an_empty_list_says_how_to_begin(chat: OwnerChat) -> None:
    assert await chat.says("/faq") == ["I have no answers about Hitsuji yet. Teach me the first one."]
    assert await chat.taps("Add FAQ") == ["What do visitors ask? Write one question."]


async def test_finding_wants_every_word_and_takes_words_literally(chat: OwnerChat) -> None:
    await chat.says("/faq add Is the app free? = Yes")
    await chat.says("/faq add Is (a+)+$ a price? = No")
    assert len(await chat.says("/faq find FREE app")) == 2
    assert len(await chat.says("/faq 検索 (a+)+$")) == 2
    assert await chat.says("/faq find .*") == ["I found no FAQ entry with “.*”."]
    assert (await chat.says("/faq find"))[0].startswith("What should I look for")


async def test_editing_asks_which_part_and_changes_only_that(chat: OwnerChat) -> None:
    await chat.says("/faq add Free? = Yes")
    assert await chat.taps("Edit") == ["What should I change in “Free?”?"]
    assert await chat.taps("The answer") == ["Write the new answer."]
    assert chat.labels() == ["Edit current text", "Cancel"]
    assert await chat.says("Call 03-1234-5678") == ["Changed: Free?", "Visitors will not see: phone number"]
    await chat.taps("Edit")
    await chat.taps("The question")
    assert (await chat.says("Is it free?"))[0] == "Changed: Is it free?"
    assert await entries(chat) == [("Is it free?", "Call 03-1234-5678")]


async def test_a_long_text_is_not_offered_for_editing_because_line_would_cut_it(chat: OwnerChat) -> None:
    await chat.says("/faq add Free? = " + "long " * 100)
    await chat.taps("Edit")
    await chat.taps("The answer")
    assert chat.labels() == ["Cancel"]


async def test_edit_and_remove_take_words_that_mean_one_entry(chat: OwnerChat) -> None:
    await chat.says("/faq add Free? = Yes")
    await chat.says("/faq add Refund? = No")
    assert await chat.says("/faq edit refund") == ["What should I change in “Refund?”?"]
    assert await chat.says("/faq remove free") == ["Remove “Free?”? I will no longer answer it."]
    assert (await chat.says("/faq remove ?"))[0] == "FAQ entries with “?”"
    assert (await chat.says("/faq edit"))[0] == "Hitsuji: 2 FAQ entries, page 1 of 1"


async def test_removing_asks_first_and_a_stale_button_acts_once(chat: OwnerChat) -> None:
    await chat.says("/faq add Free? = Yes")
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    await chat.says("/faq list")
    await chat.taps("Remove")
    assert await chat.taps("Keep") == ["Kept: Free?"]
    assert await chat.presses(REMOVE_FAQ_NOW(entry.id)) == ["Removed: Free?"]
    for stale in ("remove_now", "remove", "edit", "edit_answer", "keep"):
        assert await chat.posts(f"faq.{stale}:{entry.id}") == [GONE]


async def test_an_entry_removed_while_it_is_edited_is_said_to_be_gone(chat: OwnerChat) -> None:
    await chat.says("/faq add Free? = Yes")
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    await chat.presses(EDIT_ANSWER(entry.id))
    await chat.core.faqs.remove((await chat.app()).scope, entry.id)
    assert (await chat.says(" "))[1] == "Write the new answer."
    assert await chat.says("No") == [GONE]
    assert await chat.says("cancel") == ["There is nothing to stop."]


async def test_a_dialogue_keeps_to_the_app_it_began_with(chat: OwnerChat) -> None:
    first = await chat.app()
    second = await chat.core.apps.create(first.scope, "Second", "second")
    await chat.says("/app switch hitsuji")
    await chat.says("/faq add Free?")
    await chat.says("/app switch second")
    await chat.says("Yes")
    assert [await chat.core.faqs.count(app.scope) for app in (first, second)] == [1, 0]


async def test_a_button_of_the_other_app_still_finds_its_entry(chat: OwnerChat) -> None:
    await chat.says("/faq add Free? = Yes")
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    await chat.core.apps.create((await chat.owner()).scope, "Second", "second")
    assert await chat.presses(REMOVE_FAQ_NOW(entry.id)) == ["Removed: Free?"]


async def test_every_change_makes_the_knowledge_newer(chat: OwnerChat) -> None:
    faqs, scope = chat.core.faqs, (await chat.app()).scope
    versions = [(await chat.app()).knowledge_version]
    entry = (await faqs.add(scope, "Free?", "Yes")).entry
    versions.append((await chat.app()).knowledge_version)
    await faqs.edit(scope, entry.id, "Free?", "No")
    versions.append((await chat.app()).knowledge_version)
    await faqs.remove(scope, entry.id)
    versions.append((await chat.app()).knowledge_version)
    assert versions == [0, 1, 2, 3]


async def test_an_owner_reaches_no_entry_of_another_owner(chat: OwnerChat) -> None:
    """S39"""
    await chat.says("/faq add Free? = Yes")
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    for verb in ("edit", "edit_question", "edit_answer", "remove", "remove_now", "keep"):
        assert await other.posts(f"faq.{verb}:{entry.id}") == [GONE]
    scope = (await other.app()).scope
    for attempt in (
        chat.core.faqs.get(scope, entry.id),
        chat.core.faqs.edit(scope, entry.id, "Mine?", "Yes"),
        chat.core.faqs.remove(scope, entry.id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert await other.says("/faq find Free") == ["I found no FAQ entry with “Free”."]
    assert await entries(chat) == [("Free?", "Yes")]


async def test_the_use_case_itself_refuses_what_does_not_fit(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    for question, answer in (("", "x"), ("x", " \n"), ("x" * 301, "x"), ("x", "x" * 5001)):
        with pytest.raises(BadInput):
            await chat.core.faqs.add(scope, question, answer)
