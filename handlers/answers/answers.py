"""A visitor's message -> an answer: kept before anything is asked of a model, and written whoever goes away."""

import asyncio
import itertools
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakValueDictionary

from guardrail.limits import Limits, Senders
from guardrail.spam import Judgement, SpamVerdict
from handlers.alerts.alerts import Alerts
from handlers.answers.askings import Askings
from handlers.answers.doubts import Doubts
from handlers.answers.refusals import Refusals
from handlers.answers.runs import LEASE, TURNS, AnswerRuns, Pending
from handlers.answers.sieve import Sieve, Sieves
from handlers.answers.writer import DECLINED
from handlers.conversations.conversations import Conversations, conversation_gone
from handlers.conversations.takeover_news import TakeoverNews
from handlers.conversations.turns import asked_in, has_room, open_turn
from handlers.home_zones import PASSED_ON, HomeZones
from handlers.messages import AnswerState, Notice, VisitorMessage
from handlers.ports import Clock
from handlers.written import written
from knowledge.errors import BadInput, NotAllowed, NotFound, TooMany
from knowledge.language import language_of
from knowledge.model.events import Decline
from knowledge.phrases import Phrase, Tag, _
from knowledge.store.apps.apps import App
from knowledge.store.conversations.answer_facts import AnswerFacts
from knowledge.store.conversations.conversations import Conversation, ConversationId
from knowledge.store.conversations.messages import (
    HELD,
    PENDING,
    WITH_OWNER,
    Feedback,
    Message,
    MessageId,
    MessageRepository,
    Post,
    Role,
)
from knowledge.store.conversations.visitor_limits import CountedPosts
from knowledge.store.database import Database, new_id

LONGEST_TEXT = 2_000
# A first message may be repeated without the key that its answer brought: the connection was lost. Not much later.
REPEATED_WITHIN = timedelta(minutes=10)
NOT_TAKEN_UP = _("I could not accept that message. If it is about {app}, please put it another way.")


@dataclass(frozen=True)
class Accepted:
    """A visitor's message as it was kept, and the answer it will have: none ("") where the owner answers.

    `lang` is what it was written in. `repeated`: it had been sent before; otherwise `pending` is the answer that is to
    be written now.
    """

    conversation_id: ConversationId
    key: str
    message_id: MessageId
    answer_id: str
    lang: Tag
    repeated: bool = False
    seq: int = 0  # the message's number
    pending: Pending | None = field(default=None, compare=False, repr=False)


class UsedBefore(BadInput):
    """An id comes with other words than before: they are not to be lost for an old answer.

    `key` opens the conversation that its message is in, where whoever sends it is surely the same visitor.
    """

    def __init__(self, key: str = "") -> None:
        super().__init__(_("This message was already sent with other words. Please send it again as a new one."))
        self.key = key


@dataclass(frozen=True)
class AtOnce:
    """An answer that asks no model."""

    state: AnswerState
    phrase: Phrase
    why: str


AT_REST = AtOnce(AnswerState.HANDED_OVER, PASSED_ON, "paused")
WANTED = AtOnce(AnswerState.HANDED_OVER, PASSED_ON, "wanted")  # a person, from the first


