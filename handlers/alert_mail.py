"""Alerts as a letter, for owners who want by mail what LINE's quota has no room for."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.messages import Card, Reply, Text
from handlers.outgoing import from_body
from knowledge.phrases import Lang, _


def alert_letter(bodies: Sequence[Mapping[str, Any]], lang: Lang) -> dict[str, str]:
    """The body of a mail row that says what these rows would have said in LINE."""
    parts = [part for body in bodies for reply in from_body(body) for part in _words(reply)]
    subject = _("mimi: {count} alerts", count=len(bodies)).say(lang)
    end = _("You can answer in LINE: write /alerts to mimi. There you can also end these mails: /alerts settings").say(
        lang
    )
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
