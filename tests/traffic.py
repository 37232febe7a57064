"""People who write while something goes wrong: what they were told, and what became of every word."""

import asyncio
import contextlib
import itertools
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from mimi import Mimi, read_events

from bot.embedded.line_simulator import texts
from bot.embedded.line_simulator.events import Event

# A page that hears nothing for so long sends again, as somebody does who looks at it.
PATIENCE_SECONDS = 60
BETWEEN_SECONDS = 0.7
AGAIN_SECONDS = 0.2
# Whoever waits for so many answers writes no more: of the owner, and of the visitors together. Of what they have waited
# for so long they think no more, though it may still come.
MOST_OF_THE_OWNER, MOST_OF_VISITORS = 5, 40
THINKS_OF_IT_SECONDS = 10
SETTLING_SECONDS = 120
NOBODY = 0  # the status of what was not answered at all
_NUMBERS = itertools.count()  # no two lines are the same


@dataclass
class Refusal:
    """What a visitor was told who could not be served."""

    status: int
    code: str = ""
    retry_after: str = ""


@dataclass(frozen=True)
class Served:
    """When somebody came, and when they had what they wanted (time.monotonic)."""

    began: float
    ended: float


@dataclass
class Reckoning:
    """What became of everything that was sent. Lost: no outcome; doubled: more than one."""

    sent: int
    lost: list[str]
    doubled: list[str]

    @classmethod
    def of(cls, outcomes: Mapping[str, int]) -> "Reckoning":
        """By how many outcomes each of what was sent has had."""
        lost = [name for name, count in outcomes.items() if count == 0]
        return cls(len(outcomes), lost, [name for name, count in outcomes.items() if count > 1])


