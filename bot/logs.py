"""Logs: one event a line with its fields, ids and outcomes only (S56), control characters escaped (S57)."""

import logging
import sys

import structlog


def set_up(*, pretty: bool) -> None:
    """JSON lines on standard error, or short lines for a person at a terminal."""
    renderer = structlog.dev.ConsoleRenderer(colors=False) if pretty else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if pretty else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # Libraries log what they send and receive at DEBUG and INFO; none of that may be written.
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s", stream=sys.stderr)
