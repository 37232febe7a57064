"""An owner talks with a visitor from the conversation's page, as they could in LINE."""

import asyncio
import html
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from browsers import PHONE, chromium, open_page, shoot
from playwright.async_api import expect
from sites import SiteUnderTest, running_site

from handlers.conversations.takeovers import IDLE, LETTERS
from knowledge.store.conversations.messages import Role
from knowledge.store.database import Database

LIST = "/owner/apps/kotori/conversations"
Headers = dict[str, str]


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as site:
        await site.an_app()
        yield site


async def asked(site: SiteUnderTest, text: str = "Is there a dark mode?") -> tuple[str, str]:
    """A visitor's first message: their key, and the conversation's id."""
    key = (await (await site.ask(text)).json())["conversation"]
    return key, (await site.side.conversations.by_key(await site.apps.public("kotori"), key)).id


async def seen(site: SiteUnderTest, headers: Headers, conversation: str) -> str:
    """The owner's page of it."""
    return await (await site.get(f"{LIST}/{conversation}", headers=headers)).text()


async def sends(
    site: SiteUnderTest, headers: Headers, conversation: str, verb: str, **fields: str
) -> aiohttp.ClientResponse:
    return await site.post(f"{LIST}/{conversation}/{verb}", data=fields, headers=headers)


async def said(site: SiteUnderTest, key: str) -> list[tuple[str, str]]:
    """(who, what) as the visitor has it; of the owner's coming and going the state."""
    told = await site.side.feed.transcript(await site.apps.public("kotori"), key)
    return [(each.role.value, each.text or each.state) for each in told if each.role is not Role.MIMI]


