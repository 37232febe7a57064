"""Documents are cut where a reader would cut them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.passages import LONGEST, SHORTEST, cut_into_passages

SENTENCE = "ことりノートは、日々の記録を写真と一緒に残せる日記アプリです。"


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("text", ["", " \n\n 　\n", "\r\n\r\n"])
def test_nothing_makes_no_passage(text: str) -> None:
    assert cut_into_passages(text) == []


def test_a_short_text_stays_whole() -> None:
    assert cut_into_passages("営業時間は9時から17時です。\n") == ["営業時間は9時から17時です。"]


def test_passages_end_with_a_sentence_and_keep_their_size() -> None:
    passages = cut_into_passages(SENTENCE * 60)
    assert all(passage.endswith("。") for passage in passages)
    assert all(SHORTEST <= len(passage) <= LONGEST for passage in passages[:-1])


def test_a_paragraph_that_is_long_enough_is_not_joined_to_the_next() -> None:
    first, second = SENTENCE * 8, "返金については、各ストアにお問い合わせください。" * 9
    assert cut_into_passages(f"{first}\n\n{second}") == [first, second]


def test_short_paragraphs_share_a_passage() -> None:
    assert cut_into_passages("料金\n\n月額480円です。") == ["料金\n\n月額480円です。"]


def test_a_closing_bracket_stays_with_its_sentence() -> None:
    passages = cut_into_passages("「設定を開いてください。」" * 60)
    assert all(passage.startswith("「") and passage.endswith("」") for passage in passages)


def test_numbers_and_addresses_are_not_cut_at_their_dots() -> None:
    text = "Version 3.5 is at https://example.com/a.b and costs 4.80 dollars a month in every store. " * 12
    assert all(passage.endswith("store.") for passage in cut_into_passages(text))


def test_a_sentence_without_end_is_cut_at_commas_else_anywhere() -> None:
    commas = cut_into_passages("あいうえお、" * 200)
    assert all(passage.endswith("、") for passage in commas)
    assert [len(passage) <= LONGEST for passage in cut_into_passages("あ" * 2_000)] == [True] * 6


@given(st.text(alphabet="あ漢a1。．.!?！？」』)、, \n\r　", max_size=3_000))
def test_nothing_is_lost_and_nothing_too_long(text: str) -> None:
    passages = cut_into_passages(text)
    assert squeezed("".join(passages)) == squeezed(text)
    assert all(0 < len(passage) <= LONGEST for passage in passages)
