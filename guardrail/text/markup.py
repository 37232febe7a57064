"""A text as it looks once its Markdown is shown, so that markup cannot split what the rules look for.

HiddenValues are read off these forms beside the plain one and lead back to the text as it was written. Of a second form
only what it says otherwise than the first has to be read again.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import unquote

from guardrail.text.normalise import Normalised, normalise

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
    rf"(?=[*`~_\[\]])(?:(?<=[^\s*`~]){RUN}|(?<![*`~])(?<![-*+] ){RUN}(?=\S)"
    r"|(?<![^\W_])_+|_+(?![^\W_])|(?P<between>(?<=[0-9])_+(?=[0-9]))"
    r"|(?<=[0-9@.\-])[\[\]]+(?=[0-9@.\-]))"
)
LISTED = re.compile(
    r"(?m)^[ >]*(?:[-*+•・] +(?:\(?[0-9]{1,4}[.)．](?: |\Z))?|\(?[0-9]{1,4}[.)．](?: |\Z))"
    r"|</?[A-Za-z][^<>]{0,200}>|<!--[^<>]{0,200}-->"
)
ORDINAL = re.compile(
    r"(?=[0-9第])(?:第?[0-9]{1,4}(?:文字目|桁目|番目|個目|つ目|字目|行目)|\b[0-9]{1,4}(?:st|nd|rd|th)\b)"
)
# Without any of these a text is shown as it is written.
MARKUP = re.compile(r"[\\&%\[\]*`~_]")
DEEPEST = 3  # what is coded in code, or a link in a link, is followed this far

Part = tuple[str, int, int]  # a character, and the place it came from


def shown_forms(text: str, plain: Normalised) -> Iterator[Normalised]:
    """The forms that differ from `plain`: decoded with its link targets, and as a reader sees it."""
    if not (MARKUP.search(text) or MARKUP.search(plain.text)):
        return
    raw = decoded(text)
    with_targets = after(raw, normalise(raw.text))
    if with_targets.text != plain.text:
        yield with_targets
    seen = rewritten(_deeply(with_targets, LINK, shown), MARKS, _separator)
    if seen.text != with_targets.text:
        yield seen


def decoded(text: str) -> Normalised:
    """The form without backslashes, character references and percent-encoding."""
    return _deeply(Normalised(text, range(len(text)), range(1, len(text) + 1)), CODED, _decoded)


def without_numbering(read: Normalised) -> Normalised:
    """The form without list numbers, ordinals and tags: what they count or wrap stays."""
    return rewritten(rewritten(read, LISTED, nothing), ORDINAL, nothing)


def nothing(_match: re.Match[str]) -> Iterator[Part]:
    """In place of a match: nothing."""
    return iter(())


def _deeply(read: Normalised, pattern: re.Pattern[str], parts: Callable[[re.Match[str]], Iterator[Part]]) -> Normalised:
    for _ in range(DEEPEST):
        before, read = read, rewritten(read, pattern, parts)
        if read is before:
            break
    return read


def rewritten(
    read: Normalised, pattern: re.Pattern[str], parts: Callable[[re.Match[str]], Iterator[Part]]
) -> Normalised:
    """`parts` (places within `read.text`) in place of each match; every character still knows where it stood."""
    text: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for match in pattern.finditer(read.text):
        text.append(read.text[at : match.start()])
        starts += read.starts[at : match.start()]
        ends += read.ends[at : match.start()]
        for char, start, end in parts(match):
            text.append(char)
            starts.append(read.starts[start])
            ends.append(read.ends[end - 1])
        at = match.end()
    if not at:
        return read
    return Normalised("".join([*text, read.text[at:]]), [*starts, *read.starts[at:]], [*ends, *read.ends[at:]])


def after(first: Normalised, second: Normalised) -> Normalised:
    """The second form of the first one's text, with places in the first one's original."""
    return Normalised(
        second.text, [first.starts[start] for start in second.starts], [first.ends[end - 1] for end in second.ends]
    )


def _same(text: str, start: int, end: int) -> Iterator[Part]:
    return ((text[at], at, at + 1) for at in range(start, end))


def _decoded(match: re.Match[str]) -> Iterator[Part]:
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


def shown(match: re.Match[str]) -> Iterator[Part]:
    """In place of a link: its words."""
    return _same(match.string, *match.span("shown"))


def _separator(match: re.Match[str]) -> Iterator[Part]:
    if match["between"]:
        yield "-", match.start(), match.end()


SENTENCE = re.compile(r"(?:[^。！？!?\n.]|\.(?![ \n]))*(?:[。！？!?\n.]+ ?|\Z)")


def changed_parts(read: Normalised, plain: Normalised) -> Iterator[Normalised]:
    """The sentences of `read` that `plain` has not, each with its neighbours; runs of them in one."""
    said = {match[0] for match in SENTENCE.finditer(plain.text)}
    places = [match.span() for match in SENTENCE.finditer(read.text) if match[0]]
    changed = [n for n, (start, end) in enumerate(places) if read.text[start:end] not in said]
    first = 0
    while first < len(changed):
        last = first
        while last + 1 < len(changed) and changed[last + 1] <= changed[last] + 2:
            last += 1
        start, end = places[max(0, changed[first] - 1)][0], places[min(len(places) - 1, changed[last] + 1)][1]
        yield Normalised(read.text[start:end], read.starts[start:end], read.ends[start:end])
        first = last + 1
