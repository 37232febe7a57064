"""The Notifier that is LINE: a reply while its token may be good, or a push that was decided on, with a retry key."""

from datetime import timedelta

from bot.line.client import LineAnswer, LineApi
from bot.line.render import render
from bot.line.verdicts import Verdict, judge
from handlers.outgoing import from_body
from handlers.ports import Clock, MayHaveArrived, NoAnswer, NoQuota, NotNow, NotSendable, NotSent, TooLate, Unclear
from knowledge.store.outbox.outbox import OutboxRepository, OutboxRow, Paid

# LINE promises a minute and does not say when a token ends (send reply message). Trying costs nothing, a push does.
WORTH_A_TRY = timedelta(minutes=20)


class LineNotifier:
    """Sends rows to LINE users so that each arrives once (LINE: send reply message, retrying an API request)."""

    def __init__(self, line: LineApi, outbox: OutboxRepository, clock: Clock) -> None:
        self._line = line
        self._outbox = outbox
        self._clock = clock

    async def send(self, row: OutboxRow) -> tuple[str, ...]:
        """The ids LINE gave the messages; raises what says why there are none (bot/out/sender.py).

        An answer is never pushed from here: TooLate says that its free way has ended.
        """
        messages = render(from_body(row.body))
        if row.reply_token:
            return await self._reply(row, messages)
        if row.paid is Paid.NOT:
            raise TooLate("it has no reply token")
        return _ids(await self._line.push(row.to, messages, row.retry_key))

    async def _reply(self, row: OutboxRow, messages: list[dict[str, object]]) -> tuple[str, ...]:
        """A reply has no retry key. After one whose fate nobody knows, "Invalid reply token" within the token's minute
        means that it arrived; later it tells nothing."""
        until, now = row.reply_until or row.created_at, self._clock.now()
        if now >= until + WORTH_A_TRY:
            raise _late(row)
        if row.attempts and not row.reply_tried:  # what its writer sends at once is marked already
            await self._outbox.mark_reply_tried(row, tried=True)
        outcome = await self._line.reply(row.reply_token, messages)
        if judge(outcome) is Verdict.TOKEN_DEAD:
            if row.reply_tried and now < until:
                return ()
            raise _late(row)
        if (outcome.not_sent or 400 <= outcome.status < 500) and not row.reply_tried:
            await self._outbox.mark_reply_tried(row, tried=False)  # refused for certain
        return _ids(outcome)


def _late(row: OutboxRow) -> TooLate:
    return MayHaveArrived("nobody knows") if row.reply_tried else TooLate("its reply token is dead")


def _ids(outcome: LineAnswer) -> tuple[str, ...]:
    problem = f"{outcome.status} {outcome.message}".strip()
    match judge(outcome):
        case Verdict.ACCEPTED:
            return outcome.message_ids
        case Verdict.SHUT:
            raise NotNow(problem)
        case Verdict.NO_QUOTA:
            raise NoQuota(problem)
        case Verdict.NEVER:
            raise NotSendable(problem)
        case Verdict.UNCLEAR:
            raise Unclear(problem)
    raise NoAnswer(problem) if outcome.late else NotSent(problem)
