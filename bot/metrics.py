"""GET /metrics, in Prometheus' text format: what waits, what has failed, what is spent, and every request's route.

Only for who holds `MIMI_METRICS_TOKEN`, as a bearer token; without that setting there is no such page (S61).
No label holds anything that an owner or a visitor wrote.
"""

import hmac
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import cache
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

from bot.keys import GROUND
from bot.out.outages import show_ways
from handlers.alerts.push_budget import month_at
from handlers.clock import JAPAN
from knowledge.store.backlog import Backlog, BacklogRepository
from knowledge.store.notices.deliveries import DeliveryRepository
from knowledge.store.outbox.pushes import PushRepository
from knowledge.store.spending.spend_counts import EVERYBODY, SpendCountRepository
from knowledge.store.spending.spending import SpendingRepository
from web.site.access_log import route_of

PATH: Final = "/metrics"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

REQUESTS = Counter("mimi_http_requests", "Requests answered", ("method", "route", "status"))
SECONDS = Histogram("mimi_http_seconds", "Seconds until a request was answered; a stream counts whole", ("route",))
WAITING = Gauge("mimi_backlog", "What waits or has failed, by collection and state", ("collection", "state"))
OLDEST = Gauge("mimi_backlog_oldest_seconds", "How long the oldest has waited", ("collection",))
PUSHES = Gauge("mimi_pushes_this_month", "Pushes of LINE's month: used, and the limit (-1: none)", ("what",))
NOTICES = Gauge("mimi_notices", "Notices to owners that wait or were refused, by way and state", ("way", "state"))
SPENT = Gauge(
    "mimi_model_spent_today", "What answers of all apps took today (in Japan): US dollars and tokens", ("what",)
)
SPENT_SHARE = Gauge(
    "mimi_model_spend_share", "What answers of all apps took of what they may (MIMI_SPEND_TOTAL_*)", ("period",)
)


@web.middleware
async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Outside all others: whatever they make of a request is counted by its route, never by its path."""
    began, status = time.monotonic(), 499  # the visitor went away before there was a response
    try:
        response = await handler(request)
        status = response.status
        return response
    finally:
        method = request.method if request.match_info.route.resource else "other"
        _note(method, route_of(request), status, time.monotonic() - began)


def counted(route: str, handler: Handler) -> Handler:
    """The same for a handler that no middleware sees."""

    async def handle(request: web.Request) -> web.StreamResponse:
        began, status = time.monotonic(), 500
        try:
            response = await handler(request)
            status = response.status
            return response
        except web.HTTPException as refusal:
            status = refusal.status
            raise
        finally:
            _note(request.method, route, status, time.monotonic() - began)

    return handle


def _note(method: str, route: str, status: int, seconds: float) -> None:
    requests, durations = _of(method, route, status)
    requests.inc()
    durations.observe(seconds)


@cache  # to find a counter by its labels costs more than to count
def _of(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(method, route, status), SECONDS.labels(route)


def page(token: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The page for who holds `token`; everyone else gets 401."""
    expected = f"Bearer {token}".encode()

    async def show(request: web.Request) -> web.Response:
        given = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, expected):
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
        await _read(request.app)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return show


async def _read(app: web.Application) -> None:
    """What stands in the store, as it is at this scrape."""
    database, now = app[GROUND].database, app[GROUND].clock.now()
    _show_backlog(await BacklogRepository(database).read(), now)
    await show_ways(database, now)
    for (way, state), number in (await DeliveryRepository(database).undelivered()).items():
        NOTICES.labels(way, state).set(number)
    pushes = await PushRepository(database).month(month_at(now)[0])
    PUSHES.labels("used").set(pushes.used)
    PUSHES.labels("limit").set(-1 if pushes.limit is None else pushes.limit)
    today = now.astimezone(JAPAN).date()
    for what, amount in (await SpendingRepository(database).all_apps(today)).items():
        SPENT.labels(what).set(amount)
    counted = await SpendCountRepository(database).read(EVERYBODY, today)
    for period, share in counted.shares(app[GROUND].settings.spend_limits().everybody).items():
        SPENT_SHARE.labels(period).set(share)


def _show_backlog(backlog: Backlog, now: datetime) -> None:
    for (collection, state), number in backlog.counts.items():
        WAITING.labels(collection, state).set(number)
    for collection, since in (("inbox", backlog.oldest_event), ("outbox", backlog.oldest_row)):
        OLDEST.labels(collection).set((now - since).total_seconds() if since else 0)
