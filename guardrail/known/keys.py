"""A known value -> what is looked for: its letters, digits and sound, in every order and form people give it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phonenumbers import NumberParseException, PhoneNumber, national_significant_number, parse

from guardrail.findings import PiiKind
from guardrail.known.common_names import is_called, is_common
from guardrail.names.name_lists import halves, kana, readings
from guardrail.numbers.spelled_digits import as_digits
from guardrail.text.normalise import normalise
from guardrail.text.reading import JAPANESE
from guardrail.text.romaji import sounds
from guardrail.text.skeleton import Skeleton, key

SHORT_LATIN = 5  # characters below which a value only counts as it is written, as a whole word
SHORT_KANJI, SHORT_KANA = 4, 6
FEWEST_DIGITS = 6
FULL_NATIONAL = 9  # digits of a number without its trunk 0 or country that are still unmistakable
# Behind the number of a firm: the number alone leads there, too.
EXTENSION = re.compile(r"(?i)[\s,、(（]*(?:内線|ext\.?|extension|x)[\s:.：]*[0-9]+[)）]?$")
# Whole words in Hepburn or Kunrei syllables: a name that is Japanese though in Latin letters.
ROMAJI = re.compile(r"(?:(?:[kgsztdnhbpmrjfwy]|sh|ch|ts|[kgnhbpmr]y|kk|ss|tt|pp)?[aiueo][uho]?|n)+")
# Prefecture, city or ward, town: taken off one after another, since people leave them out from the left.
ADDRESS_HEAD = re.compile(r".{1,3}?[都道府県]|.{1,6}?[市区郡]|.{1,5}?[町村](?=.{2})")
# What stands behind the last number: a building.
ROOM = re.compile(r"(?<=[0-9])[^0-9\-].*$")
# The post office's abbreviations (USPS Publication 28, appendix C), as people mix them with the words.
STREETS = {
    "street": "st", "avenue": "ave", "road": "rd", "boulevard": "blvd", "drive": "dr", "lane": "ln", "court": "ct",
    "place": "pl", "square": "sq", "terrace": "ter", "highway": "hwy", "parkway": "pkwy", "apartment": "apt",
    "suite": "ste", "north": "n", "south": "s", "east": "e", "west": "w",
}  # fmt: skip
_LOWER, _DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
# rot13; rot13 with rot5 for digits ("rot18"); the alphabet mirrored (Atbash).
HALF_TURNS = (
    str.maketrans(_LOWER, _LOWER[13:] + _LOWER[:13]),
    str.maketrans(_LOWER + _DIGITS, _LOWER[13:] + _LOWER[:13] + _DIGITS[5:] + _DIGITS[:5]),
    str.maketrans(_LOWER, _LOWER[::-1]),
)
MIRRORED = str.maketrans(_DIGITS, _DIGITS[::-1])
# From the one spelling of `sounds`, which is Kunrei's, back to how people spell names.
HEPBURN = {"sy": "sh", "si": "shi", "ty": "ch", "ti": "chi", "tu": "tsu", "hu": "fu", "zy": "j", "zi": "ji"}
_HEPBURN = re.compile("|".join(HEPBURN))
SHORT_SOUND = 8  # letters of a sound below which kana must stand alone; a full name has more
IN_KANA = re.compile("[ぁ-ゖ]+")
SCRIPTS = (re.compile("[ぁ-ゖ]"), re.compile("[ァ-ヺー]"), re.compile("[㐀-鿿々]"))
# What may follow a name without a blank: honorifics, posts and particles.
FOLLOWING = re.compile(
    "様|氏|先生|君|殿|部長|課長|社長|店長|係長|院長|さん|さま|くん|ちゃん|は|が|の|を|に|と|も|で|です|へ|まで|から"
)
AROUND_WORD = " 　、。,.:;!?()（）「」\n"


@dataclass(frozen=True)
class Key:
    """What is looked for. A strict one counts as a word of its own only, written as in `exact` if that is given."""

    text: str
    kind: PiiKind
    strict: bool = False
    exact: str = ""

    def fits(self, where: Skeleton, start: int, end: int) -> bool:
        """Whether the place is a value and no part of a longer word or number, or a common word by chance."""
        if goes_on(where, start) or goes_on(where, end):
            return False
        first, last = where.places.starts[start], where.places.ends[end - 1]
        written = where.read.text[first:last]
        if self.kind is PiiKind.PERSON and is_common(written) and not is_called(where.read.text, first, last):
            return False
        return not self.strict or (
            written in (self.exact or written, self.exact.upper()) and stands_alone(where.read.text, first, last)
        )


def stands_alone(text: str, first: int, last: int) -> bool:
    """Whether no word of the same script goes on, but for what follows a name."""
    before, after = text[max(0, first - 1) : first], text[last : last + 1]
    if text[last - 1].isascii():
        return not (before + after).strip(AROUND_WORD)
    if any(script.match(before) and script.match(text[first]) for script in SCRIPTS):
        return False
    same = any(script.match(after) and script.match(text[last - 1]) for script in SCRIPTS)
    return not same or bool(FOLLOWING.match(text, last))


def goes_on(where: Skeleton, at: int) -> bool:
    """Whether one Latin word or one number lies on both sides, with nothing between."""
    if not where.joined(at):
        return False
    left, right = where.text[at - 1], where.text[at]
    return (left.isdigit() and right.isdigit()) or (
        left.isascii() and right.isascii() and left.isalpha() and right.isalpha()
    )


def letter_keys(text: str, kind: PiiKind) -> Iterator[Key]:
    """The value's letters, forwards and backwards."""
    exact = normalise(text).text.strip()
    for form in {key(each) for each in _forms(text, kind)}:
        if not form or (_is_number(form) and len(form) >= FEWEST_DIGITS):
            continue
        if len(form) < (SHORT_LATIN if form.isascii() else SHORT_KANA if IN_KANA.fullmatch(form) else SHORT_KANJI):
            if form.isascii() or IN_KANA.fullmatch(form):
                yield Key(form, kind, strict=True, exact=exact)
            elif len(form) > 1:
                yield Key(form, kind, strict=True)
                # Three kanji backwards are a name still; two are often another word (会社, 社会).
                yield from [Key(form[::-1], kind, strict=True)] * (len(form) == SHORT_KANJI - 1)
            continue
        yield Key(form, kind)
        yield Key(form[::-1], kind)
        yield from (Key(turned, kind) for way in (form, form[::-1]) for turned in _shifted(way))


