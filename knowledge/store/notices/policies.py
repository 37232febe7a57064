"""Versions of the privacy policy that an operator has published; once there, none is changed or removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.store.database import Database, Document
from knowledge.store.kept import RUNNING
from knowledge.store.stored import Belonging, Stored

POLICIES = Stored("policies", Belonging.to_nobody(), kept=RUNNING)


@dataclass(frozen=True)
class PolicyVersion:
    """In force from the beginning of `since` (in Japan) until the next one is. `changes`: what is new in it."""

    version: str
    since: date
    text: Mapping[str, str]
    changes: Mapping[str, str]


class PolicyRepository:
    """The operator's versions; those that came with the program are files."""

    def __init__(self, database: Database) -> None:
        self._policies = database.collection(POLICIES.name)

    async def add(self, policy: PolicyVersion) -> bool:
        """Publish; False if there is such a version."""
        kept = {"since": policy.since.isoformat(), "text": dict(policy.text), "changes": dict(policy.changes)}
        result = await self._policies.update_one({"_id": policy.version}, {"$setOnInsert": kept}, upsert=True)
        return result.upserted_id is not None

    async def list_all(self) -> list[PolicyVersion]:
        """All of them: a handful."""
        return [_to_policy(each) for each in await self._policies.find({})]


def _to_policy(document: Document) -> PolicyVersion:
    return PolicyVersion(document["_id"], date.fromisoformat(document["since"]), document["text"], document["changes"])
