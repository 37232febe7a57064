"""Handles that somebody had lately: they rest for a while, so that no stranger stands at an address that is known."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.ports import Clock
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.handle_tombstones import HandleTombstoneRepository


class RestingHandles:
    """Of a deleted account or app, of one that nobody used, and of a page that has moved on too often.

    Whoever had one may take it at any time; for everybody else it is free after `cool_off`.
    """

    def __init__(self, tombstones: HandleTombstoneRepository, clock: Clock, cool_off: timedelta) -> None:
        self._tombstones = tombstones
        self._clock = clock
        self._cool_off = cool_off

    async def lay_down(self, handles: Iterable[str], owner: Owner | None) -> datetime:
        """Keep these for who had them, if that is still known; until when."""
        until = self._clock.now() + self._cool_off
        await self._tombstones.keep(handles, until, _known_as(owner))
        return until

    async def is_resting(self, handle: str, owner: Owner | None = None) -> bool:
        """Whether it was somebody else's than this owner's lately."""
        return await self._tombstones.is_kept(handle, self._clock.now(), _known_as(owner))


def _known_as(owner: Owner | None) -> tuple[str, ...]:
    # The id holds for who is still here, whatever became of their LINE and mail; the others after another sign-up.
    return (owner.id, *owner.known_as) if owner else ()
