"""A process killed while it masks, at each step of it: the next one finishes, and nothing is masked twice or lost."""

import contextlib
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from claude_standin import ClaudeStandIn
from clock import FrozenClock
from doomed import Doomed, Point
from mimi import ACCESS_TOKEN, CHANNEL_SECRET, Mimi
from test_masking import ASKED, HIDDEN, LATER, MASKED, VALUES, kept, talked, words
from visitors import VisitorSide, claude_model, visitor_side

from bot.embedded.line_simulator import LineSimulator
from handlers.conversations.masking import LEASE
from knowledge.store.apps.apps import App
from knowledge.store.conversations.conversations import ConversationRepository
from knowledge.store.conversations.messages import MessageRepository
from knowledge.store.database import Database
from knowledge.store.due_times import MASKING, DueTimes
from knowledge.store.masked import Quotes

# A conversation that is taken, its quotes, what mimi and the owner said, the visitor's words, and that it is done.
POINTS = [
    Point(owner, step, after)
    for owner, step in (
        (ConversationRepository, "take_to_mask"),
        (Quotes, "replace"),
        (MessageRepository, "mask"),
        (ConversationRepository, "set_masked"),
    )
    for after in (False, True)
]


async def test_after_kills_at_each_step_all_that_is_due_is_masked_once_and_nothing_is_lost(
    db: Database, claude: ClaudeStandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (Path(__file__).parent, Path(__file__).parent.parent))))
    clock = FrozenClock(datetime.now(UTC) - LATER - timedelta(minutes=1))
    async with claude_model(claude) as model, visitor_side(db, model, clock=clock) as side:
        conversations = [await _one(side, claude, number) for number in range(len(POINTS) + 2)]
        before = await _numbers(db)
        said = [len(await words(side, app, conversation)) for app, conversation in conversations]
        await _die_again_and_again(db, claude, tmp_path)
        assert await _masked(side, conversations) < len(conversations)
        held = await kept(db)
        assert [value for value in VALUES if value not in held] == []
        clock.advance(datetime.now(UTC) - clock.now() + LEASE)
        await side.areas.conversations.masking.mask_due()
        assert await DueTimes(db).next(MASKING) is None
        assert await _masked(side, conversations) == len(conversations)
        held = await kept(db)
        assert [value for value in VALUES if value in held] == []
        assert [len(await words(side, app, conversation)) for app, conversation in conversations] == said
        assert await _numbers(db) == before


async def _one(side: VisitorSide, claude: ClaudeStandIn, number: int) -> tuple[App, str]:
    app = await side.app(f"App-{number}", 料金="無料です。")
    _key, conversation = await talked(side, claude, app)
    return app, conversation


async def _numbers(db: Database) -> Counter[str]:
    """How much there is of what holds a visitor's words."""
    names = ("conversations", "messages", "alerts", "checks", "askings")
    return Counter({name: await db.collection(name).count({}) for name in names})


async def _die_again_and_again(db: Database, claude: ClaudeStandIn, folder: Path) -> None:
    """A process after the other, each killed at its point in whichever conversation it has in hand then."""
    line = LineSimulator(channel_secret=CHANNEL_SECRET, access_token=ACCESS_TOKEN)
    await line.start()
    mimi = Mimi(db, line, claude)
    try:
        for number, point in enumerate(POINTS):
            process = Doomed(mimi.environment(), point, folder / f"order-{number}")
            process.die_at_the_point()
            with contextlib.suppress(EOFError):  # it was dead before it had said where it is
                await process.start()
            await process.dead()
    finally:
        await mimi.close()
        await line.stop()


async def _masked(side: VisitorSide, conversations: list[tuple[App, str]]) -> int:
    """How many of them read as they should after it; the others as they were, or with the visitor's own words left."""
    count = 0
    for app, conversation in conversations:
        first, *_between, last = await words(side, app, conversation)
        assert first in {ASKED, MASKED}
        count += (first, last) == (MASKED, f"{HIDDEN}様、{HIDDEN} は本日届きます。")
    return count
