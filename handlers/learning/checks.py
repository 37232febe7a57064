"""Checks: questions an owner pins, tried whenever the knowledge changes; the owner hears what broke, once."""

from collections.abc import Sequence

from guardrail.pii import Pii
from handlers.alerts.alerts import Alerts, AwaitedAnswers
from handlers.alerts.cards import News
from handlers.buttons import Shortcut
from handlers.entries.guard import no_app
from handlers.learning.check_asking import MOST_ASKED, CheckAsking, CheckResults
from handlers.messages import Text
from handlers.ports import Clock
from handlers.written import LONGEST_IN_ROW, LONGEST_SHOWN, shortened, written_line
from knowledge.checks.checking import LONGEST_CHECK, Checking, Fared, MeaningAway
from knowledge.errors import BadInput, NotFound, Unavailable
from knowledge.language import language_of
from knowledge.phrases import Phrase, _
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.conversations.messages import MessageRepository, Role
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.learning.checks import Check, CheckRepository, Problem
from knowledge.store.learning.studies import StudyRepository

LIST_CHECKS = Shortcut("check.list", _("Pinned questions"))

LONGEST_QUESTION = LONGEST_CHECK
MOST_CHECKS = 200  # of one app: each costs a search at every change
MOST_TRIES = 2  # of asking a model: what kills who asks must not cost for ever
MOST_TOLD = 5  # named in one alert


class Checks:
    """One app's checks at a time. `asking` is of who answers visitors; None where the knowledge is only quoted."""

    def __init__(
        self,
        db: Database,
        apps: AppRepository,
        checks: CheckRepository,
        messages: MessageRepository,
        studies: StudyRepository,
        awaited: AwaitedAnswers,
        checking: Checking,
        pii: Pii,
        alerts: Alerts,
        clock: Clock,
        asking: CheckAsking | None = None,
    ) -> None:
        self._db = db
        self._apps = apps
        self._checks = checks
        self._messages = messages
        self._checking = checking
        self._pii = pii
        self._alerts = alerts
        self._clock = clock
        self._asking = asking
        self._studies = studies
        self._awaited = awaited

    @property
    def can_ask(self) -> bool:
        """Whether there is a model to try them with."""
        return self._asking is not None

    async def pin(self, scope: AppScope, question: str, expected: Sequence[EntryRef]) -> Check:
        """From now on one of these entries must answer the question; none of them: it must be refused.

        It is tried in the background before long.
        Personal information in the question is not kept. Raises BadInput; NotFound if the app is gone.
        """
        lang = language_of(question)
        asked = (await self._pii.redact(written_line(question, LONGEST_QUESTION), lang)).text
        check = Check(scope, asked, lang, tuple(expected), self._clock.now())

        async def keep() -> None:
            if not await self._apps.set_unstudied(scope):
                raise no_app()
            if await self._checks.count(scope) >= MOST_CHECKS:
                raise BadInput(_("You can pin up to {most} questions. Unpin one first.", most=MOST_CHECKS))
            await self._checks.put(scope, check)

        await self._db.transaction(keep)
        return check

    async def unpin(self, owner: OwnerScope, check_id: str) -> Check:
        """Try it no more. Raises NotFound."""
        check = await self._checks.get(owner, check_id)
        if check is None or not await self._checks.remove(check.scope, check_id):
            raise NotFound(_("That question is no longer pinned."))
        return check

    async def list(self, scope: AppScope) -> Sequence[Check]:
        """All of them, with how they fared last."""
        return await self._checks.list(scope)

    async def question_in(self, owner: OwnerScope, message_id: str) -> tuple[AppScope, str]:
        """What a visitor asked in this message. Raises NotFound."""
        asked = await self._messages.by_id(owner, message_id)
        if asked is None or asked.role is not Role.VISITOR:
            raise NotFound(_("That question no longer exists."))
        return asked.scope, (await self._pii.redact(asked.text, asked.lang)).text

    async def price(self, app: App) -> tuple[int, float]:
        """How many questions the model would be asked, and what that costs at most, about, in US dollars.

        Raises Unavailable where there is no model, BadInput where nothing is pinned.
        """
        count = min(await self._checks.count(app.scope), MOST_ASKED)
        if not count:
            raise BadInput(_("No question is pinned, so there is nothing to ask."))
        return count, await self._model().price(app, count)

    async def ask_model(self, app: App) -> CheckResults:
        """How the first of them fare with the model itself: takes a while, and costs. Raises Unavailable."""
        return await self._model().ask(app, await self._checks.list(app.scope))

    async def ask_later(self, app: App) -> str:
        """Have them asked in the background, once; what the outcome's answer is known by. Raises as `price` does."""
        await self.price(app)
        await self._studies.ask(app.scope)
        return _about(app)

    async def answer_asked(self, app: App) -> None:
        """Do what `ask_later` put off, if anything, and tell the owner. The caller has the lease of the app's study."""
        if not self.can_ask or not await self._studies.is_asked(app.scope, MOST_TRIES):
            return
        asked = await self.ask_model(app)

        async def tell() -> None:
            await self._studies.asked(app.scope)
            await self._awaited.answer(app.scope, _about(app), AlertKind.CHECKS, _outcome(app, asked))

        await self._db.transaction(tell)

    def _model(self) -> CheckAsking:
        if self._asking is None:
            raise Unavailable(_("Claude is not set up here: answers are quoted from your knowledge."))
        return self._asking

    async def knowledge_changed(self, app: App) -> None:
        """Try all of them with this state of the knowledge, and tell the owner what broke with it.

        Raises MeaningAway when some have to be tried again, after the others are noted.
        """
        untried = [each for each in await self._checks.list(app.scope) if each.version != app.knowledge_version]
        tried = await self._checking.try_all(app, untried)
        fared = [each for each in tried if each.judged]
        broken = [each for each in fared if each.problem and each.check.problem is None]

        async def keep() -> None:
            for each in fared:
                right = each.check.right or ("" if each.problem else each.now)
                await self._checks.fared(app.scope, each.check.id, each.problem, app.knowledge_version, right)
            if broken:
                await self._alerts.tell(app.scope, _news(app, broken))

        if fared:
            await self._db.transaction(keep)
        if len(fared) < len(tried):
            raise MeaningAway


