"""Whole stories across both doors: taught and answered on LINE, asked and read on the page."""

import asyncio
import io
import json
import uuid
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from claude_events import Fault as ClaudeFault
from claude_standin import KEY
from mimi import ACCESS_TOKEN, CHANNEL_SECRET, SECRET_KEY, Event, Mimi

from bot import logs
from bot.embedded.line_simulator import ChatItem, Fault, Person, texts, words_of
from knowledge.store import registry
from knowledge.store.database import Document

PHONE = "03-1234-5678"
NAME = "田中花子"
ODD = (
    "あ" * 5_000,
    "🎉👨‍👩‍👧‍👦🏳️‍🌈",
    "مرحبا كيف الحال؟ \u202e",
    "<script>alert(1)</script><b>&amp;",
    '{"$ne": null}',
    "$where: 1",
    "' OR 1=1 --",
    "{name} %s {0}",
    "/",
    "/faq",
    "/faq add",
    "=",
    "\u200b",
    "a\u0000b",
    "https://example.com/?a=1&b=2",
)


@pytest.fixture(autouse=True)
async def nothing_went_wrong(mimi: Mimi) -> AsyncIterator[None]:
    """After every journey: LINE found each request valid, and no event was given up."""
    yield
    await mimi.settled()
    assert [problem for request in mimi.line.requests for problem in request.problems] == []
    assert await mimi.database.collection("inbox").find({"state": "parked"}) == []


async def signs_up(person: Person, name: str, handle: str) -> None:
    await person.follow()
    await person.replies(2)
    for line in (name, handle):
        await person.say(line)
        await person.replies()


async def alert_about(mimi: Mimi, question: str) -> ChatItem:
    """The alert in the owner's chat that shows this question."""

    def shown() -> list[ChatItem]:
        return [item for item in mimi.owner.chat if item.from_bot and question in words_of(item.message)]

    await mimi.line.wait_for(lambda: bool(shown()))
    await mimi.settled()
    return shown()[-1]


async def page(mimi: Mimi, path: str, **headers: str) -> tuple[int, str]:
    async with mimi.http.get(mimi.url + path, headers=headers, allow_redirects=False) as response:
        return response.status, await response.text()


async def next_of(events: AsyncIterator[Event], name: str) -> Event:
    async with asyncio.timeout(10):
        async for event in events:
            if event.name == name:
                return event
    raise AssertionError(f"the stream ended without {name}")


async def spoken(mimi: Mimi, key: str) -> list[tuple[str, str]]:
    """Who said what in a conversation."""
    headers = {"Authorization": f"Bearer {key}"}
    async with mimi.http.post(f"{mimi.url}/@kotori/conversation", json={}, headers=headers) as response:
        return [(each["role"], each["text"]) for each in (await response.json())["messages"]]


async def kept(mimi: Mimi) -> dict[str, list[Document]]:
    """What the store holds of owners, apart from when they were seen and what background work notes at an app."""
    names = ("alerts", "apps", "faqs", "documents", "messages", "conversations")
    stored = {name: await mimi.database.collection(name).find({}, sort=[("_id", 1)]) for name in names}
    return stored | {"apps": [app | {"held": None, "unstudied": None} for app in stored["apps"]]}


# From nothing to a live page


async def test_following_leads_through_name_and_handle_to_a_live_page(mimi: Mimi) -> None:
    assert (await page(mimi, "/@kotori"))[0] == 404
    await mimi.owner.follow()
    greeting, question = texts(await mimi.owner.replies(2))
    assert "mimi" in greeting
    assert question == "(1/2) What is your app called?"
    [handle] = await mimi.owner_says("Kotori")
    assert handle.startswith("(2/2) Which handle")
    await mimi.owner_says("kotori")
    assert "http://localhost/@kotori" in words_of(mimi.owner.chat[-1].message)
    status, html = await page(mimi, "/@kotori")
    assert status == 200
    assert "Kotori" in html


async def test_a_handle_that_cannot_be_had_is_refused_and_asked_for_again(mimi: Mimi) -> None:
    await signs_up(mimi.line.person("Hana", "en"), "Hitsuji", "hitsuji")
    await mimi.owner.follow()
    await mimi.owner.replies()
    await mimi.owner_says("Kotori")
    refused = {
        "hitsuji": "@hitsuji is already taken. Please write another one.",
        " ＠HITSUJI ": "@hitsuji is already taken. Please write another one.",
        "admin": "@admin is reserved. Please write another one.",
    } | dict.fromkeys(
        ("ko", "k" * 31, "ko tori", "ことり", "🐦🐦🐦", "ko/tori", "ko.tori", "<b>kotori</b>"),
        "A handle has 3 to 30 characters: a-z, 0-9, - and _. Please write another one.",
    )
    for wanted, sentence in refused.items():
        problem, question = await mimi.owner_says(wanted, count=2)
        assert problem == sentence
        assert question.startswith("(2/2) Which handle")
    await mimi.owner_says("kotori")
    assert (await page(mimi, "/@kotori"))[0] == 200


