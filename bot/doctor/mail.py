"""The mail server: connected to, TLS, signed in, the sender accepted. No letter is sent."""

import ssl
from collections.abc import Sequence
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from aiosmtplib import SMTP, SMTPException, SMTPResponseException, SMTPServerDisconnected, SMTPTimeoutError

from bot.doctor.diagnosis import LIMIT, Diagnosis, quoted
from bot.settings import Settings

SPOKEN = "PLAIN, LOGIN or CRAM-MD5"
APP_PASSWORD = "make an app password for mimi at the mail service, or use a service for programs"  # noqa: S105

ELSEWHERE = "send through a mail service, as most servers have to"
FULL_NAME = "`hostname: mimi.example.com` for web and worker in compose.yaml, or hostnamectl"
# What is held against this machine is said with whatever number a server likes, also one that sounds as if it passed.
AGAINST_US = {
    "helo": f"give this machine a full name: {FULL_NAME}",
    "relay": "it sends for those it knows: SMTP_URL=smtp://user:password@..., or the server of MAIL_FROM's domain",
    "spamhaus": f"this machine's address is on a block list: {ELSEWHERE}",
    "blocklist": f"this machine's address is on a block list: {ELSEWHERE}",
    "blacklist": f"this machine's address is on a block list: {ELSEWHERE}",
    "client host": f"the server takes no mail from this machine: {ELSEWHERE}",
}
PASSES = ("greylist", "graylist")


async def look_at_mail(settings: Settings) -> Sequence[Diagnosis]:
    """One dialogue up to where a letter would begin."""
    url, sender = urlsplit(settings.smtp_url.get_secret_value()), parseaddr(settings.mail_from)[1]
    client = SMTP(
        hostname=url.hostname,
        port=url.port,
        use_tls=url.scheme == "smtps",
        start_tls=False,
        timeout=LIMIT / 2,
    )
    try:
        return [await _dialogue(client, url, sender)]
    finally:
        client.close()


async def _dialogue(client: SMTP, url: SplitResult, sender: str) -> Diagnosis:
    """Step by step, so that it is known which one failed."""
    trouble = await _connected(client, url) or await _encrypted(client, url) or await _signed_in(client, url)
    if trouble:
        return trouble
    kept = "over TLS" if client.get_transport_info("sslcontext") else "without TLS"
    trouble = await _accepted(client, url, sender)
    await _polite_end(client)
    return trouble or Diagnosis("mail", True, f"{url.hostname} accepts {sender} {kept}")


async def _connected(client: SMTP, url: SplitResult) -> Diagnosis | None:
    place = f"{url.hostname}:{url.port or 'default port'}"
    try:
        await client.connect()
        await client.ehlo()
    except SMTPResponseException as error:
        return _fail(
            f"{place} does not serve us: {error.code} {quoted(error.message)}", "ask whoever runs it; wait if 4.."
        )
    except (SMTPException, OSError) as error:
        if certificate := _certificate_in(error):
            return _untrusted(url, certificate)
        if isinstance(_root(error), ssl.SSLError):
            return _fail(f"{place} does not speak TLS from the start", "write smtp:// and its port, mostly 587")
        if isinstance(error, (SMTPTimeoutError, SMTPServerDisconnected)) or "closed" in str(error):
            advice = "port 465 needs smtps://, 587 smtp://; many hosters block port 25"
            return _fail(f"{place} takes the connection or the packets, and says nothing", advice)
        return _fail(f"{place} cannot be reached ({quoted(str(_root(error)))})", "check SMTP_URL: host, port, firewall")
    return None


