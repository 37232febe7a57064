"""Imports as an owner sees them in chat: what was found, what came of it, what can be done now; and how it is told."""

from collections.abc import Sequence

from handlers.alerts.alerts import Alerts, AwaitedAnswers
from handlers.alerts.cards import News
from handlers.buttons import Button
from handlers.entries.asked_names import AskedName, questions
from handlers.entries.doubles import WAYS, DoubleWay, to_way, ways_beside
from handlers.entries.guard import LIST_HIDDEN, counted_kinds
from handlers.imports.imports import Undecided
from handlers.imports.preview import is_undecided
from handlers.messages import Card, Choice, Reply, Text, Words
from handlers.paging import FIRST
from handlers.ports import Clock
from handlers.written import shortened
from knowledge.importing.read_results import columns_from_plain
from knowledge.phrases import Phrase, _
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.imports.import_items import ImportItem, ItemOutcome
from knowledge.store.imports.imports import AT_WORK, ImportDoor, ImportId, ImportJob, ImportSource, ImportState

SHOW_IMPORT = Button("import.show", _("Show the list"), ImportId, str)
APPLY_IMPORT = Button("import.apply", _("Import"), ImportId)
CANCEL_IMPORT = Button("import.cancel", _("Do not import"), ImportId)
UNDO_IMPORT = Button("import.undo", _("Undo this import"), ImportId)
SETTLE_ITEM = Button("import.settle", WAYS[DoubleWay.BOTH], ImportId, str, to_way)
SETTLE_ALL = Button("import.settle_all", _("Keep both of each"), ImportId, to_way)
WHOLE_SITE = Button("import.site", _("The whole site"), ImportId)
STOP_SITE = Button("import.stop", _("Stop here"), ImportId)
CHOOSE_COLUMNS = Button("import.columns", _("Choose columns"), ImportId)
READ_AS = Button("import.read_as", _("As one document"), ImportId, str)

WHOLE, ENTRIES = "whole", "entries"  # what READ_AS names

LONGEST_NAME = 100
SHOWN = 3  # items in a card's body

OUTCOMES: dict[str, Phrase] = {
    ItemOutcome.ADDED: _("New"),
    ItemOutcome.CHANGED: _("Changed"),
    ItemOutcome.SAME: _("Unchanged"),
    ItemOutcome.SKIPPED: _("Skipped"),
    ItemOutcome.REMOVED: _("No longer on the page"),
    "similar": _("Similar to another"),
}
STATES: dict[ImportState, Phrase] = {
    ImportState.READING: _("Reading"),
    ImportState.READY: _("Waiting for your OK"),
    ImportState.APPLYING: _("Importing"),
    ImportState.DONE: _("Imported"),
    ImportState.UNDOING: _("Undoing"),
    ImportState.UNDONE: _("Undone"),
    ImportState.FAILED: _("Failed"),
    ImportState.CANCELLED: _("Cancelled"),
}
ROLES: dict[str, Phrase] = {
    "question": _("Questions"),
    "answer": _("Answers"),
    "phrasings": _("Other ways to ask"),
    "exact": _("Answer word for word"),
    "title": _("Title"),
    "text": _("Text"),
    "url": _("Address"),
}
_SITE_SHRUNK = _("Pages of this site are gone, or most of their content is. Shall I update my knowledge to match?")
_NEWS = (ItemOutcome.CHANGED, ItemOutcome.ADDED, ItemOutcome.REMOVED)


def ready_card(job: ImportJob, app: App, items: Sequence[ImportItem]) -> Card:
    """What an import would do, before it is done."""
    show = SHOW_IMPORT(job.id, FIRST)
    more = (WHOLE_SITE(job.id),) if is_of_page(job) else ()
    if not _writes(job):
        return Card(_("Nothing new in it"), _body(items, ItemOutcome.SKIPPED), _rows(job, app), (show, *more))
    title = _("Shall I learn this?")
    choices = (
        APPLY_IMPORT(job.id),
        show,
        *more,
        *((CHOOSE_COLUMNS(job.id),) if job.columns else ()),
        *((read_as(job),) if job.divided else ()),
        CANCEL_IMPORT(job.id),
    )
    return Card(title, _body(items, ItemOutcome.ADDED) or _body(items, ItemOutcome.CHANGED), _rows(job, app), choices)