# Taught on LINE, asked on the page


async def test_what_is_taught_in_one_line_is_answered_with_its_source(mimi: Mimi) -> None:
    await mimi.sign_up()
    assert await mimi.owner_says("/faq add Is there a trial? = Yes, fourteen days for free.") == [
        "Learned: Is there a trial?"
    ]
    answer = await mimi.visitor_asks("How long is the trial?")
    assert answer.text == "Yes, fourteen days for free."
    assert answer.state == "answered"
    assert answer.sources == ["Is there a trial?"]
    assert [answer.events[0].name, answer.events[-1].name] == ["conversation", "done"]


async def test_what_is_taught_in_a_dialogue_is_answered(mimi: Mimi) -> None:
    await mimi.sign_up()
    assert await mimi.owner_says("/faq add") == ["(1/2) What do visitors ask? Write one question."]
    assert await mimi.owner_says("Is there a trial?") == ["(2/2) And what should I answer?"]
    assert await mimi.owner_says("Yes, fourteen days for free.") == ["Learned: Is there a trial?"]
    assert (await mimi.visitor_asks("How long is the trial?")).text == "Yes, fourteen days for free."


async def test_s50_a_name_and_a_phone_number_reach_neither_claude_nor_the_visitor(mimi: Mimi) -> None:
    await mimi.sign_up()
    _, warning = await mimi.owner_says(
        f"/faq add 電話で相談できますか？ = 担当の{NAME}さんへ。電話は{PHONE}です。", count=2
    )
    kinds = warning.removeprefix("Visitors will not see: ").split(", ")
    assert sorted(kinds) == ["name", "phone number"]
    answer = await mimi.visitor_asks("電話で相談したいです")
    assert answer.state == "answered"
    assert mimi.claude
    for place in (json.dumps(mimi.claude.requests[-1].body, ensure_ascii=False), str(answer)):
        assert "電話" in place
        assert NAME not in place
        assert PHONE not in place


# Nobody knew: the owner answers


async def test_an_unknown_question_is_answered_by_quoting_its_alert_and_kept_with_one_tap(mimi: Mimi) -> None:
    await mimi.sign_up()
    unknown = await mimi.visitor_asks("Do you take elephants?")
    assert unknown.state == "unknown"
    alert = await alert_about(mimi, "Do you take elephants?")
    async with mimi.visitor_listens(unknown.key) as events:
        assert await mimi.owner_says("Small ones only.", quoting=alert.id) == ["Sent to the visitor. Save it as FAQ?"]
        assert (await next_of(events, "owner")).data["text"] == "Small ones only."
    assert await mimi.owner_taps("Save as FAQ") == ["Learned: Do you take elephants?"]
    answer = await mimi.visitor_asks("Do you take elephants?")
    assert (answer.text, answer.state) == ("Small ones only.", "answered")


async def test_an_unknown_question_is_answered_by_the_button_of_its_alert(mimi: Mimi) -> None:
    await mimi.sign_up()
    unknown = await mimi.visitor_asks("Do you take elephants?")
    await alert_about(mimi, "Do you take elephants?")
    async with mimi.visitor_listens(unknown.key) as events:
        assert await mimi.owner_taps("Answer", 2) == [
            "The visitor asks: Do you take elephants?",
            "Write your answer. It goes to the visitor as it is.",
        ]
        assert await mimi.owner_says("Small ones only.") == ["Sent to the visitor. Save it as FAQ?"]
        assert (await next_of(events, "owner")).data["text"] == "Small ones only."
    assert await mimi.owner_taps("Save as FAQ") == ["Learned: Do you take elephants?"]
    assert (await mimi.visitor_asks("Do you take elephants?")).text == "Small ones only."


