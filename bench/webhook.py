"""What a delivery of LINE's costs: mimi as it is, over HTTP, beside three other handlers, in one run.

python -m bench.webhook [--deliveries 4000] [--at-once 64] [--rounds 5]

Each server is a process of its own on one mongod; they are loaded in turn, round by round, by raw keep-alive
connections, and the medians are printed. CPU is the server process's own, read from /proc.

- mimi: the whole application with the role `web`;
- group commit: sixty lines that verify, decode, and store deliveries that wait together with one insert;
- SDK sample: LINE's own sample for aiohttp, its parser and nothing stored;
- one insert each: the sixty lines without waiting for each other.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.parts.webhook_handlers import SECRET, SERVERS
from bot.embedded.line_simulator import sign
from bot.embedded.mongod import Mongod
from knowledge.store.database import Database, new_id

TICKS = os.sysconf("SC_CLK_TCK")
EVENTS_EACH = (1, 10)
WARM_UP = 300


@dataclass(frozen=True)
class Measured:
    """One round at one server."""

    rate: float
    cpu_us: float


class Connection(asyncio.Protocol):
    """Sends the next request when the last is answered."""

    def __init__(self, requests: "Requests") -> None:
        self._requests = requests
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        if not data.startswith(b"HTTP/1.1 200 "):
            self._requests.fail(data)
            return
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        self._requests.closed()

    def _next(self) -> None:
        assert self._transport
        request = self._requests.next()
        if request is None:
            self._transport.close()
        else:
            self._transport.write(request)


class Requests:
    """What is still to be sent, shared by all connections."""

    def __init__(self, requests: Sequence[bytes], at_once: int) -> None:
        self._left = iter(requests)
        self._open = at_once
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def next(self) -> bytes | None:
        return next(self._left, None)

    def fail(self, answer: bytes) -> None:
        if not self.done.done():
            self.done.set_exception(RuntimeError(answer[:200]))

    def closed(self) -> None:
        self._open -= 1
        if not self._open and not self.done.done():
            self.done.set_result(None)


@dataclass
class Server:
    """A handler in a process of its own."""

    name: str
    port: int
    process: asyncio.subprocess.Process

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    async def load(self, requests: Sequence[bytes], at_once: int) -> Measured:
        under_way, loop = Requests(requests, at_once), asyncio.get_running_loop()
        cpu, began = self.cpu_seconds(), time.perf_counter()
        for _ in range(at_once):
            await loop.create_connection(lambda: Connection(under_way), "127.0.0.1", self.port)
        await under_way.done
        seconds = time.perf_counter() - began
        return Measured(len(requests) / seconds, (self.cpu_seconds() - cpu) / len(requests) * 1e6)


def delivery(events: int) -> bytes:
    """A whole request as LINE sends it, with events that nobody has had before."""
    now = int(datetime.now(UTC).timestamp() * 1000)
    body = json.dumps(
        {"destination": "U" + "0" * 32, "events": [_event(now) for _ in range(events)]},
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    head = (
        "POST /line/webhook HTTP/1.1\r\nHost: mimi.example\r\nUser-Agent: LineBotWebhook/2.0\r\n"
        f"Content-Type: application/json; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        f"x-line-signature: {sign(SECRET, body)}\r\n\r\n"
    )
    return head.encode() + body


def _event(now: int) -> dict[str, object]:
    return {
        "type": "message",
        "message": {
            "type": "text",
            "id": new_id(),
            "quoteToken": "q" * 70,
            "text": "料金を教えてください。",
        },
        "webhookEventId": new_id(),
        "deliveryContext": {"isRedelivery": False},
        "timestamp": now,
        "source": {"type": "user", "userId": f"U{os.urandom(2).hex():0>32}"},
        "replyToken": new_id(),
        "mode": "active",
    }


async def start(stack: AsyncExitStack, name: str, mongodb: str) -> Server:
    """The server's process, once it listens."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.parts.webhook_handlers", name, mongodb), stdout=asyncio.subprocess.PIPE
    )
    stack.push_async_callback(process.wait)
    stack.callback(process.terminate)
    assert process.stdout
    while not (line := await process.stdout.readline()).startswith(b"listening "):
        if not line:
            raise RuntimeError(f"{name} did not start")
    return Server(name, int(line.split()[1]), process)


async def measure(servers: Sequence[Server], events: int, deliveries: int, at_once: int, rounds: int) -> None:
    found: dict[str, list[Measured]] = defaultdict(list)
    for server in servers:
        await server.load([delivery(events) for _ in range(WARM_UP)], at_once)
    for _ in range(rounds):
        for server in servers:
            found[server.name].append(await server.load([delivery(events) for _ in range(deliveries)], at_once))
    ours = found["mimi"]
    print(f"{events} event(s) a delivery: {deliveries} deliveries, {at_once} at once, {rounds} rounds")
    for name, rows in found.items():
        rate = statistics.median(row.rate for row in rows)
        cpu = statistics.median(row.cpu_us for row in rows)
        ratio = statistics.median(our.rate / their.rate for our, their in zip(ours, rows, strict=True))
        print(f"  {name:<16}{rate:8.0f} /s {cpu:8.0f} us CPU a delivery    mimi is {ratio:5.2f} x as fast")


async def main(deliveries: int, at_once: int, rounds: int) -> None:
    async with AsyncExitStack() as stack:
        mongod = Mongod(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        await mongod.start()
        stack.push_async_callback(mongod.stop)
        Database.open(mongod.uri).close()
        servers = [
            await start(stack, name, mongod.uri.replace("/mimi?", f"/bench_{name.replace(' ', '_')}?"))
            for name in SERVERS
        ]
        for events in EVENTS_EACH:
            await measure(servers, events, max(deliveries // events, 1000), at_once, rounds)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--deliveries", type=int, default=4000)
    arguments.add_argument("--at-once", type=int, default=64)
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    asyncio.run(main(chosen.deliveries, chosen.at_once, chosen.rounds))
