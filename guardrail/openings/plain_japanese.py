"""Japanese words that are nobody's: no names, no places, no numbers, or kept from being one by what follows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from sudachipy import SplitMode

from guardrail.names.kana_names import ANY_PERSON
from guardrail.names.name_lists import NameLists, katakana
from guardrail.names.word_tables import NOBODY, listed
from guardrail.numbers.spelled_digits import KANA, KANJI, UNITS
from guardrail.text.reading import COMMON, GIVEN, PERSON, SURNAME, standing
from knowledge.words.dictionaries import dictionary, tokenizer

# Everything but proper nouns, numerals (名詞-数詞) and what the dictionary does not know.
PLAIN_TAGS = (
    "名詞-普通名詞", "代名詞", "動詞", "形容詞", "形状詞", "副詞", "連体詞", "接続詞", "感動詞", "助詞", "助動詞",
    "接頭辞", "接尾辞",
)  # fmt: skip
OPENS_NO_NAME = ("助詞", "助動詞", "接頭辞", "動詞")
HONORIFICS = listed("さん 様 さま 氏 くん 君 ちゃん 先生 殿")
DIGITS = frozenset("".join(KANJI) + "".join(UNITS) + "0123456789０１２３４５６７８９")
# Single kanji that are nobody's, alone or behind a word.
SINGLES = frozenset(
    "時先次表方上下前後左右値他何件点側順形版型用性化的内外間際度率数量額費料欄行列名回分日月年週全他中"
)
SHORTEST_PART = 3  # of a compound in katakana; shorter ones are chance
KEPT = 4_096  # windows whose words are kept at hand: a growing text shows the same ones again and again
HIRAGANA = re.compile("[ぁ-ゖ]+")
KANJI_RUN = re.compile(r"[㐀-鿿々]+")
LONGEST_SURNAME, LONGEST_GIVEN = 4, 3  # characters
LONGEST_KANA = 6
BANKS = ("銀行", "信用金庫", "信金", "信用組合", "農協")  # what stands before goes with the account's number
EVERYBODY = frozenset("皆誰何")  # 皆様
# No honorific, post or introduction begins with these.
GOES_ON_PLAINLY = frozenset("をにではもへし")
# ... nor with の and が, unless one of these follows (の両名, がご案内).
INTRODUCES = {"の": "0123456789０１２３４５６７８９一二三四五六両各", "が": "対担おごま参承伺う回"}


@dataclass(frozen=True)
class _Word:
    """One of Sudachi's words, where it ends, and its part of speech joined by hyphens."""

    end: int
    text: str
    tag: str
    is_known: bool

    @property
    def is_noun(self) -> bool:
        return self.tag.startswith("名詞")


@lru_cache(KEPT)
def plain_japanese(window: str, settled: int, behind: str) -> tuple[str, ...]:
    """The plain words that `window` begins with, as far as they end within its first `settled` characters.

    `behind`: what follows the window as far as it is known, with a full stop where the text ends.
    """
    found = list(_words(window))
    plain: list[str] = []
    for at, word in enumerate(found):
        before, following = found[at - 1] if at else None, found[at + 1] if at + 1 < len(found) else None
        if word.end > settled or not _is_plain(word, before, following, (window + behind)[word.end :]):
            break
        plain.append(word.text)
    return tuple(plain)


def _is_plain(word: _Word, before: _Word | None, following: _Word | None, rest: str) -> bool:
    """Whether it is nobody's; `rest` is what stands behind it."""
    if word.text in HONORIFICS:
        return before is not None and before.text in NOBODY
    if not word.is_known or not word.tag.startswith(PLAIN_TAGS) or not _counts_nothing(word, following, rest):
        return False
    if _begins_name(word, before, rest):
        return False
    behind = following.text if following else ""
    if not word.tag.startswith("助詞") and word.text not in NOBODY and (behind in HONORIFICS or _is_honoured(rest)):
        return False
    if len(word.text) == 1 and not word.tag.startswith(OPENS_NO_NAME):
        return _is_plain_single(word, before, rest)
    if not word.is_noun:
        # 森森ミキ
        return not (KANJI_RUN.fullmatch(word.text) and "ァ" <= rest[:1] <= "ヺ")
    if rest.startswith(BANKS) or word.text.endswith(BANKS):
        return False
    if not _is_name(word.text) and not _is_someone(word.text):
        return True
    return word.text not in _lists().surnames and is_unnamed(rest)


def _is_honoured(rest: str) -> bool:
    """Whether an honorific follows over a blank, or could."""
    over = rest[1:] if rest[:1] in (" ", "\u3000") else "。"
    return any(over.startswith(title) or title.startswith(over) for title in HONORIFICS)


