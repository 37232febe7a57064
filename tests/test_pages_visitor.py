"""The public page in a real browser: with JavaScript and without, on a phone and a desk, light and dark."""

from collections.abc import AsyncIterator
from itertools import product

import pytest
from browsers import DESKTOP, PHONE, fits, open_page, shoot, this_runs_browser
from playwright.async_api import Browser, Page, Route, expect
from sites import SiteUnderTest, running_site

from knowledge.store.apps.apps import AppRepository, Link
from knowledge.store.database import Database

ANSWER = """はい、**オフライン**でも使えます。

1. 設定を開く
2. 「同期」を選ぶ

詳しくは[ガイド](https://kotori.example/guide)をご覧ください。"""


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app("kotori", "ことり日記")
        links = (Link("X", "https://x.com/kotori"), Link("使い方", "https://kotori.example/guide"))
        bio = "小さな毎日を、そっと書きとめる日記アプリ。"
        changed = {"bio": bio, "url": "https://kotori.example", "links": links}
        await AppRepository(db).update(app.scope, changed)
        await running.faqs.add(app.scope, "オフラインで使えますか？", "はい、使えます。")
        running.model.answer_text = ANSWER
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with this_runs_browser() as started:
        yield started


async def ask(page: Page, text: str = "オフラインで使えますか？") -> None:
    await page.fill("#text", text)
    await page.press("#text", "Enter")


async def stored(page: Page) -> int:
    return int(await page.evaluate("sessionStorage.length + localStorage.length + document.cookie.length"))


