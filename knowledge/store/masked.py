"""Where visitors' words are quoted outside their messages (`Stored.quotes`): found, and replaced when masked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.errors import DuplicateKeyError

from knowledge.phrases import Tag
from knowledge.store.database import AppScope, Database, Document
from knowledge.store.registry import STORED
from knowledge.store.stored import Stored, Whose


@dataclass(frozen=True)
class Quote:
    """Words in a field of one row."""

    stored: Stored
    row_id: str
    field: str
    text: str
    lang: Tag | None


class Quotes:
    """All there are, of one conversation at a time: a new collection takes part by saying which fields quote."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, scope: AppScope, conversation_id: str) -> Sequence[Quote]:
        """What is kept because of the conversation, and quotes it."""
        return [
            quote
            for stored in STORED
            if stored.belongs.whose is Whose.CONVERSATION
            for quote in await self._found(stored, scope.filter() | {stored.belongs.field: conversation_id})
        ]

    async def saying(self, scope: AppScope, values: Sequence[str]) -> Sequence[Quote]:
        """What is kept of the app, whichever conversation it came from, and says one of these values."""
        any_of = {"$regex": "|".join(map(re.escape, values))}
        return [
            quote
            for stored in STORED
            if stored.belongs.whose is Whose.APP and stored.quotes and values
            for quote in await self._found(
                stored, scope.filter() | {"$or": [{field: any_of} for field in stored.quotes]}
            )
        ]

    async def replace(self, scope: AppScope, quote: Quote, text: str) -> None:
        """Other words in its place, if it is still as it was; where these are kept already, once is enough."""
        rows = self._database.collection(quote.stored.name)
        same = scope.filter() | {"_id": quote.row_id, quote.field: quote.text}
        try:
            await rows.update_one(same, {"$set": {quote.field: text}})
        except DuplicateKeyError:
            await rows.delete_one(same)

    async def _found(self, stored: Stored, query: Document) -> Sequence[Quote]:
        if not stored.quotes:
            return ()
        rows = await self._database.collection(stored.name).find(query)
        told = [(row, field, _in(row, field)) for row in rows for field in stored.quotes]
        return [
            Quote(stored, row["_id"], field, text, row.get("asked_lang") or row.get("lang"))
            for row, field, text in told
            if text
        ]


def _in(row: Document, path: str) -> str:
    """The words at a path like `draft.answer`, empty where there are none."""
    value: Any = row
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""
