"""What an answer begins with may leave at once if it is nobody's; it never holds a name, a number or a known value."""

import pytest
from grounds import real_pii
from hypothesis import given
from hypothesis import strategies as st

from guardrail.findings import PiiKind
from guardrail.known.known_values import KnownValues
from guardrail.openings.plain_openings import plain_opening
from guardrail.stream import StreamFilter

PII = real_pii()
KNOWN = KnownValues.of([(PiiKind.PERSON, "Rowena Birchfield"), (PiiKind.PERSON, "青葉 希望")])


NAMES = ("Kotori Notes", "ことり", "Kotori")


def opening(text: str, before: str = "", known: KnownValues = KNOWN) -> str:
    return text[: plain_opening(before, text, known.have_part, complete=False, names=NAMES)]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("To reset your password, open Settings", "To reset your password, open "),
        ("Yes. You can do this: go to the menu", "Yes. You can do this: go to the "),
        ("お問い合わせは緑川までお願いします", "お問い合わせは"),
        ("- Open the app now", "- Open the app "),
        ("Kotori Notes can do this.", "Kotori Notes can do "),
        ("Kotori can do this.", "Kotori can do "),
        ("Kotori Not", ""),
        ("Kotori", ""),
        ("Kotorian is a person.", ""),
        ("ことり、便利です。それから", "ことり、便利です。"),
    ],
)
def test_common_words_leave_at_once(text: str, plain: str) -> None:
    assert opening(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "田中太郎様がお答えします。",
        "みどりさんに聞いてください。",
        "光さんは元気です。それから",
        "森様のご予約です。",
        "おのでらさんに聞いてください。",
        "港区にあります。",
        "小林製薬の商品です。",
        "〇八〇六一四二です。",
        "ぜろはちぜろです。",
        "０８０です。ありがとう",
        "Will Smith is here",
        "Tanaka will call",
        "john is here now",
        "zero eight zero six",
        "you.name@example.com is",
        "r o w e n a",
        "TK Smith is here",
        "080-6142-3975 is it",
        "&#48; is it",
        "**Bold** it is",
        "希望はあります。それから",
        "birchfield is here",
    ],
)
def test_names_numbers_and_known_values_wait(text: str) -> None:
    assert opening(text) == ""


def test_a_word_begun_before_is_not_an_opening() -> None:
    assert opening("open the app now", before="x") == ""


@given(
    words=st.lists(
        st.sampled_from(
            [
                "open ",
                "the ",
                "Tanaka ",
                "お問い合わせ",
                "は",
                "緑川",
                "、",
                "。",
                "8",
                "\n",
                "- ",
                "次のとおり",
                "Kotori",
                " Notes ",
                "ことり",
            ]
        ),
        max_size=20,
    ),
    arrived=st.integers(0, 80),
)
def test_more_text_only_makes_it_longer(words: list[str], arrived: int) -> None:
    text = "".join(words)
    early = plain_opening("", text[:arrived], KNOWN.have_part, complete=False, names=NAMES)
    assert (
        early
        <= plain_opening("", text, KNOWN.have_part, complete=False, names=NAMES)
        <= plain_opening("", text, KNOWN.have_part, complete=True, names=NAMES)
    )


async def test_the_first_words_are_shown_before_the_sentence_ends() -> None:
    answer = StreamFilter(PII, "en", known=KNOWN)
    assert await answer.feed("To change your plan, ask Rowena Birch") == "To change your plan, ask "
    assert await answer.feed("field now.") == ""
    assert await answer.close() == "[hidden for privacy] now."
