"""The same thing open in two tabs, or two browsers: whoever saves last takes nothing away from whoever saved first."""

import html
import re
from collections.abc import AsyncIterator

import pytest
from sent_forms import SentForm, forms_of
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database

ROOM = "/owner/apps/kotori"
SETTINGS, NOTE = "/owner/apps/{handle}/settings", "/owner/apps/{handle}/news/{note}"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def opened(site: SiteUnderTest, headers: dict[str, str], page: str, route: str) -> SentForm:
    """One form of a page, as it is now."""
    shown = await (await site.get(page, headers=headers)).text()
    return next(form for form in forms_of(shown, filled_in=False) if form.route == route)


async def save(site: SiteUnderTest, headers: dict[str, str], form: SentForm, **typed: str) -> tuple[int, str]:
    """Type this into it and send it, as a browser does with line ends."""
    fields = [(name, typed.get(name, value)) for name, value in form.fields if name != "do"]
    sent = SentForm(
        form.route, form.action, [(name, str(value).replace("\n", "\r\n")) for name, value in fields], form.multipart
    )
    answer = await site.post(form.action, data=sent.body(), headers=headers | {"Accept": "text/html"})
    return answer.status, html.unescape(await answer.text())


async def test_settings_that_only_stood_in_a_form_stay_as_another_has_set_them(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    scope = (await site.apps.public("kotori")).scope
    await site.areas.apps.settings.set(scope, {"bio": "One\nTwo", "limits": "5 50"})
    first, second = [await opened(site, headers, f"{ROOM}/settings", SETTINGS) for _tab in range(2)]
    assert (await save(site, headers, first, bio="A bird\nthat sings", per_minute="6"))[0] == 303
    assert (await save(site, headers, second, greeting="Hello!"))[0] == 303
    app = await site.apps.public("kotori")
    assert (app.bio, app.greeting, app.visitor_limits.per_minute) == ("A bird\nthat sings", "Hello!", 6)


async def test_a_setting_that_both_have_changed_is_shown_twice_and_the_second_may_win(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    first, second = [await opened(site, headers, f"{ROOM}/settings", SETTINGS) for _tab in range(2)]
    await save(site, headers, first, bio="A bird", greeting="Hello!")
    status, shown = await save(site, headers, second, bio="A sheep")
    assert status == 409
    assert re.search(r"As it is now</p><p[^>]*>A bird<", shown)
    assert ">A sheep</textarea>" in shown
    assert (await site.apps.public("kotori")).bio == "A bird"
    [again] = [form for form in forms_of(shown, filled_in=False) if form.route == SETTINGS]
    assert (await save(site, headers, again))[0] == 303
    app = await site.apps.public("kotori")
    assert (app.bio, app.greeting) == ("A sheep", "Hello!")


async def test_a_setting_that_cannot_be_keeps_what_the_form_had_shown(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    first, second = [await opened(site, headers, f"{ROOM}/settings", SETTINGS) for _tab in range(2)]
    await save(site, headers, first, bio="A bird")
    status, shown = await save(site, headers, second, greeting="Hello!", url="no address")
    assert status == 400
    [again] = [form for form in forms_of(shown, filled_in=False) if form.route == SETTINGS]
    status, shown = await save(site, headers, again, url="https://example.com", bio="A sheep")
    assert status == 409
    assert "A bird" in shown
    assert "A sheep" in shown
    assert ">Hello!</textarea>" in shown


async def test_a_release_note_that_both_correct_is_not_written_over(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    await site.areas.entries.notes.add(await site.apps.public("kotori"), "v1.0（2026年10月2日）\n・ことり。\n")
    first, second = [await opened(site, headers, f"{ROOM}/news", NOTE) for _tab in range(2)]
    assert (await save(site, headers, first, text="A bird sings."))[0] == 303
    status, shown = await save(site, headers, second, text="A sheep sleeps.", title="v1.1")
    assert status == 409
    assert "A bird sings.</p>" in shown
    assert "A sheep sleeps.</textarea>" in shown
    again = next(form for form in forms_of(shown, filled_in=False) if form.route == NOTE)
    assert (await save(site, headers, again))[0] == 303
    [note] = await site.areas.entries.notes.list((await site.apps.public("kotori")).scope)
    assert (note.title, note.text) == ("v1.1", "A sheep sleeps.")
