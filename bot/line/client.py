"""LINE's Messaging API through LINE's own SDK: what mimi calls, and what came of each call.

The SDK's way to the network is replaced: it follows redirects, decodes what it cannot, allows ten calls at a time on
two cores, and keeps no headers of what it cannot read.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from linebot.v3.messaging import (
    ApiException,
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
    PushMessageRequest,
    ReplyMessageRequest,
    SetWebhookEndpointRequest,
    ShowLoadingAnimationRequest,
    TestWebhookEndpointRequest,
)
from linebot.v3.messaging.async_rest import RESTResponse
from pydantic.v1 import ValidationError as SdkValidationError

log = structlog.get_logger()

# The SDK's own limit is five minutes; nobody waits that long in a chat, and LINE answers in a fraction of a second.
TIMEOUT_SECONDS = 6.0
CONNECT_SECONDS = 3.0
# The SDK's own limit is five for each core: so many calls that hang would hold up all others.
CALLS_AT_ONCE = 300
# "Every answer has x-line-request-id" (LINE: response headers): what has none was said by something on the way.
REQUEST_ID = "x-line-request-id"
LOADING_SECONDS = 20
# The reply waits for this call to end, so that the animation never comes after it.
LOADING_TIMEOUT_SECONDS = 1.5
AS_USUAL = {"_request_timeout": TIMEOUT_SECONDS}


@dataclass(frozen=True)
class LineAnswer:
    """What LINE said. `status` 0: no answer; it may have arrived, unless it was `not_sent`: no connection was made.

    `from_line` is False for what a proxy or another server answered in LINE's place; `late` for an answer that was
    waited for in vain.
    """

    status: int
    message: str = ""
    message_ids: tuple[str, ...] = ()
    body: Mapping[str, Any] | None = None
    from_line: bool = True
    not_sent: bool = False
    late: bool = False

    @property
    def said(self) -> str:
        """What LINE said is wrong: its message, and the properties it objects to."""
        details = (self.body or {}).get("details")
        found = details if isinstance(details, list) else []
        properties = [str(each.get("property", "")) for each in found if isinstance(each, dict)]
        return " ".join([self.message, *properties])

    @property
    def accepted(self) -> bool:
        """2xx, or 409: this retry key was accepted before (LINE: retrying an API request)."""
        return self.from_line and (200 <= self.status < 300 or self.status == 409)


class LineApi:
    """The calls. None of them raises for what LINE or the network does: the outcome says it."""

    def __init__(self, api_url: str, access_token: str) -> None:
        configuration = Configuration(host=api_url.rstrip("/"), access_token=access_token)
        configuration.connection_pool_maxsize = CALLS_AT_ONCE
        self._client = _Client(configuration)
        self._api = AsyncMessagingApi(self._client)

    async def close(self) -> None:
        await self._client.close()

    async def reply(self, reply_token: str, messages: Sequence[Mapping[str, Any]]) -> LineAnswer:
        """Answer a webhook, free of charge; one to five messages."""
        # Without a retry key: LINE refuses one on anything but the four ways to push (LINE: retrying an API request).
        request = ReplyMessageRequest.from_dict({"replyToken": reply_token, "messages": list(messages)})
        return await self._call("reply", lambda: self._api.reply_message_with_http_info(request, **AS_USUAL))

    async def push(self, to: str, messages: Sequence[Mapping[str, Any]], retry_key: str) -> LineAnswer:
        """Send unasked, counted in the month's quota; the same key and body may be sent again within 24 hours."""
        request = PushMessageRequest.from_dict({"to": to, "messages": list(messages)})
        return await self._call(
            "push",
            lambda: self._api.push_message_with_http_info(request, x_line_retry_key=retry_key, **AS_USUAL),
        )

    async def show_loading(self, user_id: str) -> LineAnswer:
        """Show that mimi is working; goes away by itself or with the next message."""
        request = ShowLoadingAnimationRequest(chatId=user_id, loadingSeconds=LOADING_SECONDS)
        return await self._call(
            "loading",
            lambda: self._api.show_loading_animation_with_http_info(request, _request_timeout=LOADING_TIMEOUT_SECONDS),
        )

    async def profile_language(self, user_id: str) -> str | None:
        """The BCP 47 tag of the person's language, where LINE tells it."""
        outcome = await self._call("profile", lambda: self._api.get_profile_with_http_info(user_id, **AS_USUAL))
        language = (outcome.body or {}).get("language")
        return language if isinstance(language, str) else None

    async def link_token(self, user_id: str) -> LineAnswer:
        """A permission to link this person's account, once within ten minutes (LINE: linking accounts)."""
        return await self._call("link token", lambda: self._api.issue_link_token_with_http_info(user_id, **AS_USUAL))

    async def quota(self) -> tuple[int | None, int] | None:
        """The month's limit (None: there is none) and LINE's count of what is used; None if LINE does not tell."""
        quota = await self._call("quota", lambda: self._api.get_message_quota_with_http_info(**AS_USUAL))
        used = await self._call("quota", lambda: self._api.get_message_quota_consumption_with_http_info(**AS_USUAL))
        limit, usage = (quota.body or {}).get("value"), (used.body or {}).get("totalUsage")
        if not quota.body or not isinstance(usage, int):
            return None
        return limit if isinstance(limit, int) else None, usage

    async def bot_info(self) -> LineAnswer:
        """Whose channel this is; for `doctor`, since it fails exactly when the token does."""
        return await self._call("info", lambda: self._api.get_bot_info_with_http_info(**AS_USUAL))

    async def webhook_endpoint(self) -> LineAnswer:
        """The webhook URL that LINE has (`endpoint`) and whether it is used (`active`); 404: none is set."""
        return await self._call("webhook", lambda: self._api.get_webhook_endpoint_with_http_info(**AS_USUAL))

    async def set_webhook_endpoint(self, url: str) -> LineAnswer:
        """Give LINE another webhook URL; it may take a minute until events go there."""
        request = SetWebhookEndpointRequest(endpoint=url)
        return await self._call("webhook", lambda: self._api.set_webhook_endpoint_with_http_info(request, **AS_USUAL))

    async def test_webhook(self, url: str) -> LineAnswer:
        """Have LINE post no events to `url`: `success`, `statusCode`, `reason`, `detail`. 60 times an hour at most."""
        request = TestWebhookEndpointRequest(endpoint=url)
        return await self._call(
            "webhook test", lambda: self._api.test_webhook_endpoint_with_http_info(request, **AS_USUAL)
        )

    async def _call(self, endpoint: str, call: Callable[[], Awaitable[Any]]) -> LineAnswer:
        try:
            response = await call()
            body = response.data.to_dict() if hasattr(response.data, "to_dict") else None
            outcome = LineAnswer(response.status_code, message_ids=_sent_ids(body), body=body)
        except ApiException as error:
            outcome = _refused(error)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            not_sent = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)
            late = isinstance(error, TimeoutError)
            outcome = LineAnswer(0, type(error).__name__, not_sent=not_sent, late=late)
        # Nothing is tried again in here: the outbox knows what may be said twice, and until when.
        except (SdkValidationError, ValueError, TypeError, LookupError):
            # LINE's own 2xx, whose body the SDK cannot read: it was accepted all the same.
            outcome = LineAnswer(200, "unreadable answer")
        log.info("line called", endpoint=endpoint, status=outcome.status)
        return outcome


