"""What was held as spam is shown, released and counted, and a conversation blocked: the same in LINE and on the web."""

import io
import json
import zipfile
from collections.abc import AsyncIterator

import pytest
from browsers import chromium, fits, open_page
from owner_chat import OwnerChat
from playwright.async_api import expect
from sites import SiteUnderTest, running_site
from visitors import VisitorSide, put_together

from knowledge.errors import BadInput, NotAllowed, NotFound
from knowledge.store.database import Database, OwnerScope
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.registry import erase_conversation

SPAM = "スマホだけで月収80万円！誰でも簡単に稼げます。今すぐLINE追加→ https://bad.example/a https://bad.example/b"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/faq add Is it free? = Yes, it is free.")
    return chat


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app("kotori", "ことり日記")
        await running.faqs.add(app.scope, "Offline?", "Yes.")
        yield running


async def test_a_released_message_is_answered_and_raised_like_any_other(visitors: VisitorSide) -> None:
    app = await visitors.app(返金="十四日以内なら返金できます。")
    accepted, told = await visitors.ask(app, SPAM)
    assert told.state == "held"
    conversation = await visitors.areas.answers.held.release(app.scope, accepted.message_id)
    assert conversation.id == accepted.conversation_id
    assert put_together(await visitors.read(app, accepted)).state == "unknown"
    assert [row.kind for row in await HeldRows(visitors.db).of(app.scope)] == ["unanswered"]
    seen = await visitors.areas.insight.insights.of(app.scope, 1)
    assert (seen.questions, seen.held, seen.unknown) == (1, 0, 1)
    [stored] = await visitors.db.collection("conversations").find({})
    assert "earlier" not in stored
    with pytest.raises(BadInput, match="no longer held"):
        await visitors.areas.answers.held.release(app.scope, accepted.message_id)


async def test_nobody_else_releases_or_blocks(visitors: VisitorSide) -> None:
    app, other = await visitors.app(), await visitors.app("Other")
    accepted, _ = await visitors.ask(app, SPAM)
    with pytest.raises(NotFound):
        await visitors.areas.answers.held.release(other.scope, accepted.message_id)
    for change in (visitors.areas.conversations.past.block, visitors.areas.conversations.past.unblock):
        with pytest.raises(NotFound):
            await change(other.scope, accepted.conversation_id)


async def test_what_mimi_may_not_answer_stays_held(visitors: VisitorSide) -> None:
    app = await visitors.app()
    accepted, _ = await visitors.ask(app, SPAM)
    await visitors.change(app, paused=True)
    with pytest.raises(BadInput):
        await visitors.areas.answers.held.release(app.scope, accepted.message_id)
    await visitors.change(app, paused=False)
    await visitors.takeovers.begin(app.scope, accepted.conversation_id)
    with pytest.raises(BadInput, match="Hand it back"):
        await visitors.areas.answers.held.release(app.scope, accepted.message_id)
    assert (await visitors.areas.insight.insights.of(app.scope, 1)).held == 1


async def test_a_blocked_conversation_takes_nothing_and_alerts_nobody(visitors: VisitorSide) -> None:
    app = await visitors.app(Price="It is free.")
    accepted, _ = await visitors.ask(app, "Price?")
    await visitors.areas.conversations.past.block(app.scope, accepted.conversation_id)
    with pytest.raises(NotAllowed, match="no longer accepts messages"):
        await visitors.accept(app, "Price?", accepted.key)
    with pytest.raises(NotAllowed):
        await visitors.answers.handoff(app, accepted.key)
    with pytest.raises(NotAllowed):
        await visitors.answers.feedback(app, accepted.key, accepted.answer_id, up=False)
    assert len(await visitors.feed.transcript(app, accepted.key)) == 2
    assert await HeldRows(visitors.db).of(app.scope) == []
    await visitors.areas.conversations.past.unblock(app.scope, accepted.conversation_id)
    assert (await visitors.ask(app, "Price?", accepted.key))[1].state == "answered"


