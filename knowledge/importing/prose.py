"""Plain text and Markdown: a document whose title is its first heading, or its file's name."""

import re

from knowledge.errors import BadInput
from knowledge.importing.read_results import FoundDocument
from knowledge.phrases import _

LONGEST_TITLE = 100

_HEADING = re.compile(r"^#{1,3}[ \t]+(.+?)[ \t#]*$", re.M)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.S)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.M | re.I)


def markdown(text: str, otherwise: str) -> FoundDocument:
    """A Markdown file, its front matter taken off. Raises BadInput for an empty one."""
    plain = text.replace("\r\n", "\n")
    front = _FRONT_MATTER.match(plain)
    body = plain[front.end() :] if front else plain
    titled = _FRONT_TITLE.search(front[1]) if front else None
    heading = titled or _HEADING.search(body)
    return plain_text(body, heading[1] if heading else otherwise)


def plain_text(text: str, title: str) -> FoundDocument:
    """A text under a title. Raises BadInput for an empty one."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not body:
        raise BadInput(_("There is no text in it."))
    return FoundDocument(" ".join(title.split())[:LONGEST_TITLE] or first_words(body), body)


def first_words(text: str) -> str:
    """A title for a text that has none: the beginning of its first line."""
    line = text.lstrip("# \t\n").split("\n", 1)[0].strip()
    return line if len(line) <= 40 else line[:39].rstrip() + "…"
