"""What is new in an app, in chat: release notes pasted as they are, listed, edited, removed."""

from collections.abc import Mapping, Sequence

from babel.dates import format_date

from guardrail.findings import PiiKind
from handlers.apps.apps import Apps
from handlers.buttons import Button, Shortcut
from handlers.chat.commands import Command, Feature
from handlers.chat.dialogues import DialogueQuestion, Dialogues, OfferedAnswer, Script, a_text, app_of
from handlers.chat.entries.imports import URL
from handlers.entries.guard import pii_warning, with_warning
from handlers.entries.news import LONGEST_PASTED, ReleaseNotes, SavedNotes
from handlers.entries.news_written import DAY, day_in, notes_written
from handlers.messages import LONGEST_TYPED_IN, Card, Cards, Choice, Confirm, Reply, Text, Words
from handlers.paging import Page
from handlers.written import LONGEST_SHOWN, shortened, written_line
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import Lang, _
from knowledge.store.accounts.owners import Owner
from knowledge.store.apps.apps import App
from knowledge.store.database import AppScope
from knowledge.store.entries.documents import Document, DocumentId

ADD_NEWS = Shortcut("news.add", _("Add release notes"))
LIST_NEWS = Shortcut("news.list", _("List release notes"))
EDIT_NEWS = Button("news.edit", _("Edit"), DocumentId)
REMOVE_NEWS = Button("news.remove", _("Remove"), DocumentId)
REMOVE_NEWS_NOW = Button("news.remove_now", _("Remove"), DocumentId)

LONGEST_VERSION = 60
NO_VERSION = "-"


