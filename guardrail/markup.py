"""A text as it looks once its Markdown is shown, so that markup cannot split what the rules look for.

Findings are read off these forms beside the plain one and lead back to the text as it was written.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import unquote

from guardrail.normalise import Normalised, normalise

# A backslash in front of what it makes literal (or a line's end), a character reference, percent-encoding.
CODED = re.compile(
    r"\\(?=[!-/:-@\[-`{-~\n])|&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|(?:%[0-9A-Fa-f]{2})+"
)
DESTINATION = (
    r"\([ \n]*(?:<[^<>\n]*>|[^\s()<]*(?:\([^\s()]*\)[^\s()]*)*)"
    r"(?:[ \n]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \n]*\)"
)
LINK = re.compile(rf"!?\[(?P<shown>[^\[\]]*)\](?:{DESTINATION}|\[[^\[\]]*\])")
# Emphasis, code and strike-through; brackets inside a number or address. An underscore inside a word belongs to
# it (snake_case), between digits it separates them. A list item's opening mark splits nothing, and stays: without
# it "- **Page** views" would read like a signature.
RUN = r"(?:[*`]|~{2,}+)++"
MARKS = re.compile(
    rf"(?<=[^\s*`~]){RUN}|(?<![*`~])(?<![-*+] ){RUN}(?=\S)"
    r"|(?<![^\W_])_+|_+(?![^\W_])|(?P<between>(?<=[0-9])_+(?=[0-9]))"
    r"|(?<=[0-9@.\-])[\[\]]+(?=[0-9@.\-])"
)
DEEPEST = 3  # what is coded in code, or a link in a link, is followed this far

_Part = tuple[str, int, int]  # a character, and the place it came from


def shown_forms(text: str, plain: Normalised) -> Iterator[Normalised]:
    """The forms that differ from `plain`: decoded with its link targets, and as a reader sees it."""
    decoded = _deeply(Normalised(text, range(len(text)), range(1, len(text) + 1)), CODED, _decoded)
    with_targets = _after(decoded, normalise(decoded.text))
    if with_targets.text != plain.text:
        yield with_targets
    seen = _rewritten(_deeply(with_targets, LINK, _shown), MARKS, _separator)
    if seen.text != with_targets.text:
        yield seen


def _deeply(
    read: Normalised, pattern: re.Pattern[str], parts: Callable[[re.Match[str]], Iterator[_Part]]
) -> Normalised:
    for _ in range(DEEPEST):
        read = _rewritten(read, pattern, parts)
    return read


def _rewritten(
    read: Normalised, pattern: re.Pattern[str], parts: Callable[[re.Match[str]], Iterator[_Part]]
) -> Normalised:
    """`parts` in place of each match; every character still knows where it stood."""
    kept: list[_Part] = []
    at = 0
    for match in pattern.finditer(read.text):
        kept += _same(read.text, at, match.start())
        kept += parts(match)
        at = match.end()
    if not at:
        return read
    kept += _same(read.text, at, len(read.text))
    places = Normalised("".join(part[0] for part in kept), [part[1] for part in kept], [part[2] for part in kept])
    return _after(read, places)


def _after(first: Normalised, second: Normalised) -> Normalised:
    """The second form of the first one's text, with places in the first one's original."""
    return Normalised(
        second.text, [first.starts[start] for start in second.starts], [first.ends[end - 1] for end in second.ends]
    )


def _same(text: str, start: int, end: int) -> Iterator[_Part]:
    return ((text[at], at, at + 1) for at in range(start, end))


def _decoded(match: re.Match[str]) -> Iterator[_Part]:
    written, at = match.group(), match.start()
    if written.startswith("%"):
        try:
            chars = unquote(written, errors="strict")
        except UnicodeDecodeError:
            chars = unquote(written, "latin-1")
            yield from ((char, at + 3 * n, at + 3 * n + 3) for n, char in enumerate(chars))
            return
        for char in chars:
            end = at + 3 * len(char.encode())
            yield char, at, end
            at = end
    elif written.startswith("&"):
        yield from ((char, at, match.end()) for char in unescape(written))


def _shown(match: re.Match[str]) -> Iterator[_Part]:
    return _same(match.string, *match.span("shown"))


def _separator(match: re.Match[str]) -> Iterator[_Part]:
    if match["between"]:
        yield "-", match.start(), match.end()
