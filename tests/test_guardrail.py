"""What the guardrail finds in Japanese and English, with near misses beside every kind."""

import asyncio
import json

import pytest
from grounds import real_pii
from typer.testing import CliRunner

from guardrail.__main__ import cli
from guardrail.findings import Finding, GuardrailFailed, PiiKind, label
from guardrail.pii import Pii
from guardrail.public_contacts import PublicContacts


@pytest.fixture(scope="module")
def pii() -> Pii:
    return real_pii()


def test_two_people_in_a_row_are_two_findings(pii: Pii) -> None:
    assert found(pii, "佐藤さんと鈴木さんが確認しました", PiiKind.PERSON) == ["佐藤", "鈴木"]


def found(pii: Pii, text: str, kind: PiiKind) -> list[str]:
    return [text[f.start : f.end] for f in pii.find_now(text) if f.kind is kind]


MAILS = [
    ("support@example.com へどうぞ", "support@example.com"),
    ("ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ まで", "ｉｎｆｏ＠ｅｘａｍｐｌｅ．ｊｐ"),
    ("連絡は hanako [at] example [dot] co [dot] jp です", "hanako [at] example [dot] co [dot] jp"),
    ("taroあっとexample.ne.jp", "taroあっとexample.ne.jp"),
    ("Write to jane.doe(at)example.org.", "jane.doe(at)example.org"),
    ("suzuki(a)example.com", "suzuki(a)example.com"),
    ("info★example.com", "info★example.com"),
    ("mail me: bob at example dot com please", "bob at example dot com"),
    ("Reply to <a.b+c@mail.example.com>.", "<a.b+c@mail.example.com>"),
    ("bo\u200bb@exam\u200bple.com", "bo\u200bb@exam\u200bple.com"),
]
NO_MAILS = [
    "@mimi をフォロー",
    "npm install left-pad@1.3.0",
    "Meet at noon. Look at example pages.",
    "icon@2x.png",
    "5個 @ 100円",
    "git clone git@github.com:owner/repo",
    "Upload your files at GROWI.cloud.",
]
PHONES = [
    ("電話は03-1234-5678です", "03-1234-5678"),
    ("Refund to 03-1234-5678?", "03-1234-5678"),  # no reference
    ("０９０８１２３４５６７まで", "０９０８１２３４５６７"),
    ("(092) 363-4698", "(092) 363-4698"),
    ("+81 90 1234 5678", "+81 90 1234 5678"),
    ("09\u200c0-1234-\ufeff5678", "09\u200c0-1234-\ufeff5678"),
    ("携帯 090-\n1234-5678", "090-\n1234-5678"),
    ("Call (415) 555-2671 today", "(415) 555-2671"),
    ("call 4155552671 today", "4155552671"),
    ("dial +44 20 7946 0279", "+44 20 7946 0279"),
    ("090ー1234ー5678", "090ー1234ー5678"),
    ("TEL.06 (6131) 1234", "06 (6131) 1234"),
    ("〇三ー一二三四ー五六七八", "〇三ー一二三四ー五六七八"),
]
NO_PHONES = [
    "注文番号は1234567890です",
    "2026-03-01 10:00 から",
    "バージョン 10.15.7 以降",
    "Order 4155552671 has shipped",
    "Invoice #2024-0001-2345",
    "192.168.10.254 に接続",
    "価格は1,234,567円",
    "ISBN 978-0-13-468599-1",
    "営業時間 10:00-18:00",
    "Model FZ-03-1200",
]
ADDRESSES = [
    ("住所は東京都港区芝公園4-2-8です", "東京都港区芝公園4-2-8"),
    ("大阪府大阪市北区梅田３丁目１番３号　大阪ビル10F まで", "大阪府大阪市北区梅田３丁目１番３号　大阪ビル10F"),
    ("送付先: 札幌市中央区北一条西二丁目六番六号", "札幌市中央区北一条西二丁目六番六号"),
    ("丸の内1-2-3 にて", "丸の内1-2-3"),
    ("Ship to 742 Evergreen Terrace, Springfield, OR 97403.", "742 Evergreen Terrace, Springfield, OR 97403"),
    ("Write to P.O. Box 1234, Dallas, TX 75201", "P.O. Box 1234, Dallas, TX 75201"),
    ("at 221B Baker Street, London", "221B Baker Street, London"),
]
NO_ADDRESSES = [
    "東京都で人気のアプリです",
    "渋谷区にお住まいの方",
    "比率は1-2-3です",
    "第3章 1-2 を参照",
    "3 Ways to Save Time",
    "500 Requests per minute",
]
IDS = [
    ("カード 4111 1111 1111 1111", "4111 1111 1111 1111"),
    ("マイナンバーは123456789018", "123456789018"),
    ("〒100-0001", "〒100-0001"),
    ("IBAN GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32"),
    ("SSN 137-77-4152", "137-77-4152"),
    ("パスポート番号MZ1940273", "MZ1940273"),
    ("郵便番号は100-0001", "100-0001"),
]
NO_IDS = [
    "注文 4111 1111 1111 1112",
    "JANコードは4901234567894です",
    "シリアル 123456789012",
    "GB82 WEST 1234 5698 7654 33",
    "型番 AB1234567",
    "100-0001回",
]
PERSONS = [
    ("担当の田中太郎です", "田中太郎"),
    ("髙橋 なおき様", "髙橋 なおき"),
    ("お名前：佐藤　花子", "佐藤　花子"),
    ("ハヤシ先生のオンライン講座", "ハヤシ"),
    ("ヤマシタアキラさん、こんにちは", "ヤマシタアキラ"),
    ("（ふくだ みつる）様", "ふくだ みつる"),
    ("グエン・ヴァン・アン様", "グエン・ヴァン・アン"),
    ("Kenichi Kondo 様", "Kenichi Kondo"),
    ("営業担当の浅野（a@example.jp）", "浅野"),
    ("Hi Jennifer, welcome", "Jennifer"),
    ("Mr. Brown called", "Brown"),
    ("Thanks for reaching out, Nancy G. Gordon.", "Nancy G. Gordon"),
    ("I spoke with J. Carney", "J. Carney"),
    ("Name: Richardson, Patricia", "Richardson, Patricia"),
]
NO_PERSONS = [
    "皆様にお知らせします",
    "お客様の様々なご要望",
    "ユーザー様は無料です",
    "田中屋のどら焼き",
    "山崎製パンのコラボ商品",
    "アマゾンプライムで視聴できます",
    "東京、福島、長野の店舗",
    "The Madison desk lamp",
    "Grant access to the folder",
    "Air Jordan sneakers",
    "Azure Blob Storage",
    "Will you be there in May?",
    "St. Louis style ribs",
    "Open Settings and tap Export.",
    "第1章 はじめに",
    "クレジット・カードとデビット・カードが使えます",
    "Use Visual Studio Code or Google Maps.",
]
CASES = [
    (PiiKind.EMAIL, MAILS, NO_MAILS),
    (PiiKind.PHONE, PHONES, NO_PHONES),
    (PiiKind.ADDRESS, ADDRESSES, NO_ADDRESSES),
    (PiiKind.OTHER_ID, IDS, NO_IDS),
    (PiiKind.PERSON, PERSONS, NO_PERSONS),
]


