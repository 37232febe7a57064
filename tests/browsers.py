"""Real browsers for page tests; with PICTURES=1 they leave pictures of pages in an ignored folder."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from engines import ENGINE
from firefox import wrapper
from playwright.async_api import Browser, Page, async_playwright, expect
from sites import WITHOUT_SCRIPTS

SHOTS = Path(__file__).parent.parent / ".screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FIREFOXES = ("firefox-esr", "firefox")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)
PHONE, DESKTOP = 390, 1280
LOOKS = ((PHONE, True), (PHONE, False), (DESKTOP, True), (DESKTOP, False))
PATIENCE = 60_000  # to find a hang; a machine with other things to do is slow
expect.set_options(timeout=PATIENCE)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A started browser; a machine without one fails the test rather than skips it."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, "no Chromium on the PATH: run tests/install_programs.sh"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def firefox(*, coarse: bool = False) -> AsyncIterator[Browser]:
    """A started one; `coarse`: as if it were held in a hand. Without a screen it has no pointer at all otherwise."""
    found = next((path for name in FIREFOXES if (path := shutil.which(name))), None)
    assert found, "no Firefox on the PATH: run tests/install_programs.sh browsers"
    preferences: dict[str, Any] = {"ui.primaryPointerCapabilities": 1} if coarse else {}  # Gecko's PointerCapabilities
    with tempfile.TemporaryDirectory() as folder:
        async with async_playwright() as playwright:
            browser = await playwright.firefox.launch(
                channel="moz-firefox", executable_path=wrapper(found, Path(folder)), firefox_user_prefs=preferences
            )
            try:
                yield browser
            finally:
                await browser.close()


def this_runs_browser(*, coarse: bool = False) -> AbstractAsyncContextManager[Browser]:
    """A started one of the engine that the tests run in (`--engine`); `coarse` is asked of open_page in Chromium."""
    return firefox(coarse=coarse) if os.environ[ENGINE] == "firefox" else chromium()


async def open_page(
    browser: Browser,
    *,
    lang: str = "en-US",
    width: int = DESKTOP,
    dark: bool = False,
    scripts: bool = True,
    coarse: bool = False,
) -> Page:
    """A fresh visitor: nothing stored, one tab. An error in a script or a blocked resource fails its test."""
    scheme: Literal["dark", "light"] = "dark" if dark else "light"
    context = await browser.new_context(
        locale=lang,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
        has_touch=coarse and browser.browser_type.name == "chromium",
        is_mobile=coarse and browser.browser_type.name == "chromium",
    )
    context.set_default_timeout(PATIENCE)
    if not scripts and browser.browser_type.name == "firefox":  # which cannot be told so for a page
        await context.set_extra_http_headers({WITHOUT_SCRIPTS: "1"})
    page = await context.new_page()
    page.on("pageerror", _fail)
    return page


async def fits(page: Page, name: str, looks: Sequence[tuple[int, bool]] = LOOKS) -> None:
    """The page as it is, turned into each width and colour in one visit, is nowhere wider than its screen."""
    for width, dark in looks:
        await page.set_viewport_size({"width": width, "height": 800})
        await page.emulate_media(color_scheme="dark" if dark else "light")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        await shoot(page, f"{name}-{width}-{'dark' if dark else 'light'}")


async def shoot(page: Page, name: str) -> None:
    """A picture of the whole page for people to look at, if asked for: each takes longer than what is tested."""
    if "PICTURES" in os.environ:
        await page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def _fail(error: object) -> None:
    if "page’s settings blocked" in str(
        error
    ):  # what a policy forbids is no error of a script's; Firefox says it as one
        return
    raise AssertionError(f"a script failed: {error}")
