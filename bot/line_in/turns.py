"""Whose event is next: one of each person's in turn, whatever others queue, and whoever has just come first of all."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from handlers.ports import Clock
from knowledge.store.inbox.inbox import Head, InboxEvent, InboxRepository

# What a process held is free as soon as it is seen to be gone (bot/background/heartbeat.py); the lease is for when
# nobody sees it.
LANE_LEASE = timedelta(seconds=30)
# Another worker has the lane: its lease is not asked for again at once.
NOT_OURS = timedelta(seconds=1)
# Of so many people it is remembered when they had their last turn.
MOST_REMEMBERED = 10_000
# A greeting that comes late is no greeting, and whoever is new queues nothing else.
FIRST_OF_ALL = "follow"


class Turns:
    """Leases lanes, and gives out the oldest event of each."""

    def __init__(self, inbox: InboxRepository, clock: Clock) -> None:
        self._inbox = inbox
        self._clock = clock
        self._ours: dict[str, datetime] = {}  # lane -> until when
        self._others: dict[str, datetime] = {}  # lane -> when to ask again
        self._last_turn: dict[str, datetime] = {}
        self._asking: asyncio.Future[set[str]] | None = None
        self.next_due: datetime | None = None

    async def next(self, busy: Collection[str], most: int) -> list[InboxEvent]:
        """At most `most` events that are due, in the order of their turns; none of `busy` lanes. Their lanes are ours.

        Lanes that have nothing left are handed back. `next_due` says when the first of the others will be due.
        """
        now = self._clock.now()
        # Order is kept for each person and for nobody else: people do not wait for each other (LINE gives no order).
        self._others = {lane: until for lane, until in self._others.items() if until > now}
        heads = [head for head in await self._inbox.heads() if head.lane not in busy]
        await self._hand_back({head.lane for head in heads} | set(busy))
        later = [head.not_before for head in heads if head.not_before > now]
        self.next_due = min([*later, *self._others.values()], default=None)
        due = [head for head in heads if head.not_before <= now and head.lane not in self._others]
        chosen = sorted(due, key=self._turn)[:most]
        mine = await self._leased([head.lane for head in chosen], now)
        return await self._inbox.waiting([head for head in chosen if head.lane in mine])

    def begins(self, lane: str) -> None:
        """It is this person's turn now; the next one comes after everybody else's."""
        self._last_turn.pop(lane, None)
        self._last_turn[lane] = self._clock.now()
        if len(self._last_turn) > MOST_REMEMBERED:
            del self._last_turn[next(iter(self._last_turn))]

    async def close(self) -> None:
        """Hand all lanes back; also those that somebody who was cancelled had just asked for."""
        if self._asking:
            await asyncio.gather(self._asking, return_exceptions=True)
        self._ours.clear()
        await self._inbox.let_go_of_all()

    def _turn(self, head: Head) -> tuple[bool, datetime]:
        """What is sorted by: since when the person has been waiting for their turn."""
        since = max(head.received_at, self._last_turn.get(head.lane, head.received_at))
        return head.kind != FIRST_OF_ALL, since

    async def _leased(self, lanes: Sequence[str], now: datetime) -> set[str]:
        # A lease that is good for half its time is not renewed: most people write one line and are done.
        fresh = {lane for lane in lanes if self._ours.get(lane, now) - now > LANE_LEASE / 2}
        asked = [lane for lane in lanes if lane not in fresh]
        # MongoDB goes on with what it was asked, whoever has stopped waiting: it must not come after `close`.
        self._asking = asyncio.ensure_future(self._inbox.lease(asked, now, LANE_LEASE))
        got = await asyncio.shield(self._asking)
        self._ours |= dict.fromkeys(got, now + LANE_LEASE)
        self._others |= dict.fromkeys(set(asked) - got, now + NOT_OURS)
        for lane in self._others:
            self._ours.pop(lane, None)
        return fresh | got

    async def _hand_back(self, needed: Collection[str]) -> None:
        done = [lane for lane in self._ours if lane not in needed]
        if done:
            await self._inbox.let_go(done)
            for lane in done:
                del self._ours[lane]
