"""Which column of a table holds what: by name in Japanese and English, else by what stands in it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from knowledge.errors import BadInput
from knowledge.importing.read_results import Columns
from knowledge.phrases import _

FAQ_ROLES = ("question", "answer", "phrasings", "exact")
DOCUMENT_ROLES = ("title", "text", "url")
_NAMES = """
question: question questions q faq query 質問 質問文 質問内容 ご質問 よくある質問 問い 問 設問 お問い合わせ
    問い合わせ内容
answer: answer answers a response reply 回答 回答文 回答内容 ご回答 答え 答 返答 返信 対応 アンサー 応答 応答文
    応答メッセージ 返信文 返信内容 返信メッセージ
phrasings: phrasings phrasing otherwaystoask variations alternatives synonyms 言い換え 別の聞き方 言い回し 類似質問
    keyword keywords キーワード 検索キーワード 키워드 關鍵字 关键词
exact: exact verbatim sayexactlythis そのまま そのまま答える 固定回答 定型回答
title: title subject タイトル 件名 題名 見出し 文書名
text: text body content description bodyhtml 本文 説明 内容 テキスト
url: htmlurl url link リンク アドレス
"""
NAMES: Mapping[str, frozenset[str]] = {
    role: frozenset(names.split())
    for role, _colon, names in (line.partition(":") for line in _NAMES.strip().replace("\n    ", " ").split("\n"))
}
# Words that give a longer name away: 「質問（日本語）」, "Customer question".
PARTS: Mapping[str, tuple[str, ...]] = {
    "question": ("質問", "question", "問い合わせ"),
    "answer": ("回答", "答え", "answer"),
}
KEYWORDS = ("keyword", "キーワード", "키워드", "關鍵字", "关键词")
HEADS_WITHIN = 12  # rows stand the names of columns
SAMPLE = 50  # rows that are looked at where names say nothing
_ASKS = re.compile(r"[?？]|(?:か|ですか|の)[。.]?$")


def guess(rows: Sequence[Sequence[str]]) -> Columns:
    """The columns of a table, its first row read as their names if it may be. Raises BadInput for a single column."""
    width = max((len(row) for row in rows[:SAMPLE]), default=0)
    if width < 2:
        raise BadInput(_("This table has a single column. It needs one for questions and one for answers."))
    for find in (by_name, by_parts):
        # A title, a date and the like may stand above the names.
        for above, row in enumerate(rows[:HEADS_WITHIN]):
            header = [*row, *[""] * (width - len(row))]
            roles = find(header)
            if has_pair(roles) or {"phrasings", "answer"} <= roles.keys():
                return Columns(tuple(header), roles, above=above)
    question, answer = _by_content([row for row in rows[:SAMPLE] if len(row) > 1], width)
    return Columns(letters(width), {"question": question, "answer": answer}, sure=False, header=False)


def has_pair(roles: Mapping[str, int]) -> bool:
    """Whether entries can be read with these: a question and its answer, or a title and its text."""
    return {"question", "answer"} <= roles.keys() or {"title", "text"} <= roles.keys()


def is_of_keywords(columns: Columns) -> bool:
    """Whether the other ways to ask are keywords, several in a cell."""
    place = columns.roles.get("phrasings", -1)
    return place >= 0 and any(word in _plain(columns.names[place]) for word in KEYWORDS)


def letters(width: int) -> tuple[str, ...]:
    """Names for columns without one, as spreadsheets call them."""
    return tuple(chr(ord("A") + n) if n < 26 else f"A{chr(ord('A') + n % 26)}" for n in range(width))


def chosen(columns: Columns, roles: Mapping[str, int]) -> Columns:
    """The columns as the owner says they are. Raises BadInput if those are not two different ones of the table."""
    places = list(roles.values())
    if not has_pair(roles) or len(set(places)) < len(places) or not all(0 <= n < len(columns.names) for n in places):
        raise BadInput(_("Please choose two different columns: one for questions, one for answers."))
    # Who chooses question and answer says nothing about the columns beside them.
    others = {role: n for role, n in columns.roles.items() if role in {"phrasings", "exact"} and n not in places}
    return Columns(columns.names, {**others, **roles}, sure=True, header=columns.header, above=columns.above)


def by_name(header: Sequence[str]) -> dict[str, int]:
    """role -> place, for names that are known."""
    roles: dict[str, int] = {}
    for n, name in enumerate(header):
        for role, names in NAMES.items():
            if _plain(name) in names:
                roles.setdefault(role, n)
    if "answer" in roles and ("question" in roles or "phrasings" in roles):
        return {role: n for role, n in roles.items() if role in FAQ_ROLES}
    return {role: n for role, n in roles.items() if role in DOCUMENT_ROLES}


def by_parts(header: Sequence[str]) -> dict[str, int]:
    """A short name that holds a telling word; a long one is a question itself."""
    roles: dict[str, int] = {}
    for n, name in enumerate(map(_plain, header)):
        for role, parts in PARTS.items():
            if len(name) <= 20 and any(part in name for part in parts):
                roles.setdefault(role, n)
    return roles


def _by_content(rows: Sequence[Sequence[str]], width: int) -> tuple[int, int]:
    """The column that asks most, and the longest of the others."""
    cells = [[row[n].strip() for row in rows if n < len(row)] for n in range(width)]
    asking = [sum(bool(_ASKS.search(cell)) for cell in column) for column in cells]
    length = [sum(map(len, column)) for column in cells]
    # Of columns that ask alike the first: people write the question before its answer.
    question = max(range(width), key=lambda n: (asking[n], -n)) if any(asking) else 0
    answer = max((n for n in range(width) if n != question), key=lambda n: length[n])
    return question, answer


def _plain(name: str) -> str:
    kept = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in kept if character.isalnum())
