"""Signing in by a link that is mailed: alike for known and unknown addresses, once, soon, and by a button only."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from grounds import PUBLIC_URL
from mongo_address import address_of
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import monitoring
from sites import SiteUnderTest, running_site

from bot.join.out import pusher_on
from handlers.accounts.accounts import LINK_LIVES, Signup
from handlers.accounts.emails import FROM_NETWORK, TO_ADDRESS, MailLimits
from handlers.accounts.mail_sign_in import MailSignIn
from handlers.alerts.cards import News
from handlers.outgoing import from_body, letter_in
from knowledge.store import registry
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import Database, Document, new_id
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import OutboxRepository
from knowledge.store.repositories import Repositories

KNOWN, UNKNOWN = "yuki@example.com", "nobody@example.com"


@pytest.fixture
async def site(db: Database) -> AsyncIterator[SiteUnderTest]:
    async with running_site(db) as running:
        await running.an_app()
        running.http.headers["Accept-Language"] = "en"
        await OwnerRepository(db).set_email(running.owners["yuki"].scope, KNOWN)
        yield running


async def letter(site: SiteUnderTest, to: str) -> Document:
    """The latest letter to an address."""
    found = await site.db.collection("outbox").find({"channel": "mail", "to": to}, sort=[("_id", -1)], limit=1)
    return found[0]


async def asked(site: SiteUnderTest, address: str) -> tuple[str, str]:
    """Ask for a link: the code that the page shows, and the token in the mail."""
    page = await (await site.post("/signin", data={"address": address})).text()
    shown = re.search(r'class="code">(\d{4})<', page)
    mailed = re.search(r"/sign-in/([\w-]{43})", letter_in((await letter(site, address))["body"])[1])
    assert shown
    assert mailed
    return shown[1], mailed[1]


async def signed_in(site: SiteUnderTest, token: str, **form: str) -> dict[str, str]:
    """The headers of a browser after the link's button."""
    response = await site.post("/sign-in", data={"token": token} | form)
    assert response.status == 303, await response.text()
    return {"Cookie": response.headers["Set-Cookie"].partition(";")[0]}


async def test_an_owner_comes_in_by_the_mailed_link_and_its_code(site: SiteUnderTest) -> None:
    """S1, S5"""
    code, token = await asked(site, KNOWN)
    assert token not in str(await site.db.collection("sign_in_links").find({}))
    page = await (await site.get(f"/sign-in/{token}")).text()
    assert code in page
    assert "Check that the page where you asked for the link shows the same code" in page
    cookie = await signed_in(site, token)
    assert (await site.get("/owner/apps/kotori", headers=cookie)).status == 200


async def test_however_the_address_is_written_it_is_the_same_account(site: SiteUnderTest) -> None:
    _, token = await asked(site, "Yuki@Example.COM")
    assert (await site.get("/owner/apps/kotori", headers=await signed_in(site, token))).status == 200


async def test_s2_the_mailed_link_works_once_even_in_parallel(site: SiteUnderTest) -> None:
    _, token = await asked(site, KNOWN)
    answers = await asyncio.gather(*(site.post("/sign-in", data={"token": token}) for _ in range(4)))
    assert sorted(each.status for each in answers) == [303, 404, 404, 404]
    assert await site.db.collection("sessions").count({}) == 1


async def test_s3_the_mailed_link_dies_within_ten_minutes(site: SiteUnderTest) -> None:
    _, token = await asked(site, KNOWN)
    site.side.clock.advance(LINK_LIVES)
    assert (await site.get(f"/sign-in/{token}")).status == 404
    assert (await site.post("/sign-in", data={"token": token})).status == 404


async def test_s4_looking_at_the_mailed_link_signs_nobody_in(site: SiteUnderTest) -> None:
    for address in (KNOWN, UNKNOWN):
        _, token = await asked(site, address)
        for _ in range(3):
            shown = await site.get(f"/sign-in/{token}")
            assert (shown.status, "Set-Cookie" in shown.headers) == (200, False)
    assert await site.db.collection("sessions").count({}) == 0
    assert await site.db.collection("owners").count({}) == 1