@pytest.mark.parametrize(("kind", "text", "value"), [(k, t, v) for k, yes, _ in CASES for t, v in yes])
def test_finds_it_exactly(pii: Pii, kind: PiiKind, text: str, value: str) -> None:
    assert found(pii, text, kind) == [value]


@pytest.mark.parametrize(("kind", "text"), [(k, t) for k, _, no in CASES for t in no])
def test_leaves_the_near_miss_alone(pii: Pii, kind: PiiKind, text: str) -> None:
    assert found(pii, text, kind) == []


@pytest.mark.parametrize(
    "text",
    [
        "プレミアムプランの料金は月額980円です。設定 > アカウントから、いつでも変更できます。",
        "バージョン2.10.3を2026年3月1日に公開しました。https://example.com/docs/v2?id=12345 をご覧ください。",
        "The API allows 600 requests per minute. Version 3.11.4 was released on March 3, 2026 for $19.99.",
        "1. Click on **Settings**.\n2. Choose *Export* (CSV).\n\n| Plan | Price |\n|---|---|\n| Free | $0 |",
    ],
)
def test_ordinary_product_text_is_untouched(pii: Pii, text: str) -> None:
    assert pii.find_now(text) == []


async def test_visitors_read_a_neutral_placeholder_in_their_language(pii: Pii) -> None:
    text = "電話は03-1234-5678、メールは a@example.com です。"
    japanese = await pii.redact(text, "ja")
    assert japanese.text == "電話は（個人情報のため非表示）、メールは （個人情報のため非表示） です。"
    assert japanese.kinds == (PiiKind.PHONE, PiiKind.EMAIL)
    assert (await pii.redact("Call 03-1234-5678.", "en")).text == "Call [hidden for privacy]."


