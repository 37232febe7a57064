"""One event of LINE's, in one transaction with what it causes; retried, then set aside where `doctor` shows it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from pymongo.errors import ConnectionFailure

from bot.line import events
from bot.line.client import LineApi
from bot.line.groups import Groups
from bot.line_in.replies import REPLY_WINDOW, reply_row
from bot.out.bundling import Carrier
from handlers.accounts.accounts import Accounts
from handlers.chat.dispatcher import Dispatcher, is_silent
from handlers.chat.incoming import Incoming, Left, SentFile, SentPhoto, Tapped, TookBack, Wrote
from handlers.messages import Later, Replies, Text
from handlers.ports import Clock
from knowledge.phrases import Phrase, _, to_lang
from knowledge.store.accounts.owners import Owner
from knowledge.store.database import Database
from knowledge.store.inbox.inbox import InboxEvent, InboxRepository
from knowledge.store.outbox.outbox import OutboxRepository, OutboxRow

log = structlog.get_logger()

# As long as the call may take, and short: within the token's minute another try tells whether a reply arrived.
REPLY_LEASE = timedelta(seconds=12)
BACKOFF = (timedelta(seconds=0.5), timedelta(seconds=1), timedelta(seconds=2))
# An event in whose hands processes die is not taken for ever.
MOST_TAKES = 10
# So many messages of one person may wait; nobody reads a hundred answers.
LONGEST_QUEUE = 100
# Never who comes, goes or takes something back: each of those is worth doing, however much waits before it.
MAY_BE_TOO_MUCH = frozenset({"message", "postback"})
# Most answers are there sooner than a sign that they will come.
LOADING_AFTER_SECONDS = 0.5


class EventOvertaken(Exception):
    """Another worker finished this event first; what this one did for it is rolled back."""


@dataclass(frozen=True)
class Taken:
    """An event whose turn has come. `by_stranger`: whoever it is from has no account yet."""

    event: InboxEvent
    by_stranger: bool


class Handling:
    """Takes an event to the core, and the core's replies to the outbox."""

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        accounts: Accounts,
        line: LineApi,
        carrier: Carrier,
        clock: Clock,
    ) -> None:
        self._database = database
        self._inbox = InboxRepository(database)
        self._outbox = OutboxRepository(database)
        self._dispatcher = dispatcher
        self._accounts = accounts
        self._line = line
        self._groups = Groups(database, clock)
        self._carrier = carrier
        self._clock = clock

    async def take(self, waiting: Sequence[InboxEvent]) -> list[Taken]:
        """Events whose turn has come, with what is looked up once for all of them."""
        if not waiting:
            return []
        members = await self._accounts.members_among([each.lane for each in waiting])
        return [Taken(each, each.lane not in members) for each in waiting]

    async def handle(self, taken: Taken) -> OutboxRow | None:
        """One event, from what was done in the chat to the answer to send, which is leased to the caller.

        Raises only what the store raises when it is away.
        """
        event = taken.event
        if event.attempts >= MOST_TAKES:
            # Not by an error of its own: something dies or is cut off whenever this event is in hand.
            return await self._give_up(event, "taken too often")
        try:
            incoming = await self._read(taken)
            async with self._loading_shown(incoming):
                # Whatever is fetched is fetched before: a transaction may run more than once, and never long.
                if incoming:
                    incoming = await self._dispatcher.prepared(incoming, is_member=not taken.by_stranger)
                return await self._database.transaction(lambda: self._carry_out(taken, incoming))
        except ConnectionFailure:
            raise  # the store is away: the event stays as it is
        except EventOvertaken:
            log.info("overtaken", event_id=event.id)
        except Exception as error:  # noqa: BLE001 (whatever a bug raises, the lane must go on: retried, then parked)
            return await self._failed(event, error)
        return None

    async def _carry_out(self, taken: Taken, incoming: Incoming | None) -> OutboxRow | None:
        """The change, what it sends, and "this event is done": all of it, or nothing."""
        event, token = taken.event, events.reply_token(taken.event.event)
        # First of all: a line that deletes the account deletes this event with everything else.
        if not await self._inbox.done(event, self._clock.now(), token, of_stranger=taken.by_stranger):
            raise EventOvertaken
        if incoming is None:
            return await self._greet_group(event)
        if isinstance(incoming, TookBack):
            await self._inbox.take_back(event.lane, incoming.message)
        # Read once, in here: what was read outside could be the account of somebody who has left meanwhile.
        owner = await self._accounts.by_line_user(incoming.sender)
        answered = await self._dispatcher.handle(incoming, owner)
        if not answered.replies.items:
            return None  # a silent button, who left, what was taken back: LINE wants no answer to those
        return await self._keep(event, incoming.sender, answered.replies, answered.owner)

    async def drop_what_is_too_much(self, lane: str) -> OutboxRow | None:
        """Of a queue that is too long, what came last goes unread, and its sender hears so: the word to send."""
        dropped = await self._inbox.beyond(lane, LONGEST_QUEUE, MAY_BE_TOO_MUCH)
        if not dropped:
            return None
        log.warning("queue too long", dropped=len(dropped), last_event_id=dropped[-1].id)
        return await self._database.transaction(lambda: self._drop(dropped))

    async def _drop(self, dropped: Sequence[InboxEvent]) -> OutboxRow | None:
        now = self._clock.now()
        gone = [event for event in dropped if await self._inbox.done(event, now)]
        if gone:
            words = _(
                "That was more at once than I can keep up with: I have not read your last {count} messages. Please "
                "send again what still matters.",
                count=len(gone),
            )
            return await self._say(gone[-1], words)
        return None

    async def _read(self, taken: Taken) -> Incoming | None:
        """What the person did; None for what the core has no use for, and for what was taken back."""
        event = taken.event
        incoming = None if event.taken_back else events.to_incoming(event.event, event.happened_at, "ja")
        if taken.by_stranger and incoming and incoming.sender and not isinstance(incoming, Left | TookBack):
            # An owner's own setting wins; whoever has none yet is asked of LINE.
            return replace(incoming, lang=to_lang(await self._line.profile_language(incoming.sender)))
        return incoming

    async def _greet_group(self, event: InboxEvent) -> OutboxRow | None:
        row = await self._groups.greeting(event.event)
        if row:
            row = replace(row, reply_until=event.received_at + REPLY_WINDOW)
            await self._outbox.put(row, leased_until=row.created_at + REPLY_LEASE)
        return row

    @asynccontextmanager
    async def _loading_shown(self, incoming: Incoming | None) -> AsyncIterator[None]:
        """While the block runs, show in the chat that mimi is working, if that takes long.

        A failure of this takes nothing from anybody.
        """
        if not isinstance(incoming, Wrote | Tapped | SentFile | SentPhoto) or is_silent(incoming):
            yield
            return
        answered, sender = asyncio.Event(), incoming.sender

        async def show() -> None:
            try:
                async with asyncio.timeout(LOADING_AFTER_SECONDS):
                    await answered.wait()
            except TimeoutError:
                await self._line.show_loading(sender)

        showing = asyncio.create_task(show(), name="loading")
        try:
            yield
        finally:
            answered.set()
            await showing  # so that the animation never comes after the reply

    async def _keep(self, event: InboxEvent, to: str, replies: Replies, owner: Owner | None) -> OutboxRow | None:
        """The answer as an outbox row, leased to us: we send it at once, and another worker if we die first.

        None for an answer that waits for the outcome of some work.
        """
        token, now = events.reply_token(event.event), self._clock.now()
        row = reply_row(to, replies, owner, token, event.received_at, now)
        if any(isinstance(reply, Later) for reply in replies.items):
            # Whoever does the work fills it in; while its reply token is good, that costs nothing.
            await self._outbox.put(row, not_before=event.received_at + REPLY_WINDOW - REPLY_LEASE)
            return None
        if owner:
            return await self._carrier.put(row, owner, now + REPLY_LEASE)
        await self._outbox.put(row, leased_until=now + REPLY_LEASE)
        return row

    async def _failed(self, event: InboxEvent, error: Exception) -> OutboxRow | None:
        problem, now = type(error).__name__, self._clock.now()
        if event.attempts < len(BACKOFF):
            log.warning("event failed", event_id=event.id, error=problem, attempt=event.attempts)
            await self._inbox.retry_at(event, now + BACKOFF[event.attempts], problem)
            return None
        return await self._give_up(event, problem)

    async def _give_up(self, event: InboxEvent, problem: str) -> OutboxRow | None:
        """Set the event aside, where `doctor` shows it, and tell the person that it was not done."""
        log.error("event parked", event_id=event.id, error=problem)
        return await self._database.transaction(lambda: self._park(event, problem))

    async def _park(self, event: InboxEvent, problem: str) -> OutboxRow | None:
        await self._inbox.park(event, problem, self._clock.now())
        sorry = _("Sorry, something went wrong on our side and this was not done. Please try again later.")
        return await self._say(event, sorry)

    async def _say(self, event: InboxEvent, words: Phrase) -> OutboxRow | None:
        """An answer to what was not handled, to whoever can be answered."""
        incoming = events.to_incoming(event.event, event.happened_at, "ja")
        if incoming is None or not incoming.sender or isinstance(incoming, Left | TookBack):
            return None
        owner = await self._accounts.by_line_user(incoming.sender)
        replies = Replies(owner.lang if owner else "ja", (Text(words),))
        return await self._keep(event, incoming.sender, replies, owner)
