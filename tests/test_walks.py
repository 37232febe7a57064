"""What `python -m tests.walks` counts is what a real process does."""

import pytest
from source_figures import ROOT, Source, source_figures
from walks import Figures, traced_mimi


async def test_a_process_tells_what_it_called_and_asked_between_two_marks(mongod: str) -> None:
    async with traced_mimi(mongod, traced=True) as (mimi, process):
        await process.counted()
        async with mimi.http.get(f"{mimi.url}/@nobody") as response:
            assert response.status == 404
        counted = await process.counted()
    called = {name for _, name in counted["calls"]}
    assert "web/visitor/public_page.py:show" in called
    assert not [name for name in called if name.startswith("bot/embedded/")]
    assert counted["commands"]["find apps"] >= 1
    assert counted["deepest"] > 5


def test_what_an_idle_process_calls_and_what_comes_once_are_no_part_of_a_walk() -> None:
    def run(*calls: tuple[str, str], asked: int = 1) -> dict[str, object]:
        return {"calls": calls, "in_threads": [], "deepest": 3, "commands": {"find apps": asked}, "cpu_ms": 1.0}

    idle = run(("beat", "beat"), ("beat", "store.py:find"))
    runs = [run(("show", "store.py:find"), ("beat", "beat")), run(("show", "store.py:find"), ("sweep", "x"), asked=9)]
    figures = Figures.of(runs, idle)
    assert figures.functions == {"store.py:find"}
    assert figures.commands.total() == 1


@pytest.mark.long
def test_lines_comments_and_functions_are_counted() -> None:
    source = Source.read(ROOT / "bot/version.py")
    assert (source.lines, source.comments, source.functions) == (2, 0, ())
    assert "bot/embedded/line_simulator " in source_figures()["files of the largest folders"]
