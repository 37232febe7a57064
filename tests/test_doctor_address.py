"""`doctor` and MIMI_PUBLIC_URL: what a visitor's browser and LINE meet on their way to mimi."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from clock import FrozenClock
from mail_dialogue import CERTIFICATES, Dialogue, open_dialogue, shown_certificate

from bot.doctor.address import look_at_address
from bot.doctor.diagnosis import Diagnosis
from bot.settings import Settings


@pytest.fixture(autouse=True)
def trusted_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the tests' certificate authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "authority.pem"))


@asynccontextmanager
async def site(answer: web.Response, context: ssl.SSLContext | None) -> AsyncIterator[int]:
    """Something that answers everything alike."""

    async def everything(_: web.Request) -> web.Response:
        return answer

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", everything)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def looked(url: str, clock: FrozenClock | None = None) -> list[Diagnosis]:
    return list(await look_at_address(Settings.read({"MIMI_PUBLIC_URL": url}), clock or FrozenClock()))


async def found(answer: web.Response, certificate: str = "good", host: str = "localhost") -> list[Diagnosis]:
    async with site(answer, shown_certificate(certificate)) as port:
        return await looked(f"https://{host}:{port}")


async def test_a_mimi_that_is_reached_is_well_with_its_certificates_last_day() -> None:
    address, certificate = await found(web.Response(text="ok"))
    assert address.well
    assert address.detail.endswith("answers: ok")
    assert (certificate.well, certificate.detail) == (True, "valid until 2126-01-01")


async def test_a_certificate_that_was_not_renewed_is_told_two_weeks_before_it_ends() -> None:
    clock = FrozenClock(datetime(2125, 12, 20, tzinfo=UTC))
    async with site(web.Response(text="degraded"), shown_certificate("good")) as port:
        address, certificate = await looked(f"https://localhost:{port}", clock)
    assert address.well
    assert not certificate.well
    assert "renewed" in certificate.advice


@pytest.mark.parametrize(
    ("certificate", "why", "advice"),
    [
        ("expired", "expired", "renew it"),
        ("no-chain", "unable to get local issuer", "whole chain"),
        ("self-signed", "self-signed", "Let's Encrypt"),
        ("other-name", "mismatch", "for the name in MIMI_PUBLIC_URL"),
    ],
)
async def test_a_certificate_that_line_would_not_accept_is_told_plainly(
    certificate: str, why: str, advice: str
) -> None:
    [finding] = await found(web.Response(text="ok"), certificate)
    assert not finding.well
    assert why in finding.detail
    assert advice in finding.advice


@pytest.mark.parametrize(
    ("answer", "detail", "advice"),
    [
        (web.Response(status=301, headers={"Location": "https://www.example/"}), "https://www.example/", "no redirect"),
        (web.Response(status=401), "refuses: 401", "LINE have to get through"),
        (web.Response(status=403, text="<html>checking your browser"), "refuses: 403", "bot check"),
        (web.Response(status=404), "something else answers", "proxy pass"),
        (web.Response(text="<html>Welcome to nginx!"), "something else answers", "proxy pass"),
        (web.Response(text="okay"), "something else answers", "proxy pass"),
        (web.Response(status=502), "mimi behind it does not (502)", "serve --role web"),
        (web.Response(status=504), "mimi behind it does not (504)", "serve --role web"),
        (web.Response(status=503, text="store"), "cannot reach MongoDB", "store"),
        (web.Response(status=503, text="<html>maintenance"), "mimi behind it does not (503)", "serve --role web"),
    ],
)
async def test_what_answers_in_mimis_place_is_told(answer: web.Response, detail: str, advice: str) -> None:
    finding = (await found(answer))[0]
    assert not finding.well
    assert detail in finding.detail
    assert advice in finding.advice


async def test_two_proxies_that_send_to_each_other_are_told() -> None:
    answer = web.Response(status=308)
    async with site(answer, shown_certificate("good")) as port:
        answer.headers["Location"] = f"https://localhost:{port}/healthz"
        [finding, _] = await looked(f"https://localhost:{port}")
    assert not finding.well
    assert "two proxies" in finding.advice


async def test_plain_http_on_the_port_of_https_is_told() -> None:
    async with site(web.Response(text="ok"), None) as port:
        [finding] = await looked(f"https://localhost:{port}")
    assert "does not speak TLS" in finding.detail


async def test_an_address_that_is_not_https_is_a_failure() -> None:
    [finding] = await looked("http://mimi.example")
    assert not finding.well
    assert "https" in finding.advice


async def test_a_name_without_dns_and_a_closed_port_are_told_apart() -> None:
    [nameless] = await looked("https://mimi.invalid")
    assert "does not resolve" in nameless.detail
    async with open_dialogue(Dialogue()) as port:
        pass
    [closed] = await looked(f"https://127.0.0.1:{port}")
    assert "cannot be reached" in closed.detail
