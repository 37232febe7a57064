"""Imports in chat: a file, an address or a long text sent to mimi is looked through, and learned on a tap."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from handlers.apps.apps import Apps
from handlers.buttons import Button, Run
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import DialogueQuestion, Dialogues, OfferedAnswer, Script, app_of
from handlers.chat.incoming import SentFile, Wrote
from handlers.entries.doubles import DoubleWay
from handlers.imports.cards import (
    APPLY_IMPORT,
    CANCEL_IMPORT,
    CHOOSE_COLUMNS,
    READ_AS,
    SETTLE_ALL,
    SETTLE_ITEM,
    SHOW_IMPORT,
    STOP_SITE,
    UNDO_IMPORT,
    WHOLE,
    WHOLE_SITE,
    counted,
    name_of,
    outcome_line,
    settling_choices,
    state_of,
    undecided_text,
)
from handlers.imports.imports import Imports, Undecided
from handlers.imports.preview import UNDECIDED
from handlers.messages import Card, Cards, Choice, Later, Reply, Text, Words
from handlers.paging import FIRST, Page
from handlers.web_addresses import whole_address
from handlers.written import LONGEST_SHOWN, shortened
from knowledge.errors import BadInput
from knowledge.importing.read_results import columns_from_plain
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.database import OwnerScope
from knowledge.store.imports.import_items import DocumentTexts, FaqTexts, ImportItem
from knowledge.store.imports.imports import ImportDoor, ImportId, ImportJob, ImportState

LIST_IMPORTS = Button("import.list", _("Imports"))

URL = re.compile(r"https?://\S+\Z")
NOT_ONLY_A_NAME = re.compile(r"[:：/／]|www\.", re.IGNORECASE)  # of a plain line: `Node.js` is no address
NEW_VERSION = "doc.new_version"  # the dialogue that asks for one
LONG_TEXT = 300  # characters; nobody asks mimi something in so many
MOST_JOBS = 10
MOST_COLUMNS = 10


class ImportCommands:
    """What an owner sends, types and taps about imports into the current app."""

    def __init__(self, imports: Imports, apps: Apps, dialogues: Dialogues) -> None:
        self._imports = imports
        self._apps = apps
        self._dialogues = dialogues
        self._columns = Script(
            "import.columns",
            (
                DialogueQuestion("first", _("Which column has the questions?"), _as_written, self._offer_columns),
                DialogueQuestion("second", _("And which has the answers?"), _as_written, self._offer_columns),
            ),
            self._choose_columns,
        )

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(
                    ("/import", "/取り込み", "/インポート"),
                    _("Learn from a file or web page"),
                    self._import,
                    _("<address>"),
                ),
            ),
            taps=(
                LIST_IMPORTS.runs(self._list),
                SHOW_IMPORT.runs(self._show),
                APPLY_IMPORT.runs(self._apply),
                SETTLE_ITEM.runs(self._settle),
                SETTLE_ALL.runs(self._settle_all),
                CANCEL_IMPORT.runs(self._cancel),
                UNDO_IMPORT.runs(working(self._imports.undo)),
                CHOOSE_COLUMNS.runs(self._ask_columns),
                WHOLE_SITE.runs(working(self._imports.whole_site)),
                STOP_SITE.runs(working(self._imports.stop)),
                READ_AS.runs(self._read_as),
            ),
            scripts=(self._columns,),
            on_file=self.receive,
            on_line=self.hear,
            on_take_back=self._imports.take_back,
        )

    async def receive(self, owner: Owner, file: SentFile) -> Sequence[Reply]:
        """A file that was sent in chat; where a document's new version was asked for, it is that."""
        dialogue = await self._dialogues.current(owner)
        if dialogue and dialogue.name == NEW_VERSION:
            scope, into = app_of(owner, dialogue.answers), dialogue.answers["document_id"]
            job = await self._imports.begin_message(scope, file.name, file.size, file.message, into=into)
            await self._dialogues.cancel(owner)
            return under_way(job)
        app = await self._apps.chosen(owner)
        return under_way(await self._imports.begin_message(app.scope, file.name, file.size, file.message))

    async def hear(self, app: App, wrote: Wrote, line: str) -> Sequence[Reply] | None:
        """A line that nothing else claims: an address or a long text is something to learn."""
        # Nothing is learned from it before the owner has seen what is in it, and tapped.
        if NOT_ONLY_A_NAME.search(line) and URL.match(address := whole_address(line)):
            return under_way(await self._imports.begin_url(app.scope, address, ImportDoor.CHAT))
        if len(line) < LONG_TEXT:
            return None
        return under_way(await self._imports.begin_text(app.scope, line, ImportDoor.CHAT, wrote.message))

    async def read_page(self, owner: Owner, url: str) -> Sequence[Reply]:
        """A page by its address."""
        app = await self._apps.chosen(owner)
        return under_way(await self._imports.begin_url(app.scope, url, ImportDoor.CHAT))

    async def _import(self, owner: Owner, rest: str) -> Sequence[Reply]:
        if URL.match(address := whole_address(rest)):
            return await self.read_page(owner, address)
        if rest:
            raise BadInput(_("That is not the address of a web page. It has to begin with https://."))
        how = _(
            "Send me a file here (CSV, TSV, JSON, Markdown, text, PDF, Word, Excel, PowerPoint, OpenDocument, rtf, "
            "epub, a ZIP of these), the address of a page or sitemap, or a long text. I show you what is in it before "
            "I learn anything."
        )
        return [Text(how, (LIST_IMPORTS(),))]

    async def _list(self, owner: Owner) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        jobs = await self._imports.list(app.scope, MOST_JOBS)
        if not jobs:
            return await self._import(owner, "")
        cards = tuple(Card(name_of(job), state_of(job), _numbers(job), _choices(job)) for job in jobs)
        return [Cards(_("The latest imports of {app}", app=app.name), cards)]

    async def _show(self, owner: Owner, job_id: ImportId, number: str) -> Sequence[Reply]:
        """One page of what an import found."""
        job = await self._imports.get(owner.scope, job_id)
        count = sum(number for name, number in job.counts.items() if name not in {"similar", "undone", UNDECIDED})
        if not count:
            return [Text(job.problem or state_of(job), (*_decisions(job), LIST_IMPORTS()))]
        page = Page.of(number, count)
        items = await self._imports.items(job, skip=page.skip, limit=page.size)
        summary = _("“{name}”, page {page} of {last}", name=name_of(job), page=page.number, last=page.last)
        turns = page.turns(partial(SHOW_IMPORT.action, job.id))
        return [Cards(summary, tuple(map(_item_card, items)), (*turns, *_decisions(job)))]

    async def _apply(self, owner: Owner, job_id: ImportId) -> Sequence[Reply]:
        try:
            return under_way(await self._imports.apply(owner.scope, job_id))
        except Undecided as problem:
            return [undecided_text(job_id, problem)]

    async def _settle(self, owner: Owner, job_id: ImportId, n: str, way: DoubleWay) -> Sequence[Reply]:
        number = int(n) if n.isdecimal() else -1
        return self._next(await self._imports.settle(owner.scope, job_id, number, way))

    async def _settle_all(self, owner: Owner, job_id: ImportId, way: DoubleWay) -> Sequence[Reply]:
        return self._next(await self._imports.settle_all(owner.scope, job_id, way))

    def _next(self, job: ImportJob) -> Sequence[Reply]:
        """What is left to decide."""
        left = job.counts.get(UNDECIDED, 0)
        said = _("Noted. To decide: {count}", count=left) if left else _("Noted. Everything is decided.")
        return [Text(said, _choices(job))]

    async def _cancel(self, owner: Owner, job_id: ImportId) -> Sequence[Reply]:
        job = await self._imports.cancel(owner.scope, job_id)
        return [Text(_("“{name}” was not imported. Nothing has changed.", name=name_of(job)), (LIST_IMPORTS(),))]

    async def _read_as(self, owner: Owner, job_id: ImportId, way: str) -> Sequence[Reply]:
        return under_way(await self._imports.read_as(owner.scope, job_id, whole=way == WHOLE))

    async def _ask_columns(self, owner: Owner, job_id: ImportId) -> Sequence[Reply]:
        job = await self._imports.get(owner.scope, job_id)
        if job.state is not ImportState.READY or job.columns is None:
            raise BadInput(_("This import has no columns to choose."))
        return await self._dialogues.begin(owner, self._columns, {"job_id": job_id})

    async def _offer_columns(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[OfferedAnswer]:
        job = await self._imports.get(owner.scope, answers["job_id"])
        taken = answers.get("first")
        names = columns_from_plain(job.columns or {}).names[:MOST_COLUMNS]
        offered = ((f"{n}", name or _("Column {n}", n=n)) for n, name in enumerate(names, 1))
        return [OfferedAnswer(label, answer) for answer, label in offered if answer != taken]

    async def _choose_columns(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        job = await self._imports.get(owner.scope, answers["job_id"])
        columns = columns_from_plain(job.columns or {})
        first, second = (_place(columns.names, answers[step]) for step in ("first", "second"))
        roles = {"question": first, "answer": second}
        return under_way(await self._imports.choose_columns(owner.scope, job.id, roles))


async def _as_written(owner: Owner, text: str) -> str:
    return text.strip()


def _place(names: Sequence[str], said: str) -> int:
    """The column that was tapped (its number) or typed (its name). Raises BadInput."""
    if said in names:
        return names.index(said)
    if said.isdecimal() and 1 <= int(said) <= len(names):
        return int(said) - 1
    raise BadInput(_("There is no such column. Please tap one of them."))


def under_way(job: ImportJob) -> list[Reply]:
    """The answer while an import is worked on."""
    if job.site is None:
        return [Later(job.id, _("I am still working on it. I will tell you when it is done."))]
    said = _("I am reading the site page by page, which takes a while. I will tell you when it is done.")
    return [Later(job.id, said, (SHOW_IMPORT(job.id, FIRST, label=_("Check progress")), STOP_SITE(job.id)))]


def working(step: Callable[[OwnerScope, str], Awaitable[ImportJob]]) -> Run:
    """What a button runs that begins work on an import: told how it went when that is known."""

    async def run(owner: Owner, about: str) -> Sequence[Reply]:
        return under_way(await step(owner.scope, about))

    return run


def _numbers(job: ImportJob) -> tuple[tuple[Words, Words], ...]:
    return tuple((phrase, str(count)) for phrase, count in counted(job))


def _choices(job: ImportJob) -> tuple[Choice, ...]:
    """What can be done with an import as it is."""
    return (SHOW_IMPORT(job.id, FIRST), *_decisions(job))


def _decisions(job: ImportJob) -> tuple[Choice, ...]:
    match job.state:
        case ImportState.READY:
            return (APPLY_IMPORT(job.id), CANCEL_IMPORT(job.id))
        case ImportState.DONE:
            return (UNDO_IMPORT(job.id),)
        case ImportState.READING if job.site is not None:
            return (STOP_SITE(job.id),)
        case _:
            return ()


def _item_card(item: ImportItem) -> Card:
    """One item: what it says, what becomes of it, and what was there before."""
    rows: list[tuple[Words, Words]] = [(_("Outcome"), outcome_line(item))]
    if item.before:
        rows.append((_("Until now"), shortened(_said(item.before), LONGEST_SHOWN)))
    body = shortened(_said(item.texts), LONGEST_SHOWN) if item.texts else ""
    title = item.shown or (_("Line {row}", row=item.row) if item.row else _("A part of it"))
    return Card(title, body, tuple(rows), settling_choices(item))


def _said(texts: FaqTexts | DocumentTexts) -> str:
    return texts.answer if isinstance(texts, FaqTexts) else texts.text
