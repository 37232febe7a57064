"""English names: runs of capitalised words, weighed by census lists and by what stands on either side."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path

import names  # type: ignore[import-untyped]
from wordfreq import iter_wordlist

from guardrail.findings import PiiKind
from guardrail.reading import Reading, Span
from guardrail.word_tables import AMBIGUOUS, GREETING, NAMESAKE, TITLE

CAP = r"(?:(?:O|D|L|Mc|Mac)['’]?)?[A-ZÀ-ÖØ-ÞĀ-Ž][a-zà-öø-ÿā-ž]{1,24}(?:[-'’](?!s\b)[A-ZÀ-ÞĀ-Ž]?[a-zà-ÿā-ž]{1,24}){0,3}"
INITIAL = r"[A-Z]\.?(?![A-Za-z])"
JOINT = r"(?:van der|van den|van|von|de la|de|del|di|da|dos|bin|al|el|la)"
WORD = re.compile(rf"{CAP}|{INITIAL}")
RUN = re.compile(
    rf"(?<![A-Za-zÀ-ž0-9_@./#$\\-])(?:{CAP}|{INITIAL})(?: (?:{JOINT} )?(?:{CAP}"
    rf"|{INITIAL})){{0,4}}(?![A-Za-z0-9_@/])"
)
GREETED = re.compile(
    r"(?:\b(?:hi|hello|hey|dear|hiya|thanks|thank you|regards|sincerely|cheers|welcome(?: back)?"
    r"|sorry|morning|afternoon|evening"
    r"|yours truly|reaching out|best|note),?\s{1,2}|^[-–—] ?)$",
    re.IGNORECASE | re.MULTILINE,
)
LABELLED = re.compile(
    r"(?:\b(?:name|owner|contact|recipient|attn|cc|from|signed|author|cardholder|passenger|guest"
    r"|patient|customer|client|agent|manager"
    r"|driver|user|employee|ship to|bill to)\**(?: is)?\s?[:|,]\s?\**|\b(?:my name is|name is|i am"
    r"|i'm|this is|it was|call me|named|called|name of"
    r"|contact|ask for|reach|speak (?:to|with)|spoke (?:to|with)|talk(?:ed)? (?:to|with)|(?:written"
    r"|opened|signed|reviewed|approved|handled) by"
    r"|(?:assigned|belongs|registered|issued|addressed) to|owner is|behalf of|manager|agent"
    r"|representative|specialist|driver|technician"
    r"|colleague|founder|ceo|partner's name),? )$",
    re.IGNORECASE,
)
DOING = re.compile(
    r",? (?:mentioned|said|says|asked|told|wrote|called|replied|lives|lived|works|worked|is (?:out"
    r"|away|our|your|on)|was born|has (?:moved|left|joined|been)"
    r"|will (?:call|be|contact|reach|join)|can help|reported|thinks|wants|joined|left|and I)\b"
)
LOOK_BACK = 32
FREQUENT = 2_500  # so many words are ordinary even if someone is called that
RARE = 12_000
ASKED = re.compile(
    r"\b(?:ask for|call|my name is|name is|call me|(?:speak|spoke|talk|talked) (?:to|with)|i'm) $", re.IGNORECASE
)
TITLED = re.compile(r"(?:^|[^A-Za-z])(?:" + "|".join(sorted(TITLE)) + r")\.? $", re.IGNORECASE)
TURNED = re.compile(rf", ({CAP})(?: [A-Z]\.)?(?![A-Za-z0-9_@/])")


class EnglishNames:
    """The lists, read once, and the rules over them."""

    @cached_property
    def first(self) -> frozenset[str]:
        """Given names of the census, in lower case."""
        return _census("first:male") | _census("first:female")

    @cached_property
    def last(self) -> frozenset[str]:
        """Surnames of the census, in lower case."""
        return _census("last")

    @cached_property
    def frequent(self) -> frozenset[str]:
        """The words people use most, names among them."""
        return frozenset(islice(iter_wordlist("en", "small"), RARE))

    @cached_property
    def ordinary(self) -> frozenset[str]:
        """Words that say nothing about a person when capitalised: the most frequent, clear names left out."""
        frequent = enumerate(islice(iter_wordlist("en", "small"), RARE))
        return AMBIGUOUS | {
            word for rank, word in frequent if word not in self.first and (rank < FREQUENT or word not in self.last)
        }

    def find(self, reading: Reading) -> Iterator[Span]:
        """Every person a rule sees."""
        if not reading.has_latin:
            return
        text = reading.text
        for run in RUN.finditer(text):
            for start, end in self._persons(text, list(WORD.finditer(text, run.start(), run.end()))):
                yield Span(start, end, PiiKind.PERSON)

    def _persons(self, text: str, words: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
        """The name in one run of capitalised words, once what is no part of a name is taken off its ends."""
        if len(words) > 1 and _low(words[-1]) in NAMESAKE:
            return
        while words and not self._stands_alone(text, words[0]) and self._opens_sentence(words):
            words = words[1:]
        if not words:
            return
        start = words[0].start()
        before = text[max(0, start - LOOK_BACK) : start]
        if _is_titled(text, start):
            yield start, words[min(len(words), 3) - 1].end()
            return
        if len(words) == 1:
            yield from self._single(text, words[0], before)
        elif self._is_full_name(words, before, text):
            yield start, words[-1].end()

    def _stands_alone(self, text: str, word: re.Match[str]) -> bool:
        """Whether an ordinary word is a surname all the same: Mr. Brown; Brown, Linda."""
        return _is_titled(text, word.start()) or self._turned(text, word) is not None

    def _turned(self, text: str, word: re.Match[str]) -> re.Match[str] | None:
        turned = TURNED.match(text, word.end())
        clear = turned and turned[1].lower() in self.first and turned[1].lower() not in AMBIGUOUS
        return turned if clear and _low(word) in self.last else None

    def _opens_sentence(self, words: Sequence[re.Match[str]]) -> bool:
        """Whether the first word is an ordinary one that is only capitalised, as at a sentence's start."""
        word = _low(words[0])
        if word in GREETING or word in TITLE:
            return True
        if len(words[0][0].rstrip(".")) == 1:
            return len(words) == 1
        return word in self.ordinary and not (word in AMBIGUOUS and word in self.first)

    def _is_full_name(self, words: Sequence[re.Match[str]], before: str, text: str) -> bool:
        one, last = _low(words[0]), _low(words[-1])
        named = self._is_named(text, words[-1].end(), before)
        clear = one in self.first and one not in AMBIGUOUS
        if last in self.ordinary and last not in self.last and last not in self.first:
            return False
        if clear:
            return last in self.last or last in self.first or last not in self.ordinary
        if len(one.rstrip(".")) == 1:
            return last in self.last or (named and last not in self.ordinary)
        if one in self.first:
            return last in self.last and (named or last not in self.ordinary) and text[words[-1].end() :][:2] != "'s"
        if named or not text[words[0].start() : words[-1].end()].isascii():
            return one not in self.ordinary
        return one in self.last and last in self.last and not {one, last} & self.frequent

    def _single(self, text: str, word: re.Match[str], before: str) -> Iterator[tuple[int, int]]:
        name, end = _low(word), word.end()
        turned = self._turned(text, word)
        if turned:
            yield word.start(), turned.end()
        elif self._is_single_name(name, self._is_named(text, end, before), before, text[end : end + 2]):
            yield word.span()

    def _is_single_name(self, name: str, named: bool, before: str, after: str) -> bool:
        if len(name) < 3 or name.endswith("."):
            return False
        if name in AMBIGUOUS:
            return named and name in self.first and (GREETED.search(before) or ASKED.search(before)) is not None
        if name in self.first:
            return named or not (before.endswith(("The ", "the ", "St. ")) or after[1:2].isdigit())
        return named and name not in self.ordinary and (name in self.last or not name.isascii())

    def _is_named(self, text: str, end: int, before: str) -> bool:
        return bool(GREETED.search(before) or LABELLED.search(before) or DOING.match(text, end))


def _is_titled(text: str, start: int) -> bool:
    return TITLED.search(text, max(0, start - 12), start) is not None


def _low(word: re.Match[str]) -> str:
    return word[0].lower()


def _census(key: str) -> frozenset[str]:
    lines = Path(names.FILES[key]).read_text(encoding="ascii").splitlines()
    return frozenset(line.split()[0].lower() for line in lines)
