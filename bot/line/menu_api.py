"""LINE's endpoints for rich menus (Messaging API reference, "Rich menu" and "Per-user rich menu").

Not through the SDK, whose upload of a picture goes to LINE's own host whatever is configured.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp
import structlog

log = structlog.get_logger()

TIMEOUT = aiohttp.ClientTimeout(total=20)
LINKED_AT_ONCE = 500  # (LINE: link rich menu to users)


class MenuTrouble(Exception):
    """LINE refused a call, or could not be reached; `status` 0 is the latter."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}")
        self.status = status


class MenuApi:
    """The calls. Each raises MenuTrouble unless LINE did what was asked."""

    def __init__(self, api_url: str, data_api_url: str, access_token: str) -> None:
        self._api, self._data = api_url.rstrip("/"), data_api_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {access_token}"}
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def menus(self) -> dict[str, str]:
        """LINE's id of every menu of this channel -> its name."""
        found = await self._call("GET", "/v2/bot/richmenu/list")
        return {str(menu["richMenuId"]): str(menu["name"]) for menu in found.get("richmenus", [])}

    async def create(self, menu: Mapping[str, Any]) -> str:
        """A new menu, which nobody sees before it has its picture; its id."""
        return str((await self._call("POST", "/v2/bot/richmenu", json=dict(menu)))["richMenuId"])

    async def upload(self, menu_id: str, png: bytes) -> None:
        """The picture of a menu; it cannot be replaced later."""
        path = f"/v2/bot/richmenu/{menu_id}/content"
        await self._call("POST", path, host=self._data, data=png, headers={"Content-Type": "image/png"})

    async def delete(self, menu_id: str) -> None:
        await self._call("DELETE", f"/v2/bot/richmenu/{menu_id}")

    async def aliases(self) -> dict[str, str]:
        """Alias -> the id of the menu behind it."""
        found = await self._call("GET", "/v2/bot/richmenu/alias/list")
        return {str(each["richMenuAliasId"]): str(each["richMenuId"]) for each in found.get("aliases", [])}

    async def point_alias(self, alias: str, menu_id: str, *, is_new: bool) -> None:
        """Put a menu behind an alias."""
        if is_new:
            both = {"richMenuAliasId": alias, "richMenuId": menu_id}
            await self._call("POST", "/v2/bot/richmenu/alias", json=both)
        else:
            await self._call("POST", f"/v2/bot/richmenu/alias/{alias}", json={"richMenuId": menu_id})

    async def default(self) -> str:
        """The menu of whoever has none of their own; empty where there is none."""
        try:
            return str((await self._call("GET", "/v2/bot/user/all/richmenu"))["richMenuId"])
        except MenuTrouble as trouble:
            if trouble.status == 404:
                return ""
            raise

    async def set_default(self, menu_id: str) -> None:
        await self._call("POST", f"/v2/bot/user/all/richmenu/{menu_id}")

    async def link(self, user_ids: Sequence[str], menu_id: str) -> None:
        """Give people this menu, in place of the one they have."""
        for start in range(0, len(user_ids), LINKED_AT_ONCE):
            some = {"richMenuId": menu_id, "userIds": list(user_ids[start : start + LINKED_AT_ONCE])}
            await self._call("POST", "/v2/bot/richmenu/bulk/link", json=some)

    async def _call(self, method: str, path: str, *, host: str = "", **options: Any) -> dict[str, Any]:
        try:
            async with self._opened().request(method, (host or self._api) + path, **options) as answer:
                body = await answer.json(content_type=None)
                log.info("line called", endpoint="rich menu", status=answer.status)
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise MenuTrouble(0, type(error).__name__) from error
        body = body if isinstance(body, dict) else {}
        if not 200 <= answer.status < 300:
            raise MenuTrouble(answer.status, str(body.get("message", "")))
        return body

    def _opened(self) -> aiohttp.ClientSession:
        # One session for the process, made in its loop; it keeps no cookies.
        if self._session is None:
            jar = aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(headers=self._headers, cookie_jar=jar, timeout=TIMEOUT)
        return self._session
