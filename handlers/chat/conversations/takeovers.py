"""Talking with visitors in the chat: begun by a button, told apart by letter and quote, ended by a button."""

from collections.abc import Mapping, Sequence

from guardrail.pii import Pii
from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import BEGIN_TALK
from handlers.answers.feed import words_of
from handlers.buttons import Button
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import HELD_LINE, Answers, DialogueQuestion, Dialogues, OfferedAnswer, Script
from handlers.chat.entries.doubles import Taught
from handlers.chat.entries.faqs import learned
from handlers.chat.entries.look_alikes import SAID, LookAlikes, look_alike_choices
from handlers.chat.entries.saving import EDIT_SAID
from handlers.conversations.past_conversations import SPEAKERS
from handlers.conversations.takeover_news import END_TALK, LIST_TALKS, talking_choices
from handlers.conversations.takeovers import TO_WHOM, Takeovers
from handlers.learning.takeover_answers import TakeoverAnswer, TakeoverAnswers
from handlers.messages import Card, Cards, Reply, Text, Words
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.alerts.alerts import AlertState
from knowledge.store.apps.apps import AppRepository
from knowledge.store.conversations.conversations import Conversation, ConversationId
from knowledge.store.conversations.messages import Message, MessageId, MessageRepository, Role
from knowledge.store.database import Database

SHOW_MY_ANSWERS = Button("takeover.answers", _("See my answers"), ConversationId)
SAVE_SAID = Button("takeover.save", _("Save as FAQ"), MessageId)

MOST_OFFERED = 5
LAST = 5  # messages on a card
LONGEST_LINE = 160
LONGEST_LABEL = 16


