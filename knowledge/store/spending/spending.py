"""What answers cost, per app and day: counted when it is spent, whatever becomes of the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.phrases import _
from knowledge.store.conversations.answer_facts import AnswerFacts
from knowledge.store.database import AppScope, Database, Document, new_id
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Index, Stored

MILLIONTHS = 1_000_000

SPENDING = Stored(
    "spending",
    Belonging.to_app(),
    indexes=(Index((("owner_id", 1), ("app_id", 1), ("day", 1)), unique=True), Index((("day", 1),))),
    exported=("app_id", "day", "answers", "tokens_in", "tokens_out", "cache_read", "cache_write", "cost"),
    kept=Kept(_("What the answers of an app have cost, day by day"), Subject.APP, AsLongAs.APP),
)


@dataclass(frozen=True)
class SpentDay:
    """One day of one app; `cost` is in millionths of a US dollar."""

    day: date
    answers: int
    tokens_in: int
    tokens_out: int
    cache_read: int
    cache_write: int
    cost: int


class SpendingRepository:
    """One document per app and day."""

    def __init__(self, database: Database) -> None:
        self._days = database.collection(SPENDING.name)

    async def add(self, scope: AppScope, day: date, made: AnswerFacts) -> None:
        """One more answer on that day."""
        spent = {
            "answers": 1,
            "tokens_in": made.tokens_in,
            "tokens_out": made.tokens_out,
            "cache_read": made.cache_read,
            "cache_write": made.cache_write,
            "cost": made.cost,
        }
        await self._days.update_one(_of(scope, day), {"$inc": spent, "$setOnInsert": {"_id": new_id()}}, upsert=True)

    async def days(self, scope: AppScope, first: date, last: date) -> Sequence[SpentDay]:
        """The days on which something was spent, from the first to the last of both, in order."""
        between = {"day": {"$gte": first.isoformat(), "$lte": last.isoformat()}}
        documents = await self._days.find(scope.filter() | between, sort=[("day", 1)])
        return [_to_day(document) for document in documents]

    async def all_apps(self, day: date) -> Mapping[str, float]:
        """What the answers of a day took, over all apps: `dollars`, `answers` and the kinds of tokens."""
        kinds = ("answers", "tokens_in", "tokens_out", "cache_read", "cache_write", "cost")
        sums: list[Document] = [
            {"$match": {"day": day.isoformat()}},
            {"$group": {"_id": None} | {kind: {"$sum": f"${kind}"} for kind in kinds}},
        ]
        found = await self._days.aggregate(sums)
        total = {kind: float(found[0][kind]) if found else 0.0 for kind in kinds}
        return total | {"dollars": total.pop("cost") / MILLIONTHS}


def _of(scope: AppScope, day: date) -> Document:
    return scope.filter() | {"day": day.isoformat()}


def _to_day(document: Document) -> SpentDay:
    return SpentDay(
        date.fromisoformat(document["day"]),
        document["answers"],
        document["tokens_in"],
        document["tokens_out"],
        document["cache_read"],
        document["cache_write"],
        document["cost"],
    )
