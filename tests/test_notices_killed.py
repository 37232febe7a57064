"""A notice to thousands of owners while the worker is killed again and again: nobody twice, nobody missed."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from mimi import ACCESS_TOKEN, CHANNEL_SECRET, Mimi, soon
from postbox import open_postbox
from several_processes import Process

from bot.embedded.line_simulator import LineSimulator
from bot.join.notices import notices_of
from bot.role import ProcessRole
from handlers.clock import SystemClock
from knowledge.store.accounts.owners import email_key
from knowledge.store.database import Database, Document, new_id
from knowledge.store.notices.notices import NoticeState
from knowledge.store.registry import create_indexes
from knowledge.store.repositories import Repositories

KILLS = 3
MINUTES = 30 * 60


@pytest.fixture
async def store(mongod: str) -> AsyncIterator[tuple[Database, str]]:
    uri = mongod.replace("/mimi?", f"/test_{new_id()}?")
    database = Database.open(uri)
    await create_indexes(database)
    yield database, uri
    await database.client.drop_database(database.raw.name)
    database.close()


async def sign_up(database: Database, count: int) -> list[str]:
    """Owners, every tenth without an address and every other with LINE; the ids of all."""
    joined = datetime.now(UTC) - timedelta(days=100)
    owners = []
    for number in range(count):
        owner: Document = {"_id": new_id(), "line_user_id": None, "email": "", "lang": ("ja", "en")[number % 2]}
        owner |= {"current_app_id": None, "created_at": joined, "last_seen_at": joined}
        if number % 10:
            address = f"owner-{number}@example.com"
            owner |= {"email": address, "email_key": email_key(address)}
        if number % 2:
            owner["line_user_id"] = f"U{number:032x}"
        owners.append(owner)
    await database.raw["owners"].insert_many(owners)
    return [str(owner["_id"]) for owner in owners]


async def test_a_worker_killed_in_the_middle_of_a_notice_is_followed_and_nobody_is_told_twice_or_missed(
    store: tuple[Database, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    count = request.config.getoption("--owners")
    database, uri = store
    owners = await sign_up(database, count)
    notices = notices_of(Repositories(database), SystemClock(), "https://mimi.example")
    await notices.draft("news", {"ja": "お知らせ", "en": "News"}, {"ja": "本文です。", "en": "This is it."})
    line = LineSimulator(channel_secret=CHANNEL_SECRET, access_token=ACCESS_TOKEN)
    await line.start()
    async with open_postbox() as (box, smtp):
        mimi = Mimi(database, line, None)
        environment = {
            **mimi.environment(),
            "MIMI_PUBLIC_URL": "https://mimi.example",
            "ANTHROPIC_API_KEY": "none",
            "MONGODB_URI": uri,
            "SMTP_URL": smtp,
        }
        told = database.collection("deliveries")
        await notices.send("news")
        for kill in range(KILLS + 1):
            worker = Process(ProcessRole.WORKER, environment, tmp_path / f"worker-{kill}.log")
            await worker.start()
            if kill < KILLS:
                wanted = count * (kill + 1) // (KILLS + 1)

                async def so_many(wanted: int = wanted) -> bool:
                    return await told.count({}) >= wanted

                await soon(so_many, MINUTES)
                assert (await notices.get("news")).state is NoticeState.GIVING
                await worker.kill()

        async def given() -> bool:
            return (await notices.get("news")).state is NoticeState.GIVEN

        await soon(given, MINUTES)

        async def all_sent() -> bool:
            return await database.collection("outbox").count({"channel": "mail", "state": "waiting"}) == 0

        await soon(all_sent, MINUTES)
        await worker.stop()
        await mimi.close()
    await line.stop()
    records = Counter(each["owner_id"] for each in await told.find({}))
    assert records == Counter(owners)
    letters = Counter(each["to"] for each in await database.collection("outbox").find({"channel": "mail"}))
    assert letters == Counter(f"owner-{number}@example.com" for number in range(count) if number % 10)
    # SMTP cannot tell whether a letter arrived of which the server's word was lost: a copy is the same letter.
    arrived = {(str(letter["To"]), str(letter["Message-ID"])) for letter in box.letters}
    assert Counter(to for to, _id in arrived) == letters
    cards = Counter(each["to"] for each in await database.collection("outbox").find({"channel": "line"}))
    assert cards == Counter(f"U{number:032x}" for number in range(count) if number % 2)
    assert [each for each in line.requests if each.path == "/v2/bot/message/push"] == []
