"""Which sentences of an answer state something, and whether each has a pointer to the knowledge. Pure.

Claude cites by blocks: a piece of text, and the search results it rests on. Borders of blocks need not be those of
sentences, so a sentence counts as cited where a cited block reaches into it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from knowledge.model_events import BlockEnded
from knowledge.words import clean, words_of

_END = re.compile(r"(?<=[。！？!?])(?![」』）)])|(?<=[。！？!?][」』）)])(?!と)|(?<=[.])(?=\s)|\n+")
_ENDED = re.compile(r"[。！？!?.][」』）)]*\s*\Z|\n\Z")
_QUESTION = re.compile(r"(?:[？?]|か。)\s*[」』）)]*\Z")
_LEADS_IN = re.compile(r"[:：]\s*\Z")
_MARKS = re.compile(r"[*_`#>\-]+|\]\([^)]*\)|\[")
_ENOUGH_WORDS = 2

# What an answer says about itself and to be kind: words that state nothing about an app.
_COURTEOUS = (
    "お手伝い ご案内 案内 質問 ご質問 回答 答える お答え お尋ね 尋ねる 気軽 お気軽 遠慮 申し訳 残念 すみません 恐れ入る"
    " 運営者 担当者 伝える 確認 他 何 困る 力 歓迎 嬉しい 喜ぶ 以下 通り 次 情報 内容 詳細 詳しい 必要 限り 参考 幸い",
    "help helps question questions answer answers sorry ask asking happy glad assist assistance feel free owner pass"
    " passed else welcome anything something information details here following steps concierge mimi",
)


@dataclass(frozen=True)
class Grounding:
    """`statements` sentences state something, `uncited` of them without a pointer; `broken` pointers led to nothing."""

    statements: int = 0
    uncited: int = 0
    broken: int = 0


def grounding_of(blocks: Sequence[BlockEnded], names: Iterable[str] = ()) -> Grounding:
    """Of a whole answer; `names` are the app's, which state nothing alone."""
    text = "".join(block.text for block in blocks)
    cited = "".join(("1" if block.cited else "0") * len(block.text) for block in blocks)
    own = {word for name in names for word in words_of(name)}
    stating = [(at, sentence) for at, sentence in _sentences(text) if states(sentence, own)]
    uncited = sum("1" not in cited[at : at + len(sentence.rstrip())] for at, sentence in stating)
    return Grounding(len(stating), uncited, sum(block.broken for block in blocks))


def states(sentence: str, names: Iterable[str] = ()) -> bool:
    """Whether a sentence states something: it asks nothing, leads in nothing, and says more than kindness."""
    plain = _MARKS.sub(" ", clean(sentence)).strip()
    if _QUESTION.search(plain) or _LEADS_IN.search(plain):
        return False
    telling = set(words_of(plain)) - _courtesy() - set(names)
    return len(telling) >= _ENOUGH_WORDS or any(character.isdigit() for character in plain)


def whole_sentences(text: str) -> str:
    """The text up to where its last whole sentence or line ends; all of it if it has none."""
    ends = [at + len(sentence) for at, sentence in _sentences(text) if _ENDED.search(sentence)]
    return text[: ends[-1]].rstrip() if ends else text


@cache
def _courtesy() -> frozenset[str]:
    return frozenset(word for words in _COURTEOUS for word in words_of(words))


def _sentences(text: str) -> list[tuple[int, str]]:
    """Each with its place."""
    borders = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    return [(start, text[start:end]) for start, end in pairwise(borders) if text[start:end].strip()]
