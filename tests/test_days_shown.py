"""Whatever day or time stands on a page of an owner's is their own, not the server's, and the page names the clock."""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from clock import FrozenClock
from house import HANDLE, House, furnished, pages_of

from handlers.told_times import zone_words
from knowledge.phrases import LANGS
from knowledge.store.database import Database

# Views and what an answer costs are counted by the day of Japan, whoever's the app is, and the page says so.
COUNTED_IN_JAPAN = {"/owner/apps/{handle}/insight"}
# Where it is another day for the server than for the owner: at 8:30 in Tokyo, and at 23:30 in California.
HERE_ANOTHER_DAY = {
    "Asia/Tokyo": datetime(2041, 5, 8, 23, 30, tzinfo=UTC),
    "America/Los_Angeles": datetime(2041, 5, 9, 6, 30, tzinfo=UTC),
}


class Words(HTMLParser):
    """What is read of a page: its text, and what stands in its fields."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[str] = []
        self._skips = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skips = tag in {"script", "style"}
        self.read += [value for name, value in attrs if name in {"value", "aria-label", "title"} and value]

    def handle_endtag(self, tag: str) -> None:
        self._skips = False

    def handle_data(self, data: str) -> None:
        self.read += [] if self._skips else [data]


def written(day: date) -> re.Pattern[str]:
    """A day in every way in which mimi may write it."""
    ways = {format_date(day, way, locale=lang) for lang in LANGS for way in ("short", "medium", "long", "MMM d", "M/d")}
    return re.compile("|".join(rf"(?<!\d){re.escape(way)}(?!\d)" for way in {*ways, day.isoformat()}))


async def days_on(house: House, lang: str, wrong: re.Pattern[str]) -> dict[str, list[str]]:
    """Page -> the wrong days that stand on it."""
    found = {}
    for path, address in (await pages_of(house)).items():
        if not path.startswith("/owner") or path in COUNTED_IN_JAPAN:
            continue
        ends = "&" if "?" in address else "?"
        got = await house.site.get(f"{address}{ends}lang={lang}", headers=house.headers)
        words = Words()
        words.feed(await got.text())
        if days := wrong.findall(" ".join(words.read)):
            found[path] = days
    return found


@pytest.mark.parametrize("zone", HERE_ANOTHER_DAY)
async def test_no_page_of_an_owner_shows_the_servers_day(db: Database, zone: str) -> None:
    now = HERE_ANOTHER_DAY[zone]
    async with furnished(db, FrozenClock(now)) as house:
        owner = house.site.owners["yuki"].scope
        await house.site.areas.alerts.preferences.set_time_zone(owner, zone)
        theirs = now.astimezone(ZoneInfo(zone)).date()
        assert theirs != now.date()
        for lang in LANGS:
            assert await days_on(house, lang, written(now.date())) == {}
            shown = await days_on(house, lang, written(theirs))
            named = zone_words(ZoneInfo(zone), lang)
            # At least these are known to show one; each names whose day it is.
            assert {f"/owner/apps/{{handle}}/{each}" for each in ("documents", "conversations")} <= set(shown)
            for path in shown:
                address = (await pages_of(house))[path]
                got = await house.site.get(f"{address}?lang={lang}", headers=house.headers)
                assert named in await got.text(), (path, lang)


async def test_a_key_is_used_on_the_owners_day(db: Database) -> None:
    now = HERE_ANOTHER_DAY["America/Los_Angeles"]
    async with furnished(db, FrozenClock(now)) as house:
        owner, keys = house.site.owners["yuki"].scope, house.site.areas.programs.keys
        await house.site.areas.alerts.preferences.set_time_zone(owner, "America/Los_Angeles")
        _key, secret = await keys.make(house.app, "CI", (await keys.list(house.app.scope))[0].reach)
        await keys.caller(secret)
        used = {each.name: each.used_on for each in await keys.list(house.app.scope)}
        assert used["CI"] == (now.date() - timedelta(days=1)).isoformat()
        page = await house.site.get(f"/owner/apps/{HANDLE}/keys?lang=en", headers=house.headers)
        assert "May 8, 2041" in await page.text()
        assert "Pacific Time" in await page.text()


async def test_the_days_of_insight_say_whose_they_are(db: Database) -> None:
    async with furnished(db, FrozenClock(HERE_ANOTHER_DAY["Asia/Tokyo"])) as house:
        page = await (await house.site.get(f"/owner/apps/{HANDLE}/insight?lang=ja", headers=house.headers)).text()
        assert written(date(2041, 5, 9)).search(page)
        assert not written(date(2041, 5, 10)).search(page)
        assert zone_words(ZoneInfo("Asia/Tokyo"), "ja") in page