async def test_answering_a_settled_alert_says_so_and_changes_nothing(mimi: Mimi) -> None:
    await mimi.sign_up()
    unknown = await mimi.visitor_asks("Do you take elephants?")
    alert = await alert_about(mimi, "Do you take elephants?")
    await mimi.owner_says("Small ones only.", quoting=alert.id)
    await mimi.owner_taps("Save as FAQ")
    await mimi.settled()
    before = await kept(mimi)
    assert await mimi.owner_says("All of them.", quoting=alert.id) == ["You have already answered this question."]
    assert await mimi.owner_taps("Answer") == ["You have already answered this question."]
    assert await mimi.owner_taps("Dismiss") == ["You have already answered this question."]
    [stored] = before["alerts"]
    await mimi.owner.postback(f"alert.save:{stored['_id']}")
    assert texts(await mimi.owner.replies()) == ["This answer is already saved as FAQ."]
    assert await kept(mimi) == before
    assert (await spoken(mimi, unknown.key))[2:] == [("owner", "Small ones only.")]


async def test_a_dismissed_alert_is_answered_no_more(mimi: Mimi) -> None:
    await mimi.sign_up()
    unknown = await mimi.visitor_asks("Do you take elephants?")
    alert = await alert_about(mimi, "Do you take elephants?")
    assert await mimi.owner_taps("Dismiss") == ["Dismissed: Do you take elephants?"]
    for say in (mimi.owner_taps("Dismiss"), mimi.owner_taps("Answer"), mimi.owner_says("Yes", quoting=alert.id)):
        assert await say == ["You have already dismissed this question."]
    assert await mimi.owner_says("/alerts") == ["No question is waiting for you."]
    assert len(await spoken(mimi, unknown.key)) == 2


