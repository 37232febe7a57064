"""docs/reliability.md names tests that are there, and that say which promise they show."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
ROW = re.compile(r"^\| (P\d+) \|.*\| (.+) \|$", re.MULTILINE)  # | P5 | the promise | `tests/...`, `tests/...` |


def test_every_promise_has_tests_that_name_it() -> None:
    rows = ROW.findall(PAGE)
    assert [promise for promise, _tests in rows] == [f"P{number}" for number in range(1, 17)]
    for promise, tests in rows:
        for name in re.findall(r"tests/\w+\.py", tests):
            assert re.search(rf"\b{promise}\b", (ROOT / name).read_text("utf-8")), (promise, name)
