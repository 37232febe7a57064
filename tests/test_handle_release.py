"""Handles of accounts nobody uses: told twice, let go, and kept by any sign of life; and those of the deleted."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from owner_chat import Core, OwnerChat

from handlers.accounts.leaving import COOL_OFF
from handlers.insight.visits import Visit
from handlers.notices.handle_release import KEEP_HANDLE
from handlers.notices.signs_of_life import FIRST_NOTICE, LAST_NOTICE
from handlers.outgoing import letter_in
from knowledge.errors import Gone
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.database import Database
from knowledge.store.notices.deliveries import Delivered, DeliveryRepository
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import OutboxRepository, OutboxRow

ADDRESS = "yuki@example.com"
COOL_OFF_OF_HANDLES = timedelta(days=90)
HALF_A_YEAR = timedelta(days=184)  # from the end of the second of April


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await OwnerRepository(db).set_email((await chat.owner()).scope, ADDRESS)
    return chat


async def looked(core: Core) -> int:
    return await core.areas.notices.release.look()


async def after(chat: OwnerChat, by: timedelta) -> int:
    chat.core.clock.advance(by)
    return await looked(chat.core)


async def letters(db: Database) -> list[dict[str, Any]]:
    rows = await db.collection("outbox").find({"channel": "mail", "to": ADDRESS}, sort=[("created_at", 1), ("_id", 1)])
    return [dict(zip(("subject", "text"), letter_in(row["body"]), strict=True)) for row in rows]


async def cards(chat: OwnerChat) -> list[OutboxRow]:
    return await HeldRows(chat.core.db).of((await chat.owner()).scope)


async def test_an_unused_handle_is_told_of_twice_and_then_released(chat: OwnerChat) -> None:
    """The policy: six months without a sign of life, notices 30 and 7 days before, then released."""
    assert await looked(chat.core) == 0
    assert await after(chat, HALF_A_YEAR - timedelta(days=1)) == 0
    assert await after(chat, timedelta(days=1)) == 1
    [first] = await letters(chat.core.db)
    assert first["subject"] == "mimi: @hitsuji will be released on November 2, 2040"
    assert "April 2, 2040" in first["text"]
    assert await after(chat, FIRST_NOTICE - LAST_NOTICE - timedelta(minutes=1)) == 0
    assert await after(chat, timedelta(minutes=1)) == 1
    assert await after(chat, LAST_NOTICE - timedelta(minutes=1)) == 0
    assert (await chat.core.apps.public("hitsuji")).name == "Hitsuji"
    assert await after(chat, timedelta(minutes=1)) == 1
    assert [letter["subject"] for letter in await letters(chat.core.db)] == [
        "mimi: @hitsuji will be released on November 2, 2040",
        "mimi: @hitsuji will be released on November 2, 2040",
        "mimi: @hitsuji has been released",
    ]
    app = await chat.core.apps.chosen(await chat.owner())
    assert (app.name, app.released_handle) == ("Hitsuji", "hitsuji")
    assert app.handle.startswith("app-")
    with pytest.raises(Gone):
        await chat.core.apps.public("hitsuji")


async def is_released_as(chat: OwnerChat, handle: str) -> None:
    await looked(chat.core)
    for pause in (HALF_A_YEAR, FIRST_NOTICE - LAST_NOTICE, LAST_NOTICE):
        await after(chat, pause)
    assert (await chat.app()).released_handle == handle


def not_free_yet(handle: str) -> str:
    return f"@{handle} was in use until recently and is not free yet. Please choose another one."


async def test_a_released_handle_rests_for_everybody_but_who_had_it(chat: OwnerChat) -> None:
    await chat.says("/app handle hitsuji-new")  # what leads to the page from before goes with it
    await is_released_as(chat, "hitsuji-new")
    stranger = OwnerChat(chat.core)
    await stranger.signs_up("Other", "other")
    for handle in ("hitsuji", "hitsuji-new"):
        assert await stranger.says(f"/app handle {handle}") == [not_free_yet(handle)]
    assert "hitsuji" not in str(await chat.core.db.collection("handle_tombstones").find({}))
    [*_before, card] = await cards(chat)
    [reply] = card.body["replies"]
    until = "Until January 31, 2041, only you can take @hitsuji-new."
    assert until in (await letters(chat.core.db))[-1]["text"]
    chat.core.clock.advance(COOL_OFF_OF_HANDLES - timedelta(days=1))
    assert await stranger.says("/app handle hitsuji") == [not_free_yet("hitsuji")]
    await chat.posts(reply["choices"][0]["action"])
    await chat.says("/app handle hitsuji")
    assert (await chat.app()).handle == "hitsuji"


async def test_after_its_rest_a_released_handle_is_anybodys(chat: OwnerChat) -> None:
    await is_released_as(chat, "hitsuji")
    chat.core.clock.advance(COOL_OFF_OF_HANDLES)
    stranger = OwnerChat(chat.core)
    await stranger.signs_up("Other", "hitsuji")
    assert (await stranger.app()).handle == "hitsuji"


@pytest.mark.parametrize("days", [0, 22, 23, 29])
async def test_any_sign_of_life_keeps_it(chat: OwnerChat, days: int) -> None:
    await looked(chat.core)
    await after(chat, HALF_A_YEAR)
    await after(chat, timedelta(days=days))
    chat.last = ()
    assert await chat.presses(KEEP_HANDLE()) == ["Good to hear from you. Your handles stay yours: @hitsuji"]
    assert await after(chat, FIRST_NOTICE) == 0
    assert (await chat.app()).handle == "hitsuji"


async def test_a_clock_that_jumps_ahead_and_back_releases_nothing(chat: OwnerChat) -> None:
    """What it had said too early is said again in time: a week before the day that was named."""
    await looked(chat.core)
    jump = timedelta(days=400)
    assert await after(chat, jump) == 1
    assert await after(chat, -jump) == 0
    named = FIRST_NOTICE + jump
    assert await after(chat, named - LAST_NOTICE - timedelta(minutes=1)) == 0
    assert (await chat.app()).handle == "hitsuji"
    assert await after(chat, timedelta(minutes=1)) == 1
    assert len(await letters(chat.core.db)) == 2
    await chat.says("/account")
    assert await after(chat, LAST_NOTICE) == 0
    assert (await chat.app()).handle == "hitsuji"


async def test_a_sign_in_on_the_web_is_one_too(chat: OwnerChat) -> None:
    link = await chat.core.accounts.sign_in_link((await chat.owner()).scope)
    chat.core.clock.advance(timedelta(minutes=1))
    session = await chat.core.accounts.sign_in(link.token)
    for _day in range(16):  # a session in use lives for sixty days
        chat.core.clock.advance(timedelta(days=3))
        assert await chat.core.accounts.session_owner(session)
    assert await after(chat, HALF_A_YEAR - timedelta(days=2)) == 0
    assert await letters(chat.core.db) == []


async def test_a_page_that_people_visit_keeps_its_handle(chat: OwnerChat) -> None:
    await looked(chat.core)
    chat.core.clock.advance(HALF_A_YEAR - timedelta(days=1))
    scope = (await chat.app()).scope
    for _view in range(31):
        await chat.core.areas.insight.page_views.count(scope, Visit())
    assert await after(chat, timedelta(days=2)) == 0
    assert await after(chat, HALF_A_YEAR - timedelta(days=30)) == 0
    assert await after(chat, timedelta(days=40)) == 1


async def test_of_a_release_and_a_sign_of_life_at_the_same_moment_one_comes_after_the_other(chat: OwnerChat) -> None:
    """Whichever is first: the owner has the handle, or is told where the app is."""
    await looked(chat.core)
    await after(chat, HALF_A_YEAR)
    await after(chat, FIRST_NOTICE - LAST_NOTICE)
    chat.core.clock.advance(LAST_NOTICE)
    await asyncio.gather(looked(chat.core), chat.says("/account"), looked(chat.core))
    await looked(chat.core)
    app = await chat.app()
    assert (app.handle == "hitsuji") is (app.released_handle == "")
    told = [letter["subject"] for letter in await letters(chat.core.db)][2:]
    assert bool(told) is bool(app.released_handle)


async def test_however_many_processes_look_it_is_said_once(chat: OwnerChat) -> None:
    await looked(chat.core)
    chat.core.clock.advance(HALF_A_YEAR)
    assert sum(await asyncio.gather(*(looked(chat.core) for _process in range(4)))) == 1
    assert len(await letters(chat.core.db)) == 1
    assert len(await cards(chat)) == 1


async def test_who_comes_back_is_told_and_takes_the_nearest_handle_that_is_free(chat: OwnerChat) -> None:
    await is_released_as(chat, "hitsuji")
    chat.core.clock.advance(COOL_OFF_OF_HANDLES)
    stranger = OwnerChat(chat.core)
    await stranger.signs_up("Other", "hitsuji")
    await looked(chat.core)
    await chat.says("/account")
    await looked(chat.core)
    [*_before, card] = await cards(chat)
    [reply] = card.body["replies"]
    assert [choice["action"].rpartition(":")[2] for choice in reply["choices"]] == ["hitsuji-2"]
    assert (await chat.posts(reply["choices"][0]["action"]))[0].startswith("Hitsuji\nYour page is now at @hitsuji-2.")
    app = await chat.app()
    assert (app.handle, app.released_handle) == ("hitsuji-2", "")
    said = len(await cards(chat))
    await looked(chat.core)
    assert len(await cards(chat)) == said


async def test_an_account_without_address_or_line_is_on_record_as_such(chat: OwnerChat, db: Database) -> None:
    owner = await chat.owner()
    await OwnerRepository(db).clear_email(owner.scope, ADDRESS)
    await looked(chat.core)
    await after(chat, HALF_A_YEAR)
    [delivery] = await DeliveryRepository(db).of(owner.scope)
    assert (delivery.mail, delivery.line) == (Delivered.NO_ADDRESS, Delivered.WAITING)


@pytest.mark.parametrize("arrives", [True, False])
async def test_the_record_says_what_became_of_the_letter(chat: OwnerChat, db: Database, arrives: bool) -> None:
    await looked(chat.core)
    await after(chat, HALF_A_YEAR)
    outbox = OutboxRepository(db)
    row = await outbox.take(chat.core.clock.now(), timedelta(minutes=1))
    assert row
    if arrives:
        await outbox.sent(row, (), chat.core.clock.now())
    else:
        await outbox.failed(row, "550 no such user", chat.core.clock.now())
    chat.core.clock.advance(timedelta(minutes=3))
    assert await chat.core.areas.notices.deliveries.settle() == 1
    [delivery] = await DeliveryRepository(db).of((await chat.owner()).scope)
    assert delivery.mail is (Delivered.SENT if arrives else Delivered.REFUSED)
    assert (await DeliveryRepository(db).counts_of(delivery.notice)).mail == {delivery.mail: 1}


async def test_no_stranger_stands_at_the_address_of_a_deleted_account(chat: OwnerChat) -> None:
    await chat.says("/app handle hitsuji-new")
    await chat.says("/delete-account")
    await chat.says("delete")
    chat.core.clock.advance(COOL_OFF)
    assert await chat.core.areas.accounts.leaving.erase_due() == 1
    stranger = OwnerChat(chat.core)
    await stranger.follows()
    await stranger.says("Other")
    for handle in ("hitsuji", "hitsuji-new"):
        assert (await stranger.says(handle))[0] == not_free_yet(handle)
    assert "hitsuji" not in str(await chat.core.db.collection("handle_tombstones").find({}))
    with pytest.raises(Gone):
        await chat.core.apps.public("hitsuji")
    await chat.signs_up("Mine again", "hitsuji-new")  # who it was is known by their LINE
    assert (await chat.app()).handle == "hitsuji-new"
    chat.core.clock.advance(COOL_OFF_OF_HANDLES)
    await stranger.says("/app new Other")
    await stranger.says("hitsuji")
    assert (await stranger.app()).handle == "hitsuji"
