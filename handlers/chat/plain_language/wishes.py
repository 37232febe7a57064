"""Wishes in plain words that reach their command without a model: a table of what is wanted and of what.

A wish (wishes.txt) is said if something of each of its groups stands in the line, whichever way it is bent or spelled
(`knowledge.words`). What says a lot beside is a statement, not a wish.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.words.words import is_japanese, words_in_order

LONGEST_WISH = 80  # characters: what is longer tells something
# Words that carry a meaning and do not belong to the wish: more of them where it is said that something is wished.
MOST_BESIDE, BESIDE_A_STATEMENT = 8, 1
_WISHES = re.compile(
    r"たい|下さ|くださ|(?:て|で)(?:ほし|欲し|もら|くれ|おいて)|[てで][。!！]?\Z|とい[てで]|には?\Z|ねん|へん|[?？]|どう|ですか|お願い|欲し|ほしい|困って|オフ\Z|オン\Z"
    r"|\b(?:please|want|like to|can you|can i|could|how do|how can|need|let|get)\b"
    r"|\A(?:add|change|connect|correct|disable|delete|download|export|import|list|make|only|open|put|read|remove|rename|reorder|show|start|stop|switch|test|turn)\b",
    re.IGNORECASE,
)
# What tells how something is: 変えられます, 対応していません. 来ません and できません complain, which is a wish.
_TELLS = re.compile(
    r"→|」(?:を(?:押|開|タップ)|から|で|の)|(?:[らさか]れ|でき|使え|あり|[てで]い|[てで]おり)ます[。!！]?\Z|[てで](?:い|おり)ません[。!！]?\Z"
)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_TABLE = Path(__file__).with_suffix(".txt")


@dataclass(frozen=True)
class _Wish:
    command: str
    groups: tuple[tuple[frozenset[str], ...], ...]

    def said_in(self, words: frozenset[str]) -> bool:
        return all(any(said <= words for said in group) for group in self.groups)

    def place(self, words: Sequence[str]) -> int:
        """Where the last word stands of what is to be done."""
        done = frozenset().union(*self.groups[1 if len(self.groups) > 1 else 0])
        return max(place for place, word in enumerate(words) if word in done)

    @property
    def known(self) -> frozenset[str]:
        return frozenset().union(*(said for group in self.groups for said in group))


def wished(line: str, beside: int = MOST_BESIDE) -> str:
    """The English name of the command a line asks for in plain words; empty where it asks for none, or for several.

    `beside`: so many words may stand in it that carry a meaning and do not belong to the wish.
    """
    line = _ADDRESS.sub(" website ", line).replace("Q&A", "FAQ")
    if len(line) > LONGEST_WISH or _TELLS.search(line):
        return ""
    is_wish = _WISHES.search(line) is not None
    beside = min(beside, MOST_BESIDE if is_wish else BESIDE_A_STATEMENT)
    words = [(_plain(word), carries) for word, carries in words_in_order(line)]
    carrying = {word for word, carries in words if carries and not (is_wish and word.isdecimal())}
    wishes = _meant([word for word, _carries in words], last_counts=is_japanese(line))
    commands = {wish.command for wish in wishes if len(carrying - wish.known) <= beside}
    return commands.pop() if len(commands) == 1 else ""


def _meant(order: Sequence[str], *, last_counts: bool) -> Sequence[_Wish]:
    """The wishes with the most groups; in Japanese those whose deed is said last (登録した質問を消したい removes)."""
    said = frozenset(order)
    wishes = [wish for wish in _wishes() if wish.said_in(said)]
    most = max((len(wish.groups) for wish in wishes), default=0)
    wishes = [wish for wish in wishes if len(wish.groups) == most]
    last = max((wish.place(order) for wish in wishes), default=0)
    return [wish for wish in wishes if not last_counts or wish.place(order) == last]


@cache
def _wishes() -> Sequence[_Wish]:
    lists, wishes = dict[str, str](), list[_Wish]()
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            name, _equals, words = line.partition(" = ")
            lists[name] = words
        elif line.startswith("/"):
            command, _colon, groups = line.partition(": ")
            wishes.append(_Wish(command, tuple(_group(group, lists) for group in groups.split(" | "))))
    return wishes


def _group(written: str, lists: Mapping[str, str]) -> tuple[frozenset[str], ...]:
    words = ", ".join(lists.get(each, each) for each in written.split(", ")).split(", ")
    return tuple(frozenset(_comparable(each)) for each in dict.fromkeys(words))


def _comparable(written: str) -> Iterator[str]:
    for part in written.split():
        yield from (_plain(word) for word, _carries in words_in_order(part))


def _plain(word: str) -> str:
    return "ない" if word == "無" else word  # しない, なし and 無い
