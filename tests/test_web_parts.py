"""The small parts of the site: what is anonymised, which language is meant, how events go over the wire."""

import asyncio
import json

import pytest

from knowledge.errors import TooMany
from web.site.access_log import browser_of
from web.site.client_address import ConnectionCounts, truncated
from web.site.pages import accepted
from web.site.sse import HEARTBEATS_UNTIL_IDLE, STILL_HERE, Frames, frame, with_heartbeats
from web.site.static_files import FILES
from web.visitor.answer_frames import notice_frame


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/48"),
        ("unix:", ""),
        ("", ""),
        ("203.0.113.77, 10.0.0.1", ""),
    ],
)
def test_an_address_is_cut_to_its_network(address: str, kept: str) -> None:
    assert truncated(address) == kept


SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.6723.58"


@pytest.mark.parametrize(
    ("user_agent", "browser"),
    [
        (f"{CHROME} Safari/537.36", "Chrome 130"),
        (f"{CHROME} Safari/537.36 Edg/131.0.1", "Edge 131"),
        (f"{CHROME} Safari/537.36 OPR/115.0", "Opera 115"),
        (f"{SAFARI} Version/18.1 Mobile/15E148 Safari/604.1", "Safari 18"),
        (f"{SAFARI} CriOS/130.0 Mobile/15E148 Safari/604.1", "Chrome 130"),
        (f"{SAFARI} Mobile/15E148 Safari Line/14.17.0", "LINE 14"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox 132"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot"),
        ("curl/8.5.0", "bot"),
        ("Yamada Taro 090-1234-5678", "other"),
        ("Chrome/123456789", "Chrome 1234"),
        ("", "other"),
        ("Version/1" * 10_000, "other"),
    ],
)
def test_a_user_agent_is_reduced_to_family_and_major_version(user_agent: str, browser: str) -> None:
    assert browser_of(user_agent) == browser


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        ("ja,en-US;q=0.9,en;q=0.8", "ja"),
        ("en-US,en;q=0.5", "en-US"),
        ("en;q=0.3, ja;q=0.9", "ja"),
        ("fr;q=0.2,*;q=0.9", "fr"),
        ("*", None),
        ("", None),
        (";q=1", None),
        ("ja;q=x,en;q=0.1", "en"),
    ],
)
def test_the_browsers_first_language_is_the_one_with_the_highest_weight(header: str, tag: str | None) -> None:
    assert next(iter(accepted(header)), None) == tag


def test_a_frame_is_one_event_whatever_its_text_holds() -> None:
    text = "line\nbreak\r\n\ndata: forged\u2028 日本語 \U0001f98a"
    sent = frame("delta", {"text": text}, "4").decode()
    head, data = sent.rstrip("\n").split("data: ", 1)
    assert head == "id: 4\nevent: delta\n"
    assert "\n" not in data
    assert "\r" not in data
    assert json.loads(data) == {"text": text}
    assert sent.endswith("\n\n")


def test_a_notice_names_only_what_there_is() -> None:
    assert b"retry_after" not in notice_frame("unavailable", "later")
    assert json.loads(notice_frame("rate_limited", "wait", 7).decode().split("data: ")[1])["retry_after"] == 7


async def test_silence_is_filled_with_heartbeats_and_nothing_is_lost_in_it() -> None:
    go = asyncio.Event()

    async def frames() -> Frames:
        yield b"first"
        await go.wait()
        yield b"second"

    stream = with_heartbeats(frames(), 0.001, asyncio.Event())
    assert await anext(stream) == b"first"
    assert await anext(stream) == STILL_HERE
    assert await anext(stream) == STILL_HERE
    go.set()
    rest = [each async for each in stream if each != STILL_HERE]
    assert rest == [b"second"]


async def test_s45_a_stream_that_stays_silent_ends() -> None:
    async def frames() -> Frames:
        await asyncio.Event().wait()
        yield b"never"

    beats = [each async for each in with_heartbeats(frames(), 0, asyncio.Event())]
    assert beats == [STILL_HERE] * (1 + HEARTBEATS_UNTIL_IDLE)


async def test_a_failure_in_the_stream_is_raised_to_its_reader() -> None:
    async def frames() -> Frames:
        yield b"first"
        raise LookupError

    stream = with_heartbeats(frames(), 1, asyncio.Event())
    assert await anext(stream) == b"first"
    with pytest.raises(LookupError):
        await anext(stream)


def test_scripts_and_styles_are_small_and_their_urls_follow_their_content() -> None:
    sizes = {name: len(file.codings["br"]) for name, file in FILES.items()}
    # Loaded by whoever is asked for a check alone.
    assert sizes.pop("check.js") + sizes.pop("check_worker.js") < 1_300
    assert sizes.pop("framed.js") < 300  # where the page stands in a frame alone
    assert sizes.pop("talking.js") + sizes.pop("talked.css") < 3_200  # by an owner who looks at a conversation
    assert sizes.pop("talks.js") < 2_100  # ... at their list
    assert sizes.pop("sends.js") < 200  # where a file is imported
    assert sizes.pop("look.js") < 600  # in the settings alone
    assert sum(sizes.values()) < 9_500
    assert all(file.url.count(".") == 2 for file in FILES.values())


def test_s45_streams_of_one_address_are_capped_and_closing_one_makes_room() -> None:
    streams = ConnectionCounts(most=1)
    with streams.place("203.0.113.7"):
        with streams.place("203.0.113.8"):
            pass
        with pytest.raises(TooMany), streams.place("203.0.113.7"):
            pass
    with streams.place("203.0.113.7"):
        pass


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8:1:2::5", "2001:db8:1:2:ffff::6"),
        ("203.0.113.7", "::ffff:203.0.113.7"),
        ("fe80::1%eth0", "fe80::2%eth1"),
    ],
)
def test_s45_addresses_that_one_visitor_can_have_are_counted_as_one(one: str, other: str) -> None:
    streams = ConnectionCounts(most=1)
    with streams.place(one):
        with pytest.raises(TooMany), streams.place(other):
            pass
        with streams.place("2001:db8:1:3::5"):
            pass
