"""What a question is about, and whether it asks for a yes or a no: what an entry has to speak of to answer it. Pure.

"Can I use it on Apple Watch?" shares its verb with "Can I use it offline?", whose "Yes." would be a wrong answer. What
it is about is Apple Watch: an entry that says nothing of that answers another question.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from knowledge.items import KnowledgeItem
from knowledge.words.words import clean, in_katakana, is_japanese, latin_words, stem, words_of

LONGEST = 300  # characters of a question: what is longer tells a story

# Words that say only that something is asked, can be done, or does not work.
_GENERAL = (
    "使う 使える 使用 利用 対応 サポート アプリ サービス 機能 可能 大丈夫 オーケー 願う 致す 困る 動く 動作 働く"
    " 御座る 宜しい つく やつ 必要 質問 今 自分 本当 他 別 もっと 少し 全然 急 幾ら 何時 誰 台 個 回 つ 存在 仕様",
    "use using used work works working run runs running app application service support supported feature possible able"
    " allow allowed way ways help assist need needs want like there available wonder wondering thing things something"
    " someone anyone option options explain expect find out try tried go make made put also really still already"
    " currently now ever one ones more much many kind sort type because whether through up down over long often far"
    " d ll re ve s isn don doesn didn won aren wasn cant pls plz thx",
)
_KATAKANA = re.compile(r"[ァ-ヴー]{2,}")
_LATIN = re.compile(r"[a-z][a-z0-9]+")
_CAPITAL = re.compile(r"(?<=[\w,] )[A-Z][\w.+-]*\w")  # not the first word of a sentence, nor "I"
_ASKS_WHAT = re.compile(
    r"いつ|何時|何日|どこ|どちら|なぜ|何故|なんで|どうして|どう|誰|だれ|いくら|いくつ|何|なに|どんな|どの|どれ|方法|やり方|仕方"
    r"|\b(?:when|where|why|who|what|which|how)\b",
    re.IGNORECASE,
)
_ASKS_WHETHER = re.compile(
    r"(?:か(?:ね|な|しら)?[。．.？?！!\s]*|[うくすつぬむるいただの][？?][？?！!\s]*)\Z"  # できますか, 使える？
    r"|\A\W*(?:(?:so|and|but|hi|hello|hey|also|please|ok|okay)\W+)*"
    r"(?:is|are|am|was|were|do|does|did|can|could|will|would|may|might|should|has|have|any)\b",
    re.IGNORECASE,
)

# What is asked of it -> how an answer that tells it looks.
_AMOUNT = (
    r"\d|[一二三四五六七八九十百千万]|無料|無償|有料|タダ|ただ|\b(?:free|paid|one|two|three|unlimited)\b|無制限|上限"
)
_ASKED: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "(when)": (
        re.compile(
            r"いつ(?!も)|何時|何日|何月|\bwhen (?:will|do|does|is|are|can|should|would)\b|\bhow (?:long|soon|often)\b"
            r"|どのくらいの(?:時間|期間)",
            re.IGNORECASE,
        ),
        re.compile(
            r"\d|いつ|すぐ|即|まで|以内|ごと|毎|翌|当日|後に|次に|期間|期限|曜|たびに"
            r"|\b(?:when|once|after|until|before|every|daily|weekly|monthly|soon|immediately|instant(?:ly)?|days?|hours?|weeks?"
            r"|minutes?|months?|within|while|as soon|next|later|already|still)\b",
            re.IGNORECASE,
        ),
    ),
    "(how much)": (
        re.compile(r"いくら|幾ら|料金は|値段は|何円|\bhow much\b|\bwhat does .* cost\b", re.IGNORECASE),
        re.compile(rf"{_AMOUNT}|\b(?:fees?|charges?|rate)\b|手数料", re.IGNORECASE),
    ),
    "(how many)": (
        re.compile(r"いくつ|何(?:個|件|回|人|枚|台|冊|本|名)|\bhow many\b", re.IGNORECASE),
        re.compile(rf"{_AMOUNT}|\b(?:limit|as many|any number|several|multiple|each|every)\b", re.IGNORECASE),
    ),
}


@dataclass(frozen=True)
class Matter:
    """`words` is what it is about, in comparable form; `names` those of them that name a thing: Latin and katakana
    words in Japanese, words with a capital letter in English. `asks` is what is asked of it beside that: when, how
    much, how many. `whether`: a yes or a no would answer it.
    """

    words: frozenset[str]
    names: frozenset[str]
    asks: frozenset[str]
    whether: bool

    def unsaid(self, item: KnowledgeItem) -> frozenset[str]:
        """Its words that stand nowhere in the item, and what is asked of it that the item does not tell."""
        whole = "\n".join((item.full_title, *item.phrasings, item.text))
        return self._not_in(whole) | {asked for asked in self.asks if not _ASKED[asked][1].search(clean(whole))}

    def unasked(self, item: KnowledgeItem) -> frozenset[str]:
        """Its words that stand in no wording of what the item is about."""
        return self._not_in("\n".join((item.full_title, *item.phrasings)))

    def _not_in(self, text: str) -> frozenset[str]:
        said, letters = _said(text)
        return frozenset(word for word in self.words if not _is_said(word, said, letters))


@lru_cache(maxsize=256)
def matter_of(question: str) -> Matter:
    """Of a visitor's question."""
    plain = clean(question, LONGEST).strip()
    words = frozenset(words_of(plain)) - _general()
    if is_japanese(plain):
        names = frozenset(word for word in words if _KATAKANA.fullmatch(word) or _LATIN.fullmatch(word))
    else:
        names = words & {stem(word) for name in _CAPITAL.findall(plain) for word in latin_words(name)}
    whether = bool(_ASKS_WHETHER.search(plain)) and not _ASKS_WHAT.search(plain)
    asks = frozenset(name for name, (asked, _tells) in _ASKED.items() if asked.search(plain))
    return Matter(words, names, asks, whether)


@cache
def _general() -> frozenset[str]:
    # The dictionary gives an English word of a Japanese text as itself, one of an English text without its ending.
    return frozenset(word for words in _GENERAL for word in (*words_of(words), *words.split()))


@lru_cache(maxsize=512)
def _said(text: str) -> tuple[frozenset[str], str]:
    """A text's words, English ones in katakana too, and its letters."""
    words = frozenset(words_of(text))
    return words | {kana for word in words if (kana := in_katakana(word))}, clean(text).casefold()


def _is_said(word: str, said: frozenset[str], letters: str) -> bool:
    if word in said or in_katakana(word) in said:
        return True
    # A part of a longer word is the same matter: ペンタブ in ペンタブレット. A Latin word begins where a word does.
    at_the_start = rf"(?<![a-z]){re.escape(word)}"
    return len(word) > 1 and (bool(re.search(at_the_start, letters)) if word.isascii() else word in letters)