async def test_an_answer_streams_in_and_ends_rendered(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    assert await stored(page) == 0
    site.model.hold = True
    await ask(page)
    answer = page.locator(".said.mimi").last
    await expect(answer.locator(".words")).to_contain_text("はい、**オフライン**")
    await expect(page.get_by_role("button", name="Stop")).to_be_visible()
    site.model.go.set()
    await expect(answer.locator("strong")).to_have_text("オフライン")
    await expect(answer.locator(".sources li")).to_have_text("オフラインで使えますか？")
    link = answer.get_by_role("link", name="ガイド")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(page.get_by_role("button", name="Send")).to_be_visible()
    assert await page.evaluate("document.cookie") == ""
    assert await page.context.cookies() == []


async def test_the_chat_comes_back_after_a_reload_and_ends_with_the_tab(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    await ask(page)
    await page.get_by_role("button", name="This helped").last.click()
    await expect(page.get_by_role("button", name="This helped").last).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#notice")).to_have_text("Thank you for telling us.")
    await page.reload()
    await expect(page.locator(".said.visitor .words")).to_have_text("オフラインで使えますか？")
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.locator(".said.mimi strong")).to_have_text("オフライン")
    await expect(page.get_by_role("button", name="This helped").last).to_have_attribute("aria-pressed", "true")
    other = await page.context.new_page()
    await other.goto(f"{site.url}/@kotori")
    await expect(other.locator(".said")).to_have_count(1)


async def test_the_owners_words_appear_live_as_text(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    site.model.knows = False
    await ask(page, "いつAndroid版が出ますか？")
    await expect(page.locator(".said.mimi").last.locator(".words")).to_contain_text("運営者に伝えました")
    await expect(page.locator(".said.mimi").last.locator(".feedback")).to_be_hidden()
    app = await site.apps.public("kotori")
    (conversation,) = await site.db.collection("conversations").find({})
    await site.side.conversations.owner_says(app.scope, conversation["_id"], "来月の予定です <b>(仮)</b>")
    await expect(page.locator(".said.owner .words")).to_have_text("来月の予定です <b>(仮)</b>")
    await shoot(page, "owner-live")


async def test_stopping_ends_the_answer_on_the_page(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    site.model.hold = True
    await ask(page)
    await expect(page.locator(".said.mimi").last.locator(".words")).to_contain_text("はい")
    await page.get_by_role("button", name="Stop").click()
    await expect(page.locator("#notice")).to_have_text("Stopped.")
    site.model.go.set()
    await ask(page, "もうひとつ質問です")
    await expect(page.locator(".said.mimi strong")).to_have_count(1)


@pytest.mark.engines(
    "chromium"
)  # Firefox counts no clicks of a driver's; tests/test_pages_typing.py has them uncounted
async def test_send_clicked_twice_sends_once_and_stops_nothing(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    site.model.hold = True
    await page.fill("#text", "オフラインで使えますか？")
    await page.locator("#ask button").dblclick()
    await expect(page.locator(".said.mimi").last.locator(".words")).to_contain_text("はい")
    site.model.go.set()
    await expect(page.locator(".said.mimi strong")).to_have_count(1)
    await expect(page.locator("#notice")).to_have_text("")
    assert await site.db.collection("messages").count({}) == 2


async def test_handing_over_and_deleting(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    await expect(page.locator("#tools")).to_be_hidden()
    await ask(page)
    await expect(page.locator(".said.mimi strong")).to_be_visible()
    await page.get_by_role("button", name="Pass this to the owner").click()
    await expect(page.locator("#notice")).to_contain_text("passed your question to the owner")
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Delete this conversation").click()
    await expect(page.locator("#notice")).to_have_text("The conversation has been deleted.")
    await expect(page.locator(".said")).to_have_count(1)
    assert await stored(page) == 0
    assert await site.db.collection("messages").count({}) == 0


async def test_a_cut_while_sending_is_tried_again_and_is_one_message(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    cuts = 0

    async def cut_once(route: Route) -> None:
        nonlocal cuts
        cuts += 1
        await (route.abort() if cuts == 1 else route.continue_())

    await page.route("**/messages", cut_once)
    await ask(page)
    await expect(page.locator(".said.mimi strong")).to_be_visible()
    await expect(page.locator(".said.visitor")).to_have_count(1)
    assert await site.db.collection("messages").count({"role": "visitor"}) == 1


async def test_a_limit_is_said_and_the_question_kept(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser, lang="ja-JP")
    await page.goto(f"{site.url}/@kotori")
    for number in range(9):
        await ask(page, f"質問{number}")
        await expect(page.get_by_role("button", name="送信")).to_be_visible()
        await expect(page.locator(".thinking")).to_have_count(0)
    await ask(page, "最後の質問")
    await expect(page.locator("#notice")).not_to_be_empty()
    await expect(page.locator("#text")).to_have_value("最後の質問")


async def test_without_javascript_the_form_does_the_same(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser, scripts=False)
    await page.goto(f"{site.url}/@kotori?lang=en")
    await page.fill("#text", "オフラインで使えますか？")
    await page.click("#ask button")
    await expect(page.locator(".said.visitor .words")).to_have_text("オフラインで使えますか？")
    await expect(page.locator(".said.mimi strong")).to_have_text("オフライン")
    await page.fill("#text", "ふたつめ")
    await page.click("#ask button")
    await expect(page.locator(".said.visitor")).to_have_count(2)
    await page.get_by_role("button", name="This did not help").last.click()
    await expect(page.get_by_role("button", name="This did not help").last).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Pass this to the owner").click()
    await expect(page.locator("#notice")).to_contain_text("passed your question")
    app = await site.apps.public("kotori")
    (conversation,) = await site.db.collection("conversations").find({})
    await site.side.conversations.owner_says(app.scope, conversation["_id"], "運営です")
    await page.get_by_role("button", name="Check for new messages").click()
    await expect(page.locator(".said.owner .words")).to_have_text("運営です")
    await shoot(page, "no-javascript")
    await page.get_by_role("button", name="Delete this conversation").click()
    await expect(page.locator(".said")).to_have_count(1)


async def test_a_text_that_is_too_long_is_kept_and_counted(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    long = "長" * 1_990 + "😀" * 11
    await page.fill("#text", long)
    notice = page.locator("#notice")
    await expect(notice).to_have_text("That is 2001 characters. The limit here is 2000.")
    await page.press("#text", "Enter")
    await expect(page.locator(".said")).to_have_count(1)
    await expect(page.locator("#text")).to_have_value(long)
    await page.press("#text", "Backspace")
    await expect(notice).to_have_text("")
    await page.press("#text", "Enter")
    await expect(page.locator(".said.visitor .words")).to_have_text(long[:-1])


async def test_without_javascript_a_text_that_is_too_long_comes_back_whole(
    site: SiteUnderTest, browser: Browser
) -> None:
    page = await open_page(browser, scripts=False)
    await page.goto(f"{site.url}/@kotori")
    long = "長" * 2_001
    await page.fill("#text", long)
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator("#notice")).to_have_text("That is 2001 characters. The limit here is 2000.")
    await expect(page.locator("#text")).to_have_value(long)


async def test_an_answer_is_copied_as_it_is_read(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    await page.goto(f"{site.url}/@kotori")
    await ask(page)
    await page.get_by_role("button", name="Copy").click()
    await expect(page.locator("#notice")).to_have_text("Copied.")
    await page.focus("#text")
    await page.keyboard.press("Control+v")
    copied = await page.input_value("#text")
    assert copied.startswith("はい、オフラインでも使えます。")
    assert "**" not in copied
    await page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject(new Error()))")
    await page.get_by_role("button", name="Copy").click()
    assert (await page.evaluate("String(getSelection())")).startswith("はい、オフラインでも使えます。")


async def test_the_focus_goes_on_from_a_suggestion_that_was_taken(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser, lang="ja-JP")
    await page.goto(f"{site.url}/@kotori")
    suggestion = page.locator("#suggestions button").first
    await suggestion.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_be_focused()
    await expect(page.locator(".said.mimi strong")).to_be_visible()


async def test_pictures_of_the_page_fit_their_screens(site: SiteUnderTest, browser: Browser) -> None:
    for lang, (width, dark) in product(("ja-JP", "en-US"), ((PHONE, True), (DESKTOP, False))):
        page = await open_page(browser, lang=lang, width=width, dark=dark)
        await page.goto(f"{site.url}/@kotori")
        await fits(page, f"talk-{lang[:2]}-empty")
        await ask(page)
        await expect(page.locator(".said.mimi strong")).to_be_visible()
        await fits(page, f"talk-{lang[:2]}")
        await page.context.close()


@pytest.mark.engines("chromium")  # whose protocol counts what comes over the wire
async def test_the_page_weighs_little_and_is_ready_in_three_requests(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser)
    network = await page.context.new_cdp_session(page)
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    await network.send("Network.enable")
    await page.goto(f"{site.url}/@kotori", wait_until="networkidle")
    await expect(page.locator("textarea")).to_be_editable()
    assert 1 <= len(sizes) <= 3  # the icon of the tab may come by itself
    # On the wire, heads included; the body of the page holds its whole style and its first script.
    assert sum(sizes) < 10_000


async def test_the_page_shows_who_speaks_while_the_owner_is_in_the_chat(site: SiteUnderTest, browser: Browser) -> None:
    app = await site.apps.public("kotori")
    for lang, width in (("ja-JP", PHONE), ("en-US", DESKTOP)):
        page = await open_page(browser, lang=lang, width=width)
        await page.goto(f"{site.url}/@kotori")
        await ask(page)
        await expect(page.locator(".said.mimi strong")).to_be_visible()
        (conversation,) = await site.db.collection("conversations").find({})
        await site.side.takeovers.begin(app.scope, conversation["_id"])
        await expect(page.locator(".said.presence[data-state=came]")).to_be_visible()
        await ask(page, "Android 版はありますか？")
        await expect(page.locator("#notice")).not_to_be_empty()
        await expect(page.locator(".thinking")).to_have_count(0)
        await site.side.takeovers.say(app.scope, conversation["_id"], "来月の予定です。もう少しお待ちください。")
        await expect(page.locator(".said.owner")).to_be_visible()
        await site.side.takeovers.end(app.scope, conversation["_id"])
        await expect(page.locator(".said.presence[data-state=left]")).to_be_visible()
        await expect(page.locator("#notice")).to_be_empty()
        await fits(page, f"takeover-{lang[:2]}")
        await page.reload()
        await expect(page.locator(".said.presence")).to_have_count(2)
        await site.db.collection("conversations").raw.delete_many({})
        await page.context.close()


async def test_without_javascript_the_page_shows_who_speaks_too(site: SiteUnderTest, browser: Browser) -> None:
    page = await open_page(browser, scripts=False)
    await page.goto(f"{site.url}/@kotori?lang=en")
    await page.fill("#text", "Does it work offline?")
    await page.click("#ask button")
    app = await site.apps.public("kotori")
    (conversation,) = await site.db.collection("conversations").find({})
    await site.side.takeovers.begin(app.scope, conversation["_id"])
    await page.fill("#text", "Hello?")
    await page.click("#ask button")
    await expect(page.locator(".said.presence[data-state=came]")).to_contain_text("The owner has joined")
    await expect(page.locator("#notice")).to_contain_text("The owner is in this chat")


async def test_a_suggested_question_is_asked_with_a_tap_and_new_ones_come(
    site: SiteUnderTest, browser: Browser
) -> None:
    app = await site.apps.public("kotori")
    for question in ("オフラインで書いた日記はいつ同期されますか？", "オフラインで写真は使えますか？"):
        await site.faqs.add(app.scope, question, "はい。")
    page = await open_page(browser, lang="ja", width=PHONE)
    await page.goto(f"{site.url}/@kotori")
    offered = page.locator("#suggestions button")
    await expect(offered).to_have_count(3)
    await shoot(page, "suggestions-start")
    await page.get_by_role("button", name="オフラインで使えますか？").click()
    await expect(page.locator(".said.visitor .words")).to_have_text("オフラインで使えますか？")
    await expect(offered).to_have_count(2)
    await expect(page.get_by_role("button", name="オフラインで使えますか？")).to_have_count(0)
    await shoot(page, "suggestions-after")
    await page.reload()
    await expect(offered).to_have_count(2)
