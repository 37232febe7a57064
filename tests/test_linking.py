"""Linking a web account with LINE, and unlinking: through LINE's own steps, never merged silently, nothing lost."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from clock import START
from owner_chat import OwnerChat
from sites import running_site

from handlers.accounts.linking import TOKEN_LIVES, LinkPlan, plan
from handlers.alerts.cards import News
from handlers.chat.incoming import LinkEnded
from handlers.messages import Text
from handlers.outgoing import letter_in
from knowledge.errors import BadInput, NotAllowed, NotFound
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.database import Database, new_id
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Channel, OutboxRepository, OutboxRow

ADDRESS = "hana@example.com"


def an_owner(**has: Any) -> Owner:
    return Owner(has.pop("line_user_id", None), "en", START, START, **has)


WEB = an_owner(email=ADDRESS)
LINE = an_owner(line_user_id="U1")


@pytest.mark.parametrize(
    ("web", "line", "apps", "planned"),
    [
        (WEB, None, (True, False), LinkPlan.JOIN),
        (WEB, None, (False, False), LinkPlan.JOIN),
        (WEB, LINE, (True, False), LinkPlan.REPLACE_EMPTY),
        (WEB, LINE, (False, False), LinkPlan.REPLACE_EMPTY),
        (WEB, LINE, (False, True), LinkPlan.MOVE_ADDRESS),
        (WEB, LINE, (True, True), LinkPlan.BOTH),
        (WEB, an_owner(line_user_id="U1", email="x@example.com"), (True, False), LinkPlan.BOTH),
        (WEB, an_owner(line_user_id="U1", email="x@example.com"), (False, True), LinkPlan.BOTH),
        (WEB, WEB, (True, True), LinkPlan.LINKED),
        (an_owner(email=ADDRESS, line_user_id="U2"), None, (True, False), LinkPlan.OTHER_LINE),
        (an_owner(email=ADDRESS, line_user_id="U2"), LINE, (True, False), LinkPlan.OTHER_LINE),
        (an_owner(email=ADDRESS, leaving_at=WEB.created_at), None, (True, False), LinkPlan.LEAVING),
        (WEB, an_owner(line_user_id="U1", leaving_at=WEB.created_at), (True, False), LinkPlan.LEAVING),
    ],
)
def test_what_linking_comes_to_loses_nothing(
    web: Owner, line: Owner | None, apps: tuple[bool, bool], planned: LinkPlan
) -> None:
    assert plan(web, line, web_has_apps=apps[0], line_has_apps=apps[1]) is planned


# With the real core and store


@pytest.fixture
def chat(db: Database) -> OwnerChat:
    return OwnerChat.open(db)


async def a_web_owner(chat: OwnerChat, handle: str = "", address: str = ADDRESS) -> Owner:
    """Somebody who began on the web, with a page if a handle is given."""
    now = chat.core.clock.now()
    owner = Owner(None, "en", now, now, email=address)
    await OwnerRepository(chat.core.db).add(owner)
    if handle:
        await chat.core.apps.create(owner.scope, handle.title(), handle)
    return owner


async def asks(chat: OwnerChat) -> str:
    """The token in the link that LINE's user gets."""
    await chat.says("/link")
    await chat.taps("Get the link")
    card, *_question = chat.last
    match = re.search(r"/link/(token-\w+)\?openExternalBrowser=1", str(card))
    assert match
    return match[1]


async def confirmed(chat: OwnerChat, web: Owner, token: str) -> str:
    """The nonce that LINE's page is opened with, once the owner has agreed on ours."""
    url = urlsplit(await chat.core.areas.accounts.linking.confirm(web, token))
    assert url.geturl().startswith("https://line.example/link?")
    query = parse_qs(url.query)
    assert query["linkToken"] == [token]
    return query["nonce"][0]


async def ends(chat: OwnerChat, nonce: str, *, ok: bool = True) -> list[str]:
    """LINE's event; what its user reads."""
    await chat.does(LinkEnded(chat.person if ok else "", chat.core.clock.now(), nonce, ok, lang="en"))
    return [each.text for each in chat.last if isinstance(each, Text) and isinstance(each.text, str)]


async def mailed(chat: OwnerChat) -> list[str]:
    rows = await chat.core.db.collection("outbox").find({"channel": "mail"}, sort=[("_id", 1)])
    return [letter_in(row["body"])[0] for row in rows]


async def test_a_stranger_in_line_opens_their_web_account(chat: OwnerChat) -> None:
    web = await a_web_owner(chat, "hitsuji")
    await chat.says("hello")
    await chat.taps("I have a web account")
    token = await asks(chat)
    assert await chat.core.areas.accounts.linking.look(web, token) is LinkPlan.JOIN
    nonce = await confirmed(chat, web, token)
    assert nonce not in str(await chat.core.db.collection("line_links").find({}))
    assert token not in str(await chat.core.db.collection("line_links").find({}))
    [said] = await ends(chat, nonce)
    assert said.startswith(f"Linked: {ADDRESS}.")
    assert "/unlink" in said
    assert (await chat.owner()).id == web.id
    assert chat.whose == await chat.owner()  # the answer is written as theirs
    assert "@hitsuji" in (await chat.says("/account"))[0]
    assert await mailed(chat) == ["mimi: LINE was linked"]


