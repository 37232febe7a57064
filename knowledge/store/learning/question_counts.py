"""What became of an app's questions in a span of time: counted from the messages themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from knowledge.store.conversations.messages import HELD, MESSAGES, Role
from knowledge.store.database import AppScope, Database, Document

LONGEST_COUNTED = 300  # characters; longer ones are told apart by their beginnings
HOUR = "%Y-%m-%d %H"


@dataclass(frozen=True)
class AskedOften:
    """A question in the words of one who asked it, and how many asked so."""

    text: str
    lang: str
    count: int


class QuestionCounts:
    """Reads the messages of one app, spam aside; both ends of a span are moments, the second is not in it."""

    def __init__(self, database: Database) -> None:
        self._messages = database.collection(MESSAGES.name)

    async def by_hour(self, scope: AppScope, start: datetime, end: datetime, zone: str) -> Mapping[str, int]:
        """`2026-04-02 09` -> questions asked in that hour, where there were any."""
        hour = {"$dateToString": {"date": "$created_at", "format": HOUR, "timezone": zone}}
        return await self._counted(_of(scope, Role.VISITOR, start, end), hour)

    async def by_state(self, scope: AppScope, start: datetime, end: datetime) -> Mapping[str, int]:
        """How answers ended -> how many."""
        return await self._counted(_of(scope, Role.MIMI, start, end), "$state")

    async def by_feedback(self, scope: AppScope, start: datetime, end: datetime) -> Mapping[str, int]:
        """`up` and `down` -> how many answers visitors thought so of."""
        thought = {"feedback": {"$in": ["up", "down"]}}
        return await self._counted(_of(scope, Role.MIMI, start, end) | thought, "$feedback")

    async def by_source(self, scope: AppScope, start: datetime, end: datetime, most: int) -> Mapping[str, int]:
        """Entry or document -> answers that rest on it, of the latest `most`."""
        # A passage is called as its document, with its number (`stored_items.py`). Several of one count once.
        whose = {"$arrayElemAt": [{"$split": ["$$this.item", "-"]}, 0]}
        found = await self._messages.aggregate(
            [
                {"$match": _of(scope, Role.MIMI, start, end)},
                {"$sort": {"created_at": -1}},
                {"$limit": most},
                {"$project": {"of": {"$setUnion": [{"$map": {"input": "$sources", "in": whose}}, []]}}},
                {"$unwind": "$of"},
                {"$group": {"_id": "$of", "count": {"$sum": 1}}},
            ]
        )
        return {str(each["_id"]): int(each["count"]) for each in found}

    async def held(self, scope: AppScope, start: datetime, end: datetime) -> int:
        """How many messages were taken for spam, and not released."""
        return await self._messages.count(_of(scope, Role.VISITOR, start, end, held=True))

    async def asked_most(self, scope: AppScope, start: datetime, end: datetime, limit: int) -> list[AskedOften]:
        """The questions asked by most, letter case and signs at the end aside."""
        begins = {"$substrCP": [{"$toLower": "$text"}, 0, LONGEST_COUNTED]}
        plain = {"$trim": {"input": begins, "chars": " 　?？!！。.、,\n"}}
        first = {"text": {"$first": "$text"}, "lang": {"$first": "$lang"}, "count": {"$sum": 1}}
        found = await self._messages.aggregate(
            [
                {"$match": _of(scope, Role.VISITOR, start, end)},
                {"$sort": {"created_at": 1}},
                {"$group": {"_id": plain, **first}},
                {"$sort": {"count": -1, "_id": 1}},
                {"$limit": limit},
            ]
        )
        return [AskedOften(each["text"], each["lang"], each["count"]) for each in found]

    async def _counted(self, match: Document, by: object) -> Mapping[str, int]:
        found = await self._messages.aggregate([{"$match": match}, {"$group": {"_id": by, "count": {"$sum": 1}}}])
        return {str(each["_id"]): int(each["count"]) for each in found}


def _of(scope: AppScope, role: Role, start: datetime, end: datetime, *, held: bool = False) -> Document:
    state = HELD if held else {"$ne": HELD}
    return scope.filter() | {"role": role.value, "created_at": {"$gte": start, "$lt": end}, "state": state}
