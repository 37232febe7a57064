"""What a collection holds, in words for people, and until when: each says it of itself (stored.py, `kept`).

The privacy page is written from these (handlers/notices/disclosure.py), so that it says what the program does.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from knowledge.phrases import Phrase, _


class Subject(StrEnum):
    """What something kept belongs to: a part of the privacy page each."""

    ACCOUNT = "account"
    APP = "app"
    KNOWLEDGE = "knowledge"
    CONVERSATIONS = "conversations"
    VISITS = "visits"
    DELIVERY = "delivery"  # what is on its way between mimi and its owners
    PROTECTION = "protection"
    RUNNING = "running"  # nothing about anybody


class AsLongAs(StrEnum):
    """What nothing but its end removes."""

    ACCOUNT = "account"
    APP = "app"
    WANTED = "wanted"  # its owner removes it, or the app goes, or the account
    SERVICE = "service"


@dataclass(frozen=True)
class GoneAfter:
    """Removed by MongoDB at the time in `field`, which is at most `time` `after` something."""

    field: str
    time: timedelta
    after: Phrase


@dataclass(frozen=True)
class GoneByApp:
    """Removed at the time in `field`: so many days after the last message as the app's owner has set, else `usual`."""

    field: str
    usual: int
    least: int = 1
    most: int = 730


@dataclass(frozen=True)
class GoneBySetting:
    """Removed at the time in `field`, as many days `after` something as the operator's setting says."""

    field: str
    setting: str
    after: Phrase


Ends = AsLongAs | GoneAfter | GoneByApp | GoneBySetting


@dataclass(frozen=True)
class Kept:
    """`what` is kept, what it belongs to, and its end; where there is a `remark`, it says what ends sooner."""

    what: Phrase
    subject: Subject
    ends: Ends
    remark: Phrase | None = None
    also: GoneAfter | None = None  # for those of its documents that have such a time


MADE = _("after it is made")
BY_VISITOR = _("The visitor can delete the conversation at any time, and so can the owner.")
RUNNING = Kept(
    _("Technical records that keep the service running, with nothing about any person"),
    Subject.RUNNING,
    AsLongAs.SERVICE,
)
