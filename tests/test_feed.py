"""What is said in a conversation reaches whoever follows it: once, in order, live, and again from any cursor on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, suppress

import pytest
from claude_standin import ClaudeStandIn
from clock import START
from visitors import VisitorSide, put_together, visitor_side

from handlers.answers.answers import Accepted
from handlers.answers.feed import StreamPlace as Told
from handlers.answers.progress import MOST_OF_ONE_CONVERSATION, LiveAnswers
from handlers.messages import AnswerEvent, Delta, Done, Notice, Opened, OwnerSaid, Sent, SourceFound, VisitorSaid
from knowledge.errors import NotFound, Unavailable
from knowledge.store.apps.apps import App
from knowledge.store.changes import Changes
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.conversations.messages import Message, MessageId, Role, Source
from knowledge.store.database import AppId, AppScope, Database, OwnerId

ID = "0123456789abcdef01234567"
BEGINNING = "はい、購入してから十四日以内であれば、いつでも返金できます。"
ANSWER = f"{BEGINNING}購入したストアの画面からお申し込みください。三日ほどかかります。"
CHUNKS = (ANSWER[:35], ANSWER[35:])  # the beginning, and enough behind it to know that it ends there


@pytest.fixture
async def elsewhere(db: Database) -> AsyncIterator[VisitorSide]:
    """A second process on the same database."""
    async with visitor_side(db) as side:
        yield side


async def later(side: VisitorSide, app: App, key: str, last: str | None = None, *, until: int) -> list[Sent]:
    """The next `until` events of a conversation."""
    events: list[Sent] = []
    async with asyncio.timeout(60), aclosing(side.feed.events(app, key, last)) as stream:
        async for sent in stream:
            events.append(sent)
            if len(events) == until:
                break
    return events


async def quiet(side: VisitorSide, app: App, key: str, last: str | None) -> bool:
    """Whether nothing is left to tell: the owner's next words are the first event."""
    conversation = await side.conversations.by_key(app, key)
    marker = await side.conversations.owner_says(app.scope, conversation.id, "次の言葉")
    (first,) = await later(side, app, key, last, until=1)
    return isinstance(first.event, OwnerSaid) and first.event.message == marker.id


def plain(events: Sequence[Sent]) -> list[AnswerEvent]:
    """The events, neighbouring text put together: where it was cut does not matter."""
    joined: list[AnswerEvent] = []
    for event in (sent.event for sent in events):
        last = joined[-1] if joined else None
        if isinstance(event, Delta) and isinstance(last, Delta) and event.at == last.at + len(last.text):
            joined[-1] = Delta(last.message, last.at, last.text + event.text)
        else:
            joined.append(event)
    return joined


async def streamed(visitors: VisitorSide, claude: ClaudeStandIn, app: App) -> tuple[Accepted, list[Sent]]:
    """An answer read while it is written: its model stalls until its beginning has been read."""
    claude.will_fail("stall", chunks=CHUNKS)
    accepted = await visitors.accept(app, "返金したい")
    await visitors.answers.start(app, accepted)
    async with aclosing(visitors.feed.answer_events(app, accepted)) as stream:
        beginning = [await anext(stream), await anext(stream)]
        claude.go_on()
        return accepted, beginning + [sent async for sent in stream]


async def test_an_answer_opens_streams_and_ends(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=ANSWER)
    accepted, events = await streamed(visitors, claude, app)
    assert [type(event) for event in plain(events)] == [Opened, Delta, SourceFound, Done]
    assert events[0] == Sent(Opened(accepted.key, "ja"))
    first = events[1].event
    assert isinstance(first, Delta)
    assert BEGINNING.startswith(first.text)
    assert first.text != ANSWER
    assert put_together(events).text == ANSWER


