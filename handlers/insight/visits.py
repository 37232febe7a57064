"""Page views and visitors, counted without cookies or anything that could tell later who somebody was."""

from datetime import date, datetime, time, timedelta

from handlers.clock import JAPAN
from handlers.ports import Clock
from knowledge.store.conversations.visitor_counts import VisitorRepository
from knowledge.store.database import AppScope
from knowledge.store.insight.page_views import PageViewRepository


class PageViews:
    """How often the pages of apps are opened, and by how many."""

    def __init__(self, views: PageViewRepository, visitors: VisitorRepository, clock: Clock) -> None:
        self._views = views
        self._visitors = visitors
        self._clock = clock

    async def count(self, scope: AppScope, address: str = "", browser: str = "") -> None:
        """One more view of the app's page, today; `address` and `browser` go into today's hash and nowhere else."""
        today = self._clock.now().astimezone(JAPAN).date()
        is_first = await self._visitors.is_first(scope, today, end_of(today), address, browser)
        await self._views.count(scope, today, is_first=is_first)


def start_of(day: date) -> datetime:
    """When a day in Japan begins."""
    return datetime.combine(day, time(), JAPAN)


def end_of(day: date) -> datetime:
    """When it is over."""
    return start_of(day) + timedelta(days=1)
