"""LINE's API about channel access tokens (channel-access-token.yml): what the configured token is, whose, how long.

For `doctor`. Form posts without an Authorization header; LINE's SDK has them for https://api.line.me alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

import aiohttp

from bot.line.client import CONNECT_SECONDS, TIMEOUT_SECONDS

REFUSED = {400, 401}
# A stateless token is known to neither of the calls that verify one, and lasts this long.
STATELESS = timedelta(minutes=15)


@dataclass(frozen=True)
class TokenFacts:
    """The channel a token is of ("" where LINE does not tell) and for how long it is good."""

    channel_id: str
    lasts: timedelta


class ChannelTokens:
    """The calls. What LINE does not answer as documented is None."""

    def __init__(self, api_url: str) -> None:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS, sock_connect=CONNECT_SECONDS)
        self._url = api_url.rstrip("/")
        self._http = aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def facts(self, token: str) -> TokenFacts | None:
        """What LINE says of a token that it accepts: long- and short-lived ones, then those of version 2.1."""
        status, body = await self._ask("POST", "/v2/oauth/verify", data={"access_token": token})
        if status in REFUSED:
            status, body = await self._ask("GET", "/oauth2/v2.1/verify", params={"access_token": token})
        if status in REFUSED:
            return TokenFacts("", STATELESS)
        seconds = body.get("expires_in")
        if status != 200 or not isinstance(seconds, int):
            return None
        return TokenFacts(str(body.get("client_id", "")), timedelta(seconds=seconds))

    async def is_secret_of(self, channel_id: str, secret: str) -> bool | None:
        """Whether the channel has this secret: whether LINE gives a stateless token for it, which nothing counts or
        remembers, and which is thrown away here.
        """
        form = {"grant_type": "client_credentials", "client_id": channel_id, "client_secret": secret}
        status, body = await self._ask("POST", "/oauth2/v3/token", data=form)
        if status == 200 and "access_token" in body:
            return True
        return False if status in REFUSED and "error" in body else None

    async def _ask(self, method: str, path: str, **request: Any) -> tuple[int, Mapping[str, Any]]:
        try:
            async with self._http.request(method, f"{self._url}{path}", allow_redirects=False, **request) as answer:
                body = await answer.json(content_type=None)
                return answer.status, body if isinstance(body, dict) else {}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return 0, {}
