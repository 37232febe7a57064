"""A web address as people type and paste it, read the same way in every place where one is asked for."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
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
# A machine without a name, as its own people write it: four numbers, or IPv6 in brackets, and perhaps a port.
_NUMBERED = re.compile(r"(?P<number>\d+(?:\.\d+){3}|\[[0-9a-f:.]+\])(?::\d+)?\Z", re.IGNORECASE)
_COUNTED = re.compile(r"0x[0-9a-f]*|\d+", re.IGNORECASE)
# `example.comです`: no name ends in both kinds of letters.
_GLUED = re.compile(r"(?<=\.)([a-z]{2,})[^\x00-\x7f]+\Z", re.IGNORECASE)


def whole_address(typed: str) -> str:
    """`example.com/a` is `https://example.com/a`; so is `ｈｔｔｐｓ：／／example．com/a です`.

    A typed `http://` stays, and a bare number gets it (`192.0.2.7:8080`), since certificates are for names. What is no
    web address comes back as it was: whoever asked for one says so.
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
    if scheme:
        return typed
    if _HOST.match(host):
        return f"https://{host}{rest}"
    # 1.2.3.4 alone may be a version: what it is, whoever asked for an address knows.
    return f"http://{host}{rest}" if number_of(host) else typed


def number_of(host: str) -> IPv4Address | IPv6Address | None:
    """The machine's number that stands in place of a name (`192.0.2.7:8080`, `[2001:db8::7]`); None where none does."""
    found = _NUMBERED.match(host)
    try:
        return ip_address(found["number"].strip("[]")) if found else None
    except ValueError:
        return None


def is_strange_number(host: str) -> bool:
    """Whether a browser would read it as a number, and then as another one (WHATWG URL, 3.5): `0x7f.1`."""
    return bool(_COUNTED.fullmatch(host.rpartition(".")[2])) and number_of(host) is None


def only_here(host: str) -> bool:
    """Whether a visitor elsewhere cannot get there: one's own machine, or a number of one's own network."""
    number = number_of(f"[{host}]" if ":" in host else host)
    named_here = host == "localhost" or host.endswith((".localhost", ".local", ".internal"))
    return named_here or (number is not None and (not number.is_global or number.is_multicast))
