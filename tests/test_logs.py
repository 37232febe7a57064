"""Logs never become a second store of what people wrote."""

import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """Logging is the process's own: the next test finds it as it was."""
    root = logging.getLogger()
    before = root.handlers[:]
    yield
    root.handlers[:] = before
    structlog.reset_defaults()


@pytest.mark.parametrize("pretty", [False, True])
def test_no_value_begins_a_line_of_its_own(capfd: pytest.CaptureFixture[str], pretty: bool) -> None:
    """S57: line breaks and control characters of what is logged are escaped, in JSON and for a terminal."""
    logs.set_up(pretty=pretty)
    forged = "x\n2026-11-29 [info] signed in owner_id=1\r\x1b[2Jy"
    structlog.get_logger().warning("refused", code=forged)
    written = capfd.readouterr().err
    assert written.count("\n") == 1
    assert not set(written.removesuffix("\n")) & {"\n", "\r", "\x1b"}


def test_a_librarys_traceback_shows_places_and_not_words(capfd: pytest.CaptureFixture[str]) -> None:
    """S56"""
    logs.set_up(pretty=False)
    try:
        raise ValueError("canary-in-an-exception")
    except ValueError:
        logging.getLogger("asyncio").exception("canary-in-a-message")
    written = capfd.readouterr().err
    assert "canary" not in written
    assert "ValueError at " in written
    assert "test_logs.py" in written
