"""Names that are words, too: Mark, Grace, さくら. Such a word is somebody only where it is used as a name."""

import re
from functools import lru_cache

from guardrail.names.word_tables import AMBIGUOUS, SUFFIXES, listed
from guardrail.text.reading import PROPER_NAMES, standing
from knowledge.words.dictionaries import dictionary

ORDINARY = frozenset(word.lower() for word in AMBIGUOUS | SUFFIXES)
# Written with a capital wherever they stand.
MONTHS = listed("january february march april may june july august september october november december")
TITLED = re.compile(r"(?i)(?:Mr|Ms|Mrs|Mx|Dr|Prof)\.? ?\Z")
HONOURED = re.compile("[ \u3000]?(?:様|氏|先生|君|殿|部長|課長|社長|店長|係長|院長|さん|さま|くん|ちゃん)")
SENTENCE_BEGINS = re.compile(r"(?:\A|[.!?:。！？：\n\"“「『(（|>])[\s*_#•\-]*\Z")
KEPT = 1_000  # words looked up lately
AROUND = 12  # characters


@lru_cache(KEPT)
def is_common(word: str) -> bool:
    """Whether the word is in use for something else than a person."""
    if word.isascii():
        return word.lower() in ORDINARY
    return any(standing(found.part_of_speech()) not in PROPER_NAMES for found in dictionary().lookup(word))


def is_called(text: str, start: int, end: int) -> bool:
    """Whether the common word there is used as a name."""
    word, before = text[start:end], text[max(0, start - AROUND) : start]
    if not word.isascii():
        return bool(HONOURED.match(text, end))
    if TITLED.search(before):
        return True
    return word.istitle() and word.lower() not in MONTHS and not SENTENCE_BEGINS.search(before)
