"""MongoDB: reachable, a replica set, its clock, its disk, its indexes; and what waits in it or was given up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pymongo.errors import ConfigurationError, InvalidURI, OperationFailure, PyMongoError

from bot.doctor.diagnosis import Diagnosis, quoted
from bot.doctor.machine import clock_finding, disk_finding
from bot.out.outages import ways_out
from bot.settings import Settings
from handlers.alerts.push_budget import month_at, month_of
from handlers.clock import JAPAN
from handlers.ports import Clock
from knowledge.store.backlog import LATE
from knowledge.store.database import Database
from knowledge.store.inbox.inbox import EventState, InboxRepository
from knowledge.store.outbox.outbox import OutboxRepository, RowState
from knowledge.store.outbox.pushes import PushRepository
from knowledge.store.registry import missing_indexes
from knowledge.store.replica_set import seed_says, servers_in, set_named_in
from knowledge.store.spending.spend_counts import EVERYBODY, NEAR, SpendCountRepository

UNAUTHORIZED, WRONG_PASSWORD, ATLAS_WRONG_PASSWORD = 13, 18, 8000
NO_SERVER = "check MONGODB_URI and that the server is up"
NOT_RUNNING = "start mimi: `make run` brings its own MongoDB (MONGODB_URI is not set)"
NOBODY = "is it the right host, and does a firewall or Atlas's IP access list let this machine in?"
# What a connection ends with, in the words of the system and of pymongo, and what it comes from.
CAUSES = {
    "Connection refused": ("nothing listens there", "start MongoDB there, or correct host and port in MONGODB_URI"),
    "Name or service not known": ("there is no such name here", "correct the host in MONGODB_URI"),
    "name resolution": ("there is no such name here", "correct the host in MONGODB_URI, or see to this machine's DNS"),
    "nodename nor servname": ("there is no such name here", "correct the host in MONGODB_URI"),
    "No servers found yet": ("no answer", NOBODY),
    "timed out": ("no answer", NOBODY),
    "response id": ("what listens there is no MongoDB", "correct host and port in MONGODB_URI"),
    "No route to host": ("there is no way there", "correct the host in MONGODB_URI, or the firewall between"),
    "unreachable": ("there is no way there", "correct the host in MONGODB_URI, or the firewall between"),
}
ESCAPED = "mongodb://user:password@host:27017/mimi?replicaSet=...; a password's @ : / % are written as %40 %3A %2F %25"
FIRST_START = "mimi makes them when it starts: start `serve`, and read its log if they are still missing after that"


async def look_at_store(database: Database, uri: str, clock: Clock, *, embedded: bool = False) -> Sequence[Diagnosis]:
    """The server itself first; nothing else is looked at where it is not usable."""
    try:
        before = clock.now()
        hello = await database.ping()
        after = clock.now()
        stats = await database.raw.command("dbStats")
    except OperationFailure as error:
        return [_refused(error)]
    except PyMongoError as error:
        away = await _unreachable(uri, error)
        return [replace(away, advice=NOT_RUNNING) if embedded else away]
    if not hello.get("setName"):
        return [Diagnosis("store", False, "not a replica set", "start mongod with --replSet and run rs.initiate()")]
    found = [Diagnosis("store", True, f"replica set {hello['setName']}, database {database.raw.name}")]
    if isinstance(said := hello.get("localTime"), datetime):
        found.append(clock_finding("clock", "MongoDB's", said.replace(tzinfo=UTC), before, after))
    if total := stats.get("fsTotalSize"):
        found.append(disk_finding("disk of MongoDB", total - stats.get("fsUsedSize", 0), total))
    return [*found, await _indexes(database)]


async def look_at_queues(settings: Settings, database: Database, now: datetime) -> Sequence[Diagnosis]:
    """What waits, what was given up, which ways out are shut, and what the month still has of pushes and money."""
    return [
        await _inbox(InboxRepository(database), now),
        await _outbox(OutboxRepository(database)),
        Diagnosis("ways out", *await ways_out(database)),
        await _pushes(PushRepository(database), now),
        await _spending(settings, database, now),
    ]


def unreadable(error: Exception) -> Diagnosis:
    """MONGODB_URI itself is no good. What an InvalidURI quotes may be a piece of the password."""
    if isinstance(error, ConfigurationError) and not isinstance(error, InvalidURI):
        advice = "correct the host in MONGODB_URI, or see to this machine's DNS" if "DNS" in str(error) else NO_SERVER
        return Diagnosis("store", False, f"MONGODB_URI: {quoted(str(error)).rstrip('.')}", advice)
    return Diagnosis("store", False, f"MONGODB_URI cannot be read ({type(error).__name__})", ESCAPED)


async def why_not_usable(settings: Settings, error: PyMongoError) -> Diagnosis:
    """Why the store that these settings name cannot be worked with."""
    uri = settings.mongodb_uri.get_secret_value()
    if isinstance(error, OperationFailure):
        return _refused(error)
    if not uri:
        advice = f"the log of mimi's own is in {settings.data_dir / 'mongodb'}"
        return Diagnosis("store", False, f"not usable ({type(error).__name__})", advice)
    try:
        set_named_in(uri)
    except (PyMongoError, ValueError) as unread:
        return unreadable(unread)
    return await _unreachable(uri, error)


def _refused(error: OperationFailure) -> Diagnosis:
    """The server answers, and says no."""
    if error.code in {WRONG_PASSWORD, ATLAS_WRONG_PASSWORD}:
        advice = f"check user, password and authSource in MONGODB_URI: {ESCAPED}"
        return Diagnosis("store", False, "MongoDB refuses the user or the password", advice)
    if error.code == UNAUTHORIZED:
        advice = "put user:password@ into MONGODB_URI; the user needs the role readWrite on the database it names"
        return Diagnosis("store", False, "MongoDB wants a user with more rights", advice)
    return Diagnosis("store", False, f"MongoDB refuses: {quoted(str(error.details or error))}", NO_SERVER)


async def _unreachable(uri: str, error: PyMongoError) -> Diagnosis:
    """Why not: the server that MONGODB_URI names may answer all the same, and say what is wrong with the set."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        advice = "add tlsCAFile=... to MONGODB_URI where MongoDB has a certificate authority of your own"
        return Diagnosis("store", False, "MongoDB's certificate is not trusted here", advice)
    if "SSL handshake failed" in str(error):
        advice = "Atlas: put this machine's address into its IP access list. Else compare tls= in MONGODB_URI"
        return Diagnosis("store", False, "MongoDB ends the connection before a word is said", advice)
    said = await seed_says(uri)
    if said is None:
        return _no_server(uri, error)
    return _odd_set(said, set_named_in(uri))


