"""A stand-in for Anthropic's Messages API: checks requests as it does, streams as it does, fails as it does.

With nothing scripted it answers from the first search result that shares a word with the question, citing it, and
calls `not_in_knowledge` when there is none. What is scripted is used up one request at a time, in order.
"""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from claude_events import Block, Fault, Request, Said, events, frame, in_pieces
from claude_requests import Refused, check_key, check_request

from knowledge.language import language_of
from knowledge.words.words import words_of

KEY = "sk-ant-stand-in"

Json = dict[str, Any]

_STATUS: dict[str, tuple[int, str]] = {
    "rate_limited": (429, "rate_limit_error"),
    "overloaded": (529, "overloaded_error"),
    "server_error": (500, "api_error"),
    "unauthorized": (401, "authentication_error"),
    "billing": (402, "billing_error"),
}


@dataclass
class ClaudeStandIn:
    """Start it, point a client at `url` with KEY, script it or not, look at `requests`."""

    key: str = KEY
    requests: list[Request] = field(default_factory=list)
    drafts: list[Request] = field(default_factory=list)
    url: str = ""
    obeys: Callable[[Request], Said] | None = None  # what it says to whatever it reads, while nothing is scripted

    def __post_init__(self) -> None:
        self._script: deque[Said] = deque()
        self._drafted: deque[Said] = deque()
        self._going_on = asyncio.Event()
        self._arrived = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self._connections: set[asyncio.BaseTransport] = set()

    @property
    def connections(self) -> int:
        """How many connections requests have come over."""
        return len(self._connections)

    async def start(self) -> None:
        app = web.Application(client_max_size=32 * 1024**2)
        app.router.add_post("/v1/messages", self._messages)
        app.router.add_get("/v1/models/{model}", self._model)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self.go_on()
        if self._runner:
            await self._runner.cleanup()

    def will_say(self, text: str, cites: Sequence[int] = (0,), chunks: Sequence[str] | None = None) -> None:
        """The next answer; `chunks` are the exact deltas, where their borders matter."""
        self._script.append(Said(chunks or in_pieces(text), cites))

    def will_say_blocks(self, *blocks: Block) -> None:
        """The next answer in several blocks, each with citations of its own, as Claude cites."""
        self._script.append(Said(blocks=blocks))

    def will_stall_after(self, shown: str, rest: str) -> None:
        """The next answer says the one, pointing at the first result, and the other only after go_on()."""
        self._script.append(Said(blocks=[Block(shown, [0], piece=1_000), Block(rest, [0])], fault="stall"))

    def will_decline(self, reason: str, text: str = "") -> None:
        tool_json = json.dumps({"reason": reason})
        self._script.append(Said(in_pieces(text), tool="decline", tool_json=tool_json, stop_reason="tool_use"))

    def will_not_know(self, question: str, language: str = "", text: str = "", cites: Sequence[int] = (0,)) -> None:
        language = language or language_of(question)
        self._script.append(_not_known(question, language, in_pieces(text), cites))

    def will_want_person(self) -> None:
        self._script.append(Said(tool="wants_person", stop_reason="tool_use"))

    def will_call(self, tool: str, **given: object) -> None:
        """The next answer is a call of this tool."""
        self._script.append(Said(tool=tool, tool_json=json.dumps(given, ensure_ascii=False), stop_reason="tool_use"))

    def will_fail(
        self,
        fault: Fault,
        *,
        times: int = 1,
        retry_after: str = "30",
        text: str = "",
        chunks: Sequence[str] | None = None,
    ) -> None:
        """The next `times` requests fail so; `text` or `chunks` is what a stream says before (and after)."""
        said = chunks or in_pieces(text or "お問い合わせありがとうございます。")
        self._script.extend(_faulty(fault, said, retry_after) for _ in range(times))

    def will_draft(self, answer: str, missing: str, results: Sequence[int]) -> None:
        """The next draft for an owner; drafts are asked for in the background, so they have a script of their own."""
        self._drafted.append(_draft(answer, missing, results))

    def will_fail_a_draft(self, fault: Fault) -> None:
        """The next draft for an owner fails so."""
        self._drafted.append(_faulty(fault, ["A draft", " of", " some", " words"], ""))

    def is_well_again(self) -> None:
        """Of what was scripted and has not come yet, nothing comes."""
        self._script.clear()

    def go_on(self) -> None:
        """Let go of what hangs or stalls, now and from now on."""
        self._going_on.set()

    async def asked(self, count: int = 1) -> Request:
        """Wait until `count` requests have come in all; the last of them."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: len(self.requests) >= count)
        return self.requests[count - 1]

    async def _model(self, http: web.Request) -> web.Response:
        """The Models API: what is known of one model."""
        model = http.match_info["model"]
        try:
            check_key(http.headers, self.key)
        except Refused as refused:
            return _error(refused.status, refused.kind, str(refused))
        if not model.startswith("claude-"):
            return _error(404, "not_found_error", f"model: {model}")
        return web.json_response(
            {"type": "model", "id": model, "display_name": model, "created_at": "2026-01-01T00:00:00Z"}
        )

    async def _messages(self, http: web.Request) -> web.StreamResponse:
        if http.transport:
            self._connections.add(http.transport)
        try:
            request = Request(dict(http.headers), check_request(http.headers, await http.read(), self.key))
        except Refused as refused:
            return _error(refused.status, refused.kind, str(refused))
        async with self._arrived:
            (self.drafts if _is_draft(request) else self.requests).append(request)
            self._arrived.notify_all()
        said = self._next(request)
        if said.fault == "hang":
            await self._going_on.wait()
        if said.fault in _STATUS:
            return _error(*_STATUS[said.fault], "Stand-in fault.", said.retry_after)
        return await self._stream(http, request, said)

    def _next(self, request: Request) -> Said:
        if _is_draft(request):
            return self._drafted.popleft() if self._drafted else _draft("", "", [])
        return self._script.popleft() if self._script else (self.obeys or _from_knowledge)(request)

    async def _stream(self, http: web.Request, request: Request, said: Said) -> web.StreamResponse:
        response = web.StreamResponse(headers={"request-id": "req_standin", "cache-control": "no-cache"})
        response.content_type = "text/event-stream"
        response.charset = "utf-8"
        await response.prepare(http)
        async for data in self._bytes(request, said):
            await response.write(data)
        if said.fault in ("cut", "cut_mid_character") and http.transport:
            http.transport.abort()
        return response

    async def _bytes(self, request: Request, said: Said) -> AsyncIterator[bytes]:
        """The stream's bytes; `said.fault` decides what happens to them after the second text delta."""
        texts = 0
        for event in events(request, said):
            data = frame(event)
            texts += event.get("delta", {}).get("type") == "text_delta"
            if texts < 2 or said.fault is None:
                yield data
                continue
            match said.fault:
                case "cut":
                    return
                case "cut_mid_character":
                    yield data[: next(place for place, byte in enumerate(data) if byte >= 0x80) + 1]
                    return
                case "stall" if not self._going_on.is_set():
                    yield data[:-20]
                    await self._going_on.wait()
                    yield data[-20:]
                case "stall_with_pings":
                    while not self._going_on.is_set():
                        yield frame({"type": "ping"})
                        await asyncio.sleep(0.01)
                    yield data
                case "bad_event_json":
                    yield data.replace(b"}", b"", 1)
                case _:
                    yield data


