"""A gap in words, the same at both doors: how often it was asked, and when."""

from datetime import datetime

from handlers.learning.gaps import AskedGap
from knowledge.phrases import Phrase, _


def asked(found: AskedGap) -> Phrase:
    """How often, and by how many."""
    return _("{times}×, in {conversations} chats", times=len(found.askings), conversations=found.conversations)


def ago(at: datetime, now: datetime) -> Phrase:
    """Roughly when."""
    days = (now - at).days
    return _("{days} days ago", days=days) if days > 1 else _("yesterday") if days == 1 else _("today")
