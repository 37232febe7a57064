"""The answer model that is Claude: a prompt in, events out as they stream. Every failure is a ModelFailed.

The SDK authenticates and sends; its raw response is read by claude_stream.py. Importing this module takes two
seconds of CPU, so it is imported only where there is a key.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from dataclasses import dataclass
from typing import Any

import httpx2
import structlog
from anthropic import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncAnthropic,
    AsyncAPIResponse,
    DefaultAioHttpClient,
)

from knowledge.items import Hit
from knowledge.model.claude_stream import ClaudeReading, Event, ToolCall, ToolReading, sse_events
from knowledge.model.events import ModelEvent, ModelFailed, Why
from knowledge.model.models import facts_of
from knowledge.model.prompt import ModelRequest, Prompt, fitted, to_request

log = structlog.get_logger(__name__)

MAX_TOKENS = 1_200
MAX_TOOL_TOKENS = 4_000  # an entry's answer has up to 5,000 characters; few have a tenth of that
RETRIES = 1
LONGEST_RETRY_WAIT = 2.0  # seconds; whoever asks for more patience gets the quoting answerer instead

# The error types of the API, in a response's body or in an `error` event of a stream that began with 200.
_WHY: dict[str, Why] = {
    "overloaded_error": "overloaded",
    "rate_limit_error": "rate_limited",
    "timeout_error": "timeout",
    "authentication_error": "auth",
    "permission_error": "auth",
    "billing_error": "billing",
    "not_found_error": "no_model",
}
_WHY_OF_STATUS: dict[int, Why] = {
    401: "auth",
    402: "billing",
    403: "auth",
    408: "timeout",
    429: "rate_limited",
    504: "timeout",
    529: "overloaded",
}
_FROM_BELOW = (TimeoutError, APIConnectionError, APIStatusError, httpx2.HTTPError)
_PASSING: frozenset[Why] = frozenset({"overloaded", "rate_limited", "unreachable", "broken_stream"})


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds: for a connection, for the response to begin, for its next bytes, in all.

    `idle` is also how long a stream may only say that it is still there.
    """

    connect: float = 3.0
    first: float = 10.0
    idle: float = 10.0
    total: float = 45.0


def claude_client(api_key: str, base_url: str | None = None) -> AsyncAnthropic:
    """A client to share and to close; `base_url` None means Anthropic's own (or ANTHROPIC_BASE_URL)."""
    # No retries by the SDK: it waits as long as `retry-after` says, however long. See ClaudeAnswers.answer.
    return AsyncAnthropic(api_key=api_key, base_url=base_url, max_retries=0, http_client=DefaultAioHttpClient())


async def check_model(client: AsyncAnthropic, model: str) -> Why | None:
    """What keeps Claude from answering with this key and model; None if nothing does."""
    try:
        await client.models.retrieve(model)
    except _FROM_BELOW as error:
        return _failure_of(error).why
    return None


class ClaudeCalls:
    """Requests to the Messages API and their events as they stream: the one way in which Claude is called."""

    def __init__(self, client: AsyncAnthropic, model: str, patience: Patience, max_tokens: int) -> None:
        self.patience = patience
        self._client = client
        self._model = model
        self._facts = facts_of(model)
        self._max_tokens = max_tokens + self._facts.room_to_think
        # A model that thinks says nothing meanwhile.
        self._longest_silence = patience.idle * (2 if self._facts.room_to_think else 1)

    async def events(
        self, request: ModelRequest, deadline: float, *, has_to_call: bool = False
    ) -> AsyncGenerator[Event, None]:
        """The API's events up to `message_stop`; raises ModelFailed. A tool may be called; `has_to_call`: one, only."""
        one_tool = {**self._facts.has_to_call, "disable_parallel_tool_use": True}
        # The blocks are plain dicts in the API's own shape; the SDK's types would restate each of them.
        create: Any = self._client.messages.with_streaming_response.create
        call: AbstractAsyncContextManager[AsyncAPIResponse[Any]] = create(
            model=self._model,
            max_tokens=self._max_tokens,
            system=request.system,
            messages=request.messages,
            tools=request.tools,
            tool_choice=one_tool if has_to_call else {"type": "auto"},
            stream=True,
            **self._facts.asked,
            timeout=httpx2.Timeout(self.patience.idle, connect=self.patience.connect),
        )
        try:
            async with asyncio.timeout(self.patience.first):
                response = await call.__aenter__()
            events = sse_events(response.iter_bytes())
            heard = time.monotonic()
            async for event in events:
                # Pings keep the connection busy, so a model that stalls behind them shows only here.
                if time.monotonic() > min(deadline, heard + self._longest_silence):
                    raise ModelFailed("timeout")
                if event.get("type") == "ping":
                    continue
                if event.get("type") == "error":
                    raise _refused(_type_of(event), response.status_code, response.headers.get("request-id"))
                yield event
                heard = time.monotonic()
                if event.get("type") == "message_stop":
                    await _read_to_the_end(events)
                    return
            raise ModelFailed("broken_stream")
        except _FROM_BELOW as error:
            raise _failure_of(error) from error
        finally:
            await call.__aexit__(None, None, None)


