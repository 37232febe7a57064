"""Every page of the owner's has its command in LINE, and docs/use-cases.md says what is true."""

from pathlib import Path

from mimi import Mimi

from bot.keys import DISPATCHER
from bot.use_cases import ALSO, SAME_IN_LINE, document, pages

DOCUMENT = Path(__file__).parent.parent / "docs/use-cases.md"


def test_every_page_is_known_with_its_way_in_line() -> None:
    assert set(SAME_IN_LINE) == set(pages())


async def test_the_table_is_that_of_the_program_and_line_has_everything(mimi: Mimi) -> None:
    assert mimi.app
    dispatcher = mimi.app[DISPATCHER]
    names = {command.names[0] for command in dispatcher.commands.commands}
    assert set(SAME_IN_LINE.values()) | set(ALSO) | set(ALSO.values()) <= names
    assert document(dispatcher) == DOCUMENT.read_text(), "python -m bot use-cases > docs/use-cases.md"
