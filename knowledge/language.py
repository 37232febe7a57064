"""Which language something is written in: by its script, else by its words. Blocks while lists of words are first read.

Visitors write a few words, and what tells languages apart by their letters alone (CLD2, fastText's lid.176, langid,
lingua) reads those wrongly one time in six; the commonest words of each language, which wordfreq brings, do not.
docs/knowledge.md compares them. What could be in several languages is in the one that is likely anyway.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice

import numpy as np
from babel import Locale
from babel.lists import format_list
from numpy.typing import NDArray

from knowledge.phrases import VISITOR_LANGS, Tag
from knowledge.words.dictionaries import by_frequency
from knowledge.words.romaji import in_hiragana
from knowledge.words.words import clean

LONGEST = 1_000  # characters that are looked at
FAMILIAR = 10000  # words of each language

# The first word of a letter's Unicode name -> the languages written so; the first is the likeliest.
SCRIPTS: Mapping[str, tuple[Tag, ...]] = {
    "LATIN": ("en", "es", "pt", "fr", "de", "id", "vi", "it", "nl", "tr", "pl", "sv", "fil"),
    "CYRILLIC": ("ru", "uk", "bg"),
    "ARABIC": ("ar", "fa", "ur"),
    "HANGUL": ("ko",),
    "THAI": ("th",),
    "HEBREW": ("he",),
    "GREEK": ("el",),
    "DEVANAGARI": ("hi",),
    "BENGALI": ("bn",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "SINHALA": ("si",),
    "MYANMAR": ("my",),
    "KHMER": ("km",),
    "LAO": ("lo",),
    "GEORGIAN": ("ka",),
    "ARMENIAN": ("hy",),
    "MONGOLIAN": ("mn",),
}
_EAST_ASIAN = {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK", "IDEOGRAPHIC"}

# Addresses, and what programs are made of.
_CODE = re.compile(r"https?://\S+|\S+@\S+|`[^`]*`|(?a:[\w$]+(?:[._/:\\]+[\w$]+)+|\w*[a-z][A-Z]\w*)")
# What a program says when it breaks, pasted line by line.
_TRACE = re.compile(
    r"^[ \t]*(?:Traceback \(most recent call last\).*|File \".*(?:\n[ \t]+.*)?|at [\w$.<>/]+ ?\(.*|Caused by:.*"
    r"|Exception in thread.*|\.\.\. \d+ more|[\w.$]*[a-z](?:Error|Exception)\b.*)$",
    re.MULTILINE,
)
# A button's label, as the app shows it.
_QUOTED = re.compile(r"「[^」]*」|『[^』]*』|“[^”]*”|\"[^\"]*\"|«[^»]*»")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# In wordfreq's hundredths of a power of ten: what a word costs a language that does not know it.
_UNKNOWN = 700
# Ten times likelier: the language of before, and that a visitor writes in one of ours.
_TEN_TIMES = 100
# Once in three thousand words: words that hold sentences together.
_HOLDING = 345
# The words of a sentence are commoner on average, whatever names are among them.
_RARE = 520
_MANY = 3  # times the letters of all other scripts: what is written in this one
_SHORT = 3  # letters: "ok", "PDF" and "hi" are said in every language


def language_of(text: str, likely: Tag = "ja") -> Tag:
    """The language `text` is written in, as a BCP 47 tag; `likely` where it does not say. Never raises."""
    plain = _CODE.sub(" ", _TRACE.sub(" ", clean(text, LONGEST)))
    for read in (_QUOTED.sub(" ", plain), plain):
        scripts = Counter(script for character in read if (script := _script(character)))
        if scripts:
            return _read(read, scripts, likely)
    return likely


def name_of(lang: Tag) -> str:
    """What a model knows the language by: "Traditional Chinese"."""
    return str(Locale("en").languages.get(lang.replace("-", "_"), lang))


def names_of(langs: Iterable[Tag], said_in: Tag) -> str:
    """What they are called in a visitor's language, each once: "Koreanisch und Englisch"; in English in any other."""
    speaker = Locale.parse(said_in if said_in in VISITOR_LANGS else "en", sep="-")
    names = dict.fromkeys(str(speaker.languages.get(lang.replace("-", "_"), lang)) for lang in langs)
    return format_list(list(names), locale=speaker)


def own_name(lang: Tag) -> str:
    """What those who speak it call it: "繁體中文"."""
    if lang == "id":
        return "Bahasa Indonesia"  # which CLDR calls as the country
    locale = Locale.parse(lang, sep="-")
    name = str(locale.languages.get(str(locale), locale.language_name))
    return name[:1].upper() + name[1:]


def _read(plain: str, scripts: Counter[str], likely: Tag) -> Tag:
    script, letters = max(scripts.items(), key=lambda each: (each[0] != "LATIN", each[1]))
    others = scripts.total() - scripts["LATIN"] - letters
    if 0 < letters < others * _MANY and _written_in(likely) in scripts:
        return likely  # one message in several languages
    if script == "LATIN":
        return _by_words(plain, script, likely)
    # Names of products are Latin everywhere; only a sentence around a foreign word decides.
    if scripts["LATIN"] and (found := _sentence_around(plain, letters, likely)):
        return found
    if script == "EAST ASIAN":
        return _east_asian(plain, likely)
    return _by_words(plain, script, likely)


def _written_in(lang: Tag) -> str:
    """The script of a language; empty for one that is not known."""
    if lang in ("ja", "zh-Hans", "zh-Hant"):
        return "EAST ASIAN"
    return next((script for script, langs in SCRIPTS.items() if lang in langs), "")


