"""Keys for an owner's programs: made for one app, shown once, revoked at once; and whose it is that a call brings."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from guardrail.limits import Limits
from handlers.accounts.news import AccountNews
from handlers.clock import JAPAN
from handlers.entries.guard import no_app
from handlers.ports import Clock
from handlers.written import written_line
from knowledge.errors import BadInput, MimiError, NotAllowed, NotFound
from knowledge.phrases import Phrase, _
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.programs.api_keys import ApiKey, ApiKeyRepository, Reach

log = structlog.get_logger()

MOST_KEYS = 10  # of one app
LONGEST_NAME = 50
BEGINS = "mimi_"  # so that scanners for secrets in repositories can be told what to look for
BYTES = 32
SHOWN = 4

REACHES: dict[Reach, Phrase] = {
    Reach.READ: _("Read only"),
    Reach.PROPOSE: _("Read and propose"),
    Reach.WRITE: _("Read and write"),
}


def to_reach(word: str) -> Reach:
    """As a button or a form names it. Raises BadInput."""
    try:
        return Reach(word)
    except ValueError as error:
        raise BadInput(_("Please choose one of the buttons.")) from error


def used_words(key: ApiKey) -> Phrase | str:
    """The day it was last used on, or that there was none."""
    return key.used_on or _("never")


@dataclass(frozen=True)
class Caller:
    """A program that came with a good key: whose it is, for which app, and what it may do."""

    app: App
    key: ApiKey

    def needs(self, reach: Reach) -> None:
        """Raises NotAllowed if its key does not reach so far."""
        if not self.key.reach.covers(reach):
            raise NotAllowed(NEEDS[reach])


NEEDS: dict[Reach, Phrase] = {
    Reach.READ: _("This key cannot read."),
    Reach.PROPOSE: _("This key can only read. To propose changes, use one with “Read and propose”."),
    Reach.WRITE: _("This key cannot write. Use one with “Read and write”."),
}


class NoKey(MimiError):
    """What came with a call opens nothing."""

    def __init__(self) -> None:
        super().__init__(
            _("This needs an API key of the app's owner, as “Authorization: Bearer mimi_…”. Create one in LINE: /api")
        )


class ApiKeys:
    """What an owner does with keys, and the look at each that a call brings."""

    def __init__(
        self,
        db: Database,
        keys: ApiKeyRepository,
        apps: AppRepository,
        owners: OwnerRepository,
        limits: Limits,
        news: AccountNews,
        clock: Clock,
    ) -> None:
        self._db = db
        self._keys = keys
        self._apps = apps
        self._owners = owners
        self._limits = limits
        self._news = news
        self._clock = clock

    async def make(self, app: App, name: str, reach: Reach) -> tuple[ApiKey, str]:
        """A new key and what opens with it, which is nowhere else from then on. Its owner is told.

        Raises BadInput, NotFound.
        """
        kept, secret = written_line(name, LONGEST_NAME), BEGINS + secrets.token_urlsafe(BYTES)
        key = ApiKey(app.scope, kept, reach, secret[-SHOWN:], self._clock.now())

        async def keep() -> None:
            if not await self._apps.hold(app.scope):  # two at once do not make one too many
                raise no_app()
            if await self._keys.count(app.scope) >= MOST_KEYS:
                raise BadInput(_("You can have up to {most} keys. Revoke one first.", most=MOST_KEYS))
            await self._keys.add(app.scope, key, secret)
            told = _(
                "An API key was created for @{handle}: {name} ({reach}). If this was not you, revoke it: /api",
                handle=app.handle,
                name=kept,
                reach=REACHES[reach],
            )
            await self._news.tell(app.scope, told)

        await self._db.transaction(keep)
        log.info("api_key_made", owner_id=app.owner_id, key_id=key.id, reach=reach.value)
        return key, secret

    async def list(self, scope: AppScope) -> Sequence[ApiKey]:
        """An app's keys, the oldest first."""
        return await self._keys.list(scope)

    async def get(self, owner: OwnerScope, key_id: str) -> ApiKey:
        """One of the owner's keys. Raises NotFound."""
        key = await self._keys.get(owner, key_id)
        if key is None:
            raise _gone()
        return key

    async def revoke(self, owner: OwnerScope, key_id: str) -> ApiKey:
        """From now on it opens nothing. Raises NotFound."""
        key = await self.get(owner, key_id)
        if not await self._keys.remove(owner, key_id):
            raise _gone()
        log.info("api_key_revoked", owner_id=owner.owner_id, key_id=key_id)
        return key

    async def caller(self, secret: str) -> Caller:
        """Who calls with this. Raises NoKey if it opens nothing (any more), TooMany for a key that calls too often."""
        key = await self._keys.of_secret(secret) if secret.startswith(BEGINS) else None
        if key is None:
            raise NoKey
        await self._limits.check_key(key.id)
        app, owner = await self._apps.get(key.scope), await self._owners.get(key.scope.owner_id)
        if app is None or owner is None or owner.leaving_at:
            raise NoKey
        day = self._clock.now().astimezone(JAPAN).date().isoformat()
        if key.used_on != day:
            await self._keys.note_use(key.scope, key.id, day)
        return Caller(app, key)


def _gone() -> NotFound:
    return NotFound(_("That key no longer exists."))
