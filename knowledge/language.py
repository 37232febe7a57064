"""Which of our languages a question is written in. Pure; decides the answer's language when nothing else does."""

import re
import unicodedata

from knowledge.phrases import Lang

_JAPANESE = re.compile(r"[\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff々]")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z']*")
# Words that make a sentence English even when it names a button in Japanese: "How do I use 設定?"
_ENGLISH = re.compile(
    r"(?:a|an|and|are|at|be|can|could|do|does|did|for|from|has|have|how|i|i'm|in|is|it|me|my|not|of|on|or|please|"
    r"should|the|there|this|to|was|what|what's|when|where|which|who|why|will|with|you|your)"
)


def language_of(text: str, default: Lang = "ja") -> Lang:
    """The language `text` is written in; `default` when it has no letters at all. Never raises."""
    plain = unicodedata.normalize("NFKC", text)
    words = [word.lower() for word in _LATIN_WORD.findall(plain)]
    japanese = len(_JAPANESE.findall(plain))
    if japanese:
        english = sum(bool(_ENGLISH.fullmatch(word)) for word in words) >= 2 and len(words) > japanese / 2
        return "en" if english else "ja"
    return "en" if any(character.isalpha() for character in plain) else default