def digit_keys(text: str, kind: PiiKind) -> Iterator[Key]:
    """The value's digits, forwards and backwards, with and without a country's prefix."""
    if kind not in (PiiKind.PHONE, PiiKind.OTHER_ID):
        return
    plain = EXTENSION.sub("", normalise(text).text)
    for form in {key(text), key(plain), *(dialled(plain) if kind is PiiKind.PHONE else ())}:
        if _is_number(form) and len(form) >= FEWEST_DIGITS:
            yield Key(form, kind)
            yield Key(form[::-1], kind)
            # rot5, the digits' half of rot18, and nine less each, as the alphabet is mirrored.
            yield Key(form.translate(HALF_TURNS[1]), kind)
            yield Key(form.translate(MIRRORED), kind)


def sound_keys(text: str, kind: PiiKind) -> Iterator[Key]:
    """The sound of a Japanese name, address or local part, in kana and in Latin letters."""
    if kind is PiiKind.ADDRESS and JAPANESE.search(text):
        plain = normalise(text).text
        forms = {kana(each) for each in (plain, plain.split()[0], *cores(as_digits(normalise(text)).text))}
    elif kind is PiiKind.PERSON:
        forms = {first + second for first, second in spoken(normalise(text).text)}
    elif kind is PiiKind.EMAIL:
        local = key(text.partition("@")[0])
        forms = {local} if len(local) >= SHORT_SOUND and ROMAJI.fullmatch(local) else set()
    else:
        forms = set()
    for sound in {sounds(normalise(form)).text for form in forms}:
        if len(sound) >= SHORT_LATIN:
            yield Key(sound, kind, strict=len(sound) < SHORT_SOUND)


def shifted_sounds(text: str, kind: PiiKind) -> Iterator[Key]:
    """A Japanese name in Latin letters that are shifted or stand backwards."""
    for sound in sound_keys(text, kind):
        if sound.text.isascii():
            spelled = _HEPBURN.sub(lambda match: HEPBURN[match[0]], sound.text)
            yield from (Key(form, kind) for form in (spelled[::-1], *_shifted(spelled)))


def _shifted(form: str) -> Iterator[str]:
    """Every letter put forward by half of the alphabet, digits too or not; or mirrored in it."""
    if form.isascii() and not form.isdigit() and len(form) >= SHORT_LATIN:
        yield from {form.translate(table) for table in HALF_TURNS}


def _is_number(form: str) -> bool:
    return form.isascii() and form.isdigit()


def _forms(text: str, kind: PiiKind) -> Iterator[str]:
    yield text
    if kind is PiiKind.PERSON:
        first, second = halves(text)
        yield second + first
    if kind is PiiKind.ADDRESS:
        numbered = as_digits(normalise(text)).text
        yield numbered
        yield " ".join(STREETS.get(word.rstrip(".,").lower(), word) for word in text.split())
        yield from cores(numbered)


def cores(address: str) -> Iterator[str]:
    """A Japanese address without its leading and trailing parts, as long as a number is left."""
    rest = ROOM.sub("", address)
    for _ in range(3):
        if JAPANESE.match(rest) and re.search("[0-9]", rest) and len(key(rest)) >= SHORT_LATIN:
            yield rest
        head = ADDRESS_HEAD.match(rest)
        if not head:
            return
        rest = rest[head.end() :]


def dialled(number: str) -> Iterator[str]:
    """A telephone number's digits as dialled at home and from abroad."""
    try:
        parsed: PhoneNumber = parse(number, "JP" if number.lstrip(" (").startswith("0") else "US")
    except NumberParseException:
        return
    national, country = national_significant_number(parsed), str(parsed.country_code)
    yield from (prefix + country + national for prefix in ("", "00", "010", "011"))
    if country != "1":
        yield "0" + national
        yield country + "0" + national
    if len(national) >= FULL_NATIONAL:
        yield national


def spoken(name: str) -> Iterator[tuple[str, str]]:
    """The halves of a Japanese name as they may be read, in both orders."""
    surname, given = halves(name)
    if JAPANESE.search(name):
        firsts = {surname, *readings(surname, surname=True)}
        seconds = {given, *readings(given, surname=False)} if given else {""}
        pairs = [(first, second) for first in firsts for second in seconds]
    elif ROMAJI.fullmatch(key(name)):
        pairs = [(surname, given)]
    else:
        pairs = []
    for first, second in pairs:
        yield first, second
        yield second, first
