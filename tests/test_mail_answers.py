"""What mail servers say at each step, as real ones say it, and what becomes of the letter."""

import ssl
import subprocess
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from clock import START, FrozenClock
from hearing import at_rest
from owner_chat import OwnerChat
from smtp_dialogue import DROP, HANG, HONEST, Dialogue, Says, talking

from bot.join.out import ways_on
from bot.letters import mailbox_of
from bot.line.client import LineApi
from bot.line.quota import QuotaWatch
from bot.out.mail import SmtpNotifier
from bot.out.mail_answers import Fate, Step, fate_of, pause_after
from bot.out.sender import SENDING_LEASE, Sender
from handlers.accounts.letters import letter
from handlers.ports import NotNow, NotSendable, NotSent
from knowledge.phrases import _
from knowledge.store.database import Database
from knowledge.store.outbox.outbox import LETTER_LIVES, Channel, OutboxRepository, OutboxRow
from knowledge.store.repositories import Repositories

SENDER = mailbox_of("mimi@example.com")
TLS = HONEST["EHLO"].replace("AUTH PLAIN", "STARTTLS\r\n250-AUTH PLAIN")
NO_AUTH = "250-mx.example\r\n250 8BITMIME"


def row(attempts: int = 1) -> OutboxRow:
    return OutboxRow(
        Channel.MAIL, "yuki@example.com", {"subject": "Hello", "text": "Hello"}, created_at=START, attempts=attempts
    )


def notifier(place: str, clock: FrozenClock | None = None, patience: float = 20) -> SmtpNotifier:
    return SmtpNotifier(f"smtp://mimi:p%40ss@{place}", SENDER, clock or FrozenClock(), patience)


async def outcome(says: Mapping[str, Says], patience: float = 20) -> tuple[type[Exception] | None, Dialogue]:
    """What sending came to in a dialogue, and the other side of it."""
    async with talking(says) as (server, place):
        try:
            await notifier(place, patience=patience).send(row())
        except (NotSent, NotSendable) as error:
            return type(error), server
    return None, server


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"connect": "220-we do not authorize\r\n220-the use of this system\r\n220 to send spam"},
        {"EHLO": "502 5.5.1 command not implemented", "AUTH": "235 ok"} | {"HELO": HONEST["HELO"]},
        {"RCPT": "251 user not local; will forward"},
        {"RCPT": "252 cannot verify, will try"},
        {".": "250-2.0.0 queued\r\n250 2.0.0 as 1234"},
        {".": "251 taken"},
        {"QUIT": HANG},
        {"QUIT": DROP},
        {"QUIT": "500 what?"},
        {".": ["250 ok"], "QUIT": "421 4.4.2 idle too long"},
    ],
)
async def test_a_letter_that_was_taken_is_sent_once_whatever_is_said_around_it(says: Mapping[str, Says]) -> None:
    async with talking(says) as (server, place):
        login = "" if says.get("EHLO") else "mimi:secret@"
        await SmtpNotifier(f"smtp://{login}{place}", SENDER, FrozenClock()).send(row())
    assert len(server.letters) == 1


