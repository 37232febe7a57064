"""Page views and visitors, counted without cookies or anything that could tell later who somebody was."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from handlers.clock import JAPAN, end_of
from handlers.ports import Clock
from knowledge.store.database import AppScope
from knowledge.store.insight.daily_visitors import VisitorRepository
from knowledge.store.insight.page_views import PageViewRepository

# More than the six months after which a handle that nobody visits may go, and a year to compare with.
KEPT = timedelta(days=400)


class Device(StrEnum):
    """What a page is read on, as far as a browser says it."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"


@dataclass(frozen=True)
class Visit:
    """One look at a page. `address` and `browser` (its family alone) go into today's hash and nowhere else.

    The rest is counted for itself, each apart from the others: the device, the language (`ja`) and the host that
    links here or the link's own name (`?ref=poster`), where they are known.
    """

    address: str = ""
    browser: str = ""
    device: Device = Device.COMPUTER
    language: str = ""
    referrer: str = ""


class PageViews:
    """How often the pages of apps are opened, and by how many."""

    def __init__(self, views: PageViewRepository, visitors: VisitorRepository, clock: Clock) -> None:
        self._views = views
        self._visitors = visitors
        self._clock = clock

    async def count(self, scope: AppScope, visit: Visit) -> None:
        """One more view of the app's page, today."""
        today = self._clock.now().astimezone(JAPAN).date()
        is_first = await self._visitors.is_first(scope, today, end_of(today), visit.address, visit.browser)
        await self._views.count(
            scope, today, end_of(today) + KEPT, visit.device, visit.language, visit.referrer, is_first=is_first
        )
