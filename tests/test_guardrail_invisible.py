"""What shows nothing leaves no answer; what is drawn otherwise for it keeps it."""

import unicodedata

import pytest
from grounds import real_pii
from hypothesis import given
from hypothesis import strategies as st

from guardrail.stream import StreamFilter
from guardrail.text.invisible import UNSEEN, VisibleText, visible

PII = real_pii()
TAGS = "".join(chr(0xE0000 + ord(char)) for char in "secret")
BITS = "\u2062\u2064\u2062\u2062\u2064"
BYTES = "".join(chr(0xE0100 + ord(char) - 16) for char in "08061423975")
KEPT = [
    "家族は👨\u200d👩\u200d👧\u200d👦です。",
    "✈\ufe0f と ☎\ufe0e と 1\ufe0f\u20e3",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f で英語を選びます。",
    "👩🏽\u200d💻 と ❤\ufe0f\u200d🔥",
    "葛\U000e0100城市と辻\U000e0101",
    "می\u200cخواهم",
    "क\u094d\u200dष और क\u094d\u200cष",
    "ᠮᠣᠩᠭᠣᠯ\u180b",
    "日本語とEnglishと한국어です。",
]
DROPPED = [
    (f"はい{TAGS}。", "はい。"),
    (f"はい😊{BYTES}。", "はい😊。"),
    (f"は{BITS}い。", "はい。"),
    ("sec\u00adret \u200bwords\u200d \ufeff", "secret words "),
    ("あ\u202e5793\u202c", "あ5793"),
    ("ㅤ\u3164a\u115fb\uffa0", "ab"),
    ("漢\U000e0150字", "漢字"),
    ("ab\u200dcd 😊\u200d. 😊\ufe0f\ufe0f", "abcd 😊. 😊\ufe0f"),
    ("🏴\U000e0068\U000e0069\U000e007f", "🏴"),
]
PIECES = st.sampled_from(
    [*"a1あ漢😊👩🏴ا\u0915\u200d\u200c\ufe0f\u20e3\u200b", *"\U000e0100", TAGS, KEPT[2], "\u2062" * 9]
)


@pytest.mark.parametrize("text", KEPT)
def test_what_is_drawn_by_it_stays(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(("text", "seen"), DROPPED)
def test_all_else_that_shows_nothing_goes(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(text=st.lists(PIECES, max_size=14).map("".join), data=st.data())
def test_the_pieces_it_comes_in_change_nothing(text: str, data: st.DataObject) -> None:
    borders = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pieces = [text[a:b] for a, b in zip([0, *borders], [*borders, len(text)], strict=True)]
    growing = VisibleText()
    assert "".join(
        [*(growing.add(each, complete=False) for each in pieces), growing.add("", complete=True)]
    ) == visible(text)


def test_no_format_character_is_forgotten() -> None:
    """Cf holds them all but for signs that are drawn (Arabic and other number marks, hieroglyphs' joiners)."""
    left = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"}
    left = {char for char in left if not UNSEEN.match(char)}
    assert all(unicodedata.name(char).startswith(("ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN")) for char in left)


async def test_an_answer_tells_nothing_unseen() -> None:
    text = f"設定画面を開いてください{TAGS}。😊{BYTES}はい👨\u200d👩\u200d👧。"
    answer = StreamFilter(PII, "ja")
    shown = [await answer.feed(char) for char in text]
    assert "".join([*shown, await answer.close()]) == "設定画面を開いてください。😊はい👨\u200d👩\u200d👧。"


@pytest.mark.long
def test_a_long_unseen_run_costs_no_more_than_its_length() -> None:
    """S26"""
    growing = VisibleText()
    assert "".join(growing.add("\u200b", complete=False) for _ in range(100_000)) == ""
    assert growing.add("a", complete=True) == "a"
