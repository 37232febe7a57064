"""Other forms that visitors give a question: what an entry's owner may add with one tap. Pure.

Only forms that stay correct whatever stands in them are made: nothing is bent that a table here does not bend.
"""

import re
import unicodedata
from collections.abc import Iterator

from knowledge.words.words import clean, is_japanese

MOST = 4

_DOES = r"(?P<what>.+?)(?:を|の|は)(?P<does>[\u3400-\u9fff]{2,}|[\u30a0-\u30ff]{2,})"
_ASKS_HOW = (
    r"(?:するには(?:どう(?:すれば|したら)(?:いい|よい)(?:です|でしょう)か)?"
    r"|する方法(?:は|を教えてください)?|したい(?:です)?|できますか|方法は)"
)

# What a question looks like -> how else it is put.
_JAPANESE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        _DOES + _ASKS_HOW,
        (
            "{what}を{does}したい",
            "{what}の{does}方法",
            "{what}の{does}はできますか",
            "どうやって{what}を{does}しますか",
        ),
    ),
    (
        r"(?P<what>.+?)(?:は|って)(?:お)?いくら(?:です|でしょう)か",
        ("{what}が知りたい", "{what}を教えてください", "{what}はどれくらいかかりますか"),
    ),
    (
        r"(?P<what>.+?)(?:を|について)(?:教えてください|教えて|知りたい(?:です)?)",
        ("{what}は？", "{what}について知りたい", "{what}を確認したい"),
    ),
    (
        r"(?P<what>.+?)は(?:ありますか|あります)",
        ("{what}はある？", "{what}の有無", "{what}について教えてください"),
    ),
    (
        r"(?P<what>.+?)の(?P<way>[\u3400-\u9fff][\u3040-\u309f]?方)は",
        ("{what}の{way}を教えてください", "{what}の{way}がわからない", "{what}の{way}"),
    ),
    (
        r"(?P<what>.+?)は(?P<when>いつ|何時)(?:です|でしょう)か",
        ("{what}は{when}？", "{what}が{when}か知りたい", "{what}を教えてください"),
    ),
    (
        r"(?P<what>.+?)(?:が|は)でき(?:ません|ない)",
        ("{what}ができない", "{what}できないのですが", "{what}ができないときは？"),
    ),
    (
        r"(?P<what>.+?(?:が|は).*[\u3400-\u9fff])(?P<stem>[きぎちにびみり])ません",
        ("{what}{bent}ない", "{what}{bent}ないのですが", "{what}{bent}ないときは？"),
    ),
)
_ENGLISH: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"how (?:do|can|should) (?:i|we) (?P<what>.+)", ("How to {what}", "I want to {what}", "Can I {what}?")),
    (r"(?:can|may) (?:i|we) (?P<what>.+)", ("Is it possible to {what}?", "How do I {what}?", "I want to {what}")),
    (r"how much (?:is|are) (?P<what>.+)", ("What does {what} cost?", "Price of {what}", "Cost of {what}")),
    (r"(?:is|are) there (?P<what>.+)", ("Do you have {what}?", "I want to know about {what}")),
    (
        r"do you (?:have|offer) (?P<what>.+)",
        ("I am looking for {what}", "Can I get {what}?", "I want to know about {what}"),
    ),
    (r"what (?:is|are) (?P<what>.+)", ("Tell me about {what}", "I want to know {what}", "Where do I find {what}?")),
    (r"where (?:is|are) (?P<what>.+)", ("Where do I find {what}?", "I cannot find {what}", "How do I get to {what}?")),
)
_BENT = dict(zip("きぎちにびみり", "かがたなばまら", strict=True))  # 届きません -> 届かない
_MARKS = " 　。．.？?！!"


def common_forms(question: str) -> list[str]:
    """At most MOST ways to put it besides its own; none for a question of no form that is known."""
    plain = clean(question).strip(_MARKS)
    table = _JAPANESE if is_japanese(plain) else _ENGLISH
    for pattern, forms in table:
        if found := re.fullmatch(pattern, plain, re.IGNORECASE):
            return list(_filled(found, forms, plain))[:MOST]
    return []


def _filled(found: re.Match[str], forms: tuple[str, ...], plain: str) -> Iterator[str]:
    parts = found.groupdict()
    parts["bent"] = _BENT.get(parts.get("stem") or "", "")
    for form in forms:
        if _bare(put := form.format(**parts)) != _bare(plain):
            yield put


def _bare(text: str) -> str:
    return "".join(each for each in text.casefold() if unicodedata.category(each)[0] in "LN")
