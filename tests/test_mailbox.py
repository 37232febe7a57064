"""Mail: through a real SMTP server, or kept in the mailbox of a mimi without one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from postbox import Postbox, open_postbox

from bot.embedded.mailbox import Mailbox
from bot.mail import SmtpNotifier
from bot.sender import NotSendable, NotSent
from knowledge.store.outbox import Channel, OutboxRow

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
async def postbox() -> AsyncIterator[tuple[Postbox, str]]:
    async with open_postbox() as opened:
        yield opened


def row(subject: str = "Contact", text: str = "こんにちは") -> OutboxRow:
    body = {"subject": subject, "text": text, "reply_to": "visitor@example.com"}
    return OutboxRow(Channel.MAIL, "operator@example.com", body, created_at=NOW)


async def test_a_letter_arrives_whole(postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    await SmtpNotifier(url, "mimi@example.com").send(row())
    (letter,) = box.letters
    assert (letter["From"], letter["To"], letter["Reply-To"]) == (
        "mimi@example.com",
        "operator@example.com",
        "visitor@example.com",
    )
    assert bytes(letter.get_payload(decode=True)).decode().strip() == "こんにちは"


async def test_line_breaks_in_a_subject_add_no_header(postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    await SmtpNotifier(url, "mimi@example.com").send(row(subject="Hello\r\nBcc: everyone@example.com"))
    assert box.letters[0]["Bcc"] is None


@pytest.mark.parametrize(("says", "problem"), [("451 later", NotSent), ("554 never", NotSendable)])
async def test_a_refusal_is_retried_only_if_it_may_pass(
    postbox: tuple[Postbox, str], says: str, problem: type[Exception]
) -> None:
    box, url = postbox
    box.says = says
    with pytest.raises(problem):
        await SmtpNotifier(url, "mimi@example.com").send(row())


async def test_no_server_is_retried() -> None:
    with pytest.raises(NotSent):
        await SmtpNotifier("smtp://127.0.0.1:1", "mimi@example.com").send(row())


async def test_without_a_server_the_letter_waits_in_the_mailbox(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path / "mail", "mimi@example.com")
    await mailbox.send(row())
    assert any("こんにちは" in text for text in mailbox._read())