async def test_the_model_gets_typed_placeholders_only(pii: Pii) -> None:
    """S50: personal data is replaced before the model sees it."""
    redacted = await pii.redact_for_model("田中太郎様 03-1234-5678")
    assert redacted.text == "[PERSON]様 [PHONE]"
    assert redacted.findings == (Finding(0, 4, PiiKind.PERSON), Finding(6, 18, PiiKind.PHONE))


async def test_what_the_owner_published_passes_and_nothing_near_it(pii: Pii) -> None:
    public = PublicContacts.of(["03-1234-5678", "info@example.jp"], names=["Emily Notes"])
    for text in ("０３（１２３４）５６７８へ", "INFO@example.jp まで", "Emily Notes is free."):
        assert pii.find_now(text, public) == [], text
    for text in ("03-1234-5679", "x-info@example.jp", "info@example.jp.example.com", "Hi Emily, welcome"):
        assert len(pii.find_now(text, public)) == 1, text


async def test_a_failing_recognizer_lets_nothing_through() -> None:
    """S52: if the guard fails, nothing is sent."""

    def broken(text: str) -> list[Finding]:
        raise ValueError(text)

    with pytest.raises(GuardrailFailed):
        await Pii(broken).redact("03-1234-5678", "ja")


async def test_a_guard_that_does_not_finish_lets_nothing_through() -> None:
    """S52: a time-out is a failure like any other."""
    finish = asyncio.Event()
    loop = asyncio.get_running_loop()

    def endless(text: str) -> list[Finding]:
        asyncio.run_coroutine_threadsafe(finish.wait(), loop).result()
        return []

    try:
        with pytest.raises(GuardrailFailed):
            await Pii(endless, time_limit=0.01).find("03-1234-5678")
    finally:
        finish.set()


HOSTILE = [
    "a",
    "A",
    "Aa'",
    "A'",
    "1-",
    "1 ",
    "(+",
    "@",
    "a.",
    "a at ",
    "ア・",
    "あ",
    "田",
    "東京都1-1 ",
    "田中様",
    "一丁目",
    "\n",
]
HOSTILE += [
    "。",
    "\u200b",
    "[",
    "e\u0301",
    "A. ",
    "a@b.co ",
    "銀行",
    "番の",
    "Mr. Smith ",
    "\ud800",
    "👨‍👩‍👧",
    "مرحبا ",
    "Ab, ",
    "Ab and ",
    ": AB ",
    "1 Ab ",
    "B-1, Ab, ",
    "Ab-ku, 1 ",
    "北京市路1",
    "서울시 로",
    "、と田",
    "A・ア",
    "記号1",
    "_at_",
    "田中の、",
]


@pytest.mark.long
@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_repetition_of_100_000_characters_finishes(pii: Pii, unit: str) -> None:
    """S26: no pattern backtracks badly."""
    text = (unit * 100_000)[:100_000] + "@"
    findings = pii.find_now(text)
    assert all(0 <= f.start < f.end <= len(text) for f in findings)


def test_every_kind_has_a_name_in_both_languages() -> None:
    assert [label(kind).say("en") for kind in PiiKind][:2] == ["name", "address"]
    assert all(label(kind).say("ja") != label(kind).say("en") for kind in PiiKind)


def test_the_command_line_scans_and_redacts() -> None:
    record = json.dumps({"id": "1", "lang": "ja", "text": "03-1234-5678まで"}, ensure_ascii=False)
    scan = CliRunner().invoke(cli, ["scan"], input=record)
    span = {"start": 0, "end": 12, "type": "PHONE", "confidence": "certain"}
    assert json.loads(scan.stdout) == {"id": "1", "spans": [span]}
    redact = CliRunner().invoke(cli, ["redact", "--lang", "en"], input="Call 03-1234-5678.\n")
    assert redact.stdout == "Call [hidden for privacy].\n"


def test_the_command_line_names_the_line_it_cannot_read() -> None:
    scan = CliRunner().invoke(cli, ["scan"], input="\n{}\n")
    assert scan.exit_code == 2
    assert "line 2" in scan.stderr
