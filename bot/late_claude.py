"""The models. Claude is imported when it is first asked: a second of CPU and 46 MB, which many never need."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.settings import Settings
from handlers.ports import Models
from knowledge.items import Hit
from knowledge.model.claude_stream import ToolCall
from knowledge.model.drafting import Drafted, QuotedDrafts
from knowledge.model.events import ModelEvent
from knowledge.model.prompt import ModelRequest, Prompt
from knowledge.model.quoting import QuotingAnswers
from knowledge.phrases import Tag

if TYPE_CHECKING:
    from knowledge.model.claude import ClaudeAnswers, ClaudeTools
    from knowledge.model.claude_drafts import ClaudeDrafts


def open_models(stack: AsyncExitStack, settings: Settings) -> Models:
    """Claude where there is a key, else quotations from the knowledge."""
    if not settings.anthropic_api_key.get_secret_value():
        return Models(QuotingAnswers(), QuotedDrafts(), None)
    claude = LateClaude(settings)
    stack.push_async_callback(claude.close)
    return Models(claude, claude, claude)


@dataclass(frozen=True)
class _Made:
    close: Callable[[], Awaitable[None]]
    answers: "ClaudeAnswers"
    drafts: "ClaudeDrafts"
    tools: "ClaudeTools"


class LateClaude:
    """Implements the ports AnswerModel, DraftModel and ToolModel."""

    quotes = False

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: _Made | None = None
        self._making = asyncio.Lock()

    async def begin(self) -> None:
        """Import it now, so that nobody waits for that."""
        await self._claude()

    async def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        async with aclosing((await self._claude()).answers.answer(prompt, hits)) as events:
            async for event in events:
                yield event

    async def draft(self, question: str, lang: Tag, hits: Sequence[Hit]) -> Drafted | None:
        return await (await self._claude()).drafts.draft(question, lang, hits)

    async def call(self, request: ModelRequest) -> ToolCall:
        return await (await self._claude()).tools.call(request)

    async def close(self) -> None:
        if self._made:
            await self._made.close()

    async def _claude(self) -> _Made:
        if self._made is None:
            async with self._making:
                if self._made is None:
                    await asyncio.to_thread(_import)
                    self._made = _make(self._settings)
        return self._made


def _import() -> None:
    import knowledge.model.claude
    import knowledge.model.claude_drafts  # noqa: F401


def _make(settings: Settings) -> _Made:
    from knowledge.model.claude import ClaudeAnswers, ClaudeTools, Patience, claude_client
    from knowledge.model.claude_drafts import ClaudeDrafts

    client = claude_client(settings.anthropic_api_key.get_secret_value(), settings.anthropic_base_url)
    answers = ClaudeAnswers(
        client,
        settings.model,
        Patience(total=settings.model_deadline),
        max_tokens=settings.model_max_tokens,
        retries=settings.model_retries,
    )
    return _Made(client.close, answers, ClaudeDrafts(client, settings.model), ClaudeTools(client, settings.model))
