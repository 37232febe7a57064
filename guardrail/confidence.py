"""How sure a rule may be of what it found: by the lists a name stands on, and by what is said around it."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps

from guardrail.findings import Confidence, PiiKind
from guardrail.known.common_names import is_common
from guardrail.names import english_names
from guardrail.names.english_lists import EnglishLists
from guardrail.names.name_lists import NameLists, halves, katakana
from guardrail.names.name_signs import is_named
from guardrail.names.word_tables import TITLE
from guardrail.numbers.phones import CALLED, CALLED_BEFORE
from guardrail.text.reading import PERSON, ReadText, Span

Find = Callable[[ReadText], Iterable[Span]]

LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ž]")
GROUPED = re.compile(r"\+|\d[^\d\n]+\d")
TITLED = re.compile(rf"(?:^|[^A-Za-z])(?:{'|'.join(sorted(TITLE))})\.? $", re.IGNORECASE)
GENITIVE = re.compile(r"\w['’]s\Z")
LOOK_BACK = 32
# Said to persons alone; an app's mascot is called さん, くん and ちゃん too.
FORMAL = re.compile(" ?(?:様|氏(?!名)|殿)")


def weighed(find: Find) -> Find:
    """The same rule, which says of each of its spans how sure it may be."""

    @wraps(find)
    def sure(reading: ReadText) -> Iterator[Span]:
        for found in find(reading):
            span = _without_genitive(reading.text, found)
            certain = _is_certain(reading, span)
            yield span if certain else span._replace(confidence=Confidence.DOUBTFUL)

    return sure


def _without_genitive(text: str, span: Span) -> Span:
    """Of "Wilde's" the name alone: the rest of the sentence is read without it."""
    if span.kind is PiiKind.PERSON and GENITIVE.search(text, span.start, span.end):
        return span._replace(end=span.end - 2)
    return span


def _is_certain(reading: ReadText, span: Span) -> bool:
    text, written = reading.text, reading.text[span.start : span.end]
    match span.kind:
        case PiiKind.PERSON if LATIN.search(written):
            return _is_latin_person(text, span, written)
        case PiiKind.PERSON:
            return _is_japanese_person(reading, span, written)
        case PiiKind.PHONE:
            before = text[max(0, span.start - CALLED_BEFORE) : span.start]
            return bool(GROUPED.search(written) or CALLED.search(before))
        case PiiKind.ADDRESS:
            return False  # of the trained weights', which know neither places nor numbers
        case _:
            return True


def _is_japanese_person(reading: ReadText, span: Span, name: str) -> bool:
    """A surname with a given name, or one of them called as persons are; nobody the dictionary knows (織田信長)."""
    if PERSON in reading.entries(name.replace(" ", "")):
        return False
    lists, (first, second) = NameLists.load(), halves(name)
    surname = first in lists.surnames or katakana(first) in lists.surname_kana
    given = second in lists.given or katakana(second) in lists.given_kana
    if surname and given and not (is_common(first) and is_common(second)):
        return True
    if not is_named(reading.text, span.start, span.end):
        return False
    listed = name in lists.surnames or (name in lists.given and not is_common(name)) or (surname and bool(second))
    return listed or FORMAL.match(reading.text, span.end) is not None


def _is_latin_person(text: str, span: Span, name: str) -> bool:
    """A given name with a surname, both on the lists, or one of them behind a title or a greeting."""
    lists, japanese = EnglishLists.load(), NameLists.load()
    before = text[max(0, span.start - LOOK_BACK) : span.start]
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", name)]
    if not words or not name[0].isupper():
        return False
    if TITLED.search(before) or FORMAL.match(text, span.end):
        return len(words) > 1 or words[0] in lists.last or words[0] in japanese.surname_romaji
    one, last = words[0], words[-1]
    if len(words) == 1:
        greeted = english_names.is_named(text, span.end, before) or is_named(text, span.start, span.end)
        return greeted and one in lists.first and one not in lists.ordinary
    pairs = ((one, last), (last, one))
    if any(s in japanese.surname_romaji and g in japanese.given_romaji for s, g in pairs):
        return not is_common(one) and not is_common(last)
    given = one in lists.first and one not in lists.ordinary and not is_common(one)
    return given and (last in lists.last or last not in lists.used)
