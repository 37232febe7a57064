"""What protects every page: headers, requests from other sites, methods, errors."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256

import pytest
from grounds import OPERATOR
from sites import SiteUnderTest, running_site
from structlog.testing import capture_logs

from handlers.outgoing import letter_in
from knowledge.errors import NotFound
from knowledge.store.database import Database
from web.site.static_files import FILES

CSP = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}
# Of a script, a style, a picture: it loads nothing, and is shown in nothing.
CSP_OF_FILES = {
    "default-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}
PAGES = (
    "/",
    "/@kotori",
    "/privacy",
    "/privacy/1",
    "/contact",
    "/sign-in/x",
    "/owner",
    "/nothing",
    "/@nobody",
    "/@kotori/events",
)


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db, trusted_proxy=True) as running:
        await running.an_app()
        yield running


async def test_s18_s19_every_response_carries_the_headers(site: SiteUnderTest) -> None:
    static = [file.url for file in FILES.values()]
    for path in (*PAGES, *static, "/static/nothing.css"):
        response = await site.get(path)
        headers = response.headers
        allowed = CSP_OF_FILES if path in static else CSP
        if path == "/@kotori":  # its style and its first script stand in it and are named by their hashes
            page = await response.text()
            style, script = _source(page, "style"), _source(page, "script")
            allowed = CSP - {"style-src 'self'", "script-src 'self'"}
            allowed |= {f"style-src {style}", f"script-src 'self' {script}"}
        assert set(headers["Content-Security-Policy"].split("; ")) == allowed, path
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Permissions-Policy" in headers
        assert "Server" not in headers
        assert "Access-Control-Allow-Origin" not in headers
        assert "charset=utf-8" in headers["Content-Type"], path
        assert ("immutable" if path in static else "no-store") in headers["Cache-Control"], path


def _source(page: str, element: str) -> str:
    text = page.partition(f"<{element}>")[2].partition(f"</{element}>")[0]
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


async def test_s20_s23_pages_name_no_other_host_and_hold_no_inline_script_or_unnamed_style(site: SiteUnderTest) -> None:
    for path in PAGES:
        page = await (await site.get(path, headers={"Accept": "text/html"})).text()
        assert 'src="http' not in page
        # What stands in the app's page is named by its hash (above).
        assert page.count("<style") == (path == "/@kotori")
        assert " style=" not in page
        assert (
            " on" not in re.sub("<style>.*?</style>", "", page, flags=re.DOTALL).replace(" on ", " ").split("<main>")[0]
        )
        assert page.count("<script") == page.count('<script src="/static/') + (path == "/@kotori")


ORIGINS: tuple[tuple[dict[str, str], int], ...] = (
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "https://mimi.example"}, 403),
    ({"Origin": "https://evil.example"}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "https://mimi.example.evil.example"}, 403),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
    ({"Origin": "https://mimi.example"}, 200),
    ({}, 200),
)


async def test_s15_another_sites_page_changes_nothing(site: SiteUnderTest) -> None:
    for headers, status in ORIGINS:
        assert (await site.ask("x", **headers)).status == status, headers
    accepted = sum(status == 200 for _headers, status in ORIGINS)
    assert await site.db.collection("messages").count({"role": "visitor"}) == accepted


async def test_s15_every_form_refuses_another_sites_post(site: SiteUnderTest) -> None:
    for path in ("/owner/sign-out", "/sign-in", "/contact", "/owner/delete", "/owner/apps/kotori/faqs"):
        response = await site.post(path, data={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status == 403, path


async def test_s17_no_other_site_reads_an_answer_or_frames_a_page(site: SiteUnderTest) -> None:
    """No origin is listed anywhere: a browser lets no other site's page read or embed what is sent here."""
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        asked = await site.ask("Free?", Origin=origin)
        preflight = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        answers = [asked, *[await site.get(path, headers=preflight) for path in PAGES]]
        async with site.http.options(f"{site.url}/@kotori/messages", headers=preflight) as options:
            answers.append(options)
        for answer in answers:
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_s59_a_refusal_names_the_owner_and_the_object_by_their_ids(site: SiteUnderTest) -> None:
    await site.an_app("other", "Other", "ken")
    cookie, object_id = await site.sign_in("ken"), "6b0b829fab49b00a899d1257"
    with capture_logs() as logs:
        await site.get(f"/owner/apps/other/conversations/{object_id}", headers=cookie)
        await site.get("/owner", headers={"Cookie": "__Host-mimi=secret-value"})
        with pytest.raises(NotFound):
            await site.accounts.sign_in("secret-token")
    refused, over, failed = (entry for entry in logs if "refused" in entry["event"])
    assert (refused["owner_id"], refused["about"]) == (site.owners["ken"].id, [object_id])
    assert (over["status"], over["code"]) == (401, "session_over")
    assert (failed["event"], failed["error"]) == ("sign-in refused", "NotFound")
    assert "secret" not in str(logs)


