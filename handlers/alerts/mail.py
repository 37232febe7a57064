"""Alerts as a letter, for owners who want by mail what LINE's quota has no room for."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.messages import Card, Reply, Text
from handlers.outgoing import from_body
from knowledge.phrases import Lang, _

IN_LINE = _("You can answer in LINE: write /alerts to mimi. There you can also end these mails: /alerts settings")
ON_THE_WEB = _("Sign in on the web to read and to answer. There you can also end these mails, under “Alerts”.")


def alert_letter(bodies: Sequence[Mapping[str, Any]], lang: Lang, *, in_line: bool = True) -> dict[str, str]:
    """The body of a mail row that says what these rows would have said in LINE, if its owner has that."""
    parts = [part for body in bodies for reply in from_body(body) for part in _words(reply)]
    subject = _("mimi: {count} alerts", count=len(bodies)).say(lang)
    end = (IN_LINE if in_line else ON_THE_WEB).say(lang)
    return {"subject": subject, "text": "\n\n".join([*parts, "--", end])}


def _words(reply: Reply) -> list[str]:
    match reply:
        case Text():
            return [str(reply.text)]
        case Card():
            rows = [f"{label}: {value}" for label, value in reply.rows]
            return ["\n".join(str(line) for line in (reply.title, reply.body, *rows) if line)]
        case _:
            return []
