"""Leaving: pages off at once, a day to stay, everything gone at its end, and the owner told at every step."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from mimi import Mimi, soon
from owner_chat import Core, OwnerChat
from sites import SiteUnderTest, running_site

from handlers.accounts.leaving import COOL_OFF, ERASING_LEASE, KEEP_ACCOUNT
from handlers.chat.accounts.downloads import EXPORT
from handlers.chat.entries.faqs import ADD_FAQ
from handlers.outgoing import from_body, letter_in
from knowledge.errors import NotAllowed, NotFound
from knowledge.store import registry
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.database import Database, Document
from knowledge.store.outbox.held_rows import HeldRows

ADDRESS = "yuki@example.com"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await OwnerRepository(db).set_email((await chat.owner()).scope, ADDRESS)
    return chat


async def leaves(chat: OwnerChat) -> None:
    await chat.says("/delete-account")
    await chat.says("delete")


async def subjects(db: Database) -> list[str]:
    """What was mailed to the owner, the oldest first."""
    rows = await db.collection("outbox").find({"channel": "mail", "to": ADDRESS}, sort=[("_id", 1)])
    return [letter_in(row["body"])[0] for row in rows]


async def test_the_pages_go_off_at_once_and_nothing_is_lost_for_a_day(chat: OwnerChat) -> None:
    await chat.says("/faq add Free? = Yes")
    await leaves(chat)
    with pytest.raises(NotFound):
        await chat.core.apps.public("hitsuji")
    assert await subjects(chat.core.db) == ["mimi: your account will be deleted"]
    chat.core.clock.advance(COOL_OFF - timedelta(seconds=1))
    assert await chat.core.areas.accounts.leaving.erase_due() == 0
    assert (await chat.taps("Keep my account"))[0] == "Your account stays, and your pages are back online."
    assert (await chat.core.apps.public("hitsuji")).name == "Hitsuji"
    assert [each.question for each in await chat.core.faqs.list((await chat.app()).scope)] == ["Free?"]
    assert (await subjects(chat.core.db))[-1] == "mimi: your account will not be deleted"
    chat.core.clock.advance(COOL_OFF)
    assert await chat.core.areas.accounts.leaving.erase_due() == 0


async def test_while_leaving_nothing_else_can_be_done_and_the_handle_is_kept(chat: OwnerChat) -> None:
    await leaves(chat)
    for line in ("/faq add Free? = Yes", "hello", "/app new Other", "/delete-account"):
        assert (await chat.says(line))[0].startswith("Your account is being deleted")
    assert (await chat.presses(ADD_FAQ()))[0].startswith("Your account is being deleted")
    assert (await chat.follows())[0].startswith("Your account is being deleted")
    assert (await chat.presses(EXPORT()))[0].startswith("Download your data")
    with pytest.raises(NotAllowed):
        await chat.core.apps.create((await chat.owner()).scope, "Other", "other")
    other = OwnerChat(chat.core)
    await other.follows()
    await other.says("Hitsuji")
    assert (await other.says("hitsuji"))[0] == "@hitsuji is already taken. Please write another one."


async def test_a_dialogue_under_way_is_not_asked_about_any_more(chat: OwnerChat) -> None:
    await chat.says("/faq add")
    await chat.core.areas.accounts.leaving.begin(await chat.owner(), in_line=False)
    assert len(await chat.says("Is it free?")) == 1


async def test_after_a_day_everything_is_gone_and_the_owner_is_told_in_line_and_by_mail(chat: OwnerChat) -> None:
    """S13, S63"""
    owner = await chat.owner()
    value = await chat.core.accounts.sign_in((await chat.core.accounts.sign_in_link(owner.scope)).token)
    await leaves(chat)
    chat.core.clock.advance(COOL_OFF)
    assert await chat.core.areas.accounts.leaving.erase_due() == 1
    assert await chat.core.accounts.session_owner(value) is None
    told = await chat.core.db.collection("outbox").find({}, sort=[("channel", 1)])
    assert [(row["channel"], row["to"], row["owner_id"]) for row in told] == [
        ("line", chat.person, None),
        ("mail", ADDRESS, None),
    ]
    await chat.core.db.collection("outbox").delete_many({})  # they leave nothing once they are sent
    assert await registry.remains(chat.core.db, owner.id, chat.person, ADDRESS) == {}
    assert await chat.says("hello") == ["You have no account here yet. Shall I create one?"]


async def test_the_answer_to_erasing_is_nobodys(chat: OwnerChat) -> None:
    """Written as the owner's, it would be a trace of them."""
    owner = await chat.owner()
    await leaves(chat)
    await chat.taps("Erase now")
    await chat.taps("Erase now")
    assert chat.whose is None
    await chat.core.db.collection("outbox").delete_many({"owner_id": None})
    assert await registry.remains(chat.core.db, owner.id, chat.person, ADDRESS) == {}


async def test_several_instances_erase_once_and_say_goodbye_once(chat: OwnerChat) -> None:
    await leaves(chat)
    chat.core.clock.advance(COOL_OFF)
    instances = [Core(chat.core.db, chat.core.clock) for _ in range(3)]
    await asyncio.gather(*(each.areas.accounts.leaving.erase_due() for each in instances))
    assert await chat.core.db.collection("owners").count({}) == 0
    assert await chat.core.db.collection("outbox").count({"channel": "line", "owner_id": None}) == 1
    assert await chat.core.db.collection("outbox").count({"channel": "mail", "owner_id": None}) == 1


