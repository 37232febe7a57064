"""Steps of whole stories: people sign up, alerts arrive, pages are read, links are followed."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from mimi import Event, Mimi

from bot.embedded.line_simulator import ChatItem, Person, words_of
from knowledge.store.database import Document


async def signs_up(person: Person, name: str, handle: str) -> None:
    await person.follow()
    await person.replies(2)
    for line in (name, handle):
        await person.say(line)
        await person.replies()


async def alert_about(mimi: Mimi, question: str) -> ChatItem:
    """The alert in the owner's chat that shows this question."""

    def shown() -> list[ChatItem]:
        return [item for item in mimi.owner.chat if item.from_bot and question in words_of(item.message)]

    await mimi.line.wait_for(lambda: bool(shown()))
    await mimi.settled()
    return shown()[-1]


async def page(mimi: Mimi, path: str, **headers: str) -> tuple[int, str]:
    async with mimi.http.get(mimi.url + path, headers=headers, allow_redirects=False) as response:
        return response.status, await response.text()


async def next_of(events: AsyncIterator[Event], name: str) -> Event:
    async with asyncio.timeout(60):
        async for event in events:
            if event.name == name:
                return event
    raise AssertionError(f"the stream ended without {name}")


async def spoken(mimi: Mimi, key: str) -> list[tuple[str, str]]:
    """Who said what in a conversation."""
    headers = {"Authorization": f"Bearer {key}"}
    async with mimi.http.post(f"{mimi.url}/@kotori/conversation", json={}, headers=headers) as response:
        return [(each["role"], each["text"]) for each in (await response.json())["messages"]]


async def kept(mimi: Mimi) -> dict[str, list[Document]]:
    """What the store holds of owners, apart from when they were seen and what background work notes at an app."""
    names = ("alerts", "apps", "faqs", "documents", "messages", "conversations")
    stored = {name: await mimi.database.collection(name).find({}, sort=[("_id", 1)]) for name in names}
    noted = dict.fromkeys(("held", "unstudied", "handle_look_at", "handle_notices"))
    return stored | {"apps": [app | noted for app in stored["apps"]]}


async def the_link(mimi: Mimi, label: str = "Open") -> str:
    """The path of the link the owner was just sent."""
    await mimi.owner.tap(label)
    link = urlsplit(mimi.owner.opened_urls[-1])
    return f"{link.path}?{link.query}" if link.query else link.path


async def sign_in(mimi: Mimi, link: str) -> tuple[str, dict[str, str]]:
    """Press the button on the link's page: where it leads, and the browser's cookie."""
    path, _, query = link.partition("?")
    form = {"token": path.rpartition("/")[2], "to": query.removeprefix("to=")}
    async with mimi.http.post(f"{mimi.url}/sign-in", data=form, allow_redirects=False) as response:
        assert response.status == 303
        return response.headers["Location"], {"Cookie": response.headers["Set-Cookie"].partition(";")[0]}
