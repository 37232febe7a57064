"""Checks tried with the model itself: what that may cost is known before, and what it cost is counted."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import structlog

from handlers.ports import AnswerModel
from handlers.spending.spending import Bill, Spending
from knowledge.checks.checking import Checking, Fared
from knowledge.items import Hit
from knowledge.model.events import ModelEvent, ModelFailed, Usage
from knowledge.model.prompt import Prompt
from knowledge.store.apps.apps import App
from knowledge.store.learning.checks import Check
from knowledge.store.spending.spending import MILLIONTHS

log = structlog.get_logger(__name__)

MOST_ASKED = 100  # questions at one request: each costs money
PATIENCE = 240.0  # seconds for all of them; shorter than the lease under which they are tried


@dataclass
class CheckResults:
    """What came of it: `fared` of those that were tried; `stopped` by the app's spending limit or by time."""

    fared: Sequence[Fared]
    stopped: bool = False


class CheckAsking:
    """Asks the model that answers visitors."""

    def __init__(self, model: AnswerModel, checking: Checking, spending: Spending) -> None:
        self._model = model
        self._checking = checking
        self._spending = spending

    async def price(self, app: App, count: int) -> float:
        """What so many questions cost at most, about, in US dollars: as if nothing were cached."""
        about = self._spending.about(await self._checking.tokens(app))
        return about * min(count, MOST_ASKED) / MILLIONTHS

    async def ask(self, app: App, checks: Sequence[Check]) -> CheckResults:
        """How the first of them fare. Raises what the store raises."""
        fared: list[Fared] = []
        try:
            async with asyncio.timeout(PATIENCE):
                tokens = await self._checking.tokens(app)
                for check in checks[:MOST_ASKED]:
                    async with self._spending.bill(app.scope) as bill:
                        if not await bill.room_for(tokens):
                            return CheckResults(fared, stopped=True)
                        fared += await self._try(app, check, bill)
        except TimeoutError:
            log.info("checks_took_too_long", app=app.id, asked=len(fared))
            return CheckResults(fared, stopped=True)
        return CheckResults(fared)

    async def _try(self, app: App, check: Check, bill: Bill) -> list[Fared]:
        async def counted(prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
            try:
                async with aclosing(self._model.answer(prompt, hits)) as events:
                    async for event in events:
                        if isinstance(event, Usage):
                            bill.add(event)
                        yield event
            except ModelFailed as failure:
                bill.add(failure.usage)
                raise

        return await self._checking.try_all(app, [check], counted)
