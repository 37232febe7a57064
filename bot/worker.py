"""The worker: inbox events by lease, one person's in order; each is handled in one transaction with what it causes."""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog
from pymongo.errors import ConnectionFailure, PyMongoError

from bot.line import events
from bot.line.client import LineApi
from bot.line.groups import Groups
from bot.parcels import Carrier
from bot.rounds import Rounds
from bot.sender import Sender
from handlers.accounts import Accounts
from handlers.dispatcher import Dispatcher, is_silent
from handlers.messages import Incoming, IncomingKind, Later, Replies, Text
from handlers.outgoing import to_body
from handlers.ports import Clock
from knowledge.phrases import Lang, _, to_lang
from knowledge.store.database import Database
from knowledge.store.inbox import InboxEvent, InboxRepository
from knowledge.store.outbox import Channel, OutboxRepository, OutboxRow

log = structlog.get_logger()

# Short, since a killed worker's lanes wait for it. One who is slower than this loses nothing: see Overtaken.
LANE_LEASE = timedelta(seconds=10)
# A reply token is good for a minute after the webhook came; some of it must be left for the call itself.
REPLY_WINDOW = timedelta(seconds=50)
# As long as the call may take, and short: within the token's minute another try tells whether a reply arrived.
REPLY_LEASE = timedelta(seconds=12)
BACKOFF = (timedelta(seconds=0.5), timedelta(seconds=1), timedelta(seconds=2))
MOST_TAKES = 10
LANES_AT_ONCE = 16
WORKED_ON = frozenset({IncomingKind.TEXT, IncomingKind.ACTION, IncomingKind.FILE, IncomingKind.PHOTO})


class Overtaken(Exception):
    """Another worker finished this event first; what this one did for it is rolled back."""


