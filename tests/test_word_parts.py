"""Kana, romaji and typos meet the words they stand for."""

import pytest

from knowledge.items import KnowledgeItem
from knowledge.words.index import WordIndex
from knowledge.words.romaji import in_hiragana, to_katakana

ITEMS = [
    KnowledgeItem("shipping", "faq", "送料はいくらですか？", "全国一律五百円です。"),
    KnowledgeItem("reservation", "faq", "予約を取り消すには？", "予約一覧から取り消せます。"),
    KnowledgeItem("barrier", "faq", "The barrier stays closed", "Hold the ticket near the reader."),
    KnowledgeItem("password", "faq", "I forgot my password", "Tap the link on the sign-in page."),
]


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("そうりょうは？", "shipping"),  # kana
        ("送量について", "shipping"),  # the wrong kanji, read alike
        ("souryou ikura", "shipping"),  # romaji
        ("yoyaku torikesi", "reservation"),  # romaji of the other school
        ("よやくをとりけしたい", "reservation"),
        ("barier closd", "barrier"),  # typos
        ("ﾊﾟｽﾜｰﾄﾞ", "password"),  # half-width katakana of an English word
        ("pasuwaado", "password"),
    ],
)
def test_another_spelling_finds_the_entry(question: str, entry: str) -> None:
    assert WordIndex(ITEMS).search(question, 1)[0].item.id == entry


@pytest.mark.parametrize(
    ("romaji", "kana"),
    [
        ("shiharai", "シハライ"),
        ("kippu", "キップ"),
        ("matcha", "マッチャ"),
        ("shinbun", "シンブン"),
        ("shimbun", "シンブン"),
        ("kon'ya", "コンヤ"),
        ("ryokou", "リョコウ"),
        ("ra-men", "ラーメン"),
        ("tya", "チャ"),
        ("password", None),
        ("xyz", None),
        ("", ""),
    ],
)
def test_romaji_is_read_as_kana(romaji: str, kana: str | None) -> None:
    assert to_katakana(romaji) == kana


@pytest.mark.parametrize(
    ("question", "kana"),
    [
        ("ikura desuka", "いくら ですか"),
        ("Shiharai houhou wa?", "しはらい ほうほう わ"),
        ("kotori ni login dekinai", "ことり に login できない"),
        ("how do I pay", None),
        ("Do you ship to Sapporo", None),
        ("can I use amex", None),
        ("menu", None),
        ("送料 ikura", None),
        ("", None),
        ("？ 123", None),
    ],
)
def test_a_question_in_romaji_is_told_from_english(question: str, kana: str | None) -> None:
    assert in_hiragana(question) == kana