class ClaudeAnswers:
    """An AnswerModel that asks Claude."""

    quotes = False

    def __init__(
        self,
        client: AsyncAnthropic,
        model: str,
        patience: Patience | None = None,
        *,
        max_tokens: int = MAX_TOKENS,
        retries: int = RETRIES,
    ) -> None:
        self._calls = ClaudeCalls(client, model, patience or Patience(), max_tokens)
        self._retries = retries

    async def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        """The answer's events as they come; raises ModelFailed. Tried again if it failed before it said anything."""
        prompt = fitted(prompt)
        deadline = time.monotonic() + self._calls.patience.total
        said = False
        for tries_left in range(self._retries, -1, -1):
            try:
                async with aclosing(self._attempt(prompt, deadline)) as events:
                    async for event in events:
                        said = True
                        yield event
                return
            except ModelFailed as failure:
                if said or not tries_left or not _may_pass(failure):
                    raise
                log.info("claude_again", why=failure.why)
                await asyncio.sleep(failure.retry_after)

    async def _attempt(self, prompt: Prompt, deadline: float) -> AsyncGenerator[ModelEvent, None]:
        reading = ClaudeReading(prompt)
        try:
            async with aclosing(self._calls.events(to_request(prompt), deadline)) as events:
                async for event in events:
                    for model_event in reading.read(event):
                        yield model_event
        except ModelFailed as failure:
            failure.usage = reading.spent
            raise


class ClaudeTools:
    """A ToolModel that asks Claude: a request in, the one tool it calls out."""

    def __init__(
        self,
        client: AsyncAnthropic,
        model: str,
        patience: Patience | None = None,
        *,
        max_tokens: int = MAX_TOOL_TOKENS,
    ) -> None:
        self._calls = ClaudeCalls(client, model, patience or Patience(), max_tokens)

    async def call(self, request: ModelRequest) -> ToolCall:
        """What Claude makes of it. Raises ModelFailed."""
        reading = ToolReading()
        deadline = time.monotonic() + self._calls.patience.total
        try:
            async with aclosing(self._calls.events(request, deadline, has_to_call=True)) as events:
                async for event in events:
                    reading.read(event)
            return reading.call()
        except ModelFailed as failure:
            failure.usage = reading.spent
            raise


async def _read_to_the_end(events: AsyncIterator[Event]) -> None:
    """Take the few bytes that close the response: only then is its connection kept for the next question."""
    # The answer is complete, so whatever goes wrong here only costs the connection.
    with suppress(TimeoutError, httpx2.HTTPError, ModelFailed):
        async with asyncio.timeout(0.2):
            async for _ in events:
                pass


def _may_pass(failure: ModelFailed) -> bool:
    """Whether asking again at once, or almost, is worth a visitor's time."""
    return failure.why in _PASSING and failure.retry_after <= LONGEST_RETRY_WAIT


def _failure_of(error: Exception) -> ModelFailed:
    """What the SDK, its transport or the clock raised, as what it means to us."""
    match error:
        case APIStatusError():
            retry_after = _seconds(error.response.headers.get("retry-after"))
            return _refused(error.type or "", error.status_code, error.request_id, retry_after)
        case TimeoutError() | APITimeoutError() | httpx2.TimeoutException():
            return ModelFailed("timeout")
        case APIConnectionError() | httpx2.ConnectError():
            return ModelFailed("unreachable")
        case _:
            return ModelFailed("broken_stream")


def _refused(kind: str, status: int, request_id: str | None, retry_after: float = 0) -> ModelFailed:
    """What the API said is wrong, in a response of its own or within a stream: logged as its support asks for it."""
    log.warning("claude_refused_request", status=status, type=kind, request_id=request_id)
    return ModelFailed(_WHY.get(kind) or _WHY_OF_STATUS.get(status, "error"), retry_after=retry_after)


def _type_of(event: Event) -> str:
    """The type of an `error` event's error. Raises ModelFailed where it names none."""
    error = event.get("error")
    if not isinstance(error, dict) or not isinstance(error.get("type"), str):
        raise ModelFailed("broken_stream")
    return str(error["type"])


def _seconds(retry_after: str | None) -> float:
    """A `retry-after` header in seconds; a date, which the API does not send, counts as too long to wait."""
    if not retry_after:
        return 0
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        return LONGEST_RETRY_WAIT * 2
