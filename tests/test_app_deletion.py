"""One app deleted: off at once, a day to undo, then without a trace and with a receipt, and the others as they were."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from grounds import SECRET
from owner_chat import Core, OwnerChat
from sites import SiteUnderTest, running_site

from handlers.accounts.receipts import Receipts
from handlers.areas import Areas
from handlers.notices.app_deletion import DAY_TO_UNDO
from handlers.outgoing import letter_in
from knowledge.errors import NotFound
from knowledge.store import registry
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.database import Database

HERE = "/owner/apps/kotori"
RECEIPTS = Receipts(SECRET, "https://mimi.example")


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        running.http.headers["Accept-Language"] = "en"
        await running.an_app()
        yield running


async def other_app(site: SiteUnderTest) -> Any:
    return await site.apps.create(site.owners["yuki"].scope, "Other", "other")


async def stranger_of(site: SiteUnderTest) -> dict[str, str]:
    await site.an_app("hers", "Hers", owner="hanako")
    return await site.sign_in("hanako")


async def erased(site: SiteUnderTest) -> int:
    site.side.clock.advance(DAY_TO_UNDO)
    return await site.areas.notices.app_deletion.erase_due()


async def test_its_page_is_off_at_once_and_a_button_brings_it_back_for_a_day(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    for typed in ("", "no", "other"):
        assert (await site.post(f"{HERE}/delete", data={"typed": typed}, headers=cookie)).status == 400
    assert (await site.post(f"{HERE}/delete", data={"typed": "delete"}, headers=cookie)).status == 303
    assert (await site.get("/@kotori")).status == 404
    assert "This app is being deleted" in await (await site.get(f"{HERE}/settings", headers=cookie)).text()
    all_apps = await (await site.get("/owner/apps", headers=cookie)).text()
    assert f'action="{HERE}/delete/stay' in all_apps
    assert f"{HERE}/settings#delete" not in all_apps
    site.side.clock.advance(DAY_TO_UNDO / 2)
    assert await site.areas.notices.app_deletion.erase_due() == 0
    assert (await site.post(f"{HERE}/delete/stay", headers=cookie)).status == 303
    assert (await site.get("/@kotori")).status == 200
    assert await erased(site) == 0
    assert (await site.post(f"{HERE}/delete/stay", headers=cookie)).status == 409


async def test_after_the_day_nothing_of_it_is_left_anywhere_and_the_rest_is_as_it_was(site: SiteUnderTest) -> None:
    cookie, owner = await site.sign_in(), site.owners["yuki"]
    await OwnerRepository(site.db).set_email(owner.scope, "yuki@example.com")
    app, other = await site.apps.public("kotori"), await other_app(site)
    await site.ask("Is it free?")
    await site.ask("What about the unknown thing?")
    await site.post(f"{HERE}/delete", data={"typed": "＠Kotori"}, headers=cookie)
    assert await erased(site) == 1
    with pytest.raises(NotFound):
        await site.apps.get(app.scope)
    traces = {
        name: left
        for name in await site.db.raw.list_collection_names()
        if (left := await site.db.collection(name).count({"app_id": app.id}))
    }
    assert traces == {}
    assert await registry.remains_of_app(site.db, app.scope) == {}
    assert [each.handle for each in await site.apps.list(owner.scope)] == [other.handle]
    assert [(await site.get(f"/@{handle}")).status for handle in ("other", "kotori")] == [200, 410]
    letters = await site.db.collection("outbox").find({"channel": "mail"}, sort=[("_id", 1)])
    receipt = RECEIPTS.read(letter_in(letters[-1]["body"])[1])
    assert (receipt.kind, receipt.subject, receipt.erased["conversations"]) == ("app", app.id, 2)
    stranger = await site.post(
        "/owner/apps", data={"name": "Mine", "handle": "kotori"}, headers=await stranger_of(site)
    )
    assert "not free yet" in await stranger.text()


async def test_several_processes_erase_it_once(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    await site.post(f"{HERE}/delete", data={"typed": "削除"}, headers=cookie)
    site.side.clock.advance(DAY_TO_UNDO)
    instances: list[Areas] = [Core(site.db, site.side.clock).areas for _process in range(3)]
    done = await asyncio.gather(*(each.notices.app_deletion.erase_due() for each in instances))
    assert sum(done) == 1
    subjects = [row["subject"] for row in await site.db.collection("outbox").find({"channel": "line"})]
    assert len([each for each in subjects if each.startswith("app-deleted")]) == 1


async def test_an_account_that_stays_does_not_bring_back_an_app_that_leaves_by_itself(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    await other_app(site)
    await site.post(f"{HERE}/delete", data={"typed": "delete"}, headers=cookie)
    await site.post("/owner/delete", data={"typed": "delete"}, headers=cookie)
    await site.post("/owner/delete/stay", headers=cookie)
    assert [(await site.get(f"/@{handle}")).status for handle in ("kotori", "other")] == [404, 200]


async def test_the_list_in_line_says_which_app_is_being_deleted_and_keeps_it_on_a_tap(db: Database) -> None:
    chat = OwnerChat.open(db)
    await chat.signs_up()
    await chat.says("/app delete")
    await chat.says("delete")
    listed = " ".join(await chat.says("/app list"))
    assert "This app is being deleted" in listed
    assert "This is the current app." not in listed
    assert await chat.taps("Keep the app") == ["The app stays, and its page is back online."]
