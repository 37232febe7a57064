"""Questions and answers inside a document: told by their marks, headings, tables or looks, and made entries. Pure.

What is neither stays a document. Of the ways in which people write such a list the surest that fits is taken.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from knowledge.importing import columns
from knowledge.importing.parts import TextPart, text_of
from knowledge.importing.read_results import FoundFaq

LONGEST_QUESTION = 300
LONGEST_ANSWER = 5_000  # what is longer is no answer but a document
FEWEST = 3  # paragraphs that begin with a question, from which on it is a list of them
SHARE = 0.6  # of headings side by side, from which on they are questions

_END = r"(?:[.．:：、)）】\]|｜\s　-]|(?=[「『（(])|$)"
_NUMBERED = r"[\s　]*[-.．]?[\s　]*[0-9０-９]{0,3}"
_Q = (
    rf"(?:(?:[QＱ](?:uestion)?|(?:ご?質問|問い?|設問)(?:内容|文)?|问题(?:描述)?|問題描述|질문|Pregunta|Frage)"
    rf"{_NUMBERED})"
)
_A = (
    rf"(?:(?:[AＡ]|Ans(?:wer)?|(?:ご?回答|答え?|解答)(?:内容|文)?|解决方案|解決方案|回[复覆]|答案|답변|Respuesta|Antwort)"
    rf"{_NUMBERED})"
)
_OPEN = r"[\s　]*[【\[(（]?"
_Q_MARK = re.compile(rf"{_OPEN}{_Q}{_END}+[\s　]*", re.I)
_A_MARK = re.compile(rf"{_OPEN}{_A}{_END}+[\s　]*", re.I)
# A letter alone before a Japanese sentence: 「Q料金はいくらですか」.
_Q_BARE = re.compile(r"[QＱ][0-9０-９]{0,3}[\s　]*(?=[^\x00-\xff])")
_A_BARE = re.compile(r"[AＡ][0-9０-９]{0,3}[\s　]*(?=[^\x00-\xff])")
# 「A partir de 12 anos」, "A week later": a word of the sentence, as a mark would be followed by how sentences begin.
_ARTICLE = re.compile(r"[\s]*[Aa][ \t]+(?:[a-zß-öø-ÿ]|[0-9]+[- ]?[a-z])")
_ASKS = re.compile(
    r"[?？;][」』）)*\s]*$|(?:ますか|ですか|でしょうか|ませんか|すか|のか|るか|いか|のですが|には|方法は|違いは|いくら)[。.．]?$"
    r"|^(?:¿|(?:how|what|why|when|where|who|can|do|does|is|are|which|will|should) )",
    re.I,
)
# As a heading these are what people come with, too: 「ログインできない」, 「退会したい」, 「料金について」.
_WISHES = re.compile(r"(?:たい|ない|ません|について|とき|場合|時)[。.．]?$")
_NAMED_FAQ = re.compile(
    r"\bfaqs?\b|frequently asked questions|foire aux questions|gestellte fragen|perguntas frequentes"
    r"|domande frequenti|часто задаваемые вопросы|よくある(?:ご)?質問|q\s*[&＆]\s*a|質問集|질문|常[见見](?:问题|問題)"
    r"|preguntas frecuentes",
    re.I,
)
_NUMBER = re.compile(
    r"^(?:[0-9０-９]{1,3}[.．)）、]|[(（][0-9０-９]{1,3}[)）]|[•・●○■□◆◇▼▽]|[-–*](?=\s)|No\.?\s*[0-9]+)[\s　]*"
)


class Division(NamedTuple):
    """Entries, the parts that are left, and how many questions had no answer (a form's that nobody filled in)."""

    entries: list[FoundFaq]
    rest: list[TextPart]
    empty: int = 0


def asks(text: str) -> bool:
    """Whether a line reads as a question."""
    return bool(_ASKS.search(text.strip())) and len(text) <= LONGEST_QUESTION


def divided(parts: Sequence[TextPart], title: str = "") -> Division:
    """The entries in these parts, and the parts that are left."""
    named = bool(_NAMED_FAQ.search(title)) or any(_NAMED_FAQ.search(part.text) for part in parts[:4] if part.level)
    parts = _opened(parts)
    entries, rest, _empty = _of_tables(parts)
    ways: tuple[Callable[[Sequence[TextPart], bool], Division], ...] = (_by_marks, _by_headings, _by_looks)
    for way in ways:
        found = way(rest, named)
        if found.entries:
            return Division([*entries, *found.entries], found.rest, found.empty)
    return Division(entries, rest)


def marked_question(text: str) -> str | None:
    """The question behind its mark (Q, 質問 ...); None without one."""
    return _behind(text, _Q_MARK, _Q_BARE)


def marked_answer(text: str) -> str | None:
    """The same of an answer."""
    return None if _ARTICLE.match(text) else _behind(text, _A_MARK, _A_BARE)


def _behind(text: str, *marks: re.Pattern[str]) -> str | None:
    text = _NUMBER.sub("", text)
    for mark in marks:
        if found := mark.match(text):
            return text[found.end() :].strip()
    return None


def _opened(parts: Sequence[TextPart]) -> list[TextPart]:
    """Paragraphs in which a line begins with the mark of an answer or question, cut there; and behind a first line that
    asks, where several do.
    """
    opened: list[TextPart] = []
    asking = {n for n, part in enumerate(parts) if not part.level and _asks_first(part.text)}
    for at, part in enumerate(parts):
        lines = part.text.split("\n")
        cuts = [n for n, line in enumerate(lines) if n and _is_marked(line)]
        if not cuts and at in asking and len(asking) >= FEWEST:
            cuts = [1]
        if part.rows or part.level or not cuts:
            opened.append(part)
            continue
        for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
            opened.append(replace(part, text="\n".join(lines[start:end]).strip()))
    return opened


def _asks_first(text: str) -> bool:
    first, _end, more = text.partition("\n")
    return bool(more) and first.rstrip().endswith(("?", "？")) and _asks_alone(first)


def _is_marked(line: str) -> bool:
    line = _NUMBER.sub("", line)
    return bool(_Q_MARK.match(line) or _A_MARK.match(line) or (_Q_BARE.match(line) and asks(line)))


# Tables


def _of_tables(parts: Sequence[TextPart]) -> Division:
    entries, rest = list[FoundFaq](), list[TextPart]()
    for part in parts:
        found = _of_table(part.rows) if part.rows else []
        entries += found
        if not found:
            rest.append(part)
    return Division(entries, rest)


def _of_table(rows: Sequence[Sequence[str]]) -> list[FoundFaq]:
    """The entries of a table that has a column of questions and one of answers, by name or by what stands there."""
    width = max(map(len, rows))
    if width < 2 or len(rows) < 2:
        return []
    roles = columns.by_name(rows[0])
    body = rows[1:]
    if not {"question", "answer"} <= roles.keys():
        asking = [sum(n < len(row) and _asks_or_marked(row[n]) for row in rows) for n in range(width)]
        n = max(range(width), key=lambda n: asking[n])
        if width > 3 or n + 1 >= width or asking[n] < max(2, len(rows) * 0.5):
            return []
        roles, body = {"question": n, "answer": n + 1}, rows if _asks_or_marked(rows[0][n]) else rows[1:]
    q, a = roles["question"], roles["answer"]
    cells = [(row[q], row[a]) for row in body if len(row) > max(q, a)]
    return [entry for question, answer in cells if (entry := _entry(question, [TextPart(answer)]))]


def _asks_or_marked(text: str) -> bool:
    return asks(text) or marked_question(text) is not None


# Marks: Q. and A., 質問 and 回答


def _by_marks(parts: Sequence[TextPart], named: bool) -> Division:
    starts = [n for n, part in enumerate(parts) if not part.rows and marked_question(part.text) is not None]
    has_answers = any(not part.rows and marked_answer(part.text) is not None for part in parts)
    headed = [n for n in starts if parts[n].level]
    if len(starts) < 2 and not (starts and has_answers):
        return Division([], list(parts))
    # 「問い」 alone may be a word of the text: without answers the question must stand out.
    if not has_answers and len(headed) < 2 and not named:
        return Division([], list(parts))
    return _cut(parts, starts)


def _by_headings(parts: Sequence[TextPart], named: bool) -> Division:
    """Headings of one level that ask."""
    best = Division([], list(parts))
    for level in sorted({part.level for part in parts if part.level}, reverse=True):
        heads = [n for n, part in enumerate(parts) if part.level == level and _has_body(parts, n)]
        asking = [n for n in heads if asks(text := _plain(parts[n].text)) or (named and _WISHES.search(text))]
        if len(asking) < 2:
            continue
        if len(asking) >= len(heads) * (0.3 if named else SHARE):
            starts = heads
        elif len(asking) >= 3:
            starts = asking
        else:
            continue
        if len(starts) > len(best.entries):
            best = _cut(parts, starts)
    return best


def _by_looks(parts: Sequence[TextPart], named: bool) -> Division:
    """Short paragraphs that ask, each with its answer below: bold ones, or most of the text."""
    texts = [n for n, part in enumerate(parts) if part.text and not part.level and not part.rows]
    asking = [n for n in texts if _asks_alone(parts[n].text)]
    strong = [n for n in texts if parts[n].strong and len(parts[n].text) <= LONGEST_QUESTION]
    for starts, fewest in (
        ([n for n in strong if n in set(asking)], 2),
        (asking, 2 if named else 3),
    ):
        answered = [n for n in starts if n + 1 < len(parts) and n + 1 not in set(starts) and not parts[n + 1].level]
        # Elsewhere than in a list of questions people ask in passing.
        if len(answered) >= fewest and (named or len(answered) * 6 >= len(texts) or parts[answered[0]].strong):
            # What stands out as they do is one of them, if it does not ask outright.
            alike = {n for n in strong if n > answered[0]} if parts[answered[0]].strong and named else set[int]()
            return _cut(parts, sorted({*answered, *alike}))
    return Division([], list(parts))


def _asks_alone(text: str) -> bool:
    """One sentence that asks, and nothing after it."""
    plain = _plain(text)
    return len(plain) <= 160 and "\n" not in plain and asks(plain) and len(re.findall(r"[。！!]|\. ", plain)) <= 1


def _has_body(parts: Sequence[TextPart], n: int) -> bool:
    return n + 1 < len(parts) and (not parts[n + 1].level or parts[n + 1].level > parts[n].level)


@dataclass
class _Pair:
    question: TextPart
    answer: list[TextPart]


def _cut(parts: Sequence[TextPart], starts: Sequence[int]) -> Division:
    """Each of `starts` is a question, and what follows its answer, up to the next or to a heading that is as high."""
    begins = set(starts)
    rest, pairs = list[TextPart](), list[_Pair]()
    is_open = False
    for n, part in enumerate(parts):
        if n in begins:
            pairs.append(_Pair(part, []))
            is_open = True
        elif is_open and not (part.level and _ends(part, pairs[-1].question)):
            pairs[-1].answer.append(part)
        else:
            is_open = False
            rest.append(part)
    entries, empty = list[FoundFaq](), 0
    for pair in pairs:
        if entry := _entry(pair.question.text, pair.answer):
            entries.append(entry)
        elif _is_filled(pair.answer):
            rest += [replace(pair.question, level=pair.question.level or 3), *pair.answer]
        else:
            empty += 1
    return Division(entries, rest, empty)


def _is_filled(answer: Sequence[TextPart]) -> bool:
    return any(part.rows or (part.text if (said := marked_answer(part.text)) is None else said) for part in answer)


def _ends(part: TextPart, question: TextPart) -> bool:
    return not question.level or part.level <= question.level


def _entry(asked: str, answer: Sequence[TextPart]) -> FoundFaq | None:
    """The entry, without its marks; None where a half of it is missing or too long."""
    first, *more = asked.split("\n")
    behind = marked_question(first)
    question = _plain(first) if behind is None else behind
    parts = [TextPart("\n".join(more)), *answer] if more else list(answer)
    parts = [part for part in parts if part.text or part.rows]
    if not question and parts:
        # The mark stands on a line of its own.
        question, *lines = parts[0].text.split("\n")
        parts = [TextPart("\n".join(lines)), *parts[1:]] if lines else parts[1:]
    if parts and not parts[0].rows and (said := marked_answer(parts[0].text)) is not None:
        parts[0] = replace(parts[0], text=said, level=0)
    text = text_of(parts)
    question = " ".join(question.split())
    if not question or not text or len(question) > LONGEST_QUESTION or len(text) > LONGEST_ANSWER:
        return None
    return FoundFaq(question, text)


def _plain(text: str) -> str:
    """A heading without the number or sign before it, unless it is nothing else."""
    return _NUMBER.sub("", text).strip() or text
