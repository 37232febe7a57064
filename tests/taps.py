"""`python -m tests.taps`: what an owner taps and writes for the twelve most frequent tasks, at both doors, as a table.

An owner who knows no command walks through a real mimi: in LINE (the simulator) they write what they want in their own
words, and the command where that is not understood, which counts as one line more; on the web they use a real Chromium
by what stands on it. A tap is a button, link, choice or file; a line is a message sent or a field filled in.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))  # the parts of tests import each other by their bare names

from browsers import chromium, open_page  # noqa: E402
from journeys import alert_about  # noqa: E402
from mimi import Mimi, running_mimi  # noqa: E402
from playwright.async_api import Error, Page  # noqa: E402
from structlog.testing import capture_logs  # noqa: E402
from walking import Walker  # noqa: E402

from bot.embedded.mongod import Mongod  # noqa: E402
from bot.keys import AREAS  # noqa: E402
from knowledge.store.database import Database  # noqa: E402
from knowledge.store.registry import create_indexes  # noqa: E402

ASKED = "Do you ship elephants?"
FILE = b"question,answer\nIs it safe?,Yes.\n"


# The tasks after signing up, by the methods of both doors, in an order in which each finds what it needs.
TASKS = {
    "teach an entry": "teach",
    "correct an entry": "correct",
    "answer an open question and keep it": "keep",
    "talk with a visitor and hand back": "talk",
    "import a file": "take_in",
    "change the colour": "colour",
    "add a link": "add_link",
    "see how it goes": "insight",
    "find a conversation": "find",
    "delete an entry": "remove",
    "pause": "pause",
}


@dataclass
class Count:
    """What one task took."""

    taps: int = 0
    lines: int = 0

    def __str__(self) -> str:
        return f"{self.taps} + {self.lines}"


class InLine:
    """An owner in LINE, and each task there."""

    def __init__(self, walker: Walker) -> None:
        self.walker, self.count = walker, Count()
        self.alert = ""  # which is quoted

    async def wishes(self, words: str, shows: str, else_types: str) -> None:
        """Write it as one would say it; a command where that does not lead there."""
        if not await self.leads(words, shows):
            await self.says(else_types, shows)

    async def leads(self, words: str, shows: str) -> bool:
        """Whether what was written leads there."""
        self.count.lines += 1
        try:
            await asyncio.wait_for(self.walker.says(words, shows), 5)
        except (AssertionError, TimeoutError):
            return False
        return True

    async def says(self, line: str, shows: str, quoting: str | None = None) -> None:
        self.count.lines += 1
        await self.walker.says(line, shows, quoting)

    async def taps(self, label: str, shows: str) -> None:
        self.count.taps += 1
        await self.walker.taps(label, shows)

    async def sends(self, name: str, data: bytes, shows: str) -> None:
        self.count.taps += 1
        await self.walker.sends_file(name, data, shows)

    async def sign_up(self) -> None:
        self.count.taps += 1
        await self.walker.person.follow()
        await self.walker.sees("What is your app called?")
        await self.says("Kotori", "/@handle")
        offered = next(each.label for each in self.walker.person.tappables() if each.label.startswith("@"))
        self.walker.handle = offered.removeprefix("@")
        await self.taps(offered, self.walker.handle)

    async def teach(self) -> None:
        await self.wishes("Q: What is the price? A: 300 yen.", "Learned", "/faq add What is the price? = 300 yen.")

    async def correct(self) -> None:
        await self.wishes("how can I fix the answer about the price", "FAQ entries", "/faq list")
        await self.taps("Edit", "What should I change")
        await self.taps("The answer", "Write the new answer.")
        await self.says("400 yen.", "Changed")

    async def keep(self) -> None:
        await self.says("No, they are too large.", "Sent to the visitor.", quoting=self.alert)
        await self.taps("Save as FAQ", "Learned")

    async def talk(self) -> None:
        await self.taps("Talk to the visitor", "What you write now goes to the visitor")
        await self.says("Hello, this is Yuki.", "A: sent")
        await self.taps("Hand back to mimi", "mimi answers there again")

    async def take_in(self) -> None:
        await self.sends("faq.csv", FILE, "faq.csv")
        await self.taps("Import", "Imported")

    async def colour(self) -> None:
        await self.wishes("change the theme color", "colour", "/app color")
        await self.taps("🟩 Green", "Changed.")

    async def add_link(self) -> None:
        await self.wishes("add a link to the page", "Links", "/app links")
        await self.taps("Add", "address")
        await self.says("https://example.com/shop", "stand")
        await self.says("Shop", "Changed.")

    async def pause(self) -> None:
        if await self.leads("turn it off for now", "Stop answering visitors for now"):
            await self.taps("Yes, please", "I no longer answer visitors")
        else:
            await self.says("/pause", "I no longer answer visitors")

    async def insight(self) -> None:
        await self.wishes("how many visitors this week?", "views", "/insight")

    async def find(self) -> None:
        await self.wishes("show me the conversations", "conversations", "/conversations")
        await self.taps("Read", "From")

    async def remove(self) -> None:
        await self.wishes("delete an old question", "FAQ entries", "/faq list")
        await self.taps("Remove", "I will no longer answer it.")
        await self.taps("Remove", "Removed")


@dataclass
class OnWeb:
    """The same owner in a browser."""

    page: Page
    count: Count = field(default_factory=Count)

    async def link(self, name: str) -> None:
        self.count.taps += 1
        await self.page.get_by_role("link", name=name).first.click()

    async def press(self, name: str) -> None:
        self.count.taps += 1
        await self.page.get_by_role("button", name=name).first.click()

    async def pick(self, selector: str) -> None:
        self.count.taps += 1
        await self.page.locator(selector).first.click()

    async def unfold(self, selector: str) -> None:
        """Open what it stands in, if that is shut."""
        if not await self.page.locator(selector).first.is_visible():
            await self.pick(f"details:has({selector}) > summary")

    async def fill(self, selector: str, text: str) -> None:
        self.count.lines += 1
        await self.page.locator(selector).first.fill(text)

    async def file(self, selector: str, name: str, data: bytes) -> None:
        self.count.taps += 1
        file = {"name": name, "mimeType": "text/csv", "buffer": data}
        await self.page.locator(selector).first.set_input_files(file)  # type: ignore[arg-type]

    async def teach(self) -> None:
        await self.unfold("#question")
        await self.fill("#question", "Is there a desktop version?")
        await self.fill("#answer", "Not yet.")
        await self.press("Save")

    async def correct(self) -> None:
        await self.link("Edit: ")
        await self.fill("#answer", "Soon.")
        await self.press("Save")

    async def keep(self) -> None:
        await self.link("Open questions")
        await self.page.locator("textarea[name=answer]").first.wait_for(state="attached")
        await self.unfold("textarea[name=answer]")
        await self.fill("textarea[name=answer]", "No, they are too large.")
        await self.press("Save")

    async def talk(self) -> None:
        await self.link("Conversations")
        await self.pick("main li h2 a")
        await self.press("Talk to the visitor")
        await self.fill("#text", "Hello, this is Yuki.")
        await self.press("Send")
        await self.press("Hand back to mimi")

    async def take_in(self) -> None:
        await self.link("Import")
        await self.file("#file", "faq.csv", FILE)
        await self.press("Review it")
        await self.press("Import")

    async def colour(self) -> None:
        await self.link("Settings")
        await self.pick("input[name=color] >> nth=2")
        await self.press("Save")

    async def add_link(self) -> None:
        await self.link("Settings")
        await self.fill("#links-url", "https://example.com/shop")
        await self.fill("#links-label", "Shop")
        await self.pick("form:has(#links-url) button")

    async def pause(self) -> None:
        await self.link("Settings")
        await self.press("Pause")

    async def insight(self) -> None:
        await self.link("Insight")

    async def find(self) -> None:
        await self.link("Conversations")
        await self.fill("#q", "elephants")
        await self.page.keyboard.press("Enter")
        await self.pick("main li h2 a")

    async def remove(self) -> None:
        await self.link("Remove: ")
        await self.press("Remove")


async def _asked(walker: Walker, question: str) -> str:
    """A visitor asks what is not known; the id of the alert that tells of it."""
    await walker.mimi.visitor_asks(question, "", walker.handle)
    walker.mimi.owner = walker.person
    return (await alert_about(walker.mimi, question)).id


async def _counted(name: str, task: Callable[[], Awaitable[None]], count: Count) -> str:
    count.taps = count.lines = 0
    try:
        await asyncio.wait_for(task(), 60)
    except (AssertionError, LookupError, TimeoutError, StopIteration, Error) as error:
        # A way that is gone shows in the table; the others are still counted.
        sys.stderr.write(f"{name}: {type(error).__name__}: {str(error)[:300]}\n")
        return "–"
    return str(count)


async def in_line(mimi: Mimi, number: int) -> dict[str, str]:
    """Task -> taps and lines."""
    do = InLine(Walker(mimi, number))
    found = {"follow to a living page": await _counted("sign up", do.sign_up, do.count)}
    do.alert = await _asked(do.walker, ASKED)
    for name, task in TASKS.items():
        if task == "talk":
            await _asked(do.walker, "May I visit the office?")
        found[name] = await _counted(name, getattr(do, task), do.count)
    return found


async def on_web(mimi: Mimi, number: int) -> dict[str, str]:
    """The same for an owner who is signed in; each task begins at the room of entries."""
    walker = Walker(mimi, number)
    await walker.signs_up()
    await _asked(walker, ASKED)
    assert mimi.app
    link = await mimi.app[AREAS].accounts.accounts.sign_in_link((await walker.owner()).scope)
    found: dict[str, str] = {}
    async with chromium() as browser:
        page = await open_page(browser, width=390)
        await page.goto(f"{mimi.url}/sign-in/{link.token}")
        await page.locator("main button").click()
        do = OnWeb(page)
        for name, task in TASKS.items():
            await page.goto(f"{mimi.url}{walker.page}")
            found[name] = await _counted(name, getattr(do, task), do.count)
    return found


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = Mongod(Path(folder))
        await server.start()
        try:
            database = Database.open(server.uri.replace("/mimi?", "/taps?"))
            await create_indexes(database)
            async with running_mimi(database, claude=False) as mimi:
                line, web = await in_line(mimi, 1), await on_web(mimi, 2)
        finally:
            await server.stop()
    sys.stdout.write("| task | LINE | web |\n| --- | --- | --- |\n")
    for name, count in line.items():
        sys.stdout.write(f"| {name} | {count} | {web.get(name, '–')} |\n")


if __name__ == "__main__":
    with capture_logs():
        asyncio.run(main())
