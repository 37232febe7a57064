"""Runs of a text that are something else in code: base64, base32, hexadecimal, character codes, Morse.

What a run says leads back to whole words of the text: half of a coded word decodes to nothing.
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Sequence

from guardrail.names.word_tables import listed
from guardrail.text.normalise import Normalised

# A sentence's words have neither a digit nor a capital behind a small letter; coded ones hardly ever have neither.
_CODED = r"(?=[A-Za-z+/_\-]{0,40}(?:[0-9]|(?<=[a-z])[A-Z]|[A-Z]{2}[a-z]))[A-Za-z0-9+/_\-]{2,}={0,2}"
_SHORT = r"[A-Za-z0-9+/_\-]{2,4}={0,2}(?![A-Za-z0-9])"
BASE64 = re.compile(
    rf"(?<![A-Za-z0-9])(?:[A-Za-z]{{4}}[ \n]){{0,4}}{_CODED}(?:[ \t\n\"',|`*]{{1,4}}(?:{_CODED}|{_SHORT}))*"
    r"|=[A-Za-z0-9+/=]{8,}"  # backwards
)
BASE32 = re.compile(r"(?<![A-Za-z0-9])[A-Z2-7]{8,}(?: [A-Z2-7]{2,})*={0,6}(?![a-z0189])")
HEX = re.compile(r"(?:0x|\\x|%)?[0-9A-Fa-f](?:[ \t\n:,\-._|;/]{0,3}(?:0x|\\x|%|=|\\)?[0-9A-Fa-f]){7,}")
HEX_MARK = re.compile(r"0x|\\x|[^0-9A-Fa-f]")
BITS = re.compile(r"[01](?:[ \t\n,]{0,2}[01]){31,}")
CODES = re.compile(r"(?<![0-9])\\?[0-9]{2,6}(?:[ \t\n,;.\-\\、]{1,3}[0-9]{2,6}){2,}(?![0-9])")
MORSE = re.compile(r"[.\-·•−–_・ー](?:[.\-·•−–_・ー/|、\n ]{10,})[.\-·•−–_・ー]")
_MORSE = """
a.- b-... c-.-. d-.. e. f..-. g--. h.... i.. j.--- k-.- l.-.. m-- n-. o--- p.--. q--.- r.-. s... t- u..- v...- w.--
x-..- y-.-- z--.. 0----- 1.---- 2..--- 3...-- 4....- 5..... 6-.... 7--... 8---.. 9----. @.--.-. _..--.-
"""
SIGNS = {letter[1:]: letter[0] for letter in listed(_MORSE)} | {".-.-.-": ".", "-....-": "-"}
# Four bytes in five signs of any kind, three in four: more signs inside than any word or address has.
DENSE = re.compile(r"(?<!\S)[`\"'「]?(?:<~)?(?P<code>(?=\S{0,40}?[^A-Za-z0-9\s]\S{0,40}?[A-Za-z0-9])[!-~]{10,400})")
WORD = re.compile(r"[A-Za-z0-9+/_\-=\\%]+")
PART = re.compile(r"[A-Za-z0-9+=%]+")  # of a path
TEXT_CODES = ("utf-8", "utf-16-le", "utf-16-be", "cp932", "euc-jp")
READABLE = re.compile(r"[ -~぀-ヿ一-龯㐀-䶿々ー、。＠０-９Ａ-ｚ]")
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
SHORTEST = 4  # characters
LAST_CHARACTER = 0x30000

Decoder = Callable[[str], bytes]


def decoded_runs(read: Normalised) -> Iterator[Normalised]:
    """What the runs of the text say, with places in the original."""
    text = read.text
    for match in BASE64.finditer(text):
        coded, places = _kept(match, r"[A-Za-z0-9+/_\-]")
        # A + / _ or - may join the words of a path to the code: it may begin at any of four places.
        shifts = range(4) if re.search(r"[+/_\-]", coded) else range(1)
        yield from _said(read, coded, places, _base64, (4, 3), shifts)
        yield from _said(read, coded[::-1], [match.span()] * len(coded), _base64, (4, 3), range(1))
    for match in BASE32.finditer(text):
        yield from _said(read, *_kept(match, "[A-Z2-7]"), _base32, (8, 5), range(1))
    for match in HEX.finditer(text):
        coded, places = _kept(match, "[0-9A-Fa-f]", HEX_MARK)
        yield from _said(read, coded, places, _hex, (2, 1), range(2))
    for match in BITS.finditer(text):
        for width in (8, 7):
            yield from _said(read, *_kept(match, "[01]"), _bits(width), (width, 1), range(1))
        yield from _numbered(read, match, 2)
    for match in CODES.finditer(text):
        for base in (10, 8):
            yield from _numbered(read, match, base)
    for match in MORSE.finditer(text):
        yield _tapped(read, match)
    yield from _dense(read)


def _kept(match: re.Match[str], chars: str, marks: re.Pattern[str] | None = None) -> tuple[str, list[tuple[int, int]]]:
    """The run without what stands between its characters, and the word each of them stands in."""
    run = marks.sub(lambda mark: " " * len(mark[0]), match[0]) if marks else match[0]
    in_address = match.string[: match.start()].endswith((":", "/", "?", "=", "."))
    words = {
        at: word.span()
        for word in (PART if in_address else WORD).finditer(match.string, *match.span())
        for at in range(*word.span())
    }
    kept = [(m[0], m.start() + match.start()) for m in re.finditer(chars, run)]
    return "".join(char for char, _ in kept), [words.get(at, (at, at + 1)) for _, at in kept]


def _said(
    read: Normalised,
    coded: str,
    places: Sequence[tuple[int, int]],
    decode: Decoder,
    group: tuple[int, int],
    shifts: range,
) -> Iterator[Normalised]:
    """The texts a run may stand for; `group`: so many characters are so many bytes."""
    for shift in shifts:
        found = decode(coded[shift:])
        for code in TEXT_CODES:
            said = found.decode(code, "replace")
            if len(said) >= SHORTEST and _is_text(said, code):
                yield _placed(read, said, code, [places[shift + at * group[0] // group[1]] for at in range(len(found))])


def _is_text(said: str, code: str) -> bool:
    """Whether most of it could be read. Hardly any bytes are UTF-8 by chance; the others take what they get."""
    said = UNSEEN.sub("", said)
    readable = (
        sum(map(str.isprintable, said)) - said.count("\ufffd") if code == "utf-8" else len(READABLE.findall(said))
    )
    return len(said) >= SHORTEST and readable * 10 >= len(said) * 7


def _placed(read: Normalised, said: str, code: str, places: Sequence[tuple[int, int]]) -> Normalised:
    kept: list[tuple[str, int, int]] = []
    at = 0
    for char in said:
        size = 1 if char == "\ufffd" else len(char.encode(code, "replace"))
        end = min(at + size, len(places))
        first, last = places[min(at, len(places) - 1)], places[end - 1]
        kept.append((char, read.starts[first[0]], read.ends[last[1] - 1]))
        at = min(end, len(places) - 1)
    return Normalised(said, [start for _, start, _ in kept], [end for _, _, end in kept])


def _base64(coded: str) -> bytes:
    # Four characters are three bytes: one left over is part of nothing.
    whole = coded[: len(coded) - 1] if len(coded) % 4 == 1 else coded
    return base64.b64decode(whole.replace("-", "+").replace("_", "/") + "=" * (-len(whole) % 4))


def _base32(coded: str) -> bytes:
    # RFC 4648, section 6: no number of bytes ends after 1, 3 or 6 characters.
    while len(coded) % 8 in (1, 3, 6):
        coded = coded[:-1]
    return base64.b32decode(coded + "=" * (-len(coded) % 8))


def _hex(coded: str) -> bytes:
    return bytes.fromhex(coded[: len(coded) // 2 * 2])


def _bits(width: int) -> Decoder:
    return lambda coded: bytes(int(coded[at : at + width], 2) for at in range(0, len(coded) - width + 1, width))


def _numbered(read: Normalised, match: re.Match[str], base: int) -> Iterator[Normalised]:
    """Codes of characters, or of a text's bytes, in decimal or octal."""
    numbers = [(m[0], (m.start() + match.start(), m.end() + match.start())) for m in re.finditer("[0-9]+", match[0])]
    try:
        values = [int(number, base) for number, _ in numbers]
    except ValueError:
        return
    places = [place for _, place in numbers]
    # As bytes of a text, and as code points: the numbers do not say which.
    if max(values) < 256:
        yield from _said(read, "".join(map(chr, values)), places, _latin, (1, 1), range(1))
    if max(values) < LAST_CHARACTER:
        starts = [read.starts[start] for start, _ in places]
        yield Normalised("".join(map(chr, values)), starts, [read.ends[end - 1] for _, end in places])


