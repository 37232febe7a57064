"""The owner's page over HTTP: signing in, FAQ entries, taking data along, leaving."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sites import SiteUnderTest, running_site

from knowledge.store.database import Database

OWNER_PAGES = (
    "/owner",
    "/owner/apps/kotori",
    "/owner/apps/kotori/hidden",
    "/owner/export",
    "/owner/export.zip",
    "/owner/delete",
)


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        yield running


async def test_s4_s5_looking_at_a_link_shows_its_code_and_signs_nobody_in(site: SiteUnderTest) -> None:
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    for _ in range(3):
        shown = await site.get(f"/sign-in/{link.token}")
        assert shown.status == 200
        assert link.code in await shown.text()
        assert "Set-Cookie" not in shown.headers
    assert await site.db.collection("sessions").count({}) == 0


async def test_s2_s9_the_button_signs_in_once_with_a_cookie_scripts_cannot_read(site: SiteUnderTest) -> None:
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    signed_in = await site.post("/sign-in", data={"token": link.token, "to": ""})
    assert (signed_in.status, signed_in.headers["Location"]) == (303, "/owner")
    cookie = signed_in.headers["Set-Cookie"]
    assert cookie.startswith("__Host-mimi=")
    lasts = f"Max-Age={60 * 86_400}"  # as long as a session can, also when the browser is closed meanwhile
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Lax", "Secure", lasts}
    again = await site.post("/sign-in", data={"token": link.token})
    assert again.status == 404
    assert "Set-Cookie" not in again.headers


@pytest.mark.parametrize("token", ["", "nothing", "$ne", "x" * 10_000])
async def test_a_link_that_never_was_is_a_page_that_says_what_to_do(site: SiteUnderTest, token: str) -> None:
    refused = await site.post("/sign-in", data={"token": token}, headers={"Accept-Language": "ja"})
    assert refused.status == 404
    assert "管理画面" in await refused.text()


async def test_s3_a_link_dies_within_ten_minutes(site: SiteUnderTest) -> None:
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    site.side.clock.advance(timedelta(minutes=10))
    assert (await site.get(f"/sign-in/{link.token}")).status == 404
    assert (await site.post("/sign-in", data={"token": link.token})).status == 404


async def test_a_link_leads_to_a_room_of_the_house_and_nowhere_else(site: SiteUnderTest) -> None:
    for to, room in (("export", "/owner/export"), ("delete", "/owner/delete"), ("https://evil.example", "/owner")):
        link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
        signed_in = await site.post("/sign-in", data={"token": link.token, "to": to})
        assert signed_in.headers["Location"] == room


async def test_s10_signing_in_again_ends_the_session_before(site: SiteUnderTest) -> None:
    before = await site.sign_in()
    link = await site.accounts.sign_in_link(site.owners["yuki"].scope)
    await site.post("/sign-in", data={"token": link.token}, headers=before)
    assert (await site.get("/owner", headers=before)).status == 401


async def test_s11_a_copied_cookie_fails_after_signing_out(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    assert (await site.get("/owner/apps/kotori", headers=cookie)).status == 200
    out = await site.post("/owner/sign-out", headers=cookie)
    assert out.status == 303
    assert "Max-Age=0" in out.headers["Set-Cookie"]
    assert (await site.get("/owner/apps/kotori", headers=cookie)).status == 401


async def test_without_a_session_every_room_says_how_to_sign_in(site: SiteUnderTest) -> None:
    for cookie in (
        {},
        {"Cookie": "__Host-mimi=nothing"},
        {"Cookie": "__Host-mimi="},
        {"Cookie": "mimi=x; __Host-mimi"},
    ):
        for path in OWNER_PAGES:
            response = await site.get(path, headers=cookie | {"Accept-Language": "ja"})
            assert response.status == 401
            assert "管理画面" in await response.text()


async def test_s12_a_session_that_is_not_used_ends(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    site.side.clock.advance(timedelta(days=14))
    assert (await site.get("/owner", headers=cookie)).status == 401


async def test_a_redirect_is_logged_as_one(site: SiteUnderTest) -> None:
    await site.post("/owner/sign-out")
    await site.access_log.close()
    (row,) = await site.db.collection("access_log").find({})
    assert (row["route"], row["status"]) == ("/owner/sign-out", 303)


async def test_an_entry_is_added_corrected_and_removed(site: SiteUnderTest) -> None:
    cookie, app = await site.sign_in(), await site.apps.public("kotori")
    added = await site.post("/owner/apps/kotori/faqs", data={"question": "Price?", "answer": "500 yen"}, headers=cookie)
    assert added.headers["Location"] == "/owner/apps/kotori?done=added"
    (entry,) = await site.faqs.list(app.scope)
    path = f"/owner/apps/kotori/faqs/{entry.id}"
    assert "500 yen</textarea>" in await (await site.get(path, headers=cookie)).text()
    edited = await site.post(path, data={"question": "Price?", "answer": "600 yen"}, headers=cookie)
    assert edited.headers["Location"] == "/owner/apps/kotori?done=saved"
    listed = await (await site.get("/owner/apps/kotori?done=saved", headers=cookie)).text()
    assert "600 yen" in listed
    assert "Your change is saved." in listed
    assert (await site.get(f"{path}/remove", headers=cookie)).status == 200
    assert len(await site.faqs.list(app.scope)) == 1
    await site.post(f"{path}/remove", headers=cookie)
    assert await site.faqs.list(app.scope) == []
    assert (await site.get(path, headers=cookie)).status == 404


async def test_saving_personal_information_leads_to_a_warning_that_names_it(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    form = {"question": "Can I call you?", "answer": "Yes: 03-1234-5678"}
    added = await site.post("/owner/apps/kotori/faqs", data=form, headers=cookie)
    warned = await (await site.get(added.headers["Location"], headers=cookie)).text()
    assert "Visitors will not see: phone number" in warned
    assert "Visitors will not see: phone number" in await (await site.get("/owner/apps/kotori", headers=cookie)).text()


async def test_what_is_too_long_is_said_and_not_cut(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    room = await (await site.get("/owner/apps/kotori", headers=cookie)).text()
    fields = re.findall(r"<(?:input|textarea)[^>]*\bname=\"(?:question|answer|phrasings)\"[^>]*>", room)
    assert len(fields) == 3
    assert not [field for field in fields if "maxlength" in field], "browsers cut what is pasted, without a word"
    long = {"question": "Is it free?", "answer": "あ" * 5_001}
    refused = await site.post("/owner/apps/kotori/faqs", data=long, headers=cookie)
    assert refused.status == 400
    assert long["answer"] in await refused.text()


async def test_a_refused_entry_keeps_what_was_written(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    for form in ({"question": "Price?", "answer": " "}, {"question": "x" * 301, "answer": "500 yen"}):
        refused = await site.post("/owner/apps/kotori/faqs", data=form, headers=cookie)
        assert refused.status == 400
        assert form["question"] in await refused.text()
    assert (await site.post("/owner/apps/kotori/faqs", data={"question": "x"}, headers=cookie)).status == 400


async def test_s24_what_is_shown_to_the_owner_is_text(site: SiteUnderTest) -> None:
    cookie, attack = await site.sign_in(), '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    await site.post("/owner/apps/kotori/faqs", data={"question": attack, "answer": attack}, headers=cookie)
    for path in ("/owner/apps/kotori", "/owner/apps/kotori?done=<script>alert(1)</script>"):
        page = await (await site.get(path, headers=cookie)).text()
        assert "<script>alert" not in page
        assert "<img" not in page


async def test_s39_another_owners_ids_do_not_exist(site: SiteUnderTest) -> None:
    app = await site.apps.public("kotori")
    saved = await site.faqs.add(app.scope, "Secret?", "A secret")
    await site.an_app("hitsuji", "Hitsuji", owner="hana")
    cookie = await site.sign_in("hana")
    for handle in ("kotori", "hitsuji", "nobody"):
        path = f"/owner/apps/{handle}/faqs/{saved.entry.id}"
        for response in (
            await site.get(path, headers=cookie),
            await site.get(f"{path}/remove", headers=cookie),
            await site.post(path, data={"question": "q", "answer": "a"}, headers=cookie),
            await site.post(f"{path}/remove", headers=cookie),
        ):
            assert response.status == 404
            assert "A secret" not in await response.text()
    assert (await site.get("/owner/apps/kotori", headers=cookie)).status == 404
    refused = await site.post("/owner/apps/kotori/faqs", data={"question": "q", "answer": "a"}, headers=cookie)
    assert refused.status == 404
    assert [entry.answer for entry in await site.faqs.list(app.scope)] == ["A secret"]


async def test_the_owner_takes_everything_along_in_one_file(site: SiteUnderTest) -> None:
    cookie, app = await site.sign_in(), await site.apps.public("kotori")
    await site.faqs.add(app.scope, "Price?", "500円です")
    async with site.http.get(f"{site.url}/owner/export.zip", headers=cookie) as response:
        assert response.headers["Content-Disposition"] == 'attachment; filename="mimi-export.zip"'
        archive = zipfile.ZipFile(io.BytesIO(await response.read()))
    assert "500円です" in archive.read("faqs.json").decode()


async def test_the_account_is_deleted_only_by_the_typed_words(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    for typed in ("", "yes", "kotor"):
        refused = await site.post("/owner/delete", data={"typed": typed}, headers=cookie)
        assert refused.status == 400
    assert (await site.get("/@kotori")).status == 200
    begun = await site.post("/owner/delete?lang=ja", data={"typed": "　削除 "}, headers=cookie)
    assert begun.headers["Location"] == "/owner/delete?lang=ja"
    assert (await site.get("/@kotori")).status == 404
    assert (await site.post("/owner/delete/now?lang=ja", data={"typed": "はい"}, headers=cookie)).status == 400
    done = await site.post("/owner/delete/now?lang=ja", data={"typed": "　削除 "}, headers=cookie)
    assert done.status == 200
    assert "すべて削除しました" in await done.text()
    assert (await site.get("/owner", headers=cookie)).status == 401
    assert (await site.get("/@kotori")).status == 410
    for name in await site.db.raw.list_collection_names():
        left = await site.db.collection(name).count({"owner_id": site.owners["yuki"].id})
        assert left == 0, name


async def test_an_owner_without_an_app_is_told_what_to_do(site: SiteUnderTest) -> None:
    site.owners["new"] = await site.accounts.join("U" + "9" * 32, "ja")
    response = await site.get("/owner", headers=await site.sign_in("new"))
    assert "LINEでmimiにアプリの名前を送ると" in await response.text()
