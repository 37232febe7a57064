"""A question in kana alone, as grown-ups write it: models of meaning know わすれた less well than 忘れた."""

import re

from sudachipy import Morpheme, SplitMode

from knowledge.words.dictionaries import tokenizer
from knowledge.words.words import EMPTY_JA, clean

_READ = 100  # characters of a question
_KANJI = re.compile(r"[\u3400-\u9fff々]")
_HIRAGANA = re.compile(r"[ぁ-ゔー]{2,}")
_ENDING = re.compile(r"[ぁ-ゔー]*\Z")
_WRITTEN_SO = ("名詞", "動詞", "形容詞", "形状詞", "副詞")
_NOT_SO = ("数詞", "固有名詞", "非自立可能")  # what kana hold by chance, or is written in kana anyway


def with_kanji(question: str) -> str:
    """Words that the dictionary writes in kanji, written so and bent as they were; a question with kanji as it is."""
    plain = clean(question[:_READ])
    if _KANJI.search(plain) or not _HIRAGANA.search(plain):
        return question
    return "".join(map(_written, tokenizer().tokenize(plain, SplitMode.C))) + question[_READ:]


def _written(morpheme: Morpheme) -> str:
    spoken, usual, whole = map(str, (morpheme.surface(), morpheme.normalized_form(), morpheme.dictionary_form()))
    kind, finer, *_ = morpheme.part_of_speech()
    if kind not in _WRITTEN_SO or finer in _NOT_SO or usual in EMPTY_JA or not _HIRAGANA.fullmatch(spoken):
        return spoken
    ending = _ENDING.findall(usual)[0]
    if not _KANJI.match(usual) or not whole.endswith(ending):
        return spoken
    # つかえ of つかえる, which is 使える: 使, and what follows つか.
    return usual[: len(usual) - len(ending)] + spoken[len(whole) - len(ending) :]
