"""The sentences of an answer, and what each is: a statement, a yes or no, a lead-in, or kindness. Pure."""

import re
from collections.abc import Iterable
from enum import Enum, auto
from functools import cache
from itertools import pairwise

from knowledge.model.courtesies import ANSWERS, CONDITION, KIND, LEADS_IN
from knowledge.words.words import clean, words_of

# A closing mark with its quotation marks, but not where the quotation goes on with と; a full stop only before a blank,
# since 3.5 and example.com have none, and no mark within an address: example.com/?q=1.
_END = re.compile(
    r"(?<=[。！？])(?![」』）)])|(?<=[^!-~][!?])(?![」』）)!?])|(?<=[!?])(?=[\s\x80-\U0010ffff])(?![」』）)])"
    r"|(?<=[。！？!?][」』）)])(?!と)|(?<=[.])(?=\s)|\n+"
)
ENDED = re.compile(r"[。！？!?.][」』）)]*\s*\Z|\n\s*\Z")
# か。 ends a question as ？ does.
_QUESTION = re.compile(r"(?:[？?]|か。)\s*[」』）)]*\Z")
_LEADS_IN = re.compile(r"[:：]\s*\Z")
LIST_MARK = re.compile(r"\s*(?:\d{1,3}[.)]|[-*+])\s*\Z")
TABLE_ROW = re.compile(r"\s*\|.*\|\s*\Z")
_HEADING = re.compile(r"\s*(?:\*\*[^*]+\*\*|__[^_]+__)\s*\Z")
_MARKS = re.compile(r"[*_`#>\-]+|\]\([^)]*\)|\[")
# One word beside courtesies states nothing yet: "Of course!", 「もちろんです。」
_ENOUGH_WORDS = 2
_LONGEST_COURTESY = 120
# Whether it is so or not, and nothing else: a statement that rests on the one after it.
_YES_OR_NO = re.compile(
    r"\A(?:はい|ええ|いいえ|いえ|もちろん(?:です|でございます)?)?[、,。！!\s]*(?:もちろん|残念ながら|申し訳(?:ありません|ございません)が?)?[、,\s]*"
    r"(?:(?:それ|そちら|そのよう)?[はがにも]*(?:可能|不可|できます|できません|出来ます|出来ません|対応して|大丈夫|利用できま|使えま|ございま|あり(?:ま|得))"
    r"[^、。]{0,8})?[。！!\s]*\Z"
    r"|\A(?:yes|no|yep|nope|unfortunately|sure|of course|absolutely|sorry)?[,.!\s]*(?:(?:you|it|we|they|that|this)"
    r"[’'\w\s]{0,12}\b(?:can(?:not|['’]t)?|is(?:n['’]t)?|does(?:n['’]t)?|do(?:n['’]t)?|are|will|possible|supported|available|not))?"
    r"[\s.!]*\Z",
    re.IGNORECASE,
)
# That a thing is possible or not is a statement, of however few words.
_CAN_BE = re.compile(
    r"でき(?:ます|ない|ません)|可能|不可|対応|使え(?:ます|ない|ません)|必要|\b(?:can(?:not|['’]t)?|supported|possible)\b"
)
_SHORT = 60  # characters of a yes or no with some words more, or of a lead-in: it rests on what follows
# "I am sorry, but refunds are not possible": what is kind in one part of a sentence is none in the other.
_PARTS = re.compile(
    r"[,，、;；]\s*|(?<=が)(?=[、\s])|\s(?=(?:but|and|so|because|pero|mas|mais|aber|tetapi|tapi|nhưng)\s)"
)
# What an answer says about itself and to be kind: words that state nothing about an app.
_COURTEOUS = (
    "お手伝い ご案内 案内 質問 ご質問 回答 答える お答え お尋ね 尋ねる 気軽 お気軽 遠慮 申し訳 残念 すみません 恐れ入る"
    " 運営者 担当者 伝える 確認 他 何 困る 力 歓迎 嬉しい 喜ぶ 以下 通り 次 情報 内容 詳細 詳しい 必要 限り 参考 幸い",
    "help helps question questions answer answers sorry ask asking happy glad assist assistance owner pass"
    " passed else welcome anything something information details here following steps concierge mimi",
)


class Sentence(Enum):
    """What a sentence of an answer does."""

    STATES = auto()
    YES_OR_NO = auto()
    LEADS_IN = auto()  # or is a heading: it has no worth without what follows
    IS_KIND = auto()  # or asks


def kind_of(sentence: str, names: Iterable[str] = ()) -> Sentence:
    """What it does; `names` are the app's, which state nothing alone."""
    plain = _MARKS.sub(" ", clean(sentence)).strip()
    if _HEADING.match(sentence) or _LEADS_IN.search(plain):
        return Sentence.LEADS_IN
    if _QUESTION.search(plain) or not plain:
        return Sentence.IS_KIND
    if any(character.isdigit() for character in plain):
        # A number is a statement by itself: "It is 300."
        return Sentence.STATES
    if _YES_OR_NO.match(plain) and any(map(str.isalpha, KIND.sub("", plain))):
        return Sentence.YES_OR_NO
    if LEADS_IN.search(plain) and len(plain) <= _SHORT:
        return Sentence.LEADS_IN
    said = plain
    while answer := ANSWERS.match(said):
        said = said[answer.end() :]
    if len(plain) <= _LONGEST_COURTESY and not _tells(_PARTS.split(said), names, alone=said is plain):
        return Sentence.IS_KIND if said.strip() else Sentence.YES_OR_NO
    return Sentence.YES_OR_NO if said is not plain and len(plain) <= _SHORT else Sentence.STATES


def _tells(parts: list[str], names: Iterable[str], *, alone: bool) -> bool:
    """Whether a part of a sentence says more than a courtesy, or than when one is meant; behind a yes a word does."""
    kind = [part for part in parts if KIND.search(part)]
    others = [part for part in parts if part not in kind and not (kind and CONDITION.search(part))]
    own = _courtesy() | {word for name in names for word in words_of(name)}
    telling = [(set(words_of(part)) - own, part) for part in others]
    return any(
        len(words) >= _ENOUGH_WORDS or (words and (not alone or _CAN_BE.search(part))) for words, part in telling
    )


@cache
def _courtesy() -> frozenset[str]:
    return frozenset(word for words in _COURTEOUS for word in words_of(words))


def sentences_of(text: str) -> list[tuple[int, str]]:
    """Each with its place and the blanks behind it; the mark of a list's item belongs to its first sentence."""
    sentences: list[tuple[int, str]] = []
    borders = [0, *(match.end() for match in _END.finditer(text)), len(text)]
    for start, end in pairwise(borders):
        goes_on = sentences and (LIST_MARK.fullmatch(sentences[-1][1]) or not text[start:end].strip())
        if goes_on:
            sentences[-1] = (sentences[-1][0], sentences[-1][1] + text[start:end])
        elif start < end:
            sentences.append((start, text[start:end]))
    return sentences
