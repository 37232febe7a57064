"""A text as the recognizers read it: normalised characters and, where there is Japanese, its words."""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sudachipy import Dictionary, SplitMode, Tokenizer  # type: ignore[import-untyped]

from guardrail.findings import PiiKind

JAPANESE = re.compile(r"[ぁ-ヿ㐀-鿿々]")
# Sudachi refuses more than 49 149 bytes at a time; a Japanese character has three.
SUDACHI_CHARACTERS = 12_000


@dataclass(frozen=True)
class Span:
    """A place in the normalised text that a rule claims."""

    start: int
    end: int
    kind: PiiKind


@dataclass(frozen=True)
class Word:
    """One Sudachi word; `tag` is its part of speech joined by hyphens; `known` to the dictionary or not."""

    start: int
    end: int
    text: str
    tag: str
    known: bool


@dataclass(frozen=True)
class Reading:
    """A normalised text, with the words Sudachi sees in it (none where there is no Japanese)."""

    text: str
    words: Sequence[Word] = ()

    @cached_property
    def word_before(self) -> dict[int, Word]:
        """End of a word -> the word."""
        return {word.end: word for word in self.words}

    @cached_property
    def words_in(self) -> dict[int, int]:
        """Start of a word -> its index."""
        return {word.start: index for index, word in enumerate(self.words)}

    @cached_property
    def has_latin(self) -> bool:
        """Whether there is any capital letter an English name could start with."""
        return bool(re.search(r"[A-ZÀ-ÞĀ-ž]", self.text))


class Words:
    """Sudachi, loaded once. A tokenizer serves one thread at a time, so each thread has its own."""

    def __init__(self) -> None:
        self._dictionary = Dictionary(dict="core")
        self._local = threading.local()
        self._tags: dict[int, str] = {}

    def read(self, text: str) -> Reading:
        """The normalised text with its words."""
        return Reading(text, list(self._words(text)) if JAPANESE.search(text) else ())

    def _words(self, text: str) -> Iterator[Word]:
        tokenizer = self._tokenizer()
        for offset in range(0, len(text), SUDACHI_CHARACTERS):
            part = text[offset : offset + SUDACHI_CHARACTERS]
            for morpheme in tokenizer.tokenize(part, SplitMode.C):
                number = morpheme.part_of_speech_id()
                tag = self._tags.get(number)
                if tag is None:
                    tag = self._tags[number] = "-".join(morpheme.part_of_speech()[:4])
                start, end = offset + morpheme.begin(), offset + morpheme.end()
                yield Word(start, end, text[start:end], tag, not morpheme.is_oov())

    def _tokenizer(self) -> Tokenizer:
        tokenizer: Tokenizer | None = getattr(self._local, "tokenizer", None)
        if tokenizer is None:
            tokenizer = self._local.tokenizer = self._dictionary.create()
        return tokenizer
