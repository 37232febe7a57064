"""Every form of the owner's pages sent twice, one after the other and both at once: what it does is done once.

The forms are read from the pages as a browser has them, so a form that is added later is among them by itself.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from house import House, furnished
from lxml import html
from sent_forms import SentForm, forms_in_turn, posted_routes

from knowledge.store.database import Database
from knowledge.store.registry import STORED, create_indexes

# What counts requests and processes, and the mechanism itself.
BESIDE = {"access_log", "form_answers", "limit_counters", "limit_windows", "processes", "mail_counts"}
Send = Callable[[], Awaitable[aiohttp.ClientResponse]]


@dataclass(frozen=True)
class Outcome:
    """What came of a form: the answers, and how many rows more or fewer there are since, by collection."""

    first: str
    second: str
    rows: Mapping[str, int]


async def in_turn(db: Database, send: Send) -> tuple[aiohttp.ClientResponse, aiohttp.ClientResponse]:
    first = await send()
    kept = await everything(db)
    second = await send()
    # A refusal is one each time: it may count, as a wrong code does.
    assert first.status >= 400 or changed(kept, await everything(db)) == set()
    return first, second


async def at_once(db: Database, send: Send) -> tuple[aiohttp.ClientResponse, aiohttp.ClientResponse]:
    first, second = await asyncio.gather(send(), send())
    return first, second


async def everything(db: Database) -> dict[str, list[Any]]:
    """All rows, but for when a session was last used."""
    return {
        stored.name: [
            {name: value for name, value in row.items() if name not in {"used_at"}}
            for row in await db.collection(stored.name).find({}, sort=[("_id", 1)])
        ]
        for stored in STORED
        if stored.name not in BESIDE
    }


def changed(before: Mapping[str, list[Any]], after: Mapping[str, list[Any]]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


async def said(answer: aiohttp.ClientResponse) -> str:
    """What somebody gets to read of it, or where it leads."""
    if answer.status == 303:
        return answer.headers["Location"]
    text = " ".join(html.fromstring(await answer.text()).xpath("//main")[0].text_content().split())
    return re.sub(r"(?<=: )[0-9a-f]{12}\b", "", f"{answer.status} {text}")  # the number of an error


async def outcomes(db: Database, twice: Callable[[Database, Send], Any]) -> dict[str, Outcome]:
    """Of every form that can be sent from some page of a house."""
    found: dict[str, Outcome] = {}
    async with furnished(db) as house:
        await house.site.sign_in()  # in another browser
        await house.site.post(f"/@{house.app.handle}/handoff", json={"conversation": await a_question(house)})
        async for form in forms_in_turn(house):
            before = counted(await everything(db))
            first, second = await twice(db, sender(house, form))
            more = counted(await everything(db))
            more.subtract(before)
            rows = {name: number for name, number in more.items() if number}
            found[form.route] = Outcome(await said(first), await said(second), rows)
    return found


async def a_question(house: House) -> str:
    """Nobody has answered it."""
    house.site.model.knows = False
    asked = await house.site.ask("Macでも使えますか？")
    house.site.model.knows = True
    key: str = (await asked.json())["conversation"]
    return key


def counted(rows: Mapping[str, list[Any]]) -> Counter[str]:
    return Counter({name: len(each) for name, each in rows.items()})


def sender(house: House, form: SentForm) -> Send:
    """Who signs in is not signed in yet: the session of before would end."""
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    headers |= house.headers if form.route.startswith("/owner") else {}
    return lambda: house.site.post(form.action, data=form.body(), headers=headers)


async def test_what_is_sent_twice_is_done_once(db: Database, bare_db: Database) -> None:
    await create_indexes(bare_db)
    one_after_the_other = await outcomes(db, in_turn)
    both_at_once = await outcomes(bare_db, at_once)
    for route, o in one_after_the_other.items():
        print(route, o, both_at_once.get(route) and both_at_once[route].rows)
    print("MISSING", set(posted_routes()) - set(one_after_the_other))
    for found in (one_after_the_other, both_at_once):
        for route, outcome in found.items():
            assert outcome.first == outcome.second, route
    assert {route: each.rows for route, each in both_at_once.items()} == {
        route: each.rows for route, each in one_after_the_other.items()
    }
