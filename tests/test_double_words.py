"""Which entries ask the same as a new one, and what an owner said against an entry. Pure: no store."""

import pytest

from knowledge.checks.facts import turns_round
from knowledge.items import Hit, KnowledgeItem
from knowledge.search.doubles import asking_the_same, worded_alike


def hit(question: str, score: float, *, by_meaning: bool = True, phrasings: tuple[str, ...] = ()) -> Hit:
    return Hit(KnowledgeItem(question, "faq", question, "Yes.", phrasings=phrasings), score, 0.5, by_meaning)


OTHERS = [hit(f"Number {number}", 0.2) for number in range(6)]


def asked(question: str, *hits: Hit) -> list[str]:
    return [found.item.title for found in asking_the_same([*hits, *OTHERS], question)]


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ("広告を削除するには？", "広告が邪魔です。消せますか"),
        ("How much is a license?", "License price"),
        ("VRM 1.0に対応していますか", "VRM1.0は使える？"),
        ("退会したい", "How do I delete my account?"),  # words of two languages are never the same
    ],
)
def test_what_means_the_same_in_other_words_is_a_double(known: str, new: str) -> None:
    assert asked(new, hit(known, 0.65)) == [known]
    assert asked(new, hit(known, 0.3)) == []


@pytest.mark.parametrize(
    ("known", "new"),
    [
        ("iPhoneでの購入の復元方法", "Androidでの購入の復元方法"),
        ("月額プランの料金は？", "年額プランの料金は？"),
        ("通知をオンにするには", "通知をオフにするには"),
        ("How do I export OPML?", "How do I export the database?"),
        ("How do I turn on notifications?", "How do I turn off notifications?"),
        ("How do I lock the queue?", "How do I sort the queue?"),
        ("v1.8.2以前のアンインストール方法", "v1.9.0以降のアンインストール方法"),
    ],
)
def test_questions_worded_alike_but_for_one_thing_are_two(known: str, new: str) -> None:
    assert worded_alike(known, new) > 0.6
    assert asked(new, hit(known, 0.7)) == []


@pytest.mark.parametrize(("known", "new"), [("Is it free?", "is it FREE"), ("送料は？", "そうりょうは")])
def test_the_same_words_are_a_double_however_little_a_score_says(known: str, new: str) -> None:
    assert asked(new, hit(known, 0.01, by_meaning=False)) == ([known] if "free" in known else asked(new))


def test_one_of_the_ways_to_ask_an_entry_is_enough() -> None:
    other = hit("How do I export OPML?", 0.6, phrasings=("Take my podcasts along",))
    assert asked("How do I export the database?", hit("How do I export OPML?", 0.6)) == []
    assert asked("Take my podcasts with me", other) == ["How do I export OPML?"]


def test_what_all_entries_of_an_app_have_in_common_says_nothing() -> None:
    alike = [hit(f"Number {number}", 0.5) for number in range(6)]
    assert asking_the_same([hit("License price", 0.5), *alike], "How much is a license?") == []


def test_a_document_is_no_double() -> None:
    passage = Hit(KnowledgeItem("1", "passage", "Is it free?", "Yes."), 0.9, 1.0, True)
    assert asking_the_same([passage, *OTHERS], "Is it free?") == []


@pytest.mark.parametrize(
    ("known", "said", "about"),
    [
        ("It is free for 14 days.", "You can try it for 30 days.", "How long is the trial?"),
        ("返金はできません。", "今回は返金いたします。", "返金できますか"),
        ("はい、できます。", "いいえ、もうできなくなりました。", "共有できますか"),
        ("Yes, it is.", "No, not any more.", "Is it free?"),
        ("月額300円です。", "500円になりました。", "料金は？"),
    ],
)
def test_another_number_or_the_opposite_turns_an_entry_round(known: str, said: str, about: str) -> None:
    assert turns_round(known, said, about)


@pytest.mark.parametrize(
    ("known", "said", "about"),
    [
        ("返金はできません。", "少々お待ちください。確認します。", "返金できますか"),
        ("It is free for 14 days.", "Give me 5 minutes, I will look.", "How long is the trial?"),
        ("It is free for 14 days.", "Two weeks!", "How long is the trial?"),
        ("Yes, it is.", "Thanks for asking!", "Is it free?"),
        ("月額300円です。", "ひと月300円ですよ。", "料金は？"),
    ],
)
def test_what_else_is_said_in_a_talk_turns_nothing_round(known: str, said: str, about: str) -> None:
    assert not turns_round(known, said, about)
