"""`make chaos`: what goes wrong in the world, done to a whole mimi, and what became of all that people wrote meanwhile.

Two web processes and two workers behind nginx, three mongods with MongoDB's own settings, LINE simulated, Claude stood
in for. While owners and visitors write, one trouble after the other comes, is waited out and reckoned: lost is what had
no outcome, doubled what had two. Everything comes once before anything comes again.
`PYTHONPATH=. python tests/chaos.py [WORD ...]` takes only the troubles whose names hold a word.
"""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from chaos_faults import TROUBLES, Stage, Trouble
from post_office import Letters, post_office
from several_processes import several
from three_mongods import three_mongods
from traffic import Reckoning, Traffic

from knowledge.store.database import Database

MEMORY = Path("/dev/shm")
MINUTES = 15
# What is begun by then is over in time.
BEGUN_WITHIN = (MINUTES - 3) * 60
MODEL_DEADLINE = "5"
SHOWN = 3  # of what was lost or doubled in a try


@dataclass
class Row:
    """What a trouble has done so far."""

    tries: int = 0
    sent: int = 0
    lost: int = 0
    doubled: int = 0
    times: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, reckoning: Reckoning, took: float) -> None:
        """One try more."""
        self.tries += 1
        self.sent += reckoning.sent
        self.lost += len(reckoning.lost)
        self.doubled += len(reckoning.doubled)
        self.times.append(took)
        self.problems += [f"lost: {name}" for name in reckoning.lost[:SHOWN]]
        self.problems += [f"doubled: {name}" for name in reckoning.doubled[:SHOWN]]


async def main(words: Sequence[str]) -> bool:
    """Print the table; whether nothing was lost or doubled, and everything came back."""
    began = time.monotonic()
    chosen = [each for each in TROUBLES if not words or any(word in each.name for word in words)]
    rows = {each.name: Row() for each in chosen}
    async with AsyncExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="mimi-chaos-", dir=MEMORY if MEMORY.is_dir() else None))
        stack.callback(shutil.rmtree, folder)
        stage = await _stage(stack, folder)
        for again in range(max((each.tries for each in chosen), default=0)):
            for trouble in chosen:
                if again < trouble.tries and time.monotonic() - began < BEGUN_WITHIN:
                    sys.stderr.write(f"{time.monotonic() - began:4.0f} s  {trouble.name}\n")
                    await _try(stage, trouble, rows[trouble.name])
    _say(f"{'':44}{'tries':>6}{'sent':>6}{'lost':>6}{'doubled':>8}{'median s':>10}{'max s':>8}")
    for trouble in chosen:
        _show(trouble, rows[trouble.name])
    _say(f"{time.monotonic() - began:.0f} s")
    return all(row.tries and not row.problems for row in rows.values())


async def _stage(stack: AsyncExitStack, folder: Path) -> Stage:
    three = await stack.enter_async_context(three_mongods(folder))
    post = await stack.enter_async_context(post_office())
    database = Database.open(three.uri)
    stack.callback(database.close)
    settings = {"SMTP_URL": post.url, "MIMI_MODEL_DEADLINE": MODEL_DEADLINE}
    started = await stack.enter_async_context(several(database, three.uri, folder, settings))
    return Stage(three, started, post, three.uri)


async def _try(stage: Stage, trouble: Trouble, row: Row) -> None:
    mimi = stage.several.mimi
    traffic = Letters(mimi.database, stage.post) if trouble.by_mail else Traffic(mimi)
    try:
        async with traffic.flowing():
            await traffic.back(time.monotonic())
            async with trouble.harm(stage) as at:
                took = await traffic.back(at) if trouble.outlived else 0.0
            if not trouble.outlived:
                took = await traffic.back(time.monotonic())
            await traffic.back(time.monotonic())
        row.add(await traffic.reckoning(), took)
    except TimeoutError as error:
        # Said in the table; the next trouble begins with everything there again.
        row.problems.append(f"never came back: {type(error).__name__}")
    await stage.several.all_there()
    await stage.three.whole()


def _show(trouble: Trouble, row: Row) -> None:
    if row.tries:
        numbers = f"{row.tries:>6}{row.sent:>6}{row.lost:>6}{row.doubled:>8}"
        _say(f"{trouble.name:44}{numbers}{statistics.median(row.times):>10.1f}{max(row.times):>8.1f}")
    elif not row.problems:
        _say(f"{trouble.name:44} not tried: the time was over")
    for problem in row.problems:
        _say(f"    {problem}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(not asyncio.run(main(sys.argv[1:])))
