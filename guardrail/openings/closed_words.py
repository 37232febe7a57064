"""Numbers, abbreviations, capitalised and katakana words that what stands right behind them keeps out of every finding.

A number is part of a telephone number or an address only if more digits or a street follow, a capitalised word
part of a name only if a name follows, and nothing is part of a mail address unless an at sign does.
"""

import re
from collections.abc import Callable

from guardrail.names.english_lists import EnglishLists
from guardrail.names.kana_names import KATAKANA
from guardrail.names.name_lists import NameLists
from guardrail.names.name_signs import TITLES
from guardrail.names.word_tables import AMBIGUOUS, listed
from guardrail.numbers.spelled_digits import ENGLISH as NUMBERS
from guardrail.numbers.spelled_digits import TIMES
from guardrail.openings.plain_english import is_plain_english
from guardrail.openings.plain_japanese import (
    BANKS,
    DIGITS,
    begins_as_name,
    is_katakana_name,
    is_katakana_thing,
    is_unnamed,
)

Secret = Callable[[str], bool]  # whether a word belongs to a known value

_UNITS = "(?:[KMGT]B|[KMG]?Hz|px|pt|[kcm]?m|[km]?g|m?s|m?L|[kK]?W|m?Ah|fps|x)"
COUNTED = "万|千|[かヶカ]月|月|日|年|時間|時|分|秒|回|件|個|点|円|台|本|枚|桁|文字|つ|種類|営業日"
# A time, thousands with commas, or at most four digits: more may be a telephone number's, a postal code's, a card's.
NUMBER = re.compile(
    rf"[¥￥$€£]?(?:[0-9]{{1,2}}(?::[0-9]{{2}}){{1,2}}|[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,3}}|[0-9]{{1,4}})"
    rf"(?:\.[0-9]{{1,2}})?(?: ?[%％℃]| ?{_UNITS}|st|nd|rd|th|(?P<counted>{COUNTED}))?(?![0-9A-Za-z_@%])"
)
# A file or domain, a version, an abbreviation, a paper size or key, or a word.
TOKEN = re.compile(
    r"(?:[A-Za-z]{2,20}\.[a-z]{2,6}|v[0-9]{1,2}(?:\.[0-9]{1,2}){0,3}|[A-Z]{2,8}[0-9]{0,3}|[A-Z][0-9]{1,2}|[A-Za-z]{2,20})(?![0-9A-Za-z_])"
)
CODE = re.compile(r"`([A-Za-z]{2,20}(?:[_-][A-Za-z0-9]{1,20}){0,6})`")
GAP = re.compile(r"[ \-.,:;()/\n\u3000、。]*")
# With a number before or behind it, an address in one of the languages of street_lines.py.
STREETS = listed(
    "rue avenue boulevard place quai chemin impasse calle rua via piazza bis street road east west north south"
)
# Ludwig van Beethoven: small words that names go on over.
JOINTS = listed("and or van von de del di da dos bin al el la")
ADDRESS_SIGNS = frozenset("丁番号条")
SIGNED = re.compile(r"[-ー–—―−][ \u3000]*\Z")  # a name behind a dash signs a letter
HIRAGANA = re.compile("[ぁ-ゖ]")
JAPANESE = re.compile("[ぁ-ゖァ-ヺー㐀-鿿々]")
WORD_BEHIND = re.compile(r"([a-z]+)(?=[ \n,.;:!?])")
SENTENCE_ENDED = re.compile(r"[。.!?:！？：」）)]\Z")
# Ways to begin an at sign, or a dot spelled out.
AT_SIGNS = tuple(
    blank + sign
    for blank in ("", " ", "\n", "\u3000")
    for sign in (*"@＠★☆◎●[({<【「_#~（［", "アッ", "あっ", "ドッ", "どっ", "at ", "dot ", "AT ")
)
AT_SIGNS_BEGUN = frozenset(sign[:size] for sign in AT_SIGNS for size in range(len(sign) + 1))
# "at the end", "at 10:00": no domain behind it.
NO_AT_SIGN = re.compile(r"[ \n]at [A-Za-z0-9-]*(?:[^A-Za-z0-9.\s-]|[ \n][^dD]|[ \n][dD][^oO]|\.[^A-Za-z])")
LOCAL_MARKS = re.compile(r"[-.'`|*/{}!?#=&~^_%+$]*")  # which may be part of what stands before it
NAME_GOES_ON = " \u3000・=＝·ら"
KANJI_BEGINS = re.compile("[㐀-鿿]{1,3}[^㐀-鿿]|[㐀-鿿]{4}")
HONORIFICS = (*TITLES.split("|"), "と申します", "ともうします")


def closed_end(context: str, text: str, at: int, secret: Secret, *, complete: bool) -> int:
    """The end of the closed word at `at`; `at` if there is none or that cannot be said yet.

    `context`: what was shown before the text.
    """
    ahead = (context + text[:at])[-1:]
    # In the middle of a word or number, whose beginning has been judged already.
    if ahead.isascii() and ahead.isalnum():
        return at
    for find in (_number_end, _token_end, _code_end, _katakana_end):
        end = find(context, text, at, secret, complete)
        if end > at and not meets_at_sign(text, end, complete=complete):
            return end
    return at


def meets_at_sign(text: str, end: int, *, complete: bool) -> bool:
    """Whether an at sign follows, or could."""
    marks = LOCAL_MARKS.match(text, end)
    end = marks.end() if marks else end
    rest = text[end : end + 5]
    if rest.startswith(AT_SIGNS):
        return NO_AT_SIGN.match(text, end) is None
    return not complete and rest in AT_SIGNS_BEGUN


