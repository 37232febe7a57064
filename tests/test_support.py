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
        ("four to six days", "4-6 days"),
        ("手数料はかかりません", "手数料は無料です"),
        ("at no extra cost", "free of charge"),
        ("half of the fee", "半額"),
        ("480円/月", "月額480円"),
        ("$4.99 every month", "$4.99/mo"),
        ("月に480円", "480 yen monthly"),
        ("月50枚", "50 photos a month"),
        ("年払いで4,800円", "¥4,800/yr"),
        ("480円", "月額480円"),
        ("月額480円", "月額プランも年額プランも480円"),
        ("매월 480엔", "480円（税込）/月"),
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
        ("年額480円", "月額480円"),
        ("480円/年", "月480円"),
        ("$4.99 a year", "$4.99 a month"),
        ("the yearly price is $4.99", "$4.99 per user per month"),
        ("1日50枚", "写真は月50枚"),
        ("3 times a month", "週3回"),
        ("4.800 yen al mes", "年額4,800円"),
    ],
)
def test_another_number_or_unit_is_not(one: str, other: str) -> None:
    assert not any(each.same_as(known) for each in quantities_of(one) for known in quantities_of(other))


@pytest.mark.parametrize(
    ("lang", "said", "entry"),
    [
        ("zh-Hans", "下午3点之前，14天以内，300日元", "午後3時まで、14日以内、300円"),
        ("ko", "오후 3시까지, 14일 이내, 300엔", "午後3時まで、14日以内、300円"),
        ("es", "14 días, 24 horas, 2.500 yenes y 4,99 euros", "14日、24時間、2,500円と4.99ユーロ"),
        ("pt", "14 dias, 24 horas, 2.500 ienes", "two weeks, 24 hours, 2,500 yen"),
        ("fr", "2 500 yens, 14 jours, à 9h30", "2,500円、14日、午前9時30分"),
        ("de", "14 Tage, 24 Stunden, 2.500 Yen, bis 15 Uhr", "14日、24時間、2,500円、15時まで"),
        ("id", "14 hari, 24 jam, 2.500 yen", "14 days, 24 hours, 2,500 yen"),
        ("vi", "14 ngày, 24 giờ, 2.500 yên", "14日、24時間、2,500円"),
        ("th", "14 วัน 24 ชั่วโมง 300 เยน", "14日、24時間、300円"),
        ("es", "el 30 de diciembre", "12月30日"),
    ],
)
def test_a_number_is_the_same_in_the_visitors_language(lang: str, said: str, entry: str) -> None:
    found = quantities_of(entry)
    assert quantities_of(said, lang)
    assert all(any(each.same_as(known) for known in found) for each in quantities_of(said, lang))


@pytest.mark.parametrize(
    ("lang", "said"),
    [("zh-Hans", "60天"), ("ko", "14시간"), ("es", "14 horas"), ("de", "60 Tage"), ("vi", "14 giờ"), ("th", "60 วัน")],
)
def test_and_another_one_in_it_is_not(lang: str, said: str) -> None:
    assert not any(each.same_as(known) for each in quantities_of(said, lang) for known in quantities_of("14日"))


@pytest.mark.parametrize(
    "text",
    [
        "十分にご注意ください",
        "一度だけ",
        "一般的に",
        "第三者",
        "2つの方法があります",
        "There are two ways",
        "one of them",
        "",
    ],
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
        ("年額480円です。", REFUNDS, "number"),
        ("毎年480円かかります。", REFUNDS, "number"),
        ("Pro is $4.99 a year.", ENGLISH, "number"),
        # The same limit is the same condition, however it is set.
        ("14日以内でも返金はお受けできません。", REFUNDS, "denial"),
        ("14日以内であっても返金いたしかねます。", REFUNDS, "denial"),
        ("14日を過ぎても可能です。", REFUNDS, "denial"),
        ("Refunds are possible even after 14 days.", ENGLISH, "denial"),
        ("The Max plan is $4.99 a month.", ENGLISH, "name"),
        ("「設定」から14日以内に申し込めます。", REFUNDS, "name"),
        ("データは自動で暗号化されて保管されます。", REFUNDS, "words"),
    ],
)
def test_what_says_another_thing_is_not(sentence: str, item: KnowledgeItem, why: str) -> None:
    assert contradicts(sentence, [item]) == why


