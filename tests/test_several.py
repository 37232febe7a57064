"""Two processes for the site and two that work, behind an nginx that sends everybody anywhere (P3, P5, P15)."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import aiohttp
import pytest
import pytest_asyncio
from journeys import next_of, signs_up
from mimi import Event, Mimi, read_events, soon
from several_processes import Process, Several, several

from bot.embedded.line_simulator import ChatItem, texts, words_of
from handlers.alerts.cards import BEGIN_TALK
from knowledge.store.database import Database, new_id

# What an entry says word for word is shown while it is being written.
FREE = "It is free for everybody, and you may use it with as many people as you like and as long as you want to."

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
OWNERS = 4
# Far enough from each other: what means the same is one question for its owner.
TOOLS = ("calendar", "dark mode", "printer", "discount", "fax", "Welsh version")
RIDDLES = ("Kilimanjaro", "origami", "photosynthesis", "the offside rule", "sourdough", "Esperanto", "plumbing")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def four(mongod: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Several]:
    """Started once, on a database that has nothing in it yet."""
    uri = mongod.replace("/mimi?", f"/test_{new_id()}?")
    database = Database.open(uri)
    async with several(database, uri, tmp_path_factory.mktemp("several")) as four:
        yield four
    await database.client.drop_database(database.raw.name)
    database.close()


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def all_there(four: Several) -> None:
    """Whatever the test before has killed is started again."""
    await four.all_there()


class Listening:
    """A visitor's open stream, and which process it comes from."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.port = int(response.headers["X-Served-By"].rpartition(":")[2])
        self.events = read_events(response)


async def listens(stack: AsyncExitStack, mimi: Mimi, key: str, last: str = "") -> Listening:
    """Open the stream of what comes later, wherever nginx sends us."""
    headers = {"Authorization": f"Bearer {key}", "Accept": "text/event-stream"}
    headers |= {"Last-Event-ID": last} if last else {}
    response = await stack.enter_async_context(mimi.http.get(f"{mimi.url}/@kotori/events", headers=headers))
    assert response.status == 200
    return Listening(response)


def serving(four: Several, stream: Listening) -> Process:
    return next(each for each in four.webs if each.port == stream.port)


def shown(mimi: Mimi, words: str) -> list[ChatItem]:
    """What is in the owner's chat with these words."""
    return [item for item in mimi.owner.chat if item.from_bot and words in words_of(item.message)]


async def alert_of(mimi: Mimi, words: str) -> ChatItem:
    """The alert that says so; one that waits for company comes with the answer to the owner's next line."""
    async with asyncio.timeout(60):
        while not shown(mimi, words):
            await mimi.owner_says("/help")
    await mimi.settled()
    return shown(mimi, words)[0]


async def test_an_answer_goes_on_at_the_other_process_when_its_own_dies_in_the_middle(four: Several) -> None:
    mimi = four.mimi
    await mimi.owner_says(f"/faq add Price? = {FREE}")
    key = (await mimi.visitor_asks("Price?")).key
    assert mimi.claude
    mimi.claude.will_fail("stall", chunks=[FREE[:60], FREE[60:70], FREE[70:]])
    body = {"id": str(uuid.uuid4()), "text": "And the price for schools?", "conversation": key}
    async with AsyncExitStack() as stack:
        asking = await stack.enter_async_context(
            mimi.http.post(f"{mimi.url}/@kotori/messages", json=body, headers={"Accept": "text/event-stream"})
        )
        asked = Listening(asking)
        half = await next_of(asked.events, "delta")
        assert FREE.startswith(half.data["text"])
        assert half.data["text"]
        await serving(four, asked).kill()
        # As the page does: what comes later, from the last complete message on.
        elsewhere = await listens(stack, mimi, key, "2")
        assert elsewhere.port != asked.port
        read = await until_done(elsewhere.events)
    whole = "".join(event.data["text"] for event in read if event.name == "delta")
    assert whole == FREE
    answers = await mimi.database.collection("messages").find({"role": "mimi"}, sort=[("seq", 1)])
    assert [each["text"] for each in answers] == [FREE] * 2
    mimi.claude.go_on()


async def until_done(events: AsyncIterator[Event]) -> list[Event]:
    """What an answer's stream says last: where it starts over, what was said before counts for nothing."""
    read: list[Event] = []
    async with asyncio.timeout(60):
        async for event in events:
            read = [event] if event.name == "delta" and event.data["at"] == 0 else [*read, event]
            if event.name == "done":
                return read
    raise AssertionError("the stream ended before the answer did")


