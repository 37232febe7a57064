"""`python -m guardrail spam`: messages in the order they came, one verdict a line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from guardrail.__main__ import cli

GOOD = {"id": "b", "lang": "en", "text": "price?"}


def run(*lines: str | dict[str, Any], options: tuple[str, ...] = ()) -> Result:
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return CliRunner().invoke(cli, ["spam", *options], input="\n".join(written))


def answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_gets_its_verdict_in_order() -> None:
    result = run({"id": 7, "lang": "ja", "text": "死ね死ね死ね死ね死ね"}, "", GOOD)
    assert result.exit_code == 0
    assert answers(result) == [
        {"id": 7, "verdict": "drop", "why": "abuse"},
        {"id": "b", "verdict": "pass", "why": "nothing"},
    ]


def test_a_group_is_one_visitors_conversation() -> None:
    said = "nice page, greetings from the mountains"
    grouped = answers(run(*[{"id": n, "lang": "en", "text": said, "group": "g"} for n in range(4)]))
    alone = answers(run(*[{"id": n, "lang": "en", "text": said} for n in range(4)]))
    assert [each["verdict"] for each in grouped][-1] == "challenge"
    assert {each["verdict"] for each in alone} == {"pass"}


def test_messages_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "messages.jsonl"
    path.write_text(json.dumps(GOOD, ensure_ascii=False) + "\n", "utf-8")
    assert answers(run(options=(str(path),)))[0]["id"] == "b"


def test_the_apps_knowledge_decides_what_is_off_topic(tmp_path: Path) -> None:
    path = tmp_path / "about.txt"
    path.write_text("レシピを料理名や材料から検索できます。\n", "utf-8")
    asked = {"id": 1, "lang": "ja", "text": "肉じゃがのレシピを教えてください"}
    assert answers(run(asked))[0]["verdict"] == "off_topic"
    assert answers(run(asked, options=("--about", str(path))))[0]["verdict"] == "pass"


BAD = [
    ("nope", "not JSON"),
    ("[" * 100_000, "not JSON"),
    ("[1]", "not an object"),
    ('{"text": "x"}', '"id"'),
    ('{"id": true, "text": "x"}', '"id"'),
    ('{"id": 1}', '"text"'),
    ('{"id": 1, "text": 5}', '"text"'),
    ('{"id": 1, "text": "x", "group": ["g"]}', '"group"'),
    ('{"id": 1, "text": "x", "at": -1}', '"at"'),
    ('{"id": 1, "text": "x", "at": NaN}', '"at"'),
]


@pytest.mark.parametrize(("line", "problem"), BAD)
def test_a_bad_line_is_named_and_ends_in_status_2(line: str, problem: str) -> None:
    result = run(GOOD, line, GOOD)
    assert result.exit_code == 2
    assert [each["verdict"] for each in answers(result)] == ["pass", "pass"]
    assert result.stderr.startswith("line 2: ")
    assert problem in result.stderr


def test_a_line_that_is_not_utf8_is_named() -> None:
    result = CliRunner().invoke(cli, ["spam"], input=b'{"id": 1, "text": "\xff"}\n')
    assert (result.exit_code, result.stderr) == (2, "line 1: not UTF-8\n")


def test_no_text_of_a_message_is_in_the_answers() -> None:
    result = run({"id": 1, "lang": "en", "text": "secret@example.com"}, '{"id": 1, "text": secret@example.com}')
    assert "secret" not in result.output
