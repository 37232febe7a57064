"""When the next thing of each kind is due: what waits counts, and nothing else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from clock import START

from knowledge.store import due_times
from knowledge.store.database import Database
from knowledge.store.due_times import ALWAYS, DueTimes, Timed

SOON, LATER = START + timedelta(minutes=1), START + timedelta(hours=1)
KINDS = {name: kind for name, kind in vars(due_times).items() if isinstance(kind, Timed)}
# Kind -> what waits until a time, and what does not wait, as their collections hold it.
TIMED: dict[str, tuple[Any, tuple[dict[str, Any], ...]]] = {
    "ROWS": (lambda at: {"state": "waiting", "not_before": at}, ({"state": "held", "not_before": START},)),
    "CARRIED_ROWS": (lambda at: {"state": "carried", "not_before": at}, ({"state": "sent", "not_before": START},)),
    "HELD_ROWS": (lambda at: {"state": "held", "not_before": at}, ({"state": "waiting", "not_before": START},)),
    "LINES": (lambda at: {"lease_until": at}, ()),
    "TRIED": (lambda at: {"lease_until": at}, ({"wrong": False},)),
    "JOBS": (lambda at: {"state": "applying", "lease_until": at}, ({"state": "ready", "lease_until": START},)),
    "ANSWERS": (
        lambda at: {"state": "pending", "lease_until": at},
        ({"state": "complete", "lease_until": None, "conversation_id": "2"},),
    ),
    "TAKEOVERS": (lambda at: {"takeover": {"letter": "A", "until": at}}, ({"key_hash": "2"},)),
    "PAGES": (lambda at: {"on": True, "next_at": at}, ({"on": False, "next_at": START, "url": "2"},)),
    "LEAVING": (lambda at: {"leaving_at": at}, ({"leaving_at": None},)),
    "LEAVING_APPS": (lambda at: {"leaving_at": at}, ({"leaving_at": None, "handle": "2"},)),
    "RETURNING": (lambda at: {"state": "applying", "lease_until": at}, ({"state": "ready", "lease_until": START},)),
    "MASKING": (lambda at: {"mask_at": at}, ({"mask_at": None, "key_hash": "2"},)),
    "HANDLES": (lambda at: {"handle_look_at": at}, ()),
    "NOTICES": (lambda at: {"look_at": at}, ({"mail": "sent"},)),
    "GIVING": (lambda at: {"state": "giving", "give_at": at}, ({"state": "given"},)),
    "DIGESTS": (lambda at: {"digest_at": at}, ()),
    "ASKED": (lambda at: {"gap_id": "", "asked_at": at}, ({"gap_id": "g", "asked_at": START, "message_id": "2"},)),
}
AT_ONCE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "UNSTUDIED": ({"unstudied": True}, {"unstudied": False, "handle": "2"}),
    "ASKED_CHECKS": ({"asked": True}, {"asked": False}),
    "RECHECKS": ({"rechecking": {"contacts": ["a@b.c"], "entries": []}}, {"handle": "2"}),
}


def test_every_kind_is_tried() -> None:
    assert {*TIMED, *AT_ONCE} == set(KINDS)


@pytest.mark.parametrize("name", TIMED)
async def test_the_first_time_of_what_waits_is_told(db: Database, name: str) -> None:
    kind, (waits, others) = KINDS[name], TIMED[name]
    collection, due = db.collection(kind.stored.name), DueTimes(db)
    for each in others:
        await collection.insert(dict(each))
    assert await due.next(kind) is None
    unique = iter(range(100))
    for at in (LATER, SOON):
        await collection.insert(_apart(waits(at), next(unique)))
    assert await due.next(kind) == SOON


@pytest.mark.parametrize("name", AT_ONCE)
async def test_what_waits_for_no_time_is_due_since_ever(db: Database, name: str) -> None:
    kind, (waits, other) = KINDS[name], AT_ONCE[name]
    collection = db.collection(kind.stored.name)
    await collection.insert(dict(other))
    assert await DueTimes(db).next(kind) is None
    await collection.insert(dict(waits))
    assert await DueTimes(db).next(kind) == ALWAYS


async def test_of_several_kinds_the_first_is_told(db: Database) -> None:
    times: dict[str, datetime] = {"LINES": LATER, "DIGESTS": SOON}
    for name, at in times.items():
        await db.collection(KINDS[name].stored.name).insert(TIMED[name][0](at))
    assert await DueTimes(db).next(KINDS["LINES"], KINDS["PAGES"], KINDS["DIGESTS"]) == SOON


def _apart(document: dict[str, Any], number: int) -> dict[str, Any]:
    """So that no unique index finds two the same."""
    keys = ("handle", "key_hash", "url", "message_id", "conversation_id", "owner_id")
    return dict.fromkeys(keys, f"n{number}") | document
