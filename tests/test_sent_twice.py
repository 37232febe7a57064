"""Every form of the owner's pages sent twice, one after the other and both at once: what it does is done once.

The forms are read from the pages as a browser has them, so a form that is added later is among them by itself.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from clock import START
from house import House, furnished
from lxml import html
from sent_forms import SentForm, forms_in_turn, posted_routes
from sites import SiteUnderTest, running_site

from knowledge.store.accounts.form_answers import LONGEST, FormAnswers
from knowledge.store.database import Database
from knowledge.store.registry import STORED, create_indexes

# What counts requests and processes, and the mechanism itself.
BESIDE = {"access_log", "form_answers", "limit_counters", "limit_windows", "processes", "mail_counts"}
TEMPLATES = Path(__file__).parent.parent / "web/templates"
# Of what no page of a house has a form: an import at work, a watched page, a visitor who waits, LINE being linked.
_APP = "/owner/apps/{handle}"
NOWHERE = {
    *(f"{_APP}/import/{{job}}/{word}" for word in ("undo", "as", "cancel", "settle", "stop")),
    *(f"{_APP}/waiting/{{alert}}/{word}" for word in ("answer", "dismiss")),
    *(f"{_APP}/documents/{{document}}/{word}" for word in ("look", "watch")),
    f"{_APP}/import/pages/{{page}}",
    f"{_APP}/conversations/{{conversation}}/release/{{message}}",
    f"{_APP}/gaps/{{gap}}/phrasing",
    f"{_APP}/hidden/{{finding}}/nobody",
    "/owner/proposals/{proposal}/discard",
    "/owner/export/back/{return}/cancel",
    "/owner/email/remove",
    "/owner/link",
    "/owner/unlink",
    "/owner/sign-out",  # whose account has ended is out
}
MOST_REFUSED = 14  # what is gone by then, or would need a file or a code of its own
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
        async for form in forms_in_turn(house):
            before = counted(await everything(db))
            first, second = await twice(db, sender(house, form))
            more = counted(await everything(db))
            more.subtract(before)
            rows = {name: number for name, number in more.items() if number}
            found[form.route] = Outcome(await said(first), await said(second), rows)
    return found


def counted(rows: Mapping[str, list[Any]]) -> Counter[str]:
    return Counter({name: len(each) for name, each in rows.items()})


def sender(house: House, form: SentForm) -> Send:
    """Who signs in is not signed in yet: the session of before would end."""
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    headers |= house.headers if form.route.startswith("/owner") else {}
    return lambda: house.site.post(form.action, data=form.body(), headers=headers)


async def test_what_is_sent_twice_is_done_once(db: Database, bare_db: Database) -> None:
    await create_indexes(bare_db)
    one_after_the_other, both_at_once = await outcomes(db, in_turn), await outcomes(bare_db, at_once)
    assert set(posted_routes()) - set(one_after_the_other) <= NOWHERE, "say how a form is reached, or that it is not"
    for found in (one_after_the_other, both_at_once):
        assert {route: each.second for route, each in found.items()} == {
            route: each.first for route, each in found.items()
        }
        assert sum(each.first[:3].isdecimal() and each.first >= "4" for each in found.values()) <= MOST_REFUSED
    done = {route: each.rows for route, each in one_after_the_other.items()}
    assert {route: each.rows for route, each in both_at_once.items()} == done
    assert done["/owner/apps/{handle}/documents"] == {"documents": 1}
    assert done["/owner/apps/{handle}/keys"]["api_keys"] == 1
    assert done["/owner/apps/{handle}/import/text"] == {"imports": 1, "import_files": 1}
    assert done["/owner/apps/{handle}/try"]["trials"] == 1
    assert done["/signin"]["outbox"] == 1


def test_every_form_of_an_owner_bears_the_marks() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text()
        if "owner_base.html" not in text:
            continue
        for action in re.findall(r'<form[^>]*method="post"[^>]*? action="([^"]*)"|formaction="([^"]*)"', text):
            assert "{{ act(" in "".join(action) or "".join(action) == "/owner/sign-out", f"{template.name}: {action}"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def test_a_key_is_shown_to_whoever_pressed_twice_and_to_nobody_else(site: SiteUnderTest) -> None:
    here, elsewhere = [{"Accept": "text/html"} | await site.sign_in() for _browser in range(2)]

    async def made(browser: dict[str, str]) -> str:
        form = {"name": "CI", "reach": "read"}
        page = await site.post("/owner/apps/kotori/keys?once=a-mark", data=form, headers=browser)
        [secret] = re.findall(r'class="secret">([^<]*)<', await page.text())
        return str(secret)

    secret = await made(here)
    assert await made(here) == secret
    assert await made(elsewhere) != secret
    assert await site.db.collection("api_keys").count({}) == 2
    assert secret not in str(await site.db.collection("form_answers").find({}))


async def test_a_link_whose_button_is_pressed_twice_signs_in(site: SiteUnderTest) -> None:
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    pressed = [await site.post("/sign-in?once=a-mark", data={"token": link.token, "to": ""}) for _again in range(2)]
    assert [answer.status for answer in pressed] == [303, 303]
    assert pressed[0].headers["Set-Cookie"] == pressed[1].headers["Set-Cookie"]
    assert await site.db.collection("sessions").count({}) == 1
    without = await site.post("/sign-in?once=another", data={"token": link.token, "to": ""})
    assert without.status == 404


async def test_what_was_refused_is_tried_again(site: SiteUnderTest) -> None:
    browser, scope = await site.sign_in(), (await site.apps.public("kotori")).scope
    first = await site.faqs.add(scope, "何時まで？", "17時まで。")
    form = {"question": "何時まで？", "answer": "18時まで。"}
    assert (await site.post("/owner/apps/kotori/faqs?once=a-mark", data=form, headers=browser)).status == 409
    await site.faqs.remove(scope, first.entry.id)
    assert (await site.post("/owner/apps/kotori/faqs?once=a-mark", data=form, headers=browser)).status == 303
    assert [entry.answer for entry in await site.faqs.list(scope)] == ["18時まで。"]


async def test_whoever_goes_back_and_writes_on_has_sent_another_form(site: SiteUnderTest) -> None:
    browser, scope = await site.sign_in(), (await site.apps.public("kotori")).scope
    for text in ("First words.", "First words.", "First words, and more."):
        with aiohttp.MultipartWriter("form-data") as parts:
            for name, value in (("title", "Guide"), ("text", text)):
                parts.append(value).set_content_disposition("form-data", name=name)
        assert (await site.post("/owner/apps/kotori/documents?once=a-mark", data=parts, headers=browser)).status == 303
    kept = sorted(document.text for document in await site.areas.entries.documents.list(scope))
    assert kept == ["First words, and more.", "First words."]


async def test_a_form_whose_process_died_is_begun_anew(db: Database) -> None:
    forms, now = FormAnswers(db), START
    assert await forms.begin("a form", now)
    assert not await forms.begin("a form", now + LONGEST)
    assert await forms.begin("a form", now + LONGEST + timedelta(seconds=1))
    await forms.end("a form", b"answered")
    assert not await forms.begin("a form", now + 3 * LONGEST)
    assert await forms.answer("a form") == b"answered"
