"""What a short message means in its conversation: "how much is it?" is about what was talked about before. Pure."""

import re
from collections.abc import Sequence

from knowledge.items import Turn
from knowledge.words.words import clean, is_japanese, words_of

MOST_BACK = 3  # questions of before that one may lean on, each on the next
_FEW_WORDS = 2  # with so few words of its own, one that begins like a follow-up leans on the conversation
_ALONE = 1  # with so few, and no more than that in characters, any message does
_BARE = 9

_POINTS = re.compile(
    r"それ|これ|あれ|そちら|そっち|その|この|あの|そこ|同じ|さっき|先ほど|前の"
    r"|\b(?:it|its|that|this|they|them|those|these|there|one|ones|same)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\A\s*(?:じゃあ?|では|でも|あと|なら|他|ほか|続き|続け|もっと|もう少し)"
    r"|\A\s*(?:and|but|or|so|then|also|what about|how about)\b"
    r"|(?:は|なら|だと|の場合は|でも|も)\s*[？?。]?\s*\Z",
    re.IGNORECASE,
)
_LONGEST_JAPANESE, _LONGEST_ENGLISH = 30, 80  # characters: what is longer says itself what it is about


def in_context(question: str, history: Sequence[Turn]) -> str:
    """The question as it can be searched for: with the visitor's words that it leans on before it, where it does."""
    asked = [turn.text for turn in history if turn.role == "visitor"]
    parts = [question]
    while asked and len(parts) <= MOST_BACK and leans(parts[0]):
        parts.insert(0, asked.pop())
    return "\n".join(parts)


def leans(question: str) -> bool:
    """Whether a message cannot be understood without the one before it."""
    plain = clean(question).strip()
    if len(plain) > (_LONGEST_JAPANESE if is_japanese(plain) else _LONGEST_ENGLISH):
        return False
    words = len(set(words_of(plain)))
    bare = words <= _ALONE and len(plain) <= _BARE
    return bare or points_back(plain) or (words <= _FEW_WORDS and bool(_GOES_ON.search(plain)))


def points_back(plain: str) -> bool:
    """Whether it names something only by pointing at it: "it", 「それ」."""
    return bool(_POINTS.search(plain))
