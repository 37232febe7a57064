"""Whole stories around the main one: dialogues, a Claude that fails, the web page, the export, leaving."""

import io
import json
import zipfile
from urllib.parse import urlsplit

import pytest
from claude_events import Fault as ClaudeFault
from journeys import alert_about, page, sign_in, spoken, the_link
from mimi import Mimi

from bot.embedded.line_simulator import words_of
from knowledge.store import registry

pytestmark = pytest.mark.usefixtures("nothing_goes_wrong")


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
    assert (await page(mimi, "/@kotori"))[0] == 410
    assert await registry.remains(mimi.database, owner["_id"], mimi.owner.user_id) == {}
    for stored in registry.STORED:
        left = str(await mimi.database.collection(stored.name).find({}))
        for trace in (owner["_id"], mimi.owner.user_id, "fourteen days", "elephants", unknown.key):
            assert trace not in left, stored.name
    [stranger] = await mimi.owner_says("/faq")
    assert stranger == "You have no account here yet. Shall I create one?"
