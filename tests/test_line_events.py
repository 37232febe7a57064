"""LINE's events as what a person did: one class for each kind, and nothing for what is none of ours."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.line.events import to_incoming
from handlers.chat.incoming import (
    Incoming,
    Joined,
    Left,
    LinkEnded,
    SentElse,
    SentFile,
    SentPhoto,
    Tapped,
    TookBack,
    Wrote,
)

WHO = "U" + "4" * 32
AT = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def said(**message: Any) -> dict[str, Any]:
    return {"type": "message", "message": {"id": "325708"} | message}


OF_LINE, OF_OTHERS = {"type": "line"}, {"type": "external", "originalContentUrl": "https://other.example/a.jpg"}
KINDS: list[tuple[dict[str, Any], Incoming]] = [
    (said(type="text", text="Hello"), Wrote(WHO, AT, "Hello", "325708")),
    (said(type="text", text="Hello", quotedMessageId="1"), Wrote(WHO, AT, "Hello", "325708", "1")),
    (said(type="text", text=7), Wrote(WHO, AT, "", "325708")),
    (
        said(
            type="text",
            text="😀はい、変えられます()設定の(moon wink)からどうぞ",
            emojis=[{"index": 11, "length": 2}, {"index": 16, "length": 11}],
        ),
        Wrote(WHO, AT, "😀はい、変えられます設定の😉からどうぞ", "325708"),
    ),
    (said(type="text", text="(heart) (x)", emojis=[{"index": 0, "length": 7}]), Wrote(WHO, AT, "❤ (x)", "325708")),
    (said(type="text", text="(panda dance)", emojis=[{"index": 0, "length": 13}]), SentElse(WHO, AT)),
    # Numbers that fit no brackets take nobody's words away.
    (said(type="text", text="Hello (ok)", emojis=[{"index": 3, "length": 4}]), Wrote(WHO, AT, "Hello (ok)", "325708")),
    (said(type="text", text="Hello", emojis=[{"index": -1, "length": 99}, 7]), Wrote(WHO, AT, "Hello", "325708")),
    (said(type="text", text="Hello", emojis="(ok)"), Wrote(WHO, AT, "Hello", "325708")),
    (said(type="file", fileName="a.csv", fileSize=12), SentFile(WHO, AT, "325708", "a.csv", 12)),
    (said(type="file", fileName="a.csv", fileSize=-1), SentFile(WHO, AT, "325708", "a.csv", 0)),
    (said(type="file"), SentFile(WHO, AT, "325708", "", 0)),
    (said(type="image", contentProvider=OF_LINE), SentPhoto(WHO, AT, "325708")),
    (said(type="image", contentProvider=OF_OTHERS), SentElse(WHO, AT)),
    (said(type="image"), SentElse(WHO, AT)),
    (said(type="sticker"), SentElse(WHO, AT)),
    ({"type": "message"}, SentElse(WHO, AT)),
    ({"type": "postback", "postback": {"data": "faq.list:2"}}, Tapped(WHO, AT, "faq.list:2")),
    ({"type": "postback"}, Tapped(WHO, AT, "")),
    (
        {"type": "postback", "postback": {"data": "menu:x", "params": {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}}},
        Tapped(WHO, AT, "help"),
    ),
    ({"type": "follow", "follow": {"isUnblocked": True}}, Joined(WHO, AT)),
    ({"type": "unfollow"}, Left(WHO, AT)),
    ({"type": "unsend", "unsend": {"messageId": "325708"}}, TookBack(WHO, AT, "325708")),
    ({"type": "accountLink", "link": {"result": "ok", "nonce": "n"}}, LinkEnded(WHO, AT, "n", ok=True)),
    ({"type": "accountLink", "link": {"result": "failed", "nonce": "n"}}, LinkEnded(WHO, AT, "n", ok=False)),
]


@pytest.mark.parametrize(
    ("event", "incoming"), KINDS, ids=[f"{n}-{event['type']}" for n, (event, _) in enumerate(KINDS)]
)
def test_each_kind_is_read_with_what_it_has(event: dict[str, Any], incoming: Incoming) -> None:
    source = {"source": {"type": "user", "userId": WHO}, "mode": "active"}
    assert to_incoming(source | event, AT, "ja") == incoming


def test_a_link_that_failed_names_nobody_and_is_read() -> None:
    event = {"type": "accountLink", "mode": "active", "link": {"result": "failed", "nonce": "n"}}
    assert to_incoming(event, AT, "en") == LinkEnded("", AT, "n", ok=False, lang="en")


@pytest.mark.parametrize(
    "around",
    [
        {"source": {"type": "group", "groupId": "C1", "userId": WHO}},
        {"source": {"type": "user", "userId": WHO}, "mode": "standby"},
        {"source": {"type": "user"}},
        {"source": None},
    ],
    ids=["group", "standby", "no id", "no source"],
)
@pytest.mark.parametrize("kind", ["message", "follow", "unsend"])
def test_what_is_not_said_to_mimi_by_a_person_is_nothing(kind: str, around: dict[str, Any]) -> None:
    assert to_incoming({"type": kind, "mode": "active"} | around, AT, "ja") is None


def test_a_kind_that_line_has_not_had_before_is_nothing() -> None:
    assert to_incoming({"type": "newKind", "source": {"type": "user", "userId": WHO}}, AT, "ja") is None
