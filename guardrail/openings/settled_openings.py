"""How far an answer begins with what the recognizers have read and nothing that follows can turn into a finding.

Where an answer begins with a place, a brand or a number the list of plain words ends at once. So the recognizers are
asked: they read the beginning with everything behind it that any of their rules waits for, and what is in no finding
then is shown. Asked only while nothing of the answer is shown, and at lengths that do not depend on how it arrives.
"""

import re
from collections.abc import Callable, Iterator

from guardrail.findings import Finding
from guardrail.known.forms import Forms
from guardrail.known.known_values import KnownValues, Together
from guardrail.names.english_lists import EnglishLists
from guardrail.names.name_lists import katakana
from guardrail.names.other_languages import is_elsewhere
from guardrail.numbers.spelled_digits import KANA
from guardrail.openings.closed_words import meets_at_sign
from guardrail.openings.plain_japanese import is_unnamed, words_of

LOOKS = (12, 16, 24)  # characters; no piece of an answer is shorter than the last
UNSETTLED = 3  # characters at the end that may yet be other words
# Letters, digits and what stands between words; nothing that a link or a placeholder is made of.
PLAIN = re.compile(r"[ぁ-ヿ㐀-鿿々A-Za-zÀ-ÿ0-9 、。「」()（）・.,'’`|¥$€+-]*")
WEB = re.compile(r"(?i:www\.|https?)|[a-z][A-Z]|[A-Z]{2}[a-z]")  # or code
# Where words end that no name, number or address goes on behind: a word and its particles, or a Latin word in a row.
PARTICLES = re.compile(r"(?<=[^ぁ-ゖ。、 ])[ぁ-ゖ]+、? ?(?=[ァ-ヺ㐀-鿿A-Za-z0-9「])(?![銀信農])")
LATIN_WORD = re.compile(r"(?<![0-9])[A-Za-zÀ-ÿ'’.-]*[A-Za-zÀ-ÿ](?P<end>,?) (?=[a-z])")
# A number that goes on with anything but more of it and what it counts.
OPEN_NUMBER = re.compile(r"[0-9](?![0-9.,]|[ぁ-ヿ㐀-鿿])")
AT_END = "".join(map(chr, range(ord("ぁ"), ord("ゖ") + 1))) + "、 "
LATIN = re.compile(r"[A-Za-z0-9]+")
LETTERS = re.compile(r"(?<!['’])[A-Za-zÀ-ÿ]+")
JAPANESE = re.compile(r"[ぁ-ヿ㐀-鿿々]")
# What names, addresses and numbers go on with: an honorific, a list of persons, the numbers of a street, a bank ...
BEHIND = ("様", "の2名", "中の両名", "1-2-3", "丁目2番3号", "銀行 本店 普通 1234567", "@a.com", "世", "太郎様")
# ... and, where there are Latin letters or digits.
BEHIND_LATIN = (
    *("@example.com", " at example dot com", " Mary Smith", " de Mary Smith", " Kovácsová", " de la Kovácsová"),
    *(", Mary and Bob", " and Mary", "'s wife", " said"),
    *(" Street 5", ", 12 Main Street, Springfield, CA 90210", "234-5678", "1234-5678"),
)
# Of more than one word: the opening may end in the middle of one.
SAID = tuple(
    f" {said}"
    for said in (
        *("is very kind", "is out", "is away", "is our", "is your", "is on", "is from", "is so kind", "was born"),
        *("has moved", "has left", "has joined", "has been", "has asked", "has called", "will call", "will be"),
        *("will contact", "will reach", "will join", "can help", "can I", "could you", "can you", "would you"),
        *("and I", "spent a", "added that", "as a beneficiary", "here from", "speaking"),
    )
)
BETWEEN = "。\n\n"


def settled_opening(text: str, settled: Callable[[str], int]) -> int:
    """How many characters of an answer, by `settled_end` of its beginnings."""
    return next((end for size in LOOKS if len(text) >= size and (end := settled(text[:size]))), 0)


def settled_end(opening: str, find: Callable[[str], list[Finding]], known: KnownValues | Together) -> int:
    """The last end of a word in `opening` before which nothing can be found any more; 0 for none."""
    plain = PLAIN.match(opening)
    words = (word.end() for word in LATIN.finditer(opening))
    mail = next((end for end in words if meets_at_sign(opening, end, complete=False)), len(opening))
    plain_to = min(mail, plain.end() if plain else 0)
    ends = [end for end in _ends(opening) if end <= plain_to and not OPEN_NUMBER.search(opening[:end])]
    # A link or code may go on as anything, and a line in another language as one in this.
    if not ends or WEB.search(opening) or is_elsewhere(opening):
        return 0
    free = _first_found(opening, find)
    end = max((end for end in ends if end <= free), default=0)
    return 0 if known and _may_hold(opening[:end], known) else end


def _may_hold(plain: str, known: KnownValues | Together) -> bool:
    """Whether part of a known value could stand there, or one have begun, but for the particles at the end."""
    if any(len(word) < 2 or word.lower() not in EnglishLists.load().used for word in LETTERS.findall(plain)):
        return True  # spelled out, or backwards
    words = list(_words(plain))
    if any(known.have_part(word) or (len(word) > 1 and katakana(word) in KANA) for word in words):
        return True
    return known.begun(Forms(plain)).at < len(plain.rstrip(AT_END))


def _ends(opening: str) -> Iterator[int]:
    """Where words end that what follows leaves as they are."""
    for match in PARTICLES.finditer(opening):
        if is_unnamed(opening[match.start() :]) and match.end() <= len(opening) - UNSETTLED:
            yield match.end()
    yield from (match.end() for match in LATIN_WORD.finditer(opening))


def _first_found(opening: str, find: Callable[[str], list[Finding]]) -> int:
    """Where the first finding starts that the opening may become a part of, whatever follows it."""
    begun = opening[: opening.rfind(" ") + 1] or opening if opening[-1].isascii() else opening
    signs = BEHIND + BEHIND_LATIN if LATIN.search(opening) else BEHIND
    said = [opening + sign[size:] for sign in SAID for size in range(1, len(sign)) if opening.endswith(sign[:size])]
    lines = [opening, *said, *((begun.rstrip() if sign[0] in " ,'" else begun) + sign for sign in signs)]
    found, first, at = find(BETWEEN.join(lines)), len(opening), 0
    for line in lines:
        starts = (max(f.start - at, 0) for f in found if f.end > at and f.start < at + len(line))
        first = min(first, min(starts, default=first))
        at += len(line) + len(BETWEEN)
    return first


def _words(text: str) -> Iterator[str]:
    yield from LATIN.findall(text)
    if JAPANESE.search(text):
        yield from (word for word in words_of(text) if JAPANESE.search(word))