class _Client(AsyncApiClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's client with a way to the network on which whatever LINE has not said is an error, however it looks."""

    async def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: object = None,
        _request_timeout: float = TIMEOUT_SECONDS,
        **_others: object,
    ) -> RESTResponse:
        """One call. Raises ApiException unless LINE did what was asked, and aiohttp's errors."""
        timeout = aiohttp.ClientTimeout(total=_request_timeout, sock_connect=CONNECT_SECONDS)
        sent = json.dumps(body) if body is not None else None
        headers = {"Content-Type": "application/json", **(headers or {})}
        async with self.rest_client.pool_manager.request(
            method, url, headers=headers, data=sent, timeout=timeout, allow_redirects=False
        ) as answer:
            text = (await answer.read()).decode("utf-8", "replace")
        response = RESTResponse(answer, text.encode())
        if not 200 <= answer.status < 300 or not _is_lines(answer.headers, text):
            raise ApiException(http_resp=response)
        return response


def _is_lines(headers: Mapping[str, str], text: str) -> bool:
    """Whether LINE itself answered. A proxy may drop the header, but does not name messages that were sent."""
    return REQUEST_ID in headers or "sentMessages" in _json(text)


def _json(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _refused(error: ApiException) -> LineAnswer:
    text = error.body or ""
    body, is_lines = _json(text), _is_lines(error.headers or {}, text)
    return LineAnswer(error.status or 0, str(body.get("message", "")), _sent_ids(body), body, from_line=is_lines)


def _sent_ids(body: Mapping[str, Any] | None) -> tuple[str, ...]:
    sent = (body or {}).get("sentMessages") or []
    return tuple(str(message["id"]) for message in sent if isinstance(message, dict) and "id" in message)
