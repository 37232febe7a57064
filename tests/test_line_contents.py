"""Files and pictures that owners send: fetched from LINE, bounded while they come, each failure told apart."""

from collections.abc import AsyncIterator

import pytest

from bot.embedded.line_simulator import Fault, LineSimulator
from bot.line.contents import LineContents
from knowledge.errors import BadInput, MimiError, NotFound, Unavailable

MB = 1024 * 1024


@pytest.fixture
async def line() -> AsyncIterator[LineSimulator]:
    simulator = LineSimulator(channel_secret="secret", access_token="token")
    await simulator.start()
    yield simulator
    await simulator.stop()


@pytest.fixture
async def contents(line: LineSimulator) -> AsyncIterator[LineContents]:
    contents = LineContents(line.url, "token", pause=0)
    yield contents
    await contents.close()


async def test_a_files_bytes_come_as_they_were_sent(line: LineSimulator, contents: LineContents) -> None:
    sent = bytes(range(256)) * 4096
    item = await line.person("Yuki").send_file("faq.csv", sent)
    assert await contents.fetch(item.id, MB) == sent


async def test_a_file_that_is_one_byte_too_large_is_given_up(line: LineSimulator, contents: LineContents) -> None:
    """S34"""
    item = await line.person("Yuki").send_file("faq.csv", b"x" * (MB + 1))
    with pytest.raises(BadInput, match="too large"):
        await contents.fetch(item.id, MB)


async def test_a_file_that_line_still_prepares_is_waited_for(line: LineSimulator, contents: LineContents) -> None:
    item = await line.person("Yuki").send_file("faq.csv", b"a,b")
    line.faults.next("content", Fault.CONTENT_202)
    assert await contents.fetch(item.id, MB) == b"a,b"


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (Fault.NOT_FOUND_404, NotFound),
        (Fault.GONE_410, NotFound),
        (Fault.ERROR_500, Unavailable),
        (Fault.UNAUTHORIZED_401, Unavailable),
        (Fault.CUT, Unavailable),
        (Fault.CUT_MID_BODY, Unavailable),
    ],
)
async def test_what_cannot_be_fetched_says_whether_it_may_come_later(
    line: LineSimulator, contents: LineContents, fault: Fault, refusal: type[MimiError]
) -> None:
    item = await line.person("Yuki").send_file("faq.csv", b"a,b" * 1000)
    line.faults.next("content", fault, times=2)  # aiohttp asks once more after a cut
    with pytest.raises(refusal):
        await contents.fetch(item.id, MB)


async def test_a_file_taken_back_is_gone(line: LineSimulator, contents: LineContents) -> None:
    yuki = line.person("Yuki")
    item = await yuki.send_file("faq.csv", b"a,b")
    await yuki.unsend(item.id)
    with pytest.raises(NotFound, match="no longer"):
        await contents.fetch(item.id, MB)
