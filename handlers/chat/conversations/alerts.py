"""Alerts in chat: what is open, answered by its button or by quoting it, dismissed, kept as FAQ; and what waits."""

from collections.abc import Mapping, Sequence

from handlers.alerts.alerts import OPEN_LIST, Alerts
from handlers.alerts.cards import ANSWER_ALERT, DISMISS_ALERT, LIST_ALERTS, OPEN_ALERT, SHOW_WAITING, cards_of
from handlers.alerts.waiting_alerts import WaitingAlerts, shut_words
from handlers.apps.apps import Apps
from handlers.buttons import Button
from handlers.chat.accounts.alert_settings import ALERT_SETTINGS
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import (
    HELD_LINE,
    SAID_IN,
    Answers,
    DialogueQuestion,
    Dialogues,
    OfferedAnswer,
    Script,
    a_text,
)
from handlers.chat.entries.checks import PIN_ASKED
from handlers.chat.entries.doubles import Taught
from handlers.chat.entries.faqs import learned
from handlers.chat.entries.gaps import SAME_AS_ENTRY, SHOW_GAP_OF
from handlers.chat.entries.look_alikes import ALERT, LookAlikes, look_alike_choices
from handlers.chat.entries.saving import EDIT_ANSWERED
from handlers.conversations.past_conversations import SPEAKERS
from handlers.entries.faqs import LONGEST_ANSWER
from handlers.learning.alert_answers import AlertAnswers
from handlers.messages import MOST_CARDS, Cards, Choice, Reply, Text
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.alerts import Alert, AlertId, AlertState
from knowledge.store.entries.faqs import FaqEntry

SAVE_ANSWER = Button("alert.save", _("Save as FAQ"), AlertId)

MOST_LINES = 12
LONGEST_LABEL = 20


