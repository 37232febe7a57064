"""What sites let programs read, as their robots.txt say (RFC 9309), each kept for an hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from yarl import URL

from handlers.ports import AGENT, Clock, Pages
from knowledge.importing.reading import Reading, SiteRules
from knowledge.store.database import OwnerId

ROBOTS_KEPT = timedelta(hours=1)


class SiteRobots:
    """Asks each site once for its rules, whoever wants to know."""

    def __init__(self, web: Pages, reading: Reading, clock: Clock) -> None:
        self._web = web
        self._reading = reading
        self._clock = clock
        self._kept: dict[URL, tuple[datetime, bytes]] = {}

    async def of(self, url: str, urls: Sequence[str], owner_id: OwnerId) -> SiteRules:
        """Which of these addresses of the site of `url` may be read, how fast, and its sitemaps.

        Raises MimiError where its robots.txt cannot be had.
        """
        origin, now = URL(url).origin(), self._clock.now()
        if origin not in self._kept or self._kept[origin][0] < now:
            self._kept = {each: kept for each, kept in self._kept.items() if kept[0] >= now}
            self._kept[origin] = now + ROBOTS_KEPT, await self._web.rules(url)
        return await self._reading.rules(self._kept[origin][1], AGENT, urls, owner_id)
