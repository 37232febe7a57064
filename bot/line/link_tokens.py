"""Tokens for linking accounts, from LINE."""

from typing import TYPE_CHECKING

from knowledge.errors import NotFound, Unavailable
from knowledge.phrases import _

if TYPE_CHECKING:
    from bot.line.client import LineApi


class LineLinkTokens:
    """Implements `handlers.ports.LinkTokens`; its client is made when it is first asked for a token."""

    def __init__(self, api_url: str, access_token: str) -> None:
        self._api_url, self._access_token = api_url, access_token
        self._api: LineApi | None = None

    async def close(self) -> None:
        if self._api:
            await self._api.close()

    async def issue(self, user: str) -> str:
        """Raises NotFound and Unavailable as the port says."""
        from bot.line.client import LineApi  # with LINE's SDK: a second of CPU and 34 MB

        self._api = self._api or LineApi(self._api_url, self._access_token)
        outcome = await self._api.link_token(user)
        token = (outcome.body or {}).get("linkToken")
        if outcome.accepted and isinstance(token, str):
            return token
        # Only friends get one (LINE: linking accounts); who has blocked mimi, or is unknown, is refused like that.
        if outcome.status in {400, 403, 404}:
            raise NotFound(_("Only friends can be linked. Add mimi as a friend first, then try again."))
        raise Unavailable(_("LINE did not provide a link just now. Please try again in a minute."))
