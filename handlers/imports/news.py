"""What an owner hears of an import: as the answer in the chat that waits for it, else as news."""

from collections.abc import Sequence

from handlers.alerts.alerts import Alerts
from handlers.alerts.awaited_answers import AwaitedAnswers
from handlers.alerts.cards import News
from handlers.imports.cards import done_card, failed_text, name_of, ready_card, undone_text
from handlers.messages import Choice, Reply, Words
from handlers.ports import Clock
from knowledge.phrases import Phrase, _
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.imports.import_items import ImportItem, ItemOutcome
from knowledge.store.imports.imports import ImportDoor, ImportJob

_NEWS = (ItemOutcome.CHANGED, ItemOutcome.ADDED, ItemOutcome.REMOVED)


class ImportNews:
    """Told in the transaction of what it is about. What was begun on the web page is seen there."""

    def __init__(self, apps: AppRepository, awaited: AwaitedAnswers, alerts: Alerts, clock: Clock) -> None:
        self._apps = apps
        self._awaited = awaited
        self._alerts = alerts

    async def ready(self, job: ImportJob, items: Sequence[ImportItem]) -> None:
        """It was read, and waits for its owner's word."""
        app = await self._apps.get(job.scope)
        if app and job.door is ImportDoor.CHAT:
            await self._answer(job, ready_card(job, app, items))
        elif app and job.door is ImportDoor.SCHEDULE:
            body = _("Most of this page is gone. Shall I take that over?")
            await self._tell(job, app, body, job.id, Choice(_("Import"), action=f"import.apply:{job.id}"))

    async def done(self, job: ImportJob, items: Sequence[ImportItem]) -> None:
        """It was taken in."""
        app = await self._apps.get(job.scope)
        if app and job.door is ImportDoor.CHAT:
            await self._answer(job, done_card(job, app, items))
        elif app and (job.door is ImportDoor.WEB or any(map(job.counts.get, _NEWS))):
            undo = Choice(_("Undo"), action=f"import.undo:{job.id}")
            await self._tell(job, app, done_card(job, app, items).body, f"done {job.id}", undo)

    async def undone(self, job: ImportJob, undone: int, left: int) -> None:
        """It was taken out again."""
        if job.door is ImportDoor.CHAT:
            await self._answer(job, undone_text(undone, left))

    async def failed(self, job: ImportJob, problem: Phrase, once: str = "") -> None:
        """Nothing came of it; told once for each `once`."""
        app = await self._apps.get(job.scope)
        if job.door is ImportDoor.CHAT:
            await self._answer(job, failed_text(job, problem))
        elif app:
            await self._tell(job, app, failed_text(job, problem).text, once or f"failed {job.id}")

    async def _tell(self, job: ImportJob, app: App, body: Words, once: str, *also: Choice) -> None:
        rows = ((_("From"), name_of(job)),)
        choices = (Choice(_("Show the list"), action=f"import.show:{job.id}"), *also)
        await self._alerts.tell(app.scope, News(AlertKind.IMPORT, job.id, body, rows, choices, once))

    async def _answer(self, job: ImportJob, *replies: Reply) -> None:
        await self._awaited.answer(job.scope, job.id, AlertKind.IMPORT, *replies)
