"""Which sentences of an answer state something, and whether each has a pointer to the knowledge. Pure.

Claude cites by blocks: a piece of text, and the search results it rests on. Borders of blocks need not be those of
sentences, so a sentence counts as cited where a cited block reaches into it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from knowledge.model.events import BlockEnded
from knowledge.words.words import clean, words_of

# A closing mark with its quotation marks, but not where the quotation goes on with と; a full stop only before a blank:
# 3.5 and example.com have none.
_END = re.compile(r"(?<=[。！？!?])(?![」』）)])|(?<=[。！？!?][」』）)])(?!と)|(?<=[.])(?=\s)|\n+")
_ENDED = re.compile(r"[。！？!?.][」』）)]*\s*\Z|\n\Z")
# か。 ends a question as ？ does.
_QUESTION = re.compile(r"(?:[？?]|か。)\s*[」』）)]*\Z")
_LEADS_IN = re.compile(r"[:：]\s*\Z")
_LIST_MARK = re.compile(r"\s*(?:\d{1,3}[.)]|[-*+])\s*\Z")
_HEADING = re.compile(r"\s*(?:\*\*[^*]+\*\*|__[^_]+__)\s*\Z")
_MARKS = re.compile(r"[*_`#>\-]+|\]\([^)]*\)|\[")
# One word beside courtesies states nothing yet: "Of course!", 「もちろんです。」
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
    """`statements` sentences state something, the `bare` ones without a pointer; `broken` pointers led to nothing.

    `pointed` is the answer without the bare ones, and without what only led in to them.
    """

    statements: int = 0
    bare: tuple[str, ...] = ()
    broken: int = 0
    pointed: str = ""

    @property
    def ungrounded(self) -> bool:
        """Whether the answer states something and points at nothing at all."""
        return 0 < self.statements == len(self.bare)


def grounding_of(blocks: Sequence[BlockEnded], names: Iterable[str] = ()) -> Grounding:
    """Of a whole answer; `names` are the app's, which state nothing alone."""
    text = "".join(block.text for block in blocks)
    cited = "".join(("1" if block.cited else "0") * len(block.text) for block in blocks)
    own = {word for name in names for word in words_of(name)}
    sentences = _sentences(text)
    stating = [(at, sentence) for at, sentence in sentences if states(sentence, own)]
    bare = {at: sentence for at, sentence in stating if "1" not in cited[at : at + len(sentence.rstrip())]}
    kept = _without_dangling([sentence for at, sentence in sentences if at not in bare]) if bare else [text]
    broken = sum(block.broken for block in blocks)
    return Grounding(len(stating), tuple(each.strip() for each in bare.values()), broken, "".join(kept).strip())


def states(sentence: str, names: Iterable[str] = ()) -> bool:
    """Whether a sentence states something: it asks nothing, leads in nothing, and says more than kindness."""
    if _HEADING.match(sentence):
        return False
    plain = _MARKS.sub(" ", clean(sentence)).strip()
    if _QUESTION.search(plain) or _LEADS_IN.search(plain):
        return False
    telling = set(words_of(plain)) - _courtesy() - set(names)
    # A number is a statement by itself: "It is 300."
    return len(telling) >= _ENOUGH_WORDS or any(character.isdigit() for character in plain)


def whole_sentences(text: str) -> str:
    """The text up to where its last whole sentence or line ends; all of it if it has none."""
    ends = [at + len(sentence) for at, sentence in _sentences(text) if _ENDED.search(sentence)]
    return text[: ends[-1]].rstrip() if ends else text


@cache
def _courtesy() -> frozenset[str]:
    return frozenset(word for words in _COURTEOUS for word in words_of(words))


def _without_dangling(sentences: list[str]) -> list[str]:
    """Without lead-ins and headings that nothing follows any more."""
    kept: list[str] = []
    for sentence in reversed(sentences):
        leads_in = _LEADS_IN.search(sentence) or _HEADING.match(sentence)
        if not leads_in or (kept and not _HEADING.match(kept[0])):
            kept.insert(0, sentence)
    return kept


def _sentences(text: str) -> list[tuple[int, str]]:
    """Each with its place; the mark or number of a list's item belongs to its first sentence."""
    sentences: list[tuple[int, str]] = []
    borders = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    for start, end in pairwise(borders):
        if sentences and _LIST_MARK.fullmatch(sentences[-1][1]):
            sentences[-1] = (sentences[-1][0], sentences[-1][1] + text[start:end])
        elif text[start:end].strip():
            sentences.append((start, text[start:end]))
    return sentences
