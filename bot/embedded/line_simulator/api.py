"""LINE's API as a server: who may call, what is recorded, which fault strikes, how errors are answered."""

import asyncio
import hmac
import uuid
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.embedded.line_simulator import errors
from bot.embedded.line_simulator.call import Answer, Call, Handler, Recorded
from bot.embedded.line_simulator.channel import Channel
from bot.embedded.line_simulator.delivery import Delivery
from bot.embedded.line_simulator.errors import LineError
from bot.embedded.line_simulator.faults import Fault, Faults, Instead, refusal
from bot.embedded.line_simulator.messaging import RETRY_KEY
from bot.embedded.line_simulator.routes import NEEDS_NO_TOKEN, ROUTES, TAKES_RETRY_KEY

LARGEST_BODY = 2 * 1024 * 1024
KEPT_REQUESTS = 2000
RECORDED_HEADERS = ("Content-Type", "User-Agent", RETRY_KEY)
REQUEST_ID = web.RequestKey("request_id", str)
FROM_LINE = web.RequestKey("from_line", bool)


class Api:
    """Serves `ROUTES`, and keeps what it was asked in `requests`."""

    def __init__(self, channel: Channel, faults: Faults, delivery: Delivery) -> None:
        self.requests: list[Recorded] = []
        self._channel, self._faults, self._delivery = channel, faults, delivery
        self._closing = asyncio.Event()

    def application(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_BODY)
        for method, path, operation, handler in ROUTES:
            app.router.add_route(method, path, self._endpoint(operation, handler))
        app.router.add_route("*", "/{unknown:.*}", self._endpoint("unknown", _unknown))
        app.on_response_prepare.append(self._name_request)
        app.on_shutdown.append(self._let_go)
        return app

    async def _name_request(self, request: web.Request, response: web.StreamResponse) -> None:
        if request.get(FROM_LINE, True):
            response.headers["x-line-request-id"] = request[REQUEST_ID]

    async def _let_go(self, _: web.Application) -> None:
        """Requests that were told to hang end with the server."""
        self._closing.set()

    def _endpoint(self, operation: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def endpoint(request: web.Request) -> web.StreamResponse:
            recorded = self._record(request, operation)
            fault = self._faults.take(operation)
            if isinstance(fault, Instead):
                return await self._instead(request, recorded, fault)
            recorded.fault = fault
            if fault in (Fault.CUT, Fault.HANG):
                return await self._no_answer(request, fault)
            answer: web.StreamResponse = web.Response(status=202)
            if fault is not Fault.CONTENT_202:
                answer = await self._answer(request, handler, recorded, refusal(fault) if fault else None)
            if fault and isinstance(answer, web.Response) and answer.status < 300:
                answer = await self._spoil(request, answer, fault)
            recorded.status = answer.status if request.transport and not request.transport.is_closing() else 0
            self._channel.changes.notify()
            return answer

        return endpoint

    async def _instead(self, request: web.Request, recorded: Recorded, answer: Instead) -> web.Response:
        await request.read()
        request[FROM_LINE], recorded.status = answer.from_line, answer.status
        self._channel.changes.notify()
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)

    def _record(self, request: web.Request, operation: str) -> Recorded:
        headers = {name: request.headers[name] for name in RECORDED_HEADERS if name in request.headers}
        recorded = Recorded(operation, request.method, request.path, headers, request_id=str(uuid.uuid4()))
        request[REQUEST_ID] = recorded.request_id
        self.requests.append(recorded)
        del self.requests[:-KEPT_REQUESTS]
        self._channel.changes.notify()
        return recorded

    async def _answer(
        self, request: web.Request, handler: Handler, recorded: Recorded, refused: LineError | None
    ) -> web.Response:
        """What LINE would answer; an error before the handler ran means that nothing was done."""
        try:
            raw = await self._read(request)
            if recorded.operation not in NEEDS_NO_TOKEN:
                self._check_token(request)
            if refused:
                raise refused
            if RETRY_KEY in request.headers and recorded.operation not in TAKES_RETRY_KEY:
                raise LineError(400, "The retry key is not supported by this API")
            params, query = dict(request.match_info), dict(request.query)
            call = Call(self._channel, self._delivery, params, request.headers, query, raw, recorded)
            answer = handler(call)
            return _response(await answer if isinstance(answer, Awaitable) else answer)
        except LineError as error:
            return web.json_response(error.body, status=error.status, headers=error.headers)

    async def _read(self, request: web.Request) -> bytes:
        try:
            return await request.read()
        except web.HTTPRequestEntityTooLarge as error:
            raise LineError(413, "Payload Too Large") from error

    def _check_token(self, request: web.Request) -> None:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            raise errors.unauthorized("Missing or invalid Authorization header")
        if not hmac.compare_digest(token.encode(), self._channel.access_token.encode()):
            raise errors.unauthorized(
                "invalid token. Confirm that the access token in the authorization header is valid."
            )

    async def _no_answer(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        """End the connection without a word: at once, or when either side has had enough."""
        if fault in (Fault.HANG, Fault.ACCEPT_THEN_HANG):
            await self._closing.wait()
        if request.transport:
            request.transport.abort()
        return web.Response()

    async def _spoil(self, request: web.Request, answer: web.Response, fault: Fault) -> web.StreamResponse:
        """The request was accepted; its answer does not arrive as it should."""
        match fault:
            case Fault.ACCEPT_THEN_500:
                error = errors.server_error()
                return web.json_response(error.body, status=error.status)
            case Fault.MALFORMED_200:
                return web.Response(text='{"sentMessages":[{"id":', content_type="application/json")
            case Fault.EMPTY_200:
                return web.Response(status=200)
            case Fault.CUT_MID_BODY:
                return await self._half(request, answer)
            case Fault.ACCEPT_THEN_CUT | Fault.ACCEPT_THEN_HANG:
                return await self._no_answer(request, fault)
        return answer

    async def _half(self, request: web.Request, answer: web.Response) -> web.StreamResponse:
        body = bytes(answer.body) if isinstance(answer.body, bytes) else b"{}"
        half = web.StreamResponse(headers={"Content-Type": answer.content_type, "Content-Length": str(len(body))})
        await half.prepare(request)
        await half.write(body[: len(body) // 2])
        if request.transport:
            request.transport.close()
        return half


def _unknown(_: Call) -> Answer:
    raise errors.not_found()


def _response(answer: Answer) -> web.Response:
    return web.json_response(answer) if isinstance(answer, dict) else answer
