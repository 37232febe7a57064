"""Sentences in other languages: their ordinary words stay, and who is named in them is hidden."""

import pytest
from grounds import real_pii

PII = real_pii()


@pytest.mark.parametrize(
    "text",
    [
        "转人工",
        "轉人工",
        "發票什麼時候寄出？應用程式一直閃退，怎麼辦？",
        "환불은 언제 되나요?",
        "Abra Ajustes y seleccione Notificaciones.",
        "Para cancelar la suscripción, vaya a Mi Cuenta.",
        "Ouvrez Réglages puis touchez Confidentialité.",
        "Öffnen Sie die Einstellungen und tippen Sie auf Datenschutz.",
        "Buka Pengaturan lalu pilih Notifikasi.",
        "Vui lòng liên hệ bộ phận Hỗ trợ khách hàng.",
        "เปิดการตั้งค่าแล้วเลือกการแจ้งเตือน",
        "Mastodon uses Sidekiq and PgBouncer.",
        "[返品](https://help.example.jp/returns?lang=ja)です",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert [text[found.start : found.end] for found in PII.find_now(text)] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫张伟，请给我回电话。", "张伟"),
        ("联系人王小明先生", "王小明"),
        ("제 이름은 김민수입니다.", "김민수"),
        ("ผมชื่อ สมชาย ใจดี", "สมชาย ใจดี"),
        ("Mi nombre es Carlos Hernández.", "Carlos Hernández"),
        ("Ihr Ansprechpartner ist Jürgen Hoffmann.", "Jürgen Hoffmann"),
        ("Vui lòng liên hệ chị Trần Thị Mai.", "Trần Thị Mai"),
        ("Silakan hubungi Siti Rahmawati untuk bantuan.", "Siti Rahmawati"),
        ("Nguyễn Thị Lanさんの在留カード", "Nguyễn Thị Lan"),
        ("中にCHEN WEI名義のカードがあります。", "CHEN WEI"),
    ],
)
def test_whoever_is_named_is_hidden(text: str, name: str) -> None:
    start = text.index(name)
    assert any(found.start <= start and found.end >= start + len(name) for found in PII.find_now(text))
