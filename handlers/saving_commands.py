"""An owner's own answer becomes a FAQ entry, its question and answer edited first."""

from collections.abc import Mapping, Sequence

from handlers.commands import Feature
from handlers.dialogues import Dialogues, Script
from handlers.entry_questions import chosen, entry_questions
from handlers.faq_commands import saved_replies
from handlers.handoffs import Handoffs
from handlers.messages import Reply, Text
from handlers.said_answers import SaidAnswers
from handlers.written import shortened
from knowledge.phrases import _
from knowledge.store.owners import Owner

LONGEST_SHOWN = 200


class SavingCommands:
    """What follows from "Edit and save", below an answered question and below what was said in a takeover."""

    def __init__(self, handoffs: Handoffs, answers: SaidAnswers, dialogues: Dialogues) -> None:
        self._handoffs = handoffs
        self._answers = answers
        self._dialogues = dialogues
        self._editing = Script("save.edit", entry_questions("save.edit", self._proposed), self._save)

    def feature(self) -> Feature:
        return Feature(
            actions={"alert.edit": self._edit_answer_to, "takeover.edit": self._edit_said}, scripts=(self._editing,)
        )

    async def _edit_answer_to(self, owner: Owner, alert_id: str) -> Sequence[Reply]:
        return await self._begin(owner, {"alert_id": alert_id})

    async def _edit_said(self, owner: Owner, message_id: str) -> Sequence[Reply]:
        return await self._begin(owner, {"message_id": message_id})

    async def _begin(self, owner: Owner, about: Mapping[str, str]) -> Sequence[Reply]:
        question, answer = await self._proposed(owner, about)
        shown = Text(_("Asked: {question}\nAnswered: {answer}", question=question, answer=answer))
        return [shown, *await self._dialogues.begin(owner, self._editing, about)]

    async def _proposed(self, owner: Owner, answers: Mapping[str, str]) -> tuple[str, str]:
        if "alert_id" in answers:
            return await self._handoffs.savable(owner.scope, answers["alert_id"])
        return await self._answers.savable(owner.scope, answers["message_id"])

    async def _save(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        texts = await chosen(owner, answers, self._proposed)
        if "alert_id" in answers:
            saved = await self._handoffs.save_as_faq(owner.scope, answers["alert_id"], texts)
        else:
            saved = await self._answers.save(owner.scope, answers["message_id"], texts)
        return saved_replies(saved, _("Learned: {question}", question=shortened(saved.entry.question, LONGEST_SHOWN)))
