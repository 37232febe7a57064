"""The mail server: connected to, TLS, signed in, the sender accepted. No letter is sent."""

import ssl
from collections.abc import Sequence
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from bot.doctor.diagnosis import LIMIT, Diagnosis, quoted
from bot.out.mail import SmtpTalk, Unsupported
from bot.out.mail_answers import Step
from bot.settings import Settings

SPOKEN = "PLAIN, LOGIN or CRAM-MD5"
APP_PASSWORD = "create an app password for mimi at the mail service, or use a service for programs"  # noqa: S105

ELSEWHERE = "send through a mail service, as most servers have to"
FULL_NAME = "`hostname: mimi.example.com` for web and worker in compose.yaml, or hostnamectl"
# What is held against this machine is said with whatever number a server likes, also one that sounds as if it passed.
AGAINST_US = {
    "helo": f"give this machine a full name: {FULL_NAME}",
    "relay": "it relays for known senders only: SMTP_URL=smtp://user:password@..., or the server of MAIL_FROM's domain",
    "spamhaus": f"this machine's address is on a block list: {ELSEWHERE}",
    "blocklist": f"this machine's address is on a block list: {ELSEWHERE}",
    "blacklist": f"this machine's address is on a block list: {ELSEWHERE}",
    "client host": f"the server takes no mail from this machine: {ELSEWHERE}",
}
PASSES = ("greylist", "graylist")


async def look_at_mail(settings: Settings) -> Sequence[Diagnosis]:
    """The talk that a letter begins with (bot/out/mail.py), up to where the letter would follow."""
    url, sender = urlsplit(settings.smtp_url.get_secret_value()), parseaddr(settings.mail_from)[1]
    talk = SmtpTalk(url, LIMIT / 2)
    try:
        return [await _looked_at(talk, url, sender)]
    finally:
        await talk.close()


async def _looked_at(talk: SmtpTalk, url: SplitResult, sender: str) -> Diagnosis:
    try:
        await talk.greet()
        if trouble := _readable_password(talk.client, url):
            return trouble
        await talk.encrypt()
        if trouble := _no_way_to_sign_in(talk.client, url):
            return trouble
        await talk.sign_in()
        # As recipient the sender again: many servers judge the one only when they hear the other.
        await talk.address(sender, sender)
    except SMTPResponseException as error:
        return _refused(talk.step, url, sender, error)
    except Unsupported as error:
        return _fail(str(error), "use only ASCII characters in MAIL_FROM, or use another mail server")
    except (SMTPException, OSError) as error:
        return _broken(talk.step, url, sender, error)
    kept = "over TLS" if talk.client.get_transport_info("sslcontext") else "without TLS"
    return Diagnosis("mail", True, f"{url.hostname} accepts {sender} {kept}")


def _readable_password(client: SMTP, url: SplitResult) -> Diagnosis | None:
    if client.use_tls or client.supports_extension("starttls") or not url.username or _is_near(url.hostname or ""):
        return None
    advice = "use smtps:// or the port that offers STARTTLS (587)"
    return _fail("the password would be sent unencrypted: the server offers no STARTTLS", advice)


def _no_way_to_sign_in(client: SMTP, url: SplitResult) -> Diagnosis | None:
    if not url.username or client.supported_auth_methods:
        return None
    offered = ", ".join(client.server_auth_methods).upper() or "none"
    return _fail(f"no way to sign in that mimi knows ({SPOKEN}); offered: {offered}", APP_PASSWORD)


def _refused(step: Step, url: SplitResult, sender: str, error: SMTPResponseException) -> Diagnosis:
    """The server answered, and not as it should."""
    said = f"{error.code} {quoted(error.message)}"
    match step:
        case Step.CONNECT | Step.HELLO:
            return _fail(
                f"{_place(url)} does not serve this machine: {said}", "ask whoever runs it; for a 4xx code, wait"
            )
        case Step.STARTTLS:
            advice = "the server offers TLS but cannot start it now; try again, or use smtps:// with port 465"
            return _fail(f"STARTTLS refused: {said}", advice)
        case Step.AUTH if error.code < 500:
            return _fail(
                f"signing in failed for now: {said}", "wait a few minutes and run doctor again; mimi keeps trying"
            )
        case Step.AUTH:
            advice = f"check user and password in SMTP_URL (@ : / % are written as %40 %3A %2F %25); or {APP_PASSWORD}"
            return _fail(f"user or password refused: {said}", advice)
    return _sender_refused(url, sender, error.code, error.message)


def _sender_refused(url: SplitResult, sender: str, code: int, message: str) -> Diagnosis:
    said = f"{code} {quoted(message)}"
    if cure := _against_us(message.lower()):
        return _fail(f"{sender} refused: {said}", cure)
    if code == 530:
        advice = (
            "the server requires signing in: SMTP_URL=smtp://user:password@..." if not url.username else APP_PASSWORD
        )
        return _fail(f"refused before the sender was judged: {said}", advice)
    if code < 500:
        later = "mimi tries again when a server asks for it (greylisting)"
        return Diagnosis("mail", True, f"{url.hostname} accepts {sender} later: {said}", later)
    return _fail(
        f"{sender} refused: {said}", "set MAIL_FROM to an address that this account may send as and that has a mailbox"
    )


def _broken(step: Step, url: SplitResult, sender: str, error: Exception) -> Diagnosis:
    """There was no connection, or it ended."""
    root = _root(error)
    if isinstance(root, ssl.SSLCertVerificationError) and step in {Step.CONNECT, Step.STARTTLS}:
        return _untrusted(url, root)
    match step:
        case Step.CONNECT | Step.HELLO:
            return _unreachable(url, error)
        case Step.STARTTLS:
            return _fail(f"STARTTLS failed ({quoted(str(root))})", "does the server speak TLS 1.2 or newer?")
        case Step.AUTH:
            return _fail(f"the server closed the connection during sign-in ({quoted(str(error))})", APP_PASSWORD)
    return _fail(f"the connection ended at {sender} ({quoted(str(error))})", "ask whoever runs the mail server")


def _unreachable(url: SplitResult, error: Exception) -> Diagnosis:
    root, place = _root(error), _place(url)
    if isinstance(root, ssl.SSLError):
        return _fail(f"{place} does not speak TLS from the start", "write smtp:// and its port, usually 587")
    if isinstance(error, (SMTPTimeoutError, SMTPServerDisconnected)) or "closed" in str(error):
        advice = "port 465 needs smtps://, 587 smtp://; many hosters block port 25"
        return _fail(f"{place} accepts the connection but does not answer", advice)
    return _fail(f"{place} cannot be reached ({quoted(str(root))})", "check SMTP_URL: host, port, firewall")


def _place(url: SplitResult) -> str:
    return f"{url.hostname}:{url.port or 'default port'}"


def _against_us(message: str) -> str:
    if any(word in message for word in PASSES):
        return ""
    return next((cure for words, cure in AGAINST_US.items() if words in message), "")


def _fail(detail: str, advice: str) -> Diagnosis:
    return Diagnosis("mail", False, detail, advice)


def _untrusted(url: SplitResult, error: ssl.SSLCertVerificationError) -> Diagnosis:
    advice = "write the host as the certificate names it, or trust its authority on this machine (SSL_CERT_FILE)"
    return _fail(f"the certificate of {url.hostname} is not accepted: {quoted(error.verify_message)}", advice)


def _root(error: BaseException) -> BaseException:
    return _root(error.__cause__) if error.__cause__ else error


def _is_near(host: str) -> bool:
    """On this machine: nobody listens in between."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
