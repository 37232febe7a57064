"""What leaves before its sentence is read is in no finding of the whole text, whatever follows it."""

import re

import pytest
from grounds import real_pii
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.guardrail import DATA
from bench.pii.scoring import records
from guardrail.findings import PiiKind
from guardrail.known.known_values import NOTHING_KNOWN, KnownValues
from guardrail.openings.plain_openings import plain_opening
from guardrail.text.segments import next_cut

PII = real_pii()
KNOWN = KnownValues.of([(PiiKind.PHONE, "080-6142-3975"), (PiiKind.PERSON, "Rowena Birchfield")])
CLEAN = (
    *("お支払い方法は", "サーバー", "ユーザー", "アプリ", "プラン", "サイト", "の", "は", "が", "、", "。", "を", "に"),
    *("14日", "3", "以内に", "10:00", "から", "¥1,200", "検索時", "成功した", "ご希望", "次の", "皆様", "一覧"),
    *(
        "GROWI",
        "GROWI.cloud",
        "API",
        "v6.0",
        "S3",
        " ",
        "\n",
        "「",
        "」",
        "マーク",
        "エンドウ",
        "ミキ",
        "光",
        "森",
        "希望",
        "中",
    ),
    *("Uploads are ", "Backups ", "Grace period ", "Open ", "Please ", "the ", "and ", "to ", "6 GB ", "2 days "),
    *("`FILE_SIZE` ", "1. ", "[x] ", "| ", "- ", ": ", "Kafka ", "Frank ", "Will ", "Hand ", "Page "),
)
PRIVATE = (
    *("田中太郎", "様", "さん", "担当:", "と申します", "マーク・ウィルソン", "ミキ様", "小川", "03-1234-5678", "090"),
    *("0467ー77ー2923", "1234", "5678", "東京都港区芝公園4-2-8", "港区", "4-2-8", "(03) ", "info@example.com", "info"),
    *(" at example dot com", "@example.com", "[at]example.com", "Mr. ", "John Smith", "Smith, ", "John", "Mary"),
    *("Dear ", "12 Main Street", "Street", "Suite 402, ", "rue ", "4111 1111 1111 1111", "内線12"),
    *("名", "氏", "ら", "世", "十三世", "-", "ー", "・", "@", " @ "),
)
TEXTS = st.lists(st.sampled_from(CLEAN + CLEAN + PRIVATE), min_size=1, max_size=9).map("".join)


def early(text: str, known: KnownValues = NOTHING_KNOWN, before: str = "") -> int:
    return plain_opening(before, text, known.have_part, complete=False)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(text=TEXTS)
@example("マーク・ウィルソン様")
@example("エンドウミキ、")
@example("番号0467ー77ー2923")
@example("ノンビリキング十三世")
@example("マークら")
@example("・サーバー十三世")
@example("サーバーKafka と申します")
@example("- @example.com")
@example("サーバーKafka 小川")
@example("サーバーKafka マーク・ウィルソン")
@example("森森ミキ")
@example("中成功した")
@example("全角次の ")
@example("マーク光さん")
@example("フェア春香")
@example("東口Grace")
@example("Kafka と申します")
@example("かない様 ")
@example("やまもと やすひろ")
@example("9千葉県柏市高柳7-25-22")
@example("0- at example dot com")
@example("0| @example.com")
@example("A. Thornton")
@example("見 さん")
@example("Studio 35e, Mohammad Via, North Jodie, CT3V 1PF")
@example("Explorer Populierenstraat 374")
@example("Unit 7194 Box 5854\nDPO AE 73472")
@example("ACCOUNTみらい銀行 中央支店 普通 9204339")
@example("お支払いは地方銀行 中央支店 普通 9204339")
def test_what_leaves_early_is_in_no_finding(text: str) -> None:
    first = min((finding.start for finding in PII.find_now(text)), default=len(text))
    assert text[: early(text)] == text[: min(early(text), first)]


@settings(max_examples=200, deadline=None)
@given(text=TEXTS, arrived=st.integers(0, 60))
def test_more_text_and_a_cut_only_make_it_longer(text: str, arrived: int) -> None:
    """So that what left is never taken back, however the text arrives and wherever it is cut."""
    so_far, whole = early(text[:arrived], KNOWN), early(text, KNOWN)
    assert so_far <= whole <= plain_opening("", text, KNOWN.have_part, complete=True)
    cut = next_cut(text, complete=True)
    assert cut is not None
    assert min(whole, cut.at) <= plain_opening("", text[: cut.at], KNOWN.have_part, complete=True)


def test_no_annotated_value_leaves_early() -> None:
    """Of support answers whose personal information is marked, each piece read by itself."""
    for record in records(DATA / "dev.jsonl"):
        if record["source"] != "synthetic-support":
            continue
        text, at = record["text"], 0
        while cut := next_cut(text[at:], complete=True):
            shown = at + max(early(text[at:], before=text[:at][-80:]), 0)
            for span in record["spans"]:
                overlap = text[max(span["start"], at) : min(span["end"], shown)]
                assert not overlap.strip(), (record["id"], overlap)
            at += cut.at


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("14日以内にご連絡くださいますようお願いします", "14日以内に"),
        ("サーバーの再起動は次の手順で行ってください。", "サーバーの"),
        ("GROWI の設定を開いて次の項目をご確認ください", "GROWI の"),
        ("ご注文番号は次のとおりですのでご確認ください", "ご注文番号は"),
        ("成功した場合は画面に次のように表示されます", "成功した"),
        ("検索時は次の記号を使うことができますので", "検索時は"),
        ("皆様のご意見をお待ちしておりますので", "皆様の"),
        ("Uploads are limited to", "Uploads are "),
        ("Backups run at 10:00. Then", "Backups run at 10:00. "),
        ("Grace period: 2 days after", "Grace period: 2 days "),
        ("`FILE_SIZE` is the limit of", "`FILE_SIZE` is the "),
        ("Open it at the end of", "Open it at the "),
        ("GROWI.cloud を使う場合は次の手順で", "GROWI.cloud "),
        ("3. Click the button now", "3. Click the button "),
    ],
)
def test_a_prefix_that_nothing_can_turn_into_a_name_leaves(text: str, shown: str) -> None:
    assert text[: early(text)].startswith(shown)


@pytest.mark.parametrize(
    "text",
    [
        "14 Main Street is",
        "1234 5678 9012 の",
        "マーク ウィルソンです",
        "マーク・ウィルソン様",
        "サクラさんは",
        "info @ example.com",
        "info (at) example.com",
        "TANAKA様からの",
        "4丁目の店です",
        "four one five five five",
        "Gaussian and Mary are here",
    ],
)
def test_what_may_yet_become_one_waits(text: str) -> None:
    assert early(text) == 0


@pytest.mark.parametrize("text", ["61円です。ありがとう", "08円です。ありがとう", "Rowena is here", "BIRCH is here"])
def test_parts_of_known_values_wait(text: str) -> None:
    assert early(text) > 0 or not re.match("[0-9]", text)
    assert early(text, KNOWN) == 0
