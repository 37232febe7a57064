"""The letter that carries an owner's reply to a visitor."""

from collections.abc import Mapping

from knowledge.phrases import _
from knowledge.store.conversations.return_addresses import ReturnAddress


def return_letter(to: ReturnAddress, app_name: str, said: str) -> Mapping[str, str]:
    """The body of the mail row."""
    subject = _("A reply from {app}", app=app_name).say(to.lang)
    text = _(
        "The owner of {app} has replied to your question:\n\n{said}\n\nThe page where you asked: {link}\n\n"
        "You left your address for this one mail. It has been erased and will not be written to again.",
        app=app_name,
        said=said,
        link=to.link,
    ).say(to.lang)
    return {"subject": subject, "text": text}
