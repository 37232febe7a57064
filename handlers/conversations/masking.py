"""What visitors wrote about themselves is masked once a conversation is over: the same words, the values replaced.

Sought is in the visitor's own words. What is found there is replaced there and wherever it is quoted: in answers and
the owner's replies, alerts, questions asked in vain and what came of them, and news that still waits. A piece of
knowledge is the owner's, and stays as they wrote it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import timedelta
from typing import Any

import structlog

from guardrail.details import Details
from guardrail.findings import GuardrailFailed
from guardrail.pii import hidden, redacted
from guardrail.public_contacts import PublicContacts
from handlers.entries.guard import public_contacts
from handlers.ports import Clock
from knowledge.phrases import Tag
from knowledge.store.apps.apps import AppRepository
from knowledge.store.conversations.conversations import Conversation, ConversationRepository
from knowledge.store.conversations.messages import Message, MessageRepository, Role
from knowledge.store.database import OwnerScope
from knowledge.store.masked import Quotes
from knowledge.store.outbox.unsent_rows import UnsentRows

log = structlog.get_logger()

# Longer than the longest conversation takes; what a process that dies has left, the next one does again.
LEASE = timedelta(minutes=10)
LOOK_AGAIN = timedelta(minutes=30)  # at what an owner is talking in
AT_A_TIME = 500  # messages read at once
LATIN, KATAKANA = "A-Za-z0-9", "ァ-ヶー"
HONORIFIC = r"(?=様|さま|さん|氏|くん|君|ちゃん|先生)"


class Masking:
    """Masks the conversations whose time has come, each by one process; done again, it changes nothing."""

    def __init__(
        self,
        conversations: ConversationRepository,
        messages: MessageRepository,
        apps: AppRepository,
        quotes: Quotes,
        unsent: UnsentRows,
        details: Details,
        clock: Clock,
    ) -> None:
        self._conversations = conversations
        self._messages = messages
        self._apps = apps
        self._quotes = quotes
        self._unsent = unsent
        self._details = details
        self._clock = clock

    async def mask_due(self) -> int:
        """Mask all that are due; how many. One that could not be checked is tried again, and stops no other."""
        done = 0
        while True:
            now = self._clock.now()
            until = now + LEASE
            conversation = await self._conversations.take_to_mask(now, until)
            if conversation is None:
                return done
            if conversation.takeover:
                await self._conversations.mask_later(conversation, until, now + LOOK_AGAIN)
                continue
            try:
                await self._mask(conversation)
            except GuardrailFailed:
                log.warning("not masked", conversation=conversation.id)
                continue
            await self._conversations.set_masked(conversation, until, now)
            done += 1

    async def _mask(self, conversation: Conversation) -> None:
        """The visitor's own words come last: whoever goes on after a kill still finds in them what to look for."""
        app = await self._apps.get(conversation.scope)
        if app is None:
            return
        public, said = public_contacts(app), await self._said(conversation)
        own = [each for each in said if each.role is Role.VISITOR]
        values: set[str] = set()
        masked = [(each, await self._without(each.text, each.lang, public, values)) for each in own]
        others = [
            (each, _without_values(each.text, values, each.lang)) for each in said if each.role is not Role.VISITOR
        ]
        await self._mask_quotes(conversation, public, values)
        for changed in (others, masked):
            await self._messages.mask(conversation.scope, [(was, text) for was, text in changed if text != was.text])

    async def _said(self, conversation: Conversation) -> Sequence[Message]:
        """What is not masked yet, up to what was the last message when its time had come."""
        said: list[Message] = []
        at = conversation.masked_seq
        while page := await self._messages.after(conversation.scope, conversation.id, at, AT_A_TIME):
            said += [each for each in page if each.seq is not None and each.seq <= conversation.seq]
            at = page[-1].seq or conversation.seq
        return said

    async def _mask_quotes(self, conversation: Conversation, public: PublicContacts, values: set[str]) -> None:
        """Questions that were kept are the visitor's words, at times in the model's wording: looked through, too."""
        scope, kept = conversation.scope, await self._quotes.of(conversation.scope, conversation.id)
        for quote in kept:
            text = await self._without(quote.text, quote.lang or conversation.lang, public, values)
            if text != quote.text:
                await self._quotes.replace(scope, quote, text)
        for quote in await self._quotes.saying(scope, sorted(values)):
            await self._quotes.replace(
                scope, quote, _without_values(quote.text, values, quote.lang or conversation.lang)
            )
        await self._mask_news(conversation, {conversation.id, *(quote.row_id for quote in kept)}, values)

    async def _mask_news(self, conversation: Conversation, about: Set[str], values: Set[str]) -> None:
        """What has not reached the owner: news of the conversation, and what carries it or answers a question of theirs
        about it, which is about nothing itself."""
        for row in await self._unsent.of(OwnerScope(conversation.scope.owner_id)) if values else ():
            said = _reworded(row.body, values, conversation.lang)
            if row.subject in {"", *about} and said != row.body:
                await self._unsent.say(row, said)

    async def _without(self, text: str, lang: Tag, public: PublicContacts, values: set[str]) -> str:
        """The words without what is found in them, which `values` learns, and without what it knows already."""
        found = await self._details.find(text, public)
        values.update(text[each.start : each.end] for each in found)
        return _without_values(redacted(text, found, lambda _kind: hidden(lang)).text, values, lang)


def _reworded(value: Any, values: Iterable[str], lang: Tag) -> Any:
    """A row's body, in every text that a person will read."""
    if isinstance(value, Mapping):
        return {name: _reworded(each, values, lang) for name, each in value.items()}
    if isinstance(value, list):
        return [_reworded(each, values, lang) for each in value]
    return _without_values(value, values, lang) if isinstance(value, str) else value


def _without_values(text: str, values: Iterable[str], lang: Tag) -> str:
    """The words without these values, the longest first; inside another word nothing is one."""
    there = [each for each in values if each in text]
    if not there:
        return text
    pattern = "|".join(map(_alone, sorted(there, key=len, reverse=True)))
    return re.sub(pattern, lambda _match: hidden(lang), text)


def _alone(value: str) -> str:
    """A value where it stands for itself: 林 in 小林 or 林檎 is nobody, 林さん is."""
    quoted = re.escape(value)
    if len(value) < 3 and not value.isascii():
        return quoted + HONORIFIC
    for letters in (LATIN, KATAKANA):
        if re.match(f"[{letters}]", value[0]):
            quoted = f"(?<![{letters}]){quoted}"
        if re.match(f"[{letters}]", value[-1]):
            quoted = f"{quoted}(?![{letters}])"
    return quoted
