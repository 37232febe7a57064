"""A text as the recognizers read it: normalised characters and, where there is Japanese, its words."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sudachipy import Dictionary, SplitMode

from guardrail.findings import Confidence, PiiKind
from knowledge.words.dictionaries import dictionary, tokenizer

JAPANESE = re.compile(r"[ぁ-ヿ㐀-鿿々]")
CAPITAL = re.compile(r"[A-ZÀ-ÞĀ-ž]")
# Sudachi refuses more than 49 149 bytes at a time; a Japanese character has three.
SUDACHI_CHARACTERS = 12_000
SENTENCE = re.compile(rf"[^。！？\n]{{0,{SUDACHI_CHARACTERS - 2}}}(?:[。！？]|\n)?", re.DOTALL)
KEPT_ENTRIES = 20_000  # words whose dictionary entries are kept at hand
# Sentences whose words are kept: a text is read once for each form it has, and again before what follows it.
KEPT_SENTENCES = 512

ASKED_FOR = ("名詞", "代名詞", "接尾辞", "形状詞")
# What the dictionary may know a word as.
SURNAME, GIVEN, PERSON, PLACE, PROPER, COMMON = "姓", "名", "人名", "地名", "固有名詞", "普通名詞"
PROPER_NAMES = (SURNAME, GIVEN, PERSON, PLACE, PROPER)


class Span(NamedTuple):
    """A place in the normalised text that a rule claims."""

    start: int
    end: int
    kind: PiiKind
    confidence: Confidence = Confidence.CERTAIN


class Word(NamedTuple):
    """One Sudachi word; `tag` is its part of speech joined by hyphens."""

    start: int
    end: int
    text: str
    tag: str


def _no_entries(_text: str) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True)
class ReadText:
    """A normalised text, with the words Sudachi sees in it (none where there is no Japanese); `words`: the nouns."""

    text: str
    words: Sequence[Word] = ()
    tokens: Sequence[Word] = ()  # all of them, particles and marks too
    entries: Callable[[str], frozenset[str]] = _no_entries  # a word -> SURNAME, PLACE ... its entries stand for

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
        return CAPITAL.search(self.text) is not None

    def words_of(self, start: int, end: int) -> Sequence[Word]:
        """The words that make up a run; none when the dictionary draws its borders elsewhere."""
        first = last = self.words_in.get(start)
        if first is None or last is None:
            return ()
        while last < len(self.words) and self.words[last].start < end:
            last += 1
        return self.words[first:last]


class _Tags(dict[int, str]):
    """Number of a part of speech -> its name, worked out at first sight."""

    def __init__(self, dictionary: Dictionary) -> None:
        self._dictionary = dictionary

    def __missing__(self, number: int) -> str:
        names = self._dictionary.pos_of(number)[:4]
        self[number] = tag = "-".join(names)
        return tag


class Words:
    """Sudachi's words and entries, those just read kept at hand."""

    def __init__(self) -> None:
        self._dictionary = dictionary()
        # One for all threads: an answer's pieces are read by whichever is free.
        self._sentences: dict[str, tuple[int, list[Word]]] = {}
        self._tags = _Tags(self._dictionary)
        self._entries: dict[str, frozenset[str]] = {}

    def read(self, text: str) -> ReadText:
        """The normalised text with its words."""
        tokens = list(self._words(text)) if JAPANESE.search(text) else []
        return ReadText(text, [word for word in tokens if word.tag.startswith(ASKED_FOR)], tokens, self.entries)

    def entries(self, text: str) -> frozenset[str]:
        """What the dictionary knows a word as, whichever of these the context chose."""
        known = self._entries.get(text)
        if known is None:
            if len(self._entries) >= KEPT_ENTRIES:
                self._entries.clear()
            found = self._dictionary.lookup(text)
            known = self._entries[text] = frozenset(standing(m.part_of_speech()) for m in found)
        return known

    def _words(self, text: str) -> Iterator[Word]:
        for match in SENTENCE.finditer(text):
            yield from self._words_of_sentence(match[0], match.start())

    def _words_of_sentence(self, sentence: str, at: int) -> Sequence[Word]:
        """The words of a sentence that starts at `at`, from the few just read if it is one of them."""
        kept = self._sentences
        if len(kept) >= KEPT_SENTENCES:
            # Another one, never an emptied one: other threads are reading from it.
            kept = self._sentences = {}
        if sentence not in kept:
            kept[sentence] = at, self._read_sentence(sentence, at)
        read_at, words = kept[sentence]
        shift = at - read_at
        return words if shift == 0 else [Word(start + shift, end + shift, word, tag) for start, end, word, tag in words]

    def _read_sentence(self, sentence: str, at: int) -> list[Word]:
        if not JAPANESE.search(sentence):
            return []
        tags, words = self._tags, []
        for morpheme in tokenizer().tokenize(sentence, SplitMode.C):
            start, end = morpheme.begin(), morpheme.end()
            words.append(Word(at + start, at + end, sentence[start:end], tags[morpheme.part_of_speech_id()]))
        return words


def standing(part_of_speech: Sequence[str]) -> str:
    """A part of speech, cut down to what the rules ask for."""
    _, second, third, fourth = part_of_speech[:4]
    if second != PROPER:
        return second
    if third == PERSON:
        return fourth if fourth in (SURNAME, GIVEN) else PERSON
    return PLACE if third == PLACE else PROPER
