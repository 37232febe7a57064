"""Logs: one event a line with its fields, ids and outcomes only (S56), control characters escaped (S57)."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from prometheus_client import Counter

PROBLEMS = Counter("mimi_problems", "Warnings and errors logged, by the name of the event", ("level", "event"))


def count_problems(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: what is logged as a warning or worse is seen in metrics without a line of its own."""
    if event["level"] in {"warning", "error", "critical"}:
        PROBLEMS.labels(event["level"], event["event"]).inc()
    return event


class Discreet(logging.Formatter):
    """For what libraries log: where an exception happened, never its text, which may quote what people wrote (S56)."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        kind, _, trace = ei
        places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(trace)[-5:]]
        return f"{getattr(kind, '__name__', '?')} at {', '.join(places)}"


def set_up(*, pretty: bool) -> None:
    """JSON lines on standard error, or short lines for a person at a terminal."""
    renderer = structlog.dev.ConsoleRenderer(colors=False) if pretty else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            count_problems,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if pretty else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # Libraries log what they send and receive at DEBUG and INFO; none of that may be written.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(levelname)s %(name)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
