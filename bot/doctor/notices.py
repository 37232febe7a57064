"""Notices that have not reached everybody, and what /privacy cannot say because it is not set."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.doctor.diagnosis import Diagnosis
from bot.join.notices import notices_of, policies_of
from bot.settings import Settings
from handlers.notices.notices import NoticeStatus
from handlers.ports import Clock
from knowledge.store.database import Database
from knowledge.store.notices.deliveries import Delivered
from knowledge.store.notices.notices import NoticeState
from knowledge.store.repositories import Repositories

LATE = timedelta(minutes=10)
UNSET = "set them (`python -m bot settings`): who runs a service, and where, has to be public"
ADVICE = "`python -m bot notice status` counts them; an e-mail is tried for five days, a card waits for its owner"


async def look_at_notices(settings: Settings, database: Database, clock: Clock) -> Sequence[Diagnosis]:
    """What is undelivered, and how the policy stands."""
    giving = [
        each
        for each in await notices_of(Repositories(database), clock, settings.public_url).all()
        if each.notice.state is NoticeState.GIVING
    ]
    undelivered = await Repositories(database).deliveries.undelivered()
    versions = await policies_of(Repositories(database), clock).versions()
    return [
        _notices(giving, undelivered, clock.now()),
        _policy(versions.current.version, versions.twice),
        *said(settings),
    ]


def said(settings: Settings) -> list[Diagnosis]:
    """Whether /privacy can name who runs this mimi; only where it is about to be public."""
    if not settings.named() & {"MONGODB_URI", "LINE_CHANNEL_ACCESS_TOKEN", "SMTP_URL"}:
        return []
    values = {"MIMI_OPERATOR": settings.operator, "MIMI_HOSTING": settings.hosting}
    missing = [name for name, value in values.items() if not value]
    if missing:
        return [Diagnosis("operator", False, f"/privacy cannot say: {', '.join(missing)} not set", UNSET)]
    return [Diagnosis("operator", True, f"/privacy names {settings.operator}")]


def _notices(
    giving: Sequence[NoticeStatus], undelivered: Mapping[tuple[str, Delivered], int], now: datetime
) -> Diagnosis:
    waiting, refused = undelivered["mail", Delivered.WAITING], undelivered["mail", Delivered.REFUSED]
    cards = undelivered["line", Delivered.WAITING]
    detail = f"by mail {waiting} waiting, {refused} refused; {cards} cards waiting for their owner's next message"
    if giving:
        detail = f"owners still to be told: {sum(each.left for each in giving)}; {detail}"
    if any(each.notice.asked_at and not each.notice.reached and now - each.notice.asked_at > LATE for each in giving):
        return Diagnosis("notices", False, detail, "nothing has started sending it: is a worker running?")
    return Diagnosis("notices", True, detail, ADVICE if giving or waiting or refused else "")


def _policy(current: str, twice: Sequence[str]) -> Diagnosis:
    if twice:
        advice = "the one published here stays; to use the program's, publish it under another name"
        return Diagnosis("policy", True, f"this program comes with a different version {', '.join(twice)}", advice)
    return Diagnosis("policy", True, f"version {current} is in force")
