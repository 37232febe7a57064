"""Whether a message is a greeting or thanks and nothing else, which no knowledge has to answer. Pure."""

import re

from knowledge.words.words import clean

_SAID = re.compile(
    r"(?:こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?|はじめまして|初めまして|どうも|もしもし|やあ"
    r"|(?:本当に|ほんとに)?(?:ありがとう|有難う|有り難う)(?:ございます|ございました)?|助かりました|助かります|感謝します"
    r"|よろしく(?:お願いします|お願いいたします|お願い致します)?|了解(?:です|しました)?|わかりました|分かりました|承知しました"
    r"|さようなら|失礼します|おやすみ(?:なさい)?|お疲れ様(?:です)?|すごい(?:です)?|なるほど"
    r"|hi|hello|hey|good (?:morning|afternoon|evening|night)|thanks?(?: you)?(?: so much| very much| a lot)?"
    r"|thx|ty|cheers|great|nice|perfect|ok(?:ay)?|got it|bye|goodbye|see you|there|mimi|ミミ)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s、。,.!！?？…~〜ー♪☺️😊🙏👋👍🙇]+")


def is_small_talk(text: str) -> bool:
    """Whether the text is made of such words alone."""
    plain = _BETWEEN.sub(" ", clean(text)).strip()
    rest = re.sub(rf"(?<![a-z]){_SAID.pattern}(?![a-z])", " ", plain, flags=re.IGNORECASE)
    return bool(plain) and not rest.strip()
