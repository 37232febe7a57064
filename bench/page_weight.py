"""What a visitor's first look at an app's page costs: bytes on the wire, requests, and when it is ready and answers.

A real Chromium loads the demo of a mimi on embedded defaults, some times for each connection below, and asks a
question: with it the chat's script comes, once, and is counted apart. "First text" is the time from the question sent
to the first words of the answer on the page. Beside it what the widgets weigh that others put on their pages: measured
elsewhere, from their own documents, which say nothing of a first text.
"""

import asyncio
import io
import os
import shutil
import signal
import socket
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Browser, async_playwright

from knowledge.pictures.process import remake
from knowledge.store.apps.pictures import Shape
from web.visitor.pictures import NARROWER, narrowed
from web.visitor.widget import WIDGET

ROOT = Path(__file__).resolve().parent.parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TIMES = 5
QUESTION = "返金はできますか？"
# Name, ms of latency, and Mbit/s down: as Chromium's developer tools have them.
CONNECTIONS = (("this machine", 0, 0.0), ("fast 4G", 60, 9.0), ("slow 3G", 400, 0.4))
OTHERS = (("deep-chat", 111), ("typebot", 196), ("chainlit", 1307))  # kB


@dataclass
class Load:
    """One visit: bytes and requests until the page is quiet, ms until one can type and until an answer's first text."""

    size: float
    heads: float  # bytes of it; a proxy that speaks HTTP/2 packs them
    requests: int
    ready: float
    first_text: float
    chat: float  # bytes that come with the first sign of a visitor


async def load(browser: Browser, url: str, latency: float, megabits: float) -> Load:
    """One visit of somebody new."""
    page = await (await browser.new_context(locale="ja-JP")).new_page()
    network = await page.context.new_cdp_session(page)
    sizes: list[float] = []
    heads: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    network.on("Network.responseReceived", lambda event: heads.append(event["response"]["encodedDataLength"]))
    await network.send("Network.enable")
    if latency:
        speed: dict[str, Any] = {"downloadThroughput": megabits * 125_000, "uploadThroughput": megabits * 125_000}
        await network.send("Network.emulateNetworkConditions", {"offline": False, "latency": latency, **speed})
    await page.goto(url, wait_until="networkidle")
    size, head, requests = sum(sizes), sum(heads), len(sizes)
    ready = await page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    async with page.expect_event("requestfinished", lambda request: request.resource_type == "script"):
        await page.fill("textarea", QUESTION)
    chat = sum(sizes) - size
    asked = await page.evaluate("performance.now()")
    await page.locator("#ask button").click()
    await page.locator("#log > .said.mimi:not(.greeting) .words:not(:empty)").wait_for()
    answer = await page.evaluate("performance.now()") - asked
    await page.context.close()
    return Load(size, head, requests, ready, answer, chat)


@asynccontextmanager
async def running() -> AsyncIterator[str]:
    """The whole of mimi on embedded defaults in a folder of its own; where its demo's page is."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        env = os.environ | {"PORT": str(port), "PYTHONPATH": str(ROOT)}
        command = (sys.executable, "-m", "bot", "run")
        mimi = await asyncio.create_subprocess_exec(*command, cwd=folder, env=env, stdout=asyncio.subprocess.PIPE)
        try:
            while b"/@demo" not in (line := await mimi.stdout.readline()) and line:  # type: ignore[union-attr]
                pass
            yield f"http://localhost:{port}/@demo"
        finally:
            mimi.send_signal(signal.SIGINT)
            await mimi.communicate()


def print_widget() -> None:
    """What an owner's own page carries until somebody opens the chat on it."""
    packed = ", ".join(f"{len(body) / 1000:.1f} kB in {coding}" for coding, body in WIDGET.codings.items())
    print(f"{'widget.js':16}{len(WIDGET.body) / 1000:>11.1f} kB ({packed}), 1 request until it is opened")


def print_header() -> None:
    """What a header picture adds for each width that a browser may choose, of one with as much in it as a photo has."""
    drawn = io.BytesIO()
    Image.effect_noise((300, 100), 90).resize((1500, 500), Image.Resampling.BICUBIC).convert("RGB").save(drawn, "PNG")
    whole = remake(drawn.getvalue(), Shape.HEADER).data
    sizes = [*((width, len(narrowed(whole, width))) for width in NARROWER), (1500, len(whole))]
    print(f"{'a header':16}" + ", ".join(f"{width} px {size / 1000:.0f} kB" for width, size in sizes))


async def main() -> None:
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    async with running() as url, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        print(
            f"{'':16}{'on the wire':>14}{'of it heads':>14}{'requests':>10}{'ready to type':>16}{'first text':>13}"
            f"{'chat, later':>14}"
        )
        for name, latency, megabits in CONNECTIONS:
            loads = [await load(browser, url, latency, megabits) for _ in range(TIMES)]
            middle = {field: statistics.median(getattr(one, field) for one in loads) for field in vars(loads[0])}
            print(
                f"{name:16}{middle['size'] / 1000:>11.1f} kB{middle['heads'] / 1000:>11.1f} kB"
                f"{middle['requests']:>10.0f}"
                f"{middle['ready']:>13.0f} ms{middle['first_text']:>10.0f} ms{middle['chat'] / 1000:>11.1f} kB"
            )
        print_widget()
        print_header()
        for name, size in OTHERS:
            print(f"{name:16}{size:>11} kB")


if __name__ == "__main__":
    asyncio.run(main())