async def test_an_account_without_anything_in_line_gives_way_and_its_owner_is_told(chat: OwnerChat) -> None:
    web = await a_web_owner(chat, "hitsuji")
    await chat.follows()
    empty = await chat.owner()
    token = await asks(chat)
    assert await chat.core.areas.accounts.linking.look(web, token) is LinkPlan.REPLACE_EMPTY
    [said] = await ends(chat, await confirmed(chat, web, token))
    assert "this LINE had before" in said
    assert (await chat.owner()).id == web.id
    assert await OwnerRepository(chat.core.db).get(empty.id) is None


async def test_the_address_moves_to_the_account_in_line_if_the_web_account_holds_nothing(chat: OwnerChat) -> None:
    await chat.signs_up()
    web, line = await a_web_owner(chat), await chat.owner()
    [said] = await ends(chat, await confirmed(chat, web, await asks(chat)))
    assert said.startswith(f"Linked. You can now open this account on the web with {ADDRESS}")
    assert await chat.owner() == (await chat.core.accounts.by_email(ADDRESS))
    assert (await chat.owner()).id == line.id
    assert (await chat.app()).handle == "hitsuji"
    assert await OwnerRepository(chat.core.db).get(web.id) is None


async def test_two_accounts_with_apps_are_not_merged_and_it_is_said_what_to_do(chat: OwnerChat) -> None:
    await chat.signs_up()
    web, token = await a_web_owner(chat, "kotori"), await asks(chat)
    with pytest.raises(BadInput, match="Choose the one to keep"):
        await chat.core.areas.accounts.linking.confirm(web, token)
    assert await chat.core.db.collection("owners").count({}) == 2
    assert await chat.core.db.collection("apps").count({}) == 2


async def test_what_changed_between_the_page_and_lines_confirmation_is_seen(chat: OwnerChat) -> None:
    web = await a_web_owner(chat, "kotori")
    nonce = await confirmed(chat, web, await asks(chat))
    await chat.signs_up()
    [said] = await ends(chat, nonce)
    assert "Choose the one to keep" in said
    assert await chat.core.db.collection("apps").count({}) == 2
    last = await chat.core.areas.accounts.linking.last(web)
    assert last
    assert last.state == "refused"


async def test_a_link_is_taken_up_by_one_owner_and_dies_in_ten_minutes(chat: OwnerChat) -> None:
    """S3"""
    web, other = await a_web_owner(chat, "hitsuji"), await a_web_owner(chat, "kotori", "other@example.com")
    token = await asks(chat)
    first = await confirmed(chat, web, token)
    with pytest.raises(NotFound):
        await chat.core.areas.accounts.linking.confirm(other, token)
    assert await confirmed(chat, web, token) != first  # they went back and forth
    chat.core.clock.advance(TOKEN_LIVES)
    with pytest.raises(NotFound):
        await chat.core.areas.accounts.linking.look(web, token)


async def test_foreign_expired_and_used_nonces_link_nobody_and_say_so(chat: OwnerChat) -> None:
    """S2, S42"""
    web = await a_web_owner(chat, "hitsuji")
    assert (await ends(chat, "invented-nonce"))[0].startswith("This link was not started from here.")
    nonce = await confirmed(chat, web, await asks(chat))
    other = OwnerChat(chat.core)
    assert (await ends(other, nonce))[0].startswith("This link was not started from here.")
    assert await chat.core.accounts.by_line_user(other.person) is None
    await ends(chat, nonce)
    assert (await ends(chat, nonce))[0].startswith("This link has already been used.")
    await chat.core.areas.accounts.linking.unlink(await chat.owner(), in_line=True)
    late = await confirmed(chat, web, await asks(chat))
    chat.core.clock.advance(3 * TOKEN_LIVES)
    assert (await ends(chat, late))[0].startswith("This link has been used or has expired.")
    assert await chat.core.accounts.by_line_user(chat.person) is None


async def test_a_link_that_line_calls_failed_is_told_once_by_mail_and_on_the_page(chat: OwnerChat) -> None:
    web = await a_web_owner(chat, "hitsuji")
    nonce = await confirmed(chat, web, await asks(chat))
    for _ in range(2):
        assert await ends(chat, nonce, ok=False) == []
    assert await mailed(chat) == ["mimi: LINE was not linked"]
    last = await chat.core.areas.accounts.linking.last(web)
    assert last
    assert last.state == "failed"
    assert (await ends(chat, nonce))[0].startswith("This link has already been used.")


