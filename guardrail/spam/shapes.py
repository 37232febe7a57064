"""The shapes of words that signs are looked for by, from the files in `shapes/`.

A file is made of sections, `[name]`, and each line of one is an alternative of its regular expression; what is read is
in lower case and NFKC. `%NAME%` stands for a section of the same file, whose name is in capitals.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("shapes")

_SECTION = re.compile(r"\[(\w+)\]")
_NAMED = re.compile(r"%([A-Z_]+)%")


@cache
def shapes(file: str) -> dict[str, re.Pattern[str]]:
    """The sections of `shapes/<file>.txt`; ^ and $ are the ends of a line."""
    alternatives: dict[str, list[str]] = {}
    for line in (FOLDER / f"{file}.txt").read_text("utf-8").splitlines():
        if section := _SECTION.fullmatch(line):
            alternatives[section[1]] = []
        elif line and not line.startswith("# "):
            alternatives[list(alternatives)[-1]].append(line)
    read = {name: "|".join(lines) for name, lines in alternatives.items()}
    return {
        name: re.compile(_NAMED.sub(lambda named: f"(?:{read[named[1]]})", pattern), re.MULTILINE)
        for name, pattern in read.items()
        if not name.isupper()
    }
