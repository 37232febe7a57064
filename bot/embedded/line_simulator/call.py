"""One request to the API, as its handler sees it, and what is remembered of it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.embedded.line_simulator import errors
from bot.embedded.line_simulator.channel import Channel
from bot.embedded.line_simulator.delivery import Delivery
from bot.embedded.line_simulator.errors import Problem
from bot.embedded.line_simulator.faults import Fault
from bot.embedded.line_simulator.validation import schema_problems


@dataclass
class Recorded:
    """A request the simulator got. `status` is 0 when the connection was cut instead of an answer."""

    operation: str
    method: str
    path: str
    headers: dict[str, str]
    body: Any = None
    status: int = 0
    request_id: str = ""
    problems: list[str] = field(default_factory=list)
    fault: Fault | None = None


@dataclass(frozen=True)
class Call:
    """What a handler needs: the channel, its way to the bot, the path's parameters, headers and body."""

    channel: Channel
    delivery: Delivery
    params: Mapping[str, str]
    headers: Mapping[str, str]
    query: Mapping[str, str]
    raw: bytes
    recorded: Recorded

    def json(self, schema: str, check: Callable[[dict[str, Any]], list[Problem]] | None = None) -> dict[str, Any]:
        """The body, which fits the schema and passes `check`; LineError with LINE's words otherwise."""
        try:
            body = json.loads(self.raw)
        except json.JSONDecodeError as error:
            raise errors.bad_json(error.lineno, error.colno) from error
        except UnicodeDecodeError as error:
            raise errors.bad_json(1, 1) from error
        self.recorded.body = body
        # The prose limits read properties that only a body of the right shape has.
        problems = schema_problems(schema, body) or (check(body) if check else [])
        if problems:
            self.recorded.problems += map(str, problems)
            raise errors.bad_body(problems)
        checked: dict[str, Any] = body
        return checked


# A JSON object for 200, or a whole response.
Answer = dict[str, Any] | web.Response
Handler = Callable[[Call], Answer | Awaitable[Answer]]
