"""What taking 100,000 messages along costs, streamed and, beside it, built in memory as it was before.

Each way runs in a process of its own: seconds, peak memory above what an empty account needs, the longest time the
event loop was held up, and the second as times of the first. python -m bench.exports
"""

import asyncio
import io
import json
import subprocess
import sys
import time
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.parts.stored_apps import own_database
from bot.version import VERSION
from handlers.clock import SystemClock
from handlers.exports.exports import Exports
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.conversations.conversations import Conversation
from knowledge.store.conversations.messages import Message, MessageId, Role
from knowledge.store.database import Database, OwnerId, new_id
from knowledge.store.owner_rows import EXPORTED
from knowledge.store.repositories import Repositories

COUNT, TALK, AT_ONCE = 100_000, 4, 500
WORDS = "返金は14日以内なら可能です。The trial lasts fourteen days and is free. "
TICK = 0.001
NOW = datetime.now(UTC)


async def main() -> None:
    async with own_database() as database:
        owners = [await _owner(database, name, count) for name, count in (("small", 0), ("large", COUNT))]
        print(f"{COUNT:,} messages     seconds   MB above   longest pause ms   file MB")
        figures: dict[str, tuple[float, ...]] = {}
        for way in ("streamed", "built"):
            small, large = (_measured(way, database.uri, owner) for owner in owners)
            # Less than a megabyte cannot be told from none.
            figures[way] = large["seconds"], max(1.0, large["peak"] - small["peak"]), large["pause"] * 1000
            seconds, more, pause = figures[way]
            print(f"{way:<20} {seconds:>8.1f} {more:>10.1f} {pause:>18.0f} {large['size'] / 1e6:>9.1f}")
        time_, memory, pause = (before / now for now, before in zip(figures["streamed"], figures["built"], strict=True))
        print(f"{'built / streamed':<20} {time_:>8.1f} {memory:>10.1f} {pause:>18.1f}")


async def _owner(database: Database, name: str, count: int) -> OwnerId:
    store = Repositories(database)
    owner = Owner(f"U{name}", "ja", NOW, NOW)
    await store.owners.add(owner)
    app = App(owner.id, name, name, "ja", NOW)
    await store.apps.add(app)
    for start in range(0, count // TALK, AT_ONCE):
        talks = [_talk(app, number) for number in range(start, min(start + AT_ONCE, count // TALK))]
        await store.conversations.add_missing(app.scope, talks)
        await store.messages.put_many(app.scope, [said for talk in talks for said in _said(app, talk)])
    return owner.id


def _talk(app: App, number: int) -> Conversation:
    at = NOW - timedelta(minutes=number)
    return Conversation(app.scope, new_id(), "ja", at, at, at + timedelta(days=180), seq=TALK)


def _said(app: App, talk: Conversation) -> list[Message]:
    said, own = [], ""
    for seq in range(1, TALK + 1):
        role, before, own = (Role.VISITOR if seq % 2 else Role.MIMI), own, MessageId(new_id())
        reply = before if role is Role.MIMI else ""
        at, text = talk.created_at, f"{seq} {own} {WORDS * 4}"
        said.append(
            Message(
                app.scope, talk.id, role, text, "ja", at, talk.expires_at, seq, reply_to=reply, client_id=own, id=own
            )
        )
    return said


def _measured(way: str, uri: str, owner: OwnerId) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.exports", way, uri, owner]
    said = subprocess.run(command, capture_output=True, check=True).stdout
    found: dict[str, float] = json.loads(said.splitlines()[-1])
    return found


async def measure(way: str, uri: str, owner: OwnerId) -> None:
    """In a process of its own."""
    import resource

    database = Database.open(uri)
    store, clock = Repositories(database), SystemClock()
    pause, size, began = 0.0, 0, time.perf_counter()

    async def tick() -> None:
        nonlocal pause
        while True:
            at = time.perf_counter()
            await asyncio.sleep(TICK)
            pause = max(pause, time.perf_counter() - at - TICK)

    kept = await store.owners.get(owner)  # connects
    assert kept
    ticking = asyncio.create_task(tick())
    if way == "streamed":
        exports = Exports(store.owner_rows, store.owners, store.alert_settings, clock, VERSION)
        async for piece in await exports.of(kept.scope):
            size += len(piece)
    else:
        size = len(await _built(store, kept))
    ticking.cancel()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": time.perf_counter() - began, "peak": peak, "pause": pause, "size": size}))


async def _built(store: Repositories, owner: Owner) -> bytes:
    """Every collection as a list, then the archive, as up to 0.2.0."""
    taken: dict[str, list[dict[str, Any]]] = {}
    for stored in EXPORTED:
        extent = await store.owner_rows.extent(stored, owner)
        pieces = store.owner_rows.pieces(stored, owner, max(1, extent.count))
        taken[stored.name] = [row async for piece in pieces for row in piece]
    return await asyncio.to_thread(_zipped, taken)


def _zipped(taken: dict[str, list[dict[str, Any]]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in taken.items():
            archive.writestr(f"{name}.json", json.dumps(rows, ensure_ascii=False, indent=2, default=datetime.isoformat))
    return target.getvalue()


if __name__ == "__main__":
    asyncio.run(measure(sys.argv[1], sys.argv[2], OwnerId(sys.argv[3])) if len(sys.argv) > 1 else main())
