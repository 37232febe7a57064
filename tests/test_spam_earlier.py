"""Privacy policy: who wrote is not stored. What a conversation leaves behind for spam: counters and salted sketches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrail.spam import About, Earlier, Utterance, judge

SIZE = len(Earlier().packed())
any_text = st.text(max_size=300)
times = st.one_of(st.none(), st.floats(0, 2**32, allow_nan=False, exclude_max=True))


def after(texts: list[tuple[str, float | None]], salt: bytes = b"today") -> Earlier:
    earlier = Earlier()
    for text, at in texts:
        message = Utterance.of(text, salt, at)
        earlier = earlier.after(message, judge(message, earlier, About()))
    return earlier


@given(st.lists(st.tuples(any_text, times), max_size=12))
def test_it_has_one_size_and_comes_back_as_it_was(texts: list[tuple[str, float | None]]) -> None:
    earlier = after(texts)
    packed = earlier.packed()
    assert len(packed) == SIZE
    assert Earlier.unpacked(packed).packed() == packed


def test_it_counts_copies_after_coming_back() -> None:
    earlier = Earlier.unpacked(after([("チャンネル登録お願いします！", None)] * 3).packed())
    assert earlier.copies(Utterance.of("送料はいくらですか", b"today")) == 0
    assert earlier.copies(Utterance.of("チャンネル登録お願いします♪", b"today")) == 3


def test_another_days_salt_resembles_nothing() -> None:
    text = "my order 7781 has not arrived and I live at the old mill"
    assert after([(text, None)]).copies(Utterance.of(text, b"today")) == 1
    assert after([(text, None)]).copies(Utterance.of(text, b"tomorrow")) == 0


def test_no_text_of_a_message_is_in_it() -> None:
    text = "yamada.taro@example.com 090-1234-5678"
    packed = after([(text, 5.0)]).packed()
    assert not any(text[at : at + 4].encode() in packed for at in range(len(text) - 3))


@given(st.binary(max_size=400))
def test_what_is_not_of_its_size_is_refused(stored: bytes) -> None:
    if len(stored) == SIZE:
        Earlier.unpacked(stored)
    else:
        with pytest.raises(ValueError, match="earlier"):
            Earlier.unpacked(stored)


@given(st.binary(min_size=SIZE, max_size=SIZE), any_text, times)
def test_a_damaged_one_still_judges(stored: bytes, text: str, at: float | None) -> None:
    earlier, message = Earlier.unpacked(stored), Utterance.of(text, b"today", at)
    assert len(earlier.after(message, judge(message, earlier, About())).packed()) == SIZE