def _script(character: str) -> str:
    """Its script, the three of Japanese as one; empty for what is no letter of a known one."""
    if not character.isalpha():
        return ""
    first = unicodedata.name(character, "").split(" ")[0]
    return "EAST ASIAN" if first in _EAST_ASIAN else first if first in SCRIPTS else ""


# Characters and words that Chinese has in nearly every sentence, and Japanese without kana hardly anywhere.
_CHINESE = re.compile(
    r"[你您我吗嗎呢吧么麼怎哪这這没沒很请請们們她谢謝喺嘅咗唔]|什[么麼]|可以|可否|如何|是否|是不是|有没有|有沒有|能不能"
    r"|不能|不了|不到|不上|不[开開]|不[会會]|不见|不見|多少|为[什何]|為[什何]|客服|真人|退款|[无無]法(?![者地])|在哪|係咪|點樣|价格|價格|價錢|价钱"
)
_KANA = re.compile(r"[\u3041-\u30ff]")


def _east_asian(plain: str, likely: Tag) -> Tag:
    """Japanese or one of the ways to write Chinese: by which everyday characters it is written in."""
    kana = len(_KANA.findall(plain))
    missing = dict.fromkeys(("ja", "zh-Hans", "zh-Hant"), 0)
    for character in plain:
        if _script(character) == "EAST ASIAN" and not _KANA.match(character):
            for lang in missing.keys() - _written_with(character):
                missing[lang] += 1
    # の stands in Chinese shop signs, too.
    if kana > missing["ja"]:
        return "ja"
    if kana or _CHINESE.search(plain):
        del missing["ja"]
    fitting = [lang for lang, count in missing.items() if count == min(missing.values())]
    return likely if likely in fitting else fitting[0]


@lru_cache(maxsize=20_000)
def _written_with(character: str) -> frozenset[Tag]:
    """The languages in which it is an everyday character: the first level of each one's standard (JIS X 0208, GB 2312,
    Big5), whose lead bytes end there.
    """
    levels = (("ja", "euc_jp", 0xCF), ("zh-Hans", "gb2312", 0xD7), ("zh-Hant", "big5", 0xC6))
    return frozenset(lang for lang, coding, last in levels if 0 < _lead_byte(character, coding) <= last)


def _lead_byte(character: str, coding: str) -> int:
    encoded = character.encode(coding, "ignore")
    return encoded[0] if len(encoded) == 2 else 0


def _sentence_around(plain: str, others: int, likely: Tag) -> Tag | None:
    """The language of the Latin words where they hold a sentence together: "How do I use 設定?"."""
    words = list(_words(plain, "LATIN"))
    if len(words) * 2 <= others:
        return None
    found = _by_words(plain, "LATIN", likely)
    if found not in SCRIPTS["LATIN"]:
        return None
    costs = _familiar("LATIN").costs(words)[:, SCRIPTS["LATIN"].index(found)]
    return found if np.count_nonzero(costs <= _HOLDING) >= 2 else None


def _by_words(plain: str, script: str, likely: Tag) -> Tag:
    """The language of the script that knows these words best."""
    langs, words = SCRIPTS[script], list(_words(plain, script))
    if len(langs) == 1:
        return langs[0]
    written = "".join(words)
    if len(written) <= _SHORT and written.isascii():
        return likely
    costs = _familiar(script).costs(words)
    total = costs.sum(axis=0, dtype=np.int64) + np.array([_before(lang, likely) for lang in langs])
    best = int(total.argmin())
    # As Japanese is typed without a Japanese keyboard: hardly a word is one of the script's own languages.
    if script == "LATIN" and np.average(costs[:, best], weights=[*map(len, words)]) >= _RARE and in_hiragana(plain):
        return "ja"
    return langs[best] if costs[:, best].min() < _UNKNOWN else likely


def _before(lang: Tag, likely: Tag) -> int:
    """What a language costs before anything is read."""
    return -_TEN_TIMES if lang == likely else 0 if lang in VISITOR_LANGS else _TEN_TIMES


def _words(plain: str, script: str) -> Iterator[str]:
    return (word for word in _WORD.findall(plain.lower().replace("’", "'")) if _script(word[0]) == script)


@dataclass(frozen=True)
class FamiliarWords:
    """The commonest words of some languages: how rare each is in each of them."""

    rows: Mapping[str, int]
    table: NDArray[np.uint16]

    def costs(self, words: Sequence[str]) -> NDArray[np.uint16]:
        """A row for each word, a column for each language."""
        return self.table[[self.rows.get(word, 0) for word in words]]


@cache
def _familiar(script: str) -> FamiliarWords:
    langs, rows = SCRIPTS[script], {"": 0}
    table = np.full((FAMILIAR * len(langs) + 1, len(langs)), _UNKNOWN, np.uint16)
    for column, lang in enumerate(langs):
        words = ((cost, word) for cost, words in enumerate(by_frequency("small", lang), 1) for word in words)
        for cost, word in islice(words, FAMILIAR):
            table[rows.setdefault(word, len(rows)), column] = cost
    # Copies: the lists' own words would keep the memory of all that lay around them.
    rows = {word: row for row, word in enumerate("\n".join(rows).split("\n"))}
    return FamiliarWords(rows, table[: len(rows)].copy())


def read_word_lists() -> None:
    """Have them read before the first message comes; a quarter of a second of CPU."""
    _familiar("LATIN")
