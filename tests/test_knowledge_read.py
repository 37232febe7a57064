"""`python -m knowledge read`: files and pages in, lines of JSON out."""

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from knowledge.__main__ import cli

PAGE = (
    "<html><body><nav><a href=/>Top</a></nav>"
    "<main><p>Open daily.</p><details><summary>Free?</summary>Yes.</details></main>"
)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The command line sets for its process where logs go."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "page.html").write_text(PAGE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def lines(*places: str) -> list[dict[str, object]]:
    result = CliRunner().invoke(cli, ["read", *places])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_files_and_pages_are_told_as_an_import_would_take_them(tmp_path: Path, address: str) -> None:
    table, page = tmp_path / "faq.csv", f"{address}/page.html"
    table.write_text("一覧,\n質問,回答\n無料ですか？,はい。\u2028いつでも。\n")
    assert lines(str(table), page) == [
        {"kind": "entry", "question": "無料ですか？", "answer": "はい。\u2028いつでも。", "source": str(table)},
        {
            "kind": "left_out",
            "what": "Rows above the headings: 1",
            "why": "They are a title, not entries.",
            "source": str(table),
        },
        {"kind": "entry", "question": "Free?", "answer": "Yes.", "source": page},
        {"kind": "document", "title": "Open daily.", "text": "Open daily.", "source": page},
        {
            "kind": "left_out",
            "what": "Menus, headers and footers of the page: 1",
            "why": "They are on every page.",
            "source": page,
        },
    ]


def test_what_cannot_be_read_is_told_and_the_others_are_read(tmp_path: Path, address: str) -> None:
    (tmp_path / "a.txt").write_text("Open daily.")
    told = lines(f"{address}/none.html", str(tmp_path / "none"), str(tmp_path / "a.txt"))
    assert [line["kind"] for line in told] == ["problem", "problem", "document"]
