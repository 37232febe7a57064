"""What a backup of 100,000 messages and its restore cost: seconds, peak memory, size of the file.

python -m bench.backup
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from bot.embedded.mongod import Mongod
from knowledge.store.database import Database
from knowledge.store.registry import create_indexes

MESSAGES, AT_ONCE = 100_000, 5_000
WORDS = "返金は14日以内なら可能です。The trial lasts fourteen days and is free. " * 5


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Mongod(Path(folder) / "mongodb")
        await server.start()
        try:
            await _fill(server.uri)
            path = Path(folder) / "backup.zip"
            print("what                       seconds  peak MB")
            _run("backup of nothing", server.uri.replace("/mimi?", "/small?"), "backup", f"{folder}/small.zip")
            _run(f"backup, {MESSAGES:,} messages", server.uri, "backup", str(path))
            print(f"the file: {path.stat().st_size / 1e6:.1f} MB")
            _run(f"restore, {MESSAGES:,} messages", server.uri.replace("/mimi?", "/again?"), "restore", str(path))
        finally:
            await server.stop()


async def _fill(uri: str) -> None:
    small, large = Database.open(uri.replace("/mimi?", "/small?")), Database.open(uri)
    for database in (small, large):
        await create_indexes(database)
    messages = large.raw["messages"]
    for start in range(0, MESSAGES, AT_ONCE):
        await messages.insert_many(
            [
                {"_id": f"{n:024x}", "owner_id": "o", "app_id": "a", "conversation_id": f"{n // 4}", "text": WORDS}
                for n in range(start, start + AT_ONCE)
            ]
        )
    small.close()
    large.close()


def _run(what: str, uri: str, *arguments: str) -> None:
    began = time.perf_counter()
    environment = os.environ | {"MONGODB_URI": uri}
    nothing = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    command = [sys.executable, "-m", "bot", *arguments]
    pid = os.posix_spawn(sys.executable, command, environment, file_actions=[nothing])
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, (what, status)
    print(f"{what:<26} {time.perf_counter() - began:>7.1f}  {usage.ru_maxrss / 1024:>7.0f}")


if __name__ == "__main__":
    asyncio.run(main())