class Answers:
    """What a visitor can do: ask, say what an answer was worth, and ask for the owner."""

    def __init__(
        self,
        db: Database,
        conversations: Conversations,
        runs: AnswerRuns,
        limits: Limits,
        sieves: Sieves,
        doubts: Doubts,
        alerts: Alerts,
        askings: Askings,
        zones: HomeZones,
        news: TakeoverNews,
        clock: Clock,
        begin: Callable[[str], None],
    ) -> None:
        """`begin` is told of a question that will be looked for as soon as it is kept."""
        self._db = db
        self._messages = MessageRepository(db)
        self._conversations = conversations
        self._runs = runs
        self._limits = limits
        self._sieves = sieves
        self._doubts = doubts
        self._counted = CountedPosts(db)
        self._alerts = alerts
        self._refusals = Refusals(db, alerts, clock)
        self._askings = askings
        self._zones = zones
        self._news = news
        self._clock = clock
        self._begin = begin
        # Transactions that open conversations of one app are in conflict; in turn they need no second try.
        self._opening: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def accept(self, app: App, message: VisitorMessage) -> Accepted:
        """Keep a message and the answer it waits for; sent again, it is the same one.

        Raises CheckNeeded for a doubtful one that has not shown yet that a person waits, BadInput for its id or text,
        NotFound for a key that opens nothing here, TooMany at a limit, NotAllowed in a blocked conversation.
        """
        post = _checked(message)
        found = await self._find(app, post)
        if isinstance(found, Accepted):
            return found
        owner_is_there = found is not None and found.conversation.takeover is not None
        sieve = await self._sieves.of(app)
        await self._count(app, post, sieve)
        if not (owner_is_there or app.paused or post.to_owner):
            self._begin(post.text)
        runs = itertools.count()

        async def keep(joins: str = "") -> Accepted:
            # A second run has lost a race, maybe against the same message that came twice at once: it looks again.
            now_found = await self._find(app, post) if next(runs) else found
            return (
                now_found if isinstance(now_found, Accepted) else await self._keep(app, post, now_found, sieve, joins)
            )

        try:
            if found:
                async with self._runs.held_back(open_turn(found.last, found.writing)) as joins:
                    return await self._db.transaction(partial(keep, joins))
            async with self._opening.setdefault(app.id, asyncio.Lock()):
                return await self._db.transaction(keep)
        except NotFound:
            # What was erased meanwhile gets no new traces.
            await self._counted.forget(app.scope, post.client_id)
            raise

    async def _count(self, app: App, post: VisitorMessage, sieve: Sieve) -> None:
        """Count a message once, however often it comes while it is not kept yet. Raises TooMany."""
        if not await self._counted.is_first(app.scope, post.client_id, self._clock.now()):
            return
        try:
            senders = Senders(post.conversation_key, sieve.sender(post.sender), post.network)
            await self._limits.check_visitor(app.id, senders, app.visitor_limits)
        except TooMany as error:
            await self._counted.forget(app.scope, post.client_id)
            await self._refusals.refused(app, whole_app=error.whose == "app")
            raise

    async def start(self, app: App, accepted: Accepted) -> None:
        """Have the answer written. One that was accepted before is being written, or its lease is running out."""
        if accepted.pending:
            self._runs.start(app, accepted.pending)

    async def resume_abandoned(self) -> int:
        """Go on with answers whose process died; the number of them."""
        return await self._runs.resume_abandoned()

    async def close(self) -> None:
        """Hand unfinished answers back."""
        await self._runs.close()

    async def feedback(self, app: App, key: object, message_id: object, up: bool) -> None:
        """What the visitor thought of an answer; the last word counts. Raises NotFound."""
        conversation = await self._conversations.by_key(app, key)
        if conversation.blocked_at:
            raise blocked()
        thought = Feedback.UP if up else Feedback.DOWN

        async def keep() -> None:
            named = message_id if isinstance(message_id, str) else ""
            answer = await self._messages.get(app.scope, conversation.id, named)
            # What was taken for spam has no answer to be judged.
            if (
                answer is None
                or answer.state == HELD
                or not await self._messages.set_feedback(app.scope, conversation.id, named, thought)
            ):
                raise NotFound(_("That answer no longer exists."))
            await self._conversations.hold(app.scope, conversation.id)
            await self._askings.judged(answer, thought)
            # Told once: a thumb that is tapped twice is one dislike.
            if thought is Feedback.DOWN and answer.feedback is not Feedback.DOWN:
                await self._tell_of_dislike(answer)

        await self._db.transaction(keep)

    async def _tell_of_dislike(self, answer: Message) -> None:
        if asked := await asked_in(self._messages, answer):
            await self._alerts.answer_disliked(asked.scope, asked.conversation_id, asked.id, asked.text, asked.lang)

    async def handoff(self, app: App, key: object, lang: Tag = "") -> Notice:
        """Pass the visitor's last question to the owner, once however often it is asked for. Raises NotFound.

        `lang`: what they read, if it is not what they write.
        """
        conversation = await self._conversations.by_key(app, key)
        if conversation.blocked_at:
            raise blocked()
        if conversation.takeover:
            return with_owner()
        asked = await self._messages.last_of_visitor(app.scope, conversation.id)
        if asked is None:
            raise BadInput(_("There is no question to pass on yet. Please write one first."))
        answer = await self._messages.answer_to(app.scope, conversation.id, asked.id)
        last = (await asked_in(self._messages, answer) if answer else None) or asked

        async def tell() -> None:
            await self._conversations.hold(app.scope, conversation.id)
            await self._alerts.visitor_wants_owner(app.scope, conversation.id, last.id, last.text, last.lang)

        await self._db.transaction(tell)
        told = await self._zones.passed_on(app.scope, self._clock.now(), lang or conversation.lang)
        return Notice("passed_on", told)

    async def _find(self, app: App, post: VisitorMessage) -> Accepted | Post | None:
        """What this message was accepted as before; of a new one the conversation, None where it opens one."""
        key = post.conversation_key or self._conversations.first_key(app, post.client_id)
        found = await self._conversations.post(app, key, post.client_id, TURNS)
        if found is None and post.conversation_key:
            raise conversation_gone()
        if found is None or (found.asked is None and post.conversation_key):
            return found
        asked, conversation_id = found.asked, found.conversation.id
        if asked is None or not (post.conversation_key or await self._is_same_visitor(asked)):
            raise UsedBefore()
        if asked.text != post.text:
            raise UsedBefore(key)
        if asked.state == WITH_OWNER:
            return Accepted(conversation_id, key, asked.id, "", asked.lang, repeated=True)
        answer = await self._messages.answer_to(app.scope, conversation_id, asked.id)
        if answer is None:
            raise conversation_gone()
        return Accepted(conversation_id, key, asked.id, answer.id, asked.lang, repeated=True, seq=asked.seq or 0)

    async def _is_same_visitor(self, asked: Message) -> bool:
        """Whether a first message without a key is so surely the one of before that it opens its conversation (S14)."""
        if self._clock.now() - asked.created_at > REPEATED_WITHIN:
            return False
        # Nothing but the message and its answer: what was said later is not for whoever only knows the first words.
        return await self._messages.count(asked.scope, asked.conversation_id) == 2

    async def _keep(
        self, app: App, post: VisitorMessage, found: Post | None, sieve: Sieve, joins: str = ""
    ) -> Accepted:
        """The message, and its answer where nobody has to be asked for it, or where one is to be written.

        `joins`: the answer of which nothing is shown before this is kept.
        """
        key = post.conversation_key or self._conversations.first_key(app, post.client_id)
        before, at_once, earlier = found.conversation if found else None, None, b""
        lang = language_of(post.text, before.lang if before else post.lang)
        # Who talks in person judges in person.
        if not (before and before.takeover):
            judged = sieve.judged(post.text, key, before.earlier if before else b"")
            if judged.judgement.verdict is SpamVerdict.CHALLENGE:
                self._doubts.must_have_passed(key, post, judged.junk)
            at_once, earlier = answered_at_once(app, judged.judgement), judged.earlier
            # A pause stops mimi, not the owner: the question is left with them.
            at_once = at_once or (AT_REST if app.paused else WANTED if post.to_owner else None)
        said = 2 if at_once else 1
        if before:
            conversation = await self._conversations.next_message(app.scope, before.id, said, earlier, lang)
        else:
            conversation = await self._conversations.open(app, key, lang, said, earlier)
        # As it is now: the owner may have come, gone or blocked it since it was found.
        if conversation.blocked_at:
            raise blocked()
        asked = _of_visitor(app, post, conversation, lang, self._clock.now())
        if conversation.takeover:
            return await self._keep_for_owner(app, post, conversation, asked)
        if at_once:
            return await self._answer_at_once(asked, at_once, key)
        # Numbers follow each other, so a gap is something that was said since `found` was read.
        if found and conversation.seq != 1 + (found.last[-1].seq or 0 if found.last else 0):
            found = await self._conversations.post(app, key, post.client_id, TURNS)
        return await self._keep_in_turn(post, asked, found, key, joins)

    async def _answer_at_once(self, asked: Message, at_once: AtOnce, key: str) -> Accepted:
        """The message, and after it, with the number that was counted for both, what is said to it."""
        answer = _answer_to(asked)
        state = HELD if at_once.state is AnswerState.HELD else ""
        passed_on, phrase = at_once.state is AnswerState.HANDED_OVER, at_once.phrase
        if passed_on:
            phrase = await self._zones.passed_on(asked.scope, self._clock.now(), asked.lang)
        answer = replace(answer, seq=asked.seq, text=phrase.say(asked.lang), state=at_once.state)
        asked = replace(asked, seq=(asked.seq or 0) - 1, state=state)
        answer = replace(answer, made=AnswerFacts(why=at_once.why))
        await self._messages.add_all(asked.scope, [asked, answer])
        if passed_on:
            await self._alerts.visitor_wants_owner(asked.scope, asked.conversation_id, asked.id, asked.text, asked.lang)
        return replace(_kept(asked, key), answer_id=answer.id)

    async def _keep_in_turn(
        self, post: VisitorMessage, asked: Message, found: Post | None, key: str, joins: str
    ) -> Accepted:
        """The message as one more of a turn that waits for its answer, or with an answer of its own."""
        said = _kept(asked, key)
        if found and (turn := joinable(found, post, joins)):
            await self._messages.add(asked.scope, asked)
            if not await self._messages.join(turn, asked):
                raise conversation_gone()
            return replace(said, answer_id=turn.id)
        answer = replace(_answer_to(asked), state=PENDING, lease_until=asked.created_at + LEASE)
        await self._messages.add_all(asked.scope, [asked, answer])
        last, alone = (found.last, not found.writing) if found else ((), True)
        pending = Pending(answer, asked, last if alone else None, post.stopped)
        return replace(said, answer_id=answer.id, pending=pending)

    async def _keep_for_owner(
        self, app: App, post: VisitorMessage, conversation: Conversation, asked: Message
    ) -> Accepted:
        """While the owner is there: the message, and no answer."""
        await self._messages.add(app.scope, replace(asked, state=WITH_OWNER))
        await self._news.visitor_wrote(conversation, post.text)
        return replace(_kept(asked, post.conversation_key), seq=0)


