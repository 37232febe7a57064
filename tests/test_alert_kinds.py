"""Kinds of alerts: each can be told, once for a subject, unless the owner wants nothing of it."""

from datetime import timedelta

import pytest
from owner_chat import OwnerChat, choices_of

from handlers.alerts.cards import News
from handlers.alerts.kinds import KINDS, AlertButton
from handlers.imports.cards import SHOW_IMPORT
from handlers.outgoing import from_body
from handlers.paging import FIRST
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import Database, new_id
from knowledge.store.imports.imports import ImportId
from knowledge.store.outbox.outbox import OutboxRepository, RowState

DAY = timedelta(days=1)


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def waiting(chat: OwnerChat) -> int:
    return await OutboxRepository(chat.core.db).count(RowState.HELD)


async def asked(chat: OwnerChat, question: str = "Is there a dark mode?") -> None:
    scope = (await chat.app()).scope
    await chat.core.alerts.question_unanswered(scope, new_id(), new_id(), question, "en")


def test_every_kind_is_in_the_table() -> None:
    assert set(KINDS) == set(AlertKind)


@pytest.mark.parametrize("kind", [kind for kind in AlertKind if AlertButton.MUTE in KINDS[kind].buttons])
async def test_what_can_be_muted_says_so_on_its_card_and_then_keeps_quiet(chat: OwnerChat, kind: AlertKind) -> None:
    scope = (await chat.app()).scope
    assert await chat.core.alerts.tell(scope, News(kind, "first", "It happened."))
    row = await chat.pushed("m1")
    assert (row.kind, row.subject, row.urgency) == (kind, "first", KINDS[kind].urgency)
    [mute] = [choice for choice in choices_of(from_body(row.body)) if choice.action.startswith("alert.mute")]
    assert (await chat.posts(mute.action))[0].startswith("You will no longer be told about this")
    assert not await chat.core.alerts.tell(scope, News(kind, "second", "It happened again."))
    assert await waiting(chat) == 0
    await chat.taps("Undo")
    assert await chat.core.alerts.tell(scope, News(kind, "third", "And again."))


@pytest.mark.parametrize("kind", [kind for kind in AlertKind if not KINDS[kind].can_mute])
async def test_what_cannot_be_muted_has_no_such_button_and_refuses(chat: OwnerChat, kind: AlertKind) -> None:
    scope = (await chat.app()).scope
    await chat.core.alerts.tell(scope, News(kind, "first", "It happened."))
    row = await chat.pushed("m1")
    assert [choice.action for choice in choices_of(from_body(row.body))] == []
    assert await chat.posts(f"alert.mute:{kind}") == ["This kind cannot be switched off."]
    assert await chat.core.alerts.tell(scope, News(kind, "second", "It happened again."))


async def test_a_subject_is_told_once_of_each_kind_and_owner(chat: OwnerChat, db: Database) -> None:
    scope = (await chat.app()).scope
    alerts = chat.core.alerts
    assert await alerts.tell(scope, News(AlertKind.IMPORT, "import-1", "Done."))
    assert not await alerts.tell(scope, News(AlertKind.IMPORT, "import-1", "Done."))
    assert await alerts.tell(scope, News(AlertKind.IMPORT, "import-2", "Done."))
    assert await alerts.tell(scope, News(AlertKind.CHECKS, "import-1", "Done."))
    other = OwnerChat(chat.core)
    await other.signs_up(handle="other")
    assert await alerts.tell((await other.app()).scope, News(AlertKind.IMPORT, "import-1", "Done."))


async def test_what_may_be_told_again_is_told_again_no_sooner(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    news = News(AlertKind.ABUSE, scope.app_id, "Many messages.", again_after=DAY)
    assert await chat.core.alerts.tell(scope, news)
    chat.core.clock.advance(DAY - timedelta(seconds=1))
    assert not await chat.core.alerts.tell(scope, news)
    chat.core.clock.advance(timedelta(seconds=1))
    assert await chat.core.alerts.tell(scope, news)


async def test_several_messages_about_one_subject_have_marks_of_their_own(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    for message in ("m-1", "m-2", "m-2"):
        await chat.core.alerts.tell(scope, News(AlertKind.TAKEOVER, "talk", "Are you there?", once=message))
    assert await waiting(chat) == 2


async def test_what_is_told_belongs_to_the_transaction_that_causes_it(chat: OwnerChat) -> None:
    scope = (await chat.app()).scope
    news = News(AlertKind.IMPORT, "import-1", "Done.")

    async def fails() -> None:
        assert await chat.core.alerts.tell(scope, news)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await chat.core.db.transaction(fails)
    assert await waiting(chat) == 0
    assert await chat.core.alerts.tell(scope, news)


async def test_news_names_its_app_and_has_its_own_buttons_first(chat: OwnerChat) -> None:
    await chat.says("/lang ja")
    choices = (SHOW_IMPORT(ImportId("1"), FIRST),)
    await chat.core.alerts.tell((await chat.app()).scope, News(AlertKind.IMPORT, "1", "12", choices=choices))
    row = await chat.pushed("m1")
    [card] = from_body(row.body)
    assert "取り込みが終わりました" in str(card)
    assert "Hitsuji" in str(card)
    assert [choice.label for choice in choices_of([card])] == ["一覧を見る", "この種類を通知しない"]


async def test_a_muted_question_is_not_told_but_still_listed(chat: OwnerChat) -> None:
    await chat.posts("alert.mute:unanswered")
    await asked(chat)
    assert await waiting(chat) == 0
    assert (await chat.says("/alerts"))[0] == "Open questions: 1"


@pytest.mark.parametrize("action", ["alert.mute:", "alert.mute:weather", "alert.unmute:weather"])
async def test_a_kind_nobody_knows_is_refused(chat: OwnerChat, action: str) -> None:
    assert await chat.posts(action) == ["There is no such kind of alert."]