async def test_an_account_that_has_another_line_keeps_it(chat: OwnerChat) -> None:
    web = await a_web_owner(chat, "hitsuji")
    await ends(chat, await confirmed(chat, web, await asks(chat)))
    other = OwnerChat(chat.core)
    with pytest.raises(BadInput, match="linked to another LINE"):
        await chat.core.areas.accounts.linking.confirm(await chat.owner(), await asks(other))


async def linked(chat: OwnerChat) -> Owner:
    """An owner with both doors."""
    await chat.signs_up()
    await OwnerRepository(chat.core.db).set_email((await chat.owner()).scope, ADDRESS)
    return await chat.owner()


async def test_line_is_unlinked_only_while_another_door_remains(chat: OwnerChat) -> None:
    await chat.signs_up()
    assert (await chat.says("/unlink"))[0].startswith("LINE is your only way to sign in.")
    with pytest.raises(NotAllowed):
        await chat.core.areas.accounts.linking.unlink(await chat.owner(), in_line=True)
    assert await chat.owner()


async def test_after_unlinking_the_line_user_is_a_stranger_and_alerts_stop_there(chat: OwnerChat) -> None:
    """S13, S42: what was about to go out is held for whichever way the owner chooses next."""
    owner, db = await linked(chat), chat.core.db
    now, rows = chat.core.clock.now(), OutboxRepository(db)
    await chat.core.alerts.tell(owner.scope, News(AlertKind.IMPORT, new_id(), "An import"))
    [held] = await HeldRows(db).of(owner.scope)
    on_its_way = OutboxRow(Channel.LINE, chat.person, held.body, now, owner.id, subject="pushed")
    await rows.put(on_its_way)
    assert "Alerts stop here" in (await chat.says("/unlink"))[0]
    stale = chat.last
    assert (await chat.taps("Unlink"))[0].startswith("Unlinked.")
    assert chat.whose is None
    assert await chat.says("hello") == ["You have no account here yet. Shall I create one?"]
    assert await rows.take(now, timedelta(minutes=1)) is not None  # the letter that tells of it
    assert await rows.take(now, timedelta(minutes=1)) is None
    assert len(await HeldRows(db).of(owner.scope)) == 2
    chat.last = stale
    assert (await chat.taps("Unlink"))[0].startswith("You have no account here yet.")
    assert await mailed(chat) == ["mimi: LINE was unlinked"]


async def test_s13_unlinking_ends_what_line_opened_and_keeps_what_mail_opened(chat: OwnerChat) -> None:
    owner, accounts = await linked(chat), chat.core.accounts
    by_line = [await accounts.sign_in((await accounts.sign_in_link(owner.scope)).token) for _ in range(2)]
    outstanding = await accounts.sign_in_link(owner.scope)
    await chat.core.areas.accounts.mail_sign_in.ask(ADDRESS, "en", "192.0.2.0/24")
    [letter] = await chat.core.db.collection("outbox").find({"channel": "mail"})
    mail_token = letter_in(letter["body"])[1].partition("/sign-in/")[2][:43]
    by_mail = await accounts.sign_in(mail_token)
    await chat.core.areas.accounts.linking.unlink(owner, in_line=False, keep=by_line[0])
    assert [await accounts.session_owner(value) is not None for value in (*by_line, by_mail)] == [True, False, True]
    with pytest.raises(NotFound):
        await accounts.sign_in(outstanding.token)


async def test_s13_an_address_that_is_taken_off_ends_what_it_opened(chat: OwnerChat) -> None:
    owner, accounts = await linked(chat), chat.core.accounts
    by_line = await accounts.sign_in((await accounts.sign_in_link(owner.scope)).token)
    tokens = []
    for _ in range(2):
        await chat.core.areas.accounts.mail_sign_in.ask(ADDRESS, "en", "192.0.2.0/24")
        rows = await chat.core.db.collection("outbox").find({"channel": "mail"}, sort=[("_id", -1)])
        tokens.append(letter_in(rows[0]["body"])[1].partition("/sign-in/")[2][:43])
    by_mail = await accounts.sign_in(tokens[0])
    await chat.core.areas.accounts.emails.take_off(owner, ADDRESS, tell=False)
    assert await accounts.session_owner(by_line)
    assert await accounts.session_owner(by_mail) is None
    with pytest.raises(NotFound):
        await accounts.sign_in(tokens[1])


async def test_the_page_says_that_the_only_way_in_stays(db: Database) -> None:
    async with running_site(db) as site:
        await site.an_app()
        cookie = await site.sign_in() | {"Accept-Language": "en"}
        refused = await site.post("/owner/unlink", headers=cookie)
        assert refused.status == 403
        assert "LINE is your only way to sign in." in await refused.text()
        assert (await site.accounts.by_line_user(site.owners["yuki"].line_user_id or "")) is not None
