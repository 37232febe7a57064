"""Loanwords in their usual spelling: people leave them in hiragana (あぷり), forget a ー or a letter (パスワド).

To the dictionary あかうんと is six little words of other meanings, and to a model of meaning it is hardly more.
"""

import re
from functools import cache, lru_cache
from itertools import combinations

from sudachipy import SplitMode

from knowledge.words.dictionaries import by_frequency, dictionary, tokenizer
from knowledge.words.words import clean

_SHORTEST = 3  # kana: ぺん and ぱす stand in too many other words
_LONGEST = 12
_READ = 100  # characters of a question; the dictionary reads them for each word that may be one
_CLEARLY = 2_000  # of the dictionary's cost, of which a common word has some 5,000
_MISSPELT = 5  # katakana, from which a letter may be missing or too much

_PARTICLES = "はがをにもとでのかやへ"

_KATAKANA = re.compile(r"[ァ-ヴー]+")
_HIRAGANA = re.compile(r"[ぁ-ゔー]{3,}")
_TO_KATAKANA = {hiragana: hiragana + 0x60 for hiragana in range(ord("ぁ"), ord("ゔ") + 1)}
# A long vowel written as people say it: くうぽん, ぱすわあど. オウ and エイ stay: 高度 is no コード.
_DRAWN = re.compile(
    "(?<=[アカサタナハマヤラワガザダバパァャ])ア|(?<=[イキシチニヒミリギジヂビピィ])イ|"
    "(?<=[ウクスツヌフムユルグズヅブプゥュヴ])ウ|(?<=[エケセテネヘメレゲゼデベペェ])エ|"
    "(?<=[オコソトノホモヨロヲゴゾドボポォョ])オ"
)


def usually_spelled(question: str) -> str:
    """A question with its loanwords as dictionaries write them; what is no loanword stays as it is."""
    spelled = _KATAKANA.sub(lambda word: _corrected(word[0]), clean(question[:_READ]))
    cost = _unlikely(spelled)
    for start, end, word in _candidates(spelled):
        # What stands around it tells: はいくら is はイクラ nowhere but at the beginning.
        instead = spelled[:start] + word + spelled[end:]
        # A candidate may lie in one that was taken: then it is hiragana no more.
        if _HIRAGANA.fullmatch(spelled, start, end) and cost - (cheaper := _unlikely(instead)) >= _CLEARLY:
            spelled, cost = instead, cheaper
    return spelled + question[_READ:]


def _candidates(text: str) -> list[tuple[int, int, str]]:
    """Where hiragana may be a loanword, the longest first."""
    found = []
    for run in _HIRAGANA.finditer(text):
        spoken = _DRAWN.sub("ー", run[0].translate(_TO_KATAKANA))
        # A particle goes with what is written before it: 返済日はいつ is no ハイツ.
        first = 1 if run.start() and not text[run.start() - 1].isspace() and run[0][0] in _PARTICLES else 0
        for start, end in combinations(range(first, len(spoken) + 1), 2):
            word = spoken[start:end]
            if _SHORTEST <= end - start <= _LONGEST and word in _words() and _foreign(run[0][start:end], word):
                found.append((run.start() + start, run.start() + end, word))
    return sorted(found, key=lambda each: each[0] - each[1])


def _foreign(hiragana: str, word: str) -> bool:
    """Not a Japanese word as well: いくら is how much before it is イクラ."""
    return _is_loan(word) and all(str(each.normalized_form()) == word for each in dictionary().lookup(hiragana))


def _unlikely(text: str) -> int:
    """The dictionary's cost of the likeliest way to take a text apart."""
    return int(tokenizer().tokenize(text, SplitMode.C).get_internal_cost())


@lru_cache(maxsize=2_000)
def _corrected(word: str) -> str:
    """A katakana word that no dictionary has, as the word it lacks a ー or a letter of, or has one too many."""
    if len(word) < _SHORTEST or word in _words() or dictionary().lookup(word):
        return word
    if usual := _without_bars().get(word.replace("ー", "")):
        return usual
    if len(word) < _MISSPELT:
        return word
    near = (
        usual for usual in _words() if len(usual) >= _MISSPELT and _one_letter_apart(word, usual) and _is_loan(usual)
    )
    return next(near, word)


def _one_letter_apart(one: str, two: str) -> bool:
    """Whether one of them is the other without one letter, and not without the first, by which words are known."""
    shorter, longer = sorted((one, two), key=len)
    if len(longer) - len(shorter) != 1 or shorter[0] != longer[0]:
        return False
    at = next(
        (at for at, (here, there) in enumerate(zip(shorter, longer, strict=False)) if here != there), len(shorter)
    )
    return shorter[at:] == longer[at + 1 :]


def _is_loan(word: str) -> bool:
    """Not a Japanese word that is only stressed by katakana (ダメ, キツイ)."""
    return any(str(each.normalized_form()) == word for each in dictionary().lookup(word))


@cache
def _words() -> dict[str, None]:
    """Katakana words of everyday Japanese, the most used first."""
    words = (word for words in by_frequency("small", "ja") for word in words)
    return {word: None for word in words if len(word) >= _SHORTEST and _KATAKANA.fullmatch(word)}


@cache
def _without_bars() -> dict[str, str]:
    found: dict[str, str] = {}
    for word in _words():
        found.setdefault(word.replace("ー", ""), word)
    return found
