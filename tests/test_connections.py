"""Slow, broken and greedy clients: each is told in our words, and given up before it holds up others."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest
from sites import SiteUnderTest, running_site
from structlog.testing import capture_logs

from knowledge.store.database import Database
from web.site.client_address import MOST_CONNECTIONS, PLACES, UNDER_WAY
from web.site.server import ServerLimits
from web.site.sse import OPEN_STREAMS

QUICK = ServerLimits(head=1.0, body=1.0, least=1_000, idle=3.0, connections=8)
JSON = b"Content-Type: application/json\r\n"
ASK = b"POST /@kotori/messages HTTP/1.1\r\nHost: x\r\n" + JSON
FORM = b"POST /contact HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"


class Client:
    """A connection on which a test writes what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def until_closed(self, drip: bytes = b"") -> bytes:
        """Everything that comes until the server hangs up; meanwhile a drip every now and then."""

        async def dripping() -> None:
            while True:
                await asyncio.sleep(0.1)
                self.writer.write(drip)

        dripper, heard = asyncio.create_task(dripping()), b""
        try:
            async with asyncio.timeout(60):
                while data := await self.reader.read(65_536):
                    heard += data
        except ConnectionError:
            pass  # it hung up while we wrote
        finally:
            dripper.cancel()
            self.writer.close()
        return heard


async def connect(site: SiteUnderTest, written: bytes = b"") -> Client:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(site.url.rpartition(":")[2]))
    writer.write(written)
    return Client(reader, writer)


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db, patience=QUICK) as running:
        await running.an_app()
        yield running


# Slow: slowhttptest's ways of holding a server up.


