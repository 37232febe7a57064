"""A web address as people type and paste it, read the same way in every place where one is asked for."""

import re
from typing import Final

# ！ to ～ as they come out of a Japanese keyboard, and both full stops.
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3002: ord("."), 0xFF61: ord(".")}
_AROUND = "「」『』（）〈〉《》【】、。，"
_SAID_AFTER = re.compile(r"\s+[^\x21-\x7e]+\Z")  # `example.com です`: what follows is Japanese
# Also `https:/a` and `https//a`.
_PARTS = re.compile(
    r"(?P<scheme>[a-zａ-ｚ][\w+.-]*[:：][/／]{2}|[hｈ][tｔ]{2}[pｐ][sｓ]?(?:[:：][/／]?|[/／]{2}))?[/／]*"
    r"(?P<host>[^/／?？#＃]*)(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
# Two names or more, in any letters, the last of letters only, and perhaps a port.
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)(?::\d+)?\Z", re.IGNORECASE)
# `example.comです`: no name ends in both kinds of letters.
_GLUED = re.compile(r"(?<=\.)([a-z]{2,})[^\x00-\x7f]+\Z", re.IGNORECASE)


def whole_address(typed: str) -> str:
    """`example.com/a` is `https://example.com/a`; so is `ｈｔｔｐｓ：／／example．com/a です`.

    A typed `http://` stays. What is no web address comes back as it was: whoever asked for one says so.
    """
    text = _SAID_AFTER.sub("", typed.strip()).strip(_AROUND)
    parts = _PARTS.match(text)
    if parts is None:
        return typed
    scheme, host, rest = parts["scheme"] or "", parts["host"].translate(_FULL_WIDTH), parts["rest"]
    if not rest:
        host = _GLUED.sub(r"\1", host)
    if rest[:1] in {"／", "？", "＃"}:
        rest = rest.translate(_FULL_WIDTH)
    name = re.split("[:/]", scheme.translate(_FULL_WIDTH).lower())[0]
    if name in {"http", "https"}:
        return f"{name}://{host}{rest}"
    return f"https://{host}{rest}" if not scheme and _HOST.match(host) else typed
