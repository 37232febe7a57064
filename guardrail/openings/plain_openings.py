"""How far a text begins with words that are nobody's, so that they may be shown before the rest is read."""

import re
from collections.abc import Callable, Iterable

from guardrail.numbers.street_lines import GROWN_TOGETHER
from guardrail.openings.closed_words import closed_end, meets_at_sign
from guardrail.openings.plain_english import is_plain_english
from guardrail.openings.plain_japanese import is_kana_surname, plain_japanese

LONGEST = 200  # characters; far below where a piece of text is cut by force
WINDOW, UNSETTLED = 12, 3  # characters read as Japanese at a time; so many at their end may yet read otherwise
BLANKS = " \n\u3000"
MARKS = "、。！？：「」"
WORD = re.compile(r"([A-Za-z]+(?:'[a-z]{1,2})?)(?:[,;:.!?]?(?=[ \n]))")
LAST_WORD = re.compile(r"([A-Za-z]+(?:'[a-z]{1,2})?)[,;:.!?]?\Z")
# An initial, and what a street line begins with, or may where the text ends.
OPENS_MORE = re.compile(
    r"[A-Z]\.|(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Level|Shop|Room|Studio|House|Box|No|Via|Plaza|Place) "
    rf"(?:\Z|[#0-9A-ZÀ-Þ])|[A-Z][a-z]+ [A-ZÀ-Þ][a-zà-þ]*(?:\Z|(?:{GROWN_TOGETHER})\b)"
)
STOP = re.compile(r"[.,;:!?](?=[ \n])")
ITEM = re.compile(r"(?:[-*] |#{1,4} |[0-9]{1,2}\. (?=[^0-9 ])|\[[x ]\] |[|※■●▼◆・┗→] ?(?=[^\[(（@0-9 ]))")
SENTENCE_ENDS = ".!?:。！？：\n"
# No piece of text is cut within a window.
JAPANESE = re.compile(f"[ぁ-ゖ㐀-鿿々]{{1,{WINDOW}}}")
KANA_AND_BLANK = re.compile("([ぁ-ゖ]+)[ \u3000][ぁ-ゖ]?\\Z")
SCRIPTS = (re.compile("[ぁ-ゖ]"), re.compile("[ァ-ヺー]"), re.compile("[㐀-鿿々]"), re.compile("[A-Za-z0-9]"))

Secret = Callable[[str], bool]  # whether a word belongs to a known value


def plain_opening(
    before: str, text: str, secret: Secret, *, complete: bool, start: int = 0, names: Iterable[str] = ()
) -> int:
    """How many characters, `start` of which are known already; `before`: what was shown before the text.

    `names` are as good as plain words: the app's. More text behind it only makes it longer.
    """
    # What was shown ends inside a word, so that this is no beginning of one.
    if before and before[-1] not in BLANKS + MARKS + ",.!?:;":
        return 0
    at = start
    while at < min(len(text), LONGEST):
        end = _behind_name(text, at, names, complete=complete)
        if end < at:
            break
        if end == at:
            end = _one_further(before, text, at, secret, complete=complete)
        if end == at:
            end = closed_end(before, text, at, secret, complete=complete)
        if end <= at:
            break
        at = end
    return at


def _behind_name(text: str, at: int, names: Iterable[str], *, complete: bool) -> int:
    """The end of the longest name at `at`; `at` if there is none, -1 while that cannot be said yet."""
    end = at
    for name in names:
        rest = text[at : at + len(name) + 1]
        if not complete and len(rest) <= len(name) and name.startswith(rest):
            return -1
        if rest.startswith(name) and not (len(rest) > len(name) and _goes_on(text, at + len(name))):
            end = max(end, at + len(name))
    return end


def _one_further(context: str, text: str, at: int, secret: Secret, *, complete: bool) -> int:
    """The end of the blank, mark or words at `at`; not behind it if they are none of ours, or not all there."""
    if text[at] in BLANKS or text[at] in MARKS or STOP.match(text, at):
        return at + 1
    before = context + text[:at]
    if (not before or before.endswith("\n")) and (item := ITEM.match(text, at)):
        return at if meets_at_sign(text, item.end() - 1, complete=complete) else item.end()
    if not text[at].isascii():
        return _japanese(text, at, secret, complete=complete)
    match = WORD.match(text, at) or (LAST_WORD.match(text, at) if complete else None)
    begins = not before.strip(BLANKS + "-*#") or before.rstrip(BLANKS[0] + "-*#\u3000")[-1] in SENTENCE_ENDS
    if not match or not is_plain_english(match[1], capital=begins) or secret(match[1]):
        return at
    # Room 12, J. Smith: a word that a number or a name makes something else.
    if (more := OPENS_MORE.match(text, at)) and not (complete and more.end() == len(text)):
        return at
    return at if meets_at_sign(text, match.end(), complete=complete) else match.end()


def _japanese(text: str, at: int, secret: Secret, *, complete: bool) -> int:
    """Words of the dictionary that are not the beginning of a longer one it does not know."""
    window = match[0] if (match := JAPANESE.match(text, at)) else ""
    goes_on = len(window) == WINDOW
    if not window or (at + len(window) == len(text) and not goes_on and not complete):
        return at
    settled = WINDOW - UNSETTLED if goes_on else len(window)
    ends = [at]
    behind = text[at + len(window) : at + len(window) + 3]
    if complete and at + len(window) + len(behind) == len(text):
        behind += "。"
    for word in plain_japanese(window, settled, behind):
        if secret(word):
            break
        ends.append(ends[-1] + len(word))
    if len(ends) > 1 and ends[-1] < at + len(window) and _goes_on(text, ends[-1]):
        ends.pop()
        # お and の may be anything's beginning.
        while len(ends) > 1 and ends[-1] - ends[-2] == 1 and _goes_on(text, ends[-1]):
            ends.pop()
    run = KANA_AND_BLANK.search(text[at : ends[-1]] + text[ends[-1] : ends[-1] + 2])
    if run and is_kana_surname(run[1]):
        return max(end for end in ends if end <= at + run.start() or end == at)
    return ends[-1]


def _goes_on(text: str, at: int) -> bool:
    """Whether one word could lie on both sides."""
    return any(script.match(text[at - 1]) and script.match(text[at]) for script in SCRIPTS)
