"""One message as the signs of spam are looked for in it, and a sketch by which its like is known again."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

from guardrail.spam.shapes import shapes
from guardrail.text.normalise import normalise
from guardrail.text.skeleton import FOLDS

HEAD, TAIL = 1_200, 300  # characters that are read of a longer message: what it wants stands at an end of it
SKETCH = 8  # hashes of 32 bits: enough to tell a copy from another question
_SHINGLE = 4  # letters

LINK = re.compile(
    r"(?:https?|ftp)://[^\s<>\"'「」『』（）()、。]+|\bwww\.[a-z0-9\-]+\.[^\s<>\"'「」、。]+"
    r"|(?<![\w@./])(?:bit\.ly|t\.me|wa\.me|lin\.ee|tinyurl\.com|goo\.gl|discord\.gg)/[\w\-/]+"
)
# A text in quotation marks is somebody else's: "I keep getting 'earn $500 a day'".
_QUOTED = re.compile(
    r"「[^「」]{2,300}」|『[^『』]{2,300}』|“[^“”]{2,300}”|`[^`]{2,300}`"
    r"|\"[^\"\n]{2,300}\"|(?<!\w)'[^'\n]{4,300}'(?!\w)"
)
_SPACED = re.compile(r"(?<![^\W_])(?:[a-z][ .\-_*]){4,}[a-z](?![^\W_])")  # i g n o r e
_SPREAD = re.compile(r"(?<=[ぁ-ヿ一-鿿]) +(?=[ぁ-ヿ一-鿿])")
_DISGUISED = re.compile(r"(?=[a-z@$!]*[013457@$])(?=[013457@$!]*[a-z])[a-z013457@$!]{4,}")
_PLAIN = str.maketrans("013457@$!", "oieastasi")
_FOREIGN = re.compile(r"[\u0370-\u058f\u13a0-\u13ff\u1d00-\u1d2b]")


@dataclass(frozen=True)
class Utterance:
    """What is read of a message; `at`: seconds of any clock that does not go back, if the caller has one."""

    text: str
    sketch: tuple[int, ...]
    at: float | None = None

    @classmethod
    def of(cls, text: str, salt: bytes = b"", at: float | None = None) -> "Utterance":
        """Any text; `salt`, up to 16 bytes, is the day's: without it nobody can tell what a sketch is of."""
        shown = text if len(text) <= HEAD + TAIL else f"{text[:HEAD]}\n{text[-TAIL:]}"
        read = normalise_lines(shown)[: HEAD + TAIL]  # one U+FDFA becomes 18 characters
        return cls(read, _sketch(read, salt), at)

    @cached_property
    def links(self) -> list[str]:
        return LINK.findall(self.text)

    @cached_property
    def words(self) -> str:
        """Without its links."""
        return LINK.sub(" ", self.text) if self.links else self.text

    @cached_property
    def own_words(self) -> str:
        """Without what it quotes; where it says next to nothing beside it, all of it."""
        rest = _QUOTED.sub(" ", self.words)
        return rest if len(letters(rest)) >= 6 else self.words

    @cached_property
    def undisguised(self) -> str:
        """Letters of other scripts, digits for letters and letters held apart undone, for what may not be missed."""
        text = _SPREAD.sub("", self.text)
        if _FOREIGN.search(text):
            text = "".join(FOLDS[char] if _FOREIGN.match(char) else char for char in text)
        text = _SPACED.sub(lambda match: re.sub(r"[ .\-_*]", "", match[0]), text)
        return _DISGUISED.sub(lambda match: match[0].translate(_PLAIN), text)

    @cached_property
    def asks(self) -> bool:
        """Whether it is a question, in either language."""
        return _says("asks", self.words)

    @cached_property
    def complains(self) -> bool:
        """Whether it tells of a trouble."""
        return _says("complains", self.own_words)

    @cached_property
    def of_service(self) -> bool:
        """Whether it speaks of the app, an account or an order."""
        return _says("of_service", self.own_words)

    @cached_property
    def wants(self) -> bool:
        """Whether it asks somebody to do something."""
        return _says("wants", self.words)

    @cached_property
    def pasted(self) -> bool:
        """Whether it holds a log, a trace or code."""
        return _says("pasted", self.text)


def _says(what: str, text: str) -> bool:
    return bool(shapes("reading")[what].search(text))


def normalise_lines(text: str) -> str:
    """In one spelling, lower case; lines are kept."""
    return normalise(text).text.lower()


def letters(text: str) -> str:
    """Letters and digits alone."""
    return "".join(filter(str.isalnum, text))


def _sketch(text: str, salt: bytes) -> tuple[int, ...]:
    """The smallest hashes of its shingles (Broder's bottom-k sketch): alike for texts that are alike."""
    plain = letters(text) or text.strip()
    shingles = {plain[at : at + _SHINGLE] for at in range(max(1, len(plain) - _SHINGLE + 1))}
    hashes = sorted({_hashed(shingle, salt) for shingle in shingles}) if plain else []
    return tuple(hashes[:SKETCH])


def _hashed(shingle: str, salt: bytes) -> int:
    written = shingle.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(written, digest_size=4, salt=salt).digest(), "big") or 1
