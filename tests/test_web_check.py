"""The check of a doubtful message as scripts meet it: docs/api.md."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sites import SiteUnderTest, running_site
from test_spam_challenges import solved

from knowledge.store.database import Database

DOUBTFUL = "We offer SEO services for your website. Please reply if interested."
STREAM = {"Accept": "text/event-stream"}


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        app = await running.an_app()
        await running.faqs.add(app.scope, "Offline?", "Yes.")
        yield running


async def sent(site: SiteUnderTest, id: str, text: str = DOUBTFUL, **more: Any) -> tuple[int, dict[str, Any]]:  # noqa: A002
    response = await site.post("/@kotori/messages", json={"id": id, "text": text} | more)
    return response.status, json.loads(await response.text())


async def a_check(site: SiteUnderTest, message: str) -> dict[str, str]:
    status, told = await sent(site, message)
    assert status == 428
    token = told["check"]["token"]
    return {"check": token, "proof": solved(token, told["check"]["bits"])}


async def test_a_check_says_what_is_wanted_and_why(site: SiteUnderTest) -> None:
    response = await site.ask(DOUBTFUL, **STREAM)
    told = json.loads(await response.text())
    assert (response.status, told["error"]["code"]) == (428, "check_needed")
    assert told["check"].keys() == {"token", "bits", "parts", "wait", "why"}
    assert (told["check"]["why"], told["check"]["wait"]) == ("asked", 8000)
    for collection in ("messages", "conversations", "alerts"):
        assert await site.db.collection(collection).count({}) == 0


async def test_a_check_that_is_met_twice_lets_one_message_through(site: SiteUnderTest) -> None:
    message = str(uuid.uuid4())
    met = await a_check(site, message)
    told = await asyncio.gather(*(sent(site, message, **met) for _ in range(4)))
    assert {status for status, _ in told} == {200}
    assert len({answer["message"]["id"] for _, answer in told}) == 1
    assert await site.db.collection("messages").count({"role": "visitor"}) == 1
    # With other words it is not a second message either.
    status, refused = await sent(site, message, DOUBTFUL + " Please.", **met)
    assert (status, refused["error"]["code"]) == (400, "bad_input")


@pytest.mark.parametrize("wrong", ["message", "conversation", "altered", "proof", "late"])
async def test_each_thing_that_is_wrong_has_its_own_answer(site: SiteUnderTest, wrong: str) -> None:
    message = str(uuid.uuid4())
    met = await a_check(site, message)
    why = {"proof": "unsolved", "late": "late"}.get(wrong, "altered")
    more: dict[str, str] = {}
    if wrong == "message":
        message = str(uuid.uuid4())
    elif wrong == "conversation":
        opened = json.loads(await (await site.ask("Offline?")).text())
        more = {"conversation": opened["conversation"]}
    elif wrong == "altered":
        met["check"] = met["check"][:-1] + ("0" if met["check"][-1] != "0" else "1")
    elif wrong == "proof":
        met["proof"] = "1.2.3.4.5.6.7.8"
    else:
        site.side.clock.advance(timedelta(hours=1))
    status, told = await sent(site, message, **met, **more)
    assert (status, told["check"]["why"]) == (428, why)
    again = {"check": told["check"]["token"], "proof": solved(told["check"]["token"], told["check"]["bits"])}
    assert (await sent(site, message, **again, **more))[0] == 200


async def test_spaces_around_a_check_do_no_harm(site: SiteUnderTest) -> None:
    message = str(uuid.uuid4())
    met = {name: f" {value}\n" for name, value in (await a_check(site, message)).items()}
    assert (await sent(site, message, **met))[0] == 200


async def test_spam_that_is_certain_is_not_bought_free_by_a_check(site: SiteUnderTest) -> None:
    message = str(uuid.uuid4())
    met = await a_check(site, message)
    spam = "スマホだけで月収80万円！誰でも簡単に稼げます。今すぐLINE追加→ https://bad.example/a https://bad.example/b"
    status, told = await sent(site, message, spam, **met)
    assert (status, told["message"]["state"]) == (200, "held")


@pytest.mark.parametrize("field", ["check", "proof"])
async def test_a_check_that_is_no_text_is_refused(site: SiteUnderTest, field: str) -> None:
    sending: dict[str, Any] = {field: {"$gt": ""}}
    status, told = await sent(site, str(uuid.uuid4()), **sending)
    assert (status, told["error"]["code"]) == (400, "bad_input")


async def test_an_alarm_costs_seconds_and_never_the_conversation(site: SiteUnderTest) -> None:
    opened = json.loads(await (await site.ask("Offline?")).text())
    here, message = {"conversation": opened["conversation"]}, str(uuid.uuid4())
    status, told = await sent(site, message, **here)
    assert status == 428
    site.side.clock.advance(timedelta(milliseconds=told["check"]["wait"]))
    assert (await sent(site, message, check=told["check"]["token"], **here))[0] == 200
    status, told = await sent(site, str(uuid.uuid4()), "Does it work offline?", **here)
    assert (status, told["conversation"]) == (200, opened["conversation"])
    assert [each["text"] for each in await site.db.collection("messages").find({"role": "visitor"})] == [
        "Offline?",
        DOUBTFUL,
        "Does it work offline?",
    ]