class TakeoverCommands:
    """What an owner types and taps while talking with visitors in mimi's place."""

    def __init__(
        self,
        takeovers: Takeovers,
        answers: TakeoverAnswers,
        cards: "TakeoverCards",
        alerts: Alerts,
        dialogues: Dialogues,
        look_alikes: LookAlikes,
        taught: Taught,
    ) -> None:
        self._takeovers = takeovers
        self._answers = answers
        self._cards = cards
        self._alerts = alerts
        self._dialogues = dialogues
        self._look_alikes = look_alikes
        self._taught = taught
        self._to_whom = Script(
            TO_WHOM,
            (DialogueQuestion("to", _("Who is this for?"), self._check_recipient, self._offer_recipients),),
            self._say_to,
        )

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(("/talks", "/対応中"), _("Show the visitors you are talking with"), self._show_all, shows=True),
                Command(("/end", "/終了"), _("Hand a conversation back to mimi"), self._end_command),
            ),
            taps=(
                BEGIN_TALK.runs(self._begin),
                END_TALK.runs(self._end),
                LIST_TALKS.runs(self._show_all),
                SHOW_MY_ANSWERS.runs(self._offer_answers),
                SAVE_SAID.runs(self._save),
            ),
            scripts=(self._to_whom,),
        )

    async def open(self, owner: Owner) -> list[Conversation]:
        """The conversations the owner talks in."""
        return await self._takeovers.open(owner.scope)

    async def gone(self, owner: Owner) -> None:
        """The owner has blocked mimi: nobody would read what visitors write to them."""
        await self._takeovers.end_all(owner.scope)

    async def hear(self, owner: Owner, talking: Sequence[Conversation], line: str, said_in: str) -> Sequence[Reply]:
        """A line without a quote: to the one visitor there is, or a question to whom of several."""
        if len(talking) == 1:
            return await self._say(owner, talking[0].id, line, said_in)
        return await self._dialogues.begin(owner, self._to_whom, {HELD_LINE: line, "line_in": said_in})

    async def hear_quoted(self, owner: Owner, quoted: str, line: str, said_in: str) -> Sequence[Reply] | None:
        """A line that quotes something of a conversation goes to that one; None if it quotes nothing of the kind."""
        alert = await self._alerts.told_in(owner.scope, quoted)
        if alert and alert.state is AlertState.OPEN:
            return None  # an open question has its own way of being answered
        conversation = await self._takeovers.about(owner.scope, quoted)
        if conversation and conversation.takeover:
            return await self._say(owner, conversation.id, line, said_in)
        if conversation is None or alert:
            return None  # an alert that is settled says so itself
        again = BEGIN_TALK(conversation.id, label=_("Talk again"))
        return [
            Text(
                _("That conversation is back with mimi, so nobody got this. Do you want to talk there again?"), (again,)
            )
        ]

    async def _begin(self, owner: Owner, conversation_id: ConversationId) -> Sequence[Reply]:
        conversation = await self._takeovers.begin(owner.scope, conversation_id)
        await self._dialogues.clear(owner)  # what is written now goes to the visitor
        rule = (
            _(
                "What you write now goes to the visitor exactly as you write it. Lines that begin with / are still "
                "for me."
            )
            if len(await self.open(owner)) == 1
            else _(
                "You are talking with several visitors. Quote a message to answer it; otherwise I ask who it is for."
            )
        )
        return [
            await self._cards.of(owner, conversation),
            Text(rule, talking_choices(conversation), about=conversation.id),
        ]

    async def _say(self, owner: Owner, conversation_id: ConversationId, line: str, said_in: str) -> Sequence[Reply]:
        conversation = await self._takeovers.say(owner.scope, conversation_id, line, said_in)
        letter = conversation.takeover.letter if conversation.takeover else ""
        return [Text(_("{letter}: sent", letter=letter), talking_choices(conversation), about=conversation.id)]

    async def _end_command(self, owner: Owner, rest: str) -> Sequence[Reply]:
        talking = await self.open(owner)
        if len(talking) > 1:
            named = [each for each in talking if each.takeover and each.takeover.letter == rest.upper()]
            if not named:
                ends = [END_TALK(each.id, label=await self._cards.label(each)) for each in talking]
                return [Text(_("Which conversation should mimi take back?"), tuple(ends))]
            talking = named
        return await self._end(owner, talking[0].id) if talking else [_no_talks()]

    async def _end(self, owner: Owner, conversation_id: ConversationId) -> Sequence[Reply]:
        was = await self._takeovers.end(owner.scope, conversation_id)
        letter = was.takeover.letter if was.takeover else ""
        again = BEGIN_TALK(was.id, label=_("Talk again"))
        if not await self._answers.of(was, MOST_OFFERED):
            return [Text(_("{letter}: mimi answers there again.", letter=letter), (again,), about=was.id)]
        offer = _("{letter}: mimi answers there again. Save your answers as FAQ?", letter=letter)
        return [Text(offer, (SHOW_MY_ANSWERS(was.id), again), about=was.id)]

    async def _show_all(self, owner: Owner, rest: str) -> Sequence[Reply]:
        talking = await self.open(owner)
        if not talking:
            return [_no_talks()]
        cards = tuple([await self._cards.of(owner, each) for each in talking])
        return [Cards(_("Visitors you are talking with: {count}", count=len(cards)), cards)]

    async def _offer_answers(self, owner: Owner, conversation_id: ConversationId) -> Sequence[Reply]:
        conversation = await self._takeovers.conversation(owner.scope, conversation_id)
        answers = await self._answers.of(conversation, MOST_OFFERED)
        if not answers:
            return [Text(_("There is nothing left to save."))]
        cards = tuple([await self._said_card(conversation, each) for each in answers])
        return [Cards(_("Your answers: {count}", count=len(cards)), cards)]

    async def _said_card(self, conversation: Conversation, said: TakeoverAnswer) -> Card:
        """What was asked and answered, and what it can become."""
        twin = await self._look_alikes.of(conversation.scope, said.question)
        return Card(
            shortened(said.question, LONGEST_SHOWN),
            shortened(said.answer, LONGEST_SHOWN),
            ((_("Similar to"), shortened(twin.question, LONGEST_SHOWN)),) if twin else (),
            choices=(
                *(look_alike_choices(SAID, said.message_id, twin, said.answer) if twin else ()),
                SAVE_SAID(said.message_id),
                EDIT_SAID(said.message_id),
            ),
        )

    async def _save(self, owner: Owner, message_id: MessageId) -> Sequence[Reply]:
        return await self._taught.of(self._answers.save(owner.scope, message_id), learned, SAID, message_id)

    async def _check_recipient(self, owner: Owner, text: str) -> str:
        talking = await self.open(owner)
        for each in talking:
            if each.takeover and text in {each.id, each.takeover.letter, each.takeover.letter.lower()}:
                return each.id
        raise BadInput(
            _(
                "I still have your earlier message, and this one has not been sent. First tap who the earlier one is "
                "for."
            )
        )

    async def _offer_recipients(self, owner: Owner, answers: Answers) -> Sequence[OfferedAnswer]:
        return [OfferedAnswer(await self._cards.label(each), each.id) for each in await self.open(owner)]

    async def _say_to(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        return await self._say(owner, ConversationId(answers["to"]), answers[HELD_LINE], answers["line_in"])


def _no_talks() -> Text:
    return Text(_("You are not talking with any visitor at the moment."))


class TakeoverCards:
    """Reads what a card shows. Visitors' words leave their conversation only without personal information."""

    def __init__(self, db: Database, pii: Pii) -> None:
        self._apps = AppRepository(db)
        self._messages = MessageRepository(db)
        self._pii = pii

    async def of(self, owner: Owner, conversation: Conversation) -> Card:
        """The card, with what can be done."""
        app = await self._apps.get(conversation.scope)
        said = [
            each for each in await self._messages.last(conversation.scope, conversation.id) if each.role in SPEAKERS
        ]
        rows = [(SPEAKERS[each.role], await self._line(each)) for each in said[-LAST:]]
        letter = conversation.takeover.letter if conversation.takeover else ""
        title = _("{letter}: You are talking with a visitor", letter=letter)
        first: tuple[tuple[Words, Words], ...] = ((_("App"), app.name if app else ""),)
        return Card(title, "", (*first, *rows), talking_choices(conversation)[:1], conversation.id)

    async def label(self, conversation: Conversation) -> str:
        """A button's words: the letter, and how the visitor's last message begins."""
        asked = await self._messages.last_of_visitor(conversation.scope, conversation.id)
        letter = conversation.takeover.letter if conversation.takeover else ""
        return f"{letter}: {shortened(await self._line(asked), LONGEST_LABEL)}" if asked else letter

    async def _line(self, message: Message) -> str:
        words = words_of(message)
        # A card may be pushed and stands in LINE from then on: a visitor's details stay in the conversation.
        if message.role is Role.VISITOR:
            words = (await self._pii.redact(words, message.lang)).text
        return shortened(" ".join(words.split()), LONGEST_LINE)
