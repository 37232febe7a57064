"""Open event streams: closed cleanly whoever goes away first."""

from mimi import Mimi, soon
from structlog.testing import capture_logs

from web.site.sse import OPEN_STREAMS


async def test_a_visitor_who_goes_away_leaves_no_stream_and_no_error(mimi: Mimi) -> None:
    await mimi.sign_up()
    answer = await mimi.visitor_asks("Do you have plants?")
    with capture_logs() as logs:
        for _ in range(3):
            async with mimi.visitor_listens(answer.key) as events:
                await anext(events)

        async def all_closed() -> bool:
            assert mimi.app
            # A server notices that nobody reads when it next writes: the owner's words, to somebody gone.
            await mimi.owner.say("/help")
            return not mimi.app[OPEN_STREAMS]

        await soon(all_closed)
    assert [entry for entry in logs if entry["log_level"] == "error"] == []


async def test_stopping_does_not_wait_for_open_streams(mimi: Mimi) -> None:
    """P12"""
    await mimi.sign_up()
    answer = await mimi.visitor_asks("Do you have plants?")
    async with mimi.visitor_listens(answer.key) as events:
        await anext(events)
        await mimi.stop()