async def test_the_owner_takes_over_talks_and_hands_back(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    key, conversation = await asked(site)
    page = await seen(site, headers, conversation)
    assert "mimi is answering here" in page
    for verb, fields in (("talk", {}), ("say", {"text": "Hello, <b>I</b> made this."})):
        done = await sends(site, headers, conversation, verb, **fields)
        assert (done.status, done.headers["Location"]) == (303, f"{LIST}/{conversation}#latest")
    silent = await (await site.ask("Oh, hello!", key=key)).json()
    assert silent["notice"]["code"] == "with_owner"
    page = await seen(site, headers, conversation)
    assert "You are answering here" in page
    assert "In LINE this visitor is A" in page
    assert "Hello, &lt;b&gt;I&lt;/b&gt; made this." in page
    assert "Oh, hello!" in page
    assert "You are talking" in await (await site.get(LIST, headers=headers)).text()
    assert (await sends(site, headers, conversation, "hand-back")).status == 303
    assert await said(site, key) == [
        ("visitor", "Is there a dark mode?"),
        ("presence", "came"),
        ("owner", "Hello, <b>I</b> made this."),
        ("visitor", "Oh, hello!"),
        ("presence", "left"),
    ]
    assert "mimi is answering here" in await seen(site, headers, conversation)
    assert "You are talking" not in await (await site.get(LIST, headers=headers)).text()


async def test_what_was_answered_is_offered_once_it_is_handed_back_and_kept_as_reworded(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    _, conversation = await asked(site)
    await sends(site, headers, conversation, "talk", text="Yes, under Display.")
    back = await sends(site, headers, conversation, "hand-back")
    answers = f"{LIST}/{conversation}/answers"
    assert (back.status, back.headers["Location"]) == (303, answers)
    page = await (await site.get(answers, headers=headers)).text()
    assert 'value="Is there a dark mode?"' in page
    sent = re.search(rf'action="({answers}/\w+)', page)
    assert sent
    empty = await site.post(sent[1], data={"question": "Dark <b>?", "answer": " "}, headers=headers)
    assert (empty.status, 'value="Dark &lt;b&gt;?"' in await empty.text()) == (400, True)
    other = await site.an_app("other", "Other", owner="other")
    texts = {"question": "Dark mode?", "answer": "Yes: Settings, Display. Call 090-1234-5678."}
    theirs = f"/owner/apps/other/conversations/{conversation}/answers"
    for path in (sent[1], sent[1].replace(answers, theirs), answers, theirs):
        assert (await site.post(path, data=texts, headers=await site.sign_in("other"))).status in {404, 405}
    assert await site.faqs.list(other.scope) == []
    kept = await site.post(sent[1], data=texts, headers=headers)
    assert (kept.status, kept.headers["Location"]) == (303, f"{answers}?done=1&hidden=1")
    page = await (await site.get(kept.headers["Location"], headers=headers)).text()
    assert "There is nothing left to save." in page
    assert "visitors will not see that part" in page
    assert (await site.post(sent[1], data=texts, headers=headers)).status == 400
    [entry] = await site.faqs.list((await site.apps.public("kotori")).scope)
    assert (entry.question, entry.answer) == (texts["question"], texts["answer"])


async def test_each_button_pressed_twice_has_its_effect_once(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    key, conversation = await asked(site)
    for verb in ("talk", "talk", "hand-back", "hand-back"):
        assert (await sends(site, headers, conversation, verb)).status == 303
    assert [what for who, what in await said(site, key) if who == "presence"] == ["came", "left"]


async def test_new_messages_are_seen_through_a_link(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    _, conversation = await asked(site)
    assert f'href="{LIST}/{conversation}/latest"' in await seen(site, headers, conversation)
    led = await site.get(f"{LIST}/{conversation}/latest?lang=ja", headers=headers)
    assert (led.status, led.headers["Location"]) == (303, f"{LIST}/{conversation}?lang=ja#latest")


@pytest.mark.parametrize(
    ("text", "problem"), [(" ", "There is nothing in it yet"), ("a" * 5_001, "That is 5001 characters")]
)
async def test_what_cannot_be_said_stays_in_the_form(site: SiteUnderTest, text: str, problem: str) -> None:
    headers = await site.sign_in()
    key, conversation = await asked(site)
    await sends(site, headers, conversation, "talk")
    refused = await sends(site, headers, conversation, "say", text=text)
    page = await refused.text()
    assert refused.status == 400
    assert problem in page
    assert f">\n{text}</textarea>" in page
    assert "owner" not in dict(await said(site, key))


async def test_words_that_came_too_late_are_kept_and_sent_by_talking_again(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    key, conversation = await asked(site)
    await sends(site, headers, conversation, "talk")
    site.side.clock.advance(IDLE + timedelta(seconds=1))
    assert await site.side.takeovers.end_idle() == 1
    late = await sends(site, headers, conversation, "say", text="Dark & light")
    page = await late.text()
    assert late.status == 404
    assert "so nobody got this" in page
    assert ">\nDark &amp; light</textarea>" in page
    assert "Talk again and send" in page
    assert "owner" not in dict(await said(site, key))
    assert (await sends(site, headers, conversation, "talk", text="Dark & light")).status == 303
    assert (await said(site, key))[-2:] == [("presence", "came"), ("owner", "Dark & light")]


async def test_nothing_is_handed_back_while_words_are_unsent(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    key, conversation = await asked(site)
    await sends(site, headers, conversation, "talk")
    kept = await sends(site, headers, conversation, "hand-back", text="One more thing")
    page = await kept.text()
    assert kept.status == 400
    assert "What you wrote has not been sent." in page
    assert ">\nOne more thing</textarea>" in page
    assert "You are answering here" in page
    assert (await said(site, key))[-1] == ("presence", "came")


async def test_taking_over_says_at_once_what_stands_in_the_form(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    key, conversation = await asked(site)
    form = re.search(r'<form id="say"[^>]* action="([^"]*)"', await seen(site, headers, conversation))
    assert form
    twice = (site.post(html.unescape(form[1]), data={"text": "Hello!"}, headers=headers) for _ in range(2))
    assert [done.status for done in await asyncio.gather(*twice)] == [303, 303]
    assert (await said(site, key))[1:] == [("presence", "came"), ("owner", "Hello!")]


async def test_no_more_conversations_than_a_person_can_follow(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    for number in range(len(LETTERS)):
        await sends(site, headers, (await asked(site, f"{number}?"))[1], "talk")
    key, conversation = await asked(site, "One more?")
    refused = await sends(site, headers, conversation, "talk")
    assert refused.status == 400
    assert (
        f"You are talking in {len(LETTERS)} conversations, which is the limit. Hand one back first."
        in await refused.text()
    )
    assert "presence" not in dict(await said(site, key))


async def test_line_hides_what_the_page_shows(site: SiteUnderTest) -> None:
    """S24; the sentence that LINE sends with such words is true."""
    headers = await site.sign_in()
    key, conversation = await asked(site)
    await sends(site, headers, conversation, "talk")
    await site.ask("Call <me>: 090-1234-5678", key=key)
    rows = await site.db.collection("outbox").find({"subject": conversation})
    assert [("090-1234" in str(row["body"]), "your dashboard shows them" in str(row["body"])) for row in rows] == [
        (False, True)
    ]
    assert "Call &lt;me&gt;: 090-1234-5678" in await seen(site, headers, conversation)


async def test_a_visitors_question_is_pinned_from_the_page(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    _, conversation = await asked(site, 'Is it "free"?')
    page = await seen(site, headers, conversation)
    assert page.count('name="question"') == 1
    question = '<input type="hidden" name="question" value="Is it &#34;free&#34;?"'
    sent = re.search(rf'action="([^"?]+/checks)[^>]*>{re.escape(question)}', page)
    assert sent
    form = await (await site.post(sent[1], data={"question": 'Is it "free"?'}, headers=headers)).text()
    assert "Which entry must answer it?" in form


@pytest.mark.parametrize("verb", ["talk", "say", "hand-back"])
async def test_nobody_else_talks_there(site: SiteUnderTest, verb: str) -> None:
    """S39, S15: not another owner, not by another app's address, not signed out, not from another site."""
    await site.an_app("second", "Second")
    await site.an_app("other", "Other", owner="other")
    mine, other = await site.sign_in(), await site.sign_in("other")
    key, conversation = await asked(site)
    await sends(site, mine, conversation, "talk")
    before = await said(site, key)
    there, fields = f"conversations/{conversation}/{verb}", {"text": "Mine"}
    tries: tuple[tuple[str, dict[str, str], int], ...] = (
        (f"/owner/apps/kotori/{there}", other, 404),
        (f"/owner/apps/other/{there}", other, 404),
        (f"/owner/apps/second/{there}", mine, 404),
        (f"/owner/apps/kotori/{there}", {}, 401),
        (f"/owner/apps/kotori/{there}", mine | {"Sec-Fetch-Site": "cross-site"}, 403),
        (f"/owner/apps/kotori/{there}", mine | {"Origin": "https://evil.example"}, 403),
    )
    for path, headers, status in tries:
        assert (await site.post(path, data=fields, headers=headers)).status == status
    assert (await site.get(f"{LIST}/{conversation}/latest", headers=other)).status == 404
    assert await said(site, key) == before
    taken = await site.side.conversations.by_key(await site.apps.public("kotori"), key)
    assert taken.takeover
    assert not taken.takeover.spoke


async def test_it_is_done_with_buttons_in_a_browser_without_scripts(site: SiteUnderTest) -> None:
    key, conversation = await asked(site)
    async with chromium() as browser:
        page = await open_page(browser, width=PHONE, scripts=False)
        link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
        await page.goto(f"{site.url}/sign-in/{link.token}")
        await page.locator("main button").click()
        await page.goto(f"{site.url}{LIST}/{conversation}")
        await page.get_by_role("button", name="Talk to the visitor").click()
        await page.get_by_label("To the visitor").fill("Hello,\nI made this app.")
        await page.get_by_role("button", name="Send").click()
        await expect(page.locator(".said.owner .words")).to_have_text("Hello,\nI made this app.")
        await site.ask("Oh, hello!", key=key)
        await page.get_by_role("link", name="Check for new messages").click()
        await expect(page.locator(".said.visitor .words").last).to_have_text("Oh, hello!")
        await expect(page.locator("#speaking")).to_be_in_viewport()
        await site.ask("Are you there?", key=key)
        await page.get_by_role("link", name="Check for new messages").click()
        await expect(page.locator(".said.visitor .words").last).to_have_text("Are you there?")
        await shoot(page, "owner-takeover-phone")
        await page.get_by_role("button", name="Hand back to mimi").click()
        await shoot(page, "owner-said-answers-phone")
        await page.get_by_role("button", name="Save: Is there a dark mode?").click()
        await expect(page.locator(".done")).to_have_text("Saved. mimi answers with it from now on.")
        await page.get_by_role("link", name="Back to the conversation").click()
        await expect(page.get_by_role("heading", name="mimi is answering here")).to_be_visible()


async def test_a_form_sent_twice_is_said_once_and_other_words_are_not_lost(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    key, conversation = await asked(site)
    await sends(site, headers, conversation, "talk")
    form = re.search(r'<form id="say"[^>]* action="([^"]*)"', await seen(site, headers, conversation))
    assert form
    twice = (site.post(html.unescape(form[1]), data={"text": "Hello!"}, headers=headers) for _ in range(2))
    assert [done.status for done in await asyncio.gather(*twice)] == [303, 303]
    await site.post(html.unescape(form[1]), data={"text": "Hello again!"}, headers=headers)
    await sends(site, headers, conversation, "say", text="Hello again!")
    assert [what for who, what in await said(site, key) if who == "owner"] == ["Hello!", "Hello again!", "Hello again!"]


async def test_mimis_answers_look_as_the_visitor_saw_them(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    site.model.answer_text = "Yes:\n\n- **Settings**, then <i>Look</i>"
    _, conversation = await asked(site)
    page = await seen(site, headers, conversation)
    assert "<li><strong>Settings</strong>, then &lt;i&gt;Look&lt;/i&gt;</li>" in page


async def test_the_owner_of_a_conversation_that_was_deleted_is_told_so_in_their_words(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    key, conversation = await asked(site)
    await sends(site, headers, conversation, "talk")
    await site.side.conversations.delete(await site.apps.public("kotori"), key)
    gone = await sends(site, headers, conversation, "say", text="Hello!")
    assert gone.status == 404
    assert "the visitor deleted it" in await gone.text()


async def events(site: SiteUnderTest, headers: Headers, conversation: str, last: str = "") -> list[dict[str, str]]:
    """What a browser is told that streams do not reach."""
    asking = {"Accept": "application/json"} | ({"Last-Event-ID": last} if last else {})
    told = await site.get(f"{LIST}/{conversation}/events", headers=headers | asking)
    assert told.status == 200
    # The forms in it bear a mark that is another one each time.
    return list(json.loads(re.sub(r"once=[\w-]+", "once=", await told.text()))["events"])


async def test_what_was_told_is_not_told_again(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    key, conversation = await asked(site)
    told = await events(site, headers, conversation)
    assert [each["event"] for each in told] == ["said", "said", "speaking"]
    assert await events(site, headers, conversation, told[-1]["id"]) == []
    await sends(site, headers, conversation, "talk", text="Hello!")
    await site.ask("Oh, hello!", key=key)
    more = await events(site, headers, conversation, told[-1]["id"])
    assert [each["event"] for each in more] == ["said", "said", "said", "speaking"]
    # Cut anywhere: what follows is what was not told.
    for at, event in enumerate(more, 1):
        assert await events(site, headers, conversation, event["id"]) == more[at:]


@pytest.mark.parametrize("last", ["x", "-1", "1 OR 1", "99999999999999999999", "5nobody", '{"$gt":0}'])
async def test_a_number_that_is_none_tells_everything(site: SiteUnderTest, last: str) -> None:
    headers = await site.sign_in()
    _, conversation = await asked(site)
    assert await events(site, headers, conversation, last) == await events(site, headers, conversation)


async def test_nobody_else_follows_it(site: SiteUnderTest) -> None:
    """S39"""
    await site.an_app("other", "Other", owner="other")
    await site.an_app("second", "Second")
    mine, other = await site.sign_in(), await site.sign_in("other")
    _, conversation = await asked(site)
    stream = {"Accept": "text/event-stream"}
    for app, headers, status in (
        ("kotori", other, 404),
        ("other", other, 404),
        ("second", mine, 404),
        ("kotori", Headers(), 401),
    ):
        told = await site.get(f"/owner/apps/{app}/conversations/{conversation}/events", headers=headers | stream)
        assert told.status == status


async def test_a_long_conversation_is_read_fifty_messages_at_a_time(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    _, conversation = await asked(site, "Number 0")
    scope, app = site.owners["yuki"].scope, await site.apps.public("kotori")
    await site.side.takeovers.begin(scope, conversation)
    for number in range(1, 60):
        await site.side.conversations.owner_says(app.scope, conversation, f"Number {number}")
    page = await seen(site, headers, conversation)
    numbers = re.findall(r"Number (\d+)</div>", page)
    assert numbers == [str(number) for number in range(10, 60)]
    earlier = re.search(r'href="([^"]+\?before=\d+)"', page)
    assert earlier
    page = await (await site.get(earlier[1], headers=headers)).text()
    assert re.findall(r"Number (\d+)</div>", page) == [str(number) for number in range(10)]
    assert "before=" not in page
    assert 'id="say"' not in page
    assert f'href="{LIST}/{conversation}/latest"' in page


async def test_an_answer_is_corrected_from_its_conversation(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    _, conversation = await asked(site, "Is there a dark mode? Mail me: a@b.example")
    page = await seen(site, headers, conversation)
    where = re.search(rf'href="({LIST}/{conversation}/correct/\w+)"', page)
    assert where
    form = await (await site.get(where[1], headers=headers)).text()
    assert "a@b.example" in form  # as the visitor wrote it, to its owner
    assert 'value="Is there a dark mode? Mail me: [hidden for privacy]"' in form
    empty = await site.post(where[1], data={"question": "Dark?", "answer": " "}, headers=headers)
    assert (empty.status, 'value="Dark?"' in await empty.text()) == (400, True)
    kept = await site.post(where[1], data={"question": "Dark mode?", "answer": "Under Display."}, headers=headers)
    assert (kept.status, kept.headers["Location"]) == (303, f"{where[1]}?done=1")
    [entry] = await site.faqs.list((await site.apps.public("kotori")).scope)
    assert (entry.question, entry.answer) == ("Dark mode?", "Under Display.")
    same = await site.post(where[1], data={"question": "Dark mode?", "answer": "Nowhere."}, headers=headers)
    assert (same.status, "Nowhere." in await same.text()) == (409, True)
    await site.an_app("other", "Other", owner="other")
    assert (await site.get(where[1], headers=await site.sign_in("other"))).status == 404
    _, elsewhere = await asked(site, "Something else?")
    assert (await site.get(where[1].replace(conversation, elsewhere), headers=headers)).status == 404
    wrong = where[1].replace(where[1].rsplit("/", 1)[1], "f" * 24)
    assert (await site.get(wrong, headers=headers)).status == 404


async def test_times_are_those_of_the_owners_zone_by_its_name(site: SiteUnderTest) -> None:
    headers = await site.sign_in()
    _, conversation = await asked(site)
    await site.areas.alerts.preferences.set_time_zone(site.owners["yuki"].scope, "America/New_York")
    page = await seen(site, headers, conversation)
    assert "Times: Eastern Time" in page
    assert "5:00\u202fAM" in page
    assert "Times: Eastern Time" in await (await site.get(LIST, headers=headers)).text()
