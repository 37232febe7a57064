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
