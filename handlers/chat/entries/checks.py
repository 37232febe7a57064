"""Checks in chat: listed with how they fare, pinned with what must answer them, unpinned."""

from collections.abc import Mapping, Sequence

from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import DialogueQuestion, Dialogues, OfferedAnswer, Script, a_line, app_of
from handlers.chat.entries.faqs import EDIT_FAQ
from handlers.entries.similar_entries import SimilarEntries
from handlers.learning.checks import LIST_CHECKS, LONGEST_QUESTION, Checks, expectation, state
from handlers.messages import Card, Cards, Confirm, Later, Reply, Text, Words
from handlers.paging import Page
from handlers.written import LONGEST_SHOWN, shortened, written_line
from knowledge.errors import BadInput
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.conversations.messages import MessageId
from knowledge.store.database import AppId
from knowledge.store.entries.faqs import FaqId
from knowledge.store.entries.hidden import EntryRef
from knowledge.store.learning.checks import Check, CheckId

ADD_CHECK = Shortcut("check.add", _("Pin a question"))
PIN_ASKED = Button("check.pin", _("Pin a question"), MessageId)
UNPIN = Button("check.unpin", _("Unpin"), CheckId)
TRY_CLAUDE = Button("check.ask", _("Try with Claude"), AppId)
ASK_CLAUDE = Button("check.ask_now", _("Ask Claude"), AppId)

REFUSE = "-"  # the answer that means: no entry, it must be refused


async def _check_expected(owner: Owner, text: str) -> str:
    """The number of one of the entries offered, or that there is none."""
    if text.strip() != REFUSE and not text.strip().isdecimal():
        raise BadInput(_("Please tap one of the buttons below."))
    return text.strip()


class CheckCommands:
    """What an owner types and taps about questions that must stay answered."""

    def __init__(self, checks: Checks, nearest: SimilarEntries, apps: Apps, dialogues: Dialogues) -> None:
        self._checks = checks
        self._nearest = nearest
        self._apps = apps
        self._dialogues = dialogues
        self._pinning = Script(
            "check.add",
            (
                DialogueQuestion(
                    "question", _("Which question should I always be able to answer?"), a_line(LONGEST_QUESTION)
                ),
                DialogueQuestion("expected", _("Which entry must answer it?"), _check_expected, self._offer_entries),
            ),
            self._pin,
        )

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(
                    ("/checks", "/確認", "/check"),
                    _("Show the questions I check after every change"),
                    self._list,
                    shows=True,
                ),
                Command(
                    ("/check add", "/確認 追加"),
                    _("Pin a question that must stay answered"),
                    self._add,
                    _("<question>"),
                ),
            ),
            taps=(
                LIST_CHECKS.runs(self._list),
                ADD_CHECK.runs(self._add),
                PIN_ASKED.runs(self._add_asked),
                UNPIN.runs(self._unpin),
                TRY_CLAUDE.runs(self._ask),
                ASK_CLAUDE.runs(self._ask_now),
            ),
            scripts=(self._pinning,),
        )

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """`rest` is the number of a page, or the id of an app that is not the chosen one."""
        app = await self._app(owner, rest)
        checks = await self._checks.list(app.scope)
        if not checks:
            how = _(
                "No questions are pinned for {app} yet. I try pinned questions whenever you change something.",
                app=app.name,
            )
            return [Text(how, (ADD_CHECK(),))]
        page = Page.of(rest, len(checks))
        worst_first = sorted(checks, key=lambda check: check.problem is None)
        cards = tuple(_card(check) for check in worst_first[page.skip : page.skip + page.size])
        summary = _(
            "{app}: {count} pinned questions, {broken} of them no longer right",
            app=app.name,
            count=len(checks),
            broken=sum(check.problem is not None for check in checks),
        )
        ask = (TRY_CLAUDE(app.id),) if self._checks.can_ask else ()
        return [Cards(summary, cards, (*page.turns(LIST_CHECKS.action), *ask, ADD_CHECK()))]

    async def _ask(self, owner: Owner, app_id: AppId) -> Sequence[Reply]:
        """What it would cost comes first."""
        app = await self._app(owner, app_id)
        # A run costs money at Anthropic: nothing begins before the owner has seen how much.
        count, dollars = await self._checks.price(app)
        told = _(
            "I will ask Claude {count} pinned questions of {app}. That costs about US${cost} at most. Shall I?",
            count=count,
            app=app.name,
            cost=f"{max(dollars, 0.01):.2f}",
        )
        return [Confirm(told, ASK_CLAUDE(app.id), LIST_CHECKS(app.id, label=_("Not now")))]

    async def _ask_now(self, owner: Owner, app_id: AppId) -> Sequence[Reply]:
        about = await self._checks.ask_later(await self._app(owner, app_id))
        return [Later(about, _("I am asking Claude. I will tell you when it is done."))]

    async def _add(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        given = {"question": written_line(rest, LONGEST_QUESTION)} if rest else {}
        return await self._dialogues.begin(owner, self._pinning, {"app_id": str(app.id), **given})

    async def _add_asked(self, owner: Owner, message_id: MessageId) -> Sequence[Reply]:
        """A question that a visitor asked."""
        scope, question = await self._checks.question_in(owner.scope, message_id)
        given = {
            "app_id": str(scope.app_id),
            "question": written_line(shortened(question, LONGEST_QUESTION), LONGEST_QUESTION),
        }
        asked = Text(_("Pinning: {question}", question=given["question"]))
        return [asked, *await self._dialogues.begin(owner, self._pinning, given)]

    async def _offer_entries(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[OfferedAnswer]:
        entries = await self._entries(owner, answers)
        ways = [OfferedAnswer(entry.title, f"{n}") for n, entry in enumerate(entries)]
        return (*ways, OfferedAnswer(_("I must not answer it"), REFUSE))

    async def _pin(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        scope = app_of(owner, answers)
        expected: tuple[EntryRef, ...] = ()
        if answers["expected"] != REFUSE:
            # Looked up anew: the number means what was offered, and if that is gone, nothing.
            entries = await self._entries(owner, answers)
            expected = tuple(entries[int(answers["expected"]) :][:1])
            if not expected:
                raise BadInput(_("Please tap one of the buttons below."))
        check = await self._checks.pin(scope, answers["question"], expected)
        done = _("Pinned: {question}. I will tell you if its answer goes wrong.", question=_short(check.question))
        return [Text(done, (LIST_CHECKS(), ADD_CHECK()))]

    async def _entries(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[EntryRef]:
        app = await self._apps.get(app_of(owner, answers))
        return await self._nearest.entries(app, answers["question"])

    async def _unpin(self, owner: Owner, check_id: CheckId) -> Sequence[Reply]:
        check = await self._checks.unpin(owner.scope, check_id)
        return [Text(_("No longer pinned: {question}", question=_short(check.question)), (LIST_CHECKS(), ADD_CHECK()))]

    async def _app(self, owner: Owner, named: str) -> App:
        apps = await self._apps.list(owner.scope)
        found = next((app for app in apps if app.id == named), None)
        return found or await self._apps.chosen(owner)


def _card(check: Check) -> Card:
    entry = check.expected[0] if check.expected else None
    edit = (EDIT_FAQ(FaqId(entry.id), label=_("Edit the entry")),) if entry and entry.kind == "faq" else ()
    rows: tuple[tuple[Words, Words], ...] = ((_("Must be"), expectation(check)), (_("Now"), state(check)))
    return Card(_short(check.question), rows=rows, choices=(*edit, UNPIN(check.id)))


def _short(text: str) -> str:
    return shortened(text, LONGEST_SHOWN)