def _error(status: int, kind: str, message: str, retry_after: str = "") -> web.Response:
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_standin"}
    headers = {"request-id": "req_standin"} | ({"retry-after": retry_after} if retry_after else {})
    return web.json_response(body, status=status, headers=headers)


_FAULTY: dict[str, Callable[[Sequence[str]], Said]] = {
    "refusal": lambda said: Said(stop_reason="refusal"),
    "refusal_mid_answer": lambda said: Said(said, stop_reason="refusal"),
    "max_tokens": lambda said: Said(said, [0], stop_reason="max_tokens"),
    "context_window": lambda said: Said(said, [0], stop_reason="model_context_window_exceeded"),
    "pause_turn": lambda said: Said(said, [0], stop_reason="pause_turn"),
    "empty": lambda said: Said(),
    "long": lambda said: Said(in_pieces("長い回答です。" * 30_000, 200), [0]),
    "bad_tool_json": lambda said: Said(tool="not_in_knowledge", tool_json='{"question": "いつ', stop_reason="tool_use"),
}


def _faulty(fault: Fault, said: Sequence[str], retry_after: str) -> Said:
    shaped = _FAULTY.get(fault, _cited)(said)
    shaped.fault = fault
    shaped.retry_after = retry_after if fault == "rate_limited" else ""
    return shaped


def _cited(said: Sequence[str]) -> Said:
    return Said(said, [0])


def _not_known(question: str, language: str, deltas: Sequence[str] = (), cites: Sequence[int] = (0,)) -> Said:
    tool_json = json.dumps({"question": question, "language": language}, ensure_ascii=False)
    return Said(deltas, cites, tool="not_in_knowledge", tool_json=tool_json, stop_reason="tool_use")


def _is_draft(request: Request) -> bool:
    return [tool["name"] for tool in request.body.get("tools", [])] == ["draft_answer"]


def _draft(answer: str, missing: str, results: Sequence[int]) -> Said:
    said = {"answer": answer, "missing": missing, "results": list(results)}
    return Said(tool="draft_answer", tool_json=json.dumps(said, ensure_ascii=False), stop_reason="tool_use")


def _from_knowledge(request: Request) -> Said:
    asked = set(words_of(request.question))
    for place, result in enumerate(request.search_results):
        text = result["content"][0]["text"]
        if asked & set(words_of(f"{result['title']} {text}")):
            return Said(in_pieces(text), [place])
    return _not_known(request.question, language_of(request.question))
