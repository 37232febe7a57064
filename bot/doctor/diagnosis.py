"""What `doctor` says of one thing it looked at, and how long it may look."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

LIMIT = 10.0  # seconds for one subject
SHOWN = 160  # characters of what another server says


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at. `advice` says what to do; beside something that is well it is a reminder, not a failure."""

    name: str
    well: bool
    detail: str
    advice: str = ""

    def __str__(self) -> str:
        mark = "FAIL" if not self.well else "note" if self.advice else "ok  "
        line = f"{mark} {self.name}: {self.detail}"
        return f"{line}\n     -> {self.advice}" if self.advice else line


async def bounded(name: str, look: Awaitable[Sequence[Diagnosis]], limit: float = LIMIT) -> Sequence[Diagnosis]:
    """What `look` finds, or that it found nothing in time; one subject that hangs holds up no other."""
    try:
        async with asyncio.timeout(limit):
            return await look
    except TimeoutError:
        advice = "something on the way accepts the connection but never answers: a firewall, a proxy, a frozen server"
        return [Diagnosis(name, False, f"no answer within {limit:.0f} s", advice)]


def quoted(text: str) -> str:
    """What another server said, as one short line that can do nothing to a terminal."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}..."
