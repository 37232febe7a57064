"""An answer while it is written: what is let through is borne out, in order, and never taken back."""

import pytest

from knowledge.items import KnowledgeItem
from knowledge.model.events import BlockEnded
from knowledge.model.prompt import AppFacts, Prompt
from knowledge.model.supported_text import SupportedText

REFUND = "返金は購入から14日以内であれば、ストアの画面から申し込めます。"
ITEMS = (
    KnowledgeItem("refund", "faq", "返金できますか", REFUND),
    KnowledgeItem("android", "faq", "Androidで使えますか", "Androidには対応していません。"),
    KnowledgeItem("steps", "faq", "解約の手順", "設定を開きます。解約を選びます。"),
    KnowledgeItem("offline", "faq", "オフラインで使えますか", "はい。電波のない場所でも使えます。"),
)


def text_of(question: str = "返金できますか") -> SupportedText:
    return SupportedText(Prompt(AppFacts("ことりノート"), ITEMS, (), question, "ja"))


def shown(*blocks: tuple[str, str], question: str = "返金できますか", pieces: int = 0) -> str:
    """What is let through of blocks, each with the items it cites (by a blank); cut in `pieces` characters."""
    text, let_through = text_of(question), ""
    for words, cited in blocks:
        for start in range(0, len(words), pieces or len(words)):
            let_through += text.feed(words[start : start + (pieces or len(words))])
        let_through += text.block_ended(BlockEnded(words, tuple(cited.split())))
    return let_through + text.close()


THANKS, WELCOME = "ご質問ありがとうございます。", "他にもお気軽にどうぞ。"
NO_ANDROID = "Androidには対応していません。"
Case = tuple[list[tuple[str, str]], str]
CASES: dict[str, Case] = {
    "a sentence is cited where a cited block reaches into it": (
        [("はい、", ""), ("返金は画面から", "refund"), ("申し込めます。三日かかります。", "")],
        "はい、返金は画面から申し込めます。",
    ),
    "a number belongs to the step it counts, and a lead-in to what it leads to": (
        [("手順です：\n1. ", ""), ("設定を開きます。", "steps"), ("\n2. ", ""), ("解約を選びます。", "steps")],
        "手順です：\n1. 設定を開きます。\n2. 解約を選びます。",
    ),
    "what led in to a bare sentence goes with it": (
        [("返金は申し込めます。", "refund"), ("\n\n**費用**\n\n次の通りです：\n- 手数料は300円です。\n", "")],
        "返金は申し込めます。\n\n",
    ),
    "the next heading stays": (
        [("**費用**\n\n手数料は300円です。\n\n**返金**\n\n", ""), (REFUND, "refund")],
        f"**返金**\n\n{REFUND}",
    ),
    "kindness beside statements": ([(THANKS, ""), (REFUND, "refund"), (WELCOME, "")], THANKS + REFUND + WELCOME),
    "kindness alone": ([("こんにちは！何でも聞いてくださいね。", "")], "こんにちは！何でも聞いてくださいね。"),
    "a yes goes with what follows it": ([("はい、可能です。", ""), (REFUND, "refund")], f"はい、可能です。{REFUND}"),
    "and not before a no": ([("はい、使えます。", ""), (NO_ANDROID, "android")], NO_ANDROID),
    "a yes in the question's words goes as well": (
        [("はい、申し込めます。", ""), (REFUND, "refund")],
        f"はい、申し込めます。{REFUND}",
    ),
    "and not with a name that what follows lacks": ([("はい、PayPalへ返金できます。", ""), (REFUND, "refund")], REFUND),
    "a no goes before what is there instead": (
        [("No, unfortunately. ", ""), (REFUND, "refund")],
        f"No, unfortunately. {REFUND}",
    ),
    "a yes goes before what is denied of something else": (
        [("はい、使えます。", ""), ("電波のない場所でも使えます。", "offline")],
        "はい、使えます。電波のない場所でも使えます。",
    ),
    "a table's head goes with its rows": (
        [
            ("| 端末 | 使えるか |\n|---|---|\n| Android | ", ""),
            ("対応していません", "android"),
            (" |\n| iPad | 対応 |\n", ""),
        ],
        "| 端末 | 使えるか |\n|---|---|\n| Android | 対応していません |\n",
    ),
    "kindness in the visitor's language": (
        [("¡De nada! Que tengas un buen día.", "")],
        "¡De nada! Que tengas un buen día.",
    ),
    "nor alone": ([("はい、可能です。", "")], ""),
    "a wrong number with a pointer to the right one": (
        [("返金は60日以内です。", "refund"), (NO_ANDROID, "android")],
        NO_ANDROID,
    ),
    "a pointer the model left out": ([(REFUND, "")], REFUND),
    "what stands nowhere": ([("電話で三日以内に返金します。", "")], ""),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("pieces", [0, 1, 3])
def test_what_is_borne_out_is_let_through(case: str, pieces: int) -> None:
    blocks, whole = CASES[case]
    assert shown(*blocks, pieces=pieces) == whole


def test_words_that_stand_in_the_knowledge_are_let_through_at_once() -> None:
    text = text_of()
    assert text.feed(REFUND[:12]) == REFUND[:12]
    assert text.feed(REFUND[12:20]) == REFUND[12:20]


def test_other_words_wait_until_it_is_known_what_they_rest_on() -> None:
    text = text_of()
    said = "二週間以内でしたら返金を申し込めます。"
    assert text.feed(said) == ""
    assert text.block_ended(BlockEnded(said, ("refund",))) == said


def test_a_sentence_that_has_begun_to_show_is_ended_as_the_knowledge_ends_it() -> None:
    text = text_of()
    begun = "返金は購入から"
    said = f"{begun}60日以内です。"
    assert text.feed(f"{begun}14日") == f"{begun}14日"
    text = text_of()
    assert text.feed(f"{begun}1") == f"{begun}1"
    rest = text.feed("00日以内です。") + text.block_ended(BlockEnded(said, ("refund",))) + text.close()
    assert f"{begun}1{rest}" == REFUND
    assert (text.grounding.bare, text.grounding.rests) == ([], [(REFUND, ("refund",))])
    assert not text.grounding.ungrounded


def test_of_an_answer_that_was_cut_no_half_sentence_stands() -> None:
    text = text_of()
    said = "はい、返金は14日以内に申し込めます。ほかに必要なのは領"
    let_through = text.feed(said) + text.block_ended(BlockEnded(said, ("refund",)))
    assert let_through + text.close(cut=True) == "はい、返金は14日以内に申し込めます。"
    text = text_of()
    assert text.feed(REFUND[:15]) + text.close(cut=True) == REFUND


def test_an_answer_to_a_greeting_may_say_yes() -> None:
    assert shown(("はい。", ""), question="こんにちは") == "はい。"
    assert shown(("はい。", "")) == ""


def test_nothing_is_let_through_of_an_answer_that_falls() -> None:
    text = text_of()
    said = "ご質問ありがとうございます。電話で三日以内に返金します。お気軽にどうぞ。"
    assert text.feed(said) + text.block_ended(BlockEnded(said)) + text.close() == ""
    assert text.grounding.ungrounded
