"""Bringing an export back: looked through, shown, and put in its place by whoever takes it, once, whatever dies."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from handlers.apps.apps import MOST_APPS, Apps
from handlers.exports.archives import LARGEST
from handlers.exports.coming import Coming, ReturnedKind
from handlers.ports import Clock
from handlers.written import shortened, storable
from knowledge.errors import BadInput, MimiError, NotAllowed, NotFound, TooMany, Unavailable
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.database import OwnerScope
from knowledge.store.exports.returns import Return, ReturnRepository, ReturnState

log = structlog.get_logger()

KEPT = timedelta(days=1)
LEASE = timedelta(minutes=2)
AN_HOUR = timedelta(hours=1)
MOST_AN_HOUR = 10
MOST_RUNS = 5  # what kills everybody who takes it must not go on for ever
LONGEST_NAME = 200


class Returns:
    """What an owner can do with an export, and the work that follows."""

    def __init__(
        self,
        returns: ReturnRepository,
        owners: OwnerRepository,
        apps: Apps,
        kinds: Sequence[ReturnedKind],
        clock: Clock,
    ) -> None:
        self._returns = returns
        self._owners = owners
        self._apps = apps
        self._kinds = kinds
        self._clock = clock

    async def begin(self, owner: Owner, name: str, data: bytes) -> Return:
        """Look a file through; nothing is made yet. Raises BadInput, NotAllowed, TooMany."""
        now = self._clock.now()
        if owner.leaving_at:
            raise NotAllowed(_("Your account is being deleted. To continue, keep your account first."))
        if len(data) > LARGEST:
            raise BadInput(_("That file is too large. At most {most} MB can be sent.", most=LARGEST // 1024**2))
        if await self._returns.count_since(owner.scope, now - AN_HOUR) >= MOST_AN_HOUR:
            raise TooMany(_("That was a lot of imports. Please continue in an hour."), int(AN_HOUR.total_seconds()))
        coming, counts = await asyncio.to_thread(self.look, owner.scope, data)
        there = {app.id for app in await self._apps.list(owner.scope)}
        new = [app for app in coming.apps.values() if app.id not in there]
        if len(there) + len(new) > MOST_APPS:
            raise BadInput(
                _(
                    "You can have up to {most} apps, and with those in this file it would be more. Delete one first.",
                    most=MOST_APPS,
                )
            )
        kept_name = shortened(" ".join(storable(name).split()), LONGEST_NAME)
        apps = [(app.name, app.handle) for app in new]
        made = Return(owner.scope, kept_name, apps, counts, now, now + KEPT, now)
        await self._returns.add(made, data)
        return made

    async def get(self, owner: OwnerScope, return_id: str) -> Return:
        """One of an owner's. Raises NotFound."""
        found = await self._returns.get(owner, return_id)
        if found is None:
            raise NotFound(_("That import is no longer here."))
        return found

    async def handles(self, owner: Owner, each: Return) -> Sequence[tuple[str, str, str]]:
        """Each app's name, the handle it had, and the one it would have now."""
        return [(name, before, await self._apps.nearest_free(before, owner)) for name, before in each.apps]

    async def apply(self, owner: OwnerScope, return_id: str) -> None:
        """Put it in its place. Raises NotFound, or BadInput if it does not wait for that."""
        await self._decide(owner, return_id, ReturnState.APPLYING)

    async def cancel(self, owner: OwnerScope, return_id: str) -> None:
        """Leave it be; the file is forgotten. Raises the same."""
        await self._decide(owner, return_id, ReturnState.CANCELLED)
        await self._returns.forget_data(owner, return_id)

    async def work(self) -> bool:
        """Put the one that has waited longest in its place; False if none waits."""
        now = self._clock.now()
        taken = await self._returns.take(now, now + LEASE)
        if taken is None:
            return False
        try:
            if taken.attempt > MOST_RUNS:
                raise Unavailable(_("Something went wrong on our side. Please try again in a little while."))
            if not await self._put(taken):
                return True
            ended = await self._returns.end(taken, ReturnState.DONE)
        except MimiError as problem:
            ended = await self._returns.end(taken, ReturnState.FAILED, problem.phrase)
        if ended:
            await self._returns.forget_data(taken.owner, taken.id)
            log.info("brought back", owner_id=taken.owner.owner_id, return_id=taken.id)
        return True

    async def _put(self, taken: Return) -> bool:
        """False if another worker has it by now."""
        data = await self._returns.data(taken.owner, taken.id)
        coming, done = await asyncio.to_thread(Coming.of, taken.owner, data), 0
        for kind in self._kinds:
            async for count in kind.put(coming):
                done += count
                if not await self._returns.went_on(taken, done, self._clock.now() + LEASE):
                    return False
        return True

    def look(self, owner: OwnerScope, data: bytes) -> tuple[Coming, Mapping[str, int]]:
        """All of a file, and how much of what is in it; to be called in a thread. Raises BadInput."""
        coming, counts = Coming.of(owner, data), dict[str, int]()
        for kind in self._kinds:
            counts |= kind.check(coming)
        return coming, counts

    async def _decide(self, owner: OwnerScope, return_id: str, becomes: ReturnState) -> None:
        if not await self._returns.decide(owner, return_id, becomes, self._clock.now()):
            await self.get(owner, return_id)
            raise BadInput(_("That is no longer possible: this import has moved on."))
