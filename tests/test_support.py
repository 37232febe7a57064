"""What a sentence states, and whether the knowledge it points at bears that out: numbers, yes or no, names."""

import pytest

from knowledge.items import KnowledgeItem
from knowledge.model.grounding import Sentence, kind_of, sentences_of
from knowledge.model.quantities import quantities_of
from knowledge.model.support import contradicts, holds

REFUNDS = KnowledgeItem(
    "ja",
    "faq",
    "返金できますか",
    "返金は購入から14日以内であれば可能です。月額480円です。Androidには対応していません。",
)
ENGLISH = KnowledgeItem(
    "en",
    "faq",
    "Can I get a refund?",
    "Refunds are possible within 14 days. Pro is $4.99 a month. Android is not supported.",
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14日以内", "二週間以内"),
        ("within two weeks", "14日以内"),
        ("1,000円", "千円"),
        ("¥1000", "1000 yen"),
        ("無料です", "0円です"),
        ("半年", "6か月"),
        ("午後6時半", "18:30"),
        ("6:30 pm", "18:30"),
        ("4月1日", "April 1st"),
        ("2026-11-10", "10 November 2026"),
        ("2割引", "20% off"),
        ("1.5万人", "15,000人"),
        ("30 days", "1か月"),
        ("two more weeks", "あと14日"),
        ("７日間のトライアル", "1週間のトライアル"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    found = quantities_of(other)
    assert quantities_of(one)
    assert all(any(each.same_as(known) for known in found) for each in quantities_of(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14日", "60日"),
        ("14日", "14時間"),
        ("480円", "480ドル"),
        ("4月1日", "4月2日"),
        ("3営業日", "3日"),
    ],
)
def test_another_number_or_unit_is_not(one: str, other: str) -> None:
    assert not any(each.same_as(known) for each in quantities_of(one) for known in quantities_of(other))


@pytest.mark.parametrize(
    "text", ["一度だけ", "一般的に", "第三者", "2つの方法があります", "There are two ways", "one of them", ""]
)
def test_what_counts_nothing_is_no_number(text: str) -> None:
    assert quantities_of(text) == []


@pytest.mark.parametrize("item", [REFUNDS, ENGLISH])
@pytest.mark.parametrize(
    "sentence",
    [
        "二週間以内なら返金できます。",
        "14日を過ぎると返金できません。",
        "はい、14日以内なら返金できます。",
        "Refunds are possible within two weeks.",
        "You cannot get a refund after 14 days.",
        "Android isn't supported.",
        "Androidには対応していません。",
    ],
)
def test_what_says_the_same_otherwise_is_borne_out(sentence: str, item: KnowledgeItem) -> None:
    assert contradicts(sentence, [item]) == ""


@pytest.mark.parametrize(
    ("sentence", "item", "why"),
    [
        ("返金は購入から60日以内であれば可能です。", REFUNDS, "number"),
        ("返金は14日以内で、500円のクーポンが付きます。", REFUNDS, "number"),
        ("Refunds are possible within 60 days.", REFUNDS, "number"),
        ("Androidに対応しています。", REFUNDS, "denial"),
        ("Android is supported.", ENGLISH, "denial"),
        ("It also works on Android.", ENGLISH, "denial"),
        ("年額480円です。", REFUNDS, "denial"),
        ("The Max plan is $4.99 a month.", ENGLISH, "name"),
        ("「設定」から14日以内に申し込めます。", REFUNDS, "name"),
        ("データは自動で暗号化されて保管されます。", REFUNDS, "words"),
    ],
)
def test_what_says_another_thing_is_not(sentence: str, item: KnowledgeItem, why: str) -> None:
    assert contradicts(sentence, [item]) == why


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("The discount lasts 12 months.", "Discounts are valid for a year."),
        ("重さは約34グラムです。", "質量: 約34g。素材: ステンレス鋼"),
        ("mimi.ioは公式サーバーではありません。", "mimi.ioは公式サーバーではなく、また計画には含まれません。"),
        (
            "PayPal is for yearly plans only.",
            "Only yearly plans can be paid via PayPal (monthly plans are not supported).",
        ),
    ],
)
def test_a_fact_may_be_written_in_other_words(sentence: str, text: str) -> None:
    assert contradicts(sentence, [KnowledgeItem("1", "faq", "?", text)]) == ""


def test_yes_where_the_entry_answers_no_is_not() -> None:
    item = KnowledgeItem("1", "faq", "引き継げますか", "いいえ。端末ごとに保存されます。")
    assert contradicts("はい、引き継げます。", [item]) == "denial"
    assert contradicts("いいえ、引き継げません。", [item]) == ""


def test_the_apps_own_name_needs_no_proof() -> None:
    assert contradicts("Kotori Note has refunds within 14 days.", [ENGLISH], ["Kotori Note"]) == ""


def test_a_sentence_that_points_at_nothing_may_stand_in_an_item_all_the_same() -> None:
    assert holds("返金は購入から14日以内であれば可能です。", REFUNDS)
    assert not holds("返金は購入から60日以内であれば可能です。", REFUNDS)
    assert not holds("返金は購入した日に銀行口座へ振り込まれます。", REFUNDS)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("返金は購入したストアの画面から申し込めます。", Sentence.STATES),
        ("It costs 480 yen.", Sentence.STATES),
        ("- **PDF** で書き出せます", Sentence.STATES),
        ("返金できます。", Sentence.STATES),
        ("いいえ、引き継げません。", Sentence.YES_OR_NO),
        ("はい、可能です。", Sentence.YES_OR_NO),
        ("いいえ、対応していません。", Sentence.YES_OR_NO),
        ("残念ながらできません。", Sentence.YES_OR_NO),
        ("Yes, you can.", Sentence.YES_OR_NO),
        ("No, it isn't.", Sentence.YES_OR_NO),
        ("何かお困りのことはありますか。", Sentence.IS_KIND),
        ("返金は三日以内に申し込めますか？", Sentence.IS_KIND),
        ("You're welcome!", Sentence.IS_KIND),
        ("ご質問があればお気軽にどうぞ。", Sentence.IS_KIND),
        ("引き続きことりノートをよろしくお願いいたします。", Sentence.IS_KIND),
        ("少しでもお役に立てれば幸いです。", Sentence.IS_KIND),
        ("I'm happy to help with any question about Kotori.", Sentence.IS_KIND),
        ("Let me know if you run into any trouble.", Sentence.IS_KIND),
        ("Sorry about the inconvenience.", Sentence.IS_KIND),
        ("次の手順です：", Sentence.LEADS_IN),
        ("**返金の手順**", Sentence.LEADS_IN),
    ],
)
def test_a_statement_is_told_from_kindness_and_questions(sentence: str, kind: Sentence) -> None:
    assert kind_of(sentence, ["kotori"]) is kind


@pytest.mark.parametrize(
    "text",
    [
        "一つ。二つ。",
        "1. 一つ。\n2. 二つ。\n\nend",
        "「はい。」と言う。3.5倍。",
        "  空白。 \n\n",
        "",
        "No end",
        "\n\nA. B",
    ],
)
def test_the_sentences_of_a_text_are_all_of_it(text: str) -> None:
    assert "".join(sentence for _, sentence in sentences_of(text)) == text


def test_an_address_is_not_taken_apart() -> None:
    text = "See https://example.com/a?b=1!c for it. 詳しくはhttps://example.com/?q=2です!はい?"
    assert [sentence for _, sentence in sentences_of(text)] == [
        "See https://example.com/a?b=1!c for it.",
        " 詳しくはhttps://example.com/?q=2です!",
        "はい?",
    ]
