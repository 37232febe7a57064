"""Telephone numbers: shapes of digits, believed by their country's plan or by their context."""

import re
from collections.abc import Iterator

import phonenumbers

from guardrail.findings import PiiKind
from guardrail.numbers.spelled_digits import KANA, as_digits
from guardrail.text.normalise import normalise
from guardrail.text.reading import ReadText, Span

# Digits with the separators people put between them; a line break may fall in there too.
# Seven to twenty digits: E.164 has at most fifteen, people put a 00, 001-010 or a 0 in brackets with them.
# Not behind # or =, where ids stand, unless the field is a number's.
CANDIDATE = re.compile(
    r"(?:(?<![0-9A-Za-z_#=])|(?<=(?i:tel|fax))|(?<=tel=)|(?<=phone=)|(?<=mobile=))(?<![0-9][-,:.])"
    r"[+(]{0,2}\d(?:[ \-.()/~\n]{0,4}\d){6,19}(?![0-9A-Z_%])(?![a-wyz])(?!-[0-9])"
    r"(?!-[A-Z][A-Z0-9])"
)
# One of several fields that read as one number: 3-27-6 / 027-223-6604.
FIELD_OF_IT = re.compile(r"[+(]{0,2}\d(?:[ \-.()~]{0,4}\d){6,19}(?= ?/|\n|\Z)")
# Or in the path of a link.
LINKED = re.compile(r"(?:://|(?<![A-Za-z0-9@.-])[A-Za-z0-9-]{1,30}\.[A-Za-z]{2,})[^\s@]*/\Z")
# The 0 that is dialled only at home: +41 (0)69 979 80 58.
AT_HOME = re.compile(r"(?<=[0-9]) ?\(0\) ?")
# What is dialled before a country's code: ITU's, Japan's with and without a carrier's, Australia's, America's.
ABROAD = ("00", "010", "001010", "0033010", "0061010", "001", "0011", "011")
# 〇九〇の一二三四の五六七八: as it is written in vertical text and read out.
KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
SAID_BETWEEN = re.compile(r"(?<=[〇零一二三四五六七八九])の(?=[〇零一二三四五六七八九])|(?<=[0-9])・(?=[0-9])")
# A date, either way round; an IPv4 address; the beginning of an ISBN-13.
NOT_A_NUMBER = re.compile(
    r"(?:19|20)\d\d[-/. ]\d{1,2}[-/. ]\d{1,2}(?!\d)|\d{1,2}[/.]\d{1,2}[/.](?:19|20)?\d\d(?![./]?\d)"
    r"|\d{3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$"
    r"|97[89][- ]\d"
)
FEWEST_READ_OUT = 7
# A number and the day it was given: "1234 2024-05-01".
DATE_WITHIN = re.compile(r"[ (](?:19|20)\d\d-(?:0\d|1[0-2])-[0-3]\d(?!\d)")
# What is said before a number that is called, in the languages of the countries in REGIONS.
CALLED = re.compile(
    r"電話|携帯|TEL|FAX|ファックス|ファクス|直通|代表番号|連絡先|内線|フリーダイヤル|☎|SMS|phone|mobile|\bcell"
    r"|\bcall|\bpaged?\b|\bdial|\bdesk|\bfax"
    r"|(?:code|sms|text|message) to\b|\bring|reach|\btext\b|contact|WhatsApp|hotline|number is|answering"
    r"|\bhandy|telefon|teléfono|móvil|llám|\btél|téléphone|portable|mobil\b|电话|電話|手机|微信|전화|휴대",
    re.IGNORECASE,
)
CALLED_BEFORE = 60
# And behind one: "is my mobile", に電話.
IS_NUMBER = re.compile(
    r"[ )]{0,2}(?:is|was) (?:my|our|his|her|their|the|a)\b[^.\n]{0,20}?(?:phone|mobile|cell|number)"
    r"|-(?:office|mobile|cell|home|work|fax)\b|[ )]{0,2}\((?:mobile|cell|home|office|work|携帯|自宅|直通)"
    r"|[にへ](?:お?電話|かけ|おかけ|連絡)",
    re.IGNORECASE,
)
CALLED_BEHIND = 50
# What is said before a number that is none to call, however much it looks like one.
OTHERWISE = re.compile(
    r"注文|伝票|追跡|受付番号|管理番号|お客様番号|シリアル|型番|会員番号|予約番号|ISBN|JAN|#(?![# ])"
    # Whole words: a refund is no reference, and an apartment no part.
    r"|(?<![a-z])(?:orders?|invoices?|tickets?|tracking|serial|SKU|parts?|builds?|versions?|models?|cases?"
    r"|ref(?:erence)?|ID)(?![a-z])",
    re.IGNORECASE,
)
OTHERWISE_BEFORE = 24
EXTENSION = re.compile(
    r"[,、]? {0,2}[(（/]?(?:内線(?:番号)?|代表?|直通|ext(?:ension|n)?\.?|x)[:： ]{0,2}\d{0,6}(?<![,、 ])[)）]?(?!\d)"
    r"|,? ?#\d{2,5}(?!\d)",
    re.IGNORECASE,
)
# National plans tried where a call is spoken of. Without that word almost any digits are valid somewhere.
REGIONS = (
    *("GB", "US", "DE", "FR", "IT", "ES", "CH", "AT", "BE", "NL", "SE", "DK", "NO", "FI", "AU", "IN", "KR", "CN", "BR"),
    *("IE", "ZA", "PL", "PT", "HU", "CZ", "GR", "NZ", "SG", "HK", "TW", "MX"),
)
# Area code, exchange and four digits; mobile and IP numbers, 0A0, in groups of four or in one.
JAPANESE_GROUPS = re.compile(r"0\d{1,4}-\d{1,4}-\d{3,4}$|0\d0-?\d{4}-?\d{4}$")
# The North American plan: neither an area code nor the country begins with 0 or 1, so dates and versions fall out.
AMERICAN_GROUPS = re.compile(r"(?:(?:\+|00)?1-)?[2-9]\d\d-\d{3}-\d{4}$")
AMERICAN_BARE = re.compile(r"1?[2-9]\d\d[2-9]\d{6}$")
BRITISH_MOBILE = re.compile(r"07\d{3}-\d{3}-?\d{3}$")
LOCAL = re.compile(r"[2-9]\d\d-\d{4}$")
# Where a value stands for itself, in a field of its own.
FIELD_BEGINS = re.compile(r"(?:\A|[\n|,;:：、／/(（・]|  |(?:\A|\n)[-*] )[ *]*\Z")
FIELD_ENDS = re.compile(r"[ *]*(?:\Z|[\n|,;、／/)）。]|  )")


HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ"))}
# Read out: five five five, oh one four eight; ゼロハチゼロ、ニイナナサンゴ. Fewer are counted, or of something else.
_ENGLISH = r"(?:zero|oh|o|nought|one|two|three|four|five|six|seven|eight|niner?|double|triple|treble)"
_KANA = "|".join(word + "|" + word.translate(HIRAGANA) for word in sorted(KANA, key=len, reverse=True))
READ_OUT = re.compile(rf"(?i)\b(?:{_ENGLISH}(?:[ ,.-]{{1,3}}|\b)){{7,}}|(?:(?:{_KANA})[、,・ のー-]{{0,3}}){{8,}}")
# A quick no: there is hardly a number without one of these.
SPOKEN = ("five", "seven", "eight", "nine", "zero", "ゼロ", "ぜろ", "レイ", "れい", "マル", "まる")
# An extension without the number it belongs to.
EXTENSION_ALONE = re.compile(
    r"(?:内線(?:番号)?[はがの:： ]{0,2}|(?i:\bextension(?: no\.?| number)?[: ]{1,2}|\bext[.:] ?|[(,] ?ext ))"
    r"(?P<it>[0-9]{2,5})"
    r"(?![0-9]|-| ?(?:桁|本|台|件|番まで)| ?(?:days?|hours?|weeks?|pages?|%))"
)


def find_phones(reading: ReadText) -> Iterator[Span]:
    """Every telephone number, with its country code, the bracket it starts with and its extension."""
    lower = reading.text.lower()
    for said in READ_OUT.finditer(reading.text) if any(word in lower for word in SPOKEN) else ():
        read_out = re.sub("[^0-9]", "", as_digits(normalise(said[0])).text)
        if len(read_out) >= FEWEST_READ_OUT and not is_counted_up(read_out):
            yield Span(said.start(), said.start() + len(said[0].rstrip(" ,.、・-のー")), PiiKind.PHONE)
    yield from (Span(*match.span("it"), PiiKind.PHONE) for match in EXTENSION_ALONE.finditer(reading.text))
    digits = SAID_BETWEEN.sub("-", reading.text).translate(KANJI_DIGITS)  # character for character, so that places stay
    for match in CANDIDATE.finditer(digits):
        found = _phone(match, digits, reading.text)
        # Or the one on either side of a line's end.
        parted = found is None and ("\n" in match.group() or " / " in match.group())
        lines = (*FIELD_OF_IT.finditer(digits, *match.span()),) if parted else ()
        yield from (each for each in (found, *(_phone(line, digits, reading.text) for line in lines)) if each)


