"""From adding mimi as a friend to a live page."""

import pytest
from owner_chat import Core, OwnerChat

from handlers.accounts.accounts import Signup
from knowledge.phrases import Lang
from knowledge.store.database import Database


@pytest.fixture
def chat(db: Database) -> OwnerChat:
    return OwnerChat.open(db)


async def test_following_leads_to_a_live_page_in_two_answers(chat: OwnerChat) -> None:
    greeting, question = await chat.follows()
    assert greeting.startswith("Hello, I am mimi.")
    assert question == "What is your app called?"
    [question] = await chat.says("Hitsuji Diary")
    assert question.startswith("The name is “Hitsuji Diary”. Its page will be public at /@handle")
    [card] = await chat.taps("@hitsuji-diary")
    assert "https://mimi.example/@hitsuji-diary" in card
    assert chat.labels() == ["Open the page", "Add FAQ", "Help"]
    assert (await chat.core.apps.public("hitsuji-diary")).name == "Hitsuji Diary"


async def test_a_japanese_profile_is_greeted_in_japanese(db: Database) -> None:
    chat = OwnerChat.open(db, lang="ja")
    assert (await chat.follows())[1] == "アプリの名前を教えてください。"
    assert (await chat.owner()).lang == "ja"


@pytest.mark.parametrize("handle", ["ab", "a" * 31, "ことり", "a b c", "a/b/c", "<b>x</b>", "a.b.c", "@@abc", ""])
async def test_a_handle_of_the_wrong_shape_is_asked_for_again(chat: OwnerChat, handle: str) -> None:
    await chat.follows()
    await chat.says("Hitsuji")
    problem, question = await chat.says(handle)
    assert problem.startswith("A handle has 3 to 30 characters")
    assert question.startswith("The name is “Hitsuji”.")
    assert "hitsuji" in (await chat.says("hitsuji"))[0]


async def test_reserved_and_taken_handles_are_refused_by_name(chat: OwnerChat) -> None:
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "taken")
    await chat.follows()
    await chat.says("Hitsuji")
    assert (await chat.says("admin"))[0] == "@admin is reserved. Please write another one."
    assert (await chat.says("@TAKEN "))[0] == "@taken is already taken. Please write another one."


async def test_the_handle_is_suggested_only_if_it_is_free(chat: OwnerChat) -> None:
    await OwnerChat(chat.core).signs_up("Hitsuji", "hitsuji")
    await chat.follows()
    await chat.says("Hitsuji")
    assert chat.labels()[0].startswith("@hitsuji-")
    await chat.taps(chat.labels()[0])
    assert (await chat.app()).handle.startswith("hitsuji-")


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("ひつじ日記", "@hitsuji-nikki"),
        ("東京おさんぽ地図帳", "@tokyo-o-sanpo"),
        ("おうちごはん", "@ouchi-gohan"),
        ("まっちゃチェック", "@matcha-chekku"),
        ("Ｃａｆé & メモ", "@cafe-memo"),
        ("Incomprehensibilities", "@incomprehensibilit"),
    ],
)
async def test_the_suggested_handle_reads_like_the_name(chat: OwnerChat, name: str, suggested: str) -> None:
    await chat.follows()
    await chat.says(name)
    assert chat.labels()[0] == suggested[:19]
    await chat.says("/back")
    await chat.says(name)
    assert chat.labels()[0] == suggested[:19]


@pytest.mark.parametrize("name", ["متجر", "「🐑」", "「ー」"])
async def test_a_name_that_cannot_be_read_still_gets_a_suggestion(chat: OwnerChat, name: str) -> None:
    await chat.follows()
    await chat.says(name)
    assert chat.labels()[0].startswith("@app-")


