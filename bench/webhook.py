"""How many deliveries a second are kept durably: one insert each, and by group commit. Prints both and the ratio.

python bench/webhook.py [--deliveries 2000] [--at-once 64]
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.embedded.mongod import Mongod
from bot.line.events import to_inbox
from bot.webhook import GroupCommit
from knowledge.store.database import Database, new_id
from knowledge.store.inbox import InboxEvent, InboxRepository
from knowledge.store.registry import create_indexes

ROUNDS = 3
Put = Callable[[list[InboxEvent]], Awaitable[object]]


def delivery(number: int) -> list[InboxEvent]:
    event = {
        "type": "message",
        "webhookEventId": new_id(),
        "timestamp": 1_700_000_000_000 + number,
        "source": {"type": "user", "userId": f"U{number % 50:032x}"},
        "message": {"type": "text", "id": str(number), "text": "こんにちは"},
    }
    return [to_inbox(event, datetime.now(UTC))]


async def rate(put: Put, deliveries: int, at_once: int) -> float:
    """Deliveries a second, `at_once` of them under way together as they are when LINE sends in parallel."""
    numbers = iter(range(deliveries))

    async def sender() -> None:
        for number in numbers:
            await put(delivery(number))

    began = time.perf_counter()
    await asyncio.gather(*(sender() for _ in range(at_once)))
    return deliveries / (time.perf_counter() - began)


async def main(deliveries: int, at_once: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Mongod(Path(folder))
        await server.start()
        database = Database.open(server.uri)
        await create_indexes(database)
        inbox = InboxRepository(database)
        each, grouped = [], []
        for _ in range(ROUNDS):
            each.append(await rate(inbox.put, deliveries, at_once))
            grouped.append(await rate(GroupCommit(inbox).put, deliveries, at_once))
        database.close()
        await server.stop()
    ratios = sorted(ours / theirs for ours, theirs in zip(grouped, each, strict=True))
    print(f"{deliveries} deliveries, {at_once} at once, median of {ROUNDS} rounds side by side")
    print(f"  one insert each   {sorted(each)[ROUNDS // 2]:8.0f} /s")
    print(f"  group commit      {sorted(grouped)[ROUNDS // 2]:8.0f} /s")
    print(f"  ratio             {ratios[ROUNDS // 2]:8.1f} x")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--deliveries", type=int, default=2000)
    arguments.add_argument("--at-once", type=int, default=64)
    chosen = arguments.parse_args()
    asyncio.run(main(chosen.deliveries, chosen.at_once))
