"""How far an answer begins with words that nothing behind them can make part of a finding, so that they may be shown.

Asked only while nothing of the answer is shown, and at lengths that do not depend on how it arrives. English words that
nobody is called need a letter behind them; Japanese ones a particle that no name, number or address goes on behind, and
the recognizers, who read them with what any of their rules waits for.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from guardrail.findings import Finding
from guardrail.known.forms import Forms
from guardrail.known.known_values import KnownValues, Together
from guardrail.names.english_lists import EnglishLists
from guardrail.names.name_lists import NameLists, katakana
from guardrail.names.other_languages import is_elsewhere
from guardrail.names.word_tables import AMBIGUOUS, GREETING, PRODUCTS, TITLE, listed
from guardrail.numbers.spelled_digits import ENGLISH as NUMBERS
from guardrail.numbers.spelled_digits import KANA, TIMES
from guardrail.text.reading import JAPANESE
from knowledge.words.dictionaries import tokenizer

LOOKS = (8, 12, 16, 24)  # characters; no piece of an answer is shorter than the last
UNSETTLED = 3  # characters at the end that may yet be other words
# What a list's item, a heading or a note begins with.
MARK = re.compile(r"(?:※|\| ?|\*\*|[-*>・●■] {1,3}|#{1,4} |[0-9]{1,2}\. {1,3}|\[[x ]\] )(?=[^\W\d_]|[「`*])")
# A word with what may stand behind it; no at sign, be it spelled out, nor the beginning of one.
WORD = re.compile(
    r"([A-Za-z]+)(?:'[a-z]{1,2})?([,:;.!?]?)"
    r" (?=\S)(?![0-9@＠(（［\[{<「【★☆◎●_#~アあドど]|(?i:at|dot)[ \n]|(?i:a|at|d|do|dot)\Z)"
)
# A word with a capital may be a street's: then no number may follow it.
NO_STREET = re.compile(r"[^A-Z]|[A-Za-z]+[^A-Za-z0-9\n]{1,3}[^0-9\s]")
# With a number before or behind it, an address in one of the languages of street_lines.py.
STREETS = listed(
    "rue avenue boulevard place quai chemin impasse calle rua via piazza bis street road east west north south apt"
    " apartment suite ste unit flat floor level shop room studio house box no plaza"
)
NAMESAKES = (AMBIGUOUS | PRODUCTS) - listed("an go in see so")
SAID = ("and ", "was ")  # of a person
# Letters, digits and what stands between words; nothing that a link or a placeholder is made of.
PLAIN = re.compile(r"[ぁ-ヿ㐀-鿿々A-Za-zÀ-ÿ0-9 、。「」()（）・.,:'’`|¥$€+*\n-]*")
WEB = re.compile(r"(?i:www\.|https?)|[a-z][A-Z]|[A-Z]{2}[a-z]")  # or code
# Particles, behind a word or at the very beginning, and another word behind them.
PARTICLES = re.compile(
    r"(?:(?<=[^ぁ-ゖ。、「 -])|(?<=[A-Za-z0-9`]) |\A)"
    r"(?P<run>[ぁ-ゖ]+)、? ?(?P<on>(?=[ァ-ヺ㐀-鿿A-Za-z0-9「`])(?![銀信農]))?"
)
# No honorific, post or introduction begins with these; nor with の and が, but for の両名 and がご案内.
GOES_ON_PLAINLY = frozenset("をにではもへ")
INTRODUCES = {"の": "0123456789０１２３４５６７８９一二三四五六両各", "が": "対担おごま参承伺う回"}
HOUSE = "1-2-3"  # what a place goes on with, over particles and other words
AT_END = "".join(map(chr, range(ord("ぁ"), ord("ゖ") + 1))) + "、 "
LATIN = re.compile(r"[A-Za-z0-9]+")

Find = Callable[[str], list[Finding]]


def free_opening(text: str, end: Callable[[str], int]) -> int:
    """How many characters of an answer leave early, by `free_end` of its beginnings."""
    return next((free for size in LOOKS if len(text) >= size and (free := end(text[:size]))), 0)


def free_end(opening: str, find: Find, known: KnownValues | Together, names: Iterable[str] = ()) -> int:
    """The last end of a word in `opening` before which nothing can be found any more; 0 for none.

    `names` are as good as plain words: the app's.
    """
    if is_elsewhere(opening):
        return 0
    mark = MARK.match(opening)
    at = _behind_name(opening, mark.end() if mark else 0, names)
    at = _behind_english(opening, at)
    plain = PLAIN.match(opening)
    ends = [end for end in _japanese_ends(opening) if at < end <= (plain.end() if plain else 0)]
    if ends and not WEB.search(opening):
        free = min((found.start for read in (opening, opening + HOUSE) for found in find(read)), default=len(opening))
        at = max([at, *(end for end in ends if end <= free)])
    return 0 if known and _may_hold(opening[:at], known) else at


def _behind_name(text: str, at: int, names: Iterable[str]) -> int:
    for name in names:
        end = at + len(name)
        if text.startswith(name, at) and (text[end : end + 1] == " " or _is_unnamed(text[end:])):
            return end + (text[end] == " ")
    return at


def _behind_english(text: str, at: int) -> int:
    """The end of a run of words that are nobody's."""
    begins = True
    while match := WORD.match(text, at):
        word, behind = match[1], text[match.end() :]
        capital = not word.islower()
        if capital and not (begins and word == word.capitalize()) and word != "I":
            break
        # An initial; a name in two scripts.
        if (len(word) == 1 and match[2]) or (capital and JAPANESE.match(behind)):
            break
        if not _is_nobody(word.lower(), behind, capital=capital) or not NO_STREET.match(behind):
            break
        at, begins = match.end(), match[2] in (".", "!", "?", ":")
    return at


