"""What `make chaos` does to mimi: each trouble harms something when it is entered, and mends it when it is left."""

import asyncio
import itertools
import multiprocessing
import resource
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from claude_events import Fault as ClaudeFault
from dying import dies_in_a_transaction
from post_office import PostOffice
from several_processes import Process, Several
from three_mongods import Member, ThreeMongods

from bot.embedded.line_simulator import Fault as LineFault
from bot.role import ProcessRole

MANY = 10_000
LASTS = 8.0  # seconds: long enough for every retry that does not help
BURST = 12  # owner's lines at once, so that a worker that is killed has something in hand
SLOW = 0.2  # seconds a round trip
FAKETIME = "/usr/$LIB/faketime/libfaketime.so.1"
SKEW = "10m"
_SPAWN = multiprocessing.get_context("spawn")


@dataclass
class Stage:
    """Everything that can be harmed."""

    three: ThreeMongods
    several: Several
    post: PostOffice
    uri: str

    def __post_init__(self) -> None:
        self.webs, self.workers = itertools.cycle(self.several.webs), itertools.cycle(self.several.workers)


# Entered, it says when the harm was done (time.monotonic).
Harm = Callable[[Stage], AbstractAsyncContextManager[float]]


@dataclass(frozen=True)
class Trouble:
    """One row of the table. `outlived`: mimi is back while it lasts; else the time counts from its end."""

    name: str
    harm: Harm
    tries: int
    outlived: bool
    by_mail: bool = False


def _lasting(harm: Callable[[Stage], object], mend: Callable[[Stage], object]) -> Harm:
    @asynccontextmanager
    async def entered(stage: Stage) -> AsyncIterator[float]:
        await _done(harm(stage))
        at = time.monotonic()
        try:
            await asyncio.sleep(LASTS)
            yield at
        finally:
            await _done(mend(stage))

    return entered


async def _done(work: object) -> None:
    if asyncio.iscoroutine(work):
        await work


# Processes


@asynccontextmanager
async def _a_worker_in_mid_event(stage: Stage) -> AsyncIterator[float]:
    worker = next(stage.workers)
    owner, line = stage.several.mimi.owner, stage.several.mimi.line
    # Only their order counts here: what becomes of lines is reckoned by the traffic.
    said = [owner.compose("/help") for _ in range(BURST)]
    await line.deliver(said)
    await worker.kill()
    yield time.monotonic()
    await worker.start()


@asynccontextmanager
async def _the_site_in_mid_answer(stage: Stage) -> AsyncIterator[float]:
    claude = stage.several.mimi.claude
    assert claude
    claude.will_fail("stall", times=4)
    await claude.asked(len(claude.requests) + 2)
    web = next(stage.webs)
    await web.kill()
    claude.is_well_again()
    yield time.monotonic()
    await web.start()


@asynccontextmanager
async def _a_process_with_a_lock(stage: Stage) -> AsyncIterator[float]:
    """Killed in a transaction that has changed the app everybody needs."""
    [app] = await stage.several.mimi.database.collection("apps").find({"handle": "kotori"})
    heard, told = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=dies_in_a_transaction, args=(stage.uri, told, app["_id"]))
    process.start()
    await asyncio.to_thread(heard.recv)
    process.kill()
    at = time.monotonic()
    await asyncio.to_thread(process.join)
    yield at


@asynccontextmanager
async def _workers_after_line_accepted(stage: Stage) -> AsyncIterator[float]:
    """LINE has shown the reply, and whoever sent it dies before the answer comes."""
    line, workers = stage.several.mimi.line, stage.several.workers
    before = len(line.requests)
    line.faults.next("reply", LineFault.ACCEPT_THEN_HANG)
    await line.wait_for(lambda: any("reply" in each.path for each in line.requests[before:]), 30)
    await asyncio.gather(*(each.kill() for each in workers))
    at = time.monotonic()
    line.faults.clear()
    await asyncio.gather(*(each.start() for each in workers))
    yield at


@asynccontextmanager
async def _one_after_the_other(stage: Stage) -> AsyncIterator[float]:
    """As a deployment does it."""
    at = time.monotonic()
    for each in (*stage.several.webs, *stage.several.workers):
        await each.stop()
        await each.start()
    yield at


def _frozen(which: Callable[[Stage], Process]) -> Harm:
    return _lasting(lambda stage: which(stage).freeze(), lambda stage: which(stage).thaw())


def _skewed(by: str) -> Harm:
    @asynccontextmanager
    async def entered(stage: Stage) -> AsyncIterator[float]:
        worker = stage.several.workers[0]
        await worker.stop()
        # Not the program `faketime`: it stays in front of what it starts, and is killed in its place.
        worker.also = {"LD_PRELOAD": FAKETIME, "FAKETIME": by, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        await worker.start()
        at = time.monotonic()
        try:
            await asyncio.sleep(LASTS)
            yield at
        finally:
            await worker.stop()
            worker.also = {}
            await worker.start()

    return entered


def _without_files(role: ProcessRole) -> Harm:
    """Every file descriptor it has is in use, and there are no more."""

    def process(stage: Stage) -> Process:
        return (stage.several.webs if role is ProcessRole.WEB else stage.several.workers)[0]

    limits: list[tuple[int, int]] = []

    def harm(stage: Stage) -> None:
        pid = process(stage).pid
        limits.append(resource.prlimit(pid, resource.RLIMIT_NOFILE))
        used = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used, limits[-1][1]))

    def mend(stage: Stage) -> None:
        resource.prlimit(process(stage).pid, resource.RLIMIT_NOFILE, limits.pop())

    return _lasting(harm, mend)


# MongoDB


