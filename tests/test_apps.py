"""Several apps of one owner, one of them current; handles that nobody else has."""

import asyncio

import pytest
from owner_chat import OwnerChat

from handlers.apps.apps import MOST_APPS
from handlers.chat.apps.apps import SWITCH_APP
from knowledge.errors import BadInput, NotFound
from knowledge.store.database import AppScope, Database


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def test_a_new_app_becomes_the_current_one(chat: OwnerChat) -> None:
    assert (await chat.says("/app new Kotori"))[0].startswith("The name is “Kotori”.")
    await chat.says("kotori")
    assert (await chat.app()).handle == "kotori"
    summary, first, second = await chat.says("/apps")
    assert summary == "Your apps. Commands apply to Kotori."
    assert first.startswith("Hitsuji\n")
    assert "This is the current app." in second


@pytest.mark.parametrize("line", ["/app switch hitsuji", "/app 切替 @HITSUJI", "/app switch Hitsuji"])
async def test_switching_by_handle_or_name(chat: OwnerChat, line: str) -> None:
    await chat.core.apps.create((await chat.owner()).scope, "Kotori", "kotori")
    assert await chat.says(line) == ["Commands now apply to Hitsuji."]
    assert (await chat.app()).handle == "hitsuji"


async def test_switching_by_button_and_to_nowhere(chat: OwnerChat) -> None:
    await chat.core.apps.create((await chat.owner()).scope, "Kotori", "kotori")
    assert (await chat.says("/app switch"))[0] == "Your apps. Commands apply to Kotori."
    assert await chat.taps("Use this app") == ["Commands now apply to Hitsuji."]
    assert (await chat.says("/app switch nothing"))[0].startswith("You have no app called “nothing”.")


async def test_an_owner_reaches_no_app_of_another_owner(chat: OwnerChat) -> None:
    """S39"""
    other = OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    app = await chat.app()
    assert await other.presses(SWITCH_APP(app.id)) == ["That app does not exist."]
    assert (await other.says("/app switch hitsuji"))[0].startswith("You have no app called")
    with pytest.raises(NotFound):
        await chat.core.apps.get(AppScope((await other.owner()).id, app.id))
    assert (await other.app()).handle == "other"


async def test_of_two_who_want_a_handle_at_once_one_is_told_that_it_is_taken(chat: OwnerChat) -> None:
    other = OwnerChat(chat.core)
    await other.follows()
    scopes = [(await chat.owner()).scope, (await other.owner()).scope]
    attempts = [chat.core.apps.create(scope, "Kotori", "kotori") for scope in scopes]
    made, refused = sorted(
        await asyncio.gather(*attempts, return_exceptions=True), key=lambda r: isinstance(r, Exception)
    )
    assert not isinstance(made, Exception)
    assert isinstance(refused, BadInput)
    assert refused.phrase.say("en") == "@kotori is already taken. Please write another one."


async def test_there_is_room_for_so_many_apps(chat: OwnerChat) -> None:
    scope = (await chat.owner()).scope
    for number in range(MOST_APPS - 1):
        await chat.core.apps.create(scope, "More", f"more-{number}")
    with pytest.raises(BadInput):
        await chat.core.apps.create(scope, "One more", "one-more")
    assert len(await chat.says("/apps")) == 1 + MOST_APPS


async def test_commands_without_an_app_say_how_to_make_one(db: Database) -> None:
    chat = OwnerChat.open(db)
    await chat.follows()
    await chat.says("/cancel")
    for line in ("/faq add", "/faq", "/doc", "/doc add"):
        assert await chat.says(line) == ["You have no app yet. Create one with /app new."]
    assert await chat.says("/apps") == ["You have no app yet."]


async def test_the_page_of_no_app_is_not_found(chat: OwnerChat) -> None:
    for handle in ("nobody", "HITSUJI", "", "$ne", "x" * 1000):
        with pytest.raises(NotFound):
            await chat.core.apps.public(handle)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://x.example", "https://", "hello", "https://a b", "http://[x"]
)
async def test_an_address_that_is_none_is_refused(chat: OwnerChat, url: str) -> None:
    with pytest.raises(BadInput):
        await chat.core.apps.describe((await chat.app()).scope, url=url)


async def test_what_the_page_says_is_kept(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    app = await chat.core.apps.describe(scope, bio="A <b>diary</b>", url="https://hitsuji.example", greeting="Hi")
    assert (app.bio, app.url, app.greeting) == ("A <b>diary</b>", "https://hitsuji.example", "Hi")