def done_card(job: ImportJob, app: App, items: Sequence[ImportItem]) -> Card:
    """What it did."""
    show = SHOW_IMPORT(job.id, FIRST)
    if not _writes(job):
        return Card(_("Nothing new in it"), _body(items, ItemOutcome.SKIPPED), _rows(job, app), (show,))
    ways = (show, *((LIST_HIDDEN(),) if job.hidden else ()), UNDO_IMPORT(job.id))
    return Card(_("Imported"), _body(items, ItemOutcome.CHANGED), _rows(job, app), ways)


def undone_text(undone: int, left: int) -> Text:
    """What undoing it did."""
    if left:
        return Text(
            _("Undone: {count}. Left as they are, since you changed them later: {left}.", count=undone, left=left)
        )
    return Text(_("Undone. Everything is as it was before the import."))


def failed_text(job: ImportJob, problem: Phrase) -> Text:
    """Why nothing came of it."""
    choices = (WHOLE_SITE(job.id),) if is_of_page(job) else ()
    return Text(_("“{name}” was not imported. {problem}", name=name_of(job), problem=problem), choices)


def is_of_page(job: ImportJob) -> bool:
    """Whether it is of a single page, around which there may be a site."""
    return job.source is ImportSource.URL and job.site is None


def state_of(job: ImportJob) -> Phrase:
    """What it is at, and how far it is with that."""
    if job.state is ImportState.READING and job.site is not None and job.total:
        return _("Pages read: {done} of {total}", done=job.done, total=job.total)
    state = STATES[job.state]
    if job.state not in AT_WORK or not job.total:
        return state
    return _("{state}: {done} of {total}", state=state, done=job.done, total=job.total)


def name_of(job: ImportJob) -> str:
    return shortened(job.name, LONGEST_NAME)


def counted(job: ImportJob) -> list[tuple[Phrase, int]]:
    """The outcomes that occur, each with its number."""
    return [(phrase, job.counts[name]) for name, phrase in OUTCOMES.items() if job.counts.get(name)]


def outcome_line(item: ImportItem) -> Phrase:
    """What becomes of one item, and why."""
    line = OUTCOMES[item.outcome]
    if item.similar:
        note = (
            _("very similar to “{question}”, which answers differently", question=item.similar.entry.title)
            if item.similar.contradicts
            else _("very similar to “{question}”", question=item.similar.entry.title)
        )
        return _("{outcome}: {note}", outcome=line, note=note)
    return _("{outcome}: {note}", outcome=line, note=item.why) if item.why else line


def settling_choices(item: ImportItem) -> tuple[Choice, ...]:
    """What can become of an item that asks the same as an entry."""
    if item.similar is None or not is_undecided(item):
        return ()
    ways = ways_beside(differs=item.similar.differs)
    return tuple(SETTLE_ITEM(ImportId(item.job_id), str(item.n), way, label=WAYS[way]) for way in ways)


def undecided_text(job_id: ImportId, problem: Undecided) -> Text:
    """Before an import is taken in: each, or all at once."""
    ways = (
        SHOW_IMPORT(job_id, FIRST),
        SETTLE_ALL(job_id, DoubleWay.REPLACE, label=_("Replace each")),
        SETTLE_ALL(job_id, DoubleWay.BOTH),
    )
    return Text(problem.phrase, ways)


def read_as(job: ImportJob) -> Choice:
    """The other way to take a document in which questions were found."""
    return READ_AS(job.id, ENTRIES, label=_("Questions as entries")) if job.whole else READ_AS(job.id, WHOLE)


