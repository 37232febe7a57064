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
    parted = re.compile(
        r"[ぁ-ヿ一-鿿] (?:mimi|ZIP|MB|CSV|JSON|PDF|URL)\b|\b(?:mimi|ZIP|MB|CSV|JSON|PDF|URL) [ぁ-ヿ一-鿿]"
    )
    assert [said for _english, said in SENTENCES if parted.search(said)] == []
