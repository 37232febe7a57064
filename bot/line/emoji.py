"""LINE's own emoji in a message: pictures that only LINE can show, written as words in brackets."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

# What the commonest ones are called, each beside the character everybody can show. The last word that is known counts.
_CHARACTERS = {
    **dict.fromkeys(("happy", "smile", "smiling", "joy", "glad"), "😊"),
    **dict.fromkeys(("laugh", "laughing", "haha", "lol"), "😆"),
    **dict.fromkeys(("wink", "winking"), "😉"),
    **dict.fromkeys(("heart", "hearts"), "❤"),
    **dict.fromkeys(("love", "kiss"), "😍"),
    **dict.fromkeys(("cry", "crying", "sad", "tears"), "😢"),
    **dict.fromkeys(("angry", "anger", "mad"), "😠"),
    **dict.fromkeys(("surprised", "shocked", "shock"), "😲"),
    **dict.fromkeys(("sleep", "sleepy", "zzz"), "😴"),
    **dict.fromkeys(("sweat", "nervous"), "😅"),
    **dict.fromkeys(("thumbs", "good", "nice", "like"), "👍"),
    **dict.fromkeys(("clap", "bravo"), "👏"),
    **dict.fromkeys(("pray", "please", "bow", "sorry", "thanks"), "🙏"),
    **dict.fromkeys(("peace", "victory"), "✌"),
    **dict.fromkeys(("sparkle", "sparkles", "glitter", "shiny"), "✨"),
    **dict.fromkeys(("present", "gift"), "🎁"),
    **dict.fromkeys(("party", "cracker", "congratulations"), "🎉"),
    "ok": "👌",
    "star": "⭐",
    "moon": "🌙",
    "sun": "☀",
    "note": "🎵",
    "music": "🎵",
    "question": "❓",
    "exclamation": "❗",
    "check": "✅",
    "cake": "🎂",
    "beer": "🍺",
    "fire": "🔥",
}
_WORD = re.compile(r"[a-z]+")


def readable_emoji(text: str, emojis: object) -> str:
    """`text` with each of LINE's emoji as a character everybody can show, or without it where there is none.

    `emojis` is the message's property of that name, whatever it holds: `index` and `length` count UTF-16 units
    (LINE: text message event). Only what stands in brackets is replaced, so that wrong numbers cost nobody a word.
    """
    units = text.encode("utf-16-le")
    for index, length in sorted(_places(emojis), reverse=True):
        start, end = 2 * index, 2 * (index + length)
        name = units[start:end].decode("utf-16-le", "replace")
        if len(name) >= 2 and name[0] == "(" and name[-1] == ")":
            units = units[:start] + _character(name).encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le")


def _places(emojis: object) -> Iterator[tuple[int, int]]:
    for emoji in emojis if isinstance(emojis, list) else ():
        place: Mapping[str, Any] = emoji if isinstance(emoji, dict) else {}
        index, length = place.get("index"), place.get("length")
        if isinstance(index, int) and isinstance(length, int) and index >= 0 and length > 0:
            yield index, length


def _character(name: str) -> str:
    known = (_CHARACTERS[word] for word in reversed(_WORD.findall(name.casefold())) if word in _CHARACTERS)
    return next(known, "")