async def test_s61_there_is_no_trace(site: SiteUnderTest) -> None:
    async with site.http.request("TRACE", f"{site.url}/@kotori") as response:
        assert response.status == 405
    assert (await site.get("/static/")).status == 404
    assert (await site.get("/static/..%2f..%2fpyproject.toml")).status == 404


async def test_s46_the_address_is_the_one_the_proxy_saw(site: SiteUnderTest) -> None:
    await site.get("/", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.77"})
    await site.access_log.close()
    (row,) = await site.db.collection("access_log").find({})
    assert row["address"] == "203.0.113.0/24"


@pytest.mark.parametrize(
    ("seen", "kept"),
    [
        ("203.0.113.77:51234", "203.0.113.0/24"),
        ("[2001:db8:1:2::5]:51234", "2001:db8:1::/48"),
        ("[2001:db8:1:2::5]", "2001:db8:1::/48"),
        ("2001:db8:1:2::5", "2001:db8:1::/48"),
        ("[", ""),
        (":", ""),
    ],
)
async def test_s46_a_proxy_may_name_the_port_too(site: SiteUnderTest, seen: str, kept: str) -> None:
    await site.get("/", headers={"X-Forwarded-For": seen})
    await site.access_log.close()
    (row,) = await site.db.collection("access_log").find({})
    assert row["address"] == kept


async def test_s59_refusals_are_logged_under_their_id_without_what_was_sent(site: SiteUnderTest) -> None:
    headers = {"Accept": "application/json"}
    with capture_logs() as logs:
        gone = await site.get("/@nobody-secret", headers=headers)
        nowhere = await site.get("/secret/path?secret=1", headers=headers)
        empty = await site.post("/@kotori/messages", json={"text": "secret"}, headers=headers)
        await site.post("/contact", data={"reply_to": "secret", "text": "secret"})
    refused = [entry for entry in logs if entry["event"] == "refused"]
    assert [(entry["status"], entry["code"], entry["route"]) for entry in refused] == [
        (404, "not_found", "/@{handle}"),
        (404, "not_found", "none"),
        (400, "bad_input", "/@{handle}/messages"),
        (400, "bad_input", "/contact"),
    ]
    for response, entry in zip((gone, nowhere, empty), refused, strict=False):
        assert (await response.json())["error"]["id"] == entry["id"]
    assert "secret" not in str(logs)


async def test_s58_an_unforeseen_error_says_nothing_about_the_inside(
    site: SiteUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    await site.db.raw["apps"].update_one({"handle": "kotori"}, {"$unset": {"name": ""}})
    response = await site.get("/@kotori", headers={"Accept": "application/json"})
    assert response.status == 500
    error = (await response.json())["error"]
    assert error["code"] == "internal"
    assert "KeyError" not in await response.text()
    assert error["id"] in capsys.readouterr().out


async def test_the_contact_form_writes_one_letter_to_the_operator(site: SiteUnderTest) -> None:
    sent = await site.post("/contact", data={"reply_to": "me@example.com", "text": "Hello\n<b>you</b>"})
    assert sent.status == 303
    assert sent.headers["Location"] == "/contact?done=sent"
    (row,) = await site.db.collection("outbox").find({})
    assert row["to"] == OPERATOR
    assert letter_in(row["body"])[1] == "Hello\n<b>you</b>"
    assert row["body"]["reply_to"] == "me@example.com"


async def test_a_letter_without_a_usable_address_or_text_is_refused(site: SiteUnderTest) -> None:
    for reply_to in (
        "nobody",
        "a@b\nBcc: c@d",
        "a@b@c d",
        "<a@b>",
        "a@b,c@d",
        "a@[b",
        "a@b..c",
        "a[@b.c",
        "x" * 260 + "@b",
    ):
        refused = await site.post("/contact", data={"reply_to": reply_to, "text": "Hello"})
        assert refused.status == 400, reply_to
        assert "Hello</textarea>" in await refused.text()
    assert (await site.post("/contact", data={"reply_to": "", "text": "  "})).status == 400
    assert await site.db.collection("outbox").count({}) == 0


async def test_too_many_letters_from_one_network_are_refused(site: SiteUnderTest) -> None:
    responses = [await site.post("/contact", data={"text": "Hello"}) for _ in range(22)]
    assert responses[0].status == 303
    assert responses[-1].status == 429


async def test_the_policy_is_there_by_version_in_both_languages(site: SiteUnderTest) -> None:
    current = await (await site.get("/privacy?lang=en")).text()
    assert "Visitors get no cookie at all." in current
    assert "訪問者にはCookieを一切発行しません" in await (await site.get("/privacy/1?lang=ja")).text()
    assert (await site.get("/privacy/99")).status == 404
    assert (await site.get("/privacy/..%2f1")).status == 404
