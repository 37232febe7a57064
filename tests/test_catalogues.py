"""Every sentence people see exists in Japanese, and what visitors see in every language of theirs, with the same places
to fill in; no catalogue keeps leftovers.
"""

import ast
import json
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from knowledge.phrases import FORMER, VISITOR_LANGS, from_plain

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "handlers", "knowledge", "guardrail", "web")
LOCALE = ROOT / "knowledge/locale"
# Whatever these say, a visitor may read.
VISITORS = (
    "web/visitor/answer_frames.py",
    "web/visitor/chat.py",
    "web/visitor/news.py",
    "web/visitor/public_page.py",
    "web/visitor/published.py",
    "web/templates/app_reading.html",
    "web/templates/published.html",
    "web/templates/public_news.html",
    "web/templates/public_page.html",
    "web/templates/base.html",
    "web/templates/error.html",
    "web/site/errors.py",
    "web/site/body.py",
    "web/site/client_address.py",
    "handlers/answers/answers.py",
    "handlers/answers/attempt.py",
    "handlers/answers/doubts.py",
    "handlers/answers/feed.py",
    "handlers/answers/guard.py",
    "handlers/answers/progress.py",
    "handlers/answers/writer.py",
    "handlers/conversations/return_mail.py",
    "handlers/written.py",
    "knowledge/model/events.py",
    "knowledge/model/quoting.py",
    "guardrail/limits.py",
    "guardrail/links.py",
    "guardrail/pii.py",
    "guardrail/stream.py",
)
THEIRS = [lang for lang in VISITOR_LANGS if lang != "en"]
IN_TEMPLATE = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")


@cache
def spoken() -> set[str]:
    """Every text inside `_("...")`, in the sources and in the templates."""
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.suffix in {".py", ".html"})
    return {text for path in paths for text in said_in(path)}


def said_in(path: Path) -> set[str]:
    if path.suffix == ".html":
        return {ast.literal_eval(text) for text in IN_TEMPLATE.findall(path.read_text())}
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_" and node.args:
            argument = node.args[0]
            text = argument.value if isinstance(argument, ast.Constant) else None
            assert isinstance(text, str), f"{path}:{node.lineno}: not a plain text"
            found.add(text)
    return found


@cache
def catalogue() -> dict[str, str]:
    return {text: said for path in (LOCALE / "ja").glob("*.po") for text, said in read(path).items()}


def read(path: Path) -> dict[str, str]:
    with path.open("rb") as source:
        return {str(message.id): str(message.string) for message in read_po(source) if message.id}


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
    for path in sorted((LOCALE / "ja").glob("*.po")):
        for text in read(path):
            seen.setdefault(text, []).append(path.name)
    assert {text: names for text, names in seen.items() if len(names) > 1} == {}


@pytest.mark.parametrize("source", VISITORS)
def test_what_a_visitor_may_read_is_in_the_visitors_catalogue(source: str) -> None:
    assert sorted(said_in(ROOT / source) - read(LOCALE / "ja/visitor.po").keys()) == []


@pytest.mark.parametrize("lang", THEIRS)
def test_the_visitors_catalogue_is_whole_in_every_language_of_theirs(lang: str) -> None:
    japanese, theirs = read(LOCALE / "ja/visitor.po"), read(LOCALE / lang / "visitor.po")
    assert list(theirs) == list(japanese)
    assert [text for text, said in theirs.items() if not said or places(said) != places(text)] == []


def test_each_of_the_visitors_languages_has_a_catalogue_and_no_other_has() -> None:
    assert {path.name for path in LOCALE.iterdir()} == set(THEIRS)
    assert {path.name for lang in THEIRS if lang != "ja" for path in (LOCALE / lang).iterdir()} == {"visitor.po"}


def test_what_the_last_release_kept_is_said_in_todays_words() -> None:
    """An alert that waited through an upgrade is no English sentence to somebody who reads Japanese."""
    former: dict[str, str] = json.loads(FORMER.read_text(encoding="utf-8"))
    assert sorted(new for new in former.values() if new not in spoken()) == []
    assert sorted(old for old in former if old in spoken()) == []
    assert [old for old, new in former.items() if places(old) != places(new)] == []
    waited = from_plain({"key": "A visitor is waiting for your reply", "values": {}})
    assert waited.say("ja") == catalogue()["A visitor is waiting for your reply"]
