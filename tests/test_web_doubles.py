"""A new entry that asks the same as another, on the owner's pages: asked about, without a script."""

import re
from collections.abc import AsyncIterator

import pytest
from sites import SiteUnderTest, running_site

from knowledge.store.database import AppScope, Database

ROOM = "/owner/apps/kotori"
TRIAL, FREE, NEVER = "Is there a trial?", "Yes, fourteen days.", "No, <b>never</b>."


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app()
        await running.faqs.add(app.scope, TRIAL, FREE)
        yield running


async def scope(site: SiteUnderTest) -> AppScope:
    return (await site.apps.public("kotori")).scope


async def entries(site: SiteUnderTest) -> list[tuple[str, str]]:
    return [(each.question, each.answer) for each in await site.faqs.list(await scope(site))]


async def asked(site: SiteUnderTest, cookie: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The page that asks, and the form as it stands there."""
    form = {"question": "Is there a TRIAL", "answer": NEVER, "phrasings": "Test it?", "exact": "1"}
    response = await site.post(f"{ROOM}/faqs", data=form, headers=cookie)
    html = await response.text()
    assert response.status == 409
    double = re.search(r'name="double" value="([^"]+)"', html)
    assert double
    return html, {**form, "double": double[1]}


async def test_the_page_asks_with_the_old_answer_and_everything_written_in_its_form(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    html, _form = await asked(site, cookie)
    assert f"“{TRIAL}” asks the same but answers it differently." in html
    assert 'value="Is there a TRIAL"' in html
    assert "No, &lt;b&gt;never&lt;/b&gt;.</textarea>" in html
    assert "Test it?</textarea>" in html
    assert re.findall(r'name="way" value="(\w+)"', html) == ["replace", "both"]
    # What Enter presses changes nothing unasked.
    assert html.index('<button class="main">Save') < html.index('name="way"')
    assert await entries(site) == [(TRIAL, FREE)]


@pytest.mark.parametrize(
    ("way", "kept"),
    [("replace", [("Is there a TRIAL", NEVER)]), ("both", [(TRIAL, FREE), ("Is there a TRIAL", NEVER)])],
)
async def test_a_button_does_it_once(site: SiteUnderTest, way: str, kept: list[tuple[str, str]]) -> None:
    cookie = await site.sign_in()
    _html, form = await asked(site, cookie)
    for _twice in range(2):
        done = await site.post(f"{ROOM}/faqs", data={**form, "way": way}, headers=cookie)
        assert done.status == 303
    assert await entries(site) == kept
    last = (await site.faqs.list(await scope(site)))[-1]
    assert last.exact
    assert "Test it?" in last.phrasings


async def test_another_way_to_ask_is_offered_where_the_answers_agree(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    form = {"question": "Is there any trial?", "answer": "Yes: fourteen days!"}
    html = await (await site.post(f"{ROOM}/faqs", data=form, headers=cookie)).text()
    double = re.search(r'name="double" value="([^"]+)"', html)
    assert double
    assert re.findall(r'name="way" value="(\w+)"', html) == ["phrasing", "replace", "both"]
    for _twice in range(2):
        await site.post(f"{ROOM}/faqs", data={**form, "double": double[1], "way": "phrasing"}, headers=cookie)
    [entry] = await site.faqs.list(await scope(site))
    assert (entry.answer, entry.phrasings) == (FREE, ("Is there any trial?",))


@pytest.mark.parametrize(
    ("field", "value", "status"), [("way", "{$ne", 400), ("way", "phrasing", 400), ("double", "nothing", 404)]
)
async def test_what_no_button_sends_changes_nothing(site: SiteUnderTest, field: str, value: str, status: int) -> None:
    cookie = await site.sign_in()
    _html, form = await asked(site, cookie)
    sent = {"way": "replace", **form, field: value}
    assert (await site.post(f"{ROOM}/faqs", data=sent, headers=cookie)).status == status
    assert await entries(site) == [(TRIAL, FREE)]


async def test_an_answer_kept_from_a_takeover_asks(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    key = (await (await site.ask("Who are you?")).json())["conversation"]
    conversation = await site.side.conversations.by_key(await site.apps.public("kotori"), key)
    here = f"{ROOM}/conversations/{conversation.id}"
    await site.post(f"{here}/talk", data={"text": "No, never again."}, headers=cookie)
    await site.post(f"{here}/hand-back", data={}, headers=cookie)
    html = await (await site.get(f"{here}/answers", headers=cookie)).text()
    action = re.search(rf'action="({here}/answers/[^"?]+)', html)
    assert action
    form = {"question": TRIAL, "answer": "No, never again."}
    response = await site.post(action[1], data=form, headers=cookie)
    html = await response.text()
    double = re.search(r'name="double" value="([^"]+)"', html)
    assert response.status == 409
    assert double
    assert "No, never again.</textarea>" in html
    await site.post(action[1], data={**form, "double": double[1], "way": "replace"}, headers=cookie)
    assert await entries(site) == [(TRIAL, "No, never again.")]
