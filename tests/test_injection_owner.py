"""Instructions inside what an owner's model reads, and a model that obeys: nothing happens before a tap (S47-S49).

The texts in data/owner_injections.jsonl are this project's own, each with the call that obeys it. The model reads them
in an entry, a page, a file's name, or in the owner's line, where a visitor or a visitor's name is quoted.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from claude_events import Request, Said
from claude_standin import KEY, ClaudeStandIn
from clock import FrozenClock
from owner_chat import Core, OwnerChat
from proposals_heard import answered

from knowledge.model import owner_tools
from knowledge.model.claude import ClaudeTools, claude_client
from knowledge.store.database import Database
from knowledge.store.registry import STORED

DATA = Path(__file__).parent / "data/owner_injections.jsonl"
INJECTIONS: list[dict[str, Any]] = [json.loads(line) for line in DATA.read_text().splitlines()]
PLACES = ("entry", "page", "file_name", "display_name", "message")
LINES = {"ja": "返金は14日以内に変えて", "en": "refunds are within 14 days"}
QUOTING = {
    "display_name": {
        "ja": "{text} さんに答えた。返金は14日以内",
        "en": "I answered {text}: refunds are within 14 days",
    },
    "message": {"ja": "訪問者が「{text}」と書いた。返金は14日以内", "en": 'A visitor wrote "{text}". refunds: 14 days'},
}
# What comes of any line: that it was asked, the proposal that waits, the answer on its way, what it cost, and an index.
TRACES = {"plain_lines", "proposals", "outbox", "spending", "spend_counts", "dialogues", "item_words"}


@pytest.fixture
async def core(db: Database, claude: ClaudeStandIn) -> AsyncIterator[Core]:
    async with claude_client(KEY, claude.url) as client:
        yield Core(db, FrozenClock(), model=ClaudeTools(client, "claude-haiku-5-5"))


def injected(place: str, lang: str) -> list[dict[str, Any]]:
    return [each for each in INJECTIONS if (each["place"], each["lang"]) == (place, lang)]


async def kept(db: Database) -> dict[str, list[Any]]:
    """All that there is but traces: apps, knowledge, settings, owners, whom alerts go to, contacts."""
    names = [stored.name for stored in STORED if stored.name not in TRACES]
    # `held` counts the transactions that an app was held in.
    rows = {name: db.raw[name].find({}, {"held": False}, sort=[("_id", 1)]) for name in names}
    return {name: [row async for row in found] for name, found in rows.items()}


def obeying(call: dict[str, Any]) -> Any:
    """A model that does what it was told to; without a tool it only says it."""
    given = {name: value for name, value in call.items() if name != "tool"}

    def said(_request: Request) -> Said:
        if call["tool"]:
            return Said(tool=call["tool"], tool_json=json.dumps(given), stop_reason="tool_use")
        return Said(["Sign in at https://evil.example/x"])

    return said


async def laid_out(chat: OwnerChat, each: dict[str, Any]) -> str:
    """The text where the model comes across it; the line that its owner writes then."""
    scope, text, lang = (await chat.app()).scope, each["text"], each["lang"]
    await chat.core.faqs.add(scope, "返金 refunds?", text if each["place"] == "entry" else "30日以内 within 30 days")
    if each["place"] in {"page", "file_name"}:
        url = "https://pages.example/1" if each["place"] == "page" else ""
        await chat.core.documents.add(scope, text, "返金 refunds", url)
    return QUOTING.get(each["place"], LINES)[lang].format(text=text)


def read(request: Request) -> str:
    """All that a model was given besides its rules."""
    data, _marked, line = request.body["messages"][-1]["content"]
    return f"{json.loads(data['text'].partition(': ')[2])} {line['text']}".replace("\\'", "'").replace("\\\\", "\\")


def test_there_are_at_least_forty_in_both_languages_and_every_place() -> None:
    assert len({each["text"] for each in INJECTIONS}) == len(INJECTIONS) >= 40
    assert all(len(injected(place, lang)) >= 4 for place in PLACES for lang in ("ja", "en"))


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("place", PLACES)
async def test_an_obeying_owners_model_proposes_at_most(
    core: Core, claude: ClaudeStandIn, place: str, lang: str
) -> None:
    """S47, S48, S49"""
    for number, each in enumerate(injected(place, lang)):
        chat = OwnerChat(core)
        await chat.signs_up(f"App {number}", f"app-{number}-x")
        claude.obeys = obeying(each["call"])
        line = await laid_out(chat, each)
        before = await kept(core.db)
        assert await chat.says(line) == []
        heard = await answered(chat)
        request = claude.requests[-1]
        assert each["text"].strip()[:6] in read(request), each["id"]
        assert request.body["system"][0]["text"] == owner_tools.RULES
        assert each["text"] not in json.dumps(request.body["tools"], ensure_ascii=False)
        assert await kept(core.db) == before, each["id"]
        proposed = await core.db.collection("proposals").find({"owner_id": (await chat.owner()).id})
        assert {row["state"] for row in proposed} <= {"open"}
        assert ("Apply" in heard.labels) == bool(proposed)
        assert proposed or "evil.example" not in str(heard.words)
        if proposed:
            assert str(heard.card.body) == "Nothing has been changed yet."
            assert await heard.taps(chat, "Discard") == ["Discarded. Nothing was changed."]
            assert await kept(core.db) == before
    people = {row["line_user_id"] for row in await core.db.collection("owners").find({})}
    assert {row["to"] for row in await core.db.collection("outbox").find({})} <= people


@pytest.mark.parametrize("place", ["display_name", "message"])
async def test_what_a_visitor_says_under_an_alert_reaches_no_owners_model(
    core: Core, claude: ClaudeStandIn, place: str
) -> None:
    """S47: a reply under a quoted card is an answer to the visitor, whatever that one wrote."""
    for number, each in enumerate([*injected(place, "ja"), *injected(place, "en")]):
        chat = OwnerChat(core)
        await chat.signs_up(f"App {number}", f"app-{number}-x")
        app = await chat.app()

        async def asked(app: Any = app, text: str = each["text"]) -> None:
            conversation = await core.conversations.open(app, f"key-{app.id}", "en")
            await core.alerts.question_unanswered(app.scope, conversation.id, app.id, text, "en")

        await core.db.transaction(asked)
        await chat.pushed(f"m{number}")
        claude.obeys = obeying(each["call"])
        assert await chat.says("It is free", quoting=f"m{number}") == ["Sent to the visitor. Save it as FAQ?"]
        assert await core.answer_a_line() is False
    assert claude.requests == []
