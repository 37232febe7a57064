"""In a real browser: what an owner is told, and the address a visitor leaves for the owner's reply."""

from collections.abc import AsyncIterator

import pytest
from browsers import PHONE, chromium, fits, open_page, shoot
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest, running_site

from knowledge.store.alerts.alert_settings import AlertSettings, AlertSettingsRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import Database
from knowledge.store.outbox.outages import Way, WayRepository
from knowledge.store.outbox.outbox import LATE_ANSWER, Channel, OutboxRepository, OutboxRow, RowState


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app("kotori", "ことり日記")
        running.model.knows = False
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def signed_in(site: SiteUnderTest, page: Page, path: str) -> None:
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    await page.goto(f"{site.url}/sign-in/{link.token}")
    await page.locator("main button").click()
    await page.goto(f"{site.url}{path}")


async def chosen(site: SiteUnderTest) -> AlertSettings:
    return await AlertSettingsRepository(site.db).get(site.owners["yuki"].scope)


@pytest.mark.parametrize("scripts", [True, False])
async def test_kinds_quiet_hours_and_time_zone_are_chosen_and_a_mistake_is_said(
    site: SiteUnderTest, browser: Browser, scripts: bool
) -> None:
    page = await open_page(browser, width=PHONE, scripts=scripts)
    await signed_in(site, page, "/owner/alerts")
    await page.get_by_label("Thumbs down").select_option("Off")
    await page.get_by_label("Limits reached").select_option("With other alerts")
    await page.get_by_label("Quiet from").fill("22:30")
    await page.get_by_label("Quiet until").fill("07:00")
    await page.get_by_label("Time zone").fill("Mars/Olympus")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".problem")).to_contain_text("I do not know that time zone.")
    assert (await chosen(site)).quiet is None
    await page.get_by_label("Thumbs down").select_option("Off")
    await page.get_by_label("Quiet from").fill("22:30")
    await page.get_by_label("Quiet until").fill("07:00")
    await page.get_by_label("Time zone").fill("Europe/Berlin")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".done")).to_have_text("Saved.")
    await expect(page.get_by_label("Thumbs down")).to_have_value("off")
    await expect(page.get_by_label("Quiet from")).to_have_value("22:30")
    kept = await chosen(site)
    assert (str(kept.quiet and kept.quiet.start), kept.time_zone) == ("22:30:00", "Europe/Berlin")


async def test_the_page_says_what_waits_and_since_when_line_takes_nothing(
    site: SiteUnderTest, browser: Browser
) -> None:
    page = await open_page(browser, width=PHONE)
    await signed_in(site, page, "/owner/alerts")
    await expect(page.get_by_text("No alerts are waiting.")).to_be_visible()
    scope, now = site.owners["yuki"].scope, site.side.clock.now()
    for kind, state in (
        (AlertKind.LIMIT, RowState.HELD),
        (LATE_ANSWER, RowState.HELD),
        (LATE_ANSWER, RowState.CARRIED),
    ):
        row = OutboxRow(Channel.LINE, "U1", {"lang": "en", "replies": []}, now, scope.owner_id, kind=kind, state=state)
        await OutboxRepository(site.db).put(row)
    await WayRepository(site.db).shut(Way.PUSH, "401", now, now, now)
    await page.reload()
    await expect(page.get_by_text("Limits reached: 1")).to_be_visible()
    await expect(page.get_by_text("Replies that could not reach you in time: 2")).to_be_visible()
    await expect(page.locator(".problem")).to_contain_text("LINE has not accepted this mimi's messages since")


async def test_the_page_of_alerts_fits_its_screen(site: SiteUnderTest, browser: Browser) -> None:
    for lang in ("en-US", "ja-JP"):
        page = await open_page(browser, lang=lang)
        await signed_in(site, page, f"/owner/alerts?lang={lang[:2]}")
        await fits(page, f"owner-alerts-{lang[:2]}")


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_visitor_leaves_an_address_for_the_reply_and_the_page_keeps_none(
    site: SiteUnderTest, browser: Browser, scripts: bool
) -> None:
    page = await open_page(browser, width=PHONE, scripts=scripts)
    await page.goto(f"{site.url}/@kotori")
    await page.fill("#text", "Who painted it?")
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".said.mimi").last).to_contain_text("passed your question")
    await page.locator("summary", has_text="Get the owner's reply by e-mail too").click()
    await page.get_by_label("Your e-mail address").fill("canary@example.com")
    await shoot(page, f"visitor-by-mail-{'scripts' if scripts else 'plain'}")
    await page.get_by_role("button", name="Agree and send").click()
    await expect(page.get_by_text("you get that reply by e-mail, once")).to_be_visible()
    [kept] = await site.db.collection("return_addresses").find({})
    assert "canary@example.com" in str(kept)
    assert "canary@example.com" not in await page.content()
    assert await page.context.cookies() == []