@pytest.mark.parametrize(
    "says",
    [
        {"connect": "421 4.7.0 Try again later, closing connection."},
        {"connect": "451 ESMTP MailEnable Service temporarily refused connection because the server is too busy."},
        {"EHLO": "421 4.3.2 Service not active"},
        {"EHLO": TLS, "STARTTLS": "454 4.7.0 TLS not available due to temporary reason"},
        {"EHLO": TLS, "STARTTLS": "220 ready, and then nothing"},
        {"AUTH": "454 4.7.0 Temporary authentication failure: Connection lost to authentication server"},
        {"AUTH": "421 4.3.2 Service not active [TYAPR01CA0229.jpnprd01.prod.outlook.com]"},
        {"MAIL": "450 4.1.8 <mimi@example.com>: Sender address rejected: Domain not found"},
        {"MAIL": "451 4.3.0 Mail server temporarily rejected message."},
        {"MAIL": "452 4.3.1 Insufficient system storage"},
        {"RCPT": "450 4.2.0 <yuki@example.com>: Recipient address rejected: Greylisted for 300 seconds"},
        {"RCPT": "451 4.7.1 Greylisting in action, please come back later"},
        {"RCPT": "452-4.2.2 The email account that you tried to reach is over quota.\r\n452 4.2.2 gsmtp"},
        {"RCPT": "421 4.7.0 TLS required for RCPT domain, closing connection."},
        {"RCPT": "552 5.2.2 mailbox full"},
        {"DATA": "421 4.3.0 Temporary System Problem.  Try again later (10)."},
        {"DATA": "451 4.7.1 Service unavailable - try again later"},
        {".": "451 4.7.1 Service unavailable - try again later"},
        {".": "452 4.3.1 out of disk"},
        *({step: DROP} for step in HONEST if step not in {"RSET", "QUIT", "STARTTLS", "HELO"}),
        *({step: "mx.example says hello"} for step in ("connect", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", ".")),
        {"EHLO": "250-mx.example\r\n\r\n250 SIZE"},
        {"RCPT": "250"},
        {"MAIL": "334 VXNlcm5hbWU6"},
        {".": "45"},
    ],
    ids=str,
)
async def test_what_may_pass_is_tried_again(says: Mapping[str, Says]) -> None:
    if says == {"RCPT": "250"}:  # a bare number is a whole reply (RFC 5321 4.2)
        assert (await outcome(says))[0] is None
        return
    assert (await outcome(says))[0] is NotSent


@pytest.mark.parametrize("step", [step for step in HONEST if step not in {"RSET", "QUIT", "STARTTLS", "HELO"}])
async def test_a_server_that_hangs_at_any_step_holds_a_letter_no_longer_than_its_patience(step: str) -> None:
    assert (await outcome({step: HANG}, patience=0.3))[0] is NotSent


async def test_a_server_that_hangs_after_a_refusal_changes_nothing_of_it() -> None:
    assert (await outcome({"RCPT": "550 5.1.1 no such user", "RSET": HANG, "QUIT": HANG}))[0] is NotSendable


@pytest.mark.parametrize(
    "says",
    [
        {"connect": "554 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org"},
        {"connect": "521 this server takes no mail"},
        {"EHLO": "554 5.7.1 go away", "HELO": "554 5.7.1 go away"},
        {"EHLO": NO_AUTH},
        {"EHLO": "250-mx.example\r\n250 AUTH GSSAPI NTLM"},
        {"AUTH": "535 5.7.139 Authentication unsuccessful, the request did not meet the criteria"},
        {"AUTH": "535 Incorrect authentication data"},
        {"AUTH": "530 5.7.0 Must issue a STARTTLS command first"},
        {"AUTH": "534-5.7.9 Application-specific password required.\r\n534 5.7.9 gsmtp"},
        {"AUTH": "432 4.7.12 A password transition is needed"},
        {"MAIL": "530 5.7.0 Authentication Required."},
        {"MAIL": "550 5.7.60 SMTP; Client does not have permissions to send as this sender"},
        {"MAIL": "553 5.7.1 <mimi@example.com>: Sender address rejected: not owned by user"},
        {"MAIL": "550 5.4.5 Daily user sending limit exceeded."},
        {"MAIL": "501 5.1.7 Bad sender address syntax"},
        {"RCPT": "554 5.7.1 <yuki@example.com>: Relay access denied"},
        {"RCPT": "550 relay not permitted"},
        {"RCPT": "550-Verification failed for <mimi@example.com>\r\n550 Sender verify failed"},
        {"RCPT": "553 5.7.1 <mimi@example.com>: Sender address rejected: not owned by user"},
        {"RCPT": "503 AUTH command must be used first"},
        {".": "554 Message rejected: Email address is not verified."},
        {".": "550 The from address does not match a verified Sender Identity."},
        {".": "554 5.2.252 SendAsDenied; mimi@example.com not allowed to send as"},
    ],
    ids=str,
)
async def test_what_says_nothing_about_the_letter_keeps_it_for_the_operator(says: Mapping[str, Says]) -> None:
    assert (await outcome(says))[0] is NotNow


@pytest.mark.parametrize(
    "says",
    [
        {"RCPT": "550 5.1.1 <yuki@example.com>: Recipient address rejected: User unknown"},
        {"RCPT": "550 Unknown user yuki@example.com"},
        {"RCPT": "553 sorry, no mailbox here by that name (#5.1.1)"},
        {"RCPT": "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"},
        {"RCPT": "556 5.1.10 example.com does not accept mail (null MX)"},
        {"RCPT": "501 5.5.4 Invalid address"},
        {"MAIL": "552 5.3.4 Message size exceeds fixed maximum message size"},
        {".": "552 5.3.4 Message too big for system"},
        {".": "550 5.6.0 Lone LF"},
        {".": "554 5.1.1 no such user after all"},
    ],
    ids=str,
)
async def test_what_will_never_be_taken_is_given_up(says: Mapping[str, Says]) -> None:
    assert (await outcome(says))[0] is NotSendable


async def test_no_server_is_tried_again() -> None:
    with pytest.raises(NotSent):
        await notifier("127.0.0.1:1").send(row())


async def test_a_login_never_goes_where_tls_was_offered_and_failed(tmp_path: Path) -> None:
    made = "req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 2 -subj /CN=elsewhere"
    subprocess.run(["openssl", *made.split()], cwd=tmp_path, check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    async with talking({"EHLO": TLS}, context) as (server, place):
        with pytest.raises(NotNow, match="certificate"):
            await notifier(place).send(row())
    assert not server.commands("AUTH")


async def test_while_the_login_is_refused_not_every_letter_tries_it() -> None:
    clock = FrozenClock()
    async with talking({"AUTH": ["535 5.7.8 no", "535 5.7.8 no", "235 ok"]}) as (server, place):
        mail = notifier(place, clock)
        for _letter in range(5):
            with pytest.raises(NotNow):
                await mail.send(row())
        assert len(server.commands("AUTH")) == 1
        clock.advance(timedelta(minutes=1))
        with pytest.raises(NotNow):
            await mail.send(row())
        clock.advance(timedelta(minutes=1))
        await mail.send(row())
        await mail.send(row())
        assert (len(server.commands("AUTH")), len(server.letters)) == (4, 2)


async def test_a_refused_sender_is_no_reason_to_leave_a_recipient_alone() -> None:
    """A policy about one recipient shuts no door for the others."""
    async with talking({"RCPT": ["550 5.7.1 not you", "250 ok"]}) as (server, place):
        mail = notifier(place)
        with pytest.raises(NotNow):
            await mail.send(row())
        await mail.send(row())
    assert len(server.letters) == 1


async def test_a_greylisted_letter_waits_as_long_as_such_servers_want() -> None:
    async with talking({"RCPT": "450 4.2.0 greylisted"}) as (_server, place):
        with pytest.raises(NotSent) as refused:
            await notifier(place).send(row(attempts=3))
    assert refused.value.pause == timedelta(minutes=4)


def test_a_sign_in_letter_is_tried_again_after_five_minutes_within_its_ten() -> None:
    tried, at = [], timedelta()
    for attempt in range(1, 20):
        tried.append(at)
        at += pause_after(attempt)
    assert any(timedelta(minutes=5) < each < timedelta(minutes=10) for each in tried)
    assert sum(each < timedelta(hours=1) for each in tried) <= 7
    assert pause_after(19) == timedelta(hours=1)


async def tried(chat: OwnerChat, place: str, until: timedelta) -> list[timedelta]:
    """When the one letter in the outbox was tried, each time by a process of its own."""
    db, clock, began, tries = chat.core.db, chat.core.clock, chat.core.clock.now(), []
    line = LineApi("http://127.0.0.1:1", "token")
    while clock.now() - began < until:
        if row := await OutboxRepository(db).take(clock.now(), SENDING_LEASE):
            tries.append(clock.now() - began)
            mail = {Channel.MAIL: SmtpNotifier(f"smtp://{place}", SENDER, clock)}
            quota = QuotaWatch(db, line, clock)
            store = Repositories(db)
            ways, outbox = ways_on(store, line.bot_info, clock), store.outbox
            undelivered = chat.core.areas.accounts.undelivered
            await Sender(outbox, mail, clock, quota, undelivered, ways, at_rest(clock)).send(row)
        clock.advance(timedelta(minutes=1))
    await line.close()
    return tries


async def test_a_greylisted_letter_is_sent_hours_later_by_another_process(db: Database) -> None:
    chat = OwnerChat.open(db)
    words = _("Hello"), _("Hello")
    await OutboxRepository(db).put(letter("yuki@example.com", "en", chat.core.clock.now(), words, None))
    async with talking({"RCPT": ["450 4.2.0 greylisted"] * 7 + ["250 ok"]}) as (server, place):
        tries = await tried(chat, place, timedelta(hours=4))
    assert (len(server.letters), len(tries)) == (1, 8)
    assert tries[-1] == timedelta(hours=2)


async def test_a_letter_is_given_up_after_four_days(db: Database) -> None:
    chat = OwnerChat.open(db)
    words = _("Hello"), _("Hello")
    await OutboxRepository(db).put(letter("yuki@example.com", "en", chat.core.clock.now(), words, None))
    async with talking({"RCPT": "451 4.3.0 later"}) as (_server, place):
        tries = await tried(chat, place, LETTER_LIVES + timedelta(hours=2))
    assert tries[-1] == timedelta(days=4)
    assert len(tries) < 110
    assert await OutboxRepository(db).problems() != []


@pytest.mark.parametrize(
    ("step", "code", "text", "fate"),
    [
        (Step.RECIPIENT, 450, "", Fate.LATER),
        (Step.RECIPIENT, 550, "", Fate.NEVER),
        (Step.RECIPIENT, 550, "5.7.26 unauthenticated", Fate.SHUT),
        (Step.RECIPIENT, 550, "5.2.1 disabled", Fate.NEVER),
        # Who names a list of senders, or an address of the network, refuses who connects.
        (Step.RECIPIENT, 550, "5.2.1 Mailbox unavailable. 192.0.2.1 is on the Spamhaus list", Fate.SHUT),
        (Step.RECIPIENT, 553, "5.3.0 refused by DNSBL", Fate.SHUT),
        (Step.RECIPIENT, 554, "rejected because of its poor reputation", Fate.SHUT),
        (Step.RECIPIENT, 550, "192.0.2.1 refused", Fate.SHUT),
        (Step.RECIPIENT, 550, "5.1.1 no such user (said 192.0.2.1)", Fate.NEVER),
        (Step.RECIPIENT, 550, "5.1.0 mimi.example may not send: SPF", Fate.SHUT),
        (Step.RECIPIENT, 550, "5.0.0 the recipient has left", Fate.NEVER),
        (Step.RECIPIENT, 550, "5.0.0 mail system full", Fate.LATER),
        (Step.RECIPIENT, 550, "#5.7.1 your access is rejected", Fate.SHUT),
        (Step.RECIPIENT, 550, "DNS error: no MX for example.com", Fate.SHUT),
        (Step.RECIPIENT, 552, "5.1.1 recipient overquota", Fate.LATER),
        (Step.RECIPIENT, 554, "5.2.2 over quota", Fate.LATER),
        (Step.RECIPIENT, 550, "user is over quota", Fate.LATER),
        (Step.RECIPIENT, 550, "version 5.1.1 of nothing", Fate.NEVER),
        (Step.RECIPIENT, 550, "5.1.8 sender's domain not found", Fate.SHUT),
        (Step.RECIPIENT, 250, "", Fate.TAKEN),
        (Step.SENDER, 250, "", Fate.LATER),
        (Step.DATA, 554, "", Fate.SHUT),
        (Step.DATA, 552, "", Fate.SHUT),
        (Step.DATA, 552, "message is too long.", Fate.NEVER),
        (Step.DATA, 552, "too many messages of the same kind", Fate.SHUT),
        (Step.DATA, 552, "5.3.4 Message size exceeds fixed limit", Fate.NEVER),
        (Step.DATA, 550, "5.3.4 Requested action not taken; we noticed unusual activity in your account", Fate.SHUT),
        (Step.SENDER, 552, "5.3.4 Message too big for system", Fate.NEVER),
        (Step.SENDER, 552, "5.2.2 sender is over quota", Fate.SHUT),
        (Step.DATA, 254, "", Fate.TAKEN),
        (Step.AUTH, -1, "", Fate.LATER),
        (Step.AUTH, 432, "", Fate.SHUT),
        (Step.AUTH, 454, "", Fate.LATER),
        (Step.CONNECT, 554, "5.1.1", Fate.SHUT),
    ],
)
def test_a_reply_is_read_by_its_step_its_code_and_its_status(step: Step, code: int, text: str, fate: Fate) -> None:
    assert fate_of(step, code, text) is fate
