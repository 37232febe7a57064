"""MIMI_PUBLIC_URL: reached as a visitor does, over https, with a certificate that everybody accepts."""

import asyncio
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import aiohttp
from yarl import URL

from bot.doctor.diagnosis import LIMIT, Diagnosis, quoted
from bot.settings import Settings
from handlers.ports import Clock

NAME = "address"
STATES = {"ok", "degraded"}  # bot/health.py
LONGEST = 64  # characters that are read; health says a word
RENEWED_BY = timedelta(days=14)  # Let's Encrypt renews at 30 days: who is below 14 does not renew
NOT_RUNNING = "is `serve --role web` running, and does the proxy pass to its port (MIMI_PORT)?"
ELSEWHERE = "set MIMI_PUBLIC_URL to where it leads, or have the proxy serve this name: LINE follows no redirect"
LOOP = (
    "it leads back to itself: two proxies, and the one in front asks the other by http. Let it pass straight to mimi "
    "(127.0.0.1:8080; compose without `--profile tls`)"
)
HAIRPIN = "if browsers elsewhere reach it, this machine cannot reach its own public address: ask from another one"


async def look_at_address(settings: Settings, clock: Clock) -> Sequence[Diagnosis]:
    """GET /healthz through whatever stands in front of mimi."""
    url = settings.public_url.rstrip("/")
    if not url.startswith("https://"):
        advice = "set MIMI_PUBLIC_URL=https://... : owners' session cookies and LINE need it"
        return [Diagnosis(NAME, False, f"{url} is not https", advice)]
    timeout = aiohttp.ClientTimeout(total=LIMIT * 0.8)
    # A context of its own, so that it trusts whom this machine (SSL_CERT_FILE) trusts now.
    context = ssl.create_default_context()
    connector = aiohttp.TCPConnector(ssl=context)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as http:
        try:
            async with http.get(f"{url}/healthz", allow_redirects=False) as answer:
                said = (await answer.content.read(LONGEST)).decode(errors="replace")
                answered = _answered(url, answer.status, said, answer.headers.get("Location", ""))
            expires = await _expires(URL(url), context)
        except aiohttp.ClientConnectorCertificateError as error:
            return [_untrusted(url, error.certificate_error)]
        except aiohttp.ClientConnectorDNSError:
            advice = "make a DNS record (A or AAAA) for the name in MIMI_PUBLIC_URL, or correct it"
            return [Diagnosis(NAME, False, f"the name in {url} does not resolve", advice)]
        except aiohttp.ClientSSLError as error:
            advice = (
                "what listens there speaks plain http, or TLS older than 1.2: have the proxy serve TLS on this port"
            )
            return [Diagnosis(NAME, False, f"{url} does not speak TLS ({quoted(str(error.os_error))})", advice)]
        except (aiohttp.ClientError, OSError) as error:
            detail = f"{url} cannot be reached ({type(error).__name__})"
            return [Diagnosis(NAME, False, detail, f"is the proxy running and the port open? {HAIRPIN}")]
    return [answered, _certificate(expires, clock.now())]


def _answered(url: str, status: int, said: str, location: str) -> Diagnosis:
    if status == 200 and said.strip() in STATES:
        return Diagnosis(NAME, True, f"{url} answers: {said.strip()}")
    if 300 <= status < 400:
        advice = LOOP if _leads_back(url, location) else ELSEWHERE
        return Diagnosis(NAME, False, f"{url} sends on to {quoted(location)}", advice)
    if status in {401, 403}:
        advice = "remove the password or bot check in front of mimi: visitors and LINE have to get through"
        return Diagnosis(NAME, False, f"something in front of mimi refuses: {status}", advice)
    if status == 503 and said.strip() == "store":
        return Diagnosis(NAME, False, "mimi is there, but cannot reach MongoDB", "see `store` above, on that machine")
    if status >= 500:
        return Diagnosis(NAME, False, f"the proxy answers, but mimi behind it does not ({status})", NOT_RUNNING)
    return Diagnosis(NAME, False, f"something else answers at {url} (status {status})", NOT_RUNNING)


def _leads_back(url: str, location: str) -> bool:
    try:
        return URL(location) == URL(f"{url}/healthz")
    except ValueError:
        return False


def _untrusted(url: str, error: Exception) -> Diagnosis:
    why = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else str(error)
    advice = _cure(why)
    return Diagnosis(NAME, False, f"the certificate of {url} is not valid: {quoted(why)}", advice)


def _cure(why: str) -> str:
    if "expired" in why:
        return "renew it, and find out why it was not renewed by itself (port 80 closed, certbot's timer off)"
    if "issuer" in why:
        return "serve the whole chain (fullchain.pem, not cert.pem): browsers may forgive it, LINE does not"
    if "self" in why:
        return "LINE and browsers need one from a public authority: Caddy and certbot get it from Let's Encrypt"
    return "get one for the name in MIMI_PUBLIC_URL"


async def _expires(url: URL, context: ssl.SSLContext) -> datetime:
    """Until when the certificate is good: from a handshake of its own, since aiohttp's is over with a short answer."""
    _, writer = await asyncio.open_connection(url.host, url.port, ssl=context)
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(writer.get_extra_info("peercert")["notAfter"]), UTC)
    finally:
        writer.close()


def _certificate(expires: datetime, now: datetime) -> Diagnosis:
    detail = f"valid until {expires:%Y-%m-%d}"
    if expires - now < RENEWED_BY:
        return Diagnosis(
            "certificate", False, detail, "it should have been renewed by now: check Caddy's or certbot's log"
        )
    return Diagnosis("certificate", True, detail)
