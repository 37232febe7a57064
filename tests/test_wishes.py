"""Common wishes in plain words reach their command, also without a model."""

from pathlib import Path

import pytest
from owner_chat import OwnerChat

from handlers.chat.entries.faqs import is_pasted
from handlers.chat.plain_language.wishes import _wishes, wished
from handlers.imports.cards import APPLY_IMPORT
from knowledge.store.database import Database
from knowledge.words.gist import is_small_talk

DATA = Path(__file__).parent.parent / "bench" / "data" / "wishes"


def rows(name: str) -> list[tuple[str, str]]:
    lines = (line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines())
    return [(command, said) for command, said in lines]


ROWS = rows("own.tsv")


@pytest.fixture
def chat(db: Database) -> OwnerChat:
    return OwnerChat.open(db)


@pytest.mark.parametrize(("command", "line"), ROWS, ids=[line for _command, line in ROWS])
def test_a_wish_names_its_command_and_nothing_else_does(command: str, line: str) -> None:
    assert is_small_talk(line) if command == "hello" else (wished(line) or "none") == command


# Right and wrong at first contact: 40 and 2 of the 75 others, 55 and 2 of 90 unseen, 24 and 2 of 45 more once the table
# had grown by those. A miss leads to a kind answer; a wrong command costs more.
@pytest.mark.parametrize(
    ("name", "right", "wrong"), [("others.tsv", 68, 1), ("unseen-1.tsv", 88, 0), ("unseen-2.tsv", 43, 0)]
)
def test_wishes_of_somebody_who_has_not_seen_the_table_are_mostly_understood(name: str, right: int, wrong: int) -> None:
    done = [
        (command.split("|"), "/faq add" if is_pasted(line) else wished(line) or "none") for command, line in rows(name)
    ]
    assert sum(meant in commands for commands, meant in done) >= right
    assert len([meant for commands, meant in done if meant not in [*commands, "none"]]) <= wrong


@pytest.mark.parametrize(
    "line",
    [
        "プロフィールから変更できます。",
        "インポートには対応していません。",
        "パソコンからも使えます",
        "設定の「プラン」を開いて解約してください。",
        "設定→通知からオフにしてください",
        "データはすべて暗号化して保存されます。",
    ],
)
def test_what_tells_how_something_is_asks_for_nothing(line: str) -> None:
    assert wished(line) == ""


async def test_an_address_written_with_the_wish_to_read_it_is_not_asked_for_again(chat: OwnerChat) -> None:
    await chat.signs_up()
    await chat.says("うちのサイト https://example.com/faq を取り込んで")
    [job] = await chat.core.imports.list((await chat.app()).scope, 10)
    assert job.url == "https://example.com/faq"


@pytest.mark.parametrize("word", ["STOP!!!", "キャンセルで", "やっぱりやめます。", "cancel!", "Never mind", "中止"])
async def test_a_dialogue_is_ended_in_the_words_people_have_for_it(chat: OwnerChat, word: str) -> None:
    await chat.signs_up()
    await chat.says("/faq add")
    assert await chat.says(word) == ["Stopped. Nothing was changed."]


@pytest.mark.parametrize(
    "answer", ["Help the children", "Stop the timer", "キャンセルできますか？", "戻るボタンはどこ"]
)
async def test_an_answer_that_begins_with_such_a_word_is_an_answer(chat: OwnerChat, answer: str) -> None:
    await chat.signs_up()
    await chat.says("/faq add")
    assert await chat.says(answer) == ["And what should I answer?"]


def test_every_wish_has_a_command(chat: OwnerChat) -> None:
    assert [wish.command for wish in _wishes() if chat.core.dispatcher.commands.named(wish.command) is None] == []


@pytest.mark.parametrize(
    "line",
    [
        "料金の回答を月額500円に変更しました。設定も通知もページも、すべて新しいアプリの一覧で確認できます。削除は次の版からです。",
        "月額300円から500円に値上げ、営業時間は平日10時から18時に変更",
    ],
)
def test_what_tells_much_beside_is_no_wish(line: str) -> None:
    assert wished(line) == ""


async def test_a_wish_is_done_as_its_command_does_it(chat: OwnerChat) -> None:
    await chat.signs_up()
    assert await chat.says("I want to add a question") == ["What do visitors ask? Write one question."]
    await chat.says("/cancel")
    assert (await chat.says("退会したい"))[0] == (await chat.says("/delete-account"))[0]


async def test_what_visitors_would_notice_at_once_is_asked_first(chat: OwnerChat) -> None:
    await chat.signs_up()
    assert await chat.says("stop answering for now") == ["Shall I do this? Stop answering visitors for now"]
    assert not (await chat.app()).paused
    await chat.taps("Yes, please")
    assert (await chat.app()).paused


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("Web page", "Your web page"),
        ("web page", "Your web page"),
        ("管理画面", "Your web page"),
        ("New app", "What is your"),
    ],
)
async def test_what_stands_on_a_button_may_be_typed_as_well(chat: OwnerChat, label: str, told: str) -> None:
    await chat.signs_up()
    assert (await chat.says(label))[0].startswith(told)


async def test_a_greeting_is_answered_with_what_can_be_done(chat: OwnerChat) -> None:
    await chat.signs_up()
    assert await chat.says("こんにちは") == ["I am here. What would you like to do?"]
    assert "Add FAQ" in chat.labels()


@pytest.mark.parametrize(
    "pasted",
    [
        "Q: Is it free?\nA: Yes, for one device.\nTwo cost $3.",
        "質問：Is it free?\n回答：Yes, for one device.\nTwo cost $3.",
        "【質問】\nIs it free?\n【回答】\nYes, for one device.\nTwo cost $3.",
    ],
)
async def test_a_pasted_question_with_its_answer_is_learned(chat: OwnerChat, pasted: str) -> None:
    await chat.signs_up()
    assert (await chat.says(pasted))[0] == "Learned: Is it free?"
    [entry] = await chat.core.faqs.list((await chat.app()).scope)
    assert (entry.question, entry.answer) == ("Is it free?", "Yes, for one device.\nTwo cost $3.")


@pytest.mark.parametrize("between", ["\n", "\n\n"])
async def test_several_pasted_at_once_are_shown_and_learned_on_a_tap(chat: OwnerChat, between: str) -> None:
    await chat.signs_up()
    pasted = between.join(("Q: Is it free?\nA: Yes.\nFor one.", "Q: Is it safe?\nA: Sure."))
    assert await chat.says(pasted) == ["I am still at it. You will hear from me when it is done."]
    assert await chat.core.import_runs.work()
    scope = (await chat.app()).scope
    assert await chat.core.faqs.list(scope) == []
    [job] = await chat.core.imports.list(scope)
    await chat.presses(APPLY_IMPORT(job.id))
    while await chat.core.import_runs.work():
        pass
    learned = {entry.question: entry.answer for entry in await chat.core.faqs.list(scope)}
    assert learned == {"Is it free?": "Yes.\nFor one.", "Is it safe?": "Sure."}


async def test_several_after_the_command_for_one_are_told_their_way(chat: OwnerChat) -> None:
    await chat.signs_up()
    [told] = await chat.says("/faq add Q: Is it free?\nA: Yes.\nQ: Is it safe?\nA: Yes.")
    assert told.startswith("These are several questions.")
