"""A visitor who would rather write to a person, where the owner wishes that, and when the owner hears of it."""

from collections.abc import AsyncIterator
from datetime import time

import pytest
from browsers import chromium, open_page
from playwright.async_api import Browser, expect
from sites import SiteUnderTest, running_site
from visitors import VisitorSide

from handlers.messages import VisitorMessage
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.alerts.quiet_hours import QuietHours
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import Database, new_id

NIGHT = QuietHours(time(0), time(23, 59))  # whenever the test runs


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def offered(site: SiteUnderTest, **changed: object) -> App:
    app = await site.an_app("kotori", "Kotori")
    await AppRepository(site.db).update(app.scope, changed)
    return app


async def test_a_person_is_asked_from_the_first_screen_and_mimi_keeps_out_of_it(
    site: SiteUnderTest, browser: Browser
) -> None:
    app = await offered(site, person_first=True)
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    await page.fill("#text", "May I use it in my shop?")
    await page.get_by_role("button", name="Ask a person").click()
    await expect(page.locator(".said.mimi .words").last).to_contain_text("I have passed your question to the owner.")
    [alert] = await site.side.alerts.list_open(app.scope)
    assert (alert.kind, alert.question) == (AlertKind.HANDOFF, "May I use it in my shop?")
    await page.fill("#text", "Does it work offline?")
    await page.press("#text", "Enter")
    await expect(page.locator(".said.mimi strong")).to_be_visible()


async def test_without_javascript_the_button_does_the_same(site: SiteUnderTest, browser: Browser) -> None:
    app = await offered(site, person_first=True)
    page = await open_page(browser, scripts=False)
    await page.goto(f"{site.url}/@kotori?lang=en")
    await page.fill("#text", "May I use it in my shop?")
    await page.get_by_role("button", name="Ask a person").click()
    await expect(page.locator(".said.mimi .words").last).to_contain_text("I have passed your question to the owner.")
    assert len(await site.side.alerts.list_open(app.scope)) == 1


@pytest.mark.parametrize("changed", [{}, {"paused": True, "person_first": True}])
async def test_the_button_is_there_only_where_it_means_something(site: SiteUnderTest, changed: dict[str, bool]) -> None:
    await offered(site, **changed)
    shown = await (await site.get("/@kotori?lang=en")).text()
    assert "Ask a person" not in shown
    assert "(Tokyo)" not in shown


@pytest.mark.parametrize(
    ("lang", "told"), [("en", "11:59\u202fPM (Tokyo)"), ("ja", "23:59（東京）"), ("de", "23:59 (Tokio)")]
)
async def test_in_quiet_hours_it_is_said_when_the_owner_hears_by_the_clock_of_a_named_place(
    site: SiteUnderTest, lang: str, told: str
) -> None:
    app = await offered(site, person_first=True)
    await AlertSettingsRepository(site.db).set_quiet(app.scope, NIGHT)
    assert told in await (await site.get(f"/@kotori?lang={lang}")).text()


async def test_what_is_passed_on_at_night_says_so_too(visitors: VisitorSide) -> None:
    app = await visitors.change(await visitors.app(), paused=True)
    await AlertSettingsRepository(visitors.db).set_quiet(app.scope, NIGHT)
    client_id = "00000000-0000-4000-8000-" + new_id()[:12]
    accepted = await visitors.answers.accept(app, VisitorMessage(client_id, "Is it free?"))
    said = (await visitors.stored(app, accepted)).text
    assert said.startswith("I have passed your question to the owner, who will be told at 11:59")
    notice = await visitors.answers.handoff(app, accepted.key, "ja")
    assert notice.text.say("ja").startswith("ご質問を運営者に伝えました。知らせが届くのは23:59（東京）以降")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Leave a question about Kotori"), ("ja", "Kotoriへの質問を残す"), ("ko", "Kotori에 대한 질문 남기기")],
)
async def test_a_paused_page_does_not_speak_as_if_mimi_answered(site: SiteUnderTest, lang: str, words: str) -> None:
    await offered(site, paused=True)
    shown = await (await site.get(f"/@kotori?lang={lang}")).text()
    assert f'placeholder="{words}"' in shown
    assert "I am mimi" not in shown