def _about(app: App) -> str:
    return f"checks {app.id}"


def _outcome(app: App, asked: CheckResults) -> Text:
    """What the model made of the questions."""
    broken = [each for each in asked.fared if each.problem or not each.judged]
    good, count = len(asked.fared) - len(broken), len(asked.fared)
    body = _(
        "Claude answers {good} of {count} pinned questions of {app} as it should.", good=good, count=count, app=app.name
    )
    for each in broken[:MOST_TOLD]:
        body = _("{first}\n{next}", first=body, next=fared_line(each))
    if len(broken) > MOST_TOLD:
        body = _("{first}\n… and {more} more", first=body, more=len(broken) - MOST_TOLD)
    if asked.stopped:
        stopped = _("The others were not asked: it took too long, or the app has reached its spending limit.")
        body = _("{first}\n{next}", first=body, next=stopped)
    return Text(body, (LIST_CHECKS(app.id),))


def _news(app: App, broken: Sequence[Fared]) -> News:
    body: Phrase = fared_line(broken[0])
    for each in broken[1:MOST_TOLD]:
        body = _("{first}\n{next}", first=body, next=fared_line(each))
    if len(broken) > MOST_TOLD:
        body = _("{first}\n… and {more} more", first=body, more=len(broken) - MOST_TOLD)
    show = LIST_CHECKS(app.id)
    # Once for this change, whichever instance sees it; a later change is news again.
    once = f"{app.id}:{app.knowledge_version}"
    return News(AlertKind.CHECKS, app.id, body, choices=(show,), once=once)


def expectation(check: Check) -> Phrase:
    """What must come of it."""
    if not check.expected:
        return _("I must not answer it")
    return _("Answered by “{entry}”", entry=shortened(check.expected[0].title, LONGEST_IN_ROW))


def trouble(problem: Problem, check: Check) -> Phrase:
    """What is wrong, in one sentence."""
    entry = shortened(check.expected[0].title, LONGEST_IN_ROW) if check.expected else ""
    match problem:
        case Problem.GONE:
            return _("the entry “{entry}” no longer exists", entry=entry)
        case Problem.CHANGED:
            right = shortened(check.right, LONGEST_SHOWN)
            return _("“{entry}” no longer says what was right: {right}", entry=entry, right=right)
        case Problem.NOT_FOUND:
            return _("I no longer find “{entry}” for it", entry=entry)
        case Problem.ANSWERED:
            return _("I should not answer it, but now I would")
        case Problem.NOT_USED:
            return _("Claude answers from something other than “{entry}”", entry=entry)
        case Problem.REFUSED:
            return _("Claude says that it does not know")
        case Problem.FAILED:
            return _("Claude did not answer")


def state(check: Check) -> Phrase:
    """How it fares."""
    if check.version < 0:
        return _("Not tried yet")
    return trouble(check.problem, check) if check.problem else _("As it should be")


def fared_line(fared: Fared) -> Phrase:
    """The question and what became of it."""
    asked = shortened(fared.check.question, LONGEST_IN_ROW)
    if not fared.judged:
        return _("“{question}”: cannot be tried right now, please try again in a minute", question=asked)
    if fared.problem is None:
        return _("“{question}”: as it should be", question=asked)
    if fared.problem is Problem.CHANGED:
        return _(
            "“{question}”: the answer has changed.\nIt was: {right}\nIt is: {now}\nIf that is right, pin it again.",
            question=asked,
            right=shortened(fared.check.right, LONGEST_SHOWN),
            now=shortened(fared.now, LONGEST_SHOWN),
        )
    return _("“{question}”: {trouble}", question=asked, trouble=trouble(fared.problem, fared.check))
