"""A text with Markdown's marks, or without any -> its parts."""

import re
from collections.abc import Iterator

from knowledge.importing.parts import TextPart

_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t　]+(.+?)[ \t#]*$")
_UNDERLINE = re.compile(r"^(?:={3,}|-{3,})[ \t]*$")
_RULE = re.compile(r"^[ \t]*(?:[-*_][ \t]*){3,}$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_STRONG = re.compile(r"^(?:\d+[.)] *)?(\*\*|__)(?P<text>(?:(?!\1).)+)\1[ \t]*(?:\n|$)")
_DIVIDER = re.compile(r"^\|?[ \t:|-]*-[ \t:|-]*$")
_ITEM = re.compile(r"^[ \t]*(?:[-*+]|[0-9]{1,3}[.)])[ \t]")
_SUMMARY = re.compile(r"<summary\b[^>]{0,200}>(.{1,500}?)</summary>", re.I | re.S)
_DETAILS = re.compile(r"</?details\b[^>]{0,200}>", re.I)
_TAGS = re.compile(r"<[^>]{0,200}>")


def parts(text: str) -> list[TextPart]:
    """Its headings, paragraphs, lists and tables."""
    folded = _SUMMARY.sub(lambda found: f"\n\n###### {' '.join(_TAGS.sub('', found[1]).split())}\n\n", text)
    return [part for block in _blocks(_DETAILS.sub("\n", folded)) for part in _parts(block)]


def _blocks(text: str) -> Iterator[list[str]]:
    """Lines that stand together: between empty lines, a heading by itself, a fence with all that is in it."""
    block: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
        if not fence and not mark and (_HEADING.match(line) or not line.strip()):
            yield block
            block = []
        if line.strip() or fence:
            block.append(line)
        if not fence and _HEADING.match(line):
            yield block
            block = []
    yield block


def _parts(block: list[str]) -> Iterator[TextPart]:
    if not block or (len(block) == 1 and _RULE.match(block[0])):
        return
    if found := _HEADING.match(block[0]):
        yield TextPart(_bare(found[2]), len(found[1]))
        return
    if len(block) > 1 and _UNDERLINE.match(block[1]) and not block[0].startswith("|"):
        yield TextPart(_bare(block[0].strip()), 1 if block[1].startswith("=") else 2)
        yield from _parts(block[2:])
        return
    if len(block) > 1 and all("|" in line for line in block) and (block[0].startswith("|") or _DIVIDER.match(block[1])):
        yield TextPart(rows=tuple(_row(line) for line in block if not _DIVIDER.match(line)))
        return
    text = "\n".join(block)
    if (found := _STRONG.match(text)) and not _FENCE.match(text):
        yield TextPart(found["text"].strip(), strong=True)
        if rest := text[found.end() :].strip():
            yield TextPart(rest)
        return
    yield TextPart(text, in_list=bool(_ITEM.match(text)))


def _row(line: str) -> tuple[str, ...]:
    return tuple(cell.strip().replace("<br>", "\n") for cell in re.split(r"(?<!\\)\|", line.strip().strip("|")))


def _bare(heading: str) -> str:
    """A heading without marks around it."""
    return re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", heading).strip()