@pytest.mark.parametrize(
    ("written", "drip", "answered"),
    [
        (b"", b"", b""),
        (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-A: b\r\n", b"HTTP/1.1 408 "),
        (b"GE", b"", b"HTTP/1.1 408 "),
        (b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", b"", b"HTTP/1.1 404 "),
        (ASK + b"Content-Length: 4096\r\n\r\n", b"x", b"HTTP/1.1 408 "),
        (ASK + b"Content-Length: 4096\r\n\r\n", b"", b"HTTP/1.1 408 "),
        (ASK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", b"HTTP/1.1 408 "),
        (ASK + b"Expect: 100-continue\r\nContent-Length: 4096\r\n\r\n", b"", b"HTTP/1.1 100 "),
        (FORM + b"Content-Length: 4096\r\n\r\n", b"x", b"HTTP/1.1 408 "),
        (b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 4096\r\n\r\n", b"x", b"HTTP/1.1 404 "),
    ],
)
async def test_who_does_not_go_on_is_given_up(
    site: SiteUnderTest, written: bytes, drip: bytes, answered: bytes
) -> None:
    client = await connect(site, written)
    assert (await client.until_closed(drip)).startswith(answered)


async def test_the_next_request_on_a_kept_connection_has_its_time_too(site: SiteUnderTest) -> None:
    client = await connect(site, b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await client.reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 404 ")
    client.writer.write(b"GET / HTTP/1.1\r\n")
    assert b"HTTP/1.1 408 " in await client.until_closed(b"X-A: b\r\n")


async def test_a_body_that_keeps_coming_is_waited_for(db: Database) -> None:
    body = json.dumps({"id": "6f9619ff-8b86-4d01-b42d-00c04fc964ff", "text": "Does it work offline?"}).encode()
    patience = ServerLimits(body=3.0, least=1)
    async with running_site(db, patience=patience) as site:
        await site.an_app()
        client = await connect(site, ASK + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body))
        for at in range(0, len(body), 4):
            client.writer.write(body[at : at + 4])
            await asyncio.sleep(2.5 * patience.body / len(body) * 4)  # nothing to wait for: this is how slow it comes
        assert (await client.until_closed()).startswith(b"HTTP/1.1 200 ")


async def test_a_stream_is_no_slow_request(site: SiteUnderTest) -> None:
    key = (await (await site.ask("Does it work offline?")).json())["conversation"]
    head = f"GET /@kotori/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n"
    client = await connect(site, head.encode())
    await client.reader.readuntil(b"event: done")
    await asyncio.sleep(2 * QUICK.idle)  # nothing to wait for: that nothing happens
    app = await site.apps.public("kotori")
    conversation = await site.side.conversations.by_key(app, key)
    await site.side.conversations.owner_says(app.scope, conversation.id, "Still there?")
    await client.reader.readuntil(b"Still there?")
    client.writer.close()


# Greedy


async def test_one_address_holds_so_many_connections_and_no_more(site: SiteUnderTest) -> None:
    held = [await connect(site) for _ in range(QUICK.connections)]
    refused = await (await connect(site)).until_closed()
    assert refused.startswith(b"HTTP/1.1 429 ")
    assert b"nosniff" in refused
    for client in held:
        await client.until_closed()
    assert (await site.get("/")).status == 200


async def test_a_trusted_proxys_connections_are_not_one_visitors(db: Database) -> None:
    async with running_site(db, trusted_proxy=True, patience=QUICK) as site:
        clients = [await connect(site) for _ in range(3 * QUICK.connections)]
        for client in clients:
            client.writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answers = await asyncio.gather(*(client.until_closed() for client in clients))
        assert {answer[:13] for answer in answers} == {b"HTTP/1.1 200 "}


async def test_behind_a_proxy_it_is_requests_under_way_that_are_counted(db: Database) -> None:
    async with running_site(db, trusted_proxy=True) as site:
        await site.an_app()
        assert all(site.app[UNDER_WAY].take("203.0.113.7") for _ in range(MOST_CONNECTIONS - 1))
        key = (await (await site.ask("Does it work offline?")).json())["conversation"]
        here, there = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}
        headers = here | {"Authorization": f"Bearer {key}"}
        async with site.http.get(f"{site.url}/@kotori/events", headers=headers) as stream:
            await stream.content.readuntil(b"event: done")
            refused = await site.get("/", headers=here)
            assert (refused.status, refused.headers["Retry-After"]) == (429, "60")
            assert (await site.get("/", headers=there)).status == 200


async def test_a_closed_stream_frees_its_place_at_once(site: SiteUnderTest) -> None:
    """No heartbeat and no event has to find out first."""
    key = (await (await site.ask("Does it work offline?")).json())["conversation"]
    async with site.http.get(f"{site.url}/@kotori/events", headers={"Authorization": f"Bearer {key}"}) as stream:
        await stream.content.readuntil(b"event: done")
        (task,) = site.app[OPEN_STREAMS]
    async with asyncio.timeout(60):
        await asyncio.wait({task})
    assert not site.app[OPEN_STREAMS]
    assert site.app[PLACES].none_taken


# Broken: kinds of llhttp's and gunicorn's own test vectors


@pytest.mark.parametrize(
    "written",
    [
        b"GET / HTTP/5.6\r\n\r\n",
        b"GET /music ICE/1.0\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nFo@: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\rB: c\r\n\r\n",
        b"GET / HTTP/1.1\r\nname\r\n : value\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(200)) + b"\r\n",
    ],
)
async def test_a_request_that_cannot_be_read_is_told_so_and_nothing_else(
    site: SiteUnderTest, written: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        answer = await (await connect(site, written)).until_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == b"400"
    assert b"\r\nX-Content-Type-Options: nosniff" in head
    assert b"\r\nCache-Control: no-store" in head
    assert b"\r\nServer:" not in head
    assert body.decode().splitlines() == [
        "This request could not be read. Please check it and send it again.",
        "送信内容を読み取れませんでした。内容を確認して、もう一度送信してください。",
    ]
    assert "127.0.0.1" not in caplog.text + str(logs)
    assert [entry["event"] for entry in logs] == ["malformed_request"]


async def test_who_hangs_up_in_the_middle_of_a_body_is_no_error_of_ours(site: SiteUnderTest) -> None:
    with capture_logs() as logs:
        client = await connect(site, ASK + b"Content-Length: 4096\r\n\r\nhalf")
        await asyncio.sleep(0)
        client.writer.transport.abort()
        assert (await site.get("/nothing")).status == 404
        assert (await site.get("/")).status == 200
    assert [entry for entry in logs if entry["log_level"] == "error"] == []