async def test_s39_another_owners_ids_are_to_a_button_as_if_they_were_not(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add Price? = Free")
    await mimi.visitor_asks("Do you take elephants?")
    await alert_about(mimi, "Do you take elephants?")
    hana = mimi.line.person("Hana", "en")
    await signs_up(hana, "Hitsuji", "hitsuji")
    before = await kept(mimi)
    verbs = {"alerts": ("answer", "dismiss", "save"), "apps": ("switch",)}
    verbs["faqs"] = ("edit", "edit_question", "edit_answer", "remove", "remove_now", "keep")
    ids = {name: next(each["_id"] for each in before[name] if each.get("handle") != "hitsuji") for name in verbs}
    for kind, verb in ((kind, verb) for kind, its in verbs.items() for verb in its):
        answers = []
        for about in (ids[kind], "0" * 24, "", '{"$ne": null}'):
            await hana.postback(f"{kind.removesuffix('s')}.{verb}:{about}")
            answers.append(texts(await hana.replies()))
        assert answers == [answers[0]] * 4, verb
        assert len(answers[0]) == 1, verb
    assert await kept(mimi) == before
    assert await mimi.database.collection("dialogues").count({}) == 0


@pytest.mark.parametrize("data", ["nothing", "faq", "faq.remove", ":", "x" * 300, '{"$ne":null}', "say:a/b:c"])
async def test_a_button_nobody_made_gets_a_clear_sentence(mimi: Mimi, data: str) -> None:
    await mimi.sign_up()
    before = await kept(mimi)
    await mimi.owner.postback(data)
    [sentence] = texts(await mimi.owner.replies())
    assert sentence.endswith((".", "?"))
    assert await kept(mimi) == before


# Dialogues


async def test_a_dialogue_goes_on_after_a_restart(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add")
    await mimi.owner_says("Is there a trial?")
    await mimi.settled()
    await mimi.stop()
    await mimi.start()
    assert await mimi.owner_says("Yes, fourteen days for free.") == ["Learned: Is there a trial?"]


async def test_a_dialogue_that_is_cancelled_changes_nothing(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add")
    await mimi.owner_says("Is there a trial?")
    assert await mimi.owner_taps("Cancel") == ["Stopped. Nothing was changed."]
    assert await mimi.owner_says("/cancel") == ["There is nothing to stop."]
    assert await mimi.database.collection("faqs").count({}) == 0


# Claude fails


@pytest.mark.parametrize(
    "fault",
    ["overloaded", "overloaded_event", "error_event", "cut", "cut_mid_character", "unauthorized", "refusal", "empty"],
)
async def test_when_claude_fails_the_answer_is_quoted_from_the_knowledge(mimi: Mimi, fault: ClaudeFault) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add Is there a trial? = Yes, fourteen days for free.")
    assert mimi.claude
    half_said = "これは途中で切れる回答です。" * 5
    mimi.claude.will_fail(fault, times=5, text=half_said, retry_after="0")
    answer = await mimi.visitor_asks("Is there a trial?")
    assert answer.state == "quoted"
    assert "fourteen days" in answer.text
    assert "途中" not in answer.text
    assert answer.sources == ["Is there a trial?"]
    assert (await spoken(mimi, answer.key))[1] == ("mimi", answer.text)


# The owner's page, taking everything along, leaving


async def the_link(mimi: Mimi, label: str = "Open") -> str:
    """The path of the link the owner was just sent."""
    await mimi.owner.tap(label)
    link = urlsplit(mimi.owner.opened_urls[-1])
    return f"{link.path}?{link.query}" if link.query else link.path


async def sign_in(mimi: Mimi, link: str) -> tuple[str, dict[str, str]]:
    """Press the button on the link's page: where it leads, and the browser's cookie."""
    path, _, query = link.partition("?")
    form = {"token": path.rpartition("/")[2], "to": query.removeprefix("to=")}
    async with mimi.http.post(f"{mimi.url}/sign-in", data=form, allow_redirects=False) as response:
        assert response.status == 303
        return response.headers["Location"], {"Cookie": response.headers["Set-Cookie"].partition(";")[0]}


async def test_s4_s5_the_link_from_line_opens_the_owners_page_once_its_button_is_pressed(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add Is there a trial? = Yes, fourteen days for free.")
    await mimi.owner_says("/web")
    link, card = await the_link(mimi), words_of(mimi.owner.chat[-1].message)
    for _ in range(2):
        status, html = await page(mimi, link)
        assert status == 200
        assert any(word.isdigit() and len(word) == 4 and word in html for word in card)
    assert await mimi.database.collection("sessions").count({}) == 0
    room, cookie = await sign_in(mimi, link)
    assert (await page(mimi, room))[0] == 401
    assert (await page(mimi, room, **cookie))[0] == 303
    assert "Yes, fourteen days for free." in (await page(mimi, "/owner/apps/kotori", **cookie))[1]
    assert (await page(mimi, link))[0] == 404


async def test_the_export_holds_what_was_taught_and_asked(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add Is there a trial? = Yes, fourteen days for free.")
    await mimi.visitor_asks("How long is the trial?")
    await mimi.owner_says("/export")
    token = urlsplit(await the_link(mimi, "Download")).path.rpartition("/")[2]
    async with mimi.http.post(f"{mimi.url}/download", data={"token": token}) as response:
        archive = zipfile.ZipFile(io.BytesIO(await response.read()))
    [entry] = json.loads(archive.read("faqs.json"))
    assert (entry["question"], entry["answer"]) == ("Is there a trial?", "Yes, fourteen days for free.")
    assert "How long is the trial?" in archive.read("messages.json").decode()


async def test_deleting_the_account_leaves_nothing_of_the_owner_behind(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/faq add Is there a trial? = Yes, fourteen days for free.")
    unknown = await mimi.visitor_asks("Do you take elephants?")
    await alert_about(mimi, "Do you take elephants?")
    await mimi.owner_says("/web")
    await sign_in(mimi, await the_link(mimi))
    [owner] = await mimi.database.collection("owners").find({})
    await mimi.owner_says("/delete-account")
    problem, _ = await mimi.owner_says("no", count=2)
    assert problem.endswith("Nothing was deleted.")
    await mimi.owner_says("kotori")
    assert (await page(mimi, "/@kotori"))[0] == 404
    await mimi.owner_taps("Erase now")
    [done] = await mimi.owner_taps("Erase now")
    assert "has been deleted" in done
    await mimi.settled()
    assert (await page(mimi, "/@kotori"))[0] == 404
    assert await registry.remains(mimi.database, owner["_id"], mimi.owner.user_id) == {}
    for stored in registry.STORED:
        left = str(await mimi.database.collection(stored.name).find({}))
        for trace in (owner["_id"], mimi.owner.user_id, "fourteen days", "elephants", unknown.key):
            assert trace not in left, stored.name
    [stranger] = await mimi.owner_says("/faq")
    assert stranger == "You have no account here yet. Shall I make one?"


# Whatever people write


async def test_every_odd_line_from_the_owner_gets_an_answer(mimi: Mimi) -> None:
    await mimi.sign_up()
    for line in ODD:
        assert await mimi.owner_says(line), line[:30]
        assert await mimi.owner_says("/cancel"), line[:30]


async def test_odd_text_is_taught_and_answered_as_it_was_written(mimi: Mimi) -> None:
    await mimi.sign_up()
    for line in (*ODD[1:6], "a" * 4_000):
        await mimi.owner_says("/faq add")
        await mimi.owner_says("Odd?")
        assert (await mimi.owner_says(line))[0] == "Learned: Odd?"
    answers = [each["answer"] for each in await mimi.database.collection("faqs").find({}, sort=[("created_at", 1)])]
    assert answers == [line.strip() for line in (*ODD[1:6], "a" * 4_000)]
    assert (await mimi.visitor_asks("Odd?")).state == "answered"


async def test_every_odd_line_from_a_visitor_gets_an_answer(mimi: Mimi) -> None:
    await mimi.sign_up()
    lines = ("🎉👨‍👩‍👧‍👦", "مرحبا \u202e", "<script>alert(1)</script>", '{"$ne": null}', "\u200b")
    for count, line in enumerate(lines, start=1):
        answer = await mimi.visitor_asks(line)
        assert answer.state == "unknown", line
        assert (await spoken(mimi, answer.key))[0] == ("visitor", line)
        assert "<script" not in answer.named("done")[0].data["html"]
        assert await mimi.database.collection("alerts").count({}) == count


@pytest.mark.parametrize("text", ["あ" * 2_001, "", " ", None, {"$ne": None}, 7, ["a"]])
async def test_what_is_no_message_is_refused_with_a_sentence(mimi: Mimi, text: Any) -> None:
    await mimi.sign_up()
    body = {"id": str(uuid.uuid4()), "text": text}
    async with mimi.http.post(f"{mimi.url}/@kotori/messages", json=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]["message"]


async def test_a_blocked_owner_finds_the_question_after_coming_back(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner.unfollow()
    assert (await mimi.visitor_asks("Do you take elephants?")).state == "unknown"
    await mimi.settled()
    await mimi.owner.follow()
    assert texts(await mimi.owner.replies(2)) == [
        "I could not answer this\nDo you take elephants?\nApp: Kotori",
        "Good to see you again. Kotori is where you left it.",
    ]
    assert await mimi.owner_says("/alerts") == ["Open questions: 1"]
    assert "Do you take elephants?" in words_of(mimi.owner.chat[-1].message)


# Logs


@dataclass(frozen=True)
class Canary:
    """What must never be in a log, one for each way in."""

    taught: str = "canary-taught-7731"
    asked: str = "canary-asked-7732"
    answered: str = "canary-answered-7733"
    claude: str = "canary-claude-7734"
    address: str = "canary-address-7735"
    body: str = "canary-body-7736"
    name: str = NAME
    phone: str = PHONE


@pytest.fixture
def log_lines() -> Iterator[None]:
    """Logs as in production, from where standard error is captured by now."""
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("log_lines")
async def test_s56_nothing_people_wrote_and_no_secret_is_in_any_log_line(
    mimi: Mimi, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.set_up(pretty=False)
    canary = Canary()
    await mimi.sign_up()
    await mimi.owner_says(f"/faq add {canary.taught}? = {NAME}さんの電話は{PHONE}です。")
    await mimi.owner_says("/faq remove")
    await mimi.owner.postback(canary.taught)
    await mimi.owner.replies()
    assert mimi.claude
    mimi.claude.will_fail("error_event", times=3, text=f"{canary.claude}. " * 5)
    unknown = await mimi.visitor_asks(f"{canary.asked} {NAME} {PHONE}")
    mimi.line.faults.next("reply", Fault.RATE_429)
    mimi.line.faults.next("push", Fault.ERROR_500)
    await mimi.owner_says(canary.answered)
    await mimi.settled()
    await mimi.owner_says("/web")
    link = await the_link(mimi)
    _, cookie = await sign_in(mimi, link)
    await page(mimi, "/owner/apps/kotori", **cookie)
    await page(mimi, f"/@{canary.address}?q={canary.address}")
    async with mimi.http.post(f"{mimi.url}/@kotori/messages", data=f'{{"text": "{canary.body}"') as response:
        assert response.status in range(400, 500)
    for raw in (canary.body.encode(), json.dumps({"events": canary.body}).encode()):
        assert await mimi.line.deliver([], raw=raw) == 400
        assert await mimi.line.deliver([], raw=raw, signature=canary.body) == 403
    await mimi.stop()
    written = capfd.readouterr().err
    assert len(written.splitlines()) > 5
    secrets = (link, link.rpartition("/")[2], cookie["Cookie"].partition("=")[2], unknown.key)
    settings = (ACCESS_TOKEN, CHANNEL_SECRET, SECRET_KEY, KEY)
    for planted in (*vars(canary).values(), *secrets, *settings):
        assert planted not in written