async def test_from_every_cursor_of_an_answer_the_rest_follows_and_nothing_else(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    """P15"""
    app = await visitors.app(返金できますか=ANSWER)
    accepted, (_opened, *events) = await streamed(visitors, claude, app)
    for cut in range(len(events) - 1):
        rest = await later(visitors, app, accepted.key, events[cut].cursor, until=len(plain(events[cut + 1 :])))
        assert plain([*events[: cut + 1], *rest]) == plain(events)
    assert await quiet(visitors, app, accepted.key, events[-1].cursor)


async def test_a_visitor_who_comes_back_in_the_middle_of_an_answer_follows_it_to_its_end(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    """P15"""
    app = await visitors.app(返金できますか=ANSWER)
    claude.will_fail("stall", chunks=CHUNKS)
    accepted = await visitors.accept(app, "返金したい")
    await visitors.answers.start(app, accepted)
    asked, first = await later(visitors, app, accepted.key, until=2)
    assert isinstance(asked.event, VisitorSaid)
    async with aclosing(visitors.feed.events(app, accepted.key, first.cursor)) as stream:
        following = asyncio.create_task(anext(stream))
        claude.go_on()
        events = [first, await following]
        while not isinstance(events[-1].event, Done):
            events.append(await anext(stream))
    done = events[-1].event
    assert plain(events) == [
        Delta(accepted.answer_id, 0, ANSWER),
        SourceFound(accepted.answer_id, "返金できますか"),
        done,
    ]


async def test_an_answer_begun_again_is_told_from_its_beginning(visitors: VisitorSide, claude: ClaudeStandIn) -> None:
    app = await visitors.app(返金できますか=ANSWER)
    claude.will_fail("error_event", chunks=CHUNKS)
    accepted = await visitors.accept(app, "返金できますか")
    await visitors.answers.start(app, accepted)
    told = put_together(await visitors.read(app, accepted))
    assert told.state == "quoted"
    assert told.text == (await visitors.stored(app, accepted)).text


async def test_without_a_cursor_everything_that_was_said_is_told(visitors: VisitorSide) -> None:
    app, client_id = await visitors.app(返金できますか=ANSWER), "5f0c9bb6-7d1e-4c0b-9f6e-2f7a4f1f0f55"
    accepted = await visitors.accept(app, "返金したい", client_id=client_id)
    await visitors.answers.start(app, accepted)
    await visitors.read(app, accepted)
    said = await visitors.conversations.owner_says(app.scope, accepted.conversation_id, "お待たせしました")
    expected = [
        VisitorSaid(accepted.message_id, client_id, "返金したい"),
        Delta(accepted.answer_id, 0, ANSWER),
        SourceFound(accepted.answer_id, "返金できますか"),
        (await visitors.read(app, accepted))[-1].event,
        OwnerSaid(said.id, "お待たせしました"),
    ]
    for garbage in (None, "", "x", "-1", "999", "1~zz.1.1", "1\n", "9" * 400, "１"):
        events = await later(visitors, app, accepted.key, garbage, until=5)
        assert [sent.event for sent in events] == expected


async def test_the_owners_words_arrive_live_from_another_process(visitors: VisitorSide, elsewhere: VisitorSide) -> None:
    app = await visitors.app(返金できますか=ANSWER)
    accepted, _ = await visitors.ask(app, "返金したい")
    last = (await visitors.read(app, accepted))[-1].cursor
    async with aclosing(visitors.feed.events(app, accepted.key, last)) as stream:
        following = asyncio.create_task(anext(stream))
        await asyncio.sleep(0)
        await elsewhere.conversations.owner_says(app.scope, accepted.conversation_id, "こんにちは")
        sent = await asyncio.wait_for(following, 60)
    assert isinstance(sent.event, OwnerSaid)
    assert sent.event.text == "こんにちは"
    assert await quiet(visitors, app, accepted.key, sent.cursor)


async def test_an_answer_written_by_another_process_is_waited_for(
    visitors: VisitorSide, elsewhere: VisitorSide
) -> None:
    app = await visitors.app(返金できますか=ANSWER)
    accepted = await visitors.accept(app, "返金できますか")
    reading = asyncio.create_task(visitors.read(app, accepted))
    await elsewhere.answers.start(app, accepted)
    told = put_together(await asyncio.wait_for(reading, 60))
    assert told.state == "quoted"
    assert told.text.endswith(ANSWER)


async def test_an_answers_own_stream_tells_nothing_else_and_its_cursors_do_not_pretend_it_did(
    visitors: VisitorSide, claude: ClaudeStandIn
) -> None:
    app = await visitors.app(返金できますか=ANSWER)
    claude.will_fail("hang")
    claude.will_fail("hang")
    accepted = await visitors.accept(app, "返金したい")
    await visitors.answers.start(app, accepted)
    said = await visitors.conversations.owner_says(app.scope, accepted.conversation_id, "私が答えます")
    claude.go_on()
    events = await visitors.read(app, accepted)
    of_an_answer = [sent.event for sent in events if not isinstance(sent.event, Opened | Notice)]
    assert len(of_an_answer) == len(events) - 1
    assert {event.message for event in of_an_answer} == {accepted.answer_id}
    (missed,) = await later(visitors, app, accepted.key, events[-1].cursor, until=1)
    assert missed.event == OwnerSaid(said.id, "私が答えます")
    assert await quiet(visitors, app, accepted.key, missed.cursor)


async def test_a_wrong_key_follows_nothing(visitors: VisitorSide) -> None:
    """S14"""
    app, other = await visitors.app(), await visitors.app()
    accepted = await visitors.accept(app, "返金したい")
    for wrong_app, key in ((other, accepted.key), (app, "0" * 64)):
        with pytest.raises(NotFound):
            await later(visitors, wrong_app, key, until=1)
        with pytest.raises(NotFound):
            await visitors.feed.transcript(wrong_app, key)


async def test_a_stream_ends_when_its_conversation_is_deleted(visitors: VisitorSide, elsewhere: VisitorSide) -> None:
    app = await visitors.app()
    accepted = await visitors.accept(app, "返金したい")
    following = asyncio.create_task(later(visitors, app, accepted.key, until=2))
    await asyncio.sleep(0)
    await elsewhere.conversations.delete(app, accepted.key)
    with suppress(NotFound):  # if it was deleted before the stream began
        assert len(await asyncio.wait_for(following, 60)) <= 1


async def test_streams_of_one_conversation_are_bounded_and_leave_their_place_when_closed(
    visitors: VisitorSide,
) -> None:
    app = await visitors.app(返金できますか=ANSWER)
    accepted, _ = await visitors.ask(app, "返金したい")
    streams = [visitors.feed.events(app, accepted.key, None) for _ in range(MOST_OF_ONE_CONVERSATION)]
    for stream in streams:
        await anext(stream)
    with pytest.raises(Unavailable):
        await later(visitors, app, accepted.key, until=1)
    for stream in streams:
        await stream.aclose()
    assert len(await later(visitors, app, accepted.key, until=1)) == 1


def answer(text: str, seq: int, attempt: int = 1) -> Message:
    sources = (Source("一つ目"), Source("二つ目", "https://example.com"))
    scope = AppScope(OwnerId("owner"), AppId("app"))
    return Message(
        scope, "c", Role.MIMI, text, "ja", START, START, seq, "answered", sources, attempt=attempt, id=MessageId(ID)
    )


def test_from_every_position_of_an_answer_the_rest_follows() -> None:
    """P15"""
    whole = answer("絵文字👨‍👩‍👧も数えます。", 4)
    everything = [sent.event for sent in Told(3).message(whole)]
    for position in range(len(whole.text) + len(whole.sources) + 2):
        rest = [sent.event for sent in Told.read(f"3~{ID}.1.{position}", 9).message(whole)]
        told = whole.text[:position]
        text = [event for event in rest if isinstance(event, Delta)]
        assert told + "".join(event.text for event in text) == whole.text
        assert [event.at for event in text] == ([position] if position < len(whole.text) else [])
        after_text = max(0, position - len(whole.text))
        assert rest[len(text) :] == everything[1:][after_text:]


def test_another_attempts_text_starts_over() -> None:
    first, *_ = Told.read(f"3~{ID}.1.5", 9).message(answer("別の文になりました。", 4, attempt=2))
    assert first.event == Delta(ID, 0, "別の文になりました。")


def test_cursors_end_with_the_number_of_what_was_told() -> None:
    cursors = [sent.cursor for sent in Told(3).message(answer("はい。", 4))]
    assert cursors == [f"3~{ID}.1.3", f"3~{ID}.1.4", f"3~{ID}.1.5", "4"]


def stored(seq: int) -> Message:
    scope = AppScope(OwnerId("owner"), AppId("app"))
    return Message(scope, "talk", Role.MIMI, "はい。", "ja", START, START, seq=seq, id=MessageId(ID))


def test_the_next_message_is_handed_on_and_one_further_on_is_looked_up(db: Database) -> None:
    live = LiveAnswers(Changes(db, ()))
    with live.follow("talk", 1) as follower:
        follower.look = False
        live.ring("talk", look=True, stored=stored(1))
        assert (follower.following, follower.look) == (None, False)
        live.ring("talk", look=True, stored=stored(3))
        assert (follower.following, follower.look) == (None, True)
        follower.look = False
        live.ring("talk", look=True, stored=stored(2))
        live.ring("talk", look=True, seq=2)
        assert (follower.following, follower.look) == (stored(2), False)
        live.ring("talk", look=True, seq=3)
        assert follower.look


async def test_a_message_kept_here_is_handed_on_before_the_change_stream_is_listened_to(db: Database) -> None:
    changes, heard = Changes(db, [CONVERSATIONS.name]), asyncio.Queue[object]()
    live = LiveAnswers(changes)
    changes.subscribe(CONVERSATIONS.name, heard.put_nowait)
    await changes.start()
    conversations = db.collection(CONVERSATIONS.name)

    async def said(seq: int) -> None:
        await conversations.update_one({"_id": "talk"}, {"$set": {"seq": seq}})
        while await heard.get() != {"_id": "talk", "seq": seq}:
            pass

    async with asyncio.timeout(60):
        await conversations.insert({"_id": "talk", "seq": 1})
        while await heard.get() != {"_id": "talk"}:  # else it is heard while the next one is being kept
            pass
        with live.follow("talk", 1) as follower:
            follower.look = False
            with live.keeping("talk"):
                await said(2)
                assert (follower.following, follower.look) == (None, False)
                live.ring("talk", look=True, stored=stored(2))
            assert (follower.following, follower.look) == (stored(2), False)
            with live.keeping("talk"):
                await said(3)
                assert (follower.following, follower.look) == (stored(2), False)
            assert (follower.following, follower.look) == (stored(2), True)
    await changes.stop()
