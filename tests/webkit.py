"""A real WebKit, the engine of iPhones: WebKitGTK's MiniBrowser on a screen that nobody sees, driven over WebDriver.

Playwright's WebKit is a build of its own that no distribution has; Debian's and Ubuntu's `webkit2gtk-driver` is what
selenium speaks with. Selenium waits in its thread, so that the site under test goes on in the loop.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from browsers import DESKTOP, SHOTS
from children import ended
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import ActionChains, WebKitGTK, WebKitGTKOptions
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait
from selenium.webdriver.webkitgtk.service import Service

PATIENCE = 60  # seconds; as in browsers.py
GONE = (NoSuchElementException, StaleElementReferenceException)  # the page has changed meanwhile: look again
Answer = TypeVar("Answer")


class WebKit:
    """One window. What is named by a CSS selector is waited for."""

    def __init__(self, driver: WebKitGTK) -> None:
        self.driver = driver

    async def does(self, what: Callable[[WebKitGTK], Answer]) -> Answer:
        """What selenium says, whose calls wait for the browser."""
        return await asyncio.to_thread(what, self.driver)

    async def open(self, url: str) -> None:
        await self.does(lambda driver: driver.get(url))

    async def type(self, selector: str, keys: str) -> None:
        """Key by key, as from a keyboard."""
        await self._with(selector, lambda element: element.send_keys(keys))

    async def click(self, selector: str) -> None:
        await self._with(selector, lambda element: element.click())

    async def press(self, keys: str) -> None:
        """On whatever has the focus."""
        await self.does(lambda driver: ActionChains(driver).send_keys(keys).perform())

    async def click_what(self, script: str) -> None:
        """Click what the script returns, once it is there: what stands in a shadow, for instance."""
        await self.until(script)
        await self.does(lambda driver: driver.execute_script(script).click())

    async def clicks_twice(self, selector: str) -> None:
        await self._with(selector, lambda element: ActionChains(self.driver).double_click(element).perform())

    async def says(self, selector: str, text: str) -> None:
        """Wait until the last one that is shown says so."""
        await self.until(
            "return [...document.querySelectorAll(arguments[0])].some((each) => each.innerText.includes(arguments[1]))",
            selector,
            text,
        )

    async def counts(self, selector: str, number: int) -> None:
        """Wait until there are so many."""
        await self.until("return document.querySelectorAll(arguments[0]).length === arguments[1]", selector, number)

    async def until(self, script: str, *given: Any) -> None:
        """Wait until the script returns something that is true."""
        await self.does(lambda driver: self._waiting(script).until(lambda _: driver.execute_script(script, *given)))

    async def evaluate(self, script: str, *given: Any) -> Any:
        return await self.does(lambda driver: driver.execute_script(script, *given))

    async def into_frame(self, script: str) -> None:
        """Go on in the frame that the script returns, once it is there."""
        await self.until(script)
        await self.does(lambda driver: driver.switch_to.frame(driver.execute_script(script)))

    async def out_of_frames(self) -> None:
        await self.does(lambda driver: driver.switch_to.default_content())

    async def shoot(self, name: str) -> None:
        """A picture, as browsers.py takes them."""
        if "PICTURES" in os.environ:
            SHOTS.mkdir(exist_ok=True)
            await self.does(lambda driver: driver.save_screenshot(str(SHOTS / f"webkit-{name}.png")))

    async def _with(self, selector: str, what: Callable[[WebElement], None]) -> None:
        def done(driver: WebKitGTK) -> bool:
            element = driver.find_element(By.CSS_SELECTOR, selector)
            if not element.is_displayed():
                return False
            what(element)
            return True

        await self.does(lambda driver: self._waiting(selector).until(lambda _: done(driver)))

    def _waiting(self, what: str) -> WebDriverWait[WebKitGTK]:
        return WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05, ignored_exceptions=GONE)


@asynccontextmanager
async def webkit(*, width: int = DESKTOP) -> AsyncIterator[WebKit]:
    """A started one with nothing stored; a machine without one fails the test rather than skips it."""
    driver = shutil.which("WebKitWebDriver")
    assert driver, "no WebKitWebDriver on the PATH: run tests/install_programs.sh"
    async with _screen() as display:
        service = Service(driver, env={**os.environ, "DISPLAY": display})
        started = await asyncio.to_thread(lambda: WebKitGTK(options=_options(), service=service))
        try:
            await asyncio.to_thread(lambda: started.set_window_rect(0, 0, width, 900))
            yield WebKit(started)
        finally:
            await asyncio.to_thread(started.quit)


def _options() -> WebKitGTKOptions:
    options = WebKitGTKOptions()
    (browser,) = {
        *Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"),
        *Path("/usr/libexec").glob("webkit2gtk-4.1/MiniBrowser"),
    }
    options.binary_location = str(browser)
    options.add_argument("--automation")
    return options


@asynccontextmanager
async def _screen() -> AsyncIterator[str]:
    reading, writing = os.pipe()
    xvfb = await asyncio.create_subprocess_exec(
        *("Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1200x24", "-nolisten", "tcp"),
        pass_fds=(writing,),
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as said:
            yield f":{(await asyncio.to_thread(said.readline)).strip()}"
    finally:
        await ended(xvfb)
