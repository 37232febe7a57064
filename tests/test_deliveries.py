"""Deliveries taken apart: the same events as by Python's decoder, each with the text it came as."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.line.deliveries import NotADelivery, read_delivery

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3),
    max_leaves=8,
)


@given(
    delivery=st.dictionaries(TEXTS, VALUES, max_size=3),
    events=st.lists(VALUES, max_size=4),
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 1]),
)
def test_events_are_those_of_pythons_decoder_with_their_own_text(
    delivery: dict[str, Any], events: list[Any], ascii_only: bool, indent: int | None
) -> None:
    whole = delivery | {"destination": "U1", "events": events} | delivery
    whole["events"] = events
    read = read_delivery(json.dumps(whole, ensure_ascii=ascii_only, indent=indent).encode())
    assert read.destination == whole["destination"]
    assert [event for event, _ in read.events] == [event for event in events if isinstance(event, dict)]
    assert [json.loads(text) for _, text in read.events] == [event for event, _ in read.events]


@pytest.mark.parametrize(
    "body",
    [
        b"", b" ", b"{", b"{}", b"[]", b"null", b'{"events"}', b'{"events":', b'{"events":[', b'{"events":[1',
        b'{"events":[1,]}', b'{"events":[],}', b'{"events":[]}x', b'{"events":[]}{}', b'{,"events":[]}',
        b'{"events":[] "a":1}', b'{"events":{}}', b'{"events":[1 2]}', b'{1:2,"events":[]}', b'{"a" 1,"events":[]}',
        b'{"events":[],"events":null}', b"\xff", b'\xef\xbb\xbf{"events":[]}', b"{'events':[]}", b'{"events":[{]}',
    ],
)  # fmt: skip
def test_what_is_no_delivery_is_refused(body: bytes) -> None:
    with pytest.raises(NotADelivery):
        read_delivery(body)


def test_of_a_name_that_comes_twice_the_last_counts() -> None:
    read = read_delivery(b'{"events":[{"a":1}],"destination":"U1","events":[{"b":2}],"destination":"U2"}')
    assert (read.destination, read.events) == ("U2", [({"b": 2}, '{"b":2}')])
