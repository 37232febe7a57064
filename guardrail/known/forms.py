"""A text in every form in which it might be read: as written, as shown, spelled out, shifted, decoded.

A known value may stand in any of them; each form is made once for all who look into it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from guardrail.known.braille import felt
from guardrail.known.codings import decoded_runs
from guardrail.known.disguises import in_latin, undone
from guardrail.known.spelling import spelled_out
from guardrail.numbers.spelled_digits import any_case, as_digits, glued_digits
from guardrail.text.markup import Part, after, nothing, rewritten, shown_forms, without_numbering
from guardrail.text.normalise import Normalised, normalise
from guardrail.text.romaji import sounds
from guardrail.text.skeleton import Skeleton, digits, letters


class Forms:
    """What is left of a text's forms: their letters, their digits and how they sound."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def letters(self) -> list[Skeleton]:
        return [letters(read) for read in self._all]

    @cached_property
    def digits(self) -> list[Skeleton]:
        return [digits(skeleton) for skeleton in self.letters]

    @cached_property
    def sounds(self) -> list[Skeleton]:
        return [sounds(form) for read in self._written for form in _said(read)]

    @cached_property
    def coded_sounds(self) -> list[Skeleton]:
        """Of what stands in code."""
        return [sounds(read) for read in self._coded]

    @cached_property
    def _written(self) -> list[Normalised]:
        return list(written_forms(self.text))

    @cached_property
    def _coded(self) -> list[Normalised]:
        return [said for read in self._written for said in hidden_texts(read)]

    @cached_property
    def _all(self) -> list[Normalised]:
        coded = [form for said in self._coded for form in (said, as_digits(said))]
        return [*self._written, *other_forms(self._written), *coded]


# Words for what a skeleton leaves out anyway.
_JOINTS = ["at", "dot", "period", "point", "hyphen", "dash", "minus", "underscore", "plus", "space", "and", "then"]
JOINTS = re.compile(
    rf"(?=[adhmpstuADHMPSTUアスドハマ])(?:(?<![A-Za-z])(?:{any_case(_JOINTS)})(?![A-Za-z])"
    r"|アットマーク|アット|ドット|ハイフン|マイナス|アンダーバー|アンダースコア|スペース)"
)
_SIGNS = "".join(chr(code) for code in range(33, 127))
TURNED = str.maketrans(_SIGNS, _SIGNS[47:] + _SIGNS[:47])  # "rot47"
TURNED_SIGN = re.compile(r"[A-Za-z0-9`_][\^\\\]?@<>=|~{}`_][A-Za-z0-9`_]")  # signs stand inside words then
# t4r0: digits and signs for the letters they look like.
DRAWN = re.compile(r"[A-Za-z][013456789@$!|+]{1,2}[A-Za-z]")
AS_LETTERS = tuple(
    str.maketrans(*pair)
    for pair in (
        ("01345679$!|+8", "oieasgtqsilt" + "b"),
        ("01345679$!|+8", "oleasbtgsilt" + "b"),
        ("@01345679!|+8", "aoieasgtqilt" + "b"),
    )
)
ESCAPED = re.compile(r"(?i)(?:\\u\{?|u\+|\\U000|0x(?=[0-9a-f]{4}))([0-9a-f]{4,5})(?![0-9a-f])\}?")
NUMERALS = re.compile("[Ⅰ-Ⅸⅰ-ⅸ]")
DEEPEST = 2  # codes within codes


def written_forms(text: str) -> Iterator[Normalised]:
    """As written, decoded, as shown; and each without the numbers of lists and the tags."""
    plain = normalise(text)
    # Ⅷ is VIII to Unicode, with which no border between two numerals is left.
    if NUMERALS.search(text):
        yield normalise(NUMERALS.sub(lambda match: str((ord(match[0]) - ord("Ⅰ")) % 16 + 1), text))
    for read in (plain, *shown_forms(text, plain), *felt(plain)):
        yield read
        bare = without_numbering(read)
        if bare is not read:
            yield bare


def other_forms(forms: Iterable[Normalised]) -> Iterator[Normalised]:
    """With digits for number words and no words for dots; with characters for codes, or letters for signs."""
    for read in forms:
        unescaped = rewritten(read, ESCAPED, _unescaped)
        if unescaped is not read:
            yield unescaped
        if (glued := letters(read).places) and (said := glued_digits(glued)) is not glued:
            yield after(read, said)
        spoken = rewritten(as_digits(read), JOINTS, nothing)
        if spoken is not read:
            yield spoken
        yield from spelled_out(read)
        yield from undone(read)
        # rot47 turns letters into signs: without signs inside words there is none of it.
        if TURNED_SIGN.search(read.text):
            yield Normalised(read.text.translate(TURNED), read.starts, read.ends)
        # 4, 3, 0 and the like between letters; the digits of a number are read as digits elsewhere.
        if DRAWN.search(read.text):
            yield from (Normalised(read.text.translate(letters), read.starts, read.ends) for letters in AS_LETTERS)


def _said(read: Normalised) -> Iterator[Normalised]:
    """What is read aloud alike: the text, without words for dots, other scripts in Latin letters."""
    yield read
    if (spoken := rewritten(read, JOINTS, nothing)) is not read:
        yield spoken
    yield from in_latin(read)


def _unescaped(match: re.Match[str]) -> Iterator[Part]:
    yield chr(int(match[1], 16)), match.start(), match.end()


def hidden_texts(read: Normalised, depth: int = DEEPEST) -> Iterator[Normalised]:
    """What coded runs say, those within others too."""
    for said in decoded_runs(read):
        plain = after(said, normalise(said.text))
        yield plain
        # Code in code is read as far as DEEPEST: beyond that no model and no visitor reads it back.
        if depth > 1:
            yield from hidden_texts(plain, depth - 1)
