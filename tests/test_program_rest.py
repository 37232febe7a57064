"""An app's knowledge by REST: read, written, removed, and refused."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from mimi import running_mimi
from programs import FREE, HANDLE, PRICE, Program, first_program, program

from bot.keys import AREAS
from guardrail.limits import KEY
from knowledge.store.database import Database
from knowledge.store.programs.api_keys import Reach

ENTRY = {"question": FREE, "answer": PRICE}
PHONE = "03-1234-5678"


@pytest.fixture
async def ci(db: Database) -> AsyncIterator[Program]:
    async with running_mimi(db, claude=False) as mimi:
        await mimi.sign_up()
        yield await first_program(mimi)


async def test_an_entry_is_made_read_changed_and_removed_under_an_id_of_the_programs(ci: Program) -> None:
    status, made = await ci.call("PUT", "/entries/faq/price.md", ENTRY)
    assert (status, made["outcome"], made["item"]["id"]) == (201, "created", "faq/price.md")
    assert (await ci.call("GET", "/entries/faq%2Fprice.md"))[1] == made["item"]
    changed = ENTRY | {"answer": "No, 500 yen a month.", "phrasings": ["What does it cost?"], "exact": True}
    status, put = await ci.call("PUT", "/entries/faq/price.md", changed)
    assert (status, put["outcome"], put["item"]["phrasings"]) == (200, "changed", ["What does it cost?"])
    assert put["item"]["revision"] != made["item"]["revision"]
    assert (await ci.mimi.visitor_asks("What does it cost?")).text == "No, 500 yen a month."
    assert await ci.call("DELETE", "/entries/faq/price.md") == (204, None)
    assert (await ci.call("GET", "/entries/faq/price.md"))[0] == 404
    assert (await ci.call("DELETE", "/entries/faq/price.md"))[0] == 404


async def test_the_same_once_more_changes_nothing(ci: Program) -> None:
    await ci.call("PUT", "/entries/a", ENTRY)
    before = await ci.mimi.database.collection("apps").find({})
    status, put = await ci.call("PUT", "/entries/a", ENTRY)
    assert (status, put["outcome"]) == (200, "unchanged")
    _status, many = await ci.call("POST", "/entries/bulk", {"items": [ENTRY | {"id": "a"}]})
    assert (many["unchanged"], many["created"]) == (1, 0)
    assert await ci.mimi.database.collection("apps").find({}) == before, "the knowledge is no newer"


async def test_what_a_program_leaves_out_stays_as_its_owner_has_it(ci: Program) -> None:
    await ci.call("PUT", "/entries/a", ENTRY | {"phrasings": ["Price?"], "exact": True})
    await ci.call("PUT", "/entries/a", ENTRY | {"answer": "Yes."})
    _status, entry = await ci.call("GET", "/entries/a")
    assert (entry["answer"], entry["phrasings"], entry["exact"]) == ("Yes.", ["Price?"], True)


async def test_what_was_got_can_be_sent_back_as_it_is(ci: Program) -> None:
    await ci.call("PUT", "/entries/a", ENTRY)
    await ci.call("PUT", "/documents/d", {"title": "Terms", "text": "# Terms\n\nBe kind.", "url": "https://a.example/"})
    for path in ("/entries/a", "/documents/d"):
        _status, got = await ci.call("GET", path)
        assert (await ci.call("PUT", path, got))[1]["outcome"] == "unchanged"


async def test_a_document_is_written_and_answers_visitors(ci: Program) -> None:
    text = "# Refunds\n\nA purchase is refunded within 14 days."
    status, put = await ci.call("PUT", "/documents/docs/返金.md", {"title": "Refunds", "text": text})
    assert (status, put["item"]["id"]) == (201, "docs/返金.md")
    _status, listed = await ci.call("GET", "/documents")
    assert [(each["id"], each["characters"], "text" in each) for each in listed["items"]] == [
        ("docs/返金.md", len(text), False)
    ]
    assert "14 days" in (await ci.mimi.visitor_asks("Is a purchase refunded?")).text


async def test_what_was_written_elsewhere_has_mimis_id_and_keeps_a_programs_through_edits(ci: Program) -> None:
    await ci.mimi.owner_says(f"/faq add {FREE} = {PRICE}")
    _status, listed = await ci.call("GET", "/entries")
    own = listed["items"][0]["id"]
    assert (await ci.call("PUT", f"/entries/{own}", ENTRY | {"answer": "Yes."}))[1]["outcome"] == "changed"
    await ci.call("PUT", "/entries/dark", {"question": "Dark mode?", "answer": "Not yet."})
    areas = ci.mimi.app[AREAS] if ci.mimi.app else None
    assert areas
    scope = (await areas.apps.apps.public(HANDLE)).scope
    dark = await areas.entries.faqs.called(scope, "dark")
    assert dark
    await areas.entries.faqs.edit(scope, dark.id, "Dark mode?", "Since 2.0.")
    assert (await ci.call("GET", "/entries/dark"))[1]["answer"] == "Since 2.0."


async def test_a_list_comes_in_pages_that_lead_on(ci: Program) -> None:
    topics = ("apples", "bicycles", "clouds", "drums", "eels")
    items = [{"id": each, "question": f"Do you like {each}?", "answer": f"About {each}."} for each in topics]
    assert (await ci.call("POST", "/entries/bulk", {"items": items, "on_double": "keep"}))[1]["created"] == 5
    _status, first = await ci.call("GET", "/entries?limit=2")
    assert ([each["id"] for each in first["items"]], first["total"]) == (["apples", "bicycles"], 5)
    seen, where = [*first["items"]], first["next"]
    while where:
        page = await (await ci.respond("GET", where)).json()
        seen, where = [*seen, *page["items"]], page["next"]
    assert [each["id"] for each in seen] == list(topics)
    for bad in ("limit=0", "limit=101", "limit=x", "offset=-1", "offset=１"):
        assert (await ci.call("GET", f"/entries?{bad}"))[1]["code"] == "bad_input"


async def test_a_slash_at_the_end_is_no_matter(ci: Program) -> None:
    assert (await ci.call("PUT", "/entries/a/", ENTRY))[1]["item"]["id"] == "a"
    assert (await ci.call("GET", "/entries/"))[1]["total"] == 1
    assert (await ci.call("POST", "/entries/bulk/", {"items": [ENTRY | {"id": "a"}]}))[1]["unchanged"] == 1


async def test_of_many_each_is_kept_or_refused_by_itself(ci: Program) -> None:
    await ci.call("PUT", "/entries/a", ENTRY)
    items = [
        {"id": "b", "question": FREE, "answer": "Yes."},
        {"id": "c", "question": "Does it work offline?", "answer": f"Call {PHONE}."},
    ]
    status, said = await ci.call("POST", "/entries/bulk", {"items": items})
    assert (status, said["refused"], said["created"]) == (200, 1, 1)
    refused, kept = said["results"]
    assert (refused["id"], refused["problem"]["code"]) == ("b", "asks_the_same")
    assert refused["problem"]["same_as"]["id"] == "a"
    assert (kept["id"], kept["outcome"]) == ("c", "created")
    assert (await ci.call("GET", "/entries/c"))[1]["hidden"] == ["PHONE"]
    [stored] = await ci.mimi.database.collection("faqs").find({"external_id": "c"})
    assert PHONE not in stored["redacted_answer"], "the guardrail has seen it as at every door"


@pytest.mark.parametrize(
    ("on_double", "status", "entries"), [("refuse", 409, 1), ("keep", 201, 2), ("replace", 200, 1), ("other", 400, 1)]
)
async def test_a_program_says_what_becomes_of_one_that_asks_the_same(
    ci: Program, on_double: str, status: int, entries: int
) -> None:
    await ci.mimi.owner_says(f"/faq add {FREE} = {PRICE}")
    assert (await ci.call("PUT", f"/entries/x?on_double={on_double}", ENTRY | {"answer": "Yes."}))[0] == status
    assert (await ci.call("GET", "/entries"))[1]["total"] == entries
    assert (await ci.call("GET", "/entries/x"))[0] == (200 if status < 300 else 404)


async def test_what_the_owner_wrote_in_the_same_words_is_the_programs_from_then_on(ci: Program) -> None:
    await ci.mimi.owner_says(f"/faq add {FREE} = {PRICE}")
    status, put = await ci.call("PUT", "/entries/x", ENTRY)
    assert (status, put["outcome"]) == (200, "changed")
    assert (await ci.call("GET", "/entries"))[1]["total"] == 1
    assert (await ci.call("PUT", "/entries/x", ENTRY))[1]["outcome"] == "unchanged"


async def test_nobody_writes_over_a_change_they_have_not_read(ci: Program) -> None:
    made = await ci.respond("PUT", f"/api/v1/apps/{HANDLE}/entries/a", ENTRY)
    tag = made.headers["ETag"]
    path = "/entries/a"
    assert (await ci.call("PUT", path, ENTRY | {"answer": "Yes."}, If_Match=tag))[0] == 200
    status, refused = await ci.call("PUT", path, ENTRY | {"answer": "Perhaps."}, If_Match=tag)
    assert (status, refused["code"]) == (412, "changed_meanwhile")
    assert (await ci.call("DELETE", path, If_Match=tag))[0] == 412
    assert (await ci.call("GET", path))[1]["answer"] == "Yes."
    now = (await ci.respond("GET", f"/api/v1/apps/{HANDLE}{path}")).headers["ETag"]
    assert (await ci.call("GET", path, If_None_Match=now))[0] == 304
    assert (await ci.call("PUT", path, ENTRY, If_None_Match="*"))[0] == 412
    assert (await ci.call("PUT", "/entries/new", {"question": "Dark?", "answer": "No."}, If_Match="*"))[0] == 412
    # A proxy that compresses weakens it; what cannot be read is refused, or it would not be kept to.
    assert (await ci.call("DELETE", path, If_Match=now.strip('"')))[0] == 400
    assert (await ci.call("DELETE", path, If_Match=f"W/{now}"))[0] == 204


@pytest.mark.parametrize(
    ("body", "path", "where"),
    [
        ({"question": FREE}, "/entries/a", "/answer"),
        (ENTRY | {"phrasing": ["x"]}, "/entries/a", "/phrasing"),
        (ENTRY | {"exact": "yes"}, "/entries/a", "/exact"),
        (ENTRY | {"answer": " \n "}, "/entries/a", "/answer"),
        (ENTRY | {"question": {"$ne": None}}, "/entries/a", "/question"),
        ({"items": [ENTRY]}, "/entries/bulk", "/items/0/id"),
        ({"items": [ENTRY | {"id": "../x"}]}, "/entries/bulk", "/items/0/id"),
        ({"items": []}, "/entries/bulk", "/items"),
        ({"title": "T", "text": "x", "url": "javascript:alert(1)"}, "/documents/d", "/url"),
        ({"title": "T" * 201, "text": "x"}, "/documents/d", "/title"),
    ],
)
async def test_what_is_wrong_with_what_was_sent_is_said_where_it_stands(
    ci: Program, body: object, path: str, where: str
) -> None:
    status, refused = await ci.call("POST" if path.endswith("bulk") else "PUT", path, body)
    assert (status, refused["code"]) == (400, "bad_input")
    assert [each["path"] for each in refused["errors"]] == [where]
    assert (await ci.call("GET", f"/{path.split('/')[1]}"))[1]["total"] == 0


async def test_a_refusal_is_a_problem_in_english_whatever_the_browser_speaks(ci: Program) -> None:
    url = f"/api/v1/apps/{HANDLE}/entries/none"
    response = await ci.respond("GET", url, Accept_Language="ja", Accept="text/html")
    assert response.content_type == "application/problem+json"
    said = await response.json()
    assert (said["status"], said["title"], said["detail"]) == (404, "Not Found", "There is nothing with this id.")
    patched = await ci.respond("PATCH", url)
    assert (patched.status, patched.headers["Allow"]) == (405, "DELETE,GET,HEAD,PUT")


@pytest.mark.parametrize(
    ("reach", "writes", "reads"), [(Reach.READ, 403, 200), (Reach.PROPOSE, 403, 200), (Reach.WRITE, 201, 200)]
)
async def test_a_key_reaches_as_far_as_it_was_made_for(ci: Program, reach: Reach, writes: int, reads: int) -> None:
    other = await program(ci.mimi, reach)
    assert (await other.call("PUT", "/entries/a", ENTRY))[0] == writes
    await ci.call("PUT", "/entries/a", ENTRY)
    assert (await other.call("GET", "/entries/a"))[0] == reads
    assert (await other.call("POST", "/documents/bulk", {"items": []}))[0] == (400 if writes == 201 else 403)
    if writes == 403:
        assert (await other.call("DELETE", "/entries/a"))[0] == 403


async def test_s39_a_key_of_another_app_finds_nothing_there(ci: Program) -> None:
    await ci.call("PUT", "/entries/a", ENTRY)
    await ci.mimi.owner_says("/app new", count=1)
    await ci.mimi.owner_says("Hitsuji")
    await ci.mimi.owner_says("hitsuji")
    other = await program(ci.mimi, handle="hitsuji")
    for method, path in (("GET", "/entries"), ("GET", "/entries/a"), ("DELETE", "/entries/a")):
        assert (await other.call(method, path))[0] == 404
    assert (await other.call("PUT", "/entries/b", ENTRY))[0] == 404
    assert (await (await other.respond("GET", "/api/v1/apps/hitsuji/entries")).json())["total"] == 0


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer mimi_no", "Basic bWltaTo=", "Bearer ＡＢ", "mimi_no", "Bearer {upper}"],
)
async def test_without_a_good_key_nothing_opens(ci: Program, authorization: str) -> None:
    sent = authorization.replace("{upper}", ci.key.upper())
    response = await ci.respond("GET", f"/api/v1/apps/{HANDLE}/entries", Authorization=sent)
    assert (response.status, response.headers["WWW-Authenticate"]) == (401, "Bearer")


async def test_a_cookie_opens_nothing_here_and_another_sites_page_is_refused(ci: Program) -> None:
    areas = ci.mimi.app[AREAS] if ci.mimi.app else None
    assert areas
    accounts = areas.accounts.accounts
    app = await areas.apps.apps.public(HANDLE)
    link = await accounts.sign_in_link(app.scope)
    cookie = {"Cookie": f"__Host-mimi={await accounts.sign_in(link.token)}"}
    async with ci.mimi.http.get(f"{ci.mimi.url}/api/v1/apps/{HANDLE}/entries", headers=cookie) as response:
        assert response.status == 401
    crossed = await ci.respond("PUT", f"/api/v1/apps/{HANDLE}/entries/a", ENTRY, Origin="https://evil.example")
    assert (crossed.status, "Access-Control-Allow-Origin" in crossed.headers) == (403, False)
    asked = await ci.respond("OPTIONS", f"/api/v1/apps/{HANDLE}/entries/a", Origin="https://evil.example")
    assert (asked.status, "Access-Control-Allow-Origin" in asked.headers) == (405, False)


async def test_a_key_that_calls_too_often_waits_and_others_do_not(ci: Program) -> None:
    other = await program(ci.mimi)
    most = KEY[0].amount
    statuses = [(await ci.call("GET", "/entries/none"))[0] for _ in range(most + 1)]
    assert statuses == [404] * most + [429]
    response = await ci.respond("GET", f"/api/v1/apps/{HANDLE}/entries")
    assert (response.status, int(response.headers["Retry-After"]) > 0) == (429, True)
    assert (await other.call("GET", "/entries"))[0] == 200


async def test_writers_at_the_same_time_make_one(ci: Program) -> None:
    entries = [ENTRY | {"answer": f"Answer {n}."} for n in range(6)]
    answers = await asyncio.gather(*(ci.call("PUT", "/entries/a", each) for each in entries))
    assert {status for status, _ in answers} <= {200, 201, 412}
    assert sum(status == 201 for status, _ in answers) == 1
    assert (await ci.call("GET", "/entries"))[1]["total"] == 1
