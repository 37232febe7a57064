"""An owner's data by a link from the chat: good once, for ten minutes, and for nothing else."""

import secrets
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta

from handlers.exports.exports import Exports
from handlers.ports import Clock
from knowledge.errors import NotFound, TooMany
from knowledge.phrases import _
from knowledge.store.accounts.download_links import DownloadLinkRepository
from knowledge.store.database import OwnerScope

LIVES = timedelta(minutes=10)  # as a link for signing in: whoever has it has all the data
TO_TRY_AGAIN = timedelta(hours=1)  # after a download that broke off
MOST = 5  # in the time one of them lives


class Downloads:
    """Links to the export. Looking at one changes nothing, since previews look too; a button on its page uses it."""

    def __init__(self, links: DownloadLinkRepository, exports: Exports, clock: Clock) -> None:
        self._links = links
        self._exports = exports
        self._clock = clock

    async def link(self, owner: OwnerScope) -> str:
        """The token of a new link. Raises TooMany."""
        now = self._clock.now()
        if await self._links.count_since(owner, now - LIVES) >= MOST:
            wait = int(LIVES.total_seconds())
            raise TooMany(_("You have asked for too many links. Use the latest one, or wait ten minutes."), wait)
        token = secrets.token_urlsafe(32)
        await self._links.add(owner, token, now, now + LIVES)
        return token

    async def look(self, token: str) -> None:
        """Raises NotFound if the link cannot be used (any more)."""
        if not await self._links.is_good(token, self._clock.now()):
            raise _dead()

    async def take(self, token: str) -> AsyncGenerator[bytes, None]:
        """The ZIP, piece by piece, once: where it breaks off the link is good again, for an hour. Raises NotFound."""
        owner_id = await self._links.use(token, self._clock.now())
        if owner_id is None:
            raise _dead()
        return self._once(token, await self._exports.of(OwnerScope(owner_id)))

    async def _once(self, token: str, pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        whole = False
        try:
            async with aclosing(pieces):
                async for piece in pieces:
                    yield piece
            whole = True
        finally:
            if not whole:
                await self._links.give_back(token, self._clock.now() + TO_TRY_AGAIN)


def _dead() -> NotFound:
    return NotFound(_("This link has been used or has expired. Send /export in LINE for a new one."))
