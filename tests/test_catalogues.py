"""Every sentence people see exists in Japanese, with the same places to fill in; no catalogue keeps leftovers."""

import ast
import re
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "knowledge", "guardrail", "web")
IN_TEMPLATE = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


@cache
def spoken() -> set[str]:
    """Every text inside `_("...")`, in the sources and in the templates."""
    found: set[str] = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_" and node.args:
                    argument = node.args[0]
                    text = argument.value if isinstance(argument, ast.Constant) else None
                    assert isinstance(text, str), f"{path}:{node.lineno}: not a plain text"
                    found.add(text)
        for path in (ROOT / package).rglob("*.html"):
            found |= {ast.literal_eval(text) for text in IN_TEMPLATE.findall(path.read_text())}
    return found


@cache
def catalogue() -> dict[str, str]:
    table: dict[str, str] = {}
    for path in (ROOT / "knowledge/locale/ja").glob("*.po"):
        with path.open("rb") as source:
            table |= {str(message.id): str(message.string) for message in read_po(source) if message.id}
    return table


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_sentence_has_its_japanese() -> None:
    assert sorted(text for text in spoken() if not catalogue().get(text)) == []


def test_no_catalogue_keeps_a_sentence_nobody_says() -> None:
    assert sorted(set(catalogue()) - spoken()) == []


def test_both_languages_fill_in_the_same_places() -> None:
    assert [text for text, japanese in catalogue().items() if places(japanese) != places(text)] == []


def test_no_sentence_stands_in_two_catalogues() -> None:
    """The later one would win wherever the sentence is said: what means something else there needs words of its own."""
    seen: dict[str, list[str]] = {}
    for path in sorted((ROOT / "knowledge/locale/ja").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id:
                    seen.setdefault(str(message.id), []).append(path.name)
    assert {text: names for text, names in seen.items() if len(names) > 1} == {}
