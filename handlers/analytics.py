"""Page views, counted without cookies or anything else that tells one visitor from another."""

from datetime import timedelta, timezone

from handlers.ports import Clock
from knowledge.store.database import AppScope
from knowledge.store.page_views import PageViewRepository

# Owners are in Japan, and so are their days.
JAPAN = timezone(timedelta(hours=9))


class PageViews:
    """How often the pages of apps are opened."""

    def __init__(self, views: PageViewRepository, clock: Clock) -> None:
        self._views = views
        self._clock = clock

    async def count(self, scope: AppScope) -> None:
        """One more view of the app's page, today."""
        await self._views.count(scope, self._clock.now().astimezone(JAPAN).date())
