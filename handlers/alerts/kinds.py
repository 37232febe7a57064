"""The kinds of alerts: what each is called, whether and how soon it is told unless the owner says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from knowledge.phrases import Phrase, _
from knowledge.store.alerts.alert_settings import AlertSettings
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.outbox.outbox import Urgency


class AlertButton(StrEnum):
    """What can be done about an alert, on its card."""

    ANSWER = "answer"
    TALK = "talk"
    SHOW_HIDDEN = "show_hidden"
    OPEN = "open"
    DISMISS = "dismiss"
    MUTE = "mute"


@dataclass(frozen=True)
class AlertRule:
    """One kind. `title` heads its card, `name` stands in the settings.

    `quiet`: it waits while the owner's quiet hours last. `can_mute`: the owner may do without it.
    """

    title: Phrase
    name: Phrase
    urgency: Urgency
    buttons: tuple[AlertButton, ...] = (AlertButton.MUTE,)
    on: bool = True
    quiet: bool = True
    can_mute: bool = True


HOW_SOON: Mapping[Urgency, Phrase] = {
    Urgency.NOW: _("At once"),
    Urgency.SOON: _("Within the day"),
    Urgency.DIGEST: _("With other alerts"),
}
_QUESTION = (AlertButton.ANSWER, AlertButton.TALK, AlertButton.OPEN, AlertButton.DISMISS, AlertButton.MUTE)

KINDS: Final[Mapping[AlertKind, AlertRule]] = {
    AlertKind.UNANSWERED: AlertRule(
        _("I could not answer this"), _("Questions I could not answer"), Urgency.NOW, buttons=_QUESTION
    ),
    AlertKind.QUOTED: AlertRule(
        _("I could only quote an entry for this"),
        _("Questions I could only answer with a quote"),
        Urgency.SOON,
        buttons=_QUESTION,
    ),
    AlertKind.HANDOFF: AlertRule(
        _("A visitor would like to hear from you"), _("Visitors who ask for you"), Urgency.NOW, buttons=_QUESTION
    ),
    # The owner is in the middle of a talk: nothing waits for the morning there, and nothing of it is muted.
    AlertKind.TAKEOVER: AlertRule(
        _("A visitor is waiting for your reply"),
        _("Visitors you are talking with"),
        Urgency.NOW,
        buttons=(),
        quiet=False,
        can_mute=False,
    ),
    AlertKind.THUMBS_DOWN: AlertRule(
        _("A visitor was not happy with this answer"), _("Thumbs down"), Urgency.SOON, buttons=_QUESTION
    ),
    AlertKind.WITHHELD: AlertRule(
        _("I hid something in an answer"),
        _("Answers with something hidden"),
        Urgency.SOON,
        buttons=(AlertButton.SHOW_HIDDEN, AlertButton.OPEN, AlertButton.DISMISS, AlertButton.MUTE),
    ),
    AlertKind.ABUSE: AlertRule(_("Many messages were refused"), _("Signs of abuse"), Urgency.NOW),
    AlertKind.LIMIT: AlertRule(_("A limit was reached"), _("Limits reached"), Urgency.NOW),
    AlertKind.IMPORT: AlertRule(_("Your import is done"), _("Imports"), Urgency.SOON),
    AlertKind.CHECKS: AlertRule(_("An answer has changed"), _("Checks of answers"), Urgency.SOON),
    AlertKind.PROPOSALS: AlertRule(_("A program proposes changes"), _("Proposals of your programs"), Urgency.SOON),
    AlertKind.QUOTA: AlertRule(_("LINE messages are running low"), _("LINE messages running low"), Urgency.DIGEST),
    AlertKind.DIGEST: AlertRule(_("Your week with mimi"), _("Weekly summary"), Urgency.DIGEST),
    # Whoever did it was not the owner, perhaps: that is heard at once, and cannot be muted.
    AlertKind.ACCOUNT: AlertRule(
        _("Your account"), _("Your account"), Urgency.NOW, buttons=(), quiet=False, can_mute=False
    ),
    # The letter says it at once, and everybody gets one: LINE says it where that costs nothing.
    AlertKind.NOTICE: AlertRule(_("A notice from mimi"), _("Notices"), Urgency.ALONG, buttons=(), can_mute=False),
}


def is_wanted(kind: AlertKind, settings: AlertSettings) -> bool:
    """Whether the owner is to be told of this kind at all."""
    return not KINDS[kind].can_mute or settings.wanted.get(kind, KINDS[kind].on)


def urgency_of(kind: AlertKind, settings: AlertSettings) -> Urgency:
    """How soon this owner wants to hear of it."""
    usual = KINDS[kind].urgency
    return usual if usual is Urgency.ALONG else settings.urgency.get(kind, usual)
