"""A conversation that its owner has open in a real browser goes on by itself, and nothing typed there is lost."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from browsers import PHONE, chromium, fits, open_page
from playwright.async_api import Browser, Page, expect
from sites import SiteUnderTest, running_site
from test_web_takeover import LIST, asked, said

from knowledge.store.database import Database
from web.site.sse import end_all


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


async def sign_in(site: SiteUnderTest, page: Page) -> None:
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    await page.goto(f"{site.url}/sign-in/{link.token}")
    await page.locator("main button").click()
    await page.wait_for_url(f"{site.url}/owner**")


async def looks_at(site: SiteUnderTest, browser: Browser, conversation: str, width: int = PHONE) -> Page:
    """The owner's browser, as soon as it is told what happens."""
    page = await open_page(browser, width=width)
    await sign_in(site, page)
    await page.goto(f"{site.url}{LIST}/{conversation}")
    await hears(page)
    return page


async def hears(page: Page) -> None:
    await expect(page.locator("#look")).to_be_hidden()


async def test_what_is_said_at_either_door_appears_and_what_is_typed_stays(
    site: SiteUnderTest, browser: Browser
) -> None:
    key, conversation = await asked(site)
    page = await looks_at(site, browser, conversation)
    await page.get_by_role("button", name="Talk to the visitor").click()
    await expect(page.get_by_role("heading", name="You are answering here")).to_be_visible()
    field = page.get_by_label("To the visitor")
    await field.type("I am just wri")
    place = await page.locator("#speaking").bounding_box()
    await site.ask("Are you <b>there</b>?", key=key)
    await expect(page.locator(".said.visitor .words").last).to_have_text("Are you <b>there</b>?")
    await expect(page.locator("#heard")).to_have_text("Visitor Are you <b>there</b>?")
    await site.side.takeovers.say(site.owners["yuki"].scope, conversation, "Yes, in LINE.")
    await expect(page.locator(".said.owner .words").last).to_have_text("Yes, in LINE.")
    assert await page.locator("#speaking").bounding_box() == place
    await page.keyboard.type("ting.")
    await expect(field).to_have_value("I am just writing.")
    await page.get_by_role("button", name="Send").dblclick()
    await expect(page.locator(".said.owner .words").last).to_have_text("I am just writing.")
    await expect(field).to_have_value("")
    await page.get_by_role("button", name="Hand back to mimi").click()
    await page.wait_for_url("**/answers")
    assert [what for who, what in await said(site, key) if who == "owner"] == ["Yes, in LINE.", "I am just writing."]


async def test_mimis_answer_takes_the_place_of_the_one_being_written(site: SiteUnderTest, browser: Browser) -> None:
    key, conversation = await asked(site)
    page = await looks_at(site, browser, conversation)
    before = await page.locator(".said").count()
    site.model.answer_text = "Yes, under **Display**."
    await site.ask("And at night?", key=key)
    await expect(page.locator(".said.mimi .words").last).to_have_text("Yes, under Display.")
    assert await page.locator(".said").count() == before + 2


async def test_a_new_process_goes_on_without_a_gap_and_says_nothing_twice(
    site: SiteUnderTest, browser: Browser
) -> None:
    key, conversation = await asked(site)
    page = await looks_at(site, browser, conversation)
    await page.get_by_role("button", name="Talk to the visitor").click()
    await expect(page.get_by_role("heading", name="You are answering here")).to_be_visible()
    for number in range(3):
        await end_all(site.app)
        await site.ask(f"Number {number}", key=key)
    await expect(page.locator(".said.visitor .words")).to_have_text(
        ["Is there a dark mode?", "Number 0", "Number 1", "Number 2"]
    )


async def test_handed_back_elsewhere_the_page_says_so_and_keeps_the_words(
    site: SiteUnderTest, browser: Browser
) -> None:
    key, conversation = await asked(site)
    scope = site.owners["yuki"].scope
    await site.side.takeovers.begin(scope, conversation)
    page = await looks_at(site, browser, conversation)
    await page.get_by_label("To the visitor").fill("Half a sent")
    await site.side.takeovers.end(scope, conversation)
    await expect(page.get_by_role("heading", name="mimi is answering here")).to_be_visible()
    await expect(page.get_by_role("button", name="Hand back to mimi")).to_be_hidden()
    await expect(page.get_by_label("To the visitor")).to_have_value("Half a sent")
    await page.get_by_role("button", name="Talk to the visitor").click()
    await expect(page.locator(".said.owner .words")).to_have_text("Half a sent")
    assert (await said(site, key))[-2:] == [("presence", "came"), ("owner", "Half a sent")]


async def test_a_browser_that_was_signed_out_is_told_nothing_and_goes_on_once_signed_in(
    site: SiteUnderTest, browser: Browser
) -> None:
    key, conversation = await asked(site)
    await site.side.takeovers.begin(site.owners["yuki"].scope, conversation)
    page = await looks_at(site, browser, conversation)
    await page.get_by_label("To the visitor").fill("I was here")
    [cookie] = [each for each in await page.context.cookies() if each["name"] == "__Host-mimi"]
    await site.accounts.sign_out(cookie["value"])
    await site.ask("Are you there?", key=key)
    await expect(page.locator("#problem")).to_contain_text("You are no longer signed in.")
    await expect(page.get_by_text("Are you there?")).to_have_count(0)
    await expect(page.get_by_label("To the visitor")).to_have_value("I was here")
    await sign_in(site, await page.context.new_page())
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".said.owner .words")).to_have_text("I was here")
    await expect(page.get_by_text("Are you there?")).to_have_count(1)
    await expect(page.locator("#problem")).to_be_hidden()


