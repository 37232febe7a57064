"""One word for one thing: what docs/words.md rules out stands in no sentence mimi speaks."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
CATALOGUES = sorted((ROOT / "knowledge" / "locale" / "ja").glob("*.po"))
# A line of the table: Japanese, what it is not, English, what it is not.
LINES = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "words.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith(("| 日本語", "| ---"))
]
NOT_JAPANESE = {word: line[0] for line in LINES for word in line[1].split(", ") if word}
NOT_ENGLISH = {word: line[2] for line in LINES for word in line[3].split(", ") if word}
COMMAND = re.compile(r"/\w+(?: [ぁ-ヿ一-鿿a-z]+)?")
PLACE = re.compile(r"\{\w+\}")
SENTENCES = [
    (str(message.id), str(message.string))
    for path in CATALOGUES
    for message in read_po(path.open(encoding="utf-8"))
    if message.id
]


@pytest.mark.parametrize("word", sorted(NOT_JAPANESE))
def test_the_catalogues_keep_to_one_japanese_word(word: str) -> None:
    # ブラウザ is the beginning of ブラウザー.
    used = re.compile(rf"{word}(?!ー)")
    assert [said for _english, said in SENTENCES if used.search(said)] == [], NOT_JAPANESE[word]


@pytest.mark.parametrize("word", sorted(NOT_ENGLISH))
def test_the_catalogues_keep_to_one_english_word(word: str) -> None:
    # "e-mails" are no "mails", nor is the command; and what a place is called nobody reads.
    used = re.compile(rf"(?<![-/])\b{word}s?\b", re.IGNORECASE)
    assert [said for said, _japanese in SENTENCES if used.search(PLACE.sub("", said))] == [], NOT_ENGLISH[word]


def test_no_blank_stands_between_japanese_and_latin_letters() -> None:
    # Around a command, a file or an address one does: /faq 追加, index.html を.
    parted = re.compile(r"[ぁ-ヿ一-鿿] [A-Za-z]+(?![\w.:/〜])|(?<![\w./<〜])[A-Za-z]+ [ぁ-ヿ一-鿿]")
    assert [said for _english, said in SENTENCES if parted.search(COMMAND.sub("", said))] == []


def test_no_blank_stands_around_names_times_and_figures() -> None:
    plain = r"\{(?:app|at|count|day|done|month|most|n|seconds|since|title|total)\}"
    parted = re.compile(rf"[ぁ-ヿ一-鿿] {plain} ?[ぁ-ヿ一-鿿A-Z]|{plain} [ぁ-ヿ一-鿿A-Z]|\A{plain} ")
    assert [said for _english, said in SENTENCES if parted.search(said)] == []


def test_visitors_and_owners_each_know_one_operator() -> None:
    """To a visitor 運営者 is who has the app; an owner reads it of who runs mimi alone, and of the visitors' button."""
    files = {
        path.name: [str(message.string) for message in read_po(path.open(encoding="utf-8"))] for path in CATALOGUES
    }
    assert [said for said in files["visitor.po"] if "オーナー" in said or "mimiの運営者" in said] == []
    others = [said for name, all_said in files.items() if name not in {"visitor.po", "policy.po"} for said in all_said]
    assert [said for said in others if re.search("(?<!mimiの)(?<!「)運営者", said)] == []


def test_japanese_questions_end_in_a_question_mark() -> None:
    asked = re.compile(r"(?:です|ます|しょう)か。")
    assert [said for _english, said in SENTENCES if asked.search(said)] == []
