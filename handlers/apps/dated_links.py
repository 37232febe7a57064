"""Links that stand on an app's page on some days only, which begin and end with the day where the app is at home."""

from datetime import date
from zoneinfo import ZoneInfo

from babel.dates import format_date

from handlers.home_zones import HomeZones
from handlers.messages import Words
from handlers.ports import Clock
from knowledge.phrases import Lang, _
from knowledge.store.apps.apps import App, Link
from knowledge.store.database import OwnerScope


class DatedLinks:
    """Which links of an app show today."""

    def __init__(self, zones: HomeZones, clock: Clock) -> None:
        self._zones = zones
        self._clock = clock

    async def shown(self, app: App) -> tuple[Link, ...]:
        """Those that show now; nobody is asked for a zone where none has days. Raises what the store raises."""
        if not any(link.since or link.until for link in app.links):
            return app.links
        return app.links_on(await self.today(app.scope))

    async def today(self, owner: OwnerScope) -> date:
        """The day that it is where the owner's apps are at home."""
        return self._clock.now().astimezone(await self.zone(owner)).date()

    async def zone(self, owner: OwnerScope) -> ZoneInfo:
        return await self._zones.of(owner)


def days_words(link: Link, today: date, lang: Lang) -> Words:
    """For its owner: on which days it shows, and whether that is to come or over; empty for one without days."""
    since, until = (format_date(day, "medium", locale=lang) if day else "" for day in (link.since, link.until))
    if link.until and link.until < today:
        return _("Ended on {day}", day=until)
    if link.since and link.since > today:
        return _("From {first} to {last}", first=since, last=until) if until else _("From {day}", day=since)
    return _("Until {day}", day=until) if until else _("Since {day}", day=since) if since else ""
