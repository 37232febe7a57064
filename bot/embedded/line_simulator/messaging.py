"""LINE's endpoints for messages: reply, push, multicast, their checks, the quota, content, loading."""

import uuid
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.embedded.line_simulator import errors
from bot.embedded.line_simulator.call import Answer, Call
from bot.embedded.line_simulator.channel import Channel
from bot.embedded.line_simulator.errors import LineError, Problem
from bot.embedded.line_simulator.images import image_type
from bot.embedded.line_simulator.limits import messages_problems
from bot.embedded.line_simulator.state import ChatItem, RetryKey

RETRY_KEY = "X-Line-Retry-Key"
DEFAULT_LOADING_SECONDS = 20


def reply(call: Call) -> Answer:
    body = call.json("ReplyMessageRequest", _messages)
    account = call.channel.spend_reply_token(body["replyToken"])
    sent = call.channel.send(account, body["messages"])
    call.channel.changed()
    return {"sentMessages": sent}


def push(call: Call) -> Answer:
    body = call.json("PushMessageRequest", _messages)
    key = _fresh_retry_key(call, body)
    account = call.channel.state.accounts.get(body["to"])
    if account is None:
        raise errors.failed_to_send()
    call.channel.use_quota(int(call.channel.reaches(account)))
    sent = call.channel.send(account, body["messages"])
    _keep_retry_key(call, key, body, sent)
    call.channel.changed()
    return {"sentMessages": sent}


def multicast(call: Call) -> Answer:
    body = call.json("MulticastRequest", _messages)
    key = _fresh_retry_key(call, body)
    known = [call.channel.state.accounts.get(user_id) for user_id in body["to"]]
    # Multicast reaches friends only, and says nothing about the others.
    reached = [account for account in known if account and account.friend and not account.blocked]
    call.channel.use_quota(len(reached))
    for account in reached:
        call.channel.send(account, body["messages"])
    _keep_retry_key(call, key, body, [])
    call.channel.changed()
    return {}


def validate(call: Call) -> Answer:
    call.json("ValidateMessageRequest", _messages)
    return {}


def quota(call: Call) -> Answer:
    limit = call.channel.quota
    return {"type": "none"} if limit is None else {"type": "limited", "value": limit}


def quota_consumption(call: Call) -> Answer:
    return {"totalUsage": call.channel.used_quota()}


def show_loading(call: Call) -> Answer:
    body = call.json("ShowLoadingAnimationRequest", _loading)
    account = call.channel.state.accounts.get(body["chatId"])
    if account and call.channel.reaches(account):
        seconds = body.get("loadingSeconds", DEFAULT_LOADING_SECONDS)
        account.loading_until = call.channel.now() + timedelta(seconds=seconds)
        call.channel.changed()
    return web.json_response({}, status=202)


def content(call: Call) -> Answer:
    item = _message_of_a_person(call.channel, call.params["messageId"])
    if item.unsent:
        raise errors.gone()
    data = call.channel.storage.picture(item.id)
    if data is None:
        raise errors.not_found()
    return web.Response(body=data, content_type=image_type(data) or "application/octet-stream")


def transcoding(call: Call) -> Answer:
    _message_of_a_person(call.channel, call.params["messageId"])
    return {"status": "succeeded"}


def _messages(body: dict[str, Any]) -> list[Problem]:
    return messages_problems(body["messages"])


def _loading(body: dict[str, Any]) -> list[Problem]:
    found = []
    if body.get("loadingSeconds", DEFAULT_LOADING_SECONDS) % 5:
        found.append(Problem("loadingSeconds", "Must be a multiple of 5"))
    if not body["chatId"].startswith("U"):
        found.append(Problem("chatId", "Must be a user ID"))
    return found


def _fresh_retry_key(call: Call, body: dict[str, Any]) -> str | None:
    """The request's retry key; 409 when it was accepted before, 400 when it is no UUID."""
    key = call.headers.get(RETRY_KEY)
    if key is None:
        return None
    try:
        uuid.UUID(key)
    except ValueError as error:
        raise LineError(400, "The retry key is invalid") from error
    before = call.channel.accepted_before(key)
    if before is None:
        return key
    if before.body != body:
        # LINE asks for the same body and does not say what it does with another: for tests to see.
        call.recorded.problems.append("the retry key was first sent with another body")
    sent = {"sentMessages": before.sent_messages} if before.sent_messages else {}
    headers = {"x-line-accepted-request-id": before.request_id}
    raise LineError(409, "The retry key is already accepted", extra=sent, headers=headers)


def _keep_retry_key(call: Call, key: str | None, body: dict[str, Any], sent: list[dict[str, str]]) -> None:
    if key:
        call.channel.state.retry_keys[key] = RetryKey(call.channel.now(), call.recorded.request_id, body, sent)


def _message_of_a_person(channel: Channel, message_id: str) -> ChatItem:
    for account in channel.state.accounts.values():
        for item in account.chat:
            if item.id == message_id and not item.from_bot:
                return item
    raise errors.not_found()
