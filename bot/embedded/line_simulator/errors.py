"""LINE's own refusals, word for word: which property of a request it objects to, and what it answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One objection. `bad_name` marks an unknown property or a wrong JSON type, which LINE reports alone."""

    property: str
    message: str
    bad_name: bool = False

    def __str__(self) -> str:
        return f"{self.property}: {self.message or 'not a property, or not of this type'}"


def property_path(parts: Iterable[str | int]) -> str:
    """The way LINE writes a place in the body: `messages[0].template.actions[1].label`."""
    path = ""
    for part in parts:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


class LineError(Exception):
    """An answer that is not a success: status, message, and what else the body and headers carry."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, **(extra or {})}
        self.headers = dict(headers or {})


def bad_json(line: int, column: int) -> LineError:
    return LineError(400, f"The request body could not be parsed as JSON (line: {line}, column: {column})")


def bad_body(problems: Sequence[Problem]) -> LineError:
    """400 for a body that LINE objects to. An unknown name or a wrong type is reported by itself."""
    for problem in problems:
        if problem.bad_name:
            # LINE puts dashes where it does not know the place.
            text = f"The property, '{problem.property}', in the request body is invalid (line: -, column: -)"
            return LineError(400, text)
    details = [{"message": problem.message, "property": problem.property} for problem in problems]
    return LineError(400, f"The request body has {len(problems)} error(s)", extra={"details": details})


def invalid_reply_token() -> LineError:
    return LineError(400, "Invalid reply token")


def failed_to_send() -> LineError:
    return LineError(400, "Failed to send messages")


def unauthorized(reason: str) -> LineError:
    return LineError(401, f"Authentication failed due to the following reason: {reason}")


def forbidden() -> LineError:
    return LineError(403, "Access to this API is not available for your account")


def not_found() -> LineError:
    return LineError(404, "Not found")


def gone() -> LineError:
    return LineError(410, "The content is gone")


def rate_limit() -> LineError:
    return LineError(429, "The API rate limit has been exceeded. Try again later.")


def monthly_limit() -> LineError:
    return LineError(429, "You have reached your monthly limit.")


def server_error() -> LineError:
    return LineError(500, "Internal Server Error")
