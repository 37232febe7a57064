"""An owner's e-mail address: proved by a code that dies soon, never told to anybody else, changed and taken off."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from mimi import Mimi, soon
from owner_chat import OwnerChat
from sites import SiteUnderTest, running_site

from handlers.accounts.emails import CODE_LIVES, MOST_GUESSES, OF_OWNER, TO_ADDRESS
from handlers.chat.accounts.alert_settings import USE_MAIL
from handlers.outgoing import from_body, letter_in
from knowledge.errors import NotAllowed
from knowledge.store import registry
from knowledge.store.database import Database, Document
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import OutboxRepository

ADDRESS = "yuki@example.com"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def letters(db: Database, to: str = ADDRESS) -> list[Document]:
    """What was mailed to an address, the oldest first."""
    return await db.collection("outbox").find({"channel": "mail", "to": to}, sort=[("_id", 1)])


async def code(db: Database, to: str = ADDRESS) -> str:
    """The code in the latest letter."""
    return str(letter_in((await letters(db, to))[-1]["body"])[0])[-6:]


def another(digits: str) -> str:
    return f"{(int(digits) + 1) % 1_000_000:06d}"


async def has_address(chat: OwnerChat, address: str = ADDRESS) -> None:
    """Give the owner this address, as they would."""
    await chat.says(f"/email {address}")
    assert address in (await chat.says(await code(chat.core.db, address)))[0]


async def test_an_address_is_given_and_proved_one_question_at_a_time(chat: OwnerChat) -> None:
    assert (await chat.says("/email")) == ["Which e-mail address would you like to use? I will send a code to it."]
    problem, question = await chat.says("nowhere")
    assert problem == "That is not an e-mail address. Please check it."
    assert question.startswith("Which e-mail address")
    [asked] = await chat.says("Ｙｕｋｉ＠example.com")
    assert asked.startswith("I have sent a code to that address.")
    assert (await chat.owner()).email == ""
    assert (await chat.says(await code(chat.core.db, "Yuki@example.com")))[0].startswith("Done: Yuki@example.com")
    assert (await chat.owner()).email == "Yuki@example.com"
    assert "E-mail: Yuki@example.com" in (await chat.says("/account"))[0]


async def test_s1_only_a_keyed_hash_of_the_code_is_stored(chat: OwnerChat) -> None:
    await chat.says(f"/email {ADDRESS}")
    digits = await code(chat.core.db)
    assert digits not in str(await chat.core.db.collection("email_codes").find({}))
    assert digits not in str(await chat.core.db.collection("dialogues").find({}))


async def test_s2_a_code_works_once_even_in_parallel(chat: OwnerChat) -> None:
    await chat.says(f"/email {ADDRESS}")
    owner, digits = await chat.owner(), await code(chat.core.db)
    attempts = [chat.core.areas.accounts.emails.confirm(owner, digits, tell=False) for _ in range(4)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["BadInput"] * 3 + ["str"]


async def test_s3_a_code_dies_within_ten_minutes_and_a_new_one_is_a_tap_away(chat: OwnerChat) -> None:
    await chat.says(f"/email {ADDRESS}")
    first = await code(chat.core.db)
    chat.core.clock.advance(timedelta(minutes=9))
    assert (await chat.taps("Send a new code"))[0].startswith(f"I have sent a new code to {ADDRESS}.")
    second = await code(chat.core.db)
    if first != second:
        assert (await chat.says(first))[0].startswith("That is not the code in the latest e-mail.")
    chat.core.clock.advance(CODE_LIVES)
    assert (await chat.says(second))[0].startswith("That code has expired")
    assert (await chat.taps("Send a new code"))[0] == "The code has expired. Please enter the address again."
    assert (await chat.taps("Back"))[0].startswith("(1/2)") or "Which e-mail" in str(chat.last[0])


async def test_a_code_is_guessed_at_a_few_times_only(chat: OwnerChat) -> None:
    await chat.says(f"/email {ADDRESS}")
    digits = await code(chat.core.db)
    for _ in range(MOST_GUESSES):
        assert (await chat.says(another(digits)))[0].startswith("That is not the code")
    assert (await chat.says(digits))[0].startswith("That code has expired or was entered wrongly too often.")
    assert (await chat.owner()).email == ""


async def test_s7_letters_are_limited_for_an_owner(chat: OwnerChat) -> None:
    for number in range(OF_OWNER):
        await chat.says(f"/email yuki{number}@example.com")
    assert (await chat.says("/email more@example.com"))[0].startswith("You have asked for too many e-mails.")
    assert await letters(chat.core.db, "more@example.com") == []
    chat.core.clock.advance(timedelta(hours=1))
    assert (await chat.says("/email more@example.com"))[0].startswith("I have sent a code to that address.")


async def test_s7_letters_are_limited_for_an_address_whoever_asks(chat: OwnerChat) -> None:
    chats = [OwnerChat(chat.core) for _ in range(TO_ADDRESS + 1)]
    for number, each in enumerate(chats):
        await each.signs_up("Other", f"other-{number}")
    for each in chats[:-1]:
        await each.says(f"/email {ADDRESS}")
    assert (await chats[-1].says(f"/email {ADDRESS.upper()}"))[0].startswith("You have asked for too many e-mails.")
    assert len(await letters(chat.core.db)) == TO_ADDRESS


async def test_s6_another_owners_address_is_answered_alike_and_its_holder_hears_of_it(chat: OwnerChat) -> None:
    await has_address(chat)
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    taken, free = await other.says(f"/email {ADDRESS.title()}"), await other.says("/email free@example.com")
    assert taken == free
    await other.says(f"/email {ADDRESS}")
    [_, *told] = await letters(chat.core.db)
    assert [letter_in(each["body"])[0] for each in told] == ["mimi: this address is already in use"]
    assert (await other.says("000000"))[0].startswith("That is not the code in the latest e-mail.")
    assert (await chat.owner()).email == ADDRESS


async def test_of_two_owners_who_prove_one_address_at_once_one_gets_it(chat: OwnerChat) -> None:
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    owners, codes = [await chat.owner(), await other.owner()], []
    for each in (chat, other):
        await each.says(f"/email {ADDRESS}")
        codes.append(await code(chat.core.db))
    emails = chat.core.areas.accounts.emails
    attempts = (emails.confirm(owner, digits, tell=False) for owner, digits in zip(owners, codes, strict=True))
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["BadInput", "str"]
    assert await chat.core.db.collection("owners").count({"email": ADDRESS}) == 1


async def test_changing_tells_the_address_before_and_moves_the_alerts(chat: OwnerChat) -> None:
    await has_address(chat)
    await chat.presses(USE_MAIL())
    await chat.says("/email")
    await chat.taps("Change")
    await chat.says("new@example.com")
    await chat.says(await code(chat.core.db, "new@example.com"))
    assert letter_in((await letters(chat.core.db))[-1]["body"])[0] == "mimi: this address was removed from your account"
    settings = await chat.core.alert_preferences.of((await chat.owner()).scope)
    assert (settings.email, settings.email_fallback) == ("new@example.com", True)


async def test_taking_off_is_confirmed_and_a_stale_button_says_what_happened(chat: OwnerChat) -> None:
    await has_address(chat)
    await chat.presses(USE_MAIL())
    await chat.says("/email")
    assert "You will then sign in with LINE only." in (await chat.taps("Remove address"))[0]
    stale = chat.last
    assert (await chat.taps("Remove address"))[0].startswith(f"{ADDRESS} has been removed from your account.")
    assert (await chat.owner()).email == ""
    assert not (await chat.core.alert_preferences.of((await chat.owner()).scope)).email_fallback
    chat.last = stale
    assert (await chat.taps("Remove address"))[0].startswith("That address is no longer on your account.")
    await has_address(chat, "new@example.com")
    chat.last = stale
    assert (await chat.taps("Remove address"))[0].startswith("That address is no longer on your account.")
    assert (await chat.owner()).email == "new@example.com"


async def test_the_only_way_in_is_never_taken_off(chat: OwnerChat) -> None:
    await has_address(chat)
    await chat.core.db.collection("owners").update_one({}, {"$set": {"line_user_id": None}})
    owner = await chat.core.accounts.by_email(ADDRESS)
    assert owner
    with pytest.raises(NotAllowed):
        await chat.core.areas.accounts.emails.take_off(owner, ADDRESS, tell=False)
    assert await chat.core.accounts.by_email(ADDRESS) == owner


async def test_back_and_cancel_change_nothing(chat: OwnerChat) -> None:
    await chat.says("/email")
    await chat.says(ADDRESS)
    assert "Which e-mail address" in (await chat.taps("Back"))[0]
    await chat.says("other@example.com")
    assert (await chat.says("/cancel"))[0].startswith("Stopped.")
    assert (await chat.owner()).email == ""


async def test_an_erased_account_leaves_no_address(chat: OwnerChat) -> None:
    await has_address(chat)
    await chat.says("/email new@example.com")
    owner = await chat.owner()
    await chat.core.accounts.erase(owner.scope)
    assert await registry.remains(chat.core.db, owner.id, owner.line_user_id) == {}
    for name in await chat.core.db.raw.list_collection_names():
        assert "example.com" not in str(await chat.core.db.collection(name).find({}))


async def test_a_letter_that_cannot_be_delivered_is_told_in_line_without_its_code(chat: OwnerChat) -> None:
    await chat.says(f"/email {ADDRESS}")
    rows, now = OutboxRepository(chat.core.db), chat.core.clock.now()
    row = await rows.take(now, CODE_LIVES)
    assert row
    assert row.deadline == now + CODE_LIVES
    digits = await code(chat.core.db)
    await chat.core.areas.accounts.undelivered.close(row, "SMTP 550")
    [told] = await HeldRows(chat.core.db).of((await chat.owner()).scope)
    assert f"An e-mail to {ADDRESS} could not be delivered." in str(from_body(told.body))
    assert digits not in str(told.body)
    assert await rows.problems() == [(row.id, "SMTP 550")]


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def test_the_page_gives_proves_and_takes_off_an_address_and_line_hears_of_it(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    refused = await site.post("/owner/email", data={"address": "nowhere"}, headers=cookie)
    assert refused.status == 400
    assert "That is not an e-mail address." in await refused.text()
    assert (await site.post("/owner/email", data={"address": ADDRESS}, headers=cookie)).status == 303
    assert f"digits from the e-mail to {ADDRESS}" in await (await site.get("/owner/account", headers=cookie)).text()
    digits = await code(site.db)
    wrong = await site.post("/owner/email/code", data={"code": another(digits)}, headers=cookie)
    assert wrong.status == 400
    await site.post("/owner/email/again", headers=cookie)
    done = await site.post("/owner/email/code", data={"code": f" {await code(site.db)} "}, headers=cookie)
    assert done.headers["Location"] == "/owner/account?done=confirmed"
    assert f"sign in with {ADDRESS}" in await (await site.get("/owner/account", headers=cookie)).text()
    await site.post("/owner/email", data={"address": "new@example.com"}, headers=cookie)
    await site.post("/owner/email/stop", headers=cookie)
    stale = await site.post("/owner/email/remove", data={"address": "other@example.com"}, headers=cookie)
    assert stale.status == 404
    await site.post("/owner/email/remove", data={"address": ADDRESS}, headers=cookie)
    owner = site.owners["yuki"]
    told = [str(from_body(row.body)) for row in await HeldRows(site.db).of(owner.scope)]
    assert ADDRESS in told[0]
    assert "removed from your account" in told[1]


async def test_line_tells_the_owner_by_itself_that_no_mail_server_took_the_letter(mimi: Mimi) -> None:
    """Through the real outbox: the mail server of this test is not there, and the code's ten minutes are over."""
    await mimi.sign_up()
    await mimi.owner_says(f"/email {ADDRESS}")

    async def kept() -> bool:
        return await mimi.database.collection("outbox").count({"channel": "mail"}) == 1

    await soon(kept)
    late = {"$set": {"lives": 0.0, "not_before": (await letters(mimi.database))[0]["created_at"]}}
    await mimi.database.collection("outbox").update_one({"channel": "mail"}, late)
    told = await mimi.alert()
    assert "could not be delivered" in str(told.message)
