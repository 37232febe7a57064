"""Rows of letters that are no words: fingers on a keyboard, one letter held down, the same few over and over."""

import re

from guardrail.spam.letters import KANA, as_hiragana, kana_oddness, latin_oddness, latin_runs
from guardrail.spam.utterance import Utterance, letters
from guardrail.spam.verdicts import Sign, SpamReason

SHORT = 8  # letters: below this nothing can be said
ODD_KANA, ODD_LATIN = 6.9, 6.1
LONG, CERTAIN_AT = 15, 30  # letters of something over and over
SEEN = 600  # characters of a message

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = frozenset(
    pair
    for row in _KEYS
    for step in (1, 2)
    for at in range(len(row) - step)
    for pair in (row[at] + row[at + step], row[at + step] + row[at])
)
_HELD_DOWN = re.compile(r"(.)\1{5,}")
_OVER_AND_OVER = re.compile(r"(.{2,12}?)\1{6,}")  # people who wait write 「はやくして」 five times
_KANJI = re.compile(r"[一-鿿々]")
_SIGNS = re.compile(r"[!-/:-@\[-`{-~]")
_ROMAJI = re.compile(
    r"(?:(?:[kstnhmyrwgzdbpjf]|[sc]h|ts|[kgnhbpmr]y|([kstp])(?=\1))?[aeiou]|n|[kstp](?=[kstp][aeiou]))+"
)
_DRAWN_OUT = re.compile(r"(.{1,4}?)\1{2,}")  # きたーーー, ねえねえねえ
_MIXED_IN = re.compile(r"[ぁ-ヿ][a-z]+(?=[ぁ-ヿ])")


def gibberish(message: Utterance) -> Sign | None:
    """What speaks for a message saying nothing at all."""
    text = message.words[:SEEN].strip()
    if message.pasted:
        return None
    points = _repeated(text) or _mashed(text) or _kana(text) or _latin(text)
    return Sign(SpamReason.GIBBERISH, points) if points else None


def _repeated(text: str) -> int:
    """One piece of text, over and over, is nearly all of it. Marks and faces are how people shout."""
    plain = letters(text)
    if len(plain) < 12:
        return 3 if len(set(_SIGNS.findall(text))) >= 6 and len(plain) < len(text) / 4 and len(text) >= 12 else 0
    once = plain.replace("ー", "")
    if len(once) < LONG and len(set(once)) > 1:
        return 0
    covered = max(_covered(_HELD_DOWN, once), _covered(_OVER_AND_OVER, once))
    if covered < 0.8 * len(once):
        return 0
    # What begins otherwise is a word drawn out: noooooo.
    return 5 if len(once) >= CERTAIN_AT and covered == len(once) else 3


def _covered(pieces: re.Pattern[str], text: str) -> int:
    return sum(len(match[0]) for match in pieces.finditer(text))


def _mashed(text: str) -> int:
    """Letters that lie side by side on a keyboard."""
    plain = re.sub(r"[^a-z]", "", text)
    if len(_MIXED_IN.findall(text)) >= 2 and len(plain) >= SHORT and latin_oddness(plain) > ODD_LATIN:
        return 3
    if len(plain) < SHORT or len(plain) < 0.6 * len(letters(text)):
        return 0
    pairs = [plain[at : at + 2] for at in range(len(plain) - 1)]
    beside = sum(pair in _NEIGHBOURS for pair in pairs) / len(pairs)
    return 3 if beside > 0.65 else 0


def _kana(text: str) -> int:
    """Kana that do not follow each other so in Japanese; a text with kanji in it was written on purpose."""
    runs = KANA.findall(_DRAWN_OUT.sub(r"\1", as_hiragana(text)))
    kana = sum(map(len, runs))
    if kana < SHORT or kana < 0.7 * len(letters(text)) or _KANJI.search(text):
        return 0
    steps = [(kana_oddness(run), len(run) - 1) for run in runs if len(run) > 1]
    odd = sum(oddness * length for oddness, length in steps) / max(1, sum(length for _, length in steps))
    return 3 if odd >= ODD_KANA + 4 / kana else 0


def _latin(text: str) -> int:
    """Latin letters that make no words of any language."""
    words = [word for word in latin_runs(text) if len(word) > 2]
    length = sum(map(len, words))
    if length < SHORT or length < 0.6 * len(letters(text)):
        return 0
    odd = sum(latin_oddness(word) * len(word) for word in words if not _ROMAJI.fullmatch(word)) / length
    return 3 if odd >= ODD_LATIN + 4 / length else 0