def _number_end(context: str, text: str, at: int, secret: Secret, complete: bool) -> int:
    """14日, ¥1,200, 10:00, 6 GB: few digits, and neither digits nor a street behind them."""
    match = NUMBER.match(text, at)
    if match is None or not _is_free(context):
        return at
    end = match.end()
    gap = GAP.match(text, end)
    behind = text[gap.end() : gap.end() + 1] if gap else ""
    # 日高 and 月岡 are surnames: what looks like a day or a month may be their first kanji.
    if (match["counted"] or " ")[-1] + text[end : end + 1] in NameLists.load().surname_openings:
        return at  # 4日高
    closed = bool(match["counted"]) or _ends_number(text, gap.end(), gap[0]) if gap and behind else complete
    figures = re.sub("[^0-9]", "", match[0])
    return end if closed and not secret(figures) else at


def _ends_number(text: str, at: int, gap: str) -> bool:
    """Whether neither digits nor a street go on at `at`, behind a `gap` of blanks and marks."""
    behind = text[at]
    if JAPANESE.match(behind):
        return behind not in DIGITS and behind not in ADDRESS_SIGNS and behind != "ー"
    if behind in "」』|":
        return True
    if not behind.isalpha() or not gap:
        return False
    if gap[0] in ".;:)。、" and len(gap) > 1:
        return True
    word = WORD_BEHIND.match(text, at)
    return word is not None and word[1] not in STREETS and is_plain_english(word[1], capital=False)


def _is_free(context: str) -> bool:
    """Whether no place stands before the text that a number would make an address."""
    before = context.rstrip(" \n\u3000*#>-")
    return not before or SENTENCE_ENDED.search(before) is not None


def _token_end(context: str, text: str, at: int, secret: Secret, complete: bool) -> int:
    """API, v6.0, S3, GitHub, Backups: no name, and no name behind it."""
    match = TOKEN.match(text, at)
    if match is None or secret(match[0]) or (match[0].istitle() and SIGNED.search(context + text[:at])):
        return at
    end, word = match.end(), match[0]
    blank = text[end : end + 1] in (" ", "\u3000")
    behind = text[end + blank : end + blank + 1]
    if not behind:
        closed = complete and _is_no_name(word)
    elif JAPANESE.match(behind):
        # Over a blank a name may go on, if not in hiragana.
        goes_on = blank and word.istitle() and not HIRAGANA.match(behind)
        rest = text[end + blank :]
        closed = _is_no_name(word) and not goes_on and not _is_honoured(rest) and not rest.startswith(BANKS)
    elif blank and behind.islower():
        following = WORD_BEHIND.match(text, end + 1)
        # A word as well as a name, opening a sentence: Grace period.
        before = (context + text[:at]).rstrip(" ")
        opens = word.lower() in AMBIGUOUS and (not before or before[-1] in ".。!?！？")
        no_name = _is_no_name(word) or opens
        closed = no_name and following is not None and following[1] not in JOINTS
    elif blank:
        closed = behind.isupper() and is_plain_english(word, capital=True) and _is_ordinary(word.lower())
    else:
        closed = behind in "、。：！？」\n" and _is_no_name(word)
    return end if closed else at


def _code_end(context: str, text: str, at: int, secret: Secret, complete: bool) -> int:
    """`MAX_SIZE`: no part of it is a name."""
    match = CODE.match(text, at)
    behind = text[match.end() : match.end() + 1] if match else ""
    if match is None or not (behind.isspace() or JAPANESE.match(behind) or (complete and not behind)):
        return at
    parts = re.split("[_-]", match[1])
    return match.end() if not any(secret(part) or not _is_no_name(part) for part in parts) else at


def _is_honoured(behind: str) -> bool:
    """Whether an honorific follows, or could."""
    return any(behind.startswith(sign) or sign.startswith(behind) for sign in HONORIFICS)


def _is_no_name(word: str) -> bool:
    if "." in word and word[0] != "v":
        return _is_no_name(word.partition(".")[0])
    lists, lower = EnglishLists.load(), word.lower()
    if lower in STREETS or lower in NUMBERS or lower in TIMES or _is_romaji_name(lower):
        return False
    if lower in lists.first or lower in lists.last:
        return _is_ordinary(lower)
    return lower in lists.used or lower in lists.ordinary or word.isupper() or not word.isalpha()


def _is_ordinary(lower: str) -> bool:
    """Whether a word is taken off the beginning of a name: Click Save."""
    ordinary = lower in EnglishLists.load().ordinary and lower not in AMBIGUOUS
    return ordinary and lower not in STREETS and not _is_romaji_name(lower)


def _is_romaji_name(lower: str) -> bool:
    lists = NameLists.load()
    return lower in lists.surname_romaji or lower in lists.given_romaji


def _katakana_end(context: str, text: str, at: int, secret: Secret, complete: bool) -> int:
    """A word in katakana that no name is in, nor goes on as one."""
    match = KATAKANA.match(text, at)
    if match is None or len(match[0]) < 2 or not match[0].isalpha() or secret(match[0]):
        return at
    behind = text[match.end() : match.end() + 4]
    if not behind:
        closed = complete and not is_katakana_name(match[0])
    elif behind[0] in NAME_GOES_ON or behind[0] in DIGITS or behind.startswith(BANKS) or _is_honoured(behind):
        closed = False
    else:
        # Someone is called so: what else follows must not be, nor say so.
        unnamed = KANJI_BEGINS.match(behind) and not begins_as_name(behind)
        closed = not is_katakana_name(match[0]) or bool(unnamed) or is_unnamed(behind)
    return match.end() if closed and is_katakana_thing(match[0]) else at
