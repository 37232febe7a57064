"""What an answer begins with leaves once it is read and nothing that follows can make it part of a finding."""

import pytest
from grounds import real_pii
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_guardrail_early import CLEAN, PRIVATE

from bench.guardrail import DATA
from bench.pii.scoring import records
from guardrail.findings import PiiKind
from guardrail.known.known_values import NOTHING_KNOWN, KnownValues, Together
from guardrail.openings.settled_openings import LOOKS, settled_end, settled_opening
from guardrail.stream import StreamFilter

PII = real_pii()
KNOWN = KnownValues.of(
    [(PiiKind.PHONE, "080-6142-3975"), (PiiKind.PERSON, "Rowena Birchfield"), (PiiKind.PERSON, "青葉 希望")]
)
NATURAL = (
    "京都の抹茶を",
    "小林製薬の",
    "東京リージョンでの",
    "RTX 4090の",
    "Mercedes and ",
    "Gaussian blur ",
    "場合は、",
)
TEXTS = st.lists(st.sampled_from(NATURAL + CLEAN + PRIVATE), min_size=3, max_size=9).map("".join)


def settled(text: str, known: KnownValues | Together = NOTHING_KNOWN) -> str:
    return text[: settled_opening(text, lambda opening: settled_end(opening, PII.find_now, known))]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=TEXTS)
@example("info @ example.com にどうぞ")
@example("hikari.nagai+shop [at] sub [dot] example [dot] jp")
@example("robinsonと申しますので、よろしく")
@example("Sunniva is very reliable. You can")
@example("Beforeinfo at example dot com")
@example("Szabina J Gelencsér is here")
@example("(0980) 79-5496の番号です")
@example("4111 1111 1111 1111 です")
@example("Studio 35e, Mohammad Via, North Jodie")
@example("すべてのみらい銀行 中央支店 普通 5209292")
@example("Chiclana de la Frontera\nSpain")
@example("Orderは uploadingら6108 Friedhofstrasse 33")
def test_what_has_settled_is_in_no_finding(text: str) -> None:
    first = min((finding.start for finding in PII.find_now(text)), default=len(text))
    assert len(settled(text)) <= first


def test_no_annotated_value_settles() -> None:
    """Of support answers whose personal information is marked, from the beginning and from any mark on."""
    for record in [each for each in records(DATA / "dev.jsonl") if each["source"] == "synthetic-support"][::12]:
        text = record["text"]
        for start in (0, *(at + 1 for at, char in enumerate(text[:120]) if char in "。、:\n")):
            end = start + len(settled(text[start:]))
            for span in record["spans"]:
                overlap = text[max(span["start"], start) : min(span["end"], end)]
                assert not overlap.strip(), (record["id"], overlap)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("京都の抹茶を使った限定フレーバーです。", "京都の抹茶を"),
        ("小林製薬の対象商品は回収を開始しました。", "小林製薬の"),
        ("RTX 4090のバッテリー容量は5,000mAhです。", "RTX 4090の"),
        ("Gaussian blur can be applied to it.", "Gaussian blur can "),
        ("田中太郎の予約は次のとおりです。", ""),
        ("080-6142-3975の番号です。それ", ""),
        ("https://example.com の設定です", ""),
    ],
)
def test_a_place_or_a_brand_leaves_with_its_particles(text: str, shown: str) -> None:
    assert settled(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "青葉の希望を使った限定フレーバーです。",
        "Rowena blur can be applied to it.",
        "Evif blur can be applied to it.",
        "ゼロの抹茶を使った限定フレーバーです。",
    ],
)
def test_what_may_begin_a_known_value_does_not(text: str) -> None:
    assert settled(text, KNOWN) == ""


async def test_an_answer_begins_to_show_before_its_sentence_ends() -> None:
    """S51: and it is the same answer in the end."""
    text = "京都の抹茶を使った限定フレーバーです。担当は田中太郎です。"
    answer = StreamFilter(PII, "ja")
    assert await answer.feed(text[: LOOKS[0]]) == "京都の抹茶を"
    rest = [await answer.feed(char) for char in text[LOOKS[0] :]]
    whole = StreamFilter(PII, "ja")
    assert "".join(["京都の抹茶を", *rest, await answer.close()]) == await whole.feed(text) + await whole.close()
