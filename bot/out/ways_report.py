"""What those who look after mimi are told of ways out that are shut: for `doctor` and metrics."""

from datetime import datetime

from prometheus_client import Gauge

from knowledge.store.database import Database
from knowledge.store.outbox.ways import ShutWay, Way, WayRepository

SHUT = Gauge("mimi_way_shut_seconds", "How long a way out has been refused for everything; 0: it is open", ("way",))


async def ways_out(database: Database) -> tuple[bool, str, str]:
    """Whether all is well, what there is to say, and what to do."""
    shut = await WayRepository(database).all_shut()
    if not shut:
        return True, "LINE and the mail server take what is sent, as far as anything was", ""
    return False, "; ".join(map(_said, shut)), " ".join(dict.fromkeys(map(_advice, shut)))


async def show_ways(database: Database, now: datetime) -> None:
    """Set the gauge as it is now."""
    since = {each.way: each.since for each in await WayRepository(database).all_shut()}
    for way in Way:
        SHUT.labels(way.value).set((now - since[way]).total_seconds() if way in since else 0)


def _said(shut: ShutWay) -> str:
    tried = f"tried last at {shut.tried_at:%H:%M}"
    return f"{shut.way}: held because all are refused since {shut.since:%Y-%m-%d %H:%M} UTC, {tried} ({shut.problem})"


def _advice(shut: ShutWay) -> str:
    if shut.way is Way.MAIL:
        return "check SMTP_URL and MAIL_FROM."
    if shut.problem.startswith("401"):
        advice = "issue a channel access token in the LINE console, set LINE_CHANNEL_ACCESS_TOKEN"
        return f"{advice} and start mimi again: what is held goes then."
    if shut.problem.startswith("403"):
        return "look at the account's plan and status in the LINE console: what is held goes when LINE allows it."
    return "LINE's own answer looks otherwise: check LINE_API_URL, and the proxy or gateway between."
