"""Answers as Claude writes and cites them, through what looks at their sentences: what is left out, and what is not.

bench/data/answers holds them with what is wrong in them marked; no key is needed, and no model is asked. Part of
`python -m bench.answers`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.items import KnowledgeItem
from knowledge.model.events import BlockEnded
from knowledge.model.grounding import sentences_of
from knowledge.model.prompt import AppFacts, Prompt
from knowledge.model.supported_text import SupportedText
from knowledge.phrases import Tag

NAMES = {"kotori": "ことりノート", "hakobento": "ハコベント", "parkpal": "ParkPal", "bank77": "the bank"}
# A block with what it cites, or words between blocks, which the API sends as a block that cites nothing.
_BLOCK = re.compile(r"\[\[(?P<cited>.+?)\|(?P<ids>[^|\]]+)\]\]|(?P<bare>(?:(?!\[\[).)+)", re.DOTALL)
_WRONG = re.compile(r"\{(.+?)\}", re.DOTALL)
_MARKUP = re.compile(r"\[\[|\|[^|\]]+\]\]|[{}]")
_AT_ONCE = 6  # characters of a text delta


@dataclass(frozen=True)
class Scripted:
    """One answer: its blocks with the ids they cite, and the sentences of it that are borne out and that are not."""

    app: str
    lang: Tag
    question: str
    blocks: tuple[tuple[str, tuple[str, ...]], ...]
    right: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass
class Outcome:
    """Of the answers in some languages; `dropped` and `let_through` are the sentences themselves."""

    answers: int = 0
    again: int = 0
    right: int = 0
    wrong: int = 0
    dropped: list[str] = field(default_factory=list)
    let_through: list[str] = field(default_factory=list)


def read(path: Path) -> Iterator[Scripted]:
    """The answers of a file; its format is told beside it (README.md)."""
    for line in path.read_text(encoding="utf-8").splitlines():
        app, lang, question, answer = line.replace("\\n", "\n").split("\t")
        wrong = [_MARKUP.sub("", found) for found in _WRONG.findall(answer)]
        right = [
            each for _, each in sentences_of(_MARKUP.sub("", re.sub(r"(?:\[\[)?\{.+?\}(?:\|[^]]+\]\])?", "", answer)))
        ]
        blocks = [
            (re.sub(r"[{}]", "", found["cited"] or found["bare"]), tuple((found["ids"] or "").split(",")))
            for found in _BLOCK.finditer(re.sub(r"\{(\[\[.+?)(\|[^]]+\]\])\}", r"\1\2", answer))
        ]
        yield Scripted(app, lang, question, tuple(blocks), _stripped(right), _stripped(wrong))


def shown(answer: Scripted, corpus: tuple[KnowledgeItem, ...]) -> tuple[str, bool]:
    """What a visitor would see of it, and whether the model would be asked again."""
    app = AppFacts(NAMES[answer.app])
    text, seen = SupportedText(Prompt(app, corpus, (), answer.question, answer.lang)), ""
    for words, cited in answer.blocks:
        for start in range(0, len(words), _AT_ONCE):
            seen += text.feed(words[start : start + _AT_ONCE])
        seen += text.block_ended(BlockEnded(words, tuple(each for each in cited if each)))
    return seen + text.close(), text.grounding.ungrounded


def measured(answers: Iterator[Scripted], corpora: dict[str, tuple[KnowledgeItem, ...]]) -> dict[str, Outcome]:
    """By language."""
    outcomes: dict[str, Outcome] = defaultdict(Outcome)
    for answer in answers:
        seen, again = shown(answer, corpora[answer.app])
        outcome = outcomes[answer.lang]
        outcome.answers += 1
        outcome.again += again
        outcome.right += len(answer.right)
        outcome.wrong += len(answer.wrong)
        outcome.dropped += [each for each in answer.right if each not in seen]
        outcome.let_through += [each for each in answer.wrong if each in seen]
    return outcomes


def _stripped(sentences: list[str]) -> tuple[str, ...]:
    return tuple(each.strip() for each in sentences if each.strip())
