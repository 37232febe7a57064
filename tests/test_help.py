"""Help from the command table: its groups, one of them in full, and what a line that is no command gets. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from handlers.chat.commands import Command, CommandRegistry
from handlers.chat.help import MOST_CHOICES, NAMES, grouped, help_text, hint, is_for_mimi, next_steps
from handlers.messages import Reply, Text
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


def test_commands_stand_by_their_first_word_and_single_ones_together_at_the_end() -> None:
    groups = [(group.key, group.commands) for group in grouped(REGISTRY)]
    assert groups == [("faq", (ADD, LIST)), ("alerts", (ALERTS, SETTINGS)), ("more", (WEB, HELP))]


def test_every_command_is_in_one_group() -> None:
    commands = [each for group in grouped(REGISTRY) for each in group.commands]
    assert sorted(each.names for each in commands) == sorted(each.names for each in REGISTRY.commands)


def test_a_group_without_a_name_of_its_own_is_called_by_its_word() -> None:
    odd = grouped(CommandRegistry([*ODD, WEB]))[0]
    assert (odd.key, odd.name.say("en"), odd.name.say("ja")) == ("odd", "odd", "odd")


def test_groups_have_names_in_both_languages() -> None:
    assert [word for word, phrase in NAMES.items() if not phrase.say("ja")] == []
    assert NAMES["alerts"].say("ja") != NAMES["alerts"].say("en")


@pytest.mark.parametrize("lang", LANGS)
def test_help_in_short_has_every_command_in_ones_language_unbroken(lang: Lang) -> None:
    text = said(only(help_text(REGISTRY, owner(lang))), lang)
    for each in REGISTRY.commands:
        assert each.name(lang).replace(" ", "\N{NO-BREAK SPACE}") in text
    assert "/faq add" not in text, "a line would break in it"
    assert said(only(help_text(REGISTRY, owner(lang))), lang).count("\n\n") >= 3


@pytest.mark.parametrize(
    ("about", "commands"),
    [
        ("faq", (ADD, LIST)),
        (" FAQ ", (ADD, LIST)),
        ("alerts", (ALERTS, SETTINGS)),
        ("Alerts", (ALERTS, SETTINGS)),
        (NAMES["alerts"].say("ja"), (ALERTS, SETTINGS)),
        ("more", (WEB, HELP)),
        ("And more", (WEB, HELP)),
    ],
)
def test_help_about_a_group_has_its_commands_with_what_they_do(about: str, commands: tuple[Command, ...]) -> None:
    text = said(only(help_text(REGISTRY, owner(), about)))
    for each in REGISTRY.commands:
        assert (each.help("en") in text) is (each in commands)


@pytest.mark.parametrize("about", ["", "nothing", "add"])
def test_help_about_something_else_is_all_of_it(about: str) -> None:
    assert help_text(REGISTRY, owner(), about) == help_text(REGISTRY, owner())


def test_a_tap_leads_to_each_group_and_to_the_page() -> None:
    actions = [choice.action for choice in only(help_text(REGISTRY, owner())).choices]
    assert actions == ["help:faq", "help:alerts", "help:more", "web"]


def test_line_shows_no_more_quick_replies_than_it_takes_and_the_page_is_among_them() -> None:
    words = [f"/word{n} {part}" for n in range(20) for part in ("one", "two")]
    many = CommandRegistry([command(name, f"{name} 日本語") for name in words])
    choices = only(help_text(many, owner())).choices
    assert len(choices) == MOST_CHOICES
    assert choices[-1].action == "web"


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
