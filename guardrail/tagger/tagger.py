"""Persons, and addresses of other countries, where the trained weights see them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from guardrail.findings import PiiKind
from guardrail.names.word_tables import listed
from guardrail.tagger.cards import NEWLINE, TOKEN, WordCard, WordCards
from guardrail.tagger.decoder import Weights
from guardrail.tagger.doubts import end_of_name, is_somebody, is_somewhere
from guardrail.text.reading import JAPANESE, ReadText, Span, Word

FOLDER = Path(__file__).parent
KINDS = {"P": PiiKind.PERSON, "A": PiiKind.ADDRESS}
LINE = re.compile(r"[^\n]*\n?")
LATIN = re.compile(r"[A-Za-z]")
# What is said behind a name and is no part of it.
SAID_BEHIND = listed("様 さん さま 氏 先生 くん ちゃん 殿 宛 方 奥様 著 宅")
MOSTLY = 6  # a line is English if it has so many times more letters than kana and kanji
KEPT = 20_000


@cache
def weights(folder: Path, lang: str) -> Weights:
    """Read once for the process."""
    return Weights.read(folder / f"{lang}.json.gz")


def blocks(reading: ReadText) -> Iterator[tuple[str, list[Word]]]:
    """Runs of lines with Japanese in them, and runs without, each with its words."""
    run: list[Word] = []
    run_lang, at = "", 0
    for line in LINE.finditer(reading.text):
        lang = _lang(line[0]) if line[0].strip() else run_lang or "en"
        if lang != run_lang and run:
            yield run_lang, run
            run = []
        run_lang = lang
        first = at
        while at < len(reading.tokens) and reading.tokens[at].start < line.end():
            at += 1
        if lang == "ja":
            run += [word for word in reading.tokens[first:at] if not word.tag.startswith("空白")]
            run += [Word(line.end() - 1, line.end(), NEWLINE, "")] if line[0].endswith(NEWLINE) else []
        else:
            run += [Word(m.start(), m.end(), m[0], "") for m in TOKEN.finditer(reading.text, *line.span())]
    if run:
        yield run_lang, run


def _lang(line: str) -> str:
    if not JAPANESE.search(line):
        return "en"
    return "ja" if len(JAPANESE.findall(line)) * MOSTLY > len(LATIN.findall(line)) else "en"


def apart(tokens: Sequence[Word]) -> list[bool]:
    """Whether a blank stands before each word, and one more for behind the last."""
    gaps = [one.end < two.start for one, two in pairwise(tokens)]
    return [False, *gaps, False]


class Tagger:
    """WordCards are kept by word, as the same ones come again."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """`folder`: where the weights are; a bench tries others."""
        self._folder = folder
        self._known: dict[tuple[str, str], WordCard] = {}

    def find(self, reading: ReadText) -> Iterator[Span]:
        """Everything the weights see."""
        for lang, tokens in blocks(reading):
            cards = self.cards(reading, tokens)
            if not any(card.is_sign for card in cards):
                continue
            labels = weights(self._folder, lang).decode(cards, apart(tokens), anywhere=lang == "en")
            for first, last, kind in runs(labels):
                while last - first > 1 and cards[last - 1].word in SAID_BEHIND:
                    last -= 1
                span = Span(tokens[first].start, end_of_name(reading.text, tokens[last - 1].end, kind), KINDS[kind])
                holds = is_somebody if kind == "P" else is_somewhere
                if holds(reading.text, span, cards[first:last]):
                    yield span

    def cards(self, reading: ReadText, tokens: Sequence[Word]) -> list[WordCard]:
        """The card of each word."""
        known = self._known
        return [known.get(token[2:]) or self._new(reading, token) for token in tokens]

    def _new(self, reading: ReadText, token: Word) -> WordCard:
        if len(self._known) >= KEPT:
            self._known.clear()
        cards = WordCards(reading.entries)
        card = cards.japanese_card(token.text, token.tag) if token.tag else cards.latin_card(token.text)
        self._known[token.text, token.tag] = card
        return card


def runs(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Labels as places among the words and kinds: B opens one, I goes on with it."""
    start, kind = 0, ""
    for at, label in enumerate([*labels, "O"]):
        if label[0] == "I" and kind == label[1:]:
            continue
        if kind:
            yield start, at, kind
        start, kind = at, label[1:]