async def test_signs_of_spam_are_exported_and_erased_with_the_conversation(visitors: VisitorSide) -> None:
    app = await visitors.app()
    accepted, _ = await visitors.ask(app, SPAM)
    await visitors.areas.conversations.past.block(app.scope, accepted.conversation_id)
    pieces = await visitors.areas.exports.exports.of(OwnerScope(app.owner_id))
    archive = zipfile.ZipFile(io.BytesIO(b"".join([piece async for piece in pieces])))
    messages, [conversation] = (json.loads(archive.read(f"{name}.json")) for name in ("messages", "conversations"))
    assert [message["state"] for message in messages] == ["held", "held"]
    assert "blocked_at" in conversation
    assert "earlier" not in conversation
    await erase_conversation(visitors.db, app.scope, accepted.conversation_id)
    for name in ("conversations", "messages"):
        assert await visitors.db.collection(name).count({}) == 0


async def test_an_owner_releases_and_blocks_in_line(chat: OwnerChat, visitors: VisitorSide) -> None:
    app = await chat.app()
    accepted, _ = await visitors.ask(app, SPAM)
    chat.core.clock.advance(visitors.clock.now() - chat.core.clock.now())
    chart, *_more = await chat.says("/insight")
    assert "Held as spam: 1" in chart
    await chat.says("/conversations")
    _began, said = await chat.taps("Read")
    assert said.startswith("Visitor (held as spam): スマホだけで")
    await chat.taps("Block chat")
    with pytest.raises(NotAllowed):
        await visitors.accept(app, "Is it free?", accepted.key)
    await chat.taps("Unblock chat")
    await chat.says("/conversations")
    await chat.taps("Read")
    [release] = [label for label in chat.labels() if label.startswith("Release “")]
    [told] = await chat.taps(release)
    assert told.startswith("Released: mimi answers it now")


async def test_an_owner_releases_and_blocks_on_the_web(site: SiteUnderTest) -> None:
    asked = await (await site.ask(SPAM)).json()
    cookie = await site.sign_in()
    [stored] = await site.db.collection("conversations").find({})
    here = f"/owner/apps/kotori/conversations/{stored['_id']}"
    assert "Held as spam</th><td>1" in await (await site.get("/owner/apps/kotori/insight", headers=cookie)).text()
    assert "Held as spam" in await (await site.get(here, headers=cookie)).text()
    assert (await site.post(f"{here}/block", headers=cookie)).status == 303
    assert (await site.ask("Offline?", key=asked["conversation"])).status == 403
    assert "Blocked" in await (await site.get("/owner/apps/kotori/conversations", headers=cookie)).text()
    assert (await site.post(f"{here}/unblock", headers=cookie)).status == 303
    assert (await site.ask("Offline?", key=asked["conversation"])).status == 200
    [held] = await site.db.collection("messages").find({"role": "visitor", "state": "held"})
    assert (await site.post(f"{here}/release/{held['_id']}", headers=cookie)).status == 303
    again = await site.post(f"{here}/release/{held['_id']}", headers=cookie)
    assert again.status == 400
    assert "no longer held" in await again.text()


async def test_the_visitor_sees_the_answer_of_a_released_message(site: SiteUnderTest) -> None:
    async with chromium() as browser:
        page = await open_page(browser)
        await page.goto(f"{site.url}/@kotori")
        await page.fill("#text", SPAM)
        await page.press("#text", "Enter")
        await expect(page.locator(".said.mimi .words").last).to_contain_text("お受けできませんでした")
        [held] = await site.db.collection("messages").find({"role": "visitor"})
        await site.areas.answers.held.release(site.owners["yuki"].scope, held["_id"])
        await expect(page.locator(".said.mimi strong").last).to_be_visible()
        await expect(page.locator(".said.mimi")).to_have_count(2)  # the greeting, and the answer in place


async def test_how_an_owner_sees_spam(site: SiteUnderTest) -> None:
    await site.ask(SPAM)
    [stored] = await site.db.collection("conversations").find({})
    async with chromium() as browser:
        page = await open_page(browser)
        link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
        await page.goto(f"{site.url}/sign-in/{link.token}")
        await page.get_by_role("button", name="Sign in").click()
        for lang in ("ja", "en"):
            await page.goto(f"{site.url}/owner/apps/kotori/conversations/{stored['_id']}?lang={lang}")
            await fits(page, f"held-{lang}")
        await page.get_by_role("button", name="Block chat").click()
        await expect(page.get_by_role("button", name="Unblock chat")).to_be_visible()
        await page.get_by_role("button", name="Release: スマホだけ").click()
        await expect(page.get_by_text("Held as spam")).to_have_count(0)
