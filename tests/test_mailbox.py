"""Mail as it arrives: at a real SMTP server, or in the mailbox of a mimi without one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from clock import FrozenClock
from postbox import Postbox, open_postbox
from smtp_dialogue import HONEST, talking

from bot.embedded.mailbox import Mailbox
from bot.letters import mailbox_of
from bot.out.mail import SmtpNotifier
from handlers.ports import NotSendable
from knowledge.store.outbox.outbox import Channel, OutboxRow

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SENDER = mailbox_of("みみ <mimi@example.com>")


@pytest.fixture
async def postbox() -> AsyncIterator[tuple[Postbox, str]]:
    async with open_postbox() as opened:
        yield opened


def row(subject: str = "ContactForm", text: str = "こんにちは", to: str = "operator@example.com") -> OutboxRow:
    body = {"subject": subject, "text": text, "reply_to": "visitor@example.com"}
    return OutboxRow(Channel.MAIL, to, body, created_at=NOW)


async def sent(letter: OutboxRow, ehlo: str = HONEST["EHLO"]) -> tuple[EmailMessage, bytes, list[str]]:
    """The letter as it went over the wire, read, and the lines said before it."""
    async with talking({"EHLO": ehlo}) as (server, place):
        await SmtpNotifier(f"smtp://{place}", SENDER, FrozenClock()).send(letter)
    [raw] = server.letters
    read = message_from_bytes(raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read, raw, server.heard


async def test_a_letter_arrives_whole(postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    await SmtpNotifier(url, mailbox_of("mimi@example.com"), FrozenClock()).send(row())
    (letter,) = box.letters
    assert (letter["From"], letter["To"], letter["Reply-To"]) == (
        "mimi@example.com",
        "operator@example.com",
        "visitor@example.com",
    )
    assert bytes(letter.get_payload(decode=True)).decode().strip() == "こんにちは"


async def test_a_letter_says_when_it_was_written_from_whom_and_that_a_program_sends_it() -> None:
    letter, _raw, heard = await sent(row())
    assert letter["Date"].datetime == NOW
    assert str(letter["From"]) == "みみ <mimi@example.com>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@example.com>")
    assert "MAIL FROM:<mimi@example.com>" in heard[1]


@pytest.mark.parametrize("text", ["あ" * 3000, "x" * 3000, ".\n..\nFrom me\n\nyes\r\nno", "mixed 😀 " * 400, ""])
@pytest.mark.parametrize("ehlo", ["250 mx.example", HONEST["EHLO"]])
async def test_any_text_goes_through_any_server_in_lines_of_ascii(text: str, ehlo: str) -> None:
    letter, raw, heard = await sent(row("件名 " * 60, text), ehlo)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert letter.get_content().split() == text.split()
    assert letter["Subject"].split() == ["件名"] * 60
    assert not any("BODY=" in line or "SMTPUTF8" in line for line in heard)


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("a..b.@docomo.ne.jp", '<"a..b."@docomo.ne.jp>'),
        (".first@ezweb.ne.jp", '<".first"@ezweb.ne.jp>'),
        ("plain+tag@example.com", "<plain+tag@example.com>"),
        ("o'neil@example.com", "<o'neil@example.com>"),
        ("yuki@例え.jp", "<yuki@xn--r8jz45g.jp>"),
    ],
)
async def test_addresses_that_people_have_are_written_as_the_rules_want_them(address: str, envelope: str) -> None:
    _letter, raw, heard = await sent(row(to=address))
    assert f"RCPT TO:{envelope}" in heard
    assert f"\r\nTo: {envelope[1:-1]}\r\n" in raw.decode()


async def test_an_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    with pytest.raises(NotSendable, match="SMTPUTF8"):
        await sent(row(to="田中@example.jp"))
    letter, _raw, heard = await sent(row(to="田中@example.jp"), "250-mx\r\n250-8BITMIME\r\n250 SMTPUTF8")
    assert letter["To"] == "田中@example.jp"
    assert [line for line in heard if "SMTPUTF8" in line]


async def test_line_breaks_in_a_subject_add_no_header(postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    letter = row(subject="Hello\r\nBcc: everyone@example.com")
    await SmtpNotifier(url, SENDER, FrozenClock()).send(letter)
    assert box.letters[0]["Bcc"] is None


@pytest.mark.parametrize("address", ["a\r\nb@example.com", "a@example.com\r\nDATA", "a@" + "é" * 70 + ".jp"])
async def test_an_address_that_cannot_be_written_ends_one_letter_alone(address: str) -> None:
    with pytest.raises(NotSendable):
        await sent(row(to=address))


async def test_without_a_server_the_letter_waits_in_the_mailbox(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mail", SENDER)
    await mailbox.send(row("お知らせ：十二月一日にプライバシーポリシーが変わります"))
    [shown] = mailbox.letters()
    assert shown.subject == "お知らせ：十二月一日にプライバシーポリシーが変わります"
    assert "こんにちは" in "".join(part for part, _leads in shown.parts)
