"""Work that is done as it comes, several pieces at a time: imports, owners' plain lines, and what they try out."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.loops import Loop, report_failure, store_trouble_logged
from bot.rounds import Rounds
from handlers.chat.entries.trials import TrialCommands
from handlers.chat.plain_language.lines import PlainLanguage
from handlers.imports.runs import ImportRuns

LINES_AT_ONCE = 4
IMPORTS_AT_ONCE = 6
TRIALS_AT_ONCE = 4
FOR_THE_AWAITED = 2
# Takes a piece of work, given how many places are free, and returns what does it; None if there is none for them.
Take = Callable[[int], Awaitable[Loop | None]]


class SideBySide:
    """One kind of work, so that nobody waits behind another's; several processes may share it."""

    def __init__(self, name: str, at_once: int, take: Take, rounds: Rounds) -> None:
        self._name = name
        self._at_once = at_once
        self._take = take
        self._rounds = rounds
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled; what is in hand is then handed back."""
        try:
            await self._rounds.run(self._begin)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _begin(self) -> None:
        while free := self._at_once - len(self._under_way):
            piece = await self._take(free)
            if piece is None:
                return
            task = asyncio.create_task(_done(piece), name=self._name)
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            task.add_done_callback(report_failure)
            task.add_done_callback(lambda _: self._rounds.wake())


async def _done(piece: Loop) -> None:
    with store_trouble_logged():
        await piece


def imports_side_by_side(runs: ImportRuns, rounds: Rounds) -> SideBySide:
    """One import of an owner's at a time; the last places are for what somebody has begun and waits for."""

    async def take(free: int) -> Loop | None:
        job = await runs.take(awaited=free <= FOR_THE_AWAITED)
        return runs.work_on(job) if job else None

    return SideBySide("import", IMPORTS_AT_ONCE, take, rounds)


def lines_side_by_side(plain: PlainLanguage, rounds: Rounds) -> SideBySide:
    """Plain lines, answered by a model in its own time."""

    async def take(_free: int) -> Loop | None:
        line = await plain.take()
        return plain.answer(line) if line else None

    return SideBySide("plain lines", LINES_AT_ONCE, take, rounds)


def trials_side_by_side(trials: TrialCommands, rounds: Rounds) -> SideBySide:
    """Questions that owners try out in LINE, answered as a visitor's."""

    async def take(_free: int) -> Loop | None:
        trial = await trials.take()
        return trials.answer(trial) if trial else None

    return SideBySide("trials", TRIALS_AT_ONCE, take, rounds)
