"""The mean vector of a language's everyday questions, by model: shipped for the versions that are locked, else made.

The questions are of every trade and the same ones in each language, so their mean is what a language adds to a
meaning. Making them takes seconds of CPU whenever the models are loaded. `python -m knowledge.meaning.centres` writes
the file anew; it has to be run after the questions or a model's version changed.
"""

import base64
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from knowledge.words.words import clean

COMMON_QUESTIONS: dict[Literal["en", "ja"], tuple[str, ...]] = {
    "en": (
        "What are your opening hours?",
        "Where are you located and is there parking nearby?",
        "How can I book an appointment?",
        "Can I bring my children?",
        "it doesn't work, what should I do?",
        "I was charged twice",
        "is it free",
        "Do you ship abroad and how long does it take?",
        "How do I change my e-mail address?",
        "I forgot my password",
        "Can I return something I bought last week?",
        "which sizes do you have",
        "What is included in the price?",
        "How do I cancel?",
        "My order has not arrived yet.",
        "Do you offer discounts for students?",
        "Is my personal data safe with you?",
        "the app keeps crashing on my phone",
        "How can I talk to a real person?",
        "Can I pay by credit card?",
        "How do I invite other people to my team?",
        "When will I get my money back?",
        "Do I need to create an account?",
        "Is there a trial period?",
        "What happens if I am late?",
        "how to connect it to my computer",
        "I received the wrong item",
        "Can you send me an invoice?",
        "Do you have vegetarian dishes?",
        "Are pets allowed in the rooms?",
        "What is the difference between the two plans?",
        "Can I use it without the internet?",
        "how much does the course cost and how long is it",
        "Why was my request refused?",
        "Who can see what I write?",
        "I would like to stop receiving these messages.",
    ),
    "ja": (
        "営業時間を教えてください。",
        "場所はどこですか。近くに駐車場はありますか。",
        "予約はどうすれば取れますか？",
        "子どもを連れて行っても大丈夫？",
        "動かないんだけどどうしたらいい",
        "二回請求されています",
        "無料ですか",
        "海外にも発送していますか。何日くらいかかりますか。",
        "メールアドレスを変更したい",
        "パスワードを忘れました",
        "先週買ったものを返品できますか？",
        "サイズは何がありますか",
        "料金には何が含まれますか？",
        "キャンセルの方法は？",
        "注文した商品がまだ届きません。",
        "学割はありますか？",
        "個人情報は安全に管理されていますか？",
        "スマホでアプリがすぐ落ちる",
        "担当の人と直接話したい",
        "クレジットカードで払えますか？",
        "チームに他の人を招待するには？",
        "お金はいつ戻ってきますか",
        "会員登録は必要ですか？",
        "お試し期間はある？",
        "遅刻したらどうなりますか？",
        "パソコンにつなぐやり方",
        "違うものが入っていました",
        "請求書を送ってもらえますか？",
        "ベジタリアン向けの料理はありますか",
        "ペットと一緒に泊まれますか？",
        "二つのプランの違いは何ですか？",
        "ネットがなくても使えますか？",
        "講座の費用と期間を知りたい",
        "申請が通らなかったのはなぜですか。",
        "書いた内容は誰に見られますか？",
        "お知らせの配信を止めたいです。",
    ),
}

SHIPPED = Path(__file__).with_suffix(".json")

Vector = NDArray[np.float32]
Centres = Mapping[str, Vector]


def centres(package: str, read: Callable[[str], Vector]) -> Centres:
    """By language; `read` is what the installed package makes of a query."""
    # Vectors of another version mean something else: shipped ones count for exactly the model they were made with.
    shipped, model = json.loads(SHIPPED.read_text(encoding="ascii")), _model(package)
    if shipped["questions"] == _questions() and model in shipped["centres"]:
        return {lang: _decoded(vector) for lang, vector in shipped["centres"][model].items()}
    return made(read)


def made(read: Callable[[str], Vector]) -> Centres:
    """The same from the model itself."""
    return {
        lang: np.mean([read(clean(text)) for text in texts], axis=0).astype("<f4")
        for lang, texts in COMMON_QUESTIONS.items()
    }


def write(models: Mapping[str, Callable[[str], Vector]]) -> None:
    """Ship the centres of these packages' models."""
    found = {
        _model(package): {lang: _encoded(vector) for lang, vector in made(read).items()}
        for package, read in models.items()
    }
    text = json.dumps({"questions": _questions(), "centres": found}, indent=1)
    SHIPPED.write_text(f"{text}\n", encoding="ascii")


def _model(package: str) -> str:
    return f"{package} {version(package)}"


def _questions() -> str:
    return sha256(json.dumps(COMMON_QUESTIONS).encode()).hexdigest()


def _encoded(vector: Vector) -> str:
    return base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")


def _decoded(text: str) -> Vector:
    return np.frombuffer(base64.b64decode(text), "<f4")


if __name__ == "__main__":
    from knowledge.meaning.process import readers  # which takes the centres from here

    write({name: read_as["query"] for name, read_as in readers().items()})
