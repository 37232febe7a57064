"""One bot's channel on the platform: its credentials, its state, and the rules that LINE keeps."""

import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from bot.embedded.line_simulator import errors
from bot.embedded.line_simulator.changes import Changes
from bot.embedded.line_simulator.errors import LineError
from bot.embedded.line_simulator.state import Account, ChatItem, LinkToken, ReplyToken, RetryKey, State
from bot.embedded.line_simulator.storage import Storage

Message = dict[str, Any]
REPLY_WITHIN = timedelta(minutes=1)
REPLY_TO_REDELIVERED_WITHIN = timedelta(minutes=20)
RETRY_KEY_KEPT = timedelta(hours=24)
LINK_TOKEN_KEPT = timedelta(minutes=10)
# A person who is no friend can be pushed to for so long after writing.
PUSH_AFTER_WRITING = timedelta(days=7)
QUOTABLE = {"text", "textV2", "sticker", "image", "video", "template", "flex"}
# Seconds: what LINE says of a long-lived token (channel-access-token.yml).
LONG_LIVED = 3_138_007_490
JAPAN = timezone(timedelta(hours=9))


@dataclass
class Channel:
    """What the API and the phone share. Every change goes through `changed`, which keeps it and rings the bell."""

    secret: str
    access_token: str
    bot_user_id: str
    quota: int | None
    now: Callable[[], datetime]
    storage: Storage
    changes: Changes
    state: State = field(default_factory=State)
    webhook_url: str = ""
    webhook_active: bool = True
    chat_mode: str = "bot"
    id: str = "2000000001"
    token_lasts: int = LONG_LIVED
    token_is_jwt: bool = False

    def changed(self) -> None:
        self.storage.save(self.state)
        self.changes.notify()

    def next_message_id(self) -> str:
        self.state.last_message_id += 1
        return str(self.state.last_message_id)

    def quote_token(self, message_id: str) -> str:
        """The token that quotes this message; it never expires and can be told from an invented one."""
        digest = hmac.digest(self.secret.encode(), b"quote:" + message_id.encode(), "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def reaches(self, account: Account) -> bool:
        """Whether a push gets to this person; LINE answers 200 either way."""
        if account.blocked:
            return False
        wrote = account.wrote_at
        return account.friend or (wrote is not None and self.now() - wrote <= PUSH_AFTER_WRITING)

    def send(self, account: Account | None, messages: list[Message]) -> list[dict[str, str]]:
        """Put messages into a chat, if they reach it; returns LINE's `sentMessages`."""
        sent = []
        for message in messages:
            item = ChatItem(self.next_message_id(), from_bot=True, message=message, at=self.now())
            token = {"quoteToken": self.quote_token(item.id)} if message["type"] in QUOTABLE else {}
            sent.append({"id": item.id, **token})
            if account and self.reaches(account):
                item.quoted = self.quoted_by(account, message)
                account.chat.append(item)
                account.loading_until = None
        return sent

    def quoted_by(self, account: Account, message: Message) -> str | None:
        """The id of the message that a bot's message quotes; 400 for a token of no message in this chat."""
        token = message.get("quoteToken")
        if token is None:
            return None
        for item in account.chat:
            if self.quote_token(item.id) == token:
                return item.id
        raise LineError(400, "Invalid quote token")

    def note_delivery(self, token: str, user_id: str | None, event_at: datetime, *, redelivered: bool) -> None:
        """A reply token is on its way to the bot; its minute begins."""
        known = self.state.reply_tokens.setdefault(token, ReplyToken(user_id, event_at, self.now()))
        known.delivered_at, known.redelivered = self.now(), redelivered

    def spend_reply_token(self, token: str) -> Account | None:
        """The person a reply goes to (None: a group). 400 when the token is unknown, used or old."""
        known, now = self.state.reply_tokens.get(token), self.now()
        if known is None or known.used or now - known.delivered_at > REPLY_WITHIN:
            raise errors.invalid_reply_token()
        if known.redelivered and now - known.event_at > REPLY_TO_REDELIVERED_WITHIN:
            raise errors.invalid_reply_token()
        known.used = True
        return self.state.accounts.get(known.user_id or "")

    def accepted_before(self, key: str) -> RetryKey | None:
        """The request that was accepted under this retry key within the last 24 hours."""
        known = self.state.retry_keys.get(key)
        return known if known and self.now() - known.at <= RETRY_KEY_KEPT else None

    def used_quota(self) -> int:
        return self.state.used_quota.get(self._month(), 0)

    def use_quota(self, recipients: int) -> None:
        """Count so many recipients; 429 when the month has no room for them."""
        used = self.used_quota() + recipients
        if self.quota is not None and used > self.quota:
            raise errors.monthly_limit()
        self.state.used_quota[self._month()] = used

    def usable_link_token(self, token: str, account: Account) -> LinkToken | None:
        """The token if it can be used now; what it says about the person is the caller's to compare."""
        known = self.state.link_tokens.get(token)
        if known is None or known.used or not account.friend or self.now() - known.at > LINK_TOKEN_KEPT:
            return None
        return known

    def redeem_link_token(self, token: str, account: Account) -> LinkToken | None:
        """The same, used up."""
        known = self.usable_link_token(token, account)
        if known:
            known.used = True
        return known

    def rich_menu_of(self, account: Account) -> str | None:
        """The menu a person sees: their own wins over the default."""
        return account.rich_menu_id or self.state.default_rich_menu

    def _month(self) -> str:
        return self.now().astimezone(JAPAN).strftime("%Y-%m")
