"""Accounts: joining, signing in on the web, and leaving without a trace."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from handlers.accounts.receipts import Receipt
from handlers.apps.resting_handles import RestingHandles
from handlers.ports import Clock
from knowledge.errors import BadInput, MimiError, NotAllowed, NotFound, TooMany, Unavailable
from knowledge.phrases import Lang, _
from knowledge.store import registry
from knowledge.store.accounts.invites import InviteRepository
from knowledge.store.accounts.owners import OWNERS, Owner, OwnerRepository
from knowledge.store.accounts.sessions import Session, SessionRepository, SignInDoor
from knowledge.store.accounts.sign_in_links import LinkUse, SignInLink, SignInLinkRepository
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.apps.apps import AppRepository
from knowledge.store.apps.handle_releases import HandleReleaseRepository
from knowledge.store.database import Database, OwnerId, OwnerScope
from knowledge.store.outbox.outbox import OutboxRepository, OutboxRow

log = structlog.get_logger()

LINK_LIVES = timedelta(minutes=10)  # long enough to change apps, short for whoever finds it later
MOST_LINKS = 5  # in the time one of them lives
CODE_DIGITS = 4  # compared by eye, never typed: it proves nothing by itself (S5)
SESSION_IDLE = timedelta(days=14)  # S12
SESSION_LONGEST = timedelta(days=60)  # S12: also of a session in daily use
SESSION_NOTED = timedelta(hours=1)  # a session in use is written to this often, not with every request
LONG_AWAY = timedelta(days=150)  # shorter than what a handle is released after: what was said of that is taken back
INVITE_LIVES = timedelta(days=30)
INVITE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that looks like something else
INVITE_LENGTH = 16  # 80 bits


class Signup(StrEnum):
    """Who may become an owner (MIMI_SIGNUP)."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


@dataclass(frozen=True)
class Arrival:
    """Who comes in by a link: the `owner`, or somebody new who reads the mail to `address`."""

    code: str
    owner: Owner | None
    address: str


# What is said at the end, made from the receipt.
Farewell = Callable[[Receipt], Sequence[OutboxRow]]