async def test_an_erasure_that_a_killed_process_left_half_done_is_finished_and_cannot_be_stopped(
    chat: OwnerChat,
) -> None:
    owner = await chat.owner()
    await leaves(chat)
    chat.core.clock.advance(COOL_OFF)
    now = chat.core.clock.now()
    await OwnerRepository(chat.core.db).begin_erasing(owner.scope, now, now + ERASING_LEASE)
    await registry.erase_belongings(chat.core.db, owner.id, chat.person, ADDRESS)
    with pytest.raises(NotFound):
        await chat.core.areas.accounts.leaving.stay(await chat.owner(), in_line=True)
    assert await Core(chat.core.db, chat.core.clock).areas.accounts.leaving.erase_due() == 0
    chat.core.clock.advance(ERASING_LEASE)
    assert await Core(chat.core.db, chat.core.clock).areas.accounts.leaving.erase_due() == 1
    assert await chat.core.db.collection("owners").count({}) == 0


async def test_leaving_twice_at_once_is_leaving_once(chat: OwnerChat) -> None:
    owner = await chat.owner()
    times = await asyncio.gather(*(chat.core.areas.accounts.leaving.begin(owner, in_line=True) for _ in range(3)))
    assert len(set(times)) == 1
    assert await subjects(chat.core.db) == ["mimi: your account will be deleted"]


async def test_of_staying_and_the_end_of_the_day_at_once_only_one_happens(chat: OwnerChat) -> None:
    await leaves(chat)
    chat.core.clock.advance(COOL_OFF)
    owner = await chat.owner()
    leaving = chat.core.areas.accounts.leaving
    stayed, erased = await asyncio.gather(
        leaving.stay(owner, in_line=True), leaving.erase_due(), return_exceptions=True
    )
    there = await chat.core.db.collection("owners").count({})
    assert (stayed is None, erased) in {(True, 0), (False, 1)}
    assert there == (1 if stayed is None else 0)


async def test_stale_buttons_say_what_happened_and_delete_nothing(chat: OwnerChat) -> None:
    await leaves(chat)
    first = chat.last
    await chat.taps("Erase now")
    confirm = chat.last
    await chat.taps("Keep my account")
    for stale in (first, confirm):
        chat.last = stale
        assert (await chat.taps("Erase now"))[0] == "That deletion was already cancelled. Nothing was deleted."
    assert (await chat.presses(KEEP_ACCOUNT()))[0].startswith("Your account is not being deleted")
    chat.core.clock.advance(timedelta(minutes=1))
    await leaves(chat)
    chat.last = confirm
    assert (await chat.taps("Erase now"))[0] == "That deletion was already cancelled. Nothing was deleted."
    assert await chat.owner()


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        running.http.headers["Accept-Language"] = "en"
        await running.an_app()
        yield running


async def test_the_web_begins_stays_and_erases_and_line_hears_of_it(site: SiteUnderTest) -> None:
    cookie, owner = await site.sign_in(), site.owners["yuki"]
    typed = {"typed": "delete"}
    await site.post("/owner/delete", data=typed, headers=cookie)
    for path in ("/owner", "/owner/apps/kotori", "/owner/account", "/owner/alerts"):
        sent_on = await site.get(path, headers=cookie)
        assert (sent_on.status, sent_on.headers["Location"]) == (303, "/owner/delete")
    refused = await site.post("/owner/apps/kotori/faqs", data={"question": "q", "answer": "a"}, headers=cookie)
    assert refused.status == 303
    shown = await (await site.get("/owner/delete", headers=cookie)).text()
    assert "Your pages are offline." in shown
    take_along = await (await site.get("/owner/export", headers=cookie)).text()
    assert ('href="/owner/delete"' in take_along, 'href="/owner/alerts"' in take_along) == (True, False)
    assert (await site.get("/owner/export.zip", headers=cookie)).status == 200
    asked = await site.ask("Hello?")
    assert asked.status == 404
    stayed = await site.post("/owner/delete/stay", headers=cookie)
    assert stayed.headers["Location"] == "/owner/account?done=stays"
    assert (await site.get("/@kotori")).status == 200
    told = [str(from_body(row.body)) for row in await HeldRows(site.db).of(owner.scope)]
    assert "as requested in the dashboard" in told[0]
    assert "Your account stays" in told[1]
    late = await site.post("/owner/delete/now", data=typed, headers=cookie)
    assert (late.status, "That deletion was already cancelled." in await late.text()) == (404, True)
    await site.post("/owner/delete", data=typed, headers=cookie)
    assert (await site.post("/owner/delete/now", data=typed, headers=cookie)).status == 200
    assert await site.db.collection("owners").count({}) == 0
    [farewell] = await site.db.collection("outbox").find({"channel": "line"})
    assert farewell["to"] == owner.line_user_id


async def test_the_running_program_erases_by_itself_after_a_restart(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.owner_says("/delete-account")
    await mimi.owner_says("kotori")
    await mimi.stop()
    [owner] = await mimi.database.collection("owners").find({})
    over: Document = {"$set": {"leaving_at": owner["leaving_at"] - COOL_OFF}}
    await mimi.database.collection("owners").update_one({}, over)
    seen = len(mimi.owner.chat)
    await mimi.start()

    def told() -> bool:
        return any("has been deleted" in str(item.message) for item in mimi.owner.chat[seen:])

    await mimi.line.wait_for(told)

    async def gone() -> bool:
        return await registry.remains(mimi.database, owner["_id"], mimi.owner.user_id) == {}

    await soon(gone)
