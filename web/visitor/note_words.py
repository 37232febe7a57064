"""A release note as visitors read it: whole, or as it begins on its app's page."""

import re
from datetime import date

from aiohttp import web
from babel.dates import format_date
from markupsafe import Markup

from handlers.entries.news import ShownNote
from handlers.written import shortened
from web.site.markdown import to_html
from web.site.pages import spoken_lang

ON_PAGE = 3  # of which the first is shown as it begins, the others by name
BEGINS = 400
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


def note_html(text: str) -> Markup:
    """A note's Markdown; its headings are no headings of the page it stands on."""
    return to_html(_HEADING.sub(r"**\1**", text))


def beginning(note: ShownNote) -> Markup:
    """As much of a note as stands on the app's page."""
    return note_html(shortened(note.text, BEGINS))


def day_words(request: web.Request, day: date | None) -> str:
    return format_date(day, "long", locale=spoken_lang(request).replace("-", "_")) if day else ""
