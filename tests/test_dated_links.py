"""A link stands on its app's page on its days alone, where the app is at home, and its owner sees which those are."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from datetime import date, timedelta

import pytest
from owner_chat import OwnerChat
from sites import SiteUnderTest, running_site

from knowledge.errors import BadInput
from knowledge.items import Hit
from knowledge.model.events import ModelEvent, TextDelta
from knowledge.model.prompt import Prompt
from knowledge.store.apps.apps import Link
from knowledge.store.database import Database

SALE = Link("Winter sale", "https://shop.example/sale", date(2040, 4, 4), date(2040, 4, 5))
HERE = "/owner/apps/kotori"


class Listener:
    """A model that notes what it is told of the app."""

    quotes = False

    def __init__(self) -> None:
        self.links: list[tuple[tuple[str, str], ...]] = []

    async def answer(self, prompt: Prompt, hits: Sequence[Hit]) -> AsyncGenerator[ModelEvent, None]:
        self.links.append(prompt.app.links)
        yield TextDelta("Yes.")


@pytest.fixture
def model() -> Listener:
    return Listener()


@pytest.fixture
async def site(db: Database, model: Listener) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db, answers=model) as running:
        await running.an_app()
        yield running


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)  # 2 April 2040, 18:00 in Japan
    await chat.signs_up("Hitsuji", "hitsuji")
    return chat


async def put(site: SiteUnderTest, link: Link = SALE) -> None:
    scope = (await site.apps.public("kotori")).scope
    parts = {"label": link.label, "url": link.url, "since": str(link.since or ""), "until": str(link.until or "")}
    await site.areas.apps.settings.add_item(scope, "links", parts)


async def is_shown(site: SiteUnderTest) -> bool:
    pages = [await (await site.get(path)).text() for path in ("/@kotori", "/@kotori?embed=widget")]
    assert "shop.example" not in pages[1]
    return "shop.example" in pages[0]


async def test_it_comes_and_goes_with_the_day_without_a_write(site: SiteUnderTest) -> None:
    await put(site)
    shown = []
    for hours in (6, 23, 1, 23, 1):  # from 18:00 to the 3rd 0:00, 23:00, the 4th 0:00, 23:00, and the 5th 0:00 in Japan
        site.side.clock.advance(timedelta(hours=hours))
        shown.append(await is_shown(site))
    assert shown == [False, False, True, True, True]
    site.side.clock.advance(timedelta(hours=23))
    assert await is_shown(site)
    site.side.clock.advance(timedelta(hours=1))
    assert not await is_shown(site)


async def test_its_days_are_those_of_the_owners_zone(site: SiteUnderTest) -> None:
    await put(site)
    site.side.clock.advance(timedelta(hours=30))  # the 4th, 0:00 in Japan; the 3rd in Berlin
    await site.areas.alerts.preferences.set_time_zone(site.owners["yuki"].scope, "Europe/Berlin")
    assert not await is_shown(site)


async def test_a_model_is_told_of_it_on_its_days_alone(site: SiteUnderTest, model: Listener) -> None:
    await put(site)
    await site.ask("Is there a sale?")
    site.side.clock.advance(timedelta(days=2))
    await site.ask("Is there a sale now?")
    assert model.links[0] == ()
    assert model.links[-1] == (("Winter sale", "https://shop.example/sale"),)


async def test_a_line_says_all_of_a_link_at_once(chat: OwnerChat) -> None:
    said = await chat.says("/app links Winter sale https://shop.example/sale 4/4-4/5")
    assert (await chat.app()).links == (SALE,)
    assert said == [
        "From Apr 4, 2040 to Apr 5, 2040. The first and the last day are included (Asia/Tokyo).",
        "Changed. Links now:\n1. Winter sale https://shop.example/sale 2040-04-04–2040-04-05",
    ]
    await chat.says("/app リンク　冬セール https://shop.example/w　4月6日から")
    assert (await chat.app()).links[1] == Link("冬セール", "https://shop.example/w", date(2040, 4, 6))


async def test_what_a_line_leaves_open_is_asked_and_days_never_are(chat: OwnerChat) -> None:
    await chat.says("/app links")
    await chat.taps("Add")
    assert (await chat.says("https://a.example until Friday"))[-1] == "What should the link say?"
    await chat.says("First")
    await chat.taps("Add")
    assert (await chat.says("Second b.example/2"))[0].startswith("Changed. Links now:")
    assert (await chat.app()).links == (
        Link("First", "https://a.example", None, date(2040, 4, 6)),
        Link("Second", "https://b.example/2"),
    )


async def test_its_card_says_its_days_and_changes_them(chat: OwnerChat) -> None:
    await chat.says("/app links Sale https://shop.example/sale")
    await chat.taps("Show")
    assert "Asia/Tokyo" in (await chat.taps("Dates"))[0]
    assert (await chat.says("someday"))[0].startswith("I could not read the dates.")
    assert "From Apr 4, 2040 to Apr 5, 2040" in (await chat.says("4/4〜4/5"))[1]
    chat.core.clock.advance(timedelta(days=3))
    assert "Until Apr 5, 2040" in (await chat.says("/app links"))[1]
    chat.core.clock.advance(timedelta(days=1))
    assert "Ended on Apr 5, 2040" in (await chat.says("/app links"))[1]
    await chat.taps("Dates")
    await chat.taps("Always")
    assert (await chat.app()).links == (Link("Sale", "https://shop.example/sale"),)


async def test_the_page_takes_two_days_and_shows_them(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    item = {"label": SALE.label, "url": SALE.url, "since": "2040-04-04", "until": "2040-04-05"}
    await site.post(f"{HERE}/lists/links", data=item, headers=headers)
    assert (await site.apps.public("kotori")).links == (SALE,)
    shown = await (await site.get(f"{HERE}/settings", headers=headers)).text()
    assert "From Apr 4, 2040 to Apr 5, 2040" in shown
    assert 'type="date" value="2040-04-05"' in shown
    here = re.findall(rf'action="({HERE}/lists/links/\w+)[?"]', shown)[0]
    late = {"do": "days", "since": "2040-04-09", "until": "2040-04-05"}
    assert (await site.post(here, data=late, headers=headers)).status == 400
    await site.post(here, data={"do": "days", "since": "", "until": "2040-04-30"}, headers=headers)
    assert (await site.apps.public("kotori")).links[0].until == date(2040, 4, 30)


@pytest.mark.parametrize("days", [{"since": "soon"}, {"since": "2040-04-05", "until": "2040-04-04"}])
async def test_days_that_are_none_are_refused(site: SiteUnderTest, days: dict[str, str]) -> None:
    scope = (await site.apps.public("kotori")).scope
    with pytest.raises(BadInput):
        await site.areas.apps.settings.add_item(scope, "links", {"label": "x", "url": "https://a.example"} | days)
