"""When a conversation is over: nobody says that they leave, so it is when nothing was said for a while."""

from datetime import timedelta

SILENT = timedelta(minutes=30)  # as long as an owner's talk waits for the next word
AT_ONCE = 0  # days of an app's setting


def masked_after(days: int) -> timedelta:
    """How long after its last message a conversation's personal details are masked."""
    return timedelta(days=days) if days != AT_ONCE else SILENT
