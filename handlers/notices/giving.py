"""Gives a notice to every owner, one after another: stopped anywhere, it goes on; nobody is told twice or missed."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from handlers.notices.deliveries import Deliveries
from handlers.notices.notice_words import notice_to
from handlers.ports import Clock
from knowledge.store.accounts.owners import OwnerRepository
from knowledge.store.database import Database, OwnerId
from knowledge.store.notices.notices import NoticeRepository, NoticeToAll

log = structlog.get_logger()

# A process that died in the middle is followed so soon; each batch takes seconds.
GIVING_LEASE = timedelta(minutes=1)
BATCH, AT_ONCE = 50, 5


class NoticeGiving:
    """The worker's part. Of several processes one does it, and the record of deliveries would stop a second one.

    The owners are gone through in the order of their ids, and only those who had an account when it was asked for: who
    joins later has joined under what it says. How far it came is noted after each batch, so that a batch that was half
    done is gone through again; each owner's record, letter and card are one transaction, which does nothing twice.
    """

    def __init__(
        self,
        db: Database,
        notices: NoticeRepository,
        owners: OwnerRepository,
        deliveries: Deliveries,
        clock: Clock,
        public_url: str,
    ) -> None:
        self._db = db
        self._notices = notices
        self._owners = owners
        self._deliveries = deliveries
        self._clock = clock
        self._url = public_url.rstrip("/")

    async def give_due(self) -> int:
        """Give what was asked for, to the last owner; how many were told."""
        told = 0
        while notice := await self._notices.take(self._clock.now(), self._lease()):
            told += await self._give(notice)
        return told

    async def _give(self, notice: NoticeToAll) -> int:
        told = 0
        while owners := await self._notices.next_owners(notice, BATCH):
            for start in range(0, len(owners), AT_ONCE):
                told += await self._tell(notice, owners[start : start + AT_ONCE])
            await self._notices.reach(notice.id, owners[-1], self._lease())
            found = await self._notices.get(notice.id)
            if found is None:
                return told
            notice = found
        await self._notices.close(notice.id, self._clock.now())
        log.info("notice given", notice=notice.id, told=told)
        return told

    async def _tell(self, notice: NoticeToAll, owners: Sequence[OwnerId]) -> int:
        return sum(await asyncio.gather(*(self._tell_one(notice, owner) for owner in owners)))

    async def _tell_one(self, notice: NoticeToAll, owner_id: OwnerId) -> bool:
        async def work() -> bool:
            # Before anything is written for them: whoever is being erased leaves nothing behind.
            if not await self._notices.hold_owner(owner_id):
                return False
            owner = await self._owners.get(owner_id)
            return owner is not None and await self._deliveries.give(owner, notice_to(notice, owner.lang, self._url))

        return await self._db.transaction(work)

    def _lease(self) -> datetime:
        return self._clock.now() + GIVING_LEASE
