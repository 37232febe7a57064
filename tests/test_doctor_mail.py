"""`doctor` and the mail server: real servers' odd answers, each told in words that say what to do."""

import pytest
from mail_dialogue import CERTIFICATES, Dialogue, open_dialogue

from bot.doctor.diagnosis import Diagnosis
from bot.doctor.mail import look_at_mail
from bot.settings import Settings


@pytest.fixture(autouse=True)
def trusted_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the tests' certificate authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "authority.pem"))


async def found(dialogue: Dialogue, url: str = "smtp://mimi:p%40ss@localhost:{port}") -> Diagnosis:
    async with open_dialogue(dialogue) as port:
        return await looked(url.format(port=port))


async def looked(url: str) -> Diagnosis:
    settings = Settings.read({"SMTP_URL": url, "MAIL_FROM": "mimi <mimi@example.com>"})
    [finding] = await look_at_mail(settings)
    return finding


async def test_a_server_that_works_is_well_and_gets_no_letter() -> None:
    dialogue = Dialogue()
    finding = await found(dialogue)
    assert str(finding) == "ok   mail: localhost accepts mimi@example.com over TLS"
    verbs = [line.split()[0].upper() for line in dialogue.heard]
    assert verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "QUIT"]


async def test_tls_from_the_start_is_well_too() -> None:
    finding = await found(Dialogue(tls_at_once=True, offers=["AUTH PLAIN"]), "smtps://mimi:secret@localhost:{port}")
    assert finding.well, finding


@pytest.mark.parametrize(
    ("dialogue", "detail", "advice"),
    [
        (Dialogue(greeting="554 no service here"), "554 no service here", "ask whoever runs it"),
        (Dialogue(greeting="421 too many connections"), "421 too many connections", "wait"),
        (Dialogue(says={"EHLO": "502 what?", "HELO": "250 mail.example"}), "offered: none", "app password"),
        (Dialogue(certificate="self-signed"), "self-signed certificate", "SSL_CERT_FILE"),
        (Dialogue(certificate="no-chain"), "unable to get local issuer", "SSL_CERT_FILE"),
        (Dialogue(certificate="other-name"), "Hostname mismatch", "as the certificate names it"),
        (Dialogue(certificate="expired"), "expired", "SSL_CERT_FILE"),
        (Dialogue(says={"STARTTLS": "454 4.7.0 TLS not available"}), "454 4.7.0 TLS not available", "465"),
        (Dialogue(then_offers=["AUTH XOAUTH2 OAUTHBEARER"]), "offered: XOAUTH2, OAUTHBEARER", "app password"),
        (Dialogue(then_offers=["AUTH GSSAPI NTLM"]), "offered: GSSAPI, NTLM", "app password"),
        (Dialogue(then_offers=["SIZE 1000"]), "offered: none", "app password"),
        (Dialogue(says={"AUTH": "535 5.7.8 BadCredentials"}), "user or password refused: 535", "SMTP_URL"),
        (Dialogue(says={"AUTH": "534 5.7.9 application-specific password required"}), "534", "app password"),
        (Dialogue(says={"AUTH": "454 4.7.0 Temporary authentication failure"}), "for now: 454", "wait"),
        (Dialogue(says={"MAIL": "553 5.7.1 not owned by user mimi"}), "mimi@example.com refused: 553", "MAIL_FROM"),
        (Dialogue(says={"RCPT": "550 5.1.1 no such user"}), "mimi@example.com refused: 550", "MAIL_FROM"),
        (Dialogue(says={"MAIL": "530 5.7.0 authentication required"}), "before the sender was judged: 530", "app"),
        (Dialogue(says={"MAIL": "421 4.3.2 shutting down"}), "421 4.3.2 shutting down", "tries again"),
    ],
)
async def test_what_a_server_says_is_told_with_what_to_do(dialogue: Dialogue, detail: str, advice: str) -> None:
    finding = await found(dialogue)
    assert detail in finding.detail
    assert advice in finding.advice
    assert finding.well == (advice == "tries again")
    assert "p@ss" not in str(finding)


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("504 5.5.2 <15b0717dc4c2>: Helo command rejected: need fully-qualified hostname", "full name"),
        ("450 4.7.1 <25aea30808b2>: Helo command rejected: Host not found", "full name"),
        ("454 4.7.1 <a@example.com>: Relay access denied", "known senders"),
        ("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "block list"),
        ("550 5.7.1 Your IP is listed in our blacklist", "block list"),
        ("450 4.7.25 Client host rejected: cannot find your hostname", "from this machine"),
    ],
)
async def test_what_a_server_has_against_this_machine_is_not_taken_for_what_passes(said: str, advice: str) -> None:
    finding = await found(Dialogue(says={"RCPT": said}))
    assert not finding.well
    assert advice in finding.advice


@pytest.mark.parametrize(
    "said",
    [
        "451 4.7.1 Greylisting in action, come back later",
        "450 4.7.1 Client host rejected: Greylisted",
        "450 4.2.1 later",
    ],
)
async def test_a_server_that_greylists_is_a_note_not_a_failure(said: str) -> None:
    finding = await found(Dialogue(says={"RCPT": said}))
    assert finding.well
    assert str(finding).startswith("note mail: localhost accepts mimi@example.com later: 45")


async def test_a_server_that_wants_a_sign_in_is_told_from_one_that_refuses_the_sender() -> None:
    """Without STARTTLS and without a user, as behind a relay that lets nobody in."""
    finding = await found(Dialogue(offers=[], says={"MAIL": "530 5.7.0 Must issue a STARTTLS command first"}), SIMPLE)
    assert not finding.well
    assert "530" in finding.detail
    assert "smtp://user:password@" in finding.advice


SIMPLE = "smtp://127.0.0.1:{port}"


async def test_the_wrong_way_to_begin_tls_is_said() -> None:
    spoke_plain = await found(Dialogue(), "smtps://mimi:secret@localhost:{port}")
    assert "does not speak TLS from the start" in spoke_plain.detail
    waited_for_tls = await found(Dialogue(tls_at_once=True), "smtp://mimi:secret@localhost:{port}")
    assert "smtps://" in waited_for_tls.advice
    assert not waited_for_tls.well


async def test_a_port_without_a_server_is_unreachable() -> None:
    async with open_dialogue(Dialogue()) as port:
        pass
    finding = await looked(f"smtp://127.0.0.1:{port}")
    assert f"127.0.0.1:{port} cannot be reached" in finding.detail
    assert "SMTP_URL" in finding.advice


async def test_a_host_that_does_not_exist_is_unreachable() -> None:
    finding = await looked("smtp://mail.invalid:587")
    assert "mail.invalid:587 cannot be reached" in finding.detail
