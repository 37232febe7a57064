"""Files read in processes of their own (apart.py), one each, and owners one after another."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from knowledge.errors import BadInput
from knowledge.importing.limited_process import TooMuch, command_of, said_by
from knowledge.importing.process import header_of
from knowledge.importing.read_results import ReadRequest, ReadResult, found_from_plain
from knowledge.phrases import Phrase, _, from_plain

COMMAND = command_of("knowledge.importing.process")
ROBOTS = command_of("knowledge.importing.site.robots")
LIMIT = 120.0  # seconds by the clock, on a machine with other work; the process's own limit is of processor time
ROBOTS_LIMIT = 60.0
AT_ONCE = 5  # of all owners; they give way to what answers people (process.py)
OF_ONE = 2  # owner: there is a place left where two have files that cost all they may


_A_FILE = _("This file takes too much time or memory to read. Please send a smaller or simpler one.")
_ROBOTS_TXT = _("This site's rules for programs (robots.txt) take too long to read.")


class TooCostly(BadInput):
    """It takes more time or memory to read than anybody may have."""

    def __init__(self, phrase: Phrase = _A_FILE) -> None:
        super().__init__(phrase)


@dataclass(frozen=True)
class SiteRules:
    """What a site says to programs: which pages they `may` read, the seconds between two, and its sitemaps."""

    may: frozenset[str]
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()


class ReaderSlots:
    """Places for readers. An owner has few and waits for few at a time, so that nobody waits behind another's queue."""

    def __init__(self, places: int, of_one: int) -> None:
        self._places = asyncio.Semaphore(places)
        self._owners = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(of_one))
        self._waiting: Counter[str] = Counter()

    @asynccontextmanager
    async def of(self, owner: str) -> AsyncIterator[None]:
        """A place for this owner."""
        self._waiting[owner] += 1
        try:
            async with self._owners[owner], self._places:
                yield
        finally:
            self._waiting[owner] -= 1
            if not self._waiting[owner]:
                del self._waiting[owner], self._owners[owner]


class Reading:
    """Bytes in, what they say out. Whatever a file does to its reader, only that file fails."""

    def __init__(self, command: Sequence[str] = COMMAND, limit: float = LIMIT) -> None:
        self._command = command
        self._limit = limit
        self._turns = ReaderSlots(AT_ONCE, OF_ONE)

    async def read(self, data: bytes, asked: ReadRequest, owner: str = "") -> ReadResult:
        """What is found, for an owner. Raises BadInput with what they can do."""
        output = await self._said(self._command, header_of(asked) + data, self._limit, owner, _A_FILE)
        return await asyncio.to_thread(_understood, output)

    async def rules(self, robots: bytes, agent: str, urls: Sequence[str], owner: str = "") -> SiteRules:
        """What a site's robots.txt says to this program, and of these pages. Raises TooCostly."""
        if not robots.strip():
            return SiteRules(frozenset(urls))
        given = json.dumps([agent, urls]).encode() + b"\n" + robots
        plain = json.loads(await self._said(ROBOTS, given, ROBOTS_LIMIT, owner, _ROBOTS_TXT))
        may = frozenset(url for url, yes in zip(urls, plain["may"], strict=False) if yes)
        return SiteRules(may, float(plain["delay"]), tuple(plain["sitemaps"]))

    async def _said(self, command: Sequence[str], given: bytes, limit: float, owner: str, costly: Phrase) -> bytes:
        async with self._turns.of(owner):
            try:
                return await said_by(command, given, limit)
            except TooMuch as error:
                raise TooCostly(costly) from error


def _understood(output: bytes) -> ReadResult:
    """What it says, which a file that took the process over may have made up."""
    try:
        first, *items = output.split(b"\n")
        plain = json.loads(first)
        plain["items"] = [json.loads(item) for item in items if item]
        problem = from_plain(plain["problem"]) if "problem" in plain else None
        found = None if problem else found_from_plain(plain)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TooCostly from error
    if problem or found is None:
        raise BadInput(problem) if problem else TooCostly
    return found
