"""A real Chromium for page tests, with screenshots in an ignored folder."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, async_playwright

SHOTS = Path(__file__).parent.parent / ".screenshots"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)
PHONE, DESKTOP = 390, 1280


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


async def open_page(
    browser: Browser,
    *,
    lang: str = "en-US",
    width: int = DESKTOP,
    dark: bool = False,
    scripts: bool = True,
) -> Page:
    """A fresh visitor: nothing stored, one tab. An error in a script or a blocked resource fails its test."""
    scheme: Literal["dark", "light"] = "dark" if dark else "light"
    context = await browser.new_context(
        locale=lang,
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(10_000)
    page = await context.new_page()
    page.on("pageerror", _fail)
    return page


async def shoot(page: Page, name: str) -> None:
    """A picture of the whole page, for people to look at."""
    await page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def _fail(error: object) -> None:
    raise AssertionError(f"a script failed: {error}")
