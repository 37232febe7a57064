"""In a group mimi says once what it is, and nothing else; in standby it says nothing at all."""

from datetime import UTC, datetime
from typing import Any

import pytest
from mimi import Mimi

from bot.embedded.line_simulator.events import event


def in_group(kind: str, mode: str = "active", group: str = "C" + "1" * 32, **fields: Any) -> dict[str, Any]:
    made = event(kind, None, datetime.now(UTC), **fields)
    source = {"type": "group", "groupId": group}
    return made | {"source": source, "mode": mode, "replyToken": f"{kind}{made['webhookEventId']}"}


def replies(mimi: Mimi) -> list[str]:
    return [each.body["messages"][0]["text"] for each in mimi.line.requests if each.operation == "reply"]


async def test_being_added_is_answered_once_for_each_group(mimi: Mimi) -> None:
    await mimi.line.deliver([in_group("join")])
    await mimi.line.wait_for(lambda: len(replies(mimi)) == 1)
    [said] = replies(mimi)
    assert "グループではお返事しません" in said
    assert "stay quiet in groups" in said
    await mimi.line.deliver([in_group("join"), in_group("join", group="C" + "2" * 32)])
    await mimi.settled()
    assert len(replies(mimi)) == 2
    assert all(not each.problems for each in mimi.line.requests)


@pytest.mark.parametrize("mode", ["active", "standby"])
async def test_what_is_said_in_a_group_is_not_answered(mimi: Mimi, mode: str) -> None:
    await mimi.sign_up()
    seen = len(mimi.line.requests)
    said = {"type": "text", "id": "1", "text": "/faq list", "quoteToken": "q"}
    spoken = in_group("message", mode, message=said)
    spoken["source"]["userId"] = mimi.owner.user_id
    alone = mimi.owner.event("message", message=said | {"id": "2"}) | {"mode": "standby"}
    standby = in_group("join", "standby", group="C" + "3" * 32)
    await mimi.line.deliver([spoken, alone, standby])
    await mimi.settled()
    assert [each.operation for each in mimi.line.requests[seen:] if each.operation in {"reply", "push"}] == []
