"""README says what is true: its commands are the command table's, its settings those of the program."""

import re
from pathlib import Path

from mimi import Mimi

from bot.keys import DISPATCHER
from bot.settings import Settings

README = (Path(__file__).parent.parent / "README.md").read_text()


def test_every_setting_is_listed_with_what_it_is_for() -> None:
    listed = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|$", README, re.MULTILINE))
    assert listed == {field.alias: field.description for field in Settings.model_fields.values()}


async def test_every_command_is_listed_in_both_languages(mimi: Mimi) -> None:
    assert mimi.app
    commands = mimi.app[DISPATCHER].commands.commands
    listed = re.findall(r"^\| `(/[^`]+)` \| `(/[^`]+)` \| (.*?) \|$", README, re.MULTILINE)
    assert listed == [(command.names[0], command.names[1], command.summary.say("en")) for command in commands]