class Commands(monitoring.CommandListener):
    """What a client asks of the store: command and collection, in their order."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, Any]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        self.seen.append((event.command_name, event.command.get(event.command_name)))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None: ...

    def failed(self, event: monitoring.CommandFailedEvent) -> None: ...


async def test_s6_known_and_unknown_addresses_are_answered_by_the_same_work(db: Database, site: SiteUnderTest) -> None:
    """The same page, the same letter, and the same questions to the store: nothing is left that could take longer."""
    work: list[Sequence[tuple[str, Any]]] = []
    pages, letters = [], []
    for address in (KNOWN, UNKNOWN):
        listener = Commands()
        monitored = await _monitored(db, listener)
        code = await _desk(monitored, site).ask(address, "en", "192.0.2.0/24")
        monitored.close()
        work.append([each for each in listener.seen if each[0] not in {"hello", "ping", "endSessions"}])
        page = await (await site.post("/signin", data={"address": address})).text()
        pages.append(re.sub(r"\d{4}", "CODE", page.replace(address, "ADDRESS")))
        letters.append(re.sub(r"sign-in/[\w-]{43}", "TOKEN", letter_in((await letter(site, address))["body"])[1]))
        assert len(code) == 4
    assert work[0] == work[1]
    assert ("find", "owners") not in work[0]
    assert pages[0] == pages[1]
    assert letters[0] == letters[1]


async def _monitored(db: Database, listener: Commands) -> Database:
    host, port = address_of(db)
    client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
        host, port, directConnection=True, tz_aware=True, event_listeners=[listener]
    )
    return Database(client, db.raw.name)


def _desk(db: Database, site: SiteUnderTest) -> MailSignIn:
    store, clock = Repositories(db), site.side.clock
    limits = MailLimits(store.mail_counts, clock)
    return MailSignIn(db, store.sign_in_links, store.outbox, limits, clock, "https://mimi.example")


async def test_s7_s43_links_are_limited_for_an_address_alike_for_known_and_unknown(site: SiteUnderTest) -> None:
    for address in (KNOWN, UNKNOWN):
        for _ in range(TO_ADDRESS):
            assert (await site.post("/signin", data={"address": address})).status == 200
        refused = await site.post("/signin", data={"address": address.upper()})
        assert refused.status == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert "You have asked for too many e-mails." in await refused.text()
    site.side.clock.advance(timedelta(hours=1))
    assert (await site.post("/signin", data={"address": KNOWN})).status == 200


async def test_s7_s43_links_are_limited_for_a_network(site: SiteUnderTest) -> None:
    for number in range(FROM_NETWORK):
        assert (await site.post("/signin", data={"address": f"nobody{number}@example.com"})).status == 200
    assert (await site.post("/signin", data={"address": UNKNOWN})).status == 429


async def test_s8_the_token_leaves_no_trace(site: SiteUnderTest) -> None:
    _, token = await asked(site, KNOWN)
    shown = await site.get(f"/sign-in/{token}")
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"
    entered = await site.post("/sign-in", data={"token": token})
    assert token not in entered.headers["Location"]
    await site.access_log.close()
    assert token not in str(await site.db.collection("access_log").find({}))


@pytest.mark.parametrize(
    "address", ["", "yuki", "a@b c.example", f"{'a' * 250}@example.com", "a@b\r\nBcc: c@example.com"]
)
async def test_what_is_no_address_is_refused_and_kept_in_the_form(site: SiteUnderTest, address: str) -> None:
    refused = await site.post("/signin", data={"address": address})
    assert refused.status == 400
    assert "That is not an e-mail address." in await refused.text()
    assert await site.db.collection("outbox").count({"channel": "mail"}) == 0


async def test_whoever_is_new_makes_an_account_and_an_app_on_the_web(site: SiteUnderTest) -> None:
    _, token = await asked(site, UNKNOWN)
    assert f"There is no account with {UNKNOWN} yet." in await (await site.get(f"/sign-in/{token}")).text()
    cookie = await signed_in(site, token)
    assert "There is no app yet" in await (await site.get("/owner", headers=cookie)).text()
    refused = await site.post("/owner/apps", data={"name": "Hitsuji", "handle": "kotori"}, headers=cookie)
    assert refused.status == 400
    assert "@kotori is already taken." in await refused.text()
    made = await site.post("/owner/apps", data={"name": "Hitsuji", "handle": "hitsuji"}, headers=cookie)
    assert made.headers["Location"] == "/owner/apps/hitsuji"
    assert (await site.get("/@hitsuji")).status == 200
    account = await (await site.get("/owner/account", headers=cookie)).text()
    assert f"sign in with {UNKNOWN}" in account
    assert "You can get alerts by e-mail" in account


async def test_two_links_for_one_new_address_make_one_account(site: SiteUnderTest) -> None:
    tokens = [(await asked(site, UNKNOWN))[1] for _ in range(3)]
    await asyncio.gather(*(site.post("/sign-in", data={"token": token}) for token in tokens))
    assert await site.db.collection("owners").count({"email": UNKNOWN}) == 1
    assert await site.db.collection("sessions").count({}) == 3


async def test_by_invitation_the_link_stays_good_until_the_code_is_right(site: SiteUnderTest) -> None:
    site.accounts.signup = Signup.INVITE
    invitation = await site.accounts.invite()
    _, token = await asked(site, UNKNOWN)
    for wrong, status in (("", 403), ("ABCD", 400)):
        refused = await site.post("/sign-in", data={"token": token, "invite": wrong})
        assert refused.status == status
        assert "invitation code" in await refused.text()
    await signed_in(site, token, invite=invitation)
    assert await site.accounts.by_email(UNKNOWN)


async def test_where_nobody_may_sign_up_an_owner_still_comes_in(site: SiteUnderTest) -> None:
    site.accounts.signup = Signup.CLOSED
    _, token = await asked(site, UNKNOWN)
    assert "new sign-ups are closed" in await (await site.get(f"/sign-in/{token}")).text()
    assert (await site.post("/sign-in", data={"token": token})).status == 403
    _, token = await asked(site, KNOWN)
    await signed_in(site, token)


async def test_a_letter_to_whoever_asked_leaves_no_address_behind(site: SiteUnderTest) -> None:
    rows, now = OutboxRepository(site.db), site.side.clock.now()
    for address in (UNKNOWN, "else@example.com"):
        await asked(site, address)
        row = await rows.take(now, LINK_LIVES)
        assert row
        if address == UNKNOWN:
            await rows.sent(row, ["id"], now)
        else:
            await site.areas.accounts.undelivered.close(row, "SMTP 550")
    assert "example.com" not in str(await site.db.collection("outbox").find({}))
    assert await HeldRows(site.db).of(site.owners["yuki"].scope) == []


async def test_an_owner_whose_link_cannot_be_delivered_hears_of_it_in_line(site: SiteUnderTest) -> None:
    await asked(site, KNOWN)
    rows = OutboxRepository(site.db)
    row = await rows.take(site.side.clock.now(), LINK_LIVES)
    assert row
    await site.areas.accounts.undelivered.close(row, "SMTP 550")
    [told] = await HeldRows(site.db).of(site.owners["yuki"].scope)
    assert f"An e-mail to {KNOWN} could not be delivered." in str(from_body(told.body))


async def test_s63_erasing_takes_the_links_that_were_mailed(site: SiteUnderTest) -> None:
    _, token = await asked(site, KNOWN)
    owner = await site.accounts.by_email(KNOWN)
    assert owner
    assert await registry.remains(site.db, owner.id, owner.line_user_id, KNOWN)
    await site.accounts.erase(owner.scope)
    assert await registry.remains(site.db, owner.id, owner.line_user_id, KNOWN) == {}
    assert (await site.get(f"/sign-in/{token}")).status == 404


async def test_an_account_that_begins_by_mail_hears_by_mail_until_it_says_otherwise(site: SiteUnderTest) -> None:
    _, token = await asked(site, UNKNOWN)
    cookie = await signed_in(site, token)
    form = {"time_zone": "Asia/Tokyo"}
    assert UNKNOWN in await (await site.get("/owner/alerts", headers=cookie)).text()
    await site.post("/owner/alerts", data=form | {"no_mail": "1"}, headers=cookie)
    shown = await (await site.get("/owner/alerts", headers=cookie)).text()
    assert f"Send alerts to {UNKNOWN} by e-mail" in shown
    await site.post("/owner/alerts", data=form | {"mail": "1"}, headers=cookie)
    owner = await site.accounts.by_email(UNKNOWN)
    assert owner
    await site.side.alerts.tell(owner.scope, News(AlertKind.IMPORT, new_id(), "An import has ended"))
    await pusher_on(site.side.store, site.side.clock, PUBLIC_URL).look()
    site.side.clock.advance(timedelta(days=1))
    await pusher_on(site.side.store, site.side.clock, PUBLIC_URL).look()
    mailed = await letter(site, UNKNOWN)
    assert "An import has ended" in letter_in(mailed["body"])[1]
    assert f"Read and answer in the dashboard: {PUBLIC_URL}/owner/gaps\n" in letter_in(mailed["body"])[1]


async def test_an_owner_without_line_is_not_told_of_it(site: SiteUnderTest) -> None:
    _, token = await asked(site, UNKNOWN)
    cookie = await signed_in(site, token)
    rooms = [
        "",
        "/documents",
        "/hidden",
        "/import",
        "/settings",
        "/conversations",
        "/insight",
        "/gaps",
        "/checks",
        "/try",
    ]
    assert "LINE" not in await (await site.get("/owner/settings?lang=en", headers=cookie)).text()
    await site.post("/owner/apps", data={"name": "Suzume", "handle": "suzume"}, headers=cookie)
    for path in ["/owner/alerts", *(f"/owner/apps/suzume{room}" for room in rooms)]:
        response = await site.get(f"{path}?lang=en", headers=cookie)
        assert response.status == 200
        assert "LINE" not in await response.text(), path


async def test_an_owner_who_has_blocked_mimi_reads_so_on_the_account_page(site: SiteUnderTest) -> None:
    cookie = await site.sign_in()
    await site.accounts.left(site.owners["yuki"])
    assert "You have blocked mimi in LINE" in await (await site.get("/owner/account", headers=cookie)).text()


async def test_s56_s59_signing_in_is_logged_by_id_and_never_by_address_or_token(
    site: SiteUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    _, token = await asked(site, KNOWN)
    await signed_in(site, token)
    logged = capsys.readouterr().out
    assert "signed in" in logged
    assert site.owners["yuki"].id in logged
    assert KNOWN not in logged
    assert token not in logged