@asynccontextmanager
async def written_all_the_while(write: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """While it is entered, somebody writes, and again in every moment."""

    async def flow() -> None:
        while True:
            await write()
            await asyncio.sleep(BETWEEN_SECONDS)

    flowing = asyncio.create_task(flow())
    try:
        yield
    finally:
        flowing.cancel()
        await asyncio.gather(flowing, return_exceptions=True)


@dataclass
class Traffic:
    """An owner who teaches and visitors who ask, a line of each in every moment, until it is over."""

    mimi: Mimi
    handle: str = "kotori"
    refusals: list[Refusal] = field(default_factory=list)
    _taught: dict[int, tuple[Event, bool]] = field(default_factory=dict)  # the event, and whether it was answered 200
    _asked: dict[int, tuple[str, bool]] = field(default_factory=dict)  # the message's id, and whether it was taken
    _served: dict[str, list[Served]] = field(default_factory=lambda: {"owner": [], "visitor": []})
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _teaching: dict[asyncio.Task[None], float] = field(default_factory=dict)  # since when
    _asking: dict[asyncio.Task[None], float] = field(default_factory=dict)

    @asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """While it is entered, people write."""
        try:
            async with written_all_the_while(self._write):
                yield
        finally:
            await asyncio.gather(*self._teaching, *self._asking)

    async def back(self, since: float, seconds: float = 120) -> float:
        """How long after `since` an owner and a visitor who came after it both had what they wanted."""

        def first() -> list[float]:
            """Of each kind that has been served."""
            ended = ([each.ended for each in served if each.began >= since] for served in self._served.values())
            return [min(each) for each in ended if each]

        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: len(first()) == len(self._served))
        return max(first()) - since

    async def reckoning(self) -> Reckoning:
        """Everybody who was refused tries again, as LINE and the page do; then each has exactly one outcome, or not."""
        for number, (said, taken) in self._taught.items():
            while not taken:
                taken = await self.mimi.line.deliver([said], redelivery=True) == 200
                await asyncio.sleep(AGAIN_SECONDS)
            self._taught[number] = said, True
        for number, (_, taken) in self._asked.items():
            while not taken:
                await self._ask(number)
                taken = self._asked[number][1]
                await asyncio.sleep(AGAIN_SECONDS)
        with contextlib.suppress(TimeoutError):  # what has not come by then is lost
            await self.mimi.settled(SETTLING_SECONDS)
        return Reckoning.of(await self._outcomes())

    async def _write(self) -> None:
        lately = time.monotonic() - THINKS_OF_IT_SECONDS
        if sum(since > lately for since in self._teaching.values()) < MOST_OF_THE_OWNER:
            _begin(self._teach(next(_NUMBERS)), self._teaching)
        if len(self._asking) < MOST_OF_VISITORS:
            _begin(self._ask(next(_NUMBERS)), self._asking)

    async def _teach(self, number: int) -> None:
        """A line of the owner's; they are served when they read that it was learned."""
        began = time.monotonic()
        said = self.mimi.owner.compose(f"/faq add {_taught(number)} = Yes.")
        self._taught[number] = said, False
        self._taught[number] = said, await self.mimi.line.deliver([said]) == 200
        if not self._taught[number][1]:
            return  # LINE brings it again later: the reckoning does
        learned = _learned(number)
        with contextlib.suppress(TimeoutError):
            await self.mimi.line.wait_for(
                lambda: any(learned in text for text in texts(self.mimi.owner.chat)), PATIENCE_SECONDS
            )
            await self._note("owner", began)

    async def _ask(self, number: int) -> None:
        """A visitor's question, under one id however often it is sent; they are served when the answer is complete."""
        began = time.monotonic()
        name = self._asked.get(number, (str(uuid.uuid4()), False))[0]
        self._asked.setdefault(number, (name, False))
        headers = {"Accept": "text/event-stream", "X-Forwarded-For": f"192.0.{number % 200}.{number // 200 + 1}"}
        body = {"id": name, "text": _asked(number)}
        url = f"{self.mimi.url}/@{self.handle}/messages"
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                async with self.mimi.http.post(url, json=body, headers=headers) as response:
                    if response.status != 200:
                        self.refusals.append(await _refusal(response))
                        return
                    self._asked[number] = name, True
                    async for event in read_events(response):
                        if event.name == "done":
                            await self._note("visitor", began)
        except (aiohttp.ClientError, TimeoutError):
            if not self._asked[number][1]:
                self.refusals.append(Refusal(NOBODY))

    async def _note(self, who: str, began: float) -> None:
        async with self._news:
            self._served[who].append(Served(began, time.monotonic()))
            self._news.notify_all()

    async def _outcomes(self) -> Counter[str]:
        """How many times each line had its effect: an entry and the word that it was learned, or an answer."""
        database, found = self.mimi.database, Counter[str]()
        # What came late is told with others, a paragraph each.
        told = Counter(part for text in texts(self.mimi.owner.chat) for part in text.split("\n\n"))
        for number in self._taught:
            entries = await database.collection("faqs").count({"question": _taught(number)})
            found[f"entry {number}"] = entries
            found[f"reply {number}"] = told[_learned(number)] or told[_unsure(number)]
        for number in self._asked:
            questions = await database.collection("messages").find({"role": "visitor", "text": _asked(number)})
            found[f"question {number}"] = len(questions)
            written = {"reply_to": {"$in": [each["_id"] for each in questions]}, "state": {"$ne": "pending"}}
            found[f"answer {number}"] = await database.collection("messages").count(written)
        return found


def _begin(work: Coroutine[Any, Any, None], among: dict[asyncio.Task[None], float]) -> None:
    task = asyncio.create_task(work)
    among[task] = time.monotonic()
    task.add_done_callback(among.pop)


async def _refusal(response: aiohttp.ClientResponse) -> Refusal:
    code = ""
    if response.content_type == "application/json":
        code = (await response.json())["error"]["code"]
    return Refusal(response.status, code, response.headers.get("Retry-After", ""))


def _taught(number: int) -> str:
    return f"Is there a thing number {number}?"


def _learned(number: int) -> str:
    return f"Learned: {_taught(number)}"


def _unsure(number: int) -> str:
    """What is said in its place when nobody knows whether it arrived."""
    return f"I am not sure that this reply reached you: “{_learned(number)}”"


def _asked(number: int) -> str:
    return f"What about thing {number}?"
