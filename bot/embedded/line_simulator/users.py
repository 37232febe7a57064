"""LINE's endpoints about people and the bot itself: profile, followers, link token, bot info, webhook address."""

import secrets
from typing import Any

from bot.embedded.line_simulator import errors
from bot.embedded.line_simulator.call import Answer, Call
from bot.embedded.line_simulator.channel import Channel
from bot.embedded.line_simulator.state import Account, LinkToken


def profile(call: Call) -> Answer:
    account = _friend(call.channel, call.params["userId"])
    return {"userId": account.user_id, "displayName": account.name, "language": account.language}


def followers(call: Call) -> Answer:
    accounts = call.channel.state.accounts.values()
    return {"userIds": [account.user_id for account in accounts if account.friend and not account.blocked]}


def link_token(call: Call) -> Answer:
    account = _friend(call.channel, call.params["userId"])
    token = secrets.token_urlsafe(24)
    call.channel.state.link_tokens[token] = LinkToken(account.user_id, call.channel.now())
    call.channel.changed()
    return {"linkToken": token}


def bot_info(call: Call) -> Answer:
    return {
        "userId": call.channel.bot_user_id,
        "basicId": "@000simul",
        "displayName": "mimi",
        "chatMode": call.channel.chat_mode,
        "markAsReadMode": "auto",
    }


def webhook_endpoint(call: Call) -> Answer:
    if not call.channel.webhook_url:
        raise errors.not_found()
    return {"endpoint": call.channel.webhook_url, "active": call.channel.webhook_active}


def set_webhook_endpoint(call: Call) -> Answer:
    body: dict[str, Any] = call.json("SetWebhookEndpointRequest")
    call.channel.webhook_url = body["endpoint"]
    call.channel.changed()
    return {}


async def test_webhook_endpoint(call: Call) -> Answer:
    """LINE posts no events to the endpoint given, else to the one that is set, and says what came back."""
    body: dict[str, Any] = call.json("TestWebhookEndpointRequest") if call.raw else {}
    url = body.get("endpoint") or call.channel.webhook_url
    if not url:
        raise errors.not_found()
    tried = await call.delivery.knock(url)
    return {
        "success": tried.reason == "OK",
        "timestamp": call.channel.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "statusCode": tried.status,
        "reason": tried.reason,
        "detail": tried.detail,
    }


def _friend(channel: Channel, user_id: str) -> Account:
    """The person, if they are a friend; 404 for everyone else alike."""
    account = channel.state.accounts.get(user_id)
    if account is None or account.blocked or not account.friend:
        raise errors.not_found()
    return account
