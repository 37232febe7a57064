"""`python -m bot doctor`: is everything there that mimi needs, and what to do about what is not. A file a subject."""

from bot.doctor.report import report, store_uri

__all__ = ["report", "store_uri"]