async def _encrypted(client: SMTP, url: SplitResult) -> Diagnosis | None:
    if url.scheme == "smtps":
        return None
    if not client.supports_extension("starttls"):
        if url.username and not _is_near(url.hostname or ""):
            advice = "use smtps:// or the port that offers STARTTLS (587)"
            return _fail("the password would travel readable: the server offers no STARTTLS", advice)
        return None
    try:
        await client.starttls()
        await client.ehlo()
    except SMTPResponseException as error:
        advice = "the server offers TLS but has none just now; try again, or smtps:// with port 465"
        return _fail(f"STARTTLS refused: {error.code} {quoted(error.message)}", advice)
    except (SMTPException, OSError) as error:
        if certificate := _certificate_in(error):
            return _untrusted(url, certificate)
        return _fail(f"STARTTLS failed ({quoted(str(_root(error)))})", "does the server speak TLS 1.2 or newer?")
    return None


async def _signed_in(client: SMTP, url: SplitResult) -> Diagnosis | None:
    if not url.username:
        return None
    if not client.supported_auth_methods:
        offered = ", ".join(client.server_auth_methods).upper() or "none"
        return _fail(f"no way to sign in that mimi knows ({SPOKEN}); offered: {offered}", APP_PASSWORD)
    try:
        await client.login(unquote(url.username), unquote(url.password or ""))
    except SMTPResponseException as error:
        said = f"{error.code} {quoted(error.message)}"
        if error.code < 500:
            return _fail(f"signing in failed for now: {said}", "wait some minutes and ask again; mimi tries by itself")
        advice = f"check user and password in SMTP_URL (@ : / % are written as %40 %3A %2F %25); or {APP_PASSWORD}"
        return _fail(f"user or password refused: {said}", advice)
    except (SMTPException, OSError) as error:
        return _fail(f"the server ended the connection at signing in ({quoted(str(error))})", APP_PASSWORD)
    return None


async def _accepted(client: SMTP, url: SplitResult, sender: str) -> Diagnosis | None:
    """The sender, and as recipient the sender again: many servers judge the one only when they hear the other."""
    try:
        await client.mail(sender)
        await client.rcpt(sender)
    except SMTPResponseException as error:
        said = f"{error.code} {quoted(error.message)}"
        if cure := _against_us(error.message.lower()):
            return _fail(f"{sender} refused: {said}", cure)
        if error.code == 530:
            advice = (
                "the server wants a sign-in: SMTP_URL=smtp://user:password@..." if not url.username else APP_PASSWORD
            )
            return _fail(f"refused before the sender was judged: {said}", advice)
        if error.code < 500:
            later = "mimi tries again by itself where a server asks for it (greylisting)"
            return Diagnosis("mail", True, f"{url.hostname} accepts {sender} later: {said}", later)
        advice = "set MAIL_FROM to an address that this account may send as and that has a mailbox"
        return _fail(f"{sender} refused: {said}", advice)
    except (SMTPException, OSError) as error:
        return _fail(f"the connection ended at {sender} ({quoted(str(error))})", "ask whoever runs the mail server")
    return None


def _against_us(message: str) -> str:
    if any(word in message for word in PASSES):
        return ""
    return next((cure for words, cure in AGAINST_US.items() if words in message), "")


async def _polite_end(client: SMTP) -> None:
    """RSET and QUIT; what the server says to them changes nothing any more."""
    try:
        await client.rset()
        await client.quit()
    except (SMTPException, OSError):
        return


def _fail(detail: str, advice: str) -> Diagnosis:
    return Diagnosis("mail", False, detail, advice)


def _untrusted(url: SplitResult, error: ssl.SSLCertVerificationError) -> Diagnosis:
    advice = "write the host as the certificate names it, or trust its authority on this machine (SSL_CERT_FILE)"
    return _fail(f"the certificate of {url.hostname} is not accepted: {quoted(error.verify_message)}", advice)


def _root(error: BaseException) -> BaseException:
    return _root(error.__cause__) if error.__cause__ else error


def _certificate_in(error: BaseException) -> ssl.SSLCertVerificationError | None:
    root = _root(error)
    return root if isinstance(root, ssl.SSLCertVerificationError) else None


def _is_near(host: str) -> bool:
    """On this machine: nobody listens in between."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