def joinable(found: Post, post: VisitorMessage, held_back: str) -> Message | None:
    """The answer that a message joins: it waits for another one, or is held back.

    None where it is to have its own, as after the visitor has stopped the one that was coming.
    """
    turn = open_turn(found.last, found.writing)
    if turn is None or turn.id == post.stopped or not has_room(turn, found.last, post.text):
        return None
    return turn if turn.id == held_back or len(found.writing) > 1 else None


def answered_at_once(app: App, judgement: Judgement) -> AtOnce | None:
    """What is said to spam, and to what a free AI is asked for; None for a question."""
    match judgement.verdict:
        case SpamVerdict.DROP:
            return AtOnce(AnswerState.HELD, replace(NOT_TAKEN_UP, params={"app": app.name}), judgement.why)
        case SpamVerdict.OFF_TOPIC:
            why = Decline.OFF_TOPIC
            return AtOnce(AnswerState.REFUSED, replace(DECLINED[why], params={"app": app.name}), why)
    return None


def _of_visitor(app: App, post: VisitorMessage, conversation: Conversation, lang: Tag, now: datetime) -> Message:
    """A visitor's message as the last one of the conversation."""
    return Message(
        app.scope,
        conversation.id,
        Role.VISITOR,
        post.text,
        lang,
        now,
        conversation.expires_at,
        seq=conversation.seq,
        client_id=post.client_id,
    )


