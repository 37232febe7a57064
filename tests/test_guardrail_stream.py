"""The stream filter: the same result for every chunking, and nothing after a failure."""

import asyncio
from collections.abc import Mapping

import pytest
from grounds import real_pii
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrail.findings import Finding, GuardrailFailed, PiiKind
from guardrail.pii import Pii
from guardrail.stream import StreamFilter
from guardrail.text.normalise import normalise
from guardrail.text.segments import next_cut

PII = real_pii()
HIDDEN = "（個人情報のため非表示）"
PIECES = st.sampled_from(
    [
        "お問い合わせありがとうございます。",
        "担当の田中太郎様に",
        "03-1234-5678",
        "090-\n1234-",
        "5678です。\n",
        "東京都港区芝公園4-2-8",
        "\n- 電話: ",
        "info@exa",
        "mple.jp まで！",
        "Mr. John Smith, ",
        "Version 3.11.4 is out. ",
        "[PHONE]",
        "😀👨‍👩‍👧",
        "\u200b",
        "　",
        "。",
        "\n\n",
        "| a | b |\n",
        "あ" * 90,
        "Lorem ipsum dolor sit amet, " * 12,
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=14).map("".join)


async def streamed(chunks: list[str], pii: Pii = PII) -> tuple[str, Mapping[PiiKind, int]]:
    stream = StreamFilter(pii, "ja")
    shown = [await stream.feed(chunk) for chunk in chunks]
    return "".join([*shown, await stream.close()]), stream.withheld


@settings(max_examples=40, deadline=None)
@given(text=TEXTS, data=st.data())
def test_the_result_does_not_depend_on_how_the_answer_arrives(text: str, data: st.DataObject) -> None:
    """S51: verdicts do not depend on chunk borders."""
    borders = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    chunks = [text[a:b] for a, b in zip([0, *borders], [*borders, len(text)], strict=True)]
    whole = asyncio.run(streamed([text]))
    assert asyncio.run(streamed(chunks)) == whole
    assert asyncio.run(streamed(list(text))) == whole


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, arrived=st.integers(0, 2000))
def test_a_cut_once_decided_stays(text: str, arrived: int) -> None:
    early = next_cut(text[:arrived], complete=False)
    assert early is None or early == next_cut(text, complete=True)


@given(text=st.text(max_size=200))
def test_every_place_in_the_normalised_text_leads_back(text: str) -> None:
    read = normalise(text)
    assert len(read.text) == len(read.starts) == len(read.ends)
    assert list(read.starts) == sorted(read.starts)
    for at in range(len(read.text)):
        start, end = read.original(at, at + 1)
        assert 0 <= start < end <= len(text)


def test_marks_join_what_they_stand_on() -> None:
    assert normalise("ｶﾞｰｄ").text == "ガーd"
    assert normalise("e\u0301").text == "é"
    assert normalise("３ー２１－４").text == "3-21-4"


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("お電話は03-1234-5678です。", f"お電話は{HIDDEN}です。"),
        ("お電話は090-\n1234-5678です。", f"お電話は{HIDDEN}です。"),
        ("担当は[PERSON]です。番号は［PHONE］です。", f"担当は{HIDDEN}です。番号は{HIDDEN}です。"),
        ("半額です！ぜひどうぞ。", "半額です！ぜひどうぞ。"),
    ],
)
async def test_a_visitor_sees_neither_values_nor_typed_placeholders(answer: str, shown: str) -> None:
    assert (await streamed(list(answer)))[0] == shown


async def test_surrogate_halves_in_two_chunks_become_one_character() -> None:
    assert (await streamed(["あ\ud83d", "\ude00。"]))[0] == "あ😀。"
    assert (await streamed(["あ\ud83d"]))[0] == "あ\ufffd"


async def test_a_clean_sentence_leaves_before_the_answer_is_complete() -> None:
    stream = StreamFilter(PII, "ja")
    assert await stream.feed("プレミアムプランの料金は月額980円となっております。詳しくは") != ""
    assert stream.withheld == {}


async def test_a_long_run_without_sentences_is_cut_beside_a_finding_not_inside() -> None:
    text = "あ" * 590 + "03-1234-5678" + "い" * 300
    shown, withheld = await streamed(list(text))
    assert shown == "あ" * 590 + HIDDEN + "い" * 300
    assert withheld == {PiiKind.PHONE: 1}


async def test_nothing_leaves_after_the_guard_failed() -> None:
    """S52: the failure is for good, even if the guard would work again."""
    working = [True, False, True]

    def sometimes(text: str) -> list[Finding]:
        if not working.pop(0):
            raise ValueError("broken")
        return []

    stream = StreamFilter(Pii(sometimes), "en")
    assert await stream.feed("This sentence is long enough to leave. And so") != ""
    with pytest.raises(GuardrailFailed):
        await stream.feed(" is the next one, which must not leave. And")
    with pytest.raises(GuardrailFailed):
        await stream.feed(" more.")
    with pytest.raises(GuardrailFailed):
        await stream.close()
