"""Help from the command table: its groups, one of them in full, and what a line that is no command gets. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from bot.line.render import CARDS, LABEL, SIDE_BY_SIDE
from handlers.chat.commands import Command, CommandRegistry
from handlers.chat.help import TOPICS, Topic, grouped, help_text, hint, is_for_mimi, next_steps
from handlers.chat.plain_language.wishes import read
from handlers.messages import Cards, Reply, Text
from knowledge.phrases import LANGS, Lang, Phrase, _
from knowledge.store.accounts.owners import Owner

NOW = datetime(2026, 4, 1, tzinfo=UTC)


async def nothing(_owner: Owner, _rest: str) -> Sequence[Reply]:
    return []


def command(english: str, japanese: str, usage: Phrase | None = None) -> Command:
    return Command((english, japanese), _("Show this list"), nothing, usage)


ADD, LIST = command("/faq add", "/faq 追加", _("Is it free? = Yes")), command("/faq list", "/faq 一覧")
ALERTS, SETTINGS = command("/alerts", "/通知"), command("/alerts settings", "/通知 設定")
WEB, HELP = command("/web", "/ウェブ"), command("/help", "/ヘルプ")
ODD = command("/odd one", "/変 いち"), command("/odd two", "/変 に")
REGISTRY = CommandRegistry([ADD, WEB, LIST, ALERTS, HELP, SETTINGS])


def owner(lang: Lang = "en") -> Owner:
    return Owner("U1", lang, NOW, NOW)


def only(replies: Sequence[Reply]) -> Text:
    [reply] = replies
    assert isinstance(reply, Text)
    return reply


def said(text: Text, lang: Lang = "en") -> str:
    return text.text.say(lang) if isinstance(text.text, Phrase) else str(text.text)


def cards(replies: Sequence[Reply]) -> Cards:
    [shown] = replies
    assert isinstance(shown, Cards)
    return shown


def test_commands_stand_with_what_they_are_about_and_unknown_ones_together_at_the_end() -> None:
    groups = [(group.topic.key, group.commands) for group in grouped(REGISTRY)]
    assert groups == [("faq", (ADD, LIST)), ("visitors", (ALERTS, SETTINGS)), ("more", (WEB, HELP))]
    assert [group.commands for group in grouped(CommandRegistry(ODD))] == [ODD]


def test_the_longest_name_decides_where_a_command_stands() -> None:
    color, name = command("/app color", "/app 色"), command("/app name", "/app 名前")
    assert [group.commands for group in grouped(CommandRegistry([color, name]))] == [(name,), (color,)]


def test_every_command_is_in_one_group() -> None:
    commands = [each for group in grouped(REGISTRY) for each in group.commands]
    assert sorted(each.names for each in commands) == sorted(each.names for each in REGISTRY.commands)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.key)
def test_each_topic_has_three_wishes_that_fit_on_a_button_and_are_understood_as_written(
    topic: Topic, lang: Lang
) -> None:
    assert len(topic.wishes) == 3
    for wish in topic.wishes:
        assert len(wish.said.say(lang)) <= LABEL
        meant = read(wish.said.say(lang))
        assert (meant.sure, meant.likely[0]) == (True, wish.command)
        assert wish.said.say("ja") != wish.said.say("en")


@pytest.mark.parametrize("lang", LANGS)
def test_help_is_a_card_for_each_group_with_its_wishes_and_the_way_to_all_of_it(lang: Lang) -> None:
    shown = cards(help_text(REGISTRY, owner(lang)))
    assert [[choice.action for choice in card.choices] for card in shown.cards] == [
        ["wish:/faq add", "wish:/faq list", "wish:/faq edit", "help:faq"],
        ["wish:/alerts", "wish:/conversations", "wish:/alerts settings", "help:visitors"],
        ["wish:/app new", "wish:/web", "wish:/export", "help:more"],
    ]
    assert [choice.action for choice in shown.choices] == ["faq.add", "faq.list", "alert.list", "web"]


def test_all_groups_fit_side_by_side_with_all_their_buttons() -> None:
    assert len(TOPICS) <= CARDS
    assert all(len(topic.wishes) < SIDE_BY_SIDE.buttons for topic in TOPICS)


@pytest.mark.parametrize(
    ("about", "commands"),
    [
        ("faq", (ADD, LIST)),
        (" FAQ ", (ADD, LIST)),
        ("alerts", (ALERTS, SETTINGS)),
        ("Visitors", (ALERTS, SETTINGS)),
        ("訪問者", (ALERTS, SETTINGS)),
        ("more", (WEB, HELP)),
        ("Account and more", (WEB, HELP)),
    ],
)
def test_help_about_a_group_has_its_wishes_and_its_commands_with_what_they_do(
    about: str, commands: tuple[Command, ...]
) -> None:
    told = only(help_text(REGISTRY, owner(), about))
    for each in REGISTRY.commands:
        assert (each.help("en") in said(told)) is (each in commands)
    assert said(told).count("“") == 3
    assert [choice.action for choice in told.choices] == ["help:faq", "help:visitors", "help:more"]


@pytest.mark.parametrize("about", ["", "nothing", "add"])
def test_help_about_something_else_is_all_of_it(about: str) -> None:
    assert help_text(REGISTRY, owner(), about) == help_text(REGISTRY, owner())


@pytest.mark.parametrize(
    ("line", "english", "japanese"),
    [
        ("/faq add", "/faq add Is it free? = Yes", "/faq 追加"),
        ("/web", "/web", "/ウェブ"),
    ],
)
def test_a_line_of_help_begins_with_what_is_typed(line: str, english: str, japanese: str) -> None:
    [found] = [each for each in REGISTRY.commands if each.names[0] == line]
    assert found.help("en").partition("\n")[0] == english
    assert found.help("ja").startswith(japanese)


@pytest.mark.parametrize(
    ("line", "for_mimi"), [("/faw", True), ("／ふぁく", True), ("faq", False), ("", False), (" /x", False)]
)
def test_what_begins_with_a_slash_is_meant_for_mimi(line: str, for_mimi: bool) -> None:
    assert is_for_mimi(line) is for_mimi
    assert ("do not know this command" in said(only(hint(line)))) is for_mimi


def test_whoever_is_not_understood_is_offered_what_owners_want_most() -> None:
    for line in ("hello", "/unknown"):
        assert only(hint(line)).choices == next_steps()
        assert said(only(hint(line)), "ja") != said(only(hint(line)), "en")
    assert [choice.action for choice in next_steps()] == ["faq.add", "faq.list", "alert.list", "web", "help"]
