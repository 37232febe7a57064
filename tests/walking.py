"""An owner who walks through use cases in the simulator, and which of their rows they have really gone."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web
from mimi import Answer, Mimi

from bot.embedded.line_simulator import ChatItem, words_of
from bot.embedded.line_simulator.taps import Tappable, tappables
from bot.keys import AREAS, DISPATCHER
from handlers.areas import Areas
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.database import Document

BUTTON = {"postback", "datetimepicker"}


def rows_of(test: Any) -> set[str]:
    """The rows of docs/use-cases.md that a test says it walks: `@pytest.mark.walks("/faq add", "faq.edit")`."""
    marks = getattr(test, "pytestmark", ())
    return {row for mark in marks if mark.name == "walks" for row in mark.args}


class Walker:
    """One owner on their phone, with an app of their own; `walked` are the commands typed and the buttons tapped."""

    def __init__(self, mimi: Mimi, number: int, lang: str = "en") -> None:
        self.mimi = mimi
        self.person = mimi.line.person(f"Owner {number}", lang)
        self.handle = f"walk-{number}"
        self.page = f"/owner/apps/{self.handle}"
        self.walked: set[str] = set()
        self._cookie: dict[str, str] = {}
        self._seen = 0

    async def signs_up(self) -> None:
        """From adding mimi as a friend to a live page."""
        await self.person.follow()
        for line in ("Kotori", self.handle):
            await self.person.replies()
            await self.person.say(line)
        await self.sees(self.handle)

    async def says(self, line: str, shows: str, quoting: str | None = None) -> list[str]:
        """Type a line; every word of what came since, once `shows` is part of it."""
        if call := self._program[DISPATCHER].commands.parse(line, bare=False):
            self.walked.add(call.command.names[0])
        return await self._acts(lambda: self.person.say(line, quoting), shows)

    async def taps(self, label: str, shows: str, value: str | None = None) -> list[str]:
        """Tap what is called so, the newest first; every word of what came since, once `shows` is part of it."""
        found = next((each for each in self.person.tappables() if each.label == label), None)
        if found and found.action["type"] in BUTTON:
            self.walked.add(found.action["data"].partition(":")[0])
        return await self._acts(lambda: self.person.tap(label, value), shows)

    async def taps_beside(self, words: str, label: str, shows: str) -> list[str]:
        """Tap what is called so on the newest card that says `words`."""
        item, button = self._button_beside(words, label)
        self.walked.add(button.action["data"].partition(":")[0])
        return await self._acts(lambda: self.person.tap_at(item.id, button.place), shows)

    async def taps_menu(self, area: int) -> list[str]:
        """Tap a field of the menu below the chat; every word of the answer, if it asks mimi for anything."""
        menu = self.person.rich_menu()
        assert menu
        action = menu.menu["areas"][area]["action"]
        self._seen = len(self.person.chat)
        await self.person.tap_menu(area)
        if "fillInText" in action:
            return []
        self.walked.add(action["data"].partition(":")[0])
        await self.mimi.line.wait_for(lambda: bool(self._new()))
        return [each for item in self._new() for each in words_of(item.message)]

    async def sends_photo(self, data: bytes, shows: str) -> list[str]:
        return await self._acts(lambda: self.person.send_image(data), shows)

    async def sends_file(self, name: str, data: bytes, shows: str) -> list[str]:
        return await self._acts(lambda: self.person.send_file(name, data), shows)

    async def sees(self, words: str) -> ChatItem:
        """The first message since the last action that says this, once it has come."""

        def there() -> list[ChatItem]:
            return [item for item in self._new() if any(words in each for each in words_of(item.message))]

        try:
            await self.mimi.line.wait_for(lambda: bool(there()))
        except TimeoutError:
            came = [each for item in self._new() for each in words_of(item.message)]
            raise AssertionError(f"{words!r} did not come, but {came}") from None
        return there()[0]

    async def asked(self, question: str, key: str = "") -> Answer:
        """A visitor of the owner's page asks."""
        self._seen = len(self.person.chat)
        return await self.mimi.visitor_asks(question, key, self.handle)

    async def reads(self, path: str = "") -> str:
        """A page of the owner's web, below that of the app unless it begins with a slash; signed in at need."""
        if not self._cookie:
            link = await self._areas.accounts.accounts.sign_in_link((await self.owner()).scope)
            self._cookie = {"Cookie": f"__Host-mimi={await self._areas.accounts.accounts.sign_in(link.token)}"}
        where = path if path.startswith("/") else f"{self.page}/{path}".rstrip("/")
        async with self.mimi.http.get(self.mimi.url + where, headers=self._cookie) as response:
            assert response.status == 200, (where, response.status)
            return await response.text()

    async def visits(self, path: str = "") -> tuple[int, str]:
        """The app's page as visitors get it."""
        async with self.mimi.http.get(f"{self.mimi.url}/@{self.handle}{path}", allow_redirects=False) as response:
            return response.status, await response.text()

    async def opens(self, label: str) -> aiohttp.ClientResponse:
        """What the link behind a button leads to."""
        await self.person.tap(label)
        address = self.person.opened_urls[-1].replace("http://localhost", self.mimi.url, 1)
        async with self.mimi.http.get(address) as response:
            await response.read()
            return response

    async def pictures(self) -> list[str]:
        """What the addresses of the pictures that came since the last action serve."""
        shown = [item.message["originalContentUrl"] for item in self._new() if item.message["type"] == "image"]
        kinds = []
        for address in shown:
            async with self.mimi.http.get(address.replace("http://localhost", self.mimi.url, 1)) as response:
                kinds.append(response.content_type if response.status == 200 else str(response.status))
        return kinds

    async def owner(self) -> Owner:
        owner = await self._areas.accounts.accounts.by_line_user(self.person.user_id)
        assert owner
        return owner

    async def app(self) -> App:
        return await self._areas.apps.apps.chosen(await self.owner())

    async def stored(self, collection: str, **query: Any) -> list[Document]:
        """What the store holds of this owner's there, the oldest first."""
        mine = {"owner_id": (await self.owner()).id}
        return await self.mimi.database.collection(collection).find(mine | query, sort=[("created_at", 1), ("_id", 1)])

    @property
    def _program(self) -> web.Application:
        assert self.mimi.app
        return self.mimi.app

    @property
    def _areas(self) -> Areas:
        return self._program[AREAS]

    async def _acts(self, act: Callable[[], Awaitable[object]], shows: str) -> list[str]:
        self._seen = len(self.person.chat)
        await act()
        await self.sees(shows)
        return [each for item in self._new() for each in words_of(item.message)]

    def _new(self) -> list[ChatItem]:
        return [item for item in self.person.chat[self._seen :] if item.from_bot]

    def _button_beside(self, words: str, label: str) -> tuple[ChatItem, Tappable]:
        for item in reversed(self.person.chat):
            buttons = [action for card in _cards(item.message) if words in words_of(card) for action in _actions(card)]
            for found in tappables(item.message):
                if found.label == label and found.action in buttons:
                    return item, found
        raise LookupError(f"no card says {words!r} and has a button {label!r}")


def _cards(message: dict[str, Any]) -> list[dict[str, Any]]:
    contents = message.get("contents", {})
    return list(contents["contents"]) if contents.get("type") == "carousel" else [contents]


def _actions(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [button["action"] for button in card.get("footer", {}).get("contents", [])]
