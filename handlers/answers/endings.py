"""mimi's own sentences in answers: where the model leaves off, and where it has nothing to say."""

from dataclasses import replace

from knowledge.model.events import Decline
from knowledge.phrases import Phrase, _

PASSED_ON = _("I do not know that yet, so I have passed your question to the owner. The reply will appear here.")
REST_PASSED_ON = _("I do not know the rest yet, so I have passed it to the owner. The reply will appear here.")
OWNER_CALLED = _("I have told the owner that you would like to hear from them. The reply will appear here.")
WITHHELD = _("I cannot answer that safely right now. Please ask in other words, or pass it to the owner.")
CUT_SHORT = _("There is more to say about this. Shall I go on?")
_GREETING = _("Hello! What would you like to know about {app}?")
_DECLINED: dict[Decline, Phrase] = {
    Decline.OFF_TOPIC: _("I am here for questions about {app}, so I cannot help with that. What may I tell you of it?"),
    Decline.BANNED_TOPIC: _("I am not the right one to talk about that here. You can pass your question to the owner."),
    Decline.UNSAFE: _("I cannot help with that. Is there anything you would like to know about {app}?"),
}


def greeting(app_name: str) -> Phrase:
    """What is said to a greeting where no model says it."""
    return replace(_GREETING, params={"app": app_name})


def declined(reason: Decline, app_name: str) -> Phrase:
    """A kind no, and what may be asked instead."""
    return replace(_DECLINED[reason], params={"app": app_name})
