"""How a value is read from a line of an environment file, whoever read the file: each reader has rules of its own.

A shell and Compose take quotes off, `docker run --env-file` and a Kubernetes Secret leave them on; a shell keeps the
carriage return of a file made on Windows; systemd and `docker run` keep a comment behind the value.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

# Pasted from a page or a mail: white space of any kind around it, a byte order mark, characters without width.
AROUND = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b\u200c\u200d\u2060"
QUOTES = "\"'"
COMMENT = re.compile(r"\s#(\s|$)")
BYTE_ORDER_MARK = "\ufeff"
# What begins like a setting and is none of ours belongs to nobody else on a machine that runs mimi ...
OURS = ("MIMI_", "LINE_", "ANTHROPIC_")
# ... but these: Caddy's, in compose.yaml.
OTHERS = {"MIMI_UPSTREAM"}


def plain(value: str) -> str:
    """The value itself: without what stands around it, and without a pair of quotes around all of it."""
    value = value.strip(AROUND)
    inside = value[1:-1]
    if len(value) > 1 and value[0] == value[-1] and value[0] in QUOTES and value[0] not in inside:
        return inside.strip(AROUND)
    return value


def has_comment(value: str) -> bool:
    """Whether a comment stands behind the value: ` # ...`."""
    return bool(COMMENT.search(value))


def is_key(value: str) -> bool:
    """Whether this can be a key, token or secret that somebody issued: printable ASCII, in one piece."""
    return value.isascii() and value.isprintable() and " " not in value


def unknown(names: Iterable[str], known: Iterable[str]) -> Mapping[str, str]:
    """Of these variables those that look like settings and are none, each with the setting that may be meant, or ""."""
    known = set(known)
    found = {}
    for name in names:
        looks_ours = name.startswith(OURS) or name.strip(BYTE_ORDER_MARK) in known
        if looks_ours and name not in known | OTHERS:
            found[name] = next(iter(get_close_matches(name.strip(BYTE_ORDER_MARK), known, n=1, cutoff=0.7)), "")
    return found
