"""One message of a conversation as its app's owner reads it: on the page, and when it comes while they look."""

import re
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from markupsafe import Markup, escape

from handlers.conversations.past_conversations import SPEAKERS, hidden_in
from knowledge.phrases import Phrase, _
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import Feedback, Message, Presence, Role
from web.owner.apps.apps import room
from web.owner.times import when
from web.site.pages import rendered
from web.visitor.answer_frames import shown

JUDGED: dict[str, Phrase] = {Feedback.UP: _("It helped the visitor."), Feedback.DOWN: _("It did not help the visitor.")}
PRESENT: dict[str, Phrase] = {
    Presence.CAME: _("You joined the chat."),
    Presence.LEFT: _("You left the chat. mimi answers again."),
}
_ENTRY, _PASSAGE = re.compile(r"[0-9a-f]{24}"), re.compile(r"([0-9a-f]{24})-\d+")


def line_of(request: web.Request, app: App, message: Message, zone: ZoneInfo) -> dict[str, Any]:
    """What the template shows of it."""
    line = shown(message)
    withheld = hidden_in(message) if message.role is Role.MIMI else ""
    return line | {
        "who": SPEAKERS.get(message.role),
        "present": PRESENT.get(message.state) if message.role is Role.PRESENCE else None,
        "at": when(request, message.created_at, zone),
        "html": _marked(line["html"], withheld) if withheld else line["html"],
        "withheld": bool(withheld),
        "judged": JUDGED.get(message.feedback) if message.feedback else None,
        "rests_on": [(each.title, _place(app, each.item)) for each in message.sources],
    }


def line_html(request: web.Request, app: App, message: Message, zone: ZoneInfo) -> str:
    """The same as HTML."""
    here = f"{room(app)}/conversations/{message.conversation_id}"
    line = line_of(request, app, message, zone)
    return rendered(request, "said_line.html", room=room(app), here=here, line=line)


def _marked(html: Markup, placeholder: str) -> Markup:
    """Where the guardrail has left something out, so that one sees it."""
    return html.replace(escape(placeholder), Markup("<mark>{}</mark>").format(placeholder))


def _place(app: App, item: str) -> str:
    """Where what an answer rests on is corrected; empty where it is nothing of the owner's lists."""
    if _ENTRY.fullmatch(item):
        return f"{room(app)}/faqs/{item}"
    passage = _PASSAGE.fullmatch(item)
    return f"{room(app)}/documents/{passage[1]}" if passage else ""
