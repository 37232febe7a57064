"""Conversations out of an export, for their owner to read: no visitor has a key to them any more."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from handlers.conversations.silence import masked_after
from handlers.entries.guard import no_app
from handlers.exports.archives import Record
from handlers.exports.coming import Coming, each_of, some_of
from handlers.exports.records import lang_in, message_in, text_in, time_in
from handlers.ports import Clock
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.apps.apps import AppRepository
from knowledge.store.conversations.conversations import Conversation, ConversationId, ConversationRepository
from knowledge.store.conversations.messages import PENDING, Message, MessageRepository, Role
from knowledge.store.database import AppScope, Database

AT_ONCE = 250


class ReturnedTalks:
    """What its app keeps no longer stays away, and so do answers that were still being written."""

    def __init__(
        self,
        db: Database,
        apps: AppRepository,
        conversations: ConversationRepository,
        messages: MessageRepository,
        clock: Clock,
    ) -> None:
        self._db = db
        self._apps = apps
        self._conversations = conversations
        self._messages = messages
        self._clock = clock

    def check(self, coming: Coming) -> Mapping[str, int]:
        talks, said = self._talks(coming), Counter[str]()
        for message in _messages(coming, talks):
            said[message.conversation_id] += 1
        return {"conversations": len(talks), "messages": said.total()}

    async def put(self, coming: Coming) -> AsyncIterator[int]:
        talks, last = await asyncio.to_thread(self._talks, coming), Counter[str]()
        async for messages in some_of(_messages(coming, talks), AT_ONCE):
            for message in messages:
                last[message.conversation_id] = max(last[message.conversation_id], message.seq or 0)
            await self._keep(messages, ())
            yield len(messages)
        # After what was said in them: who finds one finds all of it.
        async for some in some_of(talks.values(), AT_ONCE):
            await self._keep((), [replace(talk, seq=last[talk.id]) for talk in some])
            yield len(some)

    async def _keep(self, messages: Sequence[Message], talks: Sequence[Conversation]) -> None:
        by_app: dict[AppScope, tuple[list[Message], list[Conversation]]] = defaultdict(lambda: ([], []))
        for message in messages:
            by_app[message.scope][0].append(message)
        for talk in talks:
            by_app[talk.scope][1].append(talk)
        for scope, (of_app, talks_of_app) in by_app.items():
            await self._db.transaction(partial(self._write, scope, of_app, talks_of_app))

    async def _write(self, scope: AppScope, messages: Sequence[Message], talks: Sequence[Conversation]) -> None:
        if not await self._apps.hold(scope):
            raise no_app()
        await self._messages.put_many(scope, messages)
        await self._conversations.add_missing(scope, talks)

    def _talks(self, coming: Coming) -> dict[str, Conversation]:
        """Those that are still kept, by the ids they had."""

        def read(record: Record) -> tuple[str, Conversation]:
            app, before = coming.app_of(record), text_in(record, "_id")
            last_at = time_in(record, "last_at")
            return before, Conversation(
                scope=app.scope,
                key_hash=coming.ids.of("nobody's key", before),
                lang=lang_in(record),
                created_at=time_in(record, "created_at"),
                last_at=last_at,
                expires_at=last_at + timedelta(days=app.kept_days),
                mask_after=masked_after(app.masked_days),
                id=ConversationId(coming.ids.of("conversation", before)),
            )

        found = dict(each_of(coming.archive, "conversations.json", read))
        now = self._clock.now()
        return {before: talk for before, talk in found.items() if talk.expires_at > now}


def _numbers(coming: Coming) -> Mapping[str, int]:
    """Of messages of before they told their numbers: by their times, a question before its answer."""

    def read(record: Record) -> tuple[str, datetime, bool, str] | None:
        if "seq" in record:
            return None
        is_answer = record.get("role") != Role.VISITOR
        return text_in(record, "conversation_id"), time_in(record, "created_at"), is_answer, text_in(record, "_id")

    ordered = sorted(each for each in each_of(coming.archive, "messages.json", read) if each)
    said, numbers = Counter[str](), dict[str, int]()
    for conversation, _at, _is_answer, message in ordered:
        said[conversation] += 1
        numbers[message] = said[conversation]
    return numbers


def _messages(coming: Coming, talks: Mapping[str, Conversation]) -> Iterator[Message]:
    """The complete messages of these conversations."""
    numbers = _numbers(coming)

    def read(record: Record) -> Message | None:
        before = text_in(record, "conversation_id")
        talk = talks.get(before)
        if talk is None or record.get("state") == PENDING:
            return None
        if talk.scope != coming.scope_of(record):
            raise BadInput(_("“{field}” is not in the form mimi wrote it in", field="app_id"))
        return message_in(record, talk.scope, coming.ids, talk.expires_at, numbers.get(text_in(record, "_id"), 1))

    return (each for each in each_of(coming.archive, "messages.json", read) if each)
