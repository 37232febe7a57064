"""Only people are counted: not machines, not pages fetched ahead, not whoever objects; and nobody 120 times."""

from collections.abc import AsyncIterator
from datetime import date
from urllib.parse import urlencode

import pytest
from sites import A_PERSON, SiteUnderTest, running_site

from handlers.insight.visits import Device
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import Database
from knowledge.store.insight.page_views import MOST_REFERRERS, OTHERS, PageViewRepository, ViewedDay

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def counted(site: SiteUnderTest) -> ViewedDay:
    app = await site.apps.public("kotori")
    day = date(2040, 4, 2)
    return (await PageViewRepository(site.db).days(app.scope, day, day)).get(day, ViewedDay(0, 0))


@pytest.mark.parametrize(
    ("browser", "device"),
    [
        (IPHONE + "Version/18.0 Mobile/15E148 Safari/604.1", Device.PHONE),
        (IPHONE + "Mobile/15E148 Safari Line/15.1.0", Device.PHONE),
        (ANDROID + "Mobile Safari/537.36 Line/14.9.0/IAB", Device.PHONE),
        (ANDROID + "Safari/537.36", Device.TABLET),
        (
            "Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/80.0.3987.99 Mobile Safari",
            Device.PHONE,
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1 Version/12.1 Mobile Safari/604",
            Device.TABLET,
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0", Device.COMPUTER),
    ],
)
async def test_people_are_counted_by_what_they_read_on(site: SiteUnderTest, browser: str, device: Device) -> None:
    await site.get("/@kotori", headers=A_PERSON | {"User-Agent": browser})
    assert (await counted(site)).devices == {device: 1}


@pytest.mark.parametrize(
    "browser",
    [
        "facebookexternalhit/1.1;line-poker/1.0",  # a page shared in LINE
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36",
        "UptimeRobot/2.0",
        "python-httpx/0.28",
        "curl/8.10",
        "Some-New-Crawler (https://crawler.example)",
        "",
    ],
)
async def test_machines_are_not_counted(site: SiteUnderTest, browser: str) -> None:
    assert (await site.get("/@kotori", headers=A_PERSON | {"User-Agent": browser})).status == 200
    assert (await counted(site)).views == 0


@pytest.mark.parametrize(
    "header",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"X-Purpose": "preview"},
        {"DNT": "1"},
        {"Sec-GPC": "1"},
        {"Sec-Fetch-Dest": "empty"},
        {"Sec-Fetch-Dest": "image"},
        {"Accept": "*/*"},
    ],
    ids=str,
)
async def test_what_nobody_looks_at_and_who_objects_is_not_counted(site: SiteUnderTest, header: dict[str, str]) -> None:
    assert (await site.get("/@kotori", headers=A_PERSON | header)).status == 200
    assert await site.db.collection("page_views").count({}) == 0
    assert await site.db.collection("visitors_today").count({}) == 0
    await site.get("/@kotori", headers=A_PERSON | {"DNT": "0"})
    assert (await counted(site)).views == 1


async def test_a_page_in_the_widgets_frame_was_opened_by_somebody(site: SiteUnderTest) -> None:
    await site.get("/@kotori?embed=widget", headers=A_PERSON | {"Sec-Fetch-Dest": "iframe"})
    assert (await counted(site)).views == 1


async def test_a_head_is_no_look(site: SiteUnderTest) -> None:
    async with site.http.head(site.url + "/@kotori", headers=A_PERSON) as response:
        assert response.status == 200
    assert (await counted(site)).views == 0


async def test_one_address_with_120_browsers_is_a_handful_of_visitors(site: SiteUnderTest) -> None:
    for number in range(120):
        version = f"Gecko/20100101 Firefox/{number}.0" if number % 2 else f"AppleWebKit/537.36 Chrome/{number}.0 Safari"
        browser = f"Mozilla/5.0 (X11; Linux x86_64; rv:{number}) {version}"
        await site.get("/@kotori", headers=A_PERSON | {"User-Agent": browser})
    seen = await counted(site)
    assert (seen.views, seen.visitors) == (120, 2)


async def test_languages_and_hosts_that_link_here_are_counted_apart_from_each_other(site: SiteUnderTest) -> None:
    for referer in (
        "https://t.co/abc?secret=1",
        "https://T.co/",
        "https://mimi.example/@other",
        "nonsense",
        "http://[x",
    ):
        await site.get("/@kotori", headers=A_PERSON | {"Accept-Language": "ja-JP,en;q=0.5", "Referer": referer})
    seen = await counted(site)
    assert (seen.languages, seen.referrers) == ({"ja": 5}, {"t.co": 2})
    [stored] = await site.db.collection("page_views").find({})
    told = str({name: value for name, value in stored.items() if not name.endswith("_id")})  # ids may spell anything
    assert not any(part in told for part in ("secret", "abc", "Mozilla", "127.0.0.1", "JP"))


async def test_a_link_with_a_name_is_counted_by_it_also_at_a_former_handle(site: SiteUnderTest) -> None:
    person = A_PERSON | {"Referer": "https://t.co/abc"}
    await site.get("/@kotori?ref=poster", headers=person)
    await site.get("/@kotori?lang=en&ref=Poster", headers=person)
    for unfit in ("", "a.b", "$inc", "x" * 41, "<b>", "ref ref"):
        await site.get("/@kotori?" + urlencode({"ref": unfit}), headers=person)
    app = await site.apps.public("kotori")
    await AppRepository(site.db).update(app.scope, {"former_handles": ("kotori-2",)})
    moved = await site.get("/@kotori-2?ref=poster", headers=person)
    await site.get(moved.headers["Location"], headers=person)
    assert (await counted(site)).referrers == {"?ref=poster": 3, "t.co": 6}


async def test_invented_hosts_fill_no_more_than_a_days_list(site: SiteUnderTest) -> None:
    for number in range(MOST_REFERRERS + 5):
        await site.get("/@kotori", headers=A_PERSON | {"Referer": f"https://h{number}.example/"})
    seen = await counted(site)
    assert (len(seen.referrers), seen.referrers[OTHERS]) == (MOST_REFERRERS + 1, 5)