def is_counted_up(digits: str) -> bool:
    """Whether they are what people count or type to try something: 1234567890."""
    return any(digits in order for order in ("012345678901234", "987654321098765"))


def _phone(match: re.Match[str], digits: str, text: str) -> Span | None:
    written, start = match.group(), match.start()
    if written.startswith("(") and ")" not in written:
        written, start = written[1:], start + 1
    if not _is_phone(written, text, start, match.end()):
        return None
    extension = EXTENSION.match(digits, match.end())
    return Span(start, extension.end() if extension else match.end(), PiiKind.PHONE)


def _is_phone(written: str, text: str, start: int, end: int) -> bool:
    digits = re.sub(r"\D", "", written)
    if NOT_A_NUMBER.match(written) or DATE_WITHIN.search(written) or len(set(digits)) == 1 or is_counted_up(written):
        return False
    # Who writes + means a number to call: of any country, and possible is enough, as plans grow.
    if "+" in written[:2]:
        return _is_possible(" ".join(AT_HOME.sub("", written).split()))
    before = text[max(0, start - CALLED_BEFORE) : start]
    if OTHERWISE.search(before[-OTHERWISE_BEFORE:]) and not CALLED.search(before[-OTHERWISE_BEFORE:]):
        return False
    if before.endswith("/") and LINKED.search(before):
        return False
    # As dialled from abroad.
    if any(digits.startswith(prefix) and _is_valid("+" + digits[len(prefix) :], "JP") for prefix in ABROAD):
        return True
    if digits.startswith("00"):
        return False
    grouped = re.sub(r"[^0-9]+", "-", written).strip("-")
    in_field = bool(FIELD_BEGINS.search(before) and FIELD_ENDS.match(text, end))
    return _is_japanese(grouped, digits) or _is_foreign(
        grouped, digits, before, text[end : end + CALLED_BEHIND], in_field=in_field
    )


def _is_japanese(grouped: str, digits: str) -> bool:
    if not digits.startswith(("0", "81")):
        return False
    # 050 IP telephones, 070, 080 and 090 mobile ones: eleven digits however they are grouped.
    if re.match(r"0[5789]0\d{8}$", digits):
        return True
    if len(digits) == 10 and JAPANESE_GROUPS.match(grouped):
        return True
    return len(digits) in (10, 11, 12) and _is_valid(digits if digits[0] == "0" else "+" + digits, "JP")


def _is_foreign(grouped: str, digits: str, before: str, behind: str, *, in_field: bool) -> bool:
    """Shapes of other countries: the American and British ones for themselves, the rest where a call is spoken of."""
    if AMERICAN_GROUPS.match(grouped) or BRITISH_MOBILE.match(grouped):
        return True
    if grouped == digits and digits.endswith("00000"):  # an amount
        return False
    called = CALLED.search(before) is not None or IS_NUMBER.match(behind) is not None
    if AMERICAN_BARE.match(digits) and grouped == digits:
        return (called or in_field) and _is_valid(digits, "US")
    if digits[0] == "0" and len(digits) in (9, 10, 11) and grouped.count("-") >= (1 if in_field else 2):
        return any(_is_valid(digits, region) for region in REGIONS)
    if called and LOCAL.match(grouped) and CALLED.search(before[-OTHERWISE_BEFORE:]):
        return True
    return called and any(_is_valid(digits, region) for region in REGIONS)


def _is_possible(written: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(written.lstrip("("), None))
    except phonenumbers.NumberParseException:
        return False


def _is_valid(written: str, region: str) -> bool:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return False
    # American numbers of films and manuals (555-01xx) are invalid by the plan, and look like anybody's.
    return phonenumbers.is_possible_number(number) if region == "US" else phonenumbers.is_valid_number(number)
