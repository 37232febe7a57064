"""Signing in by link, sessions, and an account's data: taken along whole, erased without a trace."""

import asyncio
import re
from datetime import timedelta

import pytest
from exported import collections_in, exported
from owner_chat import OwnerChat

from guardrail.findings import Finding
from guardrail.pii import Pii
from handlers.accounts.accounts import day_begun
from handlers.entries.documents import Documents
from handlers.entries.faqs import Faqs
from handlers.entries.guard import KnowledgeGuard
from handlers.exports.contents import MANIFEST
from handlers.messages import Card
from knowledge.errors import NotFound, TooMany
from knowledge.store import registry
from knowledge.store.database import Database, new_id
from knowledge.store.repositories import Repositories


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def test_a_links_token_is_long_and_only_its_hash_is_stored(chat: OwnerChat) -> None:
    """S1"""
    link = await chat.core.accounts.sign_in_link((await chat.owner()).scope)
    assert len(link.token) * 6 >= 128
    value = await chat.core.accounts.sign_in(link.token)
    for name in ("sign_in_links", "sessions"):
        stored = str(await chat.core.db.collection(name).find({}))
        assert link.token not in stored
        assert value not in stored


async def test_a_link_signs_in_once_even_in_parallel(chat: OwnerChat) -> None:
    """S2"""
    link = await chat.core.accounts.sign_in_link((await chat.owner()).scope)
    attempts = [chat.core.accounts.sign_in(link.token) for _ in range(5)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["NotFound"] * 4 + ["str"]
    assert await chat.core.db.collection("sessions").count({}) == 1


async def test_a_link_dies_within_ten_minutes(chat: OwnerChat) -> None:
    """S3"""
    link = await chat.core.accounts.sign_in_link((await chat.owner()).scope)
    chat.core.clock.advance(timedelta(minutes=10))
    for attempt in (chat.core.accounts.arriving(link.token), chat.core.accounts.sign_in(link.token)):
        with pytest.raises(NotFound):
            await attempt


async def test_looking_at_a_link_does_not_use_it(chat: OwnerChat) -> None:
    """S4"""
    link = await chat.core.accounts.sign_in_link((await chat.owner()).scope)
    for _ in range(3):
        assert (await chat.core.accounts.arriving(link.token)).code == link.code
    assert await chat.core.accounts.session_owner(await chat.core.accounts.sign_in(link.token)) is not None
    with pytest.raises(NotFound):
        await chat.core.accounts.arriving(link.token)


async def test_web_answers_with_a_link_and_the_code_its_page_shows(chat: OwnerChat) -> None:
    """S5"""
    await chat.says("管理画面")
    [card] = chat.last
    assert isinstance(card, Card)
    match = re.fullmatch(r"https://mimi\.example/sign-in/([\w-]+)", card.choices[0].url)
    assert match
    assert card.rows == (("Code", (await chat.core.accounts.arriving(match[1])).code),)


async def test_export_leads_to_the_download(chat: OwnerChat) -> None:
    await chat.says("/export")
    [card] = chat.last
    assert isinstance(card, Card)
    assert "/download/" in card.choices[0].url


async def test_links_are_limited_per_owner(chat: OwnerChat) -> None:
    """S7"""
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    for _ in range(5):
        await chat.says("/web")
        chat.core.clock.advance(timedelta(minutes=1))
    assert (await chat.says("/web"))[0].startswith("You have asked for too many links.")
    with pytest.raises(TooMany) as refused:
        await chat.core.accounts.sign_in_link((await chat.owner()).scope)
    assert 299 <= refused.value.retry_after <= 301
    assert (await other.says("/web"))[0].startswith("Your dashboard")
    chat.core.clock.advance(timedelta(minutes=6))
    assert (await chat.says("/web"))[0].startswith("Your dashboard")


@pytest.mark.parametrize("token", ["", "nothing", "x" * 10_000, "\ud800", "$ne"])
async def test_a_wrong_token_or_session_opens_nothing(chat: OwnerChat, token: str) -> None:
    with pytest.raises(NotFound):
        await chat.core.accounts.sign_in(token)
    assert await chat.core.accounts.session_owner(token) is None


async def test_sign_out_kills_the_session_on_the_server(chat: OwnerChat) -> None:
    """S10, S11"""
    first, second = await signed_in(chat), await signed_in(chat)
    assert first != second
    await chat.core.accounts.sign_out(first)
    assert await chat.core.accounts.session_owner(first) is None
    assert await chat.core.accounts.session_owner(second) == await chat.owner()


async def test_an_idle_session_ends_after_14_days(chat: OwnerChat) -> None:
    """S12"""
    value = await signed_in(chat)
    chat.core.clock.advance(timedelta(days=13, hours=23))
    assert await chat.core.accounts.session_owner(value)
    chat.core.clock.advance(timedelta(days=14))
    assert await chat.core.accounts.session_owner(value) is None


async def test_a_session_in_use_ends_after_60_days(chat: OwnerChat) -> None:
    """S12"""
    value = await signed_in(chat)
    for _ in range(5):
        chat.core.clock.advance(timedelta(days=11))
        assert await chat.core.accounts.session_owner(value)
    chat.core.clock.advance(timedelta(days=5))
    assert await chat.core.accounts.session_owner(value) is None


async def test_an_export_holds_the_owners_data_and_nobody_elses(chat: OwnerChat) -> None:
    await chat.says("/faq add Free? = Yes")
    other = OwnerChat(chat.core)
    await other.signs_up("Secret", "secret")
    await other.says("/faq add Hidden? = Secret")
    archive = await exported(chat.core.areas.exports.exports, (await chat.owner()).scope)
    files = collections_in(archive)
    assert [app["name"] for app in files["apps.json"]] == ["Hitsuji"]
    assert [entry["answer"] for entry in files["faqs.json"]] == ["Yes"]
    assert files["owners.json"][0]["line_user_id"] == chat.person
    assert {f"{stored.name}.json" for stored in registry.STORED if stored.exported} == set(files) - {MANIFEST}
    assert not [name for name in archive.namelist() if b"Secret" in archive.read(name)]
    assert "sign_in_links.json" not in files


@pytest.mark.parametrize("word", ["delete", "削除", "@hitsuji", " Hitsuji "])
async def test_the_account_is_deleted_after_the_typed_word(chat: OwnerChat, word: str) -> None:
    [question] = await chat.says("/delete-account")
    assert "Everything is erased after 24 hours" in question
    assert (await chat.says("yes"))[0].endswith("Nothing was deleted.")
    assert (await chat.says(word))[0].startswith("Your account is being deleted")
    await chat.taps("Erase now")
    assert (await chat.taps("Erase now"))[0].startswith("Your account and everything in it has been deleted.")
    assert await chat.says("hello") == ["You have no account here yet. Shall I create one?"]


async def test_erasing_leaves_no_trace_and_touches_nobody_else(chat: OwnerChat) -> None:
    """S13, S63"""
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    for each in (chat, other):
        await each.says("/faq add Free? = Yes")
        await each.says("/doc add Terms")
        scope = (await each.app()).scope
        await each.core.alerts.question_unanswered(scope, new_id(), new_id(), "Dark?", "en")
        await each.core.accounts.sign_in_link(scope)
    value, kept = await signed_in(chat), await signed_in(other)
    owner = await chat.owner()
    before = await registry.remains(chat.core.db, (await other.owner()).id, other.person)
    await chat.core.accounts.erase(owner.scope)
    assert await registry.remains(chat.core.db, owner.id, owner.line_user_id) == {}
    for name in await chat.core.db.raw.list_collection_names():
        everything = str(await chat.core.db.collection(name).find({}))
        assert owner.id not in everything
        assert chat.person not in everything
    assert await chat.core.accounts.session_owner(value) is None
    assert await chat.core.accounts.session_owner(kept)
    assert await registry.remains(chat.core.db, (await other.owner()).id, other.person) == before
    with pytest.raises(NotFound):
        await chat.core.areas.exports.exports.of(owner.scope)


@pytest.mark.parametrize("saved", ["faq", "document"])
async def test_what_is_being_saved_while_the_account_is_erased_leaves_no_trace(chat: OwnerChat, saved: str) -> None:
    """S63: the erasure ends after the text was checked and before it is written."""
    owner, scope, loop = await chat.owner(), (await chat.app()).scope, asyncio.get_running_loop()

    async def erase() -> None:
        if await chat.core.accounts.by_line_user(chat.person):
            await chat.core.accounts.erase(owner.scope)

    def erase_and_find_nothing(_text: str) -> list[Finding]:
        asyncio.run_coroutine_threadsafe(erase(), loop).result()
        return []

    db, clock, slow = chat.core.db, chat.core.clock, Pii(erase_and_find_nothing)
    store = Repositories(db)
    guard = KnowledgeGuard(store.apps, store.hidden, slow)
    faqs, documents = Faqs(db, store.faqs, guard, clock), Documents(db, store.documents, guard, clock)
    with pytest.raises(NotFound):
        await (faqs if saved == "faq" else documents).add(scope, "Free?", "Yes")
    assert await registry.remains(db, owner.id, owner.line_user_id) == {}


async def test_an_account_that_was_deleted_can_begin_again_with_the_same_handle(chat: OwnerChat) -> None:
    before = await chat.owner()
    await chat.core.accounts.erase(before.scope)
    await chat.signs_up()
    assert (await chat.owner()).id != before.id


async def test_joining_twice_at_once_makes_one_account(db: Database) -> None:
    chat = OwnerChat.open(db)
    owners = await asyncio.gather(*(chat.core.accounts.join(chat.person, "en") for _ in range(3)))
    assert len({owner.id for owner in owners}) == 1


async def test_every_line_is_a_sign_of_life(chat: OwnerChat) -> None:
    chat.core.clock.advance(timedelta(days=3))
    await chat.says("hello")
    assert (await chat.owner()).last_seen_at == day_begun(chat.core.clock.now())


async def signed_in(chat: OwnerChat) -> str:
    link = await chat.core.accounts.sign_in_link((await chat.owner()).scope)
    return await chat.core.accounts.sign_in(link.token)