class Accounts:
    """Owners' accounts, links, sessions and invitations."""

    def __init__(
        self,
        db: Database,
        owners: OwnerRepository,
        links: SignInLinkRepository,
        sessions: SessionRepository,
        invites: InviteRepository,
        outbox: OutboxRepository,
        alert_settings: AlertSettingsRepository,
        apps: AppRepository,
        handles: HandleReleaseRepository,
        resting: RestingHandles,
        clock: Clock,
        signup: Signup,
        service: str,
    ) -> None:
        self.signup = signup
        self._apps = apps
        self._handles = handles
        self._resting = resting
        self._service = service
        self._db = db
        self._clock = clock
        self._owners = owners
        self._links = links
        self._sessions = sessions
        self._invites = invites
        self._outbox = outbox
        self._alert_settings = alert_settings

    async def by_line_user(self, line_user_id: str) -> Owner | None:
        return await self._owners.by_line_user(line_user_id)

    async def by_email(self, address: str) -> Owner | None:
        return await self._owners.by_email(address)

    async def join(self, line_user_id: str, lang: Lang, code: str = "") -> Owner:
        """The account of a LINE user, made if sign-up allows it. Raises NotAllowed, or BadInput for a wrong code."""

        async def enter() -> Owner:
            if owner := await self._owners.by_line_user(line_user_id):
                return owner
            now = self._clock.now()
            owner = Owner(line_user_id, lang, created_at=now, last_seen_at=day_begun(now))
            await self._let_in(owner.id, code, now)
            await self._owners.add(owner)
            return owner

        return await self._db.transaction(enter)

    async def invite(self) -> str:
        """A code that lets one person sign up within 30 days."""
        code = "".join(secrets.choice(INVITE_ALPHABET) for _ in range(INVITE_LENGTH))
        now = self._clock.now()
        await self._invites.add(code, now, now + INVITE_LIVES)
        return "-".join(code[start : start + 4] for start in range(0, INVITE_LENGTH, 4))

    async def members_among(self, line_user_ids: Sequence[str]) -> set[str]:
        """Which of these LINE users have an account."""
        return await self._owners.members_among(line_user_ids)

    async def seen(self, owner: Owner, at: datetime) -> None:
        """A sign of life: the account is in use. Which day it was is kept, and no more of it."""
        if day_begun(at) > owner.last_seen_at:
            await self._owners.seen(owner.scope, day_begun(at))
        if at - owner.last_seen_at >= LONG_AWAY:
            await self._handles.look_soon(owner.scope, at)

    async def left(self, owner: Owner) -> None:
        """They blocked mimi in LINE: nothing is pushed to them until they come back."""
        await self._owners.set_blocked(owner.scope, True)

    async def is_back(self, owner: Owner) -> None:
        """Whoever writes or taps is there to be written to."""
        if owner.blocked:
            await self._owners.set_blocked(owner.scope, False)

    async def set_lang(self, owner: Owner, lang: Lang) -> None:
        """The language mimi speaks with this owner from now on."""
        await self._owners.set_lang(owner.scope, lang)

    async def sign_in_link(self, owner: OwnerScope) -> SignInLink:
        """A link that works once within ten minutes, and a code to compare. Raises TooMany (S1, S3, S5, S7)."""
        now = self._clock.now()
        recent = await self._links.created_since(owner, now - LINK_LIVES)
        if len(recent) >= MOST_LINKS:
            wait = (recent[-MOST_LINKS] + LINK_LIVES - now).total_seconds()
            raise TooMany(
                _("You have asked for too many links. Use the latest one, or wait ten minutes."), int(wait) + 1
            )
        link = SignInLink(secrets.token_urlsafe(32), f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}")
        await self._links.add(owner, link, now, now + LINK_LIVES)
        return link

    async def arriving(self, token: str) -> Arrival:
        """Who would come in by a link; changes nothing (S4). Raises NotFound if it cannot be used (any more)."""
        use = await self._links.look(token, self._clock.now())
        owner = await self._whose(use) if use else None
        if use is None or not (owner or use.address):
            raise _dead_link()
        return Arrival(use.code, owner, use.address)

    async def sign_in(
        self, token: str, lang: Lang = "ja", invite: str = "", browser: str = "", device: str = ""
    ) -> str:
        """Turn a link into a new session, once (S2); the value is for the cookie. `browser` and `device` are what its
        owner knows it by again. Raises NotFound.

        Whoever has no account with the address it was mailed to gets one, if sign-up allows it; else raises
        NotAllowed, or BadInput for a wrong invitation, and the link stays good.
        """
        value, now = secrets.token_urlsafe(32), self._clock.now()

        async def enter() -> tuple[Owner, SignInDoor]:
            use = await self._links.use(token, now)
            if use is None:
                raise _dead_link()
            owner = await self._whose(use) or await self._begin(use.address, lang, invite, now)
            await self.seen(owner, now)
            door = SignInDoor.MAIL if use.address else SignInDoor.LINE
            session = Session(owner.id, now, now, now + SESSION_IDLE, door, browser, device)
            await self._sessions.add(value, session)
            return owner, door

        try:
            entered, door = await self._db.transaction(enter)
        except MimiError as error:
            # Whose link it would have been is not known of a dead one: only that somebody tried (S59).
            log.info("sign-in refused", error=type(error).__name__)
            raise
        log.info("signed in", owner_id=entered.id, door=door)
        return value

    async def session_owner(self, value: str) -> Owner | None:
        """Who is signed in with this value. In use it lives on, but never for more than 60 days (S12)."""
        now = self._clock.now()
        session = await self._sessions.get(value, now)
        if session is None:
            return None
        if now - session.used_at >= SESSION_NOTED:
            ends = min(now + SESSION_IDLE, session.created_at + SESSION_LONGEST)
            await self._sessions.used(value, now, ends)
        owner = await self._owners.get(session.owner_id)
        if owner and now - session.used_at >= SESSION_NOTED:
            await self.seen(owner, now)
        return owner

    async def sign_out(self, value: str) -> None:
        """The value is worth nothing from now on (S11)."""
        await self._sessions.remove(value)

    async def erase(self, scope: OwnerScope, farewell: Farewell | None = None) -> Receipt:
        """Remove every trace of an owner from every collection, and make sure of it; the receipt.

        Raises NotFound, Unavailable. The rows of `farewell` are sent by whoever removes the last of it, so once
        however many are at it.
        """
        owner = await self._owner(scope)
        # Before its apps go: no stranger may stand at the old address tomorrow, and whoever dies here leaves it so.
        apps = await self._apps.list(owner.scope)
        handles = [handle for app in apps for handle in (app.handle, *app.former_handles)]
        await self._resting.lay_down(handles, owner)
        of_them = (self._db, owner.id, owner.line_user_id, owner.email)
        erasure = await self._owners.note_erasure(owner.scope, await registry.remains(*of_them), self._clock.now())
        await registry.erase_belongings(*of_them)
        if set(await registry.remains(*of_them)) - {OWNERS.name}:
            # Something was being written meanwhile. With apps and conversations gone, no more messages, alerts or
            # knowledge can come: each transaction that adds them changes one of their documents too.
            await registry.erase_belongings(*of_them)
        if set(await registry.remains(*of_them)) - {OWNERS.name}:
            raise Unavailable(_("Not everything could be deleted yet. Please try again in a minute."))

        receipt = Receipt(self._service, "account", owner.id, erasure.counts, erasure.begun_at, self._clock.now())

        async def end() -> None:
            if await self._owners.remove(owner.scope):
                for row in farewell(receipt) if farewell else ():
                    await self._outbox.put(row)

        await self._db.transaction(end)
        log.info("account erased", owner_id=owner.id)
        return receipt

    async def _whose(self, use: LinkUse) -> Owner | None:
        if use.owner_id is None:
            return await self._owners.by_email(use.address)
        return await self._owners.get(use.owner_id)

    async def _begin(self, address: str, lang: Lang, invite: str, now: datetime) -> Owner:
        """An account for whoever reads the mail to this address, which the link has proved."""
        if not address:
            raise _dead_link()
        owner = Owner(None, lang, created_at=now, last_seen_at=day_begun(now), email=address)
        await self._let_in(owner.id, invite, now)
        await self._owners.add(owner)
        # Without LINE there is no other way to hear of anything; it can be switched off.
        await self._alert_settings.set_email(owner.scope, address, fallback=True)
        return owner

    async def _let_in(self, owner_id: OwnerId, code: str, now: datetime) -> None:
        if self.signup is Signup.CLOSED:
            raise NotAllowed(_("Thank you for your interest. New sign-ups are closed at the moment."))
        if self.signup is Signup.OPEN:
            return
        if not code.strip():
            raise NotAllowed(_("This mimi is by invitation only. Please send me your invitation code."))
        plain = "".join(code.split()).replace("-", "").upper()
        if not await self._invites.use(plain, owner_id, now):
            raise BadInput(
                _("That invitation code does not work, or no longer does. Please check it and send it again.")
            )

    async def _owner(self, scope: OwnerScope) -> Owner:
        owner = await self._owners.get(scope.owner_id)
        if owner is None:
            raise NotFound(_("That account does not exist."))
        return owner


def day_begun(at: datetime) -> datetime:
    """When the day of this moment began (UTC)."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _dead_link() -> NotFound:
    return NotFound(_("This link has been used or has expired. Send /web in LINE for a new one."))
