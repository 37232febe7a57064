"""Alerts that wait to be told while their owner sees or settles them another way: they are not told on top."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest
from asking import Visitor
from mimi import Mimi
from owner_chat import OwnerChat
from test_pusher import held, pushes, stop_pushes

from bot.embedded.line_simulator import words_of
from handlers.alerts.cards import ANSWER_ALERT, BEGIN_TALK, DISMISS_ALERT
from knowledge.errors import NotFound
from knowledge.store.alerts.alerts import Alert
from knowledge.store.database import Database
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Carried, OutboxRepository, OutboxRow, RowState

QUESTION = "Is there a dark mode?"


@pytest.fixture
async def chat(db: Database) -> OwnerChat:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    return chat


async def asked(chat: OwnerChat) -> Alert:
    """A visitor's question in a conversation, for which an alert is held."""
    visitor = Visitor(chat)
    message = await visitor.asks_in_vain(QUESTION)
    assert visitor.conversation
    raising = partial(chat.core.alerts.question_unanswered, message.scope, visitor.conversation.id, message.id)
    return await chat.core.db.transaction(lambda: raising(QUESTION, "en"))


async def waiting(chat: OwnerChat) -> int:
    return len(await HeldRows(chat.core.db).of((await chat.owner()).scope))


async def answers(chat: OwnerChat, alert: Alert) -> None:
    await chat.presses(ANSWER_ALERT(alert.id))
    assert await chat.says("Soon.") == ["Sent to the visitor. Save it as FAQ?"]


async def dismisses(chat: OwnerChat, alert: Alert) -> None:
    assert await chat.presses(DISMISS_ALERT(alert.id)) == [f"Dismissed: {QUESTION}"]


async def lists(chat: OwnerChat, alert: Alert) -> None:
    assert (await chat.says("/alerts"))[0] == "Open questions: 1"


async def talks(chat: OwnerChat, alert: Alert) -> None:
    await chat.presses(BEGIN_TALK(alert.conversation_id))
    assert await waiting(chat) == 1
    await chat.says("Soon.")
    await chat.says("/end")


@pytest.mark.parametrize("settles", [answers, dismisses, lists, talks])
async def test_what_was_seen_or_settled_waits_no_longer(
    chat: OwnerChat, settles: Callable[[OwnerChat, Alert], Awaitable[None]]
) -> None:
    alert = await asked(chat)
    assert await waiting(chat) == 1
    await settles(chat, alert)
    assert await waiting(chat) == 0


async def test_handing_back_without_a_word_leaves_the_question_to_be_told(chat: OwnerChat) -> None:
    alert = await asked(chat)
    await chat.presses(BEGIN_TALK(alert.conversation_id))
    await chat.says("/end")
    assert await waiting(chat) == 1


async def test_what_line_refused_after_it_was_settled_is_not_held_again_but_its_company_is(chat: OwnerChat) -> None:
    rows, now = HeldRows(chat.core.db), chat.core.clock.now()
    first, _second = await asked(chat), await asked(chat)
    together = await rows.of((await chat.owner()).scope)
    carries = tuple(Carried(each.id, 1) for each in together)
    push = OutboxRow(together[0].channel, chat.person, {"replies": []}, now, together[0].owner_id, carries=carries)
    await rows.claim(push.id, [each.id for each in together], now)
    await OutboxRepository(chat.core.db).put(push)
    await dismisses(chat, first)
    await OutboxRepository(chat.core.db).hold(push, now, "429")
    assert [row.id for row in await rows.of((await chat.owner()).scope)] == [together[1].id]
    assert await OutboxRepository(chat.core.db).count(RowState.CARRIED) == 0


async def test_what_comes_while_it_is_decided_about_the_others_is_looked_at_now(chat: OwnerChat) -> None:
    """Found as an answer that lay an hour: it was held between a look's reading and its putting off."""
    rows, scope = HeldRows(chat.core.db), (await chat.owner()).scope
    await asked(chat)
    now = chat.core.clock.now()
    seen = [row.id for row in await rows.of(scope)]
    await asked(chat)
    await rows.put_off(seen, now, now + timedelta(hours=1))
    assert await rows.due_owners(now, 9) == [scope.owner_id]
    await rows.put_off([row.id for row in await rows.of(scope)], now, now + timedelta(hours=1))
    assert await rows.due_owners(now, 9) == []
    await rows.look_again(scope, now)
    await rows.put_off(seen, now - timedelta(seconds=1), now + timedelta(hours=1))
    assert await rows.due_owners(now, 9) == [scope.owner_id]


async def test_a_question_that_could_not_be_settled_is_still_told(chat: OwnerChat) -> None:
    alert, other = await asked(chat), OwnerChat(chat.core)
    await other.signs_up("Other", "other")
    with pytest.raises(NotFound):
        await chat.core.handoffs.dismiss((await other.owner()).scope, alert.id)
    assert await waiting(chat) == 1


async def test_a_list_of_what_is_open_brings_each_question_once(mimi: Mimi) -> None:
    await mimi.sign_up()
    await mimi.settled()
    await stop_pushes(mimi)
    await mimi.visitor_asks(QUESTION)
    before = pushes(mimi)
    assert (await mimi.owner_says("/alerts", count=2))[-1] == "Open questions: 1"
    shown = [item for item in mimi.owner.chat if QUESTION in words_of(item.message)]
    await mimi.settled()
    assert (len(shown), await held(mimi), pushes(mimi)) == (1, 0, before)
