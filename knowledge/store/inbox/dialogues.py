"""Dialogues under way: which question an owner was asked last, and what was answered so far."""

from dataclasses import dataclass, field
from datetime import datetime

from knowledge.phrases import _
from knowledge.store.database import Database, Document, OwnerScope
from knowledge.store.kept import AsLongAs, Kept, Subject
from knowledge.store.stored import Belonging, Stored, by_owner_id

# One per owner: the owner's id is its `_id`, and is kept once more under the name that every scope uses.
DIALOGUES = Stored(
    "dialogues",
    Belonging.to_owner(by_owner_id),
    kept=Kept(
        _("Where you are in a dialogue with mimi in LINE, until the next one"), Subject.DELIVERY, AsLongAs.ACCOUNT
    ),
)


@dataclass(frozen=True)
class Dialogue:
    """`name` says which script is followed, `step` which of its questions waits for an answer.

    `holds_words`: something that was written is among the answers. `aside` was under way when this one began, held
    words, and goes on when this one is over.
    """

    name: str
    step: str
    updated_at: datetime
    answers: dict[str, str] = field(default_factory=dict)
    holds_words: bool = False
    aside: "Dialogue | None" = None


class DialogueRepository:
    """At most one dialogue an owner."""

    def __init__(self, database: Database) -> None:
        self._dialogues = database.collection(DIALOGUES.name)

    async def get(self, scope: OwnerScope) -> Dialogue | None:
        document = await self._dialogues.find_one({"_id": scope.owner_id})
        return _to_dialogue(document) if document and "name" in document else None

    async def put(self, scope: OwnerScope, dialogue: Dialogue) -> None:
        """Keep it in the place of whatever was under way."""
        kept = {
            "owner_id": scope.owner_id,
            "name": dialogue.name,
            "step": dialogue.step,
            "answers": dialogue.answers,
            "updated_at": dialogue.updated_at,
            "holds_words": dialogue.holds_words,
        }
        await self._dialogues.update_one({"_id": scope.owner_id}, {"$set": kept}, upsert=True)

    async def add_message(self, scope: OwnerScope, message: str) -> None:
        """Note the door's id of a message whose words the dialogue holds, if one is under way."""
        if message:
            await self._dialogues.update_one({"_id": scope.owner_id}, {"$addToSet": {"messages": message}})

    async def remove_resting_on(self, scope: OwnerScope, message: str) -> None:
        """End it if it holds words of this message, and forget what it has set aside if that does."""
        await self._dialogues.delete_one({"_id": scope.owner_id, "messages": message})
        await self._dialogues.update_one(
            {"_id": scope.owner_id, "aside.messages": message}, {"$unset": {"aside": True}}
        )

    async def remove_named(self, scope: OwnerScope, name: str) -> None:
        """End it if it follows this script."""
        await self._dialogues.delete_one({"_id": scope.owner_id, "name": name})

    async def remove(self, scope: OwnerScope) -> bool:
        """End it, and what it has set aside; False if none was under way."""
        return (await self._dialogues.delete_one({"_id": scope.owner_id})).deleted_count == 1

    async def end(self, scope: OwnerScope) -> bool:
        """End it, and go on with what it has set aside; False if none was under way."""
        ended = await self._dialogues.find_one_and_delete({"_id": scope.owner_id})
        if ended and ended.get("aside"):
            await self._dialogues.insert(ended["aside"])
        return ended is not None

    async def make_way(self, scope: OwnerScope, name: str) -> None:
        """End it for another with this name; it is set aside if it holds words. Of several, the latest is kept."""
        before = await self._dialogues.find_one_and_delete({"_id": scope.owner_id})
        aside = before and (before if before.get("holds_words") and before["name"] != name else before.get("aside"))
        if aside:
            aside.pop("aside", None)
            # Until the next one is put there, nothing is under way.
            await self._dialogues.insert({"_id": scope.owner_id, "owner_id": scope.owner_id, "aside": aside})


def _to_dialogue(document: Document) -> Dialogue:
    return Dialogue(
        document["name"],
        document["step"],
        document["updated_at"],
        document["answers"],
        document.get("holds_words", False),
        _to_dialogue(document["aside"]) if document.get("aside") else None,
    )