class NewsCommands:
    """What an owner types and taps about release notes of the current app."""

    def __init__(self, notes: ReleaseNotes, apps: Apps, dialogues: Dialogues, public_url: str) -> None:
        self._notes = notes
        self._apps = apps
        self._dialogues = dialogues
        self._public_url = public_url.rstrip("/")
        what = _("What is new? Paste the release notes as they are: of one version, or a whole changelog.")
        self._adding = Script(
            "news.add",
            (
                DialogueQuestion("text", what, self._check_text),
                DialogueQuestion("version", _("Which version is it, or what is it called?"), _version, _offer_none),
            ),
            self._save,
        )
        how = _(
            "Write the note exactly as it should be. On its first line, write its version or name, and its day: "
            "2.3.0 2026-12-25"
        )
        self._editing = Script(
            "news.edit", (DialogueQuestion("text", how, a_text(LONGEST_PASTED), self._offer_text),), self._save_edited
        )

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command(
                    ("/news add", "/お知らせ 追加"), _("Tell visitors what is new in the app"), self._add, _("<text>")
                ),
                Command(
                    ("/news list", "/お知らせ 一覧", "/news", "/お知らせ"),
                    _("Show the release notes on the page"),
                    self._list,
                    shows=True,
                ),
            ),
            taps=(
                ADD_NEWS.runs(self._add),
                LIST_NEWS.runs(self._list),
                EDIT_NEWS.runs(self._edit),
                REMOVE_NEWS.runs(self._ask_removal),
                REMOVE_NEWS_NOW.runs(self._remove_now),
            ),
            scripts=(self._adding, self._editing),
        )

    async def _add(self, owner: Owner, rest: str) -> Sequence[Reply]:
        app = await self._apps.chosen(owner)
        answers = await self._check_text(owner, rest) if rest else {}
        return await self._dialogues.begin(owner, self._adding, {"app_id": str(app.id), **answers})

    async def _check_text(self, owner: Owner, text: str) -> Mapping[str, str]:
        """The text; its version is asked for only where it says none."""
        if URL.fullmatch(text.strip()):
            raise BadInput(
                _(
                    "I can read addresses in the dashboard: send /web, then open Documents, What's new. Here, please "
                    "paste the text."
                )
            )
        kept = await a_text(LONGEST_PASTED)(owner, text)
        found = notes_written(str(kept))
        says = len(found) > 1 or any(note.title for note in found)
        return {"text": str(kept)} | ({"version": NO_VERSION} if says else {})

    async def _save(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        app = await self._apps.get(app_of(owner, answers))
        title = "" if answers["version"] == NO_VERSION else answers["version"]
        return self._saved(app, await self._notes.add(app, answers["text"], title=title))

    def _saved(self, app: App, saved: SavedNotes) -> Sequence[Reply]:
        first = saved.notes[0].title
        done = _("It is now on the page, and I answer from it: {title}", title=first)
        if len(saved.notes) > 1:
            done = _("{count} notes are now on the page, and I answer from them. The latest: {title}",
                     count=len(saved.notes), title=first)  # fmt: skip
        if saved.older:
            done = _("{first}\n{next}", first=done, next=_("The {count} oldest were left out.", count=saved.older))
        return with_warning(done, saved.kinds, (LIST_NEWS(), ADD_NEWS(), self._page(app)), saved.asked)

    async def _list(self, owner: Owner, rest: str) -> Sequence[Reply]:
        """One page of the current app's notes, the latest first; `rest` is its number."""
        app = await self._apps.chosen(owner)
        count = await self._notes.count(app.scope)
        if count == 0:
            return [Text(_("There are no release notes of {app} yet.", app=app.name), (ADD_NEWS(),))]
        page = Page.of(rest, count)
        notes = await self._notes.list(app.scope, skip=page.skip, limit=page.size)
        summary = _("Release notes of {app}: {count}, page {page} of {last}",
                    app=app.name, count=count, page=page.number, last=page.last)  # fmt: skip
        cards = tuple(_card(note, owner.lang) for note in notes)
        return [Cards(summary, cards, (*page.turns(LIST_NEWS.action), ADD_NEWS(), self._page(app)))]

    async def _edit(self, owner: Owner, note_id: DocumentId) -> Sequence[Reply]:
        scope, note = await self._named(owner, note_id)
        begun = await self._dialogues.begin(owner, self._editing, {"app_id": str(scope.app_id), "note_id": note.id})
        return [Text(shortened(as_written(note), LONGEST_PASTED_BACK)), *begun]

    async def _offer_text(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Choice]:
        try:
            text = as_written(await self._notes.get(app_of(owner, answers), answers["note_id"]))
        except NotFound:
            return ()  # removed meanwhile: saving will say so
        return (Choice(_("Edit current text"), type_in=text),) if len(text) <= LONGEST_TYPED_IN else ()

    async def _save_edited(self, owner: Owner, answers: Mapping[str, str]) -> Sequence[Reply]:
        app = await self._apps.get(app_of(owner, answers))
        note = await self._notes.get(app.scope, answers["note_id"])
        first, _newline, rest = answers["text"].partition("\n")
        day = day_in(first)
        if not rest.strip():  # the text alone: version and day stay
            first, rest, day = note.title, answers["text"], note.release.day if note.release else None
        return self._saved(app, await self._notes.edit(app, note.id, without_day(first), rest, day))

    async def _ask_removal(self, owner: Owner, note_id: DocumentId) -> Sequence[Reply]:
        _scope, note = await self._named(owner, note_id)
        question = _("Remove the release note “{title}”?", title=note.title)
        return [Confirm(question, REMOVE_NEWS_NOW(note.id), LIST_NEWS(label=_("Keep")))]

    async def _remove_now(self, owner: Owner, note_id: DocumentId) -> Sequence[Reply]:
        scope, _note = await self._named(owner, note_id)
        note = await self._notes.remove(scope, note_id)
        return [Text(_("Removed the release note “{title}”.", title=note.title), (LIST_NEWS(), ADD_NEWS()))]

    async def _named(self, owner: Owner, note_id: DocumentId) -> tuple[AppScope, Document]:
        """The note a button names, whichever app is the current one by now. Raises NotFound."""
        scope = await self._notes.scope_of(owner.scope, note_id)
        return scope, await self._notes.get(scope, note_id)

    def _page(self, app: App) -> Choice:
        return Choice(_("Open the page"), url=f"{self._public_url}/@{app.handle}/news")


LONGEST_PASTED_BACK = 2_000  # half of what LINE takes, since it counts some characters twice


def as_written(note: Document) -> str:
    """A note as its owner would write it again."""
    day = note.release.day if note.release else None
    return f"{note.title}{f' {day.isoformat()}' if day else ''}\n{note.text}"


def without_day(line: str) -> str:
    """The name in a note's first line."""
    return DAY.sub("", line).strip(" 　()（）-–—")


async def _version(owner: Owner, text: str) -> str:
    return written_line(text, LONGEST_VERSION)


async def _offer_none(owner: Owner, answers: Mapping[str, str]) -> Sequence[OfferedAnswer]:
    return (OfferedAnswer(_("Without a version"), NO_VERSION),)


def _card(note: Document, lang: Lang) -> Card:
    day = note.release.day if note.release else None
    rows: list[tuple[Words, Words]] = [(_("Day"), format_date(day, "medium", locale=lang))] if day else []
    if note.finding_kinds:
        rows.append((_("Hidden"), pii_warning(list(map(PiiKind, note.finding_kinds)))))
    return Card(
        note.title, shortened(note.text, LONGEST_SHOWN), tuple(rows), (EDIT_NEWS(note.id), REMOVE_NEWS(note.id))
    )
