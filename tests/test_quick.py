"""`make quick` takes what is pure and what is of the area, and says what it left out."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def chosen(*arguments: str) -> tuple[int, str]:
    """The exit code, and what pytest says it would run."""
    command = (sys.executable, "-m", "pytest", "-n", "0", "--collect-only", "--quick", *arguments)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_what_waits_or_starts_something_is_left_out_and_counted() -> None:
    named = ("guardrail_formats", "guardrail_floors", "faqs", "registry")
    code, said = chosen(*(f"tests/test_{name}.py" for name in named))
    assert code == 0
    assert "test_the_whole_value_is_found" in said
    assert "test_the_guardrail_runs_without_spacy" not in said  # starts a process
    assert "tests/test_guardrail_floors.py" not in said  # reads a whole corpus
    assert "tests/test_faqs.py" not in said
    assert re.search(r"quick: \d+ pure tests; left out: [1-9]\d* that", said)


def test_an_area_is_a_word_of_files_names_or_a_room() -> None:
    code, said = chosen("tests/test_guardrail_formats.py", "tests/test_faqs.py", "--area", "entries")
    assert code == 0
    assert "tests/test_faqs.py" in said
    assert re.search(r"quick: \d+ pure tests and [1-9]\d* of entries; left out: 1 that", said)


def test_an_area_that_is_none_is_refused() -> None:
    code, said = chosen("tests/test_faqs.py", "--area", "nowhere")
    assert code == 4
    assert "no test is of an area 'nowhere'" in said
