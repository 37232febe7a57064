"""Questions as people type them, read as they mean them: loanwords, words in kana, and what is asked everywhere."""

import pytest

from knowledge.items import KnowledgeItem
from knowledge.words.index import WordIndex
from knowledge.words.kanji import with_kanji
from knowledge.words.loanwords import usually_spelled
from knowledge.words.topics import topics_of


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("あぷりがおちる", "アプリがおちる"),
        ("ぱすわーどをわすれた", "パスワードをわすれた"),
        ("あかうんとさくじょ", "アカウントさくじょ"),
        ("割引こーどはどこ?", "割引コードはどこ?"),
        ("新しいiPhoneにでーた移行したい", "新しいiPhoneにデータ移行したい"),
        ("げえと が あかない", "ゲート が あかない"),  # as romaji spells it: geeto
    ],
)
def test_a_loanword_in_hiragana_is_read_in_katakana(typed: str, meant: str) -> None:
    assert usually_spelled(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("パスワド忘れた", "パスワード忘れた"),
        ("インストルできない", "インストールできない"),
        ("ダウロードできない", "ダウンロードできない"),
        ("バクアップ", "バックアップ"),
        ("プレミアムー", "プレミアム"),
    ],
)
def test_a_katakana_word_gets_the_letter_it_lacks(typed: str, meant: str) -> None:
    assert usually_spelled(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "料金はいくらですか",  # not イクラ
        "返済日はいつ",  # not ハイツ
        "割引がある",  # not ガール
        "くださいと言われた",  # not サイト
        "きっとだいじょうぶですか",  # not キット
        "どのサーバーですか",
        "コトリノートは有料ですか",  # a name
        "How do I cancel?",
        "",
    ],
)
def test_what_is_no_loanword_stays(typed: str) -> None:
    assert usually_spelled(typed) == typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("いつまでにたべればへいき", "いつまでに食べれば平気"),
        ("ともだちとつかえますか", "友達とつかえますか"),
        ("友達とつかえますか", "友達とつかえますか"),  # who writes kanji means the kana
        ("How do I cancel?", "How do I cancel?"),
    ],
)
def test_a_question_in_kana_alone_gets_its_kanji(typed: str, meant: str) -> None:
    assert with_kanji(typed) == meant


@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ("クレカ使える？", "お支払い方法を教えてください"),
        ("can I get my money back", "返金はできますか"),
        ("圏外でも見れる？", "Can I use it offline?"),
        ("機種変したら消える？", "Moving to a new phone"),
    ],
)
def test_a_question_names_the_topic_of_its_entry(asked: str, answers: str) -> None:
    assert set(topics_of(asked)) & set(topics_of(answers))


@pytest.mark.parametrize("other", ["ドリンク", "チョコレート", "トラベル", "サーバー"])
def test_a_short_word_within_another_names_no_topic(other: str) -> None:
    assert topics_of(other) == []


def test_words_that_follow_each_other_in_one_name_both_count() -> None:
    assert "card" in topics_of("ポイントカード")
    assert "points" in topics_of("ポイントカード")


def test_an_entry_is_found_by_its_topic_where_no_word_is_shared() -> None:
    entries = [
        KnowledgeItem("1", "faq", "営業日はいつですか", "年中無休"),
        KnowledgeItem("2", "faq", "返金はできますか", "七日以内なら"),
    ]
    assert [hit.item.id for hit in WordIndex(entries).search("can I get my money back", 5)] == ["2"]