async def test_words_to_a_conversation_that_is_deleted_meanwhile_stay_on_the_page(
    site: SiteUnderTest, browser: Browser
) -> None:
    key, conversation = await asked(site)
    page = await looks_at(site, browser, conversation)
    await page.get_by_label("To the visitor").fill("Too late")
    await site.side.conversations.delete(await site.apps.public("kotori"), key)
    await expect(page.locator("#problem")).to_contain_text("the visitor deleted it")
    await page.get_by_role("button", name="Talk to the visitor").click()
    await expect(page.locator("#problem")).to_contain_text("the visitor deleted it")
    await expect(page.get_by_label("To the visitor")).to_have_value("Too late")


async def test_words_half_written_are_there_again_after_looking_elsewhere(
    site: SiteUnderTest, browser: Browser
) -> None:
    key, conversation = await asked(site)
    page = await looks_at(site, browser, conversation)
    await page.get_by_label("To the visitor").fill("One moment, I look it")
    await page.get_by_role("link", name="Was this right?").click()
    await page.get_by_role("link", name="Back to the conversation").click()
    await hears(page)
    await expect(page.get_by_label("To the visitor")).to_have_value("One moment, I look it")
    await page.get_by_role("button", name="Talk to the visitor").click()
    await expect(page.locator(".said.owner .words")).to_have_text("One moment, I look it")
    await page.reload()
    await hears(page)
    await expect(page.get_by_label("To the visitor")).to_have_value("")
    assert (await said(site, key))[-1] == ("owner", "One moment, I look it")


async def test_words_that_could_not_be_sent_stay_and_go_by_the_next_tap(site: SiteUnderTest, browser: Browser) -> None:
    _, conversation = await asked(site)
    page = await looks_at(site, browser, conversation)
    await page.context.set_offline(True)
    await page.get_by_label("To the visitor").fill("From a train")
    await page.get_by_role("button", name="Talk to the visitor").click()
    await expect(page.locator("#problem")).to_contain_text("It could not be sent.")
    await expect(page.get_by_label("To the visitor")).to_have_value("From a train")
    await page.context.set_offline(False)
    await page.get_by_role("button", name="Talk to the visitor").click()
    await expect(page.locator(".said.owner .words")).to_have_text("From a train")


async def test_who_reads_further_up_is_not_moved_but_told(site: SiteUnderTest, browser: Browser) -> None:
    key, conversation = await asked(site, "Hello?\n" * 30)
    await site.side.takeovers.begin(site.owners["yuki"].scope, conversation)
    for number in range(4):
        await site.ask(f"Line {number}\n" * 20, key=key)
    page = await looks_at(site, browser, conversation)
    await page.evaluate("scrollTo(0, 600)")
    await site.ask("The newest", key=key)
    below = page.get_by_role("link", name="New messages below")
    await expect(below).to_be_visible()
    assert await page.evaluate("scrollY") == 600
    await below.click()
    await expect(page.get_by_text("The newest", exact=True)).to_be_in_viewport()
    await expect(below).to_be_hidden()


async def test_the_list_tells_of_new_conversations_and_leaves_its_rows_where_they_are(
    site: SiteUnderTest, browser: Browser
) -> None:
    key, _ = await asked(site)
    page = await open_page(browser)
    await sign_in(site, page)
    site.side.clock.advance(timedelta(seconds=1))
    await page.goto(f"{site.url}{LIST}")
    site.side.clock.advance(timedelta(seconds=1))
    await site.ask("Again me", key=key)
    await asked(site, "Is it free?")
    await expect(page.get_by_role("link", name="1 new")).to_be_visible()
    await end_all(site.app)
    await asked(site, "Does it sync?")
    await expect(page.get_by_role("link", name="2 new")).to_be_visible()
    await expect(page.locator(".faqs li")).to_have_count(1)
    await page.get_by_role("link", name="2 new").click()
    await expect(page.locator(".faqs h2")).to_have_text(["Does it sync?", "Is it free?", "Is there a dark mode?"])


async def test_pictures_of_a_conversation_fit_their_screens(site: SiteUnderTest, browser: Browser) -> None:
    scope = (await site.apps.public("kotori")).scope
    await site.faqs.add(scope, "問い合わせ先は？", "山田太郎（090-1234-5678）までお電話ください。")
    site.model.answer_text = (
        "お問い合わせは山田太郎、090-1234-5678 までお電話ください。\n\n- 平日 10時〜17時\n- 土日は休み"
    )
    key, conversation = await asked(site, "問い合わせ先の電話番号を教えてください。")
    await site.ask("https://very-long.example/" + "a" * 120, key=key)
    await site.side.takeovers.begin(site.owners["yuki"].scope, conversation)
    await site.side.takeovers.say(
        site.owners["yuki"].scope, conversation, "作者です。メールでどうぞ。\nsupport@kotori.example"
    )
    await site.ask("ありがとうございます！", key=key)
    page = await open_page(browser)
    await sign_in(site, page)
    for lang in ("ja", "en"):
        await page.goto(f"{site.url}{LIST}/{conversation}?lang={lang}")
        await hears(page)
        await fits(page, f"owner-conversation-{lang}")
    await page.locator(".said.mimi .pin a").first.click()
    await fits(page, "owner-correction")
    await page.goto(f"{site.url}{LIST}?lang=ja")
    await fits(page, "owner-conversations")