class Worker:
    """Takes what the webhook kept to the core, and the core's replies to the outbox."""

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        accounts: Accounts,
        line: LineApi,
        sender: Sender,
        carrier: Carrier,
        clock: Clock,
        rounds: Rounds,
        after: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`after` is called with a lane once one of its events is done and answered."""
        self._after = after
        self._database = database
        self._inbox = InboxRepository(database)
        self._outbox = OutboxRepository(database)
        self._dispatcher = dispatcher
        self._accounts = accounts
        self._line = line
        self._groups = Groups(database, clock)
        self._sender = sender
        self._carrier = carrier
        self._clock = clock
        self._holder = uuid.uuid4().hex
        self._lanes: dict[str, asyncio.Task[int]] = {}
        self._rounds = rounds
        self._stopping = False

    def wake(self) -> None:
        """There may be something to do."""
        self._rounds.wake()

    async def run(self) -> None:
        """Work until cancelled; then finish the events in hand and give the lanes back."""
        try:
            while True:
                with _store_trouble():
                    await self._start_lanes()
                await self._rounds.rest()
        finally:
            self._stopping = True
            await asyncio.gather(*self._lanes.values(), return_exceptions=True)
            with _store_trouble():
                await self._inbox.release_all(self._holder)

    async def _start_lanes(self) -> None:
        for lane in await self._inbox.waiting_lanes(self._clock.now(), but=list(self._lanes)):
            if len(self._lanes) >= LANES_AT_ONCE:
                return
            task = asyncio.create_task(self._work_lane(lane), name="lane")
            self._lanes[lane] = task
            task.add_done_callback(partial(self._lane_ended, lane))

    def _lane_ended(self, lane: str, task: asyncio.Task[int]) -> None:
        was_full = len(self._lanes) >= LANES_AT_ONCE
        del self._lanes[lane]
        # A lane that had nothing due, or belongs to another worker, is looked at again with the next look.
        if was_full or (not task.cancelled() and task.exception() is None and task.result() > 0):
            self.wake()

    async def _work_lane(self, lane: str) -> int:
        """Handle one person's events, oldest first, until none is due; how many there were."""
        handled = 0
        with _store_trouble():
            while not self._stopping and await self._lease(lane):
                event = await self._inbox.take(lane, self._clock.now())
                if event is None:
                    await self._inbox.release_lane(lane, self._holder)
                    break
                await self._handle(event)
                handled += 1
        return handled

    async def _lease(self, lane: str) -> bool:
        return await self._inbox.lease_lane(lane, self._holder, self._clock.now(), LANE_LEASE)

    async def _handle(self, event: InboxEvent) -> None:
        if event.attempts > MOST_TAKES:
            # Not by an error of its own: something dies or is cut off whenever this event is in hand.
            await self._give_up(event, "taken too often")
            return
        try:
            row = await self._once(event)
        except ConnectionFailure:
            raise  # the store is away: the event stays as it is
        except Overtaken:
            log.info("overtaken", event_id=event.id)
        except Exception as error:  # noqa: BLE001 (whatever a bug raises, the lane must go on: retried, then parked)
            await self._failed(event, error)
        else:
            if row:
                await self._sender.send(row)
            if self._after:
                await self._after(event.lane)

    async def _done_with(self, event: InboxEvent, incoming: Incoming) -> Replies:
        """What the core makes of it; the words of a message taken back go from the inbox too."""
        if incoming.kind is IncomingKind.UNSENT:
            await self._inbox.forget(event.lane, incoming.message)
        return await self._dispatcher.handle(incoming)

    async def _once(self, event: InboxEvent) -> OutboxRow | None:
        """The change, what it sends, and "this event is done": all of it, or nothing."""
        incoming = await self._incoming(event)
        loading = asyncio.create_task(self._show_loading(incoming))

        async def work() -> OutboxRow | None:
            # First of all: a line that deletes the account deletes this event with everything else.
            if not await self._inbox.done(event, self._clock.now()):
                raise Overtaken
            if incoming is None:
                return await self._greet_group(event)
            replies = await self._done_with(event, incoming)
            return await self._put(event, incoming, replies) if replies.items else None

        try:
            return await self._database.transaction(work)
        finally:
            await loading

    async def _greet_group(self, event: InboxEvent) -> OutboxRow | None:
        row = await self._groups.greeting(event.event)
        if row:
            row = replace(row, reply_until=event.received_at + REPLY_WINDOW)
            await self._outbox.put(row, not_before=row.created_at + REPLY_LEASE)
        return row

    async def _show_loading(self, incoming: Incoming | None) -> None:
        """Show in the chat that mimi is working; a failure of this takes nothing from anybody."""
        if incoming and incoming.kind in WORKED_ON and not is_silent(incoming.action):
            await self._line.show_loading(incoming.sender)

    async def _incoming(self, event: InboxEvent) -> Incoming | None:
        message_id = events.message_id(event.event)
        if message_id and await self._inbox.is_unsent(event.lane, message_id):
            return None
        incoming = events.to_incoming(event.event, event.happened_at, "ja")
        if incoming:
            until = event.received_at + REPLY_WINDOW
            incoming = replace(incoming, reply_token=events.reply_token(event.event), reply_until=until)
        if incoming and await self._is_stranger(incoming):
            incoming = replace(incoming, lang=to_lang(await self._line.profile_language(incoming.sender)))
        return await self._dispatcher.prepared(incoming) if incoming else None

    async def _is_stranger(self, incoming: Incoming) -> bool:
        """Whether the language has to be asked of LINE: an owner's own setting wins, and needs no call."""
        if incoming.kind in {IncomingKind.LEFT, IncomingKind.UNSENT} or not incoming.sender:
            return False
        return await self._accounts.by_line_user(incoming.sender) is None

    async def _put(self, event: InboxEvent, incoming: Incoming, replies: Replies) -> OutboxRow | None:
        """The answer as an outbox row, leased to us: we send it at once, and another worker if we die first.

        None for an answer that waits for the outcome of some work.
        """
        owner = await self._accounts.by_line_user(incoming.sender)
        later = any(isinstance(reply, Later) for reply in replies.items)
        row = OutboxRow(
            Channel.LINE,
            incoming.sender,
            to_body(replies),
            created_at=self._clock.now(),
            owner_id=owner.id if owner else None,
            reply_token=events.reply_token(event.event),
            reply_until=event.received_at + REPLY_WINDOW,
            subject=replies.about,
        )
        if later:
            # Whoever does the work fills it in; while its reply token is good, that costs nothing.
            await self._outbox.put(row, not_before=event.received_at + REPLY_WINDOW - REPLY_LEASE)
            return None
        not_before = row.created_at + REPLY_LEASE
        if owner:
            return await self._carrier.put(row, owner, not_before)
        await self._outbox.put(row, not_before)
        return row

    async def _failed(self, event: InboxEvent, error: Exception) -> None:
        problem, now = type(error).__name__, self._clock.now()
        if event.attempts <= len(BACKOFF):
            log.warning("event failed", event_id=event.id, error=problem, attempt=event.attempts)
            await self._inbox.retry_at(event, now + BACKOFF[event.attempts - 1], problem)
            return
        await self._give_up(event, problem)

    async def _give_up(self, event: InboxEvent, problem: str) -> None:
        """Set the event aside, where `doctor` shows it, and tell the person that it was not done."""
        log.error("event parked", event_id=event.id, error=problem)
        row = await self._database.transaction(lambda: self._park(event, problem))
        if row:
            await self._sender.send(row)

    async def _park(self, event: InboxEvent, problem: str) -> OutboxRow | None:
        await self._inbox.park(event, problem, self._clock.now())
        incoming = events.to_incoming(event.event, event.happened_at, "ja")
        if incoming is None or not incoming.sender or incoming.kind in {IncomingKind.LEFT, IncomingKind.UNSENT}:
            return None
        owner = await self._accounts.by_line_user(incoming.sender)
        lang: Lang = owner.lang if owner else "ja"
        sorry = _("Sorry, something went wrong on our side and this was not done. Please try again later.")
        return await self._put(event, incoming, Replies(lang, (Text(sorry),)))


@contextlib.contextmanager
def _store_trouble() -> Iterator[None]:
    """The database being away is waited out: what is in hand stays leased or new, and is taken again."""
    try:
        yield
    except PyMongoError as error:
        log.warning("store unavailable", error=type(error).__name__)
