"""An owner's own answer becomes a FAQ entry, edited first; or what was asked becomes another way to ask for one."""

from collections.abc import Mapping, Sequence
from functools import partial

from handlers.buttons import Button
from handlers.chat.commands import Feature
from handlers.chat.dialogues import DialogueQuestion, Dialogues, OfferedAnswer, Script, a_line
from handlers.chat.entries.doubles import Taught
from handlers.chat.entries.entry_questions import KEEP, chosen, entry_questions, ways
from handlers.chat.entries.faqs import learned, saved_replies
from handlers.chat.entries.look_alikes import ADD_TO_TWIN, ALERT, SAID, WORD_FOR_TWIN
from handlers.conversations.said_changes import CHANGE_ENTRY
from handlers.entries.faqs import LONGEST_QUESTION
from handlers.learning.alert_answers import AlertAnswers
from handlers.learning.takeover_answers import TakeoverAnswers
from handlers.messages import Choice, Reply, Text
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.alerts import AlertId
from knowledge.store.conversations.messages import MessageId
from knowledge.store.entries.faqs import FaqId

EDIT_ANSWERED = Button("alert.edit", _("Edit and save"), AlertId)
EDIT_SAID = Button("takeover.edit", _("Edit and save"), MessageId)


class SavingCommands:
    """What follows from "Edit and save", below an answered question and below what was said in a takeover."""

    def __init__(
        self, alert_answers: AlertAnswers, takeover_answers: TakeoverAnswers, dialogues: Dialogues, taught: Taught
    ) -> None:
        self._taught = taught
        self._alert_answers = alert_answers
        self._takeover_answers = takeover_answers
        self._dialogues = dialogues
        self._editing = Script("save.edit", entry_questions(self._proposed), self._save)
        how = _("How do visitors ask it? Keep it, or write a new one.")
        asked = DialogueQuestion("words", how, a_line(LONGEST_QUESTION), self._offer_words)
        self._wording = Script("twin.edit", (asked,), self._add_worded)

    def feature(self) -> Feature:
        return Feature(
            taps=(
                EDIT_ANSWERED.runs(partial(self._begin, "alert_id")),
                EDIT_SAID.runs(partial(self._begin, "message_id")),
                CHANGE_ENTRY.runs(self._change),
                ADD_TO_TWIN.runs(self._added),
                WORD_FOR_TWIN.runs(self._word),
            ),
            scripts=(self._editing, self._wording),
        )

    async def _change(self, owner: Owner, message_id: MessageId, faq_id: FaqId) -> Sequence[Reply]:
        """The entry as it is beside what the owner has told a visitor."""
        _question, answer = await self._takeover_answers.savable(owner.scope, message_id)
        return await self._taught.change(owner.scope, faq_id, answer)

    async def _word(self, owner: Owner, kind: str, named: str, faq_id: FaqId) -> Sequence[Reply]:
        shown = Text(_("Asked: {question}", question=await self._asked(owner, kind, named)))
        about = {"about": f"{kind}/{named}/{faq_id}"}
        return [shown, *await self._dialogues.begin(owner, self._wording, about)]

    async def _offer_words(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Choice | OfferedAnswer]:
        kind, named, _faq_id = WORD_FOR_TWIN.read(answers["about"])
        return ways(await self._asked(owner, kind, named))

    async def _add_worded(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        words = "" if answers["words"] == KEEP else answers["words"]
        return await self._added(owner, *WORD_FOR_TWIN.read(answers["about"]), words)

    async def _asked(self, owner: Owner, kind: str, named: str) -> str:
        savable = self._alert_answers.savable if kind == ALERT else self._takeover_answers.savable
        question, _answer = await savable(owner.scope, named)
        return question

    async def _added(self, owner: Owner, kind: str, named: str, faq_id: FaqId, words: str = "") -> Sequence[Reply]:
        # The wording alone is added: the entry's own answer stands, whatever was told this visitor.
        save = self._alert_answers.save_as_phrasing if kind == ALERT else self._takeover_answers.save_as_phrasing
        saved = await save(owner.scope, named, faq_id, words)
        entry = shortened(saved.entry.question, LONGEST_SHOWN)
        return saved_replies(saved, _("From now on this is another way to ask “{question}”.", question=entry))

    async def _begin(self, what: str, owner: Owner, named: str) -> Sequence[Reply]:
        about = {what: named}
        question, answer = await self._proposed(owner, about)
        shown = Text(_("Asked: {question}\nAnswered: {answer}", question=question, answer=answer))
        return [shown, *await self._dialogues.begin(owner, self._editing, about)]

    async def _proposed(self, owner: Owner, answers: Mapping[str, str]) -> tuple[str, str]:
        if "alert_id" in answers:
            return await self._alert_answers.savable(owner.scope, answers["alert_id"])
        return await self._takeover_answers.savable(owner.scope, answers["message_id"])

    async def _save(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        texts = await chosen(owner, answers, self._proposed)
        if "alert_id" in answers:
            alert_id = answers["alert_id"]
            saving = self._alert_answers.save_as_faq(owner.scope, alert_id, texts)
            return await self._taught.of(saving, learned, ALERT, alert_id)
        message_id = answers["message_id"]
        saving = self._takeover_answers.save(owner.scope, message_id, texts)
        return await self._taught.of(saving, learned, SAID, message_id)
