"""Linking a web account with LINE, the way LINE does it (LINE: linking accounts), and unlinking it again."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode

import structlog

from handlers.accounts.accounts import Accounts
from handlers.accounts.letters import failed_words, letter, linked_words, unlinked_words
from handlers.messages import Replies, Text
from handlers.outgoing import to_body
from handlers.ports import Clock
from knowledge.errors import BadInput, NotAllowed, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.line_links import LineLink, LineLinkRepository, LinkState
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.accounts.sessions import SessionRepository, SignInDoor
from knowledge.store.accounts.sign_in_links import SignInLinkRepository
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import Database
from knowledge.store.inbox.dialogues import DialogueRepository
from knowledge.store.outbox.held_rows import HeldRows
from knowledge.store.outbox.outbox import Channel, OutboxRepository, OutboxRow

log = structlog.get_logger()
TOKEN_LIVES = timedelta(minutes=10)  # LINE's own limit


class LinkPlan(StrEnum):
    """The first three are carried out, the others are refused and change nothing."""

    JOIN = "join"  # this LINE has no account of its own
    REPLACE_EMPTY = "replace_empty"  # its account holds nothing, and goes
    MOVE_ADDRESS = "move_address"  # the web account holds nothing: its address goes to the account in LINE
    LINKED = "linked"
    OTHER_LINE = "other_line"
    BOTH = "both"
    LEAVING = "leaving"


# What stops being asked and is done; every other plan only says why not.
CARRIED_OUT = frozenset({LinkPlan.JOIN, LinkPlan.REPLACE_EMPTY, LinkPlan.MOVE_ADDRESS})

WORDS: dict[LinkPlan, Phrase] = {
    LinkPlan.JOIN: _("This LINE has no account of its own yet. It will open the account you are signed in to here."),
    LinkPlan.REPLACE_EMPTY: _(
        "This LINE has an account without an app. That account is deleted, and this LINE will open the account you "
        "are signed in to here."
    ),
    LinkPlan.MOVE_ADDRESS: _(
        "The account you are signed in to has no app; the one in this LINE has. Your e-mail address moves to the "
        "account in LINE and opens it from then on. The account without an app is deleted."
    ),
    LinkPlan.LINKED: _("This LINE and this account are already linked. You do not need to do anything."),
    LinkPlan.OTHER_LINE: _(
        "This account is linked to another LINE. Unlink that one first (on the account page, or with /unlink in "
        "that LINE). Nothing was changed."
    ),
    LinkPlan.BOTH: _(
        "Both accounts, the one in this LINE and the one on the web, have content of yours, so they are not merged "
        "automatically. Choose the one to keep. Move what you need from the other (/export faq there, then /import "
        "in the one you keep), delete the other, and link again. Nothing was changed."
    ),
    LinkPlan.LEAVING: _(
        "One of the two accounts is being deleted. Cancel that or wait until it is done, then link again."
    ),
}


def plan(web: Owner, line: Owner | None, *, web_has_apps: bool, line_has_apps: bool) -> LinkPlan:
    """`web` wants to link; `line` is the account that the LINE has, if any."""
    if line is not None and line.id == web.id:
        return LinkPlan.LINKED
    if web.leaving_at or (line and line.leaving_at):
        return LinkPlan.LEAVING
    if web.line_user_id is not None:
        return LinkPlan.OTHER_LINE
    if line is None:
        return LinkPlan.JOIN
    if not line_has_apps and not line.email:
        return LinkPlan.REPLACE_EMPTY
    return LinkPlan.MOVE_ADDRESS if not web_has_apps and not line.email else LinkPlan.BOTH


DONE: Mapping[LinkPlan, Phrase] = {
    LinkPlan.JOIN: _("Linked: {address}. Alerts now come to this LINE. You can unlink it at any time with /unlink."),
    LinkPlan.REPLACE_EMPTY: _(
        "Linked: {address}. Alerts now come to this LINE. You can unlink it at any time with /unlink. The account "
        "this LINE had before, which had no app, has been deleted."
    ),
    LinkPlan.MOVE_ADDRESS: _(
        "Linked. You can now open this account on the web with {address}, and unlink it at any time with /unlink. "
        "The account without an app has been deleted. Please sign in again on the web."
    ),
}


class Linking:
    """Nothing is put together by itself: what would be lost is refused, with what to do
    (handlers/accounts/linking.py).
    """

    def __init__(
        self,
        db: Database,
        owners: OwnerRepository,
        apps: AppRepository,
        links: LineLinkRepository,
        outbox: OutboxRepository,
        held: HeldRows,
        dialogues: DialogueRepository,
        sign_in_links: SignInLinkRepository,
        sessions: SessionRepository,
        accounts: Accounts,
        clock: Clock,
        public_url: str,
        line_page: str,
    ) -> None:
        """`line_page` is where LINE asks its user to confirm."""
        self._db = db
        self._accounts = accounts
        self._owners = owners
        self._apps = apps
        self._links = links
        self._outbox = outbox
        self._held = held
        self._dialogues = dialogues
        self._sign_in_links = sign_in_links
        self._sessions = sessions
        self._clock = clock
        self._url = public_url.rstrip("/")
        self._line_page = line_page

    async def offer(self, line_user_id: str, token: str) -> str:
        """The page on which the owner takes up a token that LINE gave for this user."""
        now = self._clock.now()
        await self._links.add(token, line_user_id, now, now + TOKEN_LIVES)
        return f"{self._url}/link/{token}"

    async def look(self, owner: Owner, token: str) -> LinkPlan:
        """What it would come to; changes nothing. Raises NotFound if the link is dead."""
        link = await self._links.look(token, self._clock.now())
        if link is None or link.owner_id not in {None, owner.id}:
            raise _dead()
        return await self._plan(owner, await self._owners.by_line_user(link.line_user_id))

    async def confirm(self, owner: Owner, token: str) -> str:
        """The owner wants it: LINE's page, where its user has to want it too. Raises NotFound, BadInput."""
        chosen = await self.look(owner, token)
        if chosen not in CARRIED_OUT:
            raise BadInput(WORDS[chosen])
        nonce = secrets.token_urlsafe(32)
        if not await self._links.confirm(owner.scope, token, nonce, self._clock.now()):
            raise _dead()
        return f"{self._line_page}?{urlencode({'linkToken': token, 'nonce': nonce})}"

    async def last(self, owner: Owner) -> LineLink | None:
        """The link the owner took up last, for as long as it is worth telling."""
        return await self._links.latest(owner.scope)

    async def linked(self, line_user_id: str, nonce: str) -> Phrase:
        """LINE's user has confirmed: carry it out, in the caller's transaction; what to tell them."""
        link = await self._links.by_nonce(nonce)
        if link is None or link.owner_id is None or link.line_user_id != line_user_id:
            return _("This link was not started from here. Nothing was changed. Send /link for a new one.")
        if self._clock.now() >= link.good_until + TOKEN_LIVES:
            await self._links.end(nonce, LinkState.REFUSED)
            return _dead().phrase
        if link.state is not LinkState.CONFIRMED:
            return _("This link has already been used. Send /account to check your account.")
        return await self._carry_out(link, nonce)

    async def failed(self, nonce: str) -> None:
        """LINE's user was another one than the token's: the owner reads it on the page, and in a letter."""
        link = await self._links.by_nonce(nonce)
        if link is None or link.owner_id is None or not await self._links.end(nonce, LinkState.FAILED):
            return
        owner = await self._owners.get(link.owner_id)
        if owner and owner.email:
            await self._outbox.put(letter(owner.email, owner.lang, self._clock.now(), failed_words(), owner.id))

    async def unlink(self, owner: Owner, *, in_line: bool, keep: str = "") -> None:
        """Take LINE off the account; the session with the value `keep` goes on, the others that LINE opened end.

        Raises NotAllowed if it is the only way in, NotFound if it is not linked (any more).
        """

        async def work() -> None:
            if owner.line_user_id is None:
                raise NotFound(_("LINE is not linked to this account. Nothing was changed."))
            if not await self._owners.clear_line(owner.scope, owner.line_user_id):
                raise NotAllowed(_("LINE is your only way to sign in. Add an e-mail address first, with /email."))
            log.info("unlinked", owner_id=owner.id)
            await self._close_line_door(owner, owner.line_user_id, keep)
            if not in_line:
                await self._tell_stranger(owner, owner.line_user_id)

        await self._db.transaction(work)

    async def _plan(self, web: Owner, line: Owner | None) -> LinkPlan:
        web_has_apps = bool(await self._apps.list(web.scope))
        line_has_apps = line is not None and bool(await self._apps.list(line.scope))
        return plan(web, line, web_has_apps=web_has_apps, line_has_apps=line_has_apps)

    async def _carry_out(self, link: LineLink, nonce: str) -> Phrase:
        web = await self._owners.get(link.owner_id) if link.owner_id else None
        if web is None:
            return _dead().phrase
        line = await self._owners.by_line_user(link.line_user_id)
        chosen = await self._plan(web, line)
        log.info("linking ends", owner_id=web.id, plan=chosen)
        await self._links.end(nonce, LinkState.LINKED if chosen in CARRIED_OUT else LinkState.REFUSED)
        if chosen not in CARRIED_OUT:
            return WORDS[chosen]
        if line and chosen is LinkPlan.MOVE_ADDRESS:
            await self._accounts.erase(web.scope)
            await self._owners.set_email(line.scope, web.email)
            return replace(DONE[chosen], params={"address": web.email})
        if line:
            # Without its LINE first: what this LINE has just written is still to be answered.
            await self._owners.drop_line(line.scope)
            await self._accounts.erase(line.scope)
        await self._owners.set_line_user(web.scope, link.line_user_id)
        await self._held.look_again(web.scope, self._clock.now())
        words = linked_words(f"{self._url}/owner/account")
        await self._outbox.put(letter(web.email, web.lang, self._clock.now(), words, web.id))
        return replace(DONE[chosen], params={"address": web.email})

    async def _close_line_door(self, owner: Owner, line_user_id: str, keep: str) -> None:
        now = self._clock.now()
        await self._outbox.stop_line(owner.scope, line_user_id, now)
        await self._dialogues.remove(owner.scope)
        await self._sign_in_links.remove_of(owner.scope)
        await self._sessions.remove_of(owner.scope, SignInDoor.LINE, keep)
        await self._outbox.put(letter(owner.email, owner.lang, now, unlinked_words(f"{self._url}/signin"), owner.id))

    async def _tell_stranger(self, owner: Owner, line_user_id: str) -> None:
        said = _("This LINE was unlinked from your account in the dashboard. Alerts no longer come here.")
        body = to_body(Replies(owner.lang, (Text(said),)))
        await self._outbox.put(OutboxRow(Channel.LINE, line_user_id, body, self._clock.now()))


def _dead() -> NotFound:
    return NotFound(_("This link has been used or has expired. Send /link to mimi in LINE for a new one."))
