"""The Notifier that is LINE: a reply while its token is young, else a push with a retry key."""

from bot.line.client import LineApi, Outcome
from bot.line.quota import QuotaWatch
from bot.line.render import render
from bot.sender import NoQuota, NotSendable, NotSent
from handlers.outgoing import from_body
from handlers.ports import Clock
from knowledge.store.outbox import OutboxRepository, OutboxRow

INVALID_TOKEN = "Invalid reply token"  # noqa: S105 (LINE's error message)
QUOTA_GONE = "You have reached your monthly limit."


class LineNotifier:
    """Sends rows to LINE users so that each arrives once (LINE: send reply message, retrying an API request)."""

    def __init__(self, line: LineApi, outbox: OutboxRepository, quota: QuotaWatch, clock: Clock) -> None:
        self._line = line
        self._outbox = outbox
        self._quota = quota
        self._clock = clock

    async def send(self, row: OutboxRow) -> tuple[str, ...]:
        """The ids LINE gave the messages. Raises NotSent when it may be tried again, NotSendable when not."""
        messages = render(from_body(row.body))
        if row.reply_token:
            outcome = await self._reply(row, messages)
            if outcome is not None:
                return _ids(outcome)
            await self._outbox.drop_reply_token(row)
        message_ids = _ids(await self._line.push(row.to, messages, row.retry_key))
        await self._quota.pushed(row)
        return message_ids

    async def _reply(self, row: OutboxRow, messages: list[dict[str, object]]) -> Outcome | None:
        """What came of replying, or None when only a push can deliver it.

        A reply has no retry key. After one whose fate nobody knows, "Invalid reply token" within the
        token's minute means that it arrived; later it tells nothing, and arriving twice is the lesser evil.
        """
        if row.reply_until is None or self._clock.now() >= row.reply_until:
            return None
        await self._outbox.mark_reply_tried(row, tried=True)
        outcome = await self._line.reply(row.reply_token, messages)
        if outcome.status == 400 and outcome.message == INVALID_TOKEN:
            return Outcome(200) if row.reply_tried else None
        if 400 <= outcome.status < 500:
            await self._outbox.mark_reply_tried(row, tried=False)  # refused for certain
        return outcome


def _ids(outcome: Outcome) -> tuple[str, ...]:
    if outcome.accepted:
        return outcome.message_ids
    problem = f"{outcome.status} {outcome.message}".strip()
    if outcome.status == 429 and outcome.message == QUOTA_GONE:
        raise NoQuota(problem)
    if outcome.status in {0, 429} or outcome.status >= 500:
        raise NotSent(problem)
    raise NotSendable(problem)
