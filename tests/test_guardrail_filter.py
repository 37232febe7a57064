"""`python -m guardrail filter`: answers as a visitor would see them, from the shell."""

import json
from pathlib import Path

from typer.testing import CliRunner

from guardrail.__main__ import cli

APP = {
    "values": [{"type": "PHONE", "text": "080-6142-3975"}, {"type": "PHONE", "text": "03-5550-0100"}],
    "hosts": ["help.example.jp"],
    "public": ["03-5550-0100"],
}


def filtered(tmp_path: Path, *records: object) -> list[object]:
    known = tmp_path / "known.json"
    known.write_text(json.dumps(APP), "utf-8")
    lines = "".join(json.dumps(record) + "\n" for record in records)
    result = CliRunner().invoke(cli, ["filter", "--known", str(known)], input=lines, catch_exceptions=False)
    return [json.loads(line) for line in result.output.splitlines()]


def test_answers_in_their_language_and_conversations_apart(tmp_path: Path) -> None:
    assert filtered(
        tmp_path,
        {"id": 1, "lang": "ja", "turns": [["前半は080-", "61。"], ["後半は423975。"]]},
        {"id": 2, "lang": "en", "turns": [["It ends with 3975, see https://bad.example/a or ", "03-5550-0100."]]},
        {"id": 3, "lang": "en", "turns": [[], ["The code is MDgwNjE0MjM5NzU=, ok."]]},
    ) == [
        {"id": 1, "turns": ["前半は080-61。", "後半は（個人情報のため非表示）。"]},
        {"id": 2, "turns": ["It ends with 3975, see [link removed] or 03-5550-0100."]},
        {"id": 3, "turns": ["", "The code is [hidden for privacy], ok."]},
    ]
