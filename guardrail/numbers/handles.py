"""What somebody is called elsewhere: LINE IDs and handles that are said to be a person's.

A mention of an account says nothing of whose it is, and most that an answer names are the app's own. So one counts
where it is called an ID or a handle, or said to be somebody's; an official one, and "ours", is left.
"""

import re
from collections.abc import Iterator

from guardrail.findings import PiiKind
from guardrail.names.word_tables import listed
from guardrail.numbers.mails import top_levels
from guardrail.text.reading import ReadText, Span

PLACE = (
    r"(?:LINE|ライン|Twitter|ツイッター|Instagram|インスタ(?:グラム)?|Discord|ディスコード|Skype|スカイプ|Telegram|テレグラム|TikTok"
    r"|Slack|GitHub|Facebook|Threads|mixi|Bluesky|WeChat|Kakao(?:Talk)?|カカオ(?:トーク)?|WhatsApp|Signal|Snapchat|PSN|Steam"
    r"|Twitch|insta|ig|X|note|YouTube|LinkedIn|Messenger|Zoom)"
)
NAMED = (
    r"(?: ?の? ?(?:ID|アカウント名?|ユーザー?(?:名|ID)|ハンドル(?:ネーム)?)|[ '](?:id|handle|account|user ?name|ID))"
)
IS = r"[ 」]{0,2}(?:は|が|:|→|is|-|\()[ 「『(]{0,2}"
HANDLE = r"(?P<it>@?(?:live:)?[A-Za-z0-9_][A-Za-z0-9._-]{1,38}[A-Za-z0-9_](?:#\d{3,5})?)(?![A-Za-z0-9/])"
# An ID said to be one; or only a place, where an @ or somebody says that a handle follows.
CALLED = re.compile(rf"(?i)(?<![A-Za-z0-9]){PLACE}{NAMED}{IS}{HANDLE}")
SOMEBODYS = re.compile(
    rf"(?i)(?:(?:私|僕|俺|彼|彼女|本人|さん|くん|ちゃん|様|氏|個人)の?|\b(?:my|his|her|their|[a-z]+'s)\s)[ ]?"
    rf"{PLACE}(?:{NAMED})?{IS}{HANDLE}"
    rf"|(?<![A-Za-z0-9]){PLACE}(?:{NAMED})?{IS}(?P<at>@[A-Za-z0-9_.-]{{2,38}}[A-Za-z0-9_])"
    rf"|(?:add|message|find|DM|text|follow) me (?:on|at) {PLACE}[ :,(-]{{1,3}}(?:as |under |at )?"
    r"(?P<me>@?[A-Za-z0-9_][A-Za-z0-9_.#-]{2,38})"
    r"|(?<![A-Za-z0-9._#])(?P<tag>[A-Za-z0-9._]{2,32}#[0-9]{4})(?=[^0-9]{0,12}discord)"
)
OURS = re.compile(r"(?i)公式|当店|弊社|お店|ショップ|当社|会社|\bofficial|\bour\b|\bthe\b|サポート|support")
# A quick no for texts without an @.
PLACES = listed(
    """
    line ライン twitter ツイッター insta インスタ discord ディスコード skype スカイプ telegram テレグラム tiktok github
    facebook threads mixi bluesky wechat kakao カカオ whatsapp snapchat steam twitch slack youtube linkedin
    """
)
OURS_BEFORE = 16
FEWEST_LETTERS = 3


def find_handles(reading: ReadText) -> Iterator[Span]:
    """Every handle that is somebody's."""
    text = reading.text
    lower = text.lower()
    if "@" not in text and not any(place in lower for place in PLACES):
        return
    for pattern in (CALLED, SOMEBODYS):
        for match in pattern.finditer(text):
            if OURS.search(text, max(0, match.start() - OURS_BEFORE), match.start() + OURS_BEFORE // 2):
                continue
            found = next(name for name, value in match.groupdict().items() if value)
            if _is_handle(match[found]):
                yield Span(*match.span(found), PiiKind.OTHER_ID)


def _is_handle(said: str) -> bool:
    """Whether it is written like one: no word, no version and no host."""
    if said.startswith(("@", "live:")) or "#" in said:
        return True
    if sum(map(str.isalpha, said)) < FEWEST_LETTERS or said.rpartition(".")[2].lower() in top_levels():
        return False
    return re.search(r"[0-9._-]", said) is not None
