"""A visitor's address for one reply: kept apart, used once by a real mail, erased, and never shown to the owner."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from clock import FrozenClock
from mimi import Mimi, soon
from visitors import VisitorSide

from bot.letters import mailbox_of, to_letter
from bot.out.mail import SmtpNotifier
from handlers.conversations.return_mail import KEPT, ReturnMail
from knowledge.errors import BadInput, NotFound
from knowledge.store.outbox.outbox import OutboxRepository, OutboxRow

ADDRESS = "canary-visitor@example.com"
LINK = "https://mimi.example/@kotori"


async def in_store(visitors: VisitorSide) -> str:
    """Everything the database holds, as one text."""
    names = await visitors.db.raw.list_collection_names()
    return "".join([str(await visitors.db.collection(name).find({})) for name in names])


async def letters(visitors: VisitorSide) -> list[OutboxRow]:
    rows, now = OutboxRepository(visitors.db), visitors.clock.now()
    found = []
    while row := await rows.take(now, KEPT):
        found.append(row)
    return found


@pytest.fixture
def mail(visitors: VisitorSide) -> ReturnMail:
    return ReturnMail(visitors.db, visitors.conversations, visitors.clock)


async def test_the_owners_next_words_are_mailed_once_and_the_address_is_gone(
    visitors: VisitorSide, mail: ReturnMail
) -> None:
    app = await visitors.app()
    accepted, _ = await visitors.ask(app, "Who painted it?")
    await mail.keep(app, accepted.key, ADDRESS, LINK, "en")
    await visitors.conversations.owner_says(app.scope, accepted.conversation_id, "Kimi did.")
    await visitors.conversations.owner_says(app.scope, accepted.conversation_id, "In May.")
    [row] = await letters(visitors)
    letter = to_letter(row, mailbox_of("mimi@example.com"))
    assert (letter["To"], letter["Subject"]) == (ADDRESS, "A reply from Kotori")
    assert "Kimi did." in letter.get_content()
    assert LINK in letter.get_content()
    assert await visitors.db.collection("return_addresses").count({}) == 0
    await OutboxRepository(visitors.db).sent(row, ["id"], visitors.clock.now())
    assert ADDRESS not in await in_store(visitors)


async def test_a_mail_that_cannot_be_sent_leaves_no_address_behind(visitors: VisitorSide, mail: ReturnMail) -> None:
    app = await visitors.app()
    accepted, _ = await visitors.ask(app, "Who painted it?")
    await mail.keep(app, accepted.key, ADDRESS, LINK, "en")
    await visitors.conversations.owner_says(app.scope, accepted.conversation_id, "Kimi did.")
    [row] = await letters(visitors)
    await OutboxRepository(visitors.db).failed(row, "SMTP 550", visitors.clock.now())
    assert ADDRESS not in await in_store(visitors)


@pytest.mark.parametrize("answered", [False, True])
async def test_deleting_the_conversation_takes_the_address_and_the_unsent_mail(
    visitors: VisitorSide, mail: ReturnMail, answered: bool
) -> None:
    app = await visitors.app()
    accepted, _ = await visitors.ask(app, "Who painted it?")
    await mail.keep(app, accepted.key, ADDRESS, LINK, "en")
    if answered:
        await visitors.conversations.owner_says(app.scope, accepted.conversation_id, "Kimi did.")
    await visitors.conversations.delete(app, accepted.key)
    assert ADDRESS not in await in_store(visitors)


async def test_an_address_that_waited_too_long_is_not_used(visitors: VisitorSide, mail: ReturnMail) -> None:
    app = await visitors.app()
    accepted, _ = await visitors.ask(app, "Who painted it?")
    await mail.keep(app, accepted.key, ADDRESS, LINK, "en")
    visitors.clock.advance(KEPT)
    await visitors.conversations.owner_says(app.scope, accepted.conversation_id, "Kimi did.")
    assert await letters(visitors) == []


async def test_only_an_address_and_only_the_visitors_own_conversation(visitors: VisitorSide, mail: ReturnMail) -> None:
    app = await visitors.app()
    accepted, _ = await visitors.ask(app, "Who painted it?")
    for wrong in ("", "kimi", "a@b c.example", f"{'a' * 250}@example.com"):
        with pytest.raises(BadInput):
            await mail.keep(app, accepted.key, wrong, LINK, "en")
    with pytest.raises(NotFound):
        await mail.keep(app, "another key", ADDRESS, LINK, "en")
    assert await visitors.db.collection("return_addresses").count({}) == 0


class Post:
    """What a real SMTP server was given."""

    def __init__(self) -> None:
        self.letters: list[Message] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        assert isinstance(envelope.content, bytes)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


async def test_by_the_form_of_the_page_and_a_real_mail_server(mimi: Mimi) -> None:
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=0)
    server = await asyncio.get_running_loop().create_server(controller.factory, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await mimi.sign_up()
    asked = await mimi.visitor_asks("Who painted the ceiling?")
    form = {"conversation": asked.key, "email": ADDRESS}
    async with mimi.http.post(f"{mimi.url}/@kotori/reply-by-mail?lang=en", data=form) as response:
        page = await response.text()
        assert response.status == 200
    assert "you get that reply by e-mail, once" in page
    assert ADDRESS not in page
    body = {"conversation": asked.key, "email": "nobody"}
    async with mimi.http.post(f"{mimi.url}/@kotori/reply-by-mail", json=body) as response:
        assert response.status == 400
    await mimi.settled()
    alert = mimi.owner.chat[-1]
    await mimi.owner_says("Kimi did.", quoting=alert.id)

    async def kept() -> bool:
        return await mimi.database.collection("outbox").count({"channel": "mail"}) == 1

    await soon(kept)
    [document] = await mimi.database.collection("outbox").find({"channel": "mail"})
    row = await OutboxRepository(mimi.database).take(document["not_before"] + KEPT, KEPT)
    assert row
    await SmtpNotifier(f"smtp://127.0.0.1:{port}", mailbox_of("mimi@example.com"), FrozenClock()).send(row)
    server.close()
    [letter] = post.letters
    assert isinstance(letter, EmailMessage)
    assert letter["To"] == ADDRESS
    assert "Kimi did." in letter.get_content()
