"""Text as words that can be compared: cleaned the same way when knowledge is saved and when it is asked for."""

import re
import unicodedata
from functools import lru_cache

from sudachipy import Morpheme, SplitMode

from knowledge.words.dictionaries import tokenizer

LONGEST = 20_000  # characters of one text that count; the rest is cut off
_PIECE = 4_000  # SudachiPy refuses more than 49,149 bytes at a time

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Hiragana and katakana, katakana's phonetic extensions (for Ainu), kanji with extension A, and 々.
_JAPANESE = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff々]")
# Letters and digits of any script but no underscore; "doesn't" is one word, of which latin_words keeps "doesn".
_LATIN_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")
_ASCII_WORD = re.compile(r"[a-z]+")
# Up to three hiragana at the end, behind a kanji: 引き継|ぐ, 引き継|げる. More are a word of their own.
_BENDING = re.compile(r"(?<=[\u3400-\u9fff々])[\u3040-\u309f]{1,3}$")

# B keeps 引き継ぐ in one piece, as its noun is, and still takes long compounds apart.
_BORDERS = SplitMode.B
# What Sudachi calls particles, auxiliaries, marks, blanks, prefixes, conjunctions, interjections and pronouns.
_NOT_CONTENT = ("助詞", "助動詞", "補助記号", "記号", "空白", "接頭辞", "接続詞", "感動詞", "代名詞")


def _listed(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


# Normalised forms that nearly every question has: they tell nothing about what is asked.
EMPTY_JA = _listed(
    "為る 出来る 居る 有る 成る 貰う 呉れる 下さる 頂く 良い 無い 知る 教える 聞く 言う 思う",
    "遣る 見る 行く 来る 置く 仕舞う",
    "事 物 所 訳 何 何故 何処 何時 どう どの どんな こう そう 様 方 方法 仕方 遣り方 場合 時 為 欲しい 御 ちょっと",
)
EMPTY_EN = _listed(
    "a an the and or but if is are was were be been am do does did doing done can could will would shall should may",
    "might must have has had i me my mine we our us you your yours he she it its they them their this that these",
    "those there here what which who whom how when where why to of in on at for with from by as about into so than",
    "too very just not no yes any some please tell know want need get let say hi hello thanks",
)


# That something can be done, in the words there are for it.
POSSIBLE = frozenset(
    ("work", "support", "available", "compatible", "possible", "usable", "利用", "使用", "使", "使え", "対応", "可能")
)


def clean(text: str, longest: int = LONGEST) -> str:
    """`text` in NFKC, without NUL, other control characters or lone surrogates, at most `longest` characters."""
    # Cut first as well: one U+FDFA becomes 18 characters.
    # A lone surrogate (half of an emoji) cannot be stored as UTF-8 nor tokenised.
    valid = text[:longest].encode("utf-8", "ignore").decode("utf-8")
    return _CONTROL.sub("", unicodedata.normalize("NFKC", valid))[:longest]


def words_of(text: str) -> list[str]:
    """The words of `text` that carry meaning, in comparable form (引継ぎ = 引き継ぎ, Cancelling = cancel)."""
    plain = clean(text)
    if not is_japanese(plain):
        # Without Japanese no dictionary is needed.
        return [stem(word) for word in latin_words(plain) if word not in EMPTY_EN]
    return [_comparable(morpheme) for morpheme in morphemes(plain) if _carries_meaning(morpheme)]


def words_in_order(text: str) -> list[tuple[str, bool]]:
    """Every word of `text` in comparable form, and whether it carries meaning: that something can be done does not."""
    plain = clean(text)
    if is_japanese(plain):
        spoken = [each for each in morphemes(plain) if any(map(str.isalnum, each.surface()))]
        words = [(_comparable(each), _carries_meaning(each)) for each in spoken]
    else:
        words = [(stem(word), word not in EMPTY_EN) for word in latin_words(plain)]
    return [("可能", False) if word in POSSIBLE else (word, carries) for word, carries in words]


def is_japanese(plain: str) -> bool:
    """Whether a cleaned text holds kana or kanji."""
    return bool(_JAPANESE.search(plain))


def latin_words(plain: str) -> list[str]:
    """The words between blanks and marks, in lower case."""
    return [word.split("'")[0] for word in _LATIN_WORD.findall(plain.lower().replace("’", "'"))]


def morphemes(plain: str) -> list[Morpheme]:
    """A cleaned text as SudachiPy takes it apart."""
    pieces = (plain[start : start + _PIECE] for start in range(0, len(plain), _PIECE))
    return [morpheme for piece in pieces for morpheme in tokenizer().tokenize(piece, _BORDERS)]


def stem(word: str) -> str:
    """An English word without its commonest endings; other words as they are."""
    if len(word) < 4 or not _ASCII_WORD.fullmatch(word):
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= 3:
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiosz":
        word = word[:-1]  # cancell, refundd
    return word.removesuffix("e")


# Tried from the top: the first that leaves three letters goes. A lighter Porter: what is cut need not be a word, only
# the same for the forms of one.
_ENDINGS = (
    ("ies", "y"), ("sses", "ss"), ("ations", ""), ("ation", ""), ("ings", ""), ("ing", ""), ("edly", ""),
    ("ed", ""), ("ments", ""), ("ment", ""), ("ers", ""), ("er", ""), ("ly", ""), ("'s", ""), ("ss", "ss"), ("s", ""),
)  # fmt: skip


@lru_cache(maxsize=20_000)
def in_katakana(word: str) -> str | None:
    """The dictionary's katakana for an English word or its stem (cancel = キャンセル), if it knows one."""
    if not _ASCII_WORD.fullmatch(word):
        return None
    for whole in (word, f"{word}e"):
        morphemes = tokenizer().tokenize(whole, _BORDERS)
        form = str(morphemes[0].normalized_form())
        if len(morphemes) == 1 and not form.isascii():
            return form
    return None


def _carries_meaning(morpheme: Morpheme) -> bool:
    if morpheme.part_of_speech()[0] in _NOT_CONTENT:
        return False
    return morpheme.normalized_form() not in EMPTY_JA and morpheme.surface().lower() not in EMPTY_EN


def _comparable(morpheme: Morpheme) -> str:
    surface = morpheme.surface().lower()
    # The dictionary writes some English words in katakana; a text in English would not meet them.
    if surface.isascii():
        return stem(surface)
    # Without the kana it bends with, so that verb and noun meet: 引き継ぐ, 引き継ぎ, 引き継げる = 引き継.
    return _BENDING.sub("", str(morpheme.normalized_form()).lower())
