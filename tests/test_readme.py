"""README and the list of settings say what is true: commands are the command table's, settings those of the program."""

import re
from pathlib import Path

from mimi import Mimi

from bot.keys import DISPATCHER
from bot.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def test_every_setting_is_listed_with_what_it_is_for() -> None:
    listed = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|$", SETTINGS, re.MULTILINE))
    assert listed == {field.alias: field.description for field in Settings.model_fields.values()}


async def test_the_commands_it_names_are_called_so_in_both_languages(mimi: Mimi) -> None:
    """All of them are in docs/use-cases.md (tests/test_use_cases.py)."""
    assert mimi.app
    commands = mimi.app[DISPATCHER].commands.commands
    true = {(command.names[0], command.names[1], command.summary.say("en")) for command in commands}
    listed = re.findall(r"^\| `(/[^`]+)` \| `(/[^`]+)` \| (.*?) \|$", README, re.MULTILINE)
    assert len(listed) >= 5
    assert set(listed) <= true


async def test_every_command_that_readers_and_owners_are_told_of_exists(mimi: Mimi) -> None:
    assert mimi.app
    named = mimi.app[DISPATCHER].commands.named
    told = re.findall(r"^\| `(/[^`]+)` \|", (ROOT / "README.ja.md").read_text(encoding="utf-8"), re.MULTILINE)
    for catalogue in (ROOT / "knowledge" / "locale" / "ja").glob("*.po"):
        told += re.findall(r"(?<![@\w])/(?=[ぁ-ヿ一-鿿])[ぁ-ヿ一-鿿]+", catalogue.read_text(encoding="utf-8"))
    assert [each for each in told if named(each) is None] == []