def _a_primary(harm: Callable[[Member], object], mend: Callable[[Member], object]) -> Harm:
    @asynccontextmanager
    async def entered(stage: Stage) -> AsyncIterator[float]:
        member = await stage.three.primary()
        await _done(harm(member))
        try:
            yield time.monotonic()
        finally:
            await _done(mend(member))
            await stage.three.whole()

    return entered


async def _cut(member: Member) -> None:
    await member.gate.cut()


async def _mended(member: Member) -> None:
    await member.gate.mend()


@asynccontextmanager
async def _cut_off_from_mimi(stage: Stage) -> AsyncIterator[float]:
    """The members see each other, so that nobody becomes primary in its place."""
    member = await stage.three.primary()
    await member.gate.cut_clients()
    try:
        await asyncio.sleep(LASTS)
        yield time.monotonic()
    finally:
        await member.gate.mend()


@asynccontextmanager
async def _stepped_down(stage: Stage) -> AsyncIterator[float]:
    await stage.three.step_down()
    yield time.monotonic()


@asynccontextmanager
async def _all_of_it_away(stage: Stage) -> AsyncIterator[float]:
    await asyncio.gather(*(each.stop() for each in stage.three.members))
    try:
        await asyncio.sleep(LASTS)
        yield time.monotonic()
    finally:
        await asyncio.gather(*(each.start() for each in stage.three.members))


def _all_frozen(stage: Stage) -> None:
    for each in stage.three.members:
        each.freeze()


def _all_thawed(stage: Stage) -> None:
    for each in stage.three.members:
        each.thaw()


def _slow(seconds: float) -> Callable[[Stage], object]:
    async def set_to(stage: Stage) -> None:
        for each in stage.three.members:
            await each.gate.slow_down(seconds)

    return set_to


# The world


def _line(fault: LineFault) -> Harm:
    def harm(stage: Stage) -> None:
        for operation in ("reply", "push"):
            stage.several.mimi.line.faults.next(operation, fault, MANY)

    return _lasting(harm, lambda stage: stage.several.mimi.line.faults.clear())


def _claude(fault: ClaudeFault) -> Harm:
    def harm(stage: Stage) -> None:
        assert stage.several.mimi.claude
        stage.several.mimi.claude.will_fail(fault, times=MANY)

    def mend(stage: Stage) -> None:
        assert stage.several.mimi.claude
        stage.several.mimi.claude.is_well_again()

    return _lasting(harm, mend)


def _mail(**answers: str) -> Harm:
    return _lasting(lambda stage: stage.post.answers.update(answers), lambda stage: stage.post.answers.clear())


GREYLISTED = "451 4.7.1 Greylisted, please try again later"
REFUSED = "535 5.7.8 Authentication credentials invalid"
TROUBLES = (
    Trouble("worker killed in mid-event", _a_worker_in_mid_event, 3, outlived=True),
    Trouble("web process killed in mid-answer", _the_site_in_mid_answer, 3, outlived=True),
    Trouble("process killed with an app's lock", _a_process_with_a_lock, 3, outlived=True),
    Trouble("both workers killed after LINE took a reply", _workers_after_line_accepted, 2, outlived=True),
    Trouble("worker frozen 8 s", _frozen(lambda stage: stage.several.workers[0]), 1, outlived=True),
    Trouble("web process frozen 8 s", _frozen(lambda stage: stage.several.webs[0]), 1, outlived=False),
    Trouble("all restarted, one after the other", _one_after_the_other, 1, outlived=True),
    Trouble("MongoDB: primary steps down", _stepped_down, 2, outlived=True),
    Trouble("MongoDB: primary killed", _a_primary(Member.kill, Member.start), 2, outlived=True),
    Trouble("MongoDB: primary frozen", _a_primary(Member.freeze, Member.thaw), 2, outlived=True),
    Trouble("MongoDB: primary cut off from all", _a_primary(_cut, _mended), 2, outlived=True),
    Trouble("MongoDB: primary cut off from mimi 8 s", _cut_off_from_mimi, 1, outlived=False),
    Trouble("MongoDB: all stopped 8 s", _all_of_it_away, 1, outlived=False),
    Trouble("MongoDB: all frozen 8 s", _lasting(_all_frozen, _all_thawed), 1, outlived=False),
    Trouble("MongoDB: 200 ms a round trip", _lasting(_slow(SLOW), _slow(0)), 1, outlived=True),
    Trouble("LINE hangs 8 s", _line(LineFault.HANG), 1, outlived=False),
    Trouble("LINE says 500 for 8 s", _line(LineFault.ERROR_500), 1, outlived=False),
    Trouble("LINE says 401 for 8 s", _line(LineFault.UNAUTHORIZED_401), 1, outlived=False),
    Trouble("LINE says 429 for 8 s", _line(LineFault.RATE_429), 1, outlived=False),
    Trouble("Claude hangs", _claude("hang"), 1, outlived=True),
    Trouble("Claude is overloaded", _claude("overloaded"), 1, outlived=True),
    Trouble("SMTP: greylisted 8 s (RCPT 451)", _mail(rcpt=GREYLISTED), 1, outlived=False, by_mail=True),
    Trouble("SMTP: password refused 8 s (535)", _mail(auth=REFUSED), 1, outlived=False, by_mail=True),
    Trouble("a worker's clock 10 min ahead", _skewed(f"+{SKEW}"), 1, outlived=True),
    Trouble("a worker's clock 10 min behind", _skewed(f"-{SKEW}"), 1, outlived=True),
    Trouble("web process out of file descriptors 8 s", _without_files(ProcessRole.WEB), 1, outlived=False),
    Trouble("worker out of file descriptors 8 s", _without_files(ProcessRole.WORKER), 1, outlived=True),
)
