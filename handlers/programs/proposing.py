"""Changes that an owner's programs propose: nothing is changed before the owner has tapped."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from handlers.programs.items import DocumentShelf, EntryShelf
from handlers.programs.keys import Caller
from handlers.written import shortened
from knowledge.errors import BadInput, MimiError
from knowledge.phrases import _
from knowledge.store.database import AppScope
from knowledge.store.inbox.proposals import Change
from knowledge.store.programs.api_keys import Reach

MOST_PROPOSED = 20  # at once
LONGEST_WHY = 180


class Action(StrEnum):
    ADD_ENTRY = "add_entry"
    CHANGE_ENTRY = "change_entry"
    REMOVE_ENTRY = "remove_entry"
    REMOVE_DOCUMENT = "remove_document"


@dataclass(frozen=True)
class Proposed:
    """One change as a program asks for it; what an action does not need is empty."""

    action: Action
    why: str
    id: str = ""
    question: str = ""
    answer: str = ""


class ProposalBox(Protocol):
    """Where proposals wait for their owner."""

    async def file(self, scope: AppScope, by: str, changes: Sequence[Change]) -> Sequence[MimiError | None]:
        """Keep them and tell the owner; of each why it cannot be, if so. Raises BadInput where none can wait there."""


class Proposing:
    """From what a program asks for to what its owner is shown."""

    def __init__(self, entries: EntryShelf, documents: DocumentShelf, box: ProposalBox) -> None:
        self._entries = entries
        self._documents = documents
        self._box = box

    async def file(self, caller: Caller, wanted: Sequence[Proposed]) -> list[MimiError | None]:
        """File each; of each why it cannot be, if so. Raises NotAllowed, BadInput."""
        caller.needs(Reach.PROPOSE)
        outcomes: list[MimiError | None] = []
        changes: list[Change] = []
        for each in wanted:
            try:
                changes.append(await self._change(caller, each))
                outcomes.append(None)
            except MimiError as refusal:
                outcomes.append(refusal)
        if changes:
            filed = iter(await self._box.file(caller.app.scope, caller.key.name, changes))
            outcomes = [refusal or next(filed) for refusal in outcomes]
        return outcomes

    async def _change(self, caller: Caller, wanted: Proposed) -> Change:
        """The change it is. Raises NotFound, BadInput."""
        app, why = caller.app, {"why": shortened(" ".join(wanted.why.split()), LONGEST_WHY)}
        match wanted.action:
            case Action.ADD_ENTRY:
                return Change("faq_add", "", _texts(wanted.question, wanted.answer) | why)
            case Action.CHANGE_ENTRY:
                entry = await self._entries.get(app, wanted.id)
                texts = _texts(wanted.question or entry.question, wanted.answer or entry.answer)
                return Change("faq_edit", entry.id, texts | why)
            case Action.REMOVE_ENTRY:
                return Change("faq_remove", (await self._entries.get(app, wanted.id)).id, why)
            case Action.REMOVE_DOCUMENT:
                return Change("document_remove", (await self._documents.get(app, wanted.id)).id, why)


def _texts(question: str, answer: str) -> dict[str, str]:
    if not question.strip() or not answer.strip():
        raise BadInput(_("A new entry needs a question and an answer."))
    return {"question": question, "answer": answer}
