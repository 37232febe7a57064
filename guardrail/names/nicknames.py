"""What somebody calls themselves in a game, a forum or a chat, where the text says that it is that.

What names a place (LINE ID, Twitter) is numbers/handles.py's.
"""

import re
from collections.abc import Iterator

from guardrail.findings import PiiKind
from guardrail.text.reading import ReadText, Span

# A handle looks like one: a digit, a dot or an underscore among its letters.
HANDLE = r"[`「『\"“(]?@?(?P<it>(?=[A-Za-z.-]*[0-9_])[A-Za-z][A-Za-z0-9_.-]{2,30}[A-Za-z0-9])(?![A-Za-z0-9_@/(])"
WORD = r"(?:ハンドル(?:ネーム|名)?|ニックネーム|プレイヤー名"
# What is counted is numbered so, too: item_22, v1_2.
NO_NUMBER = r"(?!(?:v|item|order|product|id|ref|sku|lot|ver)[_.-]?[0-9])"
SAID = (
    re.compile(
        r"\b(?:(?:my|his|her|their|whose|the|forum|discord|reddit|game) "
        r"(?:user ?name|user|handle|nick(?:name)?|screen name|gamertag|player|id)|gamertag|u/)"
        rf"(?: is|:| was)? ?{HANDLE}",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:(?:community )?member|tester|modder|seller|buyer|trader|gamer|streamer|maintainer|contributor|moderator"
        r"|opponent|teammate|user ?name)"
        rf"(?: is|:)? {NO_NUMBER}{HANDLE}",
        re.IGNORECASE,
    ),
    re.compile(rf"(?:作者|投稿者|出品者|配信者|実況者|管理人|制作者|開発者|本人)[はが:の]? ?{NO_NUMBER}{HANDLE}"),
    # Written to as persons are: @mochi_kuro88 さん
    re.compile(r"@(?P<it>[A-Za-z][A-Za-z0-9_.]{2,30}) ?(?:さん|様|氏|くん|ちゃん)"),
    re.compile(
        rf"{WORD}|表示名)"
        rf"[はが:「]? ?{HANDLE}"
    ),
    # In any letters where it stands between quotation marks: ニックネーム「もちもち侍」
    re.compile(
        rf"{WORD}|(?:ゲーム|アプリ|チャット|掲示板)(?:内|上|で)の(?:名前|呼び名))"
        r"[はが:]? ?[「『](?P<it>[^「」『』\n]{2,20})[」』]"
    ),
)


def find_nicknames(reading: ReadText) -> Iterator[Span]:
    """Every name that is said to be one."""
    for pattern in SAID:
        for match in pattern.finditer(reading.text):
            yield Span(*match.span("it"), PiiKind.PERSON)
