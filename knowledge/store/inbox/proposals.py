"""Proposals: changes an owner's own words asked for, which wait for a tap."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from knowledge.phrases import _
from knowledge.store.database import AppScope, Database, Document, OwnerScope, new_id
from knowledge.store.kept import MADE, GoneAfter, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

PROPOSALS = Stored(
    "proposals",
    Belonging.to_app(),
    indexes=(
        Index((("owner_id", 1), ("app_id", 1), ("said_in", 1))),
        Index((("owner_id", 1), ("created_at", 1), ("_id", 1)), only={"by": {"$gt": ""}}),
        Index((("expires_at", 1),), expire=True),
    ),
    kept=Kept(
        _("Changes mimi has proposed to you in LINE"),
        Subject.DELIVERY,
        GoneAfter("expires_at", timedelta(days=7), MADE),
    ),
)

NOBODYS_PROGRAM = {"$in": ["", None]}

ProposalId = NewType("ProposalId", str)


class ProposalState(StrEnum):
    OPEN = "open"
    APPLIED = "applied"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class Change:
    """One change to an app. `about` is what it changes (an entry's id, a setting's key), `values` what it shall be."""

    kind: str
    about: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Proposal:
    """A change as it was shown. `seen` is the hash of what it would replace: something else is not overwritten."""

    scope: AppScope
    change: Change
    seen: str
    created_at: datetime
    expires_at: datetime
    said_in: str = ""  # the LINE message it came of
    by: str = ""  # the name of the owner's program it came of
    state: ProposalState = ProposalState.OPEN
    id: ProposalId = field(default_factory=lambda: ProposalId(new_id()))


class ProposalRepository:
    """Proposals and their one way out of being open."""

    def __init__(self, database: Database) -> None:
        self._proposals = database.collection(PROPOSALS.name)

    async def add(self, scope: AppScope, proposal: Proposal) -> None:
        await self._proposals.insert(scope.filter() | _to_document(proposal))

    async def get(self, scope: OwnerScope, proposal_id: str, now: datetime) -> Proposal | None:
        """One that has not expired, whatever has become of it."""
        query = {"owner_id": scope.owner_id, "_id": proposal_id, "expires_at": {"$gt": now}}
        document = await self._proposals.find_one(query)
        return _to_proposal(document) if document else None

    async def list_open(self, scope: OwnerScope, now: datetime, *, limit: int = 0) -> Sequence[Proposal]:
        """What the owner's programs proposed and the owner has not settled, the oldest first."""
        found = await self._proposals.find(_filed(scope, now), sort=[("created_at", 1), ("_id", 1)], limit=limit)
        return [_to_proposal(document) for document in found]

    async def count_open(self, scope: OwnerScope, now: datetime) -> int:
        return await self._proposals.count(_filed(scope, now))

    async def settle(self, scope: OwnerScope, proposal_id: str, state: ProposalState) -> bool:
        """From open to something else, once; its words go. False if it is not open (any more)."""
        waiting = {"owner_id": scope.owner_id, "_id": proposal_id, "state": ProposalState.OPEN}
        settled = {"$set": {"state": state, "values": {}}}
        return (await self._proposals.update_one(waiting, settled)).matched_count == 1

    async def set_said_in(self, scope: OwnerScope, proposal_ids: Sequence[str], said_in: str) -> None:
        """Those among these that came of no message so far came of this one."""
        unknown = {"owner_id": scope.owner_id, "_id": {"$in": list(proposal_ids)}, "said_in": "", "by": NOBODYS_PROGRAM}
        await self._proposals.update_many(unknown, {"$set": {"said_in": said_in}})

    async def remove_said_in(self, scope: OwnerScope, said_in: str) -> None:
        """Forget what came of a message that its sender has taken back."""
        await self._proposals.delete_many({"owner_id": scope.owner_id, "said_in": said_in})


def _filed(scope: OwnerScope, now: datetime) -> Document:
    waiting = {"state": ProposalState.OPEN, "by": {"$gt": ""}, "expires_at": {"$gt": now}}
    return {"owner_id": scope.owner_id} | waiting


def _to_document(proposal: Proposal) -> Document:
    return {
        "_id": proposal.id,
        "kind": proposal.change.kind,
        "about": proposal.change.about,
        "values": dict(proposal.change.values),
        "seen": proposal.seen,
        "created_at": proposal.created_at,
        "expires_at": proposal.expires_at,
        "said_in": proposal.said_in,
        "by": proposal.by,
        "state": proposal.state,
    }


def _to_proposal(document: Document) -> Proposal:
    return Proposal(
        AppScope(document["owner_id"], document["app_id"]),
        Change(document["kind"], document["about"], document["values"]),
        document["seen"],
        document["created_at"],
        document["expires_at"],
        document["said_in"],
        document.get("by", ""),
        ProposalState(document["state"]),
        document["_id"],
    )