async def test_the_owners_words_reach_a_visitor_at_whichever_process(four: Several) -> None:
    mimi = four.mimi
    key = (await mimi.visitor_asks("Do you take elephants?")).key
    alert = await alert_of(mimi, "Do you take elephants?")
    async with AsyncExitStack() as stack:
        streams = [await listens(stack, mimi, key) for _ in range(4)]
        assert {each.port for each in streams} == {each.port for each in four.webs}
        await mimi.owner_says("Small ones only.", quoting=alert.id)
        for each in streams:
            assert (await next_of(each.events, "owner")).data["text"] == "Small ones only."


async def test_a_visitor_whose_process_dies_hears_the_owner_at_the_other_one(four: Several) -> None:
    mimi = four.mimi
    key = (await mimi.visitor_asks("Do you take giraffes?")).key
    alert = await alert_of(mimi, "Do you take giraffes?")
    async with AsyncExitStack() as stack:
        one = await listens(stack, mimi, key)
        last = (await next_of(one.events, "done")).id
        await serving(four, one).kill()
        with pytest.raises((StopAsyncIteration, aiohttp.ClientError)):
            await anext(one.events)
        await mimi.owner_says("If they duck.", quoting=alert.id)
        other = await listens(stack, mimi, key, last)
        assert other.port != one.port
        first = await anext(other.events)
        assert (first.name, first.data["text"]) == ("owner", "If they duck.")


async def test_questions_asked_at_once_become_one_alert_each(four: Several) -> None:
    mimi = four.mimi
    asked = [f"Do you know {riddle}?" for riddle in RIDDLES]
    await asyncio.gather(*(mimi.visitor_asks(text) for text in asked))
    for text in asked:
        await alert_of(mimi, text)
    await mimi.settled()
    assert {text: len(shown(mimi, text)) for text in asked} == dict.fromkeys(asked, 1)


async def test_talks_that_fell_silent_are_handed_back_once_whoever_looks(four: Several) -> None:
    mimi = four.mimi
    asked = [f"Is there a {tool}?" for tool in TOOLS]
    keys = [(await mimi.visitor_asks(text)).key for text in asked]
    conversations = mimi.database.collection("conversations")
    for text in asked:
        await alert_of(mimi, text)
        [message] = await mimi.database.collection("messages").find({"role": "visitor", "text": text})
        await mimi.owner.postback(BEGIN_TALK.action(message["conversation_id"]))
        await mimi.owner.replies()
    assert await conversations.count({"takeover": {"$ne": None}}) == len(asked)
    await conversations.update_many({"takeover": {"$ne": None}}, {"$set": {"takeover.until": LONG_AGO}})

    async def handed_back() -> bool:
        return await conversations.count({"takeover": {"$ne": None}}) == 0

    await soon(handed_back, 60)
    await mimi.settled()
    for key in keys:
        assert await presences(mimi, key) == ["came", "left"]
    silent = Counter(text[0] for text in texts(mimi.owner.chat) if "You wrote nothing for 30 minutes" in text)
    assert silent  # those that found no room in the first push wait for company
    assert set(silent.values()) == {1}


async def presences(mimi: Mimi, key: str) -> list[str]:
    """How the owner came and went, as the visitor was told."""
    headers = {"Authorization": f"Bearer {key}"}
    async with mimi.http.post(f"{mimi.url}/@kotori/conversation", json={}, headers=headers) as response:
        said = (await response.json())["messages"]
    return [each["state"] for each in said if each["role"] == "presence"]


async def test_accounts_whose_time_is_over_are_erased_once_and_told_so_once(four: Several) -> None:
    mimi = four.mimi
    people = [mimi.line.person(f"Leaver {number}", "en") for number in range(OWNERS)]
    for number, person in enumerate(people):
        await signs_up(person, f"Leaver {number}", f"leaver-{number}")
    ids = {"line_user_id": {"$in": [person.user_id for person in people]}}
    owners = mimi.database.collection("owners")
    assert await owners.count(ids) == OWNERS
    await owners.update_many(ids, {"$set": {"leaving_at": LONG_AGO}})

    async def erased() -> bool:
        return await owners.count(ids) == 0

    await soon(erased, 200)
    await mimi.settled()
    for person in people:
        farewells = [text for text in texts(person.chat) if "everything in it has been deleted" in text]
        assert len(farewells) == 1
