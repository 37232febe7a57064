"""What the simulator can be told to do wrong, and when."""

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.embedded.line_simulator import errors
from bot.embedded.line_simulator.changes import Changes
from bot.embedded.line_simulator.errors import LineError


class Fault(StrEnum):
    """A way for one request to fail. ACCEPT_..., MALFORMED, EMPTY and CUT_MID_BODY do the work first."""

    ACCEPT_THEN_CUT = "accept-then-cut"
    ACCEPT_THEN_500 = "accept-then-500"
    ACCEPT_THEN_HANG = "accept-then-hang"
    MALFORMED_200 = "malformed-200"
    EMPTY_200 = "empty-200"
    CUT_MID_BODY = "cut-mid-body"
    CUT = "cut"
    HANG = "hang"
    ERROR_500 = "error-500"
    RATE_429 = "rate-429"
    QUOTA_429 = "quota-429"
    BAD_400 = "bad-400"
    UNAUTHORIZED_401 = "unauthorized-401"
    FORBIDDEN_403 = "forbidden-403"
    NOT_FOUND_404 = "not-found-404"
    GONE_410 = "gone-410"
    CONTENT_202 = "content-202"


REFUSALS = {
    Fault.ERROR_500: errors.server_error,
    Fault.RATE_429: errors.rate_limit,
    Fault.QUOTA_429: errors.monthly_limit,
    Fault.BAD_400: errors.failed_to_send,
    Fault.UNAUTHORIZED_401: lambda: errors.unauthorized("The access token expired"),
    Fault.FORBIDDEN_403: errors.forbidden,
    Fault.NOT_FOUND_404: errors.not_found,
    Fault.GONE_410: errors.gone,
}


@dataclass(frozen=True)
class Instead:
    """An answer in the place of LINE's: word for word what somebody got, from LINE or from what stands before it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    from_line: bool = True  # LINE's own carry the id of the request


class Faults:
    """The faults that wait for the next requests, by operation (`OPERATIONS` in routes.py names them)."""

    def __init__(self, changes: Changes, operations: frozenset[str]) -> None:
        self.operations = operations
        self._waiting: defaultdict[str, deque[Fault | Instead]] = defaultdict(deque)
        self._changes = changes

    def next(self, operation: str, fault: Fault | Instead, times: int = 1) -> None:
        """Let the next `times` requests of this operation fail so; ValueError for an unknown operation."""
        if operation not in self.operations:
            raise ValueError(f"{operation!r} is none of {sorted(self.operations)}")
        self._waiting[operation].extend([fault] * times)
        self._changes.notify()

    def clear(self) -> None:
        """Forget the faults that have not happened yet."""
        self._waiting.clear()
        self._changes.notify()

    def take(self, operation: str) -> Fault | Instead | None:
        """The fault this request must suffer, if one waits for it."""
        waiting = self._waiting[operation]
        return waiting.popleft() if waiting else None

    def waiting(self) -> list[tuple[str, Fault | Instead]]:
        return [(operation, fault) for operation, faults in self._waiting.items() for fault in faults]


def refusal(fault: Fault) -> LineError | None:
    """The error answer of faults that refuse the request before anything is done."""
    make = REFUSALS.get(fault)
    return make() if make else None