def _dense(read: Normalised) -> Iterator[Normalised]:
    for match in DENSE.finditer(read.text):
        for decode in (_ascii85, _base85, _uuencoded):
            yield from _whole(read, match, decode)


def _whole(read: Normalised, match: re.Match[str], decode: Decoder) -> Iterator[Normalised]:
    """What a run says as a whole; all of it leads back to all of the run."""
    try:
        said = decode(match["code"].rstrip("`\"'」~>")).decode()
    except ValueError:
        return
    if len(said) >= SHORTEST and said.isprintable():
        start, end = read.original(*match.span("code"))
        yield Normalised(said, [start] * len(said), [end] * len(said))


def _ascii85(coded: str) -> bytes:
    return base64.a85decode(coded)


def _base85(coded: str) -> bytes:
    return base64.b85decode(coded)


def _uuencoded(coded: str) -> bytes:
    return binascii.a2b_uu(coded)


def _latin(coded: str) -> bytes:
    return coded.encode("latin-1")


def _tapped(read: Normalised, match: re.Match[str]) -> Normalised:
    """Morse."""
    kept: list[tuple[str, int, int]] = []
    for letter in re.finditer(r"[.\-·•−–_・ー]+", match[0]):
        signs = letter[0].translate(str.maketrans("·•−–_・ー", "..---.-"))
        start, end = letter.start() + match.start(), letter.end() + match.start()
        if signs in SIGNS:
            kept.append((SIGNS[signs], read.starts[start], read.ends[end - 1]))
    return Normalised("".join(k[0] for k in kept), [k[1] for k in kept], [k[2] for k in kept])
