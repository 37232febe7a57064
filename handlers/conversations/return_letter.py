"""The letter that carries an owner's reply to a visitor."""

from collections.abc import Mapping
from typing import Any

from handlers.outgoing import to_letter_body
from knowledge.phrases import _
from knowledge.store.conversations.return_addresses import ReturnAddress


def return_letter(to: ReturnAddress, app_name: str, said: str) -> Mapping[str, Any]:
    """The body of the mail row."""
    subject = _("A reply from {app}", app=app_name)
    text = _(
        "The owner of {app} has replied to your question:\n\n{said}\n\nThe page where you asked: {link}\n\n"
        "You left your address for this one mail. It has been erased and will not be written to again.",
        app=app_name,
        said=said,
        link=to.link,
    )
    return to_letter_body(subject, text, to.lang)