def _writes(job: ImportJob) -> bool:
    return any(job.counts.get(outcome) for outcome in (ItemOutcome.ADDED, ItemOutcome.CHANGED, ItemOutcome.REMOVED))


def _rows(job: ImportJob, app: App) -> tuple[tuple[Words, Words], ...]:
    rows: list[tuple[Words, Words]] = [(_("App"), app.name), (_("From"), name_of(job))]
    rows += [(phrase, str(count)) for phrase, count in counted(job)]
    if job.columns:
        rows.append((_("Columns"), columns_line(job)))
        if unread := unread_columns(job):
            rows.append((_("Columns not read"), ", ".join(unread)))
    if job.divided:
        rows.append((_("Imported as"), _("one document") if job.whole else _("entries, the rest as a document")))
    if job.left_out:
        rows.append((_("Left out"), str(job.left_out)))
    return (*rows, *_hidden_row(job))


def _hidden_row(job: ImportJob) -> tuple[tuple[Words, Words], ...]:
    """What visitors will not see of it, and where that can be read."""
    if not job.hidden:
        return ()
    kinds = counted_kinds(job.hidden)
    if job.state is not ImportState.DONE:
        kinds = _("{kinds}. /hidden lists them once it is imported.", kinds=kinds)
    return ((_("Visitors will not see"), kinds),)


def columns_line(job: ImportJob) -> Phrase:
    """Which columns hold the questions and answers, or the titles and texts."""
    columns = columns_from_plain(job.columns or {})
    first, second = ("question", "answer") if "question" in columns.roles else ("title", "text")
    return _(
        "{first}: {one} / {second}: {two}",
        first=ROLES[first],
        one=columns.names[columns.roles[first]],
        second=ROLES[second],
        two=columns.names[columns.roles[second]],
    )


def unread_columns(job: ImportJob) -> list[str]:
    """The names of the columns that hold nothing of an entry; those without a name say nothing."""
    columns = columns_from_plain(job.columns or {})
    return [name for n, name in enumerate(columns.names) if name and n not in columns.roles.values()]


def _body(items: Sequence[ImportItem], outcome: ItemOutcome) -> str:
    return "\n".join(f"・{item.shown}" for item in [each for each in items if each.outcome is outcome][:SHOWN])


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
            body = (
                _SITE_SHRUNK
                if job.site is not None
                else _("Most of this page is gone. Shall I update my knowledge to match?")
            )
            title = _("An imported page has changed")
            await self._tell(job, app, body, job.id, APPLY_IMPORT(job.id), title=title)

    async def done(self, job: ImportJob, items: Sequence[ImportItem], asked: Sequence[AskedName]) -> None:
        """It was taken in; `asked`: names that its owner is asked about."""
        app = await self._apps.get(job.scope)
        if app and job.door is ImportDoor.CHAT:
            await self._answer(job, done_card(job, app, items), *((questions(asked),) if asked else ()))
        elif app and (job.door is ImportDoor.WEB or any(map(job.counts.get, _NEWS))):
            await self._tell(job, app, done_card(job, app, items).body, f"done {job.id}", UNDO_IMPORT(job.id))

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
            title = _("An import failed")
            await self._tell(job, app, failed_text(job, problem).text, once or f"failed {job.id}", title=title)

    async def _tell(self, job: ImportJob, app: App, body: Words, once: str, *also: Choice, title: Words = "") -> None:
        rows = ((_("From"), name_of(job)), *_hidden_row(job))
        choices = (SHOW_IMPORT(job.id, FIRST), *also)
        await self._alerts.tell(app.scope, News(AlertKind.IMPORT, job.id, body, rows, choices, once, title=title))

    async def _answer(self, job: ImportJob, *replies: Reply) -> None:
        await self._awaited.answer(job.scope, job.id, AlertKind.IMPORT, *replies)
