"""Every page of the owner's has its command in LINE, and docs/use-cases.md says what is true."""

from importlib import import_module
from pathlib import Path

from mimi import Mimi
from walking import rows_of

from bot.keys import DISPATCHER
from bot.use_cases import ALSO, SAME_IN_LINE, document, pages

HERE = Path(__file__).parent
DOCUMENT = HERE.parent / "docs/use-cases.md"
HOW = (
    "an owner has to do it in the simulator, in a test of tests/test_use_case_journeys_*.py that takes the fixture "
    "`owner` (tests/walking.py), types or taps it, looks for its effect at the other door or in the store, and is "
    'marked with what it walks, commands by their first name and buttons by their verb: @pytest.mark.walks("/faq add", '
    '"faq.edit")'
)


def test_every_page_is_known_with_its_way_in_line() -> None:
    assert set(SAME_IN_LINE) == set(pages())


async def test_the_table_is_that_of_the_program_and_line_has_everything(mimi: Mimi) -> None:
    assert mimi.app
    dispatcher = mimi.app[DISPATCHER]
    names = {command.names[0] for command in dispatcher.commands.commands}
    assert set(SAME_IN_LINE.values()) | set(ALSO) | set(ALSO.values()) <= names
    assert document(dispatcher) == DOCUMENT.read_text(), "python -m bot use-cases > docs/use-cases.md"


async def test_each_command_and_button_is_walked_by_a_journey(mimi: Mimi) -> None:
    assert mimi.app
    dispatcher = mimi.app[DISPATCHER]
    rows = {command.names[0] for command in dispatcher.commands.commands} | set(dispatcher.buttons)
    journeys = [import_module(path.stem) for path in sorted(HERE.glob("test_use_case_journeys_*.py"))]
    walked = {row for journey in journeys for test in vars(journey).values() for row in rows_of(test)}
    assert sorted(rows - walked) == [], f"no journey walks these: {HOW}"
    assert sorted(walked - rows) == [], "these are in no table (any more): take them out of the marks"
