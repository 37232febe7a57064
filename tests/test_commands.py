"""Lines as owners type them, and what the command table makes of them."""

from collections.abc import Sequence

import pytest
from owner_chat import OwnerChat, choices_of

from handlers.chat.commands import Command, CommandRegistry, one_each
from handlers.messages import Reply
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import Database


@pytest.fixture
def chat(db: Database) -> OwnerChat:
    return OwnerChat.open(db)


async def nothing(owner: Owner, rest: str) -> Sequence[Reply]:
    return []


ADD = Command(("/faq add", "/faq 追加"), _("Teach me an answer"), nothing)
LIST = Command(("/faq list", "/faq 一覧", "/faq"), _("Show what I can answer"), nothing)
HELP = Command(("/help", "/ヘルプ"), _("Show this list"), nothing)
REGISTRY = CommandRegistry([ADD, LIST, HELP])


@pytest.mark.parametrize(
    ("line", "command", "rest"),
    [
        ("/faq add Free? = Yes", ADD, "Free? = Yes"),
        ("/FAQ  ADD\nFree? = Yes", ADD, "Free? = Yes"),
        ("／ｆａｑ　追加　無料？＝はい", ADD, "無料？＝はい"),
        ("  /faq 追加", ADD, ""),
        ("/faq", LIST, ""),
        ("/faq additional", LIST, "additional"),
        ("help", HELP, ""),
        ("ヘルプ", HELP, ""),
        ("ﾍﾙﾌﾟ", HELP, ""),
        ("/faq\N{NO-BREAK SPACE}add Free?", ADD, "Free?"),
        ("/ヘルプ", HELP, ""),
    ],
)
def test_a_line_calls_its_command(line: str, command: Command, rest: str) -> None:
    call = REGISTRY.parse(line, bare=True)
    assert call is not None
    assert (call.command, call.rest) == (command, rest)


@pytest.mark.parametrize(
    "line", ["", " ", "/", "//help", "help me", "/faqs", "ヘルプください", "/helpx", "\u202e/help"]
)
def test_what_only_looks_like_a_command_calls_none(line: str) -> None:
    assert REGISTRY.parse(line, bare=True) is None


def test_a_bare_name_is_just_a_word_where_an_answer_is_awaited() -> None:
    assert REGISTRY.parse("help", bare=False) is None
    assert REGISTRY.parse("/help", bare=False) is not None


async def test_the_groups_of_help_tell_what_every_command_does(chat: OwnerChat) -> None:
    await chat.signs_up()
    await chat.says("/help")
    ways = [choice.action for choice in choices_of(chat.last) if choice.action.startswith("help:")]
    told = [(await chat.posts(way))[0] for way in ways]
    for command in chat.core.dispatcher.commands.commands:
        assert sum(command.help("en") in each for each in told) == 1
    await chat.says("/lang ja")
    assert max([len((await chat.posts(way))[0]) for way in ways]) < 1000, "some screens of a phone"


async def test_a_wish_of_help_can_be_tapped_and_written(chat: OwnerChat) -> None:
    await chat.signs_up()
    await chat.says("/help")
    asked = await chat.taps("Add an answer")
    assert asked == ["What do visitors ask? Write one question."]
    await chat.says("/cancel")
    assert await chat.says("Add an answer") == asked


async def test_a_group_of_help_can_be_tapped(chat: OwnerChat) -> None:
    await chat.signs_up()
    await chat.says("menu")
    [told] = await chat.posts("help:faq")
    assert told.startswith("Questions and answers\n“Add an answer”\n")
    assert "/faq add <question> = <answer>\n  Teach me an answer" in told
    assert "/app name" not in told


async def test_no_two_commands_share_a_name(chat: OwnerChat) -> None:
    names = [name for command in chat.core.dispatcher.commands.commands for name in command.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "well, well",
        "\u202eمرحبا",
        "<script>alert(1)</script>",
        '{"$ne": null}',
        "a" * 250,
        "\ud800",
        "\x00",
    ],
)
async def test_a_line_that_means_nothing_gets_a_hint_and_what_can_be_done(chat: OwnerChat, line: str) -> None:
    await chat.signs_up()
    assert await chat.says(line) == ["I did not quite get that. What would you like to do?"]
    assert chat.labels() == ["Add FAQ", "List FAQ", "Open questions", "Dashboard", "Help"]


async def test_an_unknown_command_is_told_apart_from_chat(chat: OwnerChat) -> None:
    await chat.signs_up()
    assert await chat.says("/frobnicate") == ["I do not know this command. /help shows what I understand."]


def test_what_two_features_want_is_refused_when_they_are_joined() -> None:
    assert one_each([("photos", 1), ("files", 2)]) == {"photos": 1, "files": 2}
    with pytest.raises(ValueError, match="photos"):
        one_each([("photos", 1), ("files", 2), ("photos", 3)])
    with pytest.raises(ValueError, match="/faq add"):
        CommandRegistry([ADD, Command(("/ＦＡＱ　add",), _("Another"), nothing)])


@pytest.mark.parametrize("action", ["", "no.such:1", "faq.remove_now", "faq.remove_now:{'$ne': ''}", "x" * 300, ":::"])
async def test_a_forged_button_changes_nothing_and_is_answered(chat: OwnerChat, action: str) -> None:
    await chat.signs_up()
    await chat.says("/faq add Free? = Yes")
    [sentence] = await chat.posts(action)
    assert "no longer" in sentence or "does not work" in sentence
    assert await chat.core.faqs.count((await chat.app()).scope) == 1


async def test_a_button_that_opens_the_keyboard_is_not_answered(chat: OwnerChat) -> None:
    await chat.signs_up()
    assert await chat.posts("type") == []


async def test_stickers_are_answered_and_blocking_is_not(chat: OwnerChat) -> None:
    await chat.signs_up()
    assert await chat.sends_sticker() == [
        "I can read texts, files and photos, but nothing else. Please write it to me."
    ]
    assert await chat.blocks() == []


async def test_lang_changes_the_language_at_once(chat: OwnerChat) -> None:
    await chat.signs_up()
    assert await chat.says("/lang 日本語") == ["これからは日本語でお話しします。"]
    assert await chat.says("/faq") == ["HitsujiのFAQはまだありません。最初のFAQを教えてください。"]
    await chat.says("/言語")
    assert await chat.taps("English") == ["I will speak English with you from now on."]