def _is_nobody(word: str, behind: str, *, capital: bool) -> bool:
    """Whether a word is in use and no name; a surname or an unusual word with a capital only if no other follows."""
    english, japanese = EnglishLists.load(), NameLists.load()
    if word not in english.used or word in english.first or word in STREETS or (len(word) == 1 and word not in "ai"):
        return False
    if word in NUMBERS or word in TIMES or word in TITLE or word in GREETING:
        return False
    named = word in english.last or word in japanese.surname_romaji or word in japanese.given_romaji
    if named and (word not in english.ordinary or word in NAMESAKES):
        return False
    if not capital or (word in english.frequent and not named):
        return True
    return not behind[0].isupper() and not any(said.startswith(behind[:4]) for said in SAID)


def _japanese_ends(opening: str) -> Iterator[int]:
    """Where a word, or it and its particles, end that what follows leaves as they are."""
    last = len(opening) - UNSETTLED
    for match in PARTICLES.finditer(opening):
        unnamed = _is_unnamed(opening[match.start("run") :])
        if unnamed and match.start("run") <= last:
            yield match.start()
        closed = (unnamed and match.start()) or match["run"][-1] in GOES_ON_PLAINLY or _is_aside(match)
        if closed and match["on"] is not None and match.end() <= last:
            yield match.end()


def _is_aside(match: re.Match[str]) -> bool:
    """また、 but not ひかり、."""
    lists, kana = NameLists.load(), katakana(match["run"])
    return "、" in match[0] and kana not in lists.given_kana and kana not in lists.surname_kana


def _is_unnamed(rest: str) -> bool:
    """Whether what stands behind a word says that nobody is called so, and enough of it is known."""
    if rest[:1] in INTRODUCES:
        return len(rest) > 1 and rest[1] not in INTRODUCES[rest[0]]
    return rest[:1] in GOES_ON_PLAINLY


def _may_hold(plain: str, known: KnownValues | Together) -> bool:
    """Whether part of a known value could stand there, or one have begun, but for the particles at the end."""
    words = LATIN.findall(plain)
    if JAPANESE.search(plain):
        words += [word for m in tokenizer().tokenize(plain) if JAPANESE.search(word := m.surface())]
    if any(known.have_part(word) or (len(word) > 1 and katakana(word) in KANA) for word in words):
        return True
    return known.begun(Forms(plain)).at < len(plain.rstrip(AT_END))
