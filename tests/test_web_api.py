"""The visitor's API, as docs/api.md describes it, over HTTP with the real core behind it."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from datetime import date, timedelta

import aiohttp
import pytest
from sites import A_PERSON, SiteUnderTest, running_site

from knowledge.store.database import Database
from knowledge.store.insight.page_views import PageViewRepository

STREAM = {"Accept": "text/event-stream"}
ID = "6f9619ff-8b86-4d01-b42d-00c04fc964ff"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


def events_in(text: str) -> list[tuple[str, dict[str, object], str]]:
    """(name, data, id) of each event of a stream that has ended."""
    found = []
    for part in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in part.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"]), fields.get("id", "")))
    return found


async def next_events(stream: aiohttp.ClientResponse) -> list[tuple[str, dict[str, object], str]]:
    """The next event of an open stream; comments are passed over."""
    async with asyncio.timeout(60):
        while not (found := events_in((await stream.content.readuntil(b"\n\n")).decode())):
            pass
    return found


async def key_of_a_conversation(site: SiteUnderTest, text: str = "Does it work offline?") -> str:
    return str((await (await site.ask(text)).json())["conversation"])


async def test_an_answer_is_streamed_from_its_key_to_its_end(site: SiteUnderTest) -> None:
    response = await site.ask("Does it work offline?", **STREAM)
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store, no-transform"
    assert response.headers["X-Accel-Buffering"] == "no"
    events = events_in(await response.text())
    assert events[0][0] == "conversation"
    assert events[-1][0] == "done"
    text = ""
    for name, data, _id in events:
        if name == "delta":
            text = text[: int(str(data["at"]))] + str(data["text"])
    assert text == site.model.answer_text
    done = events[-1][1]
    assert done["state"] == "answered"
    assert done["message"] == events[0][1]["message"]
    assert "<strong>it does</strong>" in str(done["html"])


async def test_a_source_is_named_and_its_link_only_when_it_is_one(site: SiteUnderTest) -> None:
    app = await site.an_app("hitsuji", "Hitsuji")
    await site.faqs.add(app.scope, "Does it work offline?", "Yes, it does.")
    response = await site.ask("Does it work offline?", handle="hitsuji", **STREAM)
    sources = [data for name, data, _id in events_in(await response.text()) if name == "source"]
    assert [source["title"] for source in sources] == ["Does it work offline?"]
    assert "url" not in sources[0]


async def test_without_a_stream_the_whole_answer_comes_as_json(site: SiteUnderTest) -> None:
    told = await (await site.ask("Does it work offline?")).json()
    assert set(told) == {"conversation", "message"}
    assert told["message"]["role"] == "mimi"
    assert told["message"]["text"] == site.model.answer_text


async def test_the_same_id_twice_is_one_message(site: SiteUnderTest) -> None:
    body = {"id": ID, "text": "Twice?"}
    first, second = await asyncio.gather(*(site.post("/@kotori/messages", json=body) for _ in range(2)))
    assert (await first.json())["conversation"] == (await second.json())["conversation"]
    key = (await first.json())["conversation"]
    told = await (await site.post("/@kotori/conversation", json={"conversation": key})).json()
    assert [message["role"] for message in told["messages"]] == ["visitor", "mimi"]


BAD_BODIES = (
    "",
    "{",
    "[]",
    "null",
    '"text"',
    "[" * 30_000,
    '{"id": "ID"}',
    '{"text": "no id"}',
    '{"id": "not-a-uuid", "text": "x"}',
    '{"id": {"$ne": null}, "text": "x"}',
    '{"id": "ID", "text": {"$ne": null}}',
    '{"id": "ID", "text": ["x"]}',
    '{"id": "ID", "text": 5}',
    '{"id": "ID", "text": null}',
    '{"id": "ID", "text": ""}',
    '{"id": "ID", "text": "   \\n "}',
    '{"id": "ID", "text": "x", "conversation": {"$gt": ""}}',
    '{"id": "ID", "text": "x", "conversation": ["a"]}',
    '{"id": "ID", "text": "\\ud800"}',
    '{"id": "ID", "text": "' + "あ" * 5_000 + '"}',
)


async def test_s25_bad_input_is_refused_with_a_code_a_message_and_an_id(site: SiteUnderTest) -> None:
    headers = {"Content-Type": "application/json"} | STREAM
    for body in BAD_BODIES:
        response = await site.post("/@kotori/messages", data=body.replace("ID", ID).encode(), headers=headers)
        assert response.status == 400, body[:100]
        error = (await response.json())["error"]
        assert set(error) == {"code", "message", "id"}
        assert error["code"] == "bad_input"
    assert await site.db.collection("messages").count({}) == 0


async def test_s25_a_broken_encoding_is_refused(site: SiteUnderTest) -> None:
    body = b'{"id": "' + ID.encode() + b'", "text": "\xff\xfe"}'
    response = await site.post("/@kotori/messages", data=body, headers={"Content-Type": "application/json"})
    assert response.status == 400


async def test_s27_unknown_fields_change_nothing(site: SiteUnderTest) -> None:
    body = {"id": ID, "text": "x", "role": "owner", "owner_id": "x", "state": "answered"}
    told = await (await site.post("/@kotori/messages", json=body)).json()
    said = await (await site.post("/@kotori/conversation", json={"conversation": told["conversation"]})).json()
    assert [message["role"] for message in said["messages"]] == ["visitor", "mimi"]


async def test_s16_other_content_types_are_refused(site: SiteUnderTest) -> None:
    for content_type in ("text/plain", "multipart/form-data; boundary=x", "application/xml", ""):
        for path in ("messages", "handoff", "conversation", f"messages/{ID}/feedback"):
            response = await site.post(f"/@kotori/{path}", data=b"{}", headers={"Content-Type": content_type})
            assert response.status == 415, (content_type, path)


async def test_s29_a_large_body_is_refused_before_it_is_read(site: SiteUnderTest) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 8_192
            yield b"x" * 8_192

    headers = {"Content-Type": "application/json", "Expect": "100-continue"}
    try:
        response = await site.post("/@kotori/messages", data=endless(), headers=headers)
        assert response.status == 413
    except (aiohttp.ClientConnectionError, ConnectionError):
        pass  # the server hung up on the rest, which is an answer too
    assert sent < 20_000_000
    said = await site.post("/@kotori/messages", data=b"x" * 70_000, headers={"Content-Type": "application/json"})
    assert said.status == 413
    assert (await said.json())["error"]["code"] == "too_large"


async def test_unknown_handles_keys_and_messages_are_not_found(site: SiteUnderTest) -> None:
    assert (await site.get("/@nobody")).status == 404
    assert (await site.get("/@no%20body%00")).status == 404
    assert (await site.ask("x", handle="nobody")).status == 404
    assert (await site.ask("x", key="0" * 64)).status == 404
    assert (await site.get("/@kotori/events", headers={"Authorization": "Bearer nothing"})).status == 404
    assert (await site.get("/@kotori/events")).status == 404
    body = {"conversation": await key_of_a_conversation(site), "up": True}
    assert (await site.post(f"/@kotori/messages/{ID}/feedback", json=body)).status == 404


async def test_a_missing_page_is_a_page_for_people_and_json_for_scripts(site: SiteUnderTest) -> None:
    page = await site.get("/@nobody", headers={"Accept": "text/html", "Accept-Language": "ja"})
    assert "<h1>ページが見つかりません</h1>" in await page.text()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert (await (await site.get("/@nobody")).json())["error"]["code"] == "not_found"


async def test_s14_a_key_opens_one_conversation_of_one_app(site: SiteUnderTest) -> None:
    await site.an_app("hitsuji", "Hitsuji")
    key = await key_of_a_conversation(site)
    bearer = {"Authorization": f"Bearer {key}"}
    assert (await site.post("/@kotori/conversation", json={}, headers=bearer)).status == 200
    assert (await site.post("/@hitsuji/conversation", json={}, headers=bearer)).status == 404
    assert (await site.get("/@hitsuji/events", headers=bearer)).status == 404
    assert (await site.ask("x", key=key, handle="hitsuji")).status == 404
    assert (await site.post("/@hitsuji/handoff", json={}, headers=bearer)).status == 404
    async with site.http.delete(f"{site.url}/@hitsuji/conversation", headers=bearer) as response:
        assert response.status == 404


async def test_a_key_in_the_url_opens_nothing(site: SiteUnderTest) -> None:
    key = await key_of_a_conversation(site)
    assert (await site.get(f"/@kotori/events?conversation={key}")).status == 404
    assert (await site.post(f"/@kotori/conversation?conversation={key}", json={})).status == 404


async def test_what_the_owner_says_arrives_live_and_again_after_a_cut(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    key = await key_of_a_conversation(site)
    told = await (await site.post("/@kotori/conversation", json={"conversation": key})).json()
    headers = {"Authorization": f"Bearer {key}", "Last-Event-ID": told["last_event"]}
    conversation = await site.side.conversations.by_key(app, key)
    async with site.http.get(f"{site.url}/@kotori/events", headers=headers) as stream:
        assert stream.status == 200
        await site.side.conversations.owner_says(app.scope, conversation.id, "Hello, <b>I</b> am Yuki.")
        ((name, data, cursor),) = await next_events(stream)
    assert (name, data["text"]) == ("owner", "Hello, <b>I</b> am Yuki.")
    await site.side.conversations.owner_says(app.scope, conversation.id, "Are you still there?")
    headers["Last-Event-ID"] = cursor
    async with site.http.get(f"{site.url}/@kotori/events", headers=headers) as stream:
        ((_name, again, _cursor),) = await next_events(stream)
    assert again["text"] == "Are you still there?"


async def test_who_no_stream_reaches_asks_again_and_again(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    key = await key_of_a_conversation(site)
    headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
    first = await (await site.get("/@kotori/events", headers=headers)).json()
    assert [each["event"] for each in first["events"]][-1] == "done"
    conversation = await site.side.conversations.by_key(app, key)
    await site.side.conversations.owner_says(app.scope, conversation.id, "Hello, I am Yuki.")
    headers["Last-Event-ID"] = first["last_event"]
    news = await (await site.get("/@kotori/events", headers=headers)).json()
    assert [(each["event"], each["data"]["text"]) for each in news["events"]] == [("owner", "Hello, I am Yuki.")]
    headers["Last-Event-ID"] = news["last_event"]
    again = await (await site.get("/@kotori/events", headers=headers)).json()
    assert again == {"events": [], "last_event": news["last_event"]}


async def test_a_stream_begins_with_what_fills_a_proxys_buffer(site: SiteUnderTest) -> None:
    key = await key_of_a_conversation(site)
    async with site.http.get(f"{site.url}/@kotori/events", headers={"Authorization": f"Bearer {key}"}) as stream:
        opening = await stream.content.readuntil(b"\n\n")
    assert opening.startswith(b":")
    assert len(opening) > 2_048


async def test_a_resumed_answer_still_ends_with_its_whole_html(site: SiteUnderTest) -> None:
    events = events_in(await (await site.ask("Does it work offline?", **STREAM)).text())
    key = str(events[0][1]["key"])
    headers = {"Authorization": f"Bearer {key}", "Last-Event-ID": "0"}
    async with site.http.get(f"{site.url}/@kotori/events", headers=headers) as stream:
        heard: list[tuple[str, dict[str, object], str]] = []
        while not heard or heard[-1][0] != "done":
            heard += await next_events(stream)
    assert heard[-1][1] == events[-1][1]


async def test_feedback_and_handoff_reach_the_store(site: SiteUnderTest) -> None:
    told = await (await site.ask("Does it work offline?")).json()
    key, message = told["conversation"], told["message"]["id"]
    bearer = {"Authorization": f"Bearer {key}"}
    rated = await site.post(f"/@kotori/messages/{message}/feedback", json={"up": False}, headers=bearer)
    assert rated.status == 204
    said = await (await site.post("/@kotori/conversation", json={}, headers=bearer)).json()
    assert said["messages"][1]["feedback"] == "down"
    passed_on = await site.post("/@kotori/handoff", json={}, headers=bearer)
    assert set(await passed_on.json()) == {"code", "text"}
    assert await site.db.collection("alerts").count({}) == 1
    wrong = await site.post(f"/@kotori/messages/{message}/feedback", json={"up": "yes"}, headers=bearer)
    assert wrong.status == 400


async def test_a_deleted_conversation_is_gone(site: SiteUnderTest) -> None:
    key = await key_of_a_conversation(site)
    bearer = {"Authorization": f"Bearer {key}"}
    async with site.http.delete(f"{site.url}/@kotori/conversation", headers=bearer) as response:
        assert response.status == 204
    assert (await site.post("/@kotori/conversation", json={}, headers=bearer)).status == 404
    assert await site.db.collection("messages").count({}) == 0


async def test_a_limit_is_one_notice_with_the_time_to_wait(site: SiteUnderTest) -> None:
    key = await key_of_a_conversation(site)
    statuses = [(await site.ask("again", key=key)).status for _ in range(10)]
    assert statuses[-1] == 429
    streamed = await site.ask("again", key=key, **STREAM)
    assert streamed.status == 429
    ((name, data, _id),) = events_in(await streamed.text())
    assert name == "notice"
    assert data["code"] == "rate_limited"
    assert str(data["retry_after"]) == streamed.headers["Retry-After"]
    plain = await site.ask("again", key=key)
    assert int(plain.headers["Retry-After"]) > 0
    assert (await plain.json())["error"]["code"] == "rate_limited"


async def test_the_form_answers_with_the_page_and_the_exchange(site: SiteUnderTest) -> None:
    form = {"id": str(uuid.uuid4()), "text": "<script>alert(1)</script> オフラインで使えますか？", "conversation": ""}
    response = await site.post("/@kotori/messages", data=form, headers={"Accept": "text/html"})
    page = await response.text()
    assert response.status == 200
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; オフラインで使えますか？" in page
    assert "<strong>it does</strong>" in page
    assert "Set-Cookie" not in response.headers
    again = await site.post("/@kotori/messages", data=form, headers={"Accept": "text/html"})
    assert (await again.text()).count("オフラインで使えますか？") == 1


async def test_a_browser_that_went_back_loses_no_words_to_its_old_id(site: SiteUnderTest) -> None:
    form = {"id": str(uuid.uuid4()), "text": "オフラインで使えますか？", "conversation": ""}
    page = await (await site.post("/@kotori/messages", data=form, headers={"Accept": "text/html"})).text()
    key = page.split('name="conversation" value="')[1].split('"')[0]
    changed = form | {"text": "料金は？", "conversation": key}
    answered = await site.post("/@kotori/messages", data=changed, headers={"Accept": "text/html"})
    told = await answered.text()
    assert answered.status == 200
    assert told.index("オフラインで使えますか？") < told.index("料金は？")
    assert form["id"] not in told
    again = await site.post("/@kotori/messages", data=changed, headers={"Accept": "text/html"})
    assert (again.status, await site.db.collection("messages").count({"role": "visitor"})) == (200, 2)


async def test_an_old_id_with_other_words_opens_nothing_for_a_script_or_later(site: SiteUnderTest) -> None:
    """S14"""
    first = {"id": str(uuid.uuid4()), "text": "オフラインで使えますか？"}
    assert (await site.post("/@kotori/messages", json=first)).status == 200
    assert (await site.post("/@kotori/messages", json=first | {"text": "料金は？"})).status == 400
    site.side.clock.advance(timedelta(minutes=11))
    late = await site.post("/@kotori/messages", data=first | {"text": "料金は？"}, headers={"Accept": "text/html"})
    told = await late.text()
    assert late.status == 400
    assert ">料金は？</textarea>" in told
    assert "オフラインで使えますか？" not in told


async def test_a_refused_form_keeps_what_was_written(site: SiteUnderTest) -> None:
    form = {"id": "no-uuid", "text": "まだ送れていない質問"}
    response = await site.post("/@kotori/messages", data=form, headers={"Accept": "text/html"})
    assert response.status == 400
    assert "まだ送れていない質問</textarea>" in await response.text()


async def test_opening_the_page_counts_a_view_and_leaves_nothing(site: SiteUnderTest) -> None:
    response = await site.get("/@kotori", headers=A_PERSON)
    assert response.status == 200
    assert "Set-Cookie" not in response.headers
    app = await site.apps.public("kotori")
    assert await PageViewRepository(site.db).views(app.scope, date(2040, 4, 2)) == 1


async def test_the_page_speaks_the_browsers_language_or_the_one_asked_for(site: SiteUnderTest) -> None:
    japanese = await (await site.get("/@kotori", headers={"Accept-Language": "ja,en;q=0.5"})).text()
    assert '<html lang="ja">' in japanese
    assert "この会話を削除" in japanese
    english = await (await site.get("/@kotori?lang=en", headers={"Accept-Language": "ja"})).text()
    assert '<html lang="en">' in english
    assert "Delete this conversation" in english


async def test_the_access_log_holds_networks_families_and_templates_only(site: SiteUnderTest) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0.6723.58 Safari/537.36"
    await site.get("/@kotori?q=canary-query", headers={"User-Agent": agent})
    await site.get("/sign-in/canary-token", headers={"User-Agent": agent})
    await site.get("/canary-path", headers={"User-Agent": agent})
    await site.access_log.close()
    rows = await site.db.collection("access_log").find({}, sort=[("_id", 1)])
    assert [row["route"] for row in rows] == ["/@{handle}", "/sign-in/{token}", "none"]
    assert [row["status"] for row in rows] == [200, 404, 404]
    assert {row["address"] for row in rows} <= {"127.0.0.0/24", "::/48"}
    assert {row["browser"] for row in rows} == {"Chrome 130"}
    assert all((row["expires_at"] - row["at"]).days == 90 for row in rows)
    assert "canary" not in repr(rows)
    assert "kotori" not in repr(rows)


async def test_a_message_to_the_owner_has_no_answer_of_mimis(site: SiteUnderTest) -> None:
    key = await key_of_a_conversation(site)
    app = await site.apps.public("kotori")
    (conversation,) = await site.db.collection("conversations").find({})
    await site.side.takeovers.begin(app.scope, conversation["_id"])
    events = events_in(await (await site.ask("Hello?", key=key, **STREAM)).text())
    assert [name for name, _, _ in events] == ["conversation", "notice"]
    assert events[0][1] == {"key": key, "message": "", "lang": "en"}
    assert events[1][1]["code"] == "with_owner"
    told = await (await site.ask("Anybody there?", key=key)).json()
    assert (told["conversation"], told["message"], told["notice"]["code"]) == (key, None, "with_owner")
    transcript = await (await site.post("/@kotori/conversation", json={"conversation": key})).json()
    assert [each["role"] for each in transcript["messages"]] == ["visitor", "mimi", "presence", "visitor", "visitor"]
    assert transcript["messages"][2]["state"] == "came"
    assert transcript["messages"][2]["text"].startswith("The owner has joined")