class AlertCommands:
    """What an owner types and taps about visitors' open questions."""

    def __init__(
        self,
        answers: AlertAnswers,
        alerts: Alerts,
        apps: Apps,
        dialogues: Dialogues,
        look_alikes: LookAlikes,
        taught: Taught,
    ) -> None:
        self._answers = answers
        self._alerts = alerts
        self._apps = apps
        self._dialogues = dialogues
        self._look_alikes = look_alikes
        self._taught = taught
        self._answering = Script(
            "alert.answer",
            (
                DialogueQuestion(
                    "answer",
                    _("Write your answer. It goes to the visitor exactly as you write it."),
                    a_text(LONGEST_ANSWER),
                ),
            ),
            self._say,
        )

        which = _(
            "The list has several questions. Which one does this answer? Next time, tap “Answer” on the question's "
            "card."
        )
        self._to_which = Script(
            "alert.which", (DialogueQuestion("to", which, self._check_which, self._offer_open),), self._say_to
        )

    def feature(self) -> Feature:
        return Feature(
            commands=(Command(("/alerts", "/通知"), _("Show visitors' open questions"), self.show_open, shows=True),),
            taps=(
                LIST_ALERTS.runs(self.show_open),
                ANSWER_ALERT.runs(self._ask_answer),
                OPEN_ALERT.runs(self._open),
                DISMISS_ALERT.runs(self._dismiss),
                SAVE_ANSWER.runs(self._save),
            ),
            scripts=(self._answering, self._to_which),
            on_take_back=self._answers.take_back,
        )

    async def answer_quoted(self, owner: Owner, quoted: str, text: str, said_in: str) -> Sequence[Reply] | None:
        """Take `text` as the answer to the alert it quotes; None if the message quoted is no alert."""
        alert = await self._alerts.told_in(owner.scope, quoted)
        if alert is None and await self._alerts.is_list(owner.scope, quoted):
            # The one question there is, or a choice: what was written is kept meanwhile.
            waiting = await self._alerts.list_open(owner.scope, limit=MOST_CARDS)
            if len(waiting) > 1:
                return await self._dialogues.begin(owner, self._to_which, {HELD_LINE: text, "line_in": said_in})
            if not waiting:
                return await self.show_open(owner, "")
            alert = waiting[0]
        return await self.answer(owner, alert.id, text, said_in) if alert else None

    async def answer(self, owner: Owner, alert_id: AlertId, text: str, said_in: str) -> Sequence[Reply]:
        """Send the owner's words to the visitor and offer to keep them."""
        answered = await self._answers.answer(owner.scope, alert_id, text, said_in)
        await self._stop_asking(owner, alert_id)
        twin = await self._look_alikes.of(answered.alert.scope, answered.alert.question)
        same = await self._same(answered.alert, twin)
        ways = (*same, SAVE_ANSWER(alert_id), EDIT_ANSWERED(alert_id))
        told = (
            _("Sent to the visitor. Save it as FAQ?")
            if answered.delivered
            else _("The visitor's conversation no longer exists, so nobody will read this. Save it as FAQ?")
        )
        if twin is None:
            return [Text(told, ways)]
        much_like = _("It is very similar to “{question}”.", question=shortened(twin.question, LONGEST_SHOWN))
        return [Text(_("{first}\n{next}", first=told, next=much_like), ways)]

    async def _same(self, alert: Alert, twin: FaqEntry | None) -> tuple[Choice, ...]:
        """The question may be another way to ask for an entry."""
        if twin:
            return look_alike_choices(ALERT, alert.id, twin, alert.answer)
        gap = await self._answers.gap_of_known(alert)
        return (SAME_AS_ENTRY(gap),) if gap else ()

    async def show_open(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """The questions that wait, of all apps, the oldest first."""
        waiting = await self._alerts.list_open(owner.scope, limit=MOST_CARDS)
        if not waiting:
            return [Text(_("No questions are waiting for you."), (ALERT_SETTINGS(),))]
        await self._alerts.seen(owner.scope, [alert.id for alert in waiting])
        cards = cards_of(waiting, await self._apps.list(owner.scope))
        count = await self._alerts.count_open(owner.scope)
        return [Cards(_("Open questions: {count}", count=count), cards, (ALERT_SETTINGS(),), OPEN_LIST)]

    async def _ask_answer(self, owner: Owner, alert_id: AlertId) -> Sequence[Reply]:
        alert = await self._answers.open_alert(owner.scope, alert_id)
        asked = Text(_("The visitor asks: {question}", question=shortened(alert.question, LONGEST_SHOWN)))
        return [asked, *await self._dialogues.begin(owner, self._answering, {"alert_id": alert.id})]

    async def _open(self, owner: Owner, alert_id: AlertId) -> Sequence[Reply]:
        """What was said around the question, the last of it."""
        alert, said = await self._answers.conversation(owner.scope, alert_id)
        lines = (
            f"{SPEAKERS[each.role].say(owner.lang)}: {shortened(each.text, LONGEST_SHOWN)}"
            for each in said[-MOST_LINES:]
            if each.text
        )
        ways = (
            *((ANSWER_ALERT(alert.id),) if alert.state is AlertState.OPEN else ()),
            *((SHOW_GAP_OF(alert.message_id),) if await self._answers.is_gap(alert) else ()),
            PIN_ASKED(alert.message_id),
        )
        return [Text("\n\n".join(lines), ways)]

    async def _stop_asking(self, owner: Owner, alert_id: AlertId) -> None:
        """End the dialogue that asks for this alert's answer: it was settled another way."""
        dialogue = await self._dialogues.current(owner)
        if dialogue and dialogue.name == self._answering.name and dialogue.answers["alert_id"] == alert_id:
            await self._dialogues.cancel(owner)

    async def _say(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        return await self.answer(owner, AlertId(answers["alert_id"]), answers["answer"], answers[SAID_IN])

    async def _offer_open(self, owner: Owner, answers: Answers) -> Sequence[OfferedAnswer]:
        waiting = await self._alerts.list_open(owner.scope, limit=MOST_CARDS)
        return [OfferedAnswer(shortened(each.question, LONGEST_LABEL), each.id) for each in waiting]

    async def _check_which(self, owner: Owner, text: str) -> str:
        if text in {each.id for each in await self._alerts.list_open(owner.scope, limit=MOST_CARDS)}:
            return text
        raise BadInput(_("I still have your answer. Tap the question it is for."))

    async def _say_to(self, owner: Owner, answers: Answers) -> Sequence[Reply]:
        return await self.answer(owner, AlertId(answers["to"]), answers[HELD_LINE], answers["line_in"])

    async def _dismiss(self, owner: Owner, alert_id: AlertId) -> Sequence[Reply]:
        alert = await self._answers.dismiss(owner.scope, alert_id)
        await self._stop_asking(owner, alert_id)
        return [Text(_("Dismissed: {question}", question=shortened(alert.question, LONGEST_SHOWN)))]

    async def _save(self, owner: Owner, alert_id: AlertId) -> Sequence[Reply]:
        saving = self._answers.save_as_faq(owner.scope, alert_id)
        return await self._taught.of(saving, learned, ALERT, alert_id)


class WaitingAlertCommands:
    """An owner asks what waits; the reply that says it also brings the first of it."""

    def __init__(self, waiting: WaitingAlerts) -> None:
        self._waiting = waiting

    def feature(self) -> Feature:
        command = Command(
            ("/alerts waiting", "/通知 待ち"), _("Show the alerts that are waiting"), self.show, shows=True
        )
        return Feature(commands=(command,), taps=(SHOW_WAITING.runs(self.show),))

    async def show(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """How many of each kind."""
        waiting = await self._waiting.of(owner)
        if not waiting.kinds:
            return [Text(_("No alerts are waiting. You have been told everything."))]
        lines = [f"{name.say(owner.lang)}: {number}" for name, number in waiting.kinds]
        title = _("Alerts waiting: {count}. The first ones come with this message.", count=waiting.count)
        if waiting.shut_since:
            lines.append(shut_words(waiting.shut_since, waiting.zone, owner.lang).say(owner.lang))
        return [Text("\n".join([title.say(owner.lang), *lines]), (SHOW_WAITING(),))]
