"""Data as a release of mimi leaves it behind, made by living with that release, for tests of what comes after it.

Before a release is left: PYTHONPATH=tests:. python tests/previous_release.py tests/data/<version>.zip
Everybody in it is made up; who they are and the key of a visitor's chat, stand in a .json beside it.
"""

import asyncio
import io
import json
import sys
import tempfile
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mimi import SECRET_KEY, Answer, Mimi, running_mimi, soon
from PIL import Image
from postbox import Postbox, open_postbox
from somebodys_site import Site
from walking import Walker

from bot.backup import back_up
from bot.embedded.mongod import Mongod
from bot.keys import AREAS
from bot.settings import Settings
from handlers.alerts.push_budget import month_at
from knowledge.store.database import Database
from knowledge.store.outbox.pushes import PushRepository
from knowledge.store.registry import create_indexes

TABLE = 'question,answer\nIs there a family plan?,"Yes, for up to six people."\n'
PLANS = (
    "<html><head><title>Plans</title></head><body><article><h1>Plans</h1><p>The app is free for one person, with all "
    "its functions, and it will stay so for ever.</p></article></body></html>"
)
ADDRESS = "yuki@mail.example.com"


class Life:
    """An owner who uses nearly everything, another who is leaving, and their visitors."""

    def __init__(self, mimi: Mimi, postbox: Postbox, site: Site) -> None:
        self.mimi, self.postbox, self.site = mimi, postbox, site
        self.yuki, self.ken = Walker(mimi, 1), Walker(mimi, 2)
        self.named: dict[str, str] = {}

    async def lived(self) -> None:
        """From signing up to a dialogue in the middle."""
        await self.yuki.signs_up()
        await self._makes_the_page()
        await self._teaches()
        await self._gives_an_address()
        await self._is_asked()
        await self._talks()
        await self._leaves()
        await self._waits()
        self.named |= {"yuki": self.yuki.person.user_id, "ken": self.ken.person.user_id}

    async def _makes_the_page(self) -> None:
        yuki = self.yuki
        for line in ("bio A diary for two.", "greeting Ask me anything.", "url https://kotori.example/", "tone brief"):
            await yuki.says(f"/app {line}", "Changed.")
        await yuki.says("/app links https://a.example/", "What should the link say?")
        await yuki.says("Blog", "Changed.")
        await yuki.says("/app questions Is it free?", "Changed.")
        await yuki.says("/app topics politics", "Changed.")
        await yuki.says("/app icon", "Send me a photo for the icon.")
        await yuki.sends_photo(_photo(), "This is now the icon of Kotori.")
        await yuki.says(f"/app handle {yuki.handle}-new", "Changed.")
        self.named["old_handle"], yuki.handle = yuki.handle, f"{yuki.handle}-new"
        self.named["handle"], yuki.page = yuki.handle, f"/owner/apps/{yuki.handle}"

    async def _teaches(self) -> None:
        yuki = self.yuki
        await yuki.says("/faq add Is there a trial? = Yes, fourteen days for free.", "Learned:")
        await yuki.says(
            "/faq add How can I reach you? = Write to help@kotori.example or call 03-1234-5678.", "Learned:"
        )
        await yuki.says("/public help@kotori.example", "help@kotori.example")
        await yuki.says("/doc add Opening hours", "(2/2)")
        await yuki.says("The shop is open from ten to six, except on Mondays.", "Learned the document")
        await yuki.sends_file("faq.csv", TABLE.encode(), "Shall I learn this?")
        await yuki.taps("Import", "Imported")
        self.site.pages["plans"] = PLANS
        await yuki.says(f"/doc add {self.site.url('plans')}", "Shall I learn this?")
        await yuki.taps("Import", "Imported")
        await yuki.says("/check add How long is the trial", "Which entry must answer it?")
        await yuki.taps("Is there a trial?", "Pinned:")

    async def _gives_an_address(self) -> None:
        await self.yuki.says(f"/email {ADDRESS}", "I have sent a code to that address.")
        await soon(self._mailed)
        await self.yuki.says(str(self.postbox.to(ADDRESS)[-1]["Subject"])[-6:], f"Done: {ADDRESS}")

    async def _mailed(self) -> bool:
        return bool(self.postbox.to(ADDRESS))

    async def _is_asked(self) -> None:
        yuki = self.yuki
        for path in ("", "?lang=en"):
            await yuki.visits(path)
        answered = await yuki.asked("How long is the trial?")
        self.named["chat"] = answered.key
        await self._post(f"messages/{answered.message}/feedback", {"up": True}, answered.key)
        await self._asks_in_vain("Do you take elephants?", answered.key)
        await yuki.sees("Do you take elephants?")
        await yuki.taps("Answer", "Do you take elephants?")
        await yuki.says("Small ones only.", "Sent to the visitor. Save it as FAQ?")
        await yuki.taps("Save as FAQ", "Learned: Do you take elephants?")
        open_question = await self._asks_in_vain("Is there an iPad app?")
        await yuki.says("/alerts", "Is there an iPad app?")
        await self._post("reply-by-mail", {"email": "visitor@mail.example.com"}, open_question.key)

    async def _talks(self) -> None:
        await self._asks_in_vain("Are you hiring?")
        await self.yuki.says("/alerts", "Are you hiring?")
        await self.yuki.taps_beside("Are you hiring?", "Talk to the visitor", "Are you hiring?")

    async def _leaves(self) -> None:
        await self.ken.signs_up()
        await self.ken.says("/faq add Is it safe? = Yes.", "Learned:")
        self.named["leaving_handle"] = self.ken.handle
        await self.ken.says("/delete-account", "This deletes your account")
        await self.ken.says(self.ken.handle, "Your account is being deleted")

    async def _waits(self) -> None:
        """An alert is held since no push is left, a letter waits, a web session is open, and so is a dialogue."""
        assert self.mimi.app
        areas, now = self.mimi.app[AREAS], datetime.now(UTC)
        await areas.accounts.accounts.invite()
        await self.yuki.reads()
        await self.mimi.settled()
        await PushRepository(self.mimi.database).stop(month_at(now)[0], now)
        await self._asks_in_vain("Is there a desktop app?")
        await self.yuki.says("/faq add", "(1/2)")
        await self.yuki.says("Does it work offline?", "(2/2)")
        await self.mimi.settled()
        await self._asks_in_vain("Do you have a shop in Osaka?")
        await soon(self._held)

    async def _held(self) -> bool:
        return await self.mimi.database.collection("outbox").count({"state": "held"}) > 0

    async def _asks_in_vain(self, question: str, key: str = "") -> Answer:
        assert self.mimi.claude
        self.mimi.claude.will_not_know(question)
        asked = await self.yuki.asked(question, key)
        assert asked.state == "unknown"
        return asked

    async def _post(self, what: str, body: dict[str, Any], key: str) -> None:
        url, headers = f"{self.mimi.url}/@{self.yuki.handle}/{what}", {"Authorization": f"Bearer {key}"}
        async with self.mimi.http.post(url, json=body, headers=headers) as response:
            assert response.status in {200, 204}, await response.text()


def _photo() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (300, 300), "red").save(target, "PNG")
    return target.getvalue()


async def write(path: Path) -> None:
    """Live with this mimi, and keep what is left behind."""
    async with AsyncExitStack() as stack:
        server = Mongod(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        await server.start()
        stack.push_async_callback(server.stop)
        database = Database.open(server.uri)
        stack.callback(database.close)
        await create_indexes(database)
        postbox, smtp = await stack.enter_async_context(open_postbox())
        site = Site()
        await site.start()
        stack.push_async_callback(site.stop)
        more = {"SMTP_URL": smtp, "MIMI_IMPORT_HOSTS": site.place}
        mimi = await stack.enter_async_context(running_mimi(database, settings=more))
        life = Life(mimi, postbox, site)
        await life.lived()
        await mimi.stop()
        await back_up(Settings.read({"MONGODB_URI": server.uri, "MIMI_SECRET_KEY": SECRET_KEY}), path)
        path.with_suffix(".json").write_text(json.dumps(life.named, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))
