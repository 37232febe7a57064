"""What makes alerts beside questions: a thumb down, and many refusals."""

import uuid
from datetime import timedelta

import pytest
from visitors import VisitorSide

from handlers.answers.refusals import SPIKE, Refusals
from handlers.messages import VisitorMessage
from knowledge.errors import TooMany
from knowledge.store.apps.apps import App
from knowledge.store.outbox.held_rows import HeldRows


async def told(visitors: VisitorSide, app: App) -> list[str]:
    """The kinds of what is held for the app's owner."""
    return [row.kind for row in await HeldRows(visitors.db).of(app.scope)]


async def test_a_thumb_down_is_told_once_and_a_thumb_up_is_not(visitors: VisitorSide) -> None:
    app = await visitors.app(Price="It is free.")
    accepted, _ = await visitors.ask(app, "Price?")
    await visitors.answers.feedback(app, accepted.key, accepted.answer_id, up=True)
    assert await told(visitors, app) == []
    for up in (False, False, True):
        await visitors.answers.feedback(app, accepted.key, accepted.answer_id, up=up)
    assert await told(visitors, app) == ["thumbs_down"]
    [alert] = await visitors.alerts.list_open(app.scope)
    assert alert.question == "Price?"


async def test_refusals_are_told_when_they_are_many_and_once_a_day(visitors: VisitorSide) -> None:
    app = await visitors.app()
    refusals = Refusals(visitors.db, visitors.alerts, visitors.clock)
    for count in range(SPIKE + 5):
        assert await told(visitors, app) == (["abuse"] if count >= SPIKE else [])
        await refusals.refused(app, whole_app=False)
    assert await told(visitors, app) == ["abuse"]


async def test_a_limit_of_the_whole_app_is_told_once(visitors: VisitorSide) -> None:
    app = await visitors.app()
    refusals = Refusals(visitors.db, visitors.alerts, visitors.clock)
    for _ in range(2):
        await refusals.refused(app, whole_app=True)
    assert await told(visitors, app) == ["limit"]


async def test_a_visitor_at_the_limit_is_counted(visitors: VisitorSide) -> None:
    app = await visitors.app()
    accepted, _ = await visitors.ask(app, "Price?")

    async def asks_without_end() -> None:
        for asked in "一二三四五六七八九十":
            visitors.clock.advance(timedelta(seconds=5))
            await visitors.answers.accept(app, VisitorMessage(str(uuid.uuid4()), asked, accepted.key))

    with pytest.raises(TooMany) as refused:
        await asks_without_end()
    assert refused.value.whose == "visitor"
    [hour] = await visitors.db.collection("refusals").find({"app_id": app.id})
    assert hour["count"] == 1
