"""A stand-in for Claude's API, in a process of its own, that writes answers at a pace of its own and notes when.

What it says, it says of the search results it was given, citing them: the entry that is known to answer the question, a
sentence at first, then others until the answer is long enough.
"""

import asyncio
import json
import multiprocessing
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from aiohttp import web

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))  # its events are those of the tests' stand-in

from claude_events import Block, Request, Said, events, frame

from knowledge.words.words import clean

PIECES = {"ja": 8, "en": 24}
PIECES_OF_AN_ANSWER, APART, THINKS = 36, 0.08, 0.3  # seconds
OWN_WORDS = {"ja": "お調べしたところ、", "en": "From what I can see, "}
BODIES = 40  # of requests, kept to be asked again directly
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Ask:
    """A question, the title of the entry that answers it, and whether the model begins in words of its own."""

    handle: str
    text: str
    title: str
    lang: str
    own_words: bool


class StandIn:
    """`answers`: what each question is answered from, by the words it comes in."""

    def __init__(self, answers: dict[str, Ask]) -> None:
        self._answers = answers
        self._marks: dict[str, dict[str, Any]] = {}
        self._bodies: list[str] = []

    async def listen(self, told: Connection) -> None:
        """For ever."""
        app = web.Application(client_max_size=2**24)
        app.router.add_post("/v1/messages", self._messages)
        app.router.add_get("/marks", self._told)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        told.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    async def _told(self, _request: web.Request) -> web.Response:
        marks, self._marks = self._marks, {}
        return web.json_response({"marks": marks, "bodies": self._bodies})

    async def _messages(self, http: web.Request) -> web.StreamResponse:
        arrived, body = time.monotonic(), await http.text()
        request = Request({}, json.loads(body))
        direct, ask = http.headers.get("x-direct"), self._answers.get(request.question)
        if ask is None:
            raise web.HTTPBadRequest
        if not direct and len(self._bodies) < BODIES:
            self._bodies.append(body)
        mark = self._marks[direct or request.question] = {"arrived": arrived, "left": [], "sentence": 0.0}
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(http)
        written, at = 0, time.monotonic() + THINKS
        for event in events(request, _said(request, ask)):
            if text := event.get("delta", {}).get("text"):
                await asyncio.sleep(max(0.0, at - time.monotonic()))
                written, at = written + len(text), at + APART
                mark["left"].append((written, time.monotonic()))
            if event["type"] == "content_block_stop" and not mark["sentence"]:
                mark["sentence"] = time.monotonic()
            await response.write(frame(event))
        return response


def _said(request: Request, ask: Ask) -> Said:
    """The entry, a block a sentence at first, then others until the answer is long enough."""
    results = request.search_results
    texts = [result["content"][0]["text"] for result in results]
    place = next(n for n, result in enumerate(results) if result["title"] == clean(ask.title).strip())
    end = "。" if ask.lang == "ja" else ". "
    first, mark, rest = texts[place].partition(end)
    piece, most = PIECES[ask.lang], PIECES[ask.lang] * PIECES_OF_AN_ANSWER
    begins = OWN_WORDS[ask.lang] if ask.own_words else ""
    blocks = [Block(begins + first + mark, (place,), piece=piece)]
    blocks += [Block(rest, (place,), piece=piece)] if rest else []
    others = [n for n in range(len(texts)) if n != place]
    while (room := most - sum(len(block.text) for block in blocks)) > 0:
        other = others.pop(0)
        blocks.append(Block("\n\n" + texts[other], (other,), piece=piece))
        if len(texts[other]) > room:
            break
    return Said(blocks=blocks)


def _listen(answers: dict[str, Ask], told: Connection) -> None:
    asyncio.run(StandIn(answers).listen(told))


def stand_in(stack: AsyncExitStack, answers: dict[str, Ask]) -> tuple[str, int]:
    """Start it; where it listens, and the number of its process."""
    heard, told = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=_listen, args=(answers, told), daemon=True)
    process.start()
    stack.callback(process.kill)
    assert process.pid
    return f"http://127.0.0.1:{heard.recv()}", process.pid
