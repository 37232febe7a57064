"""What an app is about, as far as it decides whether an errand is the app's own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from guardrail.links import Hosts, host_of
from guardrail.spam.shapes import shapes
from guardrail.spam.utterance import LINK, normalise_lines

TOPICS = ("writing", "code", "translation", "recipe", "sums", "study", "weather", "money", "talk")
SHARE = 10  # of so many texts one has to be about it

_CONTENT = re.compile(r"[a-z]{5,}|[一-鿿々]{2,}|[ァ-ヶー]{3,}")
_ANY = frozenset(("about", "could", "would", "should", "there", "their", "which", "where", "write", "please", "explain",
    "create", "describe", "作成", "説明", "提案", "方法", "以下"))  # fmt: skip


@dataclass(frozen=True)
class About:
    """The kinds of errands an app is itself for, the words its knowledge is made of, and the hosts that are its own."""

    topics: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    hosts: Hosts = field(default_factory=lambda: Hosts(frozenset()))

    @classmethod
    def of(cls, texts: Iterable[str], hosts: Iterable[str] = ()) -> "About":
        """From the entries of its knowledge, its description among them; links in them are its own, too."""
        read = [normalise_lines(text) for text in texts]
        named = {link for text in read for link in LINK.findall(text)}
        topics = {
            topic
            for topic in TOPICS
            if SHARE * sum(bool(shapes("topics")[topic].search(text)) for text in read) > len(read)
        }
        words = frozenset(word for text in read for word in _CONTENT.findall(text)) - _ANY
        return cls(frozenset(topics), words, Hosts.of(filter(None, map(host_of, [*hosts, *named]))))

    def touches(self, wanted: str) -> bool:
        """Whether anything that is wanted has a word in the app's knowledge."""
        return not self.words.isdisjoint(_CONTENT.findall(wanted))

    def knows(self, wanted: str) -> bool:
        """Whether half of what is wanted are words of the app's knowledge."""
        words = set(_CONTENT.findall(wanted)) - _ANY
        return bool(words) and 2 * len(words & self.words) >= len(words)