@pytest.mark.parametrize(
    ("sentence", "text", "why"),
    [
        ("60日以内で500円のクーポンが付きます。", "返金は14日以内です。お電話は[PHONE]まで。", "number"),
        ("14日以内でも返金できません。", "返金は14日以内であれば可能です。お電話は[PHONE]まで。", "denial"),
        ("The Max plan has refunds within 14 days.", "Refunds within 14 days. Call [PHONE].", "name"),
        ("Refunds within 60 days, says Tanaka.", "Refunds within 14 days. Ask [PERSON].", "number"),
        # What may have been there.
        ("お電話は03-1234-5678までお願いします。", "お電話は[PHONE]までお願いします。", ""),
        ("ゼロ三、一二三四、五六七八", "電話は[PHONE]です。", ""),
        ("返金は14日以内にTanakaまで。", "返金は14日以内に[PERSON]まで。", ""),
        ("店は芝公園の駅前、4-2-8にあります。", "[ADDRESS]", ""),
    ],
)
def test_of_what_was_taken_out_only_what_it_may_have_held_is_not_compared(sentence: str, text: str, why: str) -> None:
    assert contradicts(sentence, [KnowledgeItem("1", "faq", "?", text)]) == why


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
        # A regret denies nothing, nor does a condition, nor that nothing is charged.
        ("申し訳ありませんが、直接登録することはできません。", "直接登録することには対応していません。"),
        ("If it still doesn't work, press the button.", "If it still fails, press the button."),
        ("2,500円以上のご注文なら送料がかかりません。", "2,500円以上のご注文は送料無料です。"),
        ("1. 迷惑メールフォルダに入っていないか", "迷惑メールフォルダをご確認ください。"),
        # Two sentences of an entry in one.
        (
            "ことりから直接返金することはできませんので、各ストアの返金申請ページからお申し込みください。",
            "返金の可否は規約に従います。ことりから直接返金することはできません。各ストアの返金申請ページからお申し込みください。",
        ),
        (
            "You pay half of the fee, and there is no refund.",
            "Half of the fee is charged. No refund once it has begun.",
        ),
        # In another language words are others; numbers and names are compared.
        ("El enlace es válido durante 24 horas.", "再設定用のリンクの有効期限は24時間です。"),
        ("Gelöschte Notizen bleiben 30 Tage im Papierkorb.", "削除したノートは30日間ゴミ箱に残ります。"),
        ("No se admiten bicicletas ni patinetes.", "Bicycles and scooters are not accepted."),
        ("您可以在“菜单→垃圾箱”中恢复。", "「メニュー→ゴミ箱」から復元してください。"),
        ("Có, phí giao hàng là 300 yên.", "1回のお届けにつき300円です。"),
        # In which time it comes again may stand before it or behind it.
        ("1か月480円です。", "月額480円です。"),
        ("It is $4.99 per month, or $49.90 per year.", "月額4.99ドル、年額49.90ドルです。"),
    ],
)
def test_a_fact_may_be_written_in_other_words(sentence: str, text: str) -> None:
    assert contradicts(sentence, [KnowledgeItem("1", "faq", "?", text)]) == ""


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("超过60天后会彻底删除。", "30日を過ぎると完全に消去されます。"),
        ("배달비는 500엔입니다.", "送料は300円です。"),
        ("Se puede pagar con PayPal.", "Visa and Mastercard are accepted."),
        ("Sí, se puede.", "いいえ。端末ごとに保存されます。"),
        ("期限が切れても同期は続きます。", "期限が切れても同期は停止します。"),
        ("月額プランには1か月の無料トライアルが付いています。", "月額プランには1週間の無料トライアルが付いています。"),
    ],
)
def test_another_fact_is_none_in_any_language(sentence: str, text: str) -> None:
    assert contradicts(sentence, [KnowledgeItem("1", "faq", "?", text)]) in ("number", "name", "denial")


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
        ("解約の手順は次のとおりです。", Sentence.LEADS_IN),
        ("步驟如下。", Sentence.LEADS_IN),
        ("大変申し訳ございません。", Sentence.IS_KIND),
        ("ことりについて、知りたいことは何でも聞いてくださいね。", Sentence.IS_KIND),
        ("料金については情報がないため、運営者に確認いたします。", Sentence.IS_KIND),
        ("はい、戻せます。", Sentence.YES_OR_NO),
        ("No, unfortunately.", Sentence.YES_OR_NO),
        ("Ja, die gibt es.", Sentence.YES_OR_NO),
        ("네, 가능합니다.", Sentence.YES_OR_NO),
        # Regret beside a statement makes it no kindness.
        ("I'm sorry, but refunds aren't possible.", Sentence.STATES),
        ("申し訳ありませんが、千葉には配達しておりません。", Sentence.STATES),
        ("Lo siento, no aceptamos pagos en efectivo.", Sentence.STATES),
        ("Das geht auf dem Mac leider nicht.", Sentence.STATES),
        ("迷惑メールフォルダをご確認ください。", Sentence.STATES),
        ("There is no free plan.", Sentence.STATES),
        ("If it still fails press the button.", Sentence.STATES),
    ],
)
def test_a_statement_is_told_from_kindness_and_questions(sentence: str, kind: Sentence) -> None:
    assert kind_of(sentence, ["kotori"]) is kind


