"""The language of a visitor's message is told from a few words, and what says nothing is in the likely one."""

import json
from pathlib import Path

import pytest

from knowledge.language import SCRIPTS, language_of, name_of
from knowledge.phrases import VISITOR_LANGS, Tag, to_visitor_lang

LINES = Path(__file__).parent.parent / "bench" / "data" / "languages" / "lines.jsonl"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("返金はできますか", "ja"),
        ("iPhoneで使えますか", "ja"),
        ("App Storeの返金", "ja"),
        ("ｶﾀｶﾅ", "ja"),
        ("返金", "ja"),
        ("円で払込", "ja"),
        ("kaiyaku houhou wo oshiete kudasai", "ja"),
        ("Can I get a refund?", "en"),
        ("¿Puedo cancelar?", "es"),
        ("Posso cancelar?", "pt"),
        ("Puis-je annuler ?", "fr"),
        ("Kann ich kündigen?", "de"),
        ("Bisa dibatalkan?", "id"),
        ("Có hủy được không?", "vi"),
        ("怎么取消？", "zh-Hans"),
        ("怎麼取消？", "zh-Hant"),
        ("구독 해지", "ko"),
        ("ยกเลิกได้ไหม", "th"),
        ("Как отменить подписку?", "ru"),
        ("Як скасувати підписку, якщо я вже заплатив?", "uk"),
        ("كيف ألغي الاشتراك؟", "ar"),
        ("Come posso annullare?", "it"),
    ],
)
def test_a_few_words_say_which_language_they_are_in(text: str, lang: Tag) -> None:
    assert language_of(text) == lang


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("How do I use 設定?", "en"),
        ("Tombol 設定 di mana?", "id"),
        ("「設定」 버튼은 어디에 있나요?", "ko"),
        ("「お気に入り」在哪裡？", "zh-Hant"),
        ("PDFでexportできる？", "ja"),
        ("Apple Watch 지원하나요", "ko"),
        ("LINE Pay 対応？", "ja"),
        ("login ไม่ได้", "th"),
    ],
)
def test_what_an_app_or_a_button_is_called_does_not_count(text: str, lang: Tag) -> None:
    assert language_of(text, "fr") == lang


@pytest.mark.parametrize(
    "text",
    [
        "",
        "👍 123",
        "ok",
        "https://example.com/help/en",
        "AntennaPod",
        "java.lang.NullPointerException: at com.example.app.Main.onCreate(Main.java:12)",
        "asdfghjkl",
    ],
)
@pytest.mark.parametrize("likely", ["ja", "en", "ko", "zh-Hant"])
def test_what_is_in_no_language_is_in_the_likely_one(text: str, likely: Tag) -> None:
    assert language_of(text, likely) == likely


@pytest.mark.parametrize(
    ("text", "likely"),
    [("料金", "ja"), ("料金", "zh-Hant"), ("reembolso", "es"), ("reembolso", "pt"), ("你好", "zh-Hant")],
)
def test_what_is_in_several_languages_is_in_the_likely_one(text: str, likely: Tag) -> None:
    assert language_of(text, likely) == likely


@pytest.mark.parametrize(("likely", "enough"), [("", 1.0), ("en", 0.96), ("ja", 0.96), ("ko", 0.96)])
def test_messages_of_every_language_are_told_apart_even_in_a_browser_of_another(likely: Tag, enough: float) -> None:
    lines = [json.loads(line) for line in LINES.read_text(encoding="utf-8").splitlines()]
    right = sum(language_of(line["text"], likely or line["lang"]) == line["lang"] for line in lines)
    assert right >= enough * len(lines) - 1


def test_a_long_message_of_any_characters_is_read_quickly_and_without_fail() -> None:
    assert language_of("\ud83d" + "あ" * 100_000 + "\x00") == "ja"


def test_every_language_there_may_be_has_a_name_for_the_model() -> None:
    named = {lang: name_of(lang) for lang in {*VISITOR_LANGS, *(lang for langs in SCRIPTS.values() for lang in langs)}}
    assert named["zh-Hans"] == "Simplified Chinese"
    assert named["zh-Hant"] == "Traditional Chinese"
    assert [lang for lang, name in named.items() if name == lang] == []


@pytest.mark.parametrize(
    ("tag", "lang"),
    [
        ("ja-JP", "ja"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-Hant-MO", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans"),
        ("pt-BR", "pt"),
        ("in-ID", "id"),
        ("th", "th"),
        ("ru-RU", None),
        ("", None),
    ],
)
def test_a_browsers_tag_names_one_of_the_visitors_languages(tag: str, lang: Tag | None) -> None:
    assert to_visitor_lang(tag) == lang
