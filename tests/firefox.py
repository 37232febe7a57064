"""Firefox as Playwright starts one: a program that starts it and stands between the two.

Playwright speaks WebDriver BiDi with a Firefox of a distribution. It asks for the look of media in each new context,
and a Firefox that does not know `emulation.setMediaFeaturesOverride` yet refuses all of the context. Here that one
command is answered for it, and changes nothing; everything else goes through as it is.
"""

import asyncio
import json
import os
import re
import sys
from pathlib import Path

from aiohttp import ClientSession, ClientWebSocketResponse, WSMessage, WSMsgType, web

# https://www.w3.org/TR/webdriver-bidi/#command-emulation-setMediaFeaturesOverride
UNKNOWN = "emulation.setMediaFeaturesOverride"
LISTENING = re.compile(r"(WebDriver BiDi listening on )(ws://\S+)")  # what both say on stderr


def wrapper(firefox: str, folder: Path) -> Path:
    """A program for Playwright to start in place of `firefox`."""
    program = folder / "firefox"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__)}" "{firefox}" "$@"\n')
    program.chmod(0o700)
    return program


class Between:
    """What a client says goes on to Firefox at `far`, and back."""

    def __init__(self, far: str) -> None:
        self._far = far

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, until either ends it."""
        near = web.WebSocketResponse(max_msg_size=0)
        await near.prepare(request)
        async with ClientSession() as http, http.ws_connect(self._far + request.path, max_msg_size=0) as far:
            back = asyncio.create_task(_hand_on(far, near))
            async for message in near:
                if not await _answered(near, message):
                    await far.send_str(message.data)
            back.cancel()
        return near


async def _hand_on(far: ClientWebSocketResponse, near: web.WebSocketResponse) -> None:
    async for message in far:
        if message.type is WSMsgType.TEXT:
            await near.send_str(message.data)
    await near.close()


async def _answered(near: web.WebSocketResponse, message: WSMessage) -> bool:
    command = json.loads(message.data)
    if command["method"] != UNKNOWN:
        return False
    await near.send_json({"type": "success", "id": command["id"], "result": {}})
    return True


async def stand_between(*command: str) -> int:
    """Start Firefox, say where to speak with it, and end with it: its exit code."""
    firefox = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
    assert firefox.stderr
    async for line in firefox.stderr:
        said = line.decode(errors="replace")
        if found := LISTENING.search(said):
            said = f"{found[1]}{await _listen(found[2])}\n"
        sys.stderr.write(said)
        sys.stderr.flush()
    return await firefox.wait()


async def _listen(far: str) -> str:
    app = web.Application()
    app.router.add_get("/{path:.*}", Between(far).serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"ws://127.0.0.1:{runner.addresses[0][1]}"


if __name__ == "__main__":
    os._exit(asyncio.run(stand_between(*sys.argv[1:])))  # with every connection
