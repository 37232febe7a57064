"""Plain text and Markdown: a document whose title is its first heading, or its file's name."""

import re

from knowledge.errors import BadInput
from knowledge.phrases import _

LONGEST_TITLE = 100

_HEADING = re.compile(r"^#{1,3}[ \t]+(.+?)[ \t#]*$", re.M)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n(?:---|\.\.\.)\n", re.S)
_FRONT_TITLE = re.compile(r"^title:[ \t]*[\"']?(.+?)[\"']?[ \t]*$", re.M | re.I)


def markdown(text: str) -> tuple[str, str]:
    """A Markdown file's title, or "", and its text without front matter. Raises BadInput for an empty one."""
    plain = text.replace("\r\n", "\n")
    front = _FRONT_MATTER.match(plain)
    body = plain[front.end() :] if front else plain
    titled = _FRONT_TITLE.search(front[1]) if front else None
    heading = titled or _HEADING.search(body)
    return " ".join(heading[1].split()) if heading else "", plain_text(body)


def plain_text(text: str) -> str:
    """A text with its line ends made alike. Raises BadInput for an empty one."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not body:
        raise BadInput(_("There is no text in it."))
    return body


def first_words(text: str) -> str:
    """A title for a text that has none: the beginning of its first line."""
    line = text.lstrip("# \t\n").split("\n", 1)[0].strip()
    return line if len(line) <= 40 else line[:39].rstrip() + "…"