@pytest.mark.parametrize(
    ("lang", "kind", "statement"),
    [
        (
            "zh-Hans",
            "不客气！|希望对您有帮助！|如果还有其他问题，欢迎随时问我。|您好！|祝您生活愉快。",
            "可以在设置中更改密码。",
        ),
        (
            "zh-Hant",
            "不用客氣！|很高興能幫上忙！|有任何問題都歡迎再來詢問。|很抱歉。|謝謝您的提問。",
            "可以在設定中變更密碼。",
        ),
        (
            "ko",
            "천만에요!|도움이 되셨길 바랍니다.|언제든지 물어봐 주세요.|안녕하세요!|죄송합니다.",
            "설정에서 비밀번호를 바꾸세요.",
        ),
        (
            "es",
            "¡De nada!|Espero que te sirva.|No dudes en preguntar.|¡Hola!|Que tengas un buen día.",
            "Abre los ajustes del móvil.",
        ),
        (
            "pt",
            "De nada!|Espero ter ajudado.|Qualquer coisa, é só chamar.|Olá!|Tenha um ótimo dia.",
            "Abra as configurações.",
        ),
        (
            "fr",
            "De rien !|N'hésitez pas.|Je reste à votre disposition.|Bonjour !|Bonne journée !",
            "Ouvrez les réglages.",
        ),
        (
            "de",
            "Gern geschehen!|Viel Erfolg!|Melden Sie sich jederzeit.|Hallo!|Kein Problem!",
            "Öffnen Sie die Einstellungen.",
        ),
        ("id", "Sama-sama!|Semoga membantu.|Jangan ragu untuk bertanya.|Halo!|Mohon maaf.", "Buka menu pengaturan."),
        (
            "vi",
            "Không có gì!|Rất vui được giúp bạn.|Đừng ngại hỏi nhé.|Xin chào!|Chúc bạn vui vẻ.",
            "Hãy mở phần cài đặt.",
        ),
        ("th", "ยินดีค่ะ|หากมีคำถามเพิ่มเติม สอบถามได้เลยนะคะ|สวัสดีค่ะ|ขออภัยค่ะ|ขอให้เป็นวันที่ดีนะคะ", "เปิดเมนูการตั้งค่า"),
    ],
)
def test_kindness_is_told_from_statements_in_the_visitors_language(lang: str, kind: str, statement: str) -> None:
    assert {each: kind_of(each) for each in kind.split("|")} == dict.fromkeys(kind.split("|"), Sentence.IS_KIND)
    assert kind_of(statement) is Sentence.STATES


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
