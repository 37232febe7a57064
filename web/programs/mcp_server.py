"""The protocol itself, by the official package: imported by web/programs/mcp.py when the first agent comes.

Every exchange is one of its own, without a session, so that any process answers any message.
"""

import json
from functools import cache
from typing import Any, Final

from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListPromptsResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)

from knowledge.errors import MimiError
from knowledge.store.programs.api_keys import Reach
from web.programs.exchange import Exchange, Exchanged
from web.programs.tools import INSTRUCTIONS, TOOLS, refused, tools_for

NAME: Final = "mimi"
VERSION: Final = "1"
EXCHANGE: Final = "mimi.exchange"
# Both, whatever a client says: what comes back is JSON, and many name only one of the two, or none.
ACCEPTED: Final = (b"accept", b"application/json, text/event-stream")
# A client's session with some other server, or one of before: here there are none.
LEFT_OUT: Final = frozenset({b"accept", b"mcp-session-id", b"authorization", b"cookie", b"content-length"})


async def serve(exchange: Exchange) -> Exchanged:
    """One message, answered."""
    said = _Recorder()
    manager = StreamableHTTPSessionManager(_server(), json_response=True, stateless=True)
    async with manager.run():
        await manager.handle_request(_scope(exchange), _Body(exchange.body), said)
    return said.whole()


@cache
def _server() -> Server[Any]:
    return Server(
        NAME,
        version=VERSION,
        title="mimi: an app's knowledge",
        instructions=INSTRUCTIONS,
        on_list_tools=_list_tools,
        on_call_tool=_call_tool,
        # Many clients ask for these whatever they are told, and take an error for a broken server.
        on_list_prompts=_list_prompts,
        on_list_resources=_list_resources,
        on_list_resource_templates=_list_templates,
        get_tool_input_schema={each.name: each.schema for each in TOOLS}.get,
    )


async def _list_tools(ctx: ServerRequestContext[Any], params: PaginatedRequestParams | None) -> ListToolsResult:
    return ListToolsResult(tools=[_described(each.name) for each in tools_for(_exchange(ctx).caller)])


async def _list_prompts(ctx: ServerRequestContext[Any], params: PaginatedRequestParams | None) -> ListPromptsResult:
    return ListPromptsResult(prompts=[])


async def _list_resources(ctx: ServerRequestContext[Any], params: PaginatedRequestParams | None) -> ListResourcesResult:
    return ListResourcesResult(resources=[])


async def _list_templates(
    ctx: ServerRequestContext[Any], params: PaginatedRequestParams | None
) -> ListResourceTemplatesResult:
    return ListResourceTemplatesResult(resource_templates=[])


async def _call_tool(ctx: ServerRequestContext[Any], params: CallToolRequestParams) -> CallToolResult:
    exchange = _exchange(ctx)
    tool = next((each for each in TOOLS if each.name == params.name), None)
    if tool is None:
        return _result({"problem": f"There is no tool {params.name[:100]!r}."}, is_error=True)
    with exchange:
        try:
            return _result(await tool.call(exchange.request, exchange.caller, params.arguments or {}))
        except MimiError as refusal:
            return _result(refused(refusal), is_error=True)


@cache
def _described(name: str) -> Tool:
    tool = next(each for each in TOOLS if each.name == name)
    hints = ToolAnnotations(
        read_only_hint=tool.reach is Reach.READ,
        destructive_hint=tool.reach is Reach.WRITE,
        idempotent_hint=tool.reach is Reach.WRITE,
        open_world_hint=False,
    )
    return Tool(name=name, description=tool.says, input_schema=tool.schema, annotations=hints)


def _result(answer: Any, *, is_error: bool = False) -> CallToolResult:
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(text=text)], is_error=is_error)


def _exchange(ctx: ServerRequestContext[Any]) -> Exchange:
    assert ctx.request is not None  # it is the transport's own
    exchange: Exchange = ctx.request.scope[EXCHANGE]
    return exchange


def _scope(exchange: Exchange) -> dict[str, Any]:
    """The request as ASGI has it: without its key, which nothing behind needs."""
    request = exchange.request
    kept = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in request.headers.items()
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": request.path,
        "raw_path": request.path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [*(each for each in kept if each[0] not in LEFT_OUT), ACCEPTED],
        "client": None,
        "server": None,
        EXCHANGE: exchange,
    }


class _Body:
    """What was sent, in one piece; then nothing more comes."""

    def __init__(self, body: bytes) -> None:
        self._messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def __call__(self) -> dict[str, Any]:
        return self._messages.pop() if self._messages else {"type": "http.disconnect"}


class _Recorder:
    """Keeps what is answered until it is whole."""

    def __init__(self) -> None:
        self._status = 500
        self._headers: dict[str, str] = {}
        self._body = bytearray()

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = {
                name.decode("latin-1").title(): value.decode("latin-1") for name, value in message["headers"]
            }
        else:
            self._body += message.get("body", b"")

    def whole(self) -> Exchanged:
        """Status, headers and body; how long it is, its writer says."""
        headers = {name: value for name, value in self._headers.items() if name != "Content-Length"}
        return Exchanged(self._status, headers, bytes(self._body))
