"""One MCP exchange: a message in, an answer out, and what went wrong beneath it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from aiohttp import web

from handlers.programs.keys import Caller


@dataclass
class Exchange:
    """What came, and whose it is. `failure` is what a tool met that is nobody's refusal."""

    request: web.Request
    caller: Caller
    body: bytes
    failure: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Note it for the site, which knows what to say of it; the package would only say that something failed."""
        self.failure = error if isinstance(error, Exception) else None


@dataclass(frozen=True)
class Exchanged:
    """The answer as it goes over the wire."""

    status: int
    headers: Mapping[str, str]
    body: bytes
