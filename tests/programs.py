"""An owner's programs, as tests have them: a key made on the page, REST with it, and the official MCP client."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from aiohttp import ClientResponse
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mimi import Mimi

from bot.keys import AREAS
from knowledge.store.programs.api_keys import Reach

HANDLE = "kotori"
FREE, PRICE = "Is it free?", "No, 300 yen a month."


@dataclass
class Program:
    """One program with its key, speaking with a whole mimi."""

    mimi: Mimi
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """A call below the app's address: the status, and what came as JSON."""
        response = await self.respond(method, f"/api/v1/apps/{HANDLE}{path}", body, **headers)
        return response.status, await response.json() if response.status not in {204, 304} else None

    async def respond(self, method: str, path: str, body: Any = None, **headers: str) -> ClientResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        options: dict[str, Any] = {} if body is None else {"json": body}
        async with self.mimi.http.request(
            method, self.mimi.url + path, headers=self.headers | named, **options
        ) as response:
            await response.read()
            return response

    async def says(self, message: Any, **headers: str) -> ClientResponse:
        """A message to /mcp, without a client's help."""
        return await self.respond("POST", "/mcp", message, **headers)

    async def tool(self, name: str, arguments: Mapping[str, Any]) -> tuple[bool, Any]:
        """A tool called by the official client: whether it went well, and what it said."""
        async with self.client() as client:
            result = await client.call_tool(name, dict(arguments))
        return not result.is_error, json.loads(result.content[0].text)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Any]:
        """The official client, connected."""

        async with (
            httpx2.AsyncClient(headers=self.headers) as http,
            streamable_http_client(f"{self.mimi.url}/mcp", http_client=http) as (read, write),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            yield session


async def program(mimi: Mimi, reach: Reach = Reach.WRITE, name: str = "CI", handle: str = HANDLE) -> Program:
    """A program with a key of this reach, for an app that is there."""
    assert mimi.app is not None
    areas = mimi.app[AREAS]
    app = await areas.apps.apps.public(handle)
    _key, secret = await areas.programs.keys.make(app, name, reach)
    return Program(mimi, secret)


async def first_program(mimi: Mimi) -> Program:
    """One that writes, once its owner has been told of its key in LINE."""
    seen = len(mimi.owner.chat)
    made = await program(mimi)
    await mimi.line.wait_for(lambda: any(item.from_bot for item in mimi.owner.chat[seen:]))
    return made


def key_in(html: str) -> str:
    """The key that a page shows."""
    found = re.search(r"mimi_[\w-]{43}", html)
    assert found, html
    return found[0]
