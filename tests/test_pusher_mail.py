"""Alerts by mail: what finds no push goes to the address the owner confirmed, together, once, and to nobody else."""

from collections.abc import Sequence
from datetime import timedelta
from email.message import Message

import pytest
from mimi import running_mimi, soon
from owner_chat import OwnerChat
from postbox import open_postbox
from test_pusher import held, pushes, stop_pushes, the_owner

from bot.join.out import pusher_on
from handlers.alerts.cards import News
from handlers.alerts.push_budget import month_at
from handlers.alerts.settings import AlertPreferences
from handlers.chat.accounts.alert_settings import NO_MAIL, SET_QUIET
from handlers.clock import SystemClock
from handlers.outgoing import letter_in
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import Database, Document
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.pushes import PushRepository
from knowledge.store.repositories import Repositories

ADDRESS = "yuki@example.com"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    """An owner who wants mail, in a month whose pushes are used up."""
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.core.alert_preferences.use_mail((await chat.owner()).scope, ADDRESS)
    now = chat.core.clock.now()
    await PushRepository(db).stop(month_at(now)[0], now)
    return chat


async def told(chat: OwnerChat, *kinds: AlertKind) -> None:
    for kind in kinds:
        await chat.core.alerts.tell((await chat.owner()).scope, News(kind, kind, f"About {kind}."))


async def looks(chat: OwnerChat) -> Sequence[Document]:
    """What the pusher has put on its way by now."""
    await pusher_on(chat.core.store, chat.core.clock).look()
    return await chat.core.db.collection("outbox").find({"state": "waiting"})


async def waiting(chat: OwnerChat) -> int:
    return len(await HeldRows(chat.core.db).of((await chat.owner()).scope))


async def test_what_is_urgent_is_mailed_at_once_in_one_letter(chat: OwnerChat) -> None:
    await told(chat, AlertKind.LIMIT, AlertKind.ABUSE)
    [letter] = await looks(chat)
    assert (letter["channel"], letter["to"], letter_in(letter["body"])[0]) == ("mail", ADDRESS, "mimi: 2 alerts")
    for words in ("A limit was reached", "About limit.", "About abuse.", "/alerts settings"):
        assert words in letter_in(letter["body"])[1]
    assert await waiting(chat) == 0
    assert len(await looks(chat)) == 1


async def test_what_is_not_urgent_is_collected_for_half_an_hour(chat: OwnerChat) -> None:
    await told(chat, AlertKind.IMPORT)
    assert await looks(chat) == []
    chat.core.clock.advance(timedelta(minutes=20))
    await told(chat, AlertKind.CHECKS)
    assert await looks(chat) == []
    chat.core.clock.advance(timedelta(minutes=10))
    [letter] = await looks(chat)
    assert ("About import." in letter_in(letter["body"])[1], "About checks." in letter_in(letter["body"])[1]) == (
        True,
        False,
    )
    assert await waiting(chat) == 1


async def test_quiet_hours_hold_mail_back_too(chat: OwnerChat) -> None:
    await chat.says("/alerts settings")
    await chat.presses(SET_QUIET())
    await chat.says("18:00-19:00")  # the clock stands at 18:00 in Japan
    await told(chat, AlertKind.LIMIT)
    assert await looks(chat) == []
    chat.core.clock.advance(timedelta(hours=1))
    assert len(await looks(chat)) == 1


async def test_a_blocked_owner_is_mailed_though_there_are_pushes(db: Database) -> None:
    chat = OwnerChat.open(db, lang="ja")
    await chat.signs_up()
    await chat.core.alert_preferences.use_mail((await chat.owner()).scope, ADDRESS)
    await chat.blocks()
    await told(chat, AlertKind.LIMIT)
    [letter] = await looks(chat)
    assert (letter["channel"], letter_in(letter["body"])[0]) == ("mail", "mimi：通知が1件あります")


async def test_without_mail_everything_waits(chat: OwnerChat) -> None:
    await chat.presses(NO_MAIL())
    await told(chat, AlertKind.LIMIT, AlertKind.ABUSE)
    assert await looks(chat) == []
    assert await waiting(chat) == 2


async def test_s24_the_letter_reaches_the_mail_server_and_nothing_of_it_is_told_again(db: Database) -> None:
    async with open_postbox() as (box, url), running_mimi(db, settings={"SMTP_URL": url}) as mimi:
        await mimi.sign_up()
        await mimi.settled()
        await stop_pushes(mimi)
        store = Repositories(db)
        preferences = AlertPreferences(store.alert_settings, store.owners, store.held, SystemClock())
        await preferences.use_mail(await the_owner(mimi), ADDRESS)
        await mimi.visitor_asks("Do you take <b>elephants</b>? Call me at 03-1234-5678.")

        async def arrived() -> bool:
            return bool(box.to(ADDRESS))

        await soon(arrived)
        await mimi.settled()
        text = _text(box.to(ADDRESS)[0])
        assert "Do you take <b>elephants</b>? Call me at [hidden for privacy]." in text
        assert "App: Kotori" in text
        assert (await held(mimi), pushes(mimi), len(box.letters)) == (0, 0, 1)


def _text(letter: Message) -> str:
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()
