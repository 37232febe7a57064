"""That somebody wants to talk to a person is heard in many languages, and what only sounds like it is not."""

import pytest

from knowledge.words.asks_for_person import asks_for_person


@pytest.mark.parametrize(
    "text",
    [
        "人と話したいです",
        "担当者につないでください",
        "AIじゃなくて人が対応してほしい",
        "だれか人間いないの？",
        "オペレーターお願いします",
        "作った人と連絡を取りたい",
        "can I talk to a human?",
        "I'd rather talk to a human being",
        "Get me a real person. Now.",
        "I need human help",
        "agent please",
        "转人工",
        "我想联系开发者",
        "可以請開發者本人回覆我嗎",
        "상담원 연결해 주세요",
        "quiero hablar con una persona",
        "preciso falar com uma pessoa real",
        "mettez-moi en contact avec un conseiller",
        "Kann ich mit einem Mitarbeiter sprechen?",
        "tolong sambungkan ke admin",
        "tôi muốn nói chuyện với người thật",
        "ขอคุยกับเจ้าหน้าที่",
        "It still fails. Can someone from your team contact me?",
        "作者さんいますか？話したいです",
        "ヒトに代わって",
        "にんげんとはなしたい",
        "let me talk to whoever runs this",
        "could someone reply to me please",
        "客服在吗",
        "je veux un conseiller",
        "Ist der Betreiber da? Er soll mir antworten",
    ],
)
def test_a_wish_for_a_person_is_heard(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "is there a person behind this app?",
        "am I talking to a human?",
        "can I assign a task to a person",
        "Can I chat with my friends in the app?",
        "how do I add a contact",
        "where is the developer settings menu",
        "do you support dark mode",
        "あなたは人間ですか",
        "ほかの人と話せますか",
        "友達と話す機能はありますか",
        "担当者の名前を変更したい",
        "連絡先をアプリに登録するには？",
        "開発者モードの入り方",
        "人と違う色にしたい",
        "why does sync not answer me",
        "人工智能是怎么工作的",
        "怎么添加联系人",
        "客服几点上班",
        "친구와 대화할 수 있나요",
        "¿se puede compartir con otra persona?",
        "posso conversar com amigos no app?",
        "combien de personnes peuvent utiliser un abonnement ?",
        "wer ist der Entwickler?",
        "bisa dipakai berapa orang?",
        "tôi có thể chat với bạn bè không",
        "คุยกับเพื่อนในแอปได้ไหม",
        "I want to talk to a person. " + "My story is long. " * 20,
    ],
)
def test_what_only_names_people_or_talking_is_no_such_wish(text: str) -> None:
    assert not asks_for_person(text)
