"""The settings of an app on the web: what each does, numbers in fields of their own, and a colour one sees first."""

import re
from collections.abc import AsyncIterator
from http import HTTPStatus

import pytest
from browsers import fits, open_page
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest, running_site

from handlers.apps.settings import SETTINGS
from knowledge.store.apps.apps import Theme
from knowledge.store.conversations.visitor_limits import VisitorLimits
from knowledge.store.database import Database
from web.owner.apps.setting_fields import DOES, grouped

HERE = "/owner/apps/kotori"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def _opened(site: SiteUnderTest, browser: Browser, **how: bool) -> Page:
    page = await open_page(browser, **how)  # type: ignore[arg-type]
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    await page.goto(f"{site.url}/sign-in/{link.token}")
    await page.get_by_role("button", name="Sign in").click()
    await page.goto(f"{site.url}{HERE}/settings")
    return page


async def _accent(site: SiteUnderTest) -> str:
    return (await site.apps.public("kotori")).theme.accent


def test_every_setting_stands_once_and_says_what_it_does() -> None:
    shown = [each.key for _title, settings in grouped() for each in settings]
    assert sorted(shown) == sorted(each.key for each in SETTINGS)
    assert set(DOES) == set(shown)


async def test_numbers_have_fields_of_their_own(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    shown = await (await site.get(f"{HERE}/settings", headers=headers)).text()
    fields = dict(re.findall(r'<input name="(per_minute|per_day|keep|mask)" value="(\w*)"', shown))
    assert fields == {"per_minute": "8", "per_day": "100", "keep": "180", "mask": "30"}
    typed = {"per_minute": "5 ", "per_day": "５０", "keep": "90", "mask": "0"}
    assert (await site.post(f"{HERE}/settings", data=typed, headers=headers)).status == HTTPStatus.SEE_OTHER
    app = await site.apps.public("kotori")
    assert (app.visitor_limits, app.kept_days, app.masked_days) == (VisitorLimits(5, 50), 90, 0)


async def test_a_number_that_does_not_fit_stays_where_it_was_written(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    typed = {"per_minute": "many", "per_day": "50", "keep": "90"}
    refused = await site.post(f"{HERE}/settings", data=typed, headers=headers)
    shown = await refused.text()
    assert (refused.status, 'class="problem"' in shown) == (HTTPStatus.BAD_REQUEST, True)
    assert 'name="per_minute" value="many"' in shown
    assert 'name="per_day" value="50"' in shown
    assert (await site.apps.public("kotori")).kept_days == 180


@pytest.mark.parametrize(
    ("query", "fill", "halves"),
    [
        ("color=%23ffff00", "#ffff00", 2),
        ("color=abc", "#aabbcc", 2),
        ("color=-&look=dark", "#f0a57c", 1),
        ("color=%23000&look=light", "#000000", 1),
        ("look=auto", "#a84a22", 2),
    ],
)
async def test_the_sample_shows_a_colour_before_it_is_saved(
    site: SiteUnderTest, query: str, fill: str, halves: int
) -> None:
    response = await site.get(f"{HERE}/sample.svg?{query}", headers=await site.sign_in())
    drawn = await response.text()
    assert response.headers["Content-Type"].startswith("image/svg+xml")
    assert f'fill="{fill}"' in drawn
    assert drawn.count("<g ") == halves
    assert await _accent(site) == ""


@pytest.mark.parametrize("query", ["color=red%22", "color=%23ffff0", "look=x"])
async def test_what_is_no_colour_has_no_sample(site: SiteUnderTest, query: str) -> None:
    assert (await site.get(f"{HERE}/sample.svg?{query}", headers=await site.sign_in())).status == HTTPStatus.NOT_FOUND


async def test_a_name_is_text_in_the_sample_and_nobody_elses(site: SiteUnderTest) -> None:
    await site.an_app("other", "Other", owner="other")
    app = await site.apps.public("kotori")
    await site.areas.apps.settings.set(app.scope, {"name": "<b>&" + "w" * 36})
    drawn = await (await site.get(f"{HERE}/sample.svg", headers=await site.sign_in())).text()
    assert "&lt;b&gt;&amp;wwwwwww…</text>" in drawn
    other = await site.get(f"{HERE}/sample.svg", headers=await site.sign_in("other"))
    assert other.status == HTTPStatus.NOT_FOUND


async def test_a_colour_that_is_picked_is_shown_at_once_and_saved(site: SiteUnderTest, browser: Browser) -> None:
    page = await _opened(site, browser)
    sample = page.locator("#sample")
    await page.get_by_role("radio", name="Green").check()
    await expect(sample).to_have_attribute("src", re.compile("color=%2300796b"))
    await page.fill("#picker", "#ffff00")
    await expect(page.locator("[name=own_color]")).to_have_value("#ffff00")
    await expect(page.get_by_role("radio", name="Another colour")).to_be_checked()
    await expect(sample).to_have_attribute("src", re.compile("color=%23ffff00"))
    await page.fill("[name=own_color]", "C2185B")
    await expect(page.locator("#picker")).to_have_value("#c2185b")
    await page.select_option("#look", "dark")
    await expect(sample).to_have_attribute("src", re.compile("color=%23c2185b&look=dark"))
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_have_text("Your change is saved.")
    assert await _accent(site) == "#c2185b"


async def test_the_form_takes_a_colour_without_a_script_too(site: SiteUnderTest, browser: Browser) -> None:
    page = await _opened(site, browser, scripts=False)
    await expect(page.locator("#picker")).to_be_hidden()
    await page.get_by_role("radio", name="Another colour").check()
    await page.fill("[name=own_color]", "#1F6FEB")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_have_text("Your change is saved.")
    assert await _accent(site) == "#1f6feb"


async def test_a_long_text_about_the_app_leaves_the_chat_in_sight(site: SiteUnderTest, browser: Browser) -> None:
    app = await site.apps.public("kotori")
    await site.areas.apps.settings.set(app.scope, {"bio": "あ" * 500, "name": "N" * 40})
    page = await open_page(browser, width=390)
    await page.goto(f"{site.url}/@kotori")
    await expect(page.locator(".greeting")).to_be_in_viewport()
    bio = page.locator(".bio summary")
    folded = await bio.bounding_box()
    await bio.click()
    opened = await bio.bounding_box()
    assert folded
    assert opened
    assert folded["height"] * 3 < opened["height"]


@pytest.mark.parametrize("accent", ["#ffff00", "#000000", "#ffffff"])
async def test_pages_fit_in_any_colour(site: SiteUnderTest, browser: Browser, accent: str) -> None:
    app = await site.apps.public("kotori")
    await site.areas.apps.settings.set(app.scope, {"color": accent, "name": "تطبيق" + "N" * 34})
    assert (await site.apps.public("kotori")).theme == Theme(accent)
    page = await _opened(site, browser)
    await fits(page, f"settings-{accent[1:]}")
    await page.goto(f"{site.url}/@kotori")
    await fits(page, f"talk-{accent[1:]}")
