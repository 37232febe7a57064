"""The MCP server, as the official client finds it, and as other clients of the world do."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from mimi import running_mimi
from programs import FREE, HANDLE, PRICE, Program, first_program, program

from bot.keys import AREAS
from knowledge.store.database import Database
from knowledge.store.programs.api_keys import Reach

READS = {"search_knowledge", "list_knowledge", "read_knowledge", "review_release"}
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
NOTES = "# 2.0\n\n- Dark mode has arrived.\n- Kotori now costs 500 yen a month.\n- We have a new office."


@pytest.fixture
async def agent(db: Database) -> AsyncIterator[Program]:
    async with running_mimi(db, claude=False) as mimi:
        await mimi.sign_up()
        yield await first_program(mimi)


async def knows(agent: Program) -> None:
    items = [
        {"id": "price", "question": FREE, "answer": PRICE},
        {"id": "dark", "question": "Is there a dark mode?", "answer": "No, there is no dark mode."},
        {"id": "mail", "question": "How do I reach you?", "answer": "By the form on our page."},
    ]
    assert (await agent.tool("put_entries", {"items": items}))[1]["created"] == 3


@pytest.mark.parametrize(
    ("reach", "more"),
    [
        (Reach.READ, set()),
        (Reach.PROPOSE, {"propose_changes"}),
        (Reach.WRITE, {"propose_changes", "put_entries", "put_documents"}),
    ],
)
async def test_an_agent_is_shown_what_its_key_reaches_and_refused_the_rest(
    agent: Program, reach: Reach, more: set[str]
) -> None:
    other = await program(agent.mimi, reach)
    async with other.client() as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == READS | more
    calls: dict[str, Any] = {
        "put_entries": {"items": [{"id": "a", "question": FREE, "answer": PRICE}]},
        "put_documents": {"items": [{"id": "a", "title": "T", "text": "x"}]},
        "propose_changes": {"changes": [{"action": "add_entry", "why": "w", "question": FREE, "answer": "x"}]},
    }
    for name, arguments in calls.items():
        went_well, said = await other.tool(name, arguments)
        assert went_well == (name in more), (name, said)
        assert went_well or said["problem"]["code"] == "not_allowed"
    kept = [await agent.mimi.database.collection(name).count({}) for name in ("faqs", "documents")]
    assert kept == ([1, 1] if reach is Reach.WRITE else [0, 0])


async def test_entries_and_documents_are_written_listed_searched_and_read(agent: Program) -> None:
    await knows(agent)
    document = {"id": "docs/terms.md", "title": "Terms", "text": "# Refunds\n\nRefunds within 14 days."}
    assert (await agent.tool("put_documents", {"items": [document]}))[1]["created"] == 1
    _well, listed = await agent.tool("list_knowledge", {"kind": "entries", "limit": 2})
    assert (listed["total"], [each["id"] for each in listed["items"]]) == (3, ["price", "dark"])
    _well, found = await agent.tool("search_knowledge", {"query": "refunds"})
    assert (found["found"][0]["id"], found["found"][0]["kind"]) == ("docs/terms.md", "documents")
    _well, whole = await agent.tool("read_knowledge", {"kind": "documents", "id": "docs/terms.md"})
    assert whole["text"] == document["text"]
    went_well, said = await agent.tool("read_knowledge", {"kind": "entries", "id": "none"})
    assert (went_well, said["problem"]["status"]) == (False, 404)


async def test_release_notes_in_contradicted_entries_out(agent: Program) -> None:
    await knows(agent)
    _well, said = await agent.tool("review_release", {"notes": NOTES})
    against = {each["id"]: each["looks_contradicted_by"] for each in said["touched"]}
    assert {name: statements for name, statements in against.items() if statements} == {
        "price": ["Kotori now costs 500 yen a month."],
        "dark": ["Dark mode has arrived."],
    }


async def test_a_proposal_changes_nothing_until_its_owner_has_tapped(agent: Program) -> None:
    await knows(agent)
    proposer = await program(agent.mimi, Reach.PROPOSE, "Release bot")
    seen = len(agent.mimi.owner.chat)
    changes = [
        {"action": "change_entry", "id": "dark", "answer": "Yes, since 2.0.", "why": "2.0 has it"},
        {"action": "remove_entry", "id": "none", "why": "no such"},
        {"action": "change_entry", "id": "price", "answer": PRICE, "why": "so already"},
        {"action": "add_entry", "question": "", "answer": "x", "why": "empty"},
    ]
    _well, said = await proposer.tool("propose_changes", {"changes": changes})
    assert said["waiting_for_the_owner"] == 1
    assert [each["filed"] for each in said["results"]] == [True, False, False, False]
    assert (await agent.call("GET", "/entries/dark"))[1]["answer"] == "No, there is no dark mode."
    line = agent.mimi.line
    await line.wait_for(lambda: any("Release bot" in str(item.message) for item in agent.mimi.owner.chat[seen:]))
    await agent.mimi.owner_taps("Proposals")
    await agent.mimi.owner_taps("Show", count=1)
    assert (await agent.call("GET", "/entries/dark"))[1]["answer"] == "No, there is no dark mode."
    await agent.mimi.owner_taps("Apply")
    assert (await agent.call("GET", "/entries/dark"))[1]["answer"] == "Yes, since 2.0."


async def test_no_more_wait_for_an_owner_than_they_can_look_at(agent: Program) -> None:
    def new(n: int) -> dict[str, str]:
        return {"action": "add_entry", "question": f"Number {n}?", "answer": f"It is {n}.", "why": "w"}

    for start in (0, 20):
        changes = [new(n) for n in range(start, start + 20)]
        assert (await agent.tool("propose_changes", {"changes": changes}))[1]["waiting_for_the_owner"] == 20
    went_well, said = await agent.tool("propose_changes", {"changes": [new(n) for n in range(40, 60)]})
    assert (went_well, said["problem"]["code"]) == (False, "bad_input")
    assert await agent.mimi.database.collection("proposals").count({}) == 40


async def test_an_owner_without_line_finds_what_is_proposed_on_the_web(agent: Program) -> None:
    await agent.mimi.database.collection("owners").update_one({}, {"$set": {"line_user_id": None}})
    change = {"action": "add_entry", "question": "Dark mode?", "answer": "Yes.", "why": "2.0"}
    assert (await agent.tool("propose_changes", {"changes": [change]}))[1]["waiting_for_the_owner"] == 1
    assert agent.mimi.app
    areas, app = agent.mimi.app[AREAS], await agent.mimi.app[AREAS].apps.apps.public(HANDLE)
    link = await areas.accounts.accounts.sign_in_link(app.scope)
    browser = {"Cookie": f"__Host-mimi={await areas.accounts.accounts.sign_in(link.token)}"}
    async with agent.mimi.http.get(f"{agent.mimi.url}/owner/proposals?lang=en", headers=browser) as response:
        page = await response.text()
    assert "<ins>Yes.</ins>" in page
    assert "2.0" in page


async def test_what_an_agent_sends_wrong_is_said_so_that_it_can_do_better(agent: Program) -> None:
    went_well, said = await agent.tool("put_entries", {"items": [{"id": "a", "question": FREE}]})
    assert (went_well, [each["path"] for each in said["problem"]["errors"]]) == (False, ["/items/0/answer"])
    went_well, said = await agent.tool("drop_database", {})
    assert (went_well, said) == (False, {"problem": "There is no tool 'drop_database'."})


async def test_what_models_write_as_text_or_null_is_read_as_it_was_meant(agent: Program) -> None:
    items = json.dumps([{"id": "b", "question": "Dark mode?", "answer": "No."}])
    assert (await agent.tool("put_entries", {"items": items, "on_double": None}))[1]["created"] == 1
    went_well, found = await agent.tool("search_knowledge", {"query": "dark mode", "limit": "5"})
    assert (went_well, [each["id"] for each in found["found"]]) == (True, ["b"])
    assert (await agent.tool("list_knowledge", {"kind": "entries", "offset": None}))[0]
    went_well, said = await agent.tool("list_knowledge", {"kind": "entries", "limit": "many"})
    assert (went_well, said["problem"]["errors"][0]["path"]) == (False, "/limit")


async def test_what_there_is_none_of_is_an_empty_list_and_no_error(agent: Program) -> None:
    for method, name in (
        ("prompts/list", "prompts"),
        ("resources/list", "resources"),
        ("resources/templates/list", "resourceTemplates"),
    ):
        response = await agent.says({"jsonrpc": "2.0", "id": 1, "method": method, "params": None})
        assert json.loads(await response.text())["result"][name] == []


async def test_schemas_are_plain_for_clients_that_follow_no_reference_and_take_no_null(agent: Program) -> None:
    tools = json.loads(await (await agent.says(LIST)).text())["result"]["tools"]
    for tool in tools:
        schema = tool["inputSchema"]
        assert schema["type"] == "object"
        assert not {"$ref", "$defs", "anyOf", "oneOf"} & words_of(schema), tool["name"]


def words_of(schema: Any) -> set[str]:
    """Every keyword and name in it."""
    if isinstance(schema, dict):
        return set(schema).union(*(words_of(each) for each in schema.values()))
    return set().union(*(words_of(each) for each in schema)) if isinstance(schema, list) else set()


@pytest.mark.parametrize("accept", ["", "application/json", "*/*", "text/event-stream", "text/html"])
async def test_whatever_a_client_says_it_accepts_it_gets_json(agent: Program, accept: str) -> None:
    response = await agent.says(LIST, Accept=accept)
    assert (response.status, response.content_type) == (200, "application/json")


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", "2099-01-01", "x"])
async def test_a_client_of_another_version_is_told_one_that_both_speak(agent: Program, version: str) -> None:
    """The header of what is not negotiated yet refuses nobody."""
    client = {"name": "old", "version": "1"}
    hello = {"protocolVersion": version, "capabilities": {}, "clientInfo": client}
    message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello}
    response = await agent.says(message)
    offered = json.loads(await response.text())["result"]["protocolVersion"]
    assert offered == (version if version.startswith(("2024", "2025")) else "2025-11-25")
    wrong = await agent.says(LIST, Mcp_Protocol_Version="1900-01-01")
    assert wrong.status == 400


async def test_the_newest_version_needs_no_handshake(agent: Program) -> None:
    about = {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}}
    message = LIST | {"params": {"_meta": about}}
    response = await agent.says(message, Mcp_Protocol_Version="2026-07-28", Mcp_Method="tools/list")
    assert response.status == 200
    names = {tool["name"] for tool in json.loads(await response.text())["result"]["tools"]}
    assert names > READS


@pytest.mark.parametrize("method", ["GET", "DELETE", "HEAD", "OPTIONS", "PUT"])
async def test_what_would_open_a_stream_or_end_a_session_is_405(agent: Program, method: str) -> None:
    for path in ("/mcp", "/mcp/"):
        response = await agent.respond(method, path, Accept="text/event-stream")
        assert (response.status, response.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("sent", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/list","x":"\xff"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[1]", "application/json", 200),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}', "text/plain", 415),
        (b'{"jsonrpc":"2.0","id":1,"method":"tools/list"}', "application/json; charset=utf-8", 200),
        (b'{"jsonrpc":"2.0","id":"\xe6\x96\x99","method":"ping"}', "application/json", 200),
        (b'{"jsonrpc":"2.0","method":"notifications/initialized"}', "application/json", 202),
        (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', "application/json", 202),
        (b'{"jsonrpc":"2.0","id":1,"result":{}}', "application/json", 202),
        (b" " * (4 * 1024 * 1024 + 1), "application/json", 413),
    ],
)
async def test_what_is_no_message_is_refused_and_nothing_breaks(
    agent: Program, sent: bytes, kind: str, status: int
) -> None:
    headers = agent.headers | {"Content-Type": kind}
    async with agent.mimi.http.post(f"{agent.mimi.url}/mcp", data=sent, headers=headers) as response:
        assert response.status == status, await response.text()
    assert (await agent.says(LIST)).status == 200


async def test_a_batch_is_answered_as_one_and_a_session_of_elsewhere_is_no_matter(agent: Program) -> None:
    batch = [LIST, {"jsonrpc": "2.0", "method": "notifications/initialized"}, LIST | {"id": "b", "method": "nothing"}]
    response = await agent.says(batch, Mcp_Session_Id="of-before-the-restart")
    first, second = json.loads(await response.text())
    assert (first["id"], second["id"], second["error"]["code"]) == (1, "b", -32601)
    alone = [{"jsonrpc": "2.0", "method": "notifications/initialized"}]
    assert (await agent.says(alone)).status == 202


async def test_without_a_key_or_from_another_sites_page_nothing_is_answered(agent: Program) -> None:
    stranger = await agent.says(LIST, Authorization="Bearer mimi_x")
    assert (stranger.status, stranger.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert (await agent.says(LIST, Origin="https://evil.example")).status == 403
    for path in ("/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-authorization-server"):
        probe = await agent.respond("GET", path, Accept="application/json")
        assert (probe.status, probe.content_type) == (404, "application/json")
