"""`serve --processes N`: a parent that loads what all need and forks those who serve; one that dies is replaced.

The children share the parent's listening sockets, so no connection is lost with one of them, and, until they change
it, its memory. Nothing that a fork would break is made before: no thread, no client, no event loop.
"""

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import Iterator

import structlog

from bot.program import CLOSE_SECONDS, bound, serve_on, until_told_to_stop
from bot.role import ProcessRole
from bot.settings import Settings

GAVE_UP = 2  # the exit code of a child that another try would not help (bot/__main__.py)
YOUNG = 5.0  # seconds; a child that ends before has a fault that the next one may have, too
PAUSE = 1.0
WATCHED = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)

log = structlog.get_logger()


def serve_in(processes: int, settings: Settings, role: ProcessRole) -> None:
    """Until told to stop. Raises SettingsProblem or PortBusy. Returns in each child at its end; the parent exits."""
    settings = settings.for_production()
    sockets = bound(settings)
    _load(role)
    lifeline, held = os.pipe()
    code = _keep(processes)
    if code is not None:
        sys.exit(code)
    os.close(held)  # so that the parent alone holds it
    asyncio.run(until_told_to_stop(serve_on(sockets, settings, role), lifeline))


def _load(role: ProcessRole) -> None:
    """Everything that costs time or memory and that all children need, whether they import it early or late."""
    import bot.app
    import knowledge.model.claude
    import knowledge.model.claude_drafts  # noqa: F401
    from guardrail.pii import one_pii
    from knowledge.language import read_word_lists

    if role is not ProcessRole.WEB:
        import bot.background.work  # noqa: F401
    one_pii().prepare()
    read_word_lists()
    # What is there now is garbage to nobody; to look at it would copy its pages.
    gc.collect()
    gc.freeze()


def _keep(processes: int) -> int | None:
    """Have so many children; the exit code when told to stop. In a child: None, at once."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    children: dict[int, float] = {}
    while True:
        while len(children) < processes:
            child = os.fork()
            if child == 0:
                signal.pthread_sigmask(signal.SIG_SETMASK, mask)
                return None
            children[child] = time.monotonic()
        if signal.sigwait(WATCHED) != signal.SIGCHLD:
            return _end(children)
        for child, code in _ended():
            began = children.pop(child, None)
            if began is None:
                continue  # of a process whose own parent has ended: a container's first process inherits it
            if code == GAVE_UP:
                return _end(children) or code
            log.error("process ended", code=code)
            if time.monotonic() - began < YOUNG:
                time.sleep(PAUSE)


def _ended() -> Iterator[tuple[int, int]]:
    """Children that have ended since, and how: an exit code, or a signal's number as a negative one."""
    while True:
        try:
            child, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if child == 0:
            return
        yield child, os.waitstatus_to_exitcode(status)


def _end(children: dict[int, float]) -> int:
    """Tell all to stop, and insist after a while."""
    for child in children:
        os.kill(child, signal.SIGTERM)
    until = time.monotonic() + CLOSE_SECONDS + PAUSE
    while children:
        for child, _code in _ended():
            children.pop(child, None)
        if time.monotonic() > until:
            for child in children:
                os.kill(child, signal.SIGKILL)
        time.sleep(0.02)
    return 0
