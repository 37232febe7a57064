"""Messages as lines of JSON, judged one after the other as they came."""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from guardrail.spam.about import About
from guardrail.spam.earlier import Earlier
from guardrail.spam.judging import judge
from guardrail.spam.utterance import Utterance
from guardrail.spam.verdicts import Judgement

Id = str | int


@dataclass(frozen=True)
class Judged:
    """One record's judgement; as text the line that is its answer."""

    id: Id
    judgement: Judgement

    def __str__(self) -> str:
        return json.dumps({"id": self.id, "verdict": self.judgement.verdict, "why": self.judgement.why})


@dataclass(frozen=True)
class BadLine:
    """A line that is no record; as text what is wrong with it, without what it says."""

    number: int
    problem: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.problem}"


@dataclass(frozen=True)
class _Record:
    id: Id
    text: str
    group: Id | None
    at: float | None


def judge_lines(lines: Iterable[bytes], about: About) -> Iterator[Judged | BadLine]:
    """One for each line that is not blank. A message without a group is a conversation of its own."""
    salt = secrets.token_bytes(16)
    conversations = defaultdict[Id, Earlier](Earlier)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = _record(line)
        except ValueError as error:
            yield BadLine(number, str(error))
            continue
        message = Utterance.of(record.text, salt, record.at)
        earlier = Earlier() if record.group is None else conversations[record.group]
        judgement = judge(message, earlier, about)
        if record.group is not None:
            conversations[record.group] = earlier.after(message, judgement)
        yield Judged(record.id, judgement)


def _record(line: bytes) -> _Record:
    """Raises ValueError that says what is wrong."""
    try:
        found = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON") from error
    if not isinstance(found, dict):
        raise ValueError("not an object")
    named, text, group, at = (found.get(key) for key in ("id", "text", "group", "at"))
    if not _is_id(named):
        raise ValueError('"id" is not a text or a whole number')
    if not isinstance(text, str):
        raise ValueError('"text" is not a text')
    if group is not None and not _is_id(group):
        raise ValueError('"group" is not a text or a whole number')
    if at is not None and (isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at < 2**32):
        raise ValueError('"at" is not a number of seconds')
    return _Record(named, text, group, at)


def _is_id(value: object) -> TypeGuard[Id]:
    return isinstance(value, str | int) and not isinstance(value, bool)
