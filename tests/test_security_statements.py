"""Every statement of security has a test that names it: S1 to S63, by a docstring, a comment or its own name."""

import re
from pathlib import Path

STATEMENTS = range(1, 64)
NAMED = re.compile(r"(?<![A-Za-z0-9])[Ss]([1-9][0-9]?)(?![0-9A-Za-z])")


def test_every_statement_is_named_by_a_test() -> None:
    here = Path(__file__)
    others = [path.read_text() for path in here.parent.glob("test_*.py") if path != here]
    named = {int(number) for text in others for number in NAMED.findall(text)}
    assert sorted(set(STATEMENTS) - named) == []