def _kept(asked: Message, key: str) -> Accepted:
    """A message without an answer."""
    return Accepted(ConversationId(asked.conversation_id), key, asked.id, "", asked.lang, seq=asked.seq or 0)


def _answer_to(asked: Message) -> Message:
    return replace(
        asked, id=MessageId(new_id()), role=Role.MIMI, text="", seq=None, client_id="", reply_to=asked.id, attempt=1
    )


def blocked() -> NotAllowed:
    """What a visitor is told whose messages the owner does not take any more."""
    return NotAllowed(_("The owner of this page no longer accepts messages in this chat."))


def with_owner() -> Notice:
    """What a visitor is told where mimi does not answer."""
    return Notice("with_owner", _("The owner is in this chat. Your message goes to them, and the reply appears here."))


def _checked(message: VisitorMessage) -> VisitorMessage:
    """The message with its id, text and key as they are kept. Raises BadInput."""
    key = message.conversation_key or ""
    sent: tuple[object, ...] = (message.client_id, message.text, key, message.check, message.proof, message.stopped)
    # Text is text: an object in its place is refused before it can reach a query (S25).
    if not all(isinstance(each, str) for each in sent):
        raise BadInput(_("Please send the message as text."))
    try:
        client_id = str(uuid.UUID(message.client_id))
    except ValueError as error:
        raise BadInput(_("The message needs an id that is a UUID. Please reload the page.")) from error
    return replace(message, client_id=client_id, text=written(message.text, LONGEST_TEXT), conversation_key=key)
