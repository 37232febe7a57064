"""How sure the guardrail says it is: of what has a form or stands on a list beside a sign, and not of lone words."""

import json
import subprocess
import sys

import pytest
from test_guardrail_known import PII

from guardrail.findings import Confidence, Finding, PiiKind, without_overlaps

CERTAIN = [
    ("担当は田中太郎です。", "田中太郎"),
    ("お問い合わせは佐藤様まで。", "佐藤"),
    ("星野さんが対応します。", "星野"),
    ("Kato Masashi が作りました。", "Kato Masashi"),
    ("The app is by Jason Miller.", "Jason Miller"),
    ("Please ask Mr. Wilde about it.", "Wilde"),
    ("電話は03-1234-5678です。", "03-1234-5678"),
    ("Write to help@example.com.", "help@example.com"),
    ("東京都港区芝公園4-2-8へお送りください。", "東京都港区芝公園4-2-8"),
    ("カード番号 4111 1111 1111 1111", "4111 1111 1111 1111"),
]
DOUBTFUL = [
    ("織田信長の城を建てます。", "織田信長"),
    ("As Knuth said, it depends.", "Knuth"),
    ("開発者: ヒホ", "ヒホ"),
    ("Ask Mr. Sony.", "Sony"),
]


@pytest.mark.parametrize(("text", "value"), CERTAIN)
def test_what_says_by_itself_what_it_is_is_certain(text: str, value: str) -> None:
    assert (value, Confidence.CERTAIN) in _found(text)


@pytest.mark.parametrize(("text", "value"), DOUBTFUL)
def test_a_lone_name_or_somebody_in_books_is_doubtful(text: str, value: str) -> None:
    assert (value, Confidence.DOUBTFUL) in _found(text)


def test_findings_that_overlap_are_as_certain_as_the_surest() -> None:
    doubtful = Finding(0, 6, PiiKind.PERSON, Confidence.DOUBTFUL)
    for certain in (Finding(2, 8, PiiKind.PERSON), Finding(1, 3, PiiKind.PERSON)):
        [joined] = without_overlaps([doubtful, certain])
        assert joined.confidence is Confidence.CERTAIN
    [alone] = without_overlaps([doubtful, doubtful])
    assert alone.confidence is Confidence.DOUBTFUL


def test_scan_prints_it_beside_each_span() -> None:
    text = "担当: ヒホ, help@example.com"
    line = json.dumps({"id": "1", "lang": "ja", "text": text})
    scan = [sys.executable, "-m", "guardrail", "scan"]
    out = subprocess.run(scan, input=line, capture_output=True, text=True, check=True).stdout
    spans = json.loads(out)["spans"]
    assert [(each["type"], each["confidence"]) for each in spans] == [("PERSON", "doubtful"), ("EMAIL", "certain")]


def _found(text: str) -> list[tuple[str, Confidence]]:
    return [(text[f.start : f.end], f.confidence) for f in PII.find_now(text)]
