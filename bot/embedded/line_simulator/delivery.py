"""Webhooks on their way to the bot: signed, posted, and remembered."""

import asyncio
import base64
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp

from bot.embedded.line_simulator.channel import Channel
from bot.embedded.line_simulator.events import Event, redelivered
from bot.embedded.line_simulator.state import Account

KEPT = 1000
# LINE counts a webhook as failed when it has no answer by then.
PATIENCE_SECONDS = 2.0


@dataclass(frozen=True)
class Delivered:
    """A webhook as it was posted, and the status that came back (0: none)."""

    body: bytes
    signature: str
    status: int


@dataclass(frozen=True)
class Knock:
    """What came of LINE's own test of a webhook URL, in LINE's words; `status` 0: no answer."""

    status: int
    reason: str
    detail: str


def sign(secret: str, body: bytes) -> str:
    """The value of `x-line-signature` for these bytes."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


class Delivery:
    """Posts webhooks to the channel's address."""

    def __init__(self, channel: Channel) -> None:
        self.patience = PATIENCE_SECONDS
        self.delivered: list[Delivered] = []
        self._channel = channel
        self._session: aiohttp.ClientSession | None = None

    async def deliver(
        self,
        events: Sequence[Event],
        *,
        redelivery: bool = False,
        signature: str | None = None,
        raw: bytes | None = None,
    ) -> int:
        """POST the events, or `raw` as it is, and return the status; 0 when no answer came in time."""
        sent = [redelivered(event) for event in events] if redelivery else list(events)
        for event in sent:
            self._note(event)
        body = raw if raw is not None else self.body(sent)
        return await self._post(body, signature if signature is not None else sign(self._channel.secret, body))

    def body(self, events: Sequence[Event]) -> bytes:
        """The request body LINE would send for these events."""
        webhook = {"destination": self._channel.bot_user_id, "events": list(events)}
        return json.dumps(webhook, ensure_ascii=False, separators=(",", ":")).encode()

    async def knock(self, url: str) -> Knock:
        """POST no events to `url`, as LINE does to see whether a bot is there. Redirects are not followed."""
        body = self.body([])
        headers = _headers(sign(self._channel.secret, body))
        try:
            async with asyncio.timeout(self.patience):
                async with self._opened().post(url, data=body, headers=headers, allow_redirects=False) as answer:
                    status = answer.status
        except TimeoutError:
            return Knock(0, "REQUEST_TIMEOUT", "Request timeout")
        except (aiohttp.ClientError, OSError, ValueError):
            return Knock(0, "COULD_NOT_CONNECT", f"Connection failed: {url}")
        return Knock(status, "OK" if 200 <= status < 300 else "ERROR_STATUS_CODE", str(status))

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    def _note(self, event: Event) -> None:
        """Remember whom the event's reply token answers, also of events that a test wrote by hand."""
        user_id = event.get("source", {}).get("userId")
        at = datetime.fromtimestamp(event.get("timestamp", 0) / 1000, UTC)
        if user_id:
            account = self._channel.state.accounts.setdefault(user_id, Account(user_id, user_id[:8], "ja"))
            if event.get("type") == "message":
                account.wrote_at = max(account.wrote_at or at, at)
        if token := event.get("replyToken"):
            again = bool(event.get("deliveryContext", {}).get("isRedelivery"))
            self._channel.note_delivery(token, user_id, at, redelivered=again)
        self._channel.changed()

    async def _post(self, body: bytes, signature: str) -> int:
        status = 0
        if self._channel.webhook_url and self._channel.webhook_active:
            status = await self._status(self._opened(), body, _headers(signature))
        self.delivered.append(Delivered(body, signature, status))
        del self.delivered[:-KEPT]
        self._channel.changes.notify()
        return status

    def _opened(self) -> aiohttp.ClientSession:
        self._session = self._session or aiohttp.ClientSession()
        return self._session

    async def _status(self, session: aiohttp.ClientSession, body: bytes, headers: dict[str, str]) -> int:
        try:
            async with asyncio.timeout(self.patience):
                async with session.post(self._channel.webhook_url, data=body, headers=headers) as answer:
                    await answer.read()
                    return answer.status
        except (aiohttp.ClientError, OSError):
            return 0


def _headers(signature: str) -> dict[str, str]:
    """Those of a webhook; an empty signature is left out."""
    kept = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "LineBotWebhook/2.0"}
    return kept | ({"x-line-signature": signature} if signature else {})
