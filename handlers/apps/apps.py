"""Apps: made, named, chosen and found by their handle."""

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from handlers.apps.resting_handles import RestingHandles
from handlers.ports import Clock
from handlers.web_addresses import is_strange_number, only_here, whole_address
from handlers.written import written, written_line
from knowledge.errors import BadInput, Gone, NotAllowed, NotFound, written_at
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.apps.apps import HANDLE, RESERVED_HANDLES, App, AppRepository
from knowledge.store.database import AppId, AppScope, Database, OwnerScope
from knowledge.words.romanised import romanised

LONGEST_NAME = 50
LONGEST_BIO = 1_000
LONGEST_GREETING = 300
LONGEST_URL = 500
MOST_APPS = 10
LONGEST_SUGGESTION = 18
SHORTEST_HANDLE = 3


CURRENT = AppId("")  # what a button names that is about the current app, whichever that is by then


class Apps:
    """An owner's apps, one of which is the current one: what commands in chat are about."""

    def __init__(
        self,
        db: Database,
        apps: AppRepository,
        owners: OwnerRepository,
        resting: RestingHandles,
        clock: Clock,
    ) -> None:
        self._db = db
        self._apps = apps
        self._owners = owners
        self._resting = resting
        self._clock = clock

    async def create(self, scope: OwnerScope, name: str, handle: str) -> App:
        """Make an app, its page live at once, and make it the current one. Raises BadInput, NotAllowed."""
        kept_name, kept_handle = self.check_name(name), handle_of(handle)

        async def make() -> App:
            owner = await self._with_room(scope)
            await self.check_handle(kept_handle, owner)
            app = App(owner.id, kept_name, kept_handle, owner.lang, self._clock.now())
            await self._apps.add(app)
            await self._owners.set_current_app(scope, app.id)
            return app

        return await self._db.transaction(make)

    async def bring_back(self, before: App) -> App:
        """Make an app that was before, under the free handle nearest to its own; twice makes it once.

        Raises BadInput, NotAllowed, NotFound.
        """

        async def make() -> App:
            if there := await self._apps.get(before.scope):
                return there
            owner = await self._with_room(before.scope)
            app = replace(before, handle=await self.nearest_free(before.handle, owner))
            await self._apps.add(app)
            return app

        return await self._db.transaction(make)

    async def describe(self, scope: AppScope, *, bio: str = "", url: str = "", greeting: str = "") -> App:
        """Set what the page says about the app; empty texts leave a place empty. Raises BadInput, NotFound."""
        changed = {
            "bio": written(bio, LONGEST_BIO) if bio else "",
            "url": web_address(url) if url else "",
            "greeting": written(greeting, LONGEST_GREETING) if greeting else "",
        }
        await self._apps.update(scope, changed)
        return await self.get(scope)

    def check_name(self, name: str) -> str:
        """The name as it is kept. Raises BadInput if it is empty or too long."""
        with written_at("name"):
            return written_line(name, LONGEST_NAME)

    async def check_handle(self, handle: str, owner: Owner, of: App | None = None) -> str:
        """The handle as it is kept. Raises BadInput if it has the wrong shape, is reserved or taken.

        Taken is also what leads to another app's page, or led there until lately; an app may keep its own (`of`) and go
        back to it, and so may an owner to what was theirs.
        """
        wanted = handle_of(handle)
        with written_at("handle"):
            if not HANDLE.match(wanted):
                raise BadInput(_("A handle has 3 to 30 characters: a-z, 0-9, - and _. Please write another one."))
            if wanted in RESERVED_HANDLES:
                raise BadInput(_("@{handle} is reserved. Please write another one.", handle=wanted))
            holder = await self._apps.by_handle(wanted) or await self._apps.by_former_handle(wanted)
            if holder and (of is None or holder.id != of.id):
                raise BadInput(_("@{handle} is already taken. Please write another one.", handle=wanted))
            if holder is None and await self._resting.is_resting(wanted, owner):
                raise BadInput(
                    _(
                        "@{handle} was in use until recently and is not free yet. Please choose another one.",
                        handle=wanted,
                    )
                )
        return wanted

    async def suggest_handle(self, name: str, owner: Owner) -> str:
        """A handle free for this owner that reads like the name: short, and the same one for the same name."""
        base = _short(romanised(name))
        if len(base) >= SHORTEST_HANDLE:
            return await self.nearest_free(base, owner)
        return await self._any_free(base or "app", owner)

    async def nearest_free(self, handle: str, owner: Owner) -> str:
        """This handle if it is free for them, else the free one that is most like it."""
        for wanted in (handle, *(f"{handle[:LONGEST_SUGGESTION]}-{number}" for number in range(2, 10))):
            if await self._is_free(wanted, owner):
                return wanted
        return await self._any_free(handle, owner)

    async def _any_free(self, start: str, owner: Owner) -> str:
        while True:
            suggestion = f"{start[:12].strip('-')}-{secrets.token_hex(2)}"
            if await self._is_free(suggestion, owner):
                return suggestion

    async def get(self, scope: AppScope) -> App:
        """One app of an owner's. Raises NotFound."""
        app = await self._apps.get(scope)
        if app is None:
            raise NotFound(_("That app does not exist."))
        return app

    async def list(self, scope: OwnerScope) -> Sequence[App]:
        """The owner's apps, the oldest first."""
        return await self._apps.list(scope)

    async def current(self, owner: Owner) -> App | None:
        """The app chosen last, or else the oldest; None while there is none."""
        if owner.current_app_id and (app := await self._apps.get(AppScope(owner.id, owner.current_app_id))):
            return app
        apps = await self._apps.list(owner.scope)
        return apps[0] if apps else None

    async def chosen(self, owner: Owner) -> App:
        """The same; raises NotFound where there is none."""
        app = await self.current(owner)
        if app is None:
            raise NotFound(_("You have no app yet. Create one with /app new."))
        return app

    async def named(self, owner: Owner, app_id: str) -> App:
        """The app a button names, if it is this owner's (S39), else NotFound; the current one for CURRENT."""
        return await (self.get(AppScope(owner.id, AppId(app_id))) if app_id else self.chosen(owner))

    async def switch(self, scope: OwnerScope, app_id: str) -> App:
        """Make an app the current one. Raises NotFound for an app that is not this owner's."""
        app = await self.get(AppScope(scope.owner_id, AppId(app_id)))
        await self._owners.set_current_app(scope, app.id)
        return app

    async def public(self, handle: str) -> App:
        """The app whose page is at this handle, or was before it moved. Raises NotFound."""
        app = await self._apps.by_handle(handle) or await self._apps.by_former_handle(handle)
        if app is None and await self._resting.is_resting(handle):
            raise Gone(_("There is no page at this address any more."))
        if app is None:
            raise NotFound(_("There is no page at this address."))
        if app.taken_off:
            raise NotFound(_("The owner of this page has taken it down."))
        return app

    async def listed_handles(self, limit: int) -> Sequence[str]:
        """Where the pages are that search engines may show."""
        return await self._apps.listed_handles(limit)

    async def owner(self, scope: OwnerScope) -> Owner:
        """Whose apps these are. Raises NotFound."""
        owner = await self._owners.get(scope.owner_id)
        if owner is None:
            raise NotFound(_("That account does not exist."))
        return owner

    async def _with_room(self, scope: OwnerScope) -> Owner:
        """The owner, who may have another app."""
        owner = await self.owner(scope)
        if owner.leaving_at:
            raise NotAllowed(_("Your account is being deleted. To continue, keep your account first."))
        if len(await self._apps.list(OwnerScope(scope.owner_id))) >= MOST_APPS:
            raise BadInput(_("You already have {most} apps, which is the limit. Delete one first.", most=MOST_APPS))
        return owner

    async def _is_free(self, handle: str, owner: Owner) -> bool:
        if handle in RESERVED_HANDLES or await self._apps.by_handle(handle):
            return False
        if await self._apps.by_former_handle(handle):
            return False
        return not await self._resting.is_resting(handle, owner)


def _short(words: Sequence[str]) -> str:
    """As many of the first words as there is room for."""
    kept = words[0][:LONGEST_SUGGESTION] if words else ""
    for word in words[1:]:
        if len(kept) + 1 + len(word) > LONGEST_SUGGESTION:
            break
        kept += f"-{word}"
    return kept


def handle_of(text: str) -> str:
    """What an owner typed as a handle (`＠Hitsuji `), in the form it has in the address."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("@").lower()


def web_address(url: str) -> str:
    """The address of a web page that visitors can open, as it is kept. Raises BadInput for anything else."""
    kept = page_address(url)
    if only_here(urlsplit(kept).hostname or ""):
        raise BadInput(_("Visitors cannot open that: it is an address within your own network. Which one do they use?"))
    return kept


def page_address(url: str) -> str:
    """The address of a web page that somebody can open. Raises BadInput for anything else."""
    kept = whole_address(written_line(url, LONGEST_URL))
    try:
        parts = urlsplit(kept)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if parts.scheme not in {"http", "https"} or not host or " " in kept or is_strange_number(host):
        raise BadInput(_("That is not the address of a web page. It has to begin with https://."))
    return kept