def _no_server(uri: str, error: PyMongoError) -> Diagnosis:
    if uri.count("@") > 1:  # what was taken for the host is a piece of the password
        return Diagnosis("store", False, "MONGODB_URI cannot be read: it has an @ too many", ESCAPED)
    place, said = servers_in(uri), str(error)
    for words, (cause, advice) in CAUSES.items():
        if words in said:
            return Diagnosis("store", False, f"not reachable at {place}: {cause}", advice)
    return Diagnosis("store", False, f"not reachable at {place} ({type(error).__name__})", NO_SERVER)


def _odd_set(said: Mapping[str, Any], wanted: str) -> Diagnosis:
    name, members = said.get("setName", ""), ", ".join(said.get("hosts", []))
    if not name:
        detail, advice = "the server is there, but not a replica set", "start it with --replSet and run rs.initiate()"
    elif wanted and name != wanted:
        detail, advice = f"the set is called {name}, MONGODB_URI says {wanted}", "correct replicaSet= in MONGODB_URI"
    else:
        detail = f"the server is there, but no primary was reached among the members of {name}: {members}"
        advice = "every member's name must be reachable from here (rs.conf(), rs.reconfig()), and most must be up"
    return Diagnosis("store", False, detail, advice)


async def _indexes(database: Database) -> Diagnosis:
    missing = await missing_indexes(database)
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        return Diagnosis("indexes", False, f"missing: {', '.join(missing[:3])}{more}", FIRST_START)
    return Diagnosis("indexes", True, "all there")


async def _inbox(inbox: InboxRepository, now: datetime) -> Diagnosis:
    waiting, oldest = await inbox.count(EventState.NEW), await inbox.oldest_waiting()
    parked = await inbox.problems()
    detail = f"{waiting} waiting, {len(parked)} parked"
    if parked:
        listed = "; ".join(f"{event_id}: {problem}" for event_id, problem in parked[:3])
        return Diagnosis("inbox", False, detail, f"these events failed every time: {listed}. See the log at their ids")
    if oldest and now - oldest > LATE:
        return Diagnosis("inbox", False, f"{detail}, oldest since {oldest:%H:%M:%S}", "is a worker running?")
    return Diagnosis("inbox", True, detail)


async def _outbox(outbox: OutboxRepository) -> Diagnosis:
    waiting, failed = await outbox.count(RowState.WAITING), await outbox.problems()
    held = await outbox.count(RowState.HELD)
    detail = f"{waiting} waiting, {held} held for a push or an owner's next message, {len(failed)} failed"
    if failed:
        listed = "; ".join(f"{row_id}: {problem}" for row_id, problem in failed[:3])
        return Diagnosis("outbox", False, detail, f"LINE or the mail server refused: {listed}")
    return Diagnosis("outbox", True, detail)


async def _pushes(pushes: PushRepository, now: datetime) -> Diagnosis:
    name, _starts, ends = month_at(now)
    count = await pushes.month(name)
    month = month_of(now, count)
    if month.limit is None and not month.stopped:
        told = "no limit" if count.read_at else "the limit has not been read yet"
        return Diagnosis("pushes", True, f"{count.used} used in {name}, {told}")
    detail = f"{month.used} of {month.limit} used in {name}; owners who share them: {month.owners}"
    advice = f"alerts wait for their owners' next message until {ends:%Y-%m-%d}; a larger LINE plan pushes them at once"
    if month.stopped:
        return Diagnosis("pushes", False, f"{detail}; LINE refuses more", advice)
    return Diagnosis("pushes", not month.is_low, detail, advice if month.is_low else "")


async def _spending(settings: Settings, database: Database, now: datetime) -> Diagnosis:
    """What answers of all apps took of what they may."""
    cap = settings.spend_limits().everybody
    counted = await SpendCountRepository(database).read(EVERYBODY, now.astimezone(JAPAN).date())
    shares = counted.shares(cap)
    if not shares:
        return Diagnosis("spending", True, "no limit for the whole service (MIMI_SPEND_TOTAL_PER_DAY, _PER_MONTH)")
    limits = {"day": cap.a_day, "month": cap.a_month}
    detail = ", ".join(f"{share:.0%} of this {period}'s ${limits[period]:g}" for period, share in shares.items())
    advice = "answers are quoted once it is all spent; raise MIMI_SPEND_TOTAL_PER_DAY or _PER_MONTH, or see who spends"
    well = max(shares.values()) < NEAR
    return Diagnosis("spending", well, detail, "" if well else advice)
