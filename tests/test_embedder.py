"""The process that reads meaning: near texts come out near, and whatever it dies of is survived."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import numpy as np
import pytest

from knowledge.embedder import Embedder, EmbedderFailed
from knowledge.embedder_process import DIMENSIONS

ZEROS = f"import sys; sys.stdout.buffer.write(bytes({DIMENSIONS * 4})); sys.stdout.flush()"
SILENT = (sys.executable, "-c", f"{ZEROS}; sys.stdin.read()")
DYING = (sys.executable, "-c", f"{ZEROS}; sys.stdin.readline(); sys.exit(3)")


@pytest.fixture
async def embedder() -> AsyncIterator[Embedder]:
    """The real one, which needs no rest."""
    started = Embedder(rest=0)
    yield started
    await started.close()


def pid(embedder: Embedder) -> int:
    assert embedder.process_id is not None
    return embedder.process_id


async def test_the_same_meaning_is_near_in_either_language(embedder: Embedder) -> None:
    asked = await embedder.vector("送料はいくらですか", "query")
    same = await embedder.vector("How much is shipping?", "query")
    other = await embedder.vector("パスワードを忘れました", "query")
    assert np.linalg.norm(asked) == pytest.approx(1, abs=1e-3)
    assert asked @ same > asked @ other + 0.2


@pytest.mark.parametrize(
    "text", ["", "\x00", "a\x00b", "\ud800", "\ufdfa" * 50, "🍣" * 5_000, "\u0301" * 900, "x" * 10**6]
)
async def test_hostile_text_has_a_vector_like_any_other(text: str, embedder: Embedder) -> None:
    await embedder.vector("はじめ", "query")
    before = pid(embedder)
    assert np.linalg.norm(await embedder.vector(text, "passage")) == pytest.approx(1, abs=1e-3)
    assert pid(embedder) == before


async def test_what_follows_a_nul_counts(embedder: Embedder) -> None:
    whole, cut = await embedder.vector("送料\x00は無料", "query"), await embedder.vector("送料は無料", "query")
    assert np.array_equal(whole, cut)


async def test_a_process_that_died_is_started_again(embedder: Embedder) -> None:
    before = await embedder.vector("返金", "query")
    os.kill(pid(embedder), signal.SIGABRT)
    with pytest.raises(EmbedderFailed):
        await embedder.vector("返金" * 200, "query")
    assert np.array_equal(await embedder.vector("返金", "query"), before)


async def test_a_process_that_hangs_is_ended_at_its_limit() -> None:
    embedder = Embedder(SILENT, limit=0.1, rest=60)
    with pytest.raises(EmbedderFailed):
        await embedder.vector("返金", "query")
    assert embedder.process_id is None
    await embedder.close()


async def test_a_process_that_dies_of_everything_gets_a_rest() -> None:
    embedder = Embedder(DYING, rest=60)
    for _ in range(2):
        with pytest.raises(EmbedderFailed):
            await embedder.vector("返金", "query")
    assert embedder.starts == 1
    await embedder.close()


async def test_an_answer_nobody_waited_for_is_not_taken_for_the_next(embedder: Embedder) -> None:
    expected = await embedder.vector("送料", "query")
    impatient = asyncio.create_task(embedder.vector("パスワード" * 50, "query"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert np.array_equal(await embedder.vector("送料", "query"), expected)


async def test_without_the_package_there_is_no_process() -> None:
    embedder = Embedder(package="mimi-has-no-such-package")
    with pytest.raises(EmbedderFailed):
        await embedder.vector("返金", "query")
    assert embedder.starts == 0
    await embedder.close()


async def test_whoever_waits_while_it_closes_starts_nothing(embedder: Embedder) -> None:
    await embedder.vector("返金", "query")
    waiting = [asyncio.create_task(embedder.vector("返金" * 100, "query")) for _ in range(3)]
    await asyncio.sleep(0)
    await embedder.close()
    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(each, EmbedderFailed | asyncio.CancelledError) for each in ended)
    assert (embedder.starts, embedder.process_id) == (1, None)


async def test_closing_ends_the_process(embedder: Embedder) -> None:
    await embedder.vector("返金", "query")
    process = pid(embedder)
    await embedder.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)
