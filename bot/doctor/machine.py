"""The machine mimi runs on: disk, clock, and the models that find knowledge by meaning."""

import asyncio
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp

from bot.doctor.diagnosis import LIMIT, Diagnosis
from bot.settings import Settings
from handlers.ports import Clock
from knowledge.meaning.embedder import Embedder, EmbedderFailed

GIB = 1024**3
LEAST_FREE = GIB  # a week of MongoDB's journal and logs on a small service
LEAST_SHARE = 0.05
# What processes tell each other by the clock is a matter of seconds; a Date header has whole ones.
LARGEST_SKEW = timedelta(seconds=3)


def disk_finding(name: str, free: int, total: int) -> Diagnosis:
    """Room for what is written every day."""
    detail = f"{free / GIB:.1f} of {total / GIB:.0f} GB free"
    if free >= min(LEAST_FREE, total) and free >= total * LEAST_SHARE:
        return Diagnosis(name, True, detail)
    return Diagnosis(name, False, detail, "free some space or enlarge the disk: MongoDB stops when it is full")


async def look_at_disk(settings: Settings) -> Sequence[Diagnosis]:
    """The disk of the data folder, or of the nearest folder above it that exists."""
    folder = settings.data_dir.absolute()
    there = next(each for each in (folder, *folder.parents) if each.exists())
    usage = await asyncio.to_thread(shutil.disk_usage, there)
    return [disk_finding(f"disk of {_shown(there)}", usage.free, usage.total)]


def clock_finding(name: str, whose: str, said: datetime, before: datetime, after: datetime) -> Diagnosis:
    """Whether another clock agrees with ours, which was read `before` and `after` the other one said its time."""
    ahead = before - said if before > said else min(after - said, timedelta(0))
    if abs(ahead) <= LARGEST_SKEW:
        return Diagnosis(name, True, f"agrees with {whose}")
    side = "ahead of" if ahead > timedelta(0) else "behind"
    seconds = abs(ahead).total_seconds()
    advice = "synchronise the clocks by NTP (timedatectl set-ntp true): leases, reply tokens and limits depend on them"
    return Diagnosis(name, False, f"{seconds:.0f} s {side} {whose}", advice)


async def look_at_clocks(hosts: dict[str, str], clock: Clock) -> Sequence[Diagnosis]:
    """Our clock beside those of services that are right: whose -> where. Who cannot be reached says nothing here."""
    timeout = aiohttp.ClientTimeout(total=LIMIT / 2)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http:
        found = await asyncio.gather(*(_beside(http, whose, url, clock) for whose, url in hosts.items()))
    return [finding for finding in found if finding]


async def _beside(http: aiohttp.ClientSession, whose: str, url: str, clock: Clock) -> Diagnosis | None:
    before = clock.now()
    try:
        async with http.head(url, allow_redirects=False) as answer:
            said = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (aiohttp.ClientError, OSError, ValueError, TypeError):
        return None
    # The header has no fraction of a second: it may be up to one behind what it was then.
    return clock_finding("clock", whose, said, before - timedelta(seconds=1), clock.now())


async def look_at_meaning(settings: Settings, embedder: Embedder) -> Sequence[Diagnosis]:
    """Whether knowledge is found by meaning: one text is read by a process like mimi's own, which is closed then."""
    if not settings.embeddings:
        return [Diagnosis("meaning", True, "off (MIMI_EMBEDDINGS is false): knowledge is found by words alone")]
    model = embedder.model
    if not model:
        advice = (
            "install requirements.lock, which has the models (the image does); "
            "or set MIMI_EMBEDDINGS=false if words alone are enough"
        )
        return [Diagnosis("meaning", False, "no model is installed: knowledge is found by words alone", advice)]
    try:
        await embedder.vector("送料はいくらですか", "question")
    except EmbedderFailed:
        advice = "mimi keeps trying and finds by words meanwhile; MIMI_EMBEDDINGS=false stops that"
        return [Diagnosis("meaning", False, f"{model} does not work: its process ended", advice)]
    finally:
        await embedder.close()
    return [Diagnosis("meaning", True, f"read with {model}")]


def _shown(folder: Path) -> str:
    return str(folder) if len(folder.parts) > 1 else "/"
