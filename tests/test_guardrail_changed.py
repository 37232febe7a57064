"""A second form of a text is read again only where it differs, and there with what stands beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrail.text.markup import changed_parts, shown_forms
from guardrail.text.normalise import normalise


def parts(text: str) -> list[str]:
    plain = normalise(text)
    return [part.text for form in shown_forms(text, plain) for part in changed_parts(form, plain)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("One. Two. Three.", []),
        ("One. **Two**. Three. Four. Five.", ["One. Two. Three. "]),
        ("はい。一。二。**三**です。四。五。", ["二。三です。四。"]),
        ("**a**.\nb.\nc.\nd.\ne.\n**f**.\n", ["a.\nb.\n", "e.\nf.\n"]),
        ("**a**.\nb.\n**c**.\n", ["a.\nb.\nc.\n"]),
        ("version **3.5** is out", ["version 3.5 is out"]),
    ],
)
def test_only_what_changed_is_read_again(text: str, read: list[str]) -> None:
    assert parts(text) == read


@given(st.text(alphabet="ab。. \n*`&;#4", max_size=60))
def test_every_part_leads_back_to_where_it_stood(text: str) -> None:
    plain = normalise(text)
    for form in shown_forms(text, plain):
        for part in changed_parts(form, plain):
            at = form.text.find(part.text)
            assert at >= 0
            assert len(part.text) == len(part.starts) == len(part.ends)
            assert list(part.starts) == sorted(part.starts)
