"""What a visitor's page can look like, one state after another, each reached as a visitor reaches it."""

from collections.abc import AsyncIterator

from accessible import with_axe
from browsers import open_page
from house import HANDLE, QUESTION, House
from playwright.async_api import Browser, Page, Route, expect

ANSWER = """はい、**オフライン**でも使えます。

1. 設定を開く
2. 「同期」を選ぶ

| 端末 | 同期 |
| --- | --- |
| iPhone、iPad | できます |

```
sync --all --offline --notes-of=a-long-flight --device=iphone --and=every-other-device
```

詳しくは[ガイド](https://kotori.example/guide)をご覧ください。"""
ARABIC = "نعم، يعمل **بدون إنترنت**. تُحفظ كل ملاحظة على جهازك وتُزامن لاحقًا."


async def ask(page: Page, text: str = QUESTION) -> None:
    """Write it and send it by the button, which a phone has, too."""
    await page.fill("#text", text)
    await page.locator("#ask button").click()


async def answered(page: Page) -> None:
    """The answer that was asked for last is there whole."""
    await expect(page.locator("#ask button.main")).to_be_visible()
    await expect(page.locator(".thinking")).to_have_count(0)
    await expect(page.locator("#log .said.mimi").last.locator(".words")).not_to_be_empty()


async def states(house: House, page: Page, lang: str) -> AsyncIterator[str]:
    """The name of each state, while `page` is in it."""
    model, side, app = house.site.model, house.site.side, house.app
    model.answer_text, model.hold = ANSWER, True
    model.go.clear()
    await page.goto(f"{house.site.url}/@{HANDLE}?lang={lang}")
    yield "empty"
    await ask(page)
    await expect(page.locator("#log .said.mimi").last.locator(".words")).to_contain_text("はい")
    yield "streaming"
    model.go.set()
    await answered(page)
    await expect(page.locator("#log .said.mimi .sources li").last).to_be_visible()
    yield "answered"
    await page.locator("#tools summary").click()
    await expect(page.locator("#email")).to_be_visible()
    yield "leaving-an-address"
    await page.locator("#tools summary").click()
    model.knows = False
    await ask(page, "Apple Watchで使えますか？")
    await answered(page)
    model.knows = True
    yield "not-known"
    await page.locator("#handoff button").click()
    await expect(page.locator("#notice")).not_to_be_empty()
    yield "handed-over"
    model.answer_text = ARABIC
    await ask(page, "هل يعمل بدون إنترنت؟")
    await answered(page)
    yield "right-to-left"
    key = await page.locator("#ask input[name=conversation]").input_value()
    conversation = await side.conversations.by_key(app, key)
    await side.takeovers.begin(app.scope, conversation.id)
    await side.takeovers.say(app.scope, conversation.id, "こんにちは、開発者です。来月の更新で対応する予定です。")
    await expect(page.locator("#log .said.owner")).to_be_visible()
    yield "with-the-owner"
    await side.takeovers.end(app.scope, conversation.id)
    await expect(page.locator("#log .presence[data-state=left]")).to_be_visible()
    yield "handed-back"
    await page.fill("#text", "長" * 2_001)
    await expect(page.locator("#notice")).not_to_be_empty()
    yield "too-long"
    await page.route("**/messages*", _refuse)
    await ask(page)
    await expect(page.locator("#notice")).to_have_text("One moment, please.")
    yield "refused"
    await page.unroute("**/messages*")
    await page.context.set_offline(True)
    await ask(page)
    yield "offline"
    await page.context.set_offline(False)
    await answered(page)
    page.once("dialog", lambda dialog: dialog.accept())
    await page.locator("#delete button").click()
    await expect(page.locator("#log .said")).to_have_count(1)
    yield "deleted"


async def _refuse(route: Route) -> None:
    await route.fulfill(status=429, json={"error": {"code": "too_many", "message": "One moment, please."}})


async def other_pages(house: House, browser: Browser, lang: str) -> AsyncIterator[tuple[str, Page]]:
    """Pages that a visitor, or somebody who is not signed in, comes upon: each with its name."""
    page, plain = [await with_axe(await open_page(browser, lang=lang)) for _page in range(2)]
    # What looks at pages is a script, too: so it is ours alone that does not come.
    await plain.route("**/static/*.js", lambda route: route.abort())
    for name, path in (
        ("in-an-app", f"/@{HANDLE}?embed=app"),
        ("no-such-page", "/@nobody"),
        ("not-found", "/nothing"),
        ("signed-out", "/owner"),
        ("used-link", "/sign-in/used"),
        ("link-signed-out", "/link/a-token"),
    ):
        await page.goto(f"{house.site.url}{path}{'&' if '?' in path else '?'}lang={lang}")
        yield name, page
    await page.goto(f"{house.site.url}/signin?lang={lang}")
    await page.locator("#address").fill(f"new.owner.{lang}@example.com")
    await page.locator("main form button").click()
    yield "link-mailed", page
    await plain.goto(f"{house.site.url}/@{HANDLE}?lang={lang}")
    await ask(plain)
    yield "without-javascript", plain
    await house.site.areas.apps.settings.pause(house.app.scope, paused=True)
    await page.goto(f"{house.site.url}/@{HANDLE}?lang={lang}")
    yield "paused", page
    await house.site.areas.apps.settings.pause(house.app.scope, paused=False)
    for each in (page, plain):
        await each.context.close()
