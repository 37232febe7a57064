"""What the platform remembers of one bot: people and their chats, tokens, keys, the quota, rich menus."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FIRST_MESSAGE_ID = 460_000_000_000_000_000


@dataclass
class ChatItem:
    """One message in a chat, in either direction. `at` is when it was sent; `delivered` the webhook's status."""

    id: str
    from_bot: bool
    message: dict[str, Any]
    at: datetime
    quoted: str | None = None
    unsent: bool = False
    delivered: int = 200


@dataclass
class Account:
    """A person as LINE keeps them."""

    user_id: str
    name: str
    language: str
    friend: bool = False
    blocked: bool = False
    chat: list[ChatItem] = field(default_factory=list)
    opened_urls: list[str] = field(default_factory=list)
    draft: str = ""
    wrote_at: datetime | None = None
    loading_until: datetime | None = None
    rich_menu_id: str | None = None


@dataclass
class ReplyToken:
    """What a reply token is good for. Tokens of groups have no `user_id`."""

    user_id: str | None
    event_at: datetime
    delivered_at: datetime
    redelivered: bool = False
    used: bool = False


@dataclass
class RetryKey:
    """An accepted request, which must not be accepted again under the same key."""

    at: datetime
    request_id: str
    body: dict[str, Any]
    sent_messages: list[dict[str, str]]


@dataclass
class LinkToken:
    """A permission to link this person's account, once."""

    user_id: str
    at: datetime
    used: bool = False


@dataclass
class RichMenu:
    """A rich menu as it was created. It can be shown once `has_image`."""

    id: str
    menu: dict[str, Any]
    has_image: bool = False


@dataclass
class State:
    """Everything that outlives a restart, pictures apart."""

    accounts: dict[str, Account] = field(default_factory=dict)
    reply_tokens: dict[str, ReplyToken] = field(default_factory=dict)
    retry_keys: dict[str, RetryKey] = field(default_factory=dict)
    link_tokens: dict[str, LinkToken] = field(default_factory=dict)
    rich_menus: dict[str, RichMenu] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    default_rich_menu: str | None = None
    used_quota: dict[str, int] = field(default_factory=dict)
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    last_message_id: int = FIRST_MESSAGE_ID