def _begins_name(word: _Word, before: _Word | None, rest: str) -> bool:
    """Whether a run of kanji falls into a surname and a given name elsewhere than the words do: 全角 + 次."""
    if before is not None and KANJI_RUN.search(before.text[-1]) and KANJI_RUN.match(word.text):
        return False  # looked at from where the run begins
    match = KANJI_RUN.match(word.text + rest)
    run = match[0] if match else ""
    return len(run) > len(word.text) and any(
        run[:end] != word.text and _is_surname(run[:at]) and _is_given(run[at:end])
        for at in range(1, min(LONGEST_SURNAME, len(run)) + 1)
        for end in range(at + 1, min(at + LONGEST_GIVEN, len(run)) + 1)
    )


def _is_surname(text: str) -> bool:
    return text in _lists().surnames or SURNAME in _entries(text)


def _is_given(text: str) -> bool:
    return text in _lists().given or GIVEN in _entries(text)


def _counts_nothing(word: _Word, following: _Word | None, rest: str) -> bool:
    """Whether no number said in words could begin with it."""
    if word.tag.startswith("助詞"):
        return True
    if katakana(word.text) in KANA:
        if following is None or not word.tag.startswith(("接頭辞", "動詞")):
            return False
        return katakana(following.text) not in KANA and following.text[0] not in DIGITS
    if not DIGITS.intersection(word.text):
        return True
    return len(word.text) > 1 and not DIGITS.issuperset(word.text) and bool(rest) and rest[0] not in DIGITS


def _is_plain_single(word: _Word, before: _Word | None, rest: str) -> bool:
    """Whether a kanji alone is no name: 検索時, 次の."""
    if word.text in EVERYBODY:
        return rest.startswith(tuple(HONORIFICS))
    if word.text not in SINGLES:
        return False
    return (before is not None and before.is_noun and not _is_name(before.text)) or is_unnamed(rest)


def is_unnamed(rest: str) -> bool:
    """Whether what stands behind a word says that nobody is called so, and enough of it is known."""
    if rest[:1] in INTRODUCES:
        return len(rest) > 1 and rest[1] not in INTRODUCES[rest[0]]
    return rest[:1] in GOES_ON_PLAINLY


@lru_cache(KEPT)
def is_katakana_thing(run: str) -> bool:
    """Whether every part of a katakana word is in the dictionary, and as no person; nor is it two names in one."""
    words = list(_words(run))
    # A name that the dictionary does not have falls into short pieces that it has.
    if len(words) > 1 and min(len(word.text) for word in words) < SHORTEST_PART:
        return False
    if any(word.text in KANA for word in words) or _lists().splits(run):
        return False
    return all(
        word.is_known and PERSON not in word.tag and (COMMON in _entries(word.text) or not _is_someone(word.text))
        for word in words
    )


def words_of(text: str) -> list[str]:
    """The words of a short text as they stand there."""
    return [word.text for word in _words(text)]


def is_kana_surname(run: str) -> bool:
    """Whether a run of hiragana ends in a surname; a blank behind it may part it from a given name."""
    kana = katakana(run)
    return any(kana[-size:] in _lists().surname_kana for size in range(2, min(LONGEST_KANA, len(kana)) + 1))


def is_katakana_name(run: str) -> bool:
    """Whether someone could be called so."""
    return run in _lists().surname_kana or run in _lists().given_kana or any(map(_is_someone, words_of(run)))


def begins_as_name(text: str) -> bool:
    """Whether the kanji that a text begins with are a name, or begin with one."""
    run = match[0] if (match := KANJI_RUN.match(text)) else ""
    return any(_is_surname(run[:end]) or _is_given(run[:end]) for end in range(1, min(LONGEST_SURNAME, len(run)) + 1))


@lru_cache(KEPT)
def _entries(text: str) -> frozenset[str]:
    """What the dictionary knows a word as."""
    return frozenset(standing(m.part_of_speech()) for m in dictionary().lookup(text))


def _is_someone(text: str) -> bool:
    """Whether the dictionary knows anybody who is called so: elsewhere it may take the word for that."""
    return not HIRAGANA.fullmatch(text) and not _entries(text).isdisjoint(ANY_PERSON)


def _is_name(text: str) -> bool:
    lists = _lists()
    kana = katakana(text)
    return text in lists.surnames or text in lists.given or kana in lists.surname_kana or kana in lists.given_kana


def _words(window: str) -> Iterator[_Word]:
    # The longest words: a name in two halves would look like two ordinary ones.
    for morpheme in tokenizer().tokenize(window, SplitMode.C):
        tag = "-".join(morpheme.part_of_speech()[:4])
        yield _Word(morpheme.end(), morpheme.surface(), tag, not morpheme.is_oov())


@cache
def _lists() -> NameLists:
    return NameLists.load()