@pytest.mark.parametrize(
    "said",
    [
        "料金はいくらですか？",
        "こんにちは",
        "hello!",
        "How do I begin?",
        "使い方を教えてください",
        "予約はできますか。",
        "登録したいです",
        "FAQ一覧",  # what a button is called that was there a moment ago
        "add a FAQ",
        "english please",
        "英語でお願い",
    ],
)
async def test_what_is_no_name_is_not_published_as_one(chat: OwnerChat, said: str) -> None:
    await chat.follows()
    problem, question = await chat.says(said)
    assert problem.startswith("That looks like a message rather than a name.")
    assert question == "What is your app called?"
    assert (await chat.says(f"「{said}」"))[0].startswith(f"The name is “{said}”.")


@pytest.mark.parametrize(("lang", "offered", "then"), [("ja", "English", "What is"), ("en", "日本語", "アプリの名前")])
async def test_the_first_question_offers_the_other_language(db: Database, lang: Lang, offered: str, then: str) -> None:
    chat = OwnerChat.open(db, lang=lang)
    await chat.follows()
    assert (await chat.taps(offered))[-1].startswith(then)


@pytest.mark.parametrize("said", ["FAQ一覧", "/faq list", "FAQを追加したい"])
async def test_what_needs_an_app_leads_to_making_one(chat: OwnerChat, said: str) -> None:
    await chat.follows()
    await chat.says("/cancel")
    assert chat.labels()[0] == "New app"
    await chat.says(said)
    assert chat.labels()[0] == "New app"
    assert (await chat.taps("New app"))[-1] == "What is your app called?"


async def test_leaving_needs_no_app(chat: OwnerChat) -> None:
    await chat.follows()
    await chat.says("/cancel")
    assert (await chat.says("退会したい"))[0].startswith("This deletes your account")


async def test_an_owner_who_comes_back_is_greeted_by_app(chat: OwnerChat) -> None:
    await chat.signs_up()
    assert await chat.follows() == ["Good to see you again. Hitsuji is where you left it."]


async def test_coming_back_in_the_middle_goes_on_where_it_was(chat: OwnerChat) -> None:
    await chat.follows()
    await chat.says("Hitsuji")
    welcome, question = await chat.follows()
    assert welcome == "Good to see you again."
    assert question.startswith("The name is “Hitsuji”.")
    assert (await chat.says("hitsuji"))[0].startswith("Hitsuji")


async def test_whoever_stopped_halfway_is_asked_again_at_the_next_line(chat: OwnerChat) -> None:
    await chat.follows()
    await chat.says("/cancel")
    assert (await chat.says("hello"))[-1] == "What is your app called?"


async def test_a_stranger_who_did_not_follow_is_asked_first(chat: OwnerChat) -> None:
    assert await chat.says("hello") == ["You have no account here yet. Shall I create one?"]
    assert await chat.core.accounts.by_line_user(chat.person) is None
    assert (await chat.taps("Sign up"))[1] == "What is your app called?"


async def test_blocking_without_an_account_is_not_answered(chat: OwnerChat) -> None:
    assert await chat.blocks() == []


async def test_by_invitation_a_code_lets_in_one_person_once(db: Database) -> None:
    chat = OwnerChat.open(db, Signup.INVITE)
    code = await chat.core.accounts.invite()
    assert await chat.follows() == ["This mimi is by invitation only. Please send me your invitation code."]
    assert (await chat.says("ABCD"))[0].startswith("That invitation code does not work")
    assert (await chat.says(f" {code.lower()} "))[1] == "What is your app called?"
    late = OwnerChat(chat.core)
    assert (await late.says(code))[0].startswith("That invitation code does not work")
    assert await chat.core.accounts.by_line_user(late.person) is None


async def test_closed_declines_kindly_but_lets_owners_in(db: Database) -> None:
    owner = OwnerChat.open(db)
    await owner.signs_up()
    owner.core = Core(db, owner.core.clock, Signup.CLOSED)
    stranger = OwnerChat(owner.core)
    assert (await stranger.follows())[0].startswith("Thank you for your interest.")
    assert await stranger.core.accounts.by_line_user(stranger.person) is None
    assert (await owner.follows())[0].startswith("Good to see you again.")
