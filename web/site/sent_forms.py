"""What an owner has sent and could not be kept: the page that says so shows it, and sends it again."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from aiohttp import web
from markupsafe import escape

from knowledge.errors import BadInput
from web.site.body import FORM, MULTIPART, SENT, read_chosen, read_texts

OWNERS: Final = "/owner"
LARGEST_KEPT = 1024 * 1024  # bytes; of what is longer only the browser knows
# What is chosen, ticked or pressed, or stands in a form unseen: sent again, but nothing that anybody wrote.
CONTROLS: Final = frozenset(
    {
        *("after", "check", "color", "contact", "conversation", "do", "double", "exact", "expected", "faq", "id"),
        *("lang", "later", "listed", "look", "mail", "mark", "n", "no_mail", "order", "paused", "quiet_end"),
        *("quiet_start", "reach", "site", "to", "token", "tone", "up", "way", "what", "wrong"),
    }
)
ROOM: Final = re.compile(r"/owner(?:/[\w@~-][\w.@~-]*)*|/link/[\w-]+", re.ASCII)


@dataclass(frozen=True)
class SentForm:
    """A form as it arrived: its fields in their order, and where it was sent."""

    fields: Sequence[tuple[str, str]]
    action: str
    kind: str  # its content type

    @property
    def written(self) -> str:
        """What somebody typed into it, to be read and copied."""
        return "\n\n".join(text for name, text in self.fields if name not in CONTROLS and text.strip())


async def sent_form(request: web.Request) -> SentForm | None:
    """The owner's form in this request, read now if no handler has; None where there is none that can be read."""
    if request.method != "POST" or not request.path.startswith(OWNERS) or request.content_type not in {FORM, MULTIPART}:
        return None
    if SENT not in request:
        with suppress(BadInput, web.HTTPException):
            await (read_chosen(request, "") if request.content_type == FORM else read_texts(request, LARGEST_KEPT))
    fields = request.get(SENT)
    return None if fields is None else SentForm(fields, request.path_qs, request.content_type)


def unsaid(request: web.Request, page: str) -> str:
    """What somebody typed into the form of this request that is nowhere on the page it was answered with."""
    there = " ".join(page.split())
    typed = [text for name, text in request.get(SENT, ()) if name not in CONTROLS]
    return "\n\n".join(text for text in typed if " ".join(escape(text).split()) not in there)


def room_asked(path: str) -> str:
    """`path` if it is one of the owner's rooms, else nothing: no link leads anywhere else after signing in."""
    return path if ROOM.fullmatch(path) else ""
