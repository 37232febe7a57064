"""One scale of letters and one of space: no rule of a page's style has a size of its own."""

import re

import pytest

from web.site.static_files import FOLDER

SHEETS = ("mimi.css", "rooms.css", "embedded.css", "talked.css")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"(?<![\w-])(font-size|(?:margin|padding)(?:-[a-z]+)*|(?:row-|column-)?gap):\s*([^;{}]+)")
STEP = {"font-size": re.compile(r"var\(--t[1-6]\)"), "": re.compile(r"var\(--s[1-6]\)")}
DEFINED = re.compile(r"--([ts]\d): ([\d.]+)rem")
LENGTH = re.compile(r"[\d.]+(?:rem|em|px|pt|ch|ex)\b")


def stray(css: str) -> list[str]:
    """The declarations of letters' sizes and of space that are on no scale."""
    found = []
    for name, value in RULE.findall(COMMENT.sub("", css)):
        rest = STEP["font-size" if name == "font-size" else ""].sub("", value)
        if LENGTH.search(rest) or "var(--" in rest:
            found.append(f"{name}: {value.strip()}")
    return found


@pytest.mark.parametrize("sheet", SHEETS)
def test_sizes_of_letters_and_of_space_are_on_the_scales(sheet: str) -> None:
    assert stray((FOLDER / sheet).read_text("utf-8")) == []


def test_the_scales_are_there_once_and_grow() -> None:
    steps = DEFINED.findall((FOLDER / "mimi.css").read_text("utf-8"))
    for scale in ("t", "s"):
        sizes = [float(size) for name, size in steps if name.startswith(scale)]
        assert len(sizes) == 6
        assert sizes == sorted(set(sizes))


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("a { margin: .3rem; }", ["margin: .3rem"]),
        ("a { font-size: var(--s1); }", ["font-size: var(--s1)"]),
        ("a { padding-inline-start: 4px }", ["padding-inline-start: 4px"]),
        ("a { gap: 0 1.5em; }", ["gap: 0 1.5em"]),
        ("a { margin: calc(-1 * var(--s4)) auto 0 }", []),
        ("a { padding: max(var(--s2), env(safe-area-inset-bottom)) }", []),
        ("a { font-size: clamp(var(--t5), 6vw, var(--t6)); scroll-margin-top: 35dvh; }", []),
        ("/* margin: 3px; */ a { line-height: 1.5; width: 3rem; }", []),
    ],
)
def test_a_stray_size_is_named(css: str, found: list[str]) -> None:
    assert stray(css) == found
