"""What is new in an app: its release notes, which are documents with a day, and what visitors read of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from babel.dates import format_date

from guardrail.findings import PiiKind
from handlers.entries.asked_names import AskedName
from handlers.entries.documents import LONGEST_TITLE, MOST_NOTES, Documents
from handlers.entries.guard import Checked
from handlers.entries.news_written import WrittenNote, notes_written
from handlers.home_zones import HomeZones
from handlers.ports import Clock
from handlers.written import written, written_line
from knowledge.errors import BadInput, NotFound
from knowledge.phrases import _
from knowledge.store.apps.apps import App
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.entries.documents import Document, Release

LONGEST_NOTE = 10_000  # the App Store takes 4,000; GitHub's are longer
LONGEST_PASTED = 100_000  # a whole changelog
MOST_PASTED = 30


@dataclass(frozen=True)
class SavedNotes:
    """The notes as they are kept, the latest first, the kinds of what visitors will not see of them, and the names
    that their owner is asked about; `older`: how many had no room.
    """

    notes: Sequence[Document]
    kinds: tuple[PiiKind, ...]
    asked: tuple[AskedName, ...]
    older: int = 0


@dataclass(frozen=True)
class ShownNote:
    """A note as visitors see it."""

    id: str
    title: str
    text: str
    day: date | None


class ReleaseNotes:
    """The notes of one app at a time; every change makes the app's knowledge newer."""

    def __init__(self, db: Database, documents: Documents, zones: HomeZones, clock: Clock) -> None:
        self._db = db
        self._documents = documents
        self._zones = zones
        self._clock = clock

    async def add(self, app: App, text: str, *, title: str = "", day: date | None = None) -> SavedNotes:
        """Keep what was pasted: one note, or those of a changelog, each with its version and day where the text says
        them. One alone that says no day is of today; one that says no version is called after its day.

        `title` and `day` are of a single note. Raises BadInput for what is empty, too long or has no room.
        """
        found = notes_written(written(text, LONGEST_PASTED))
        if not found:
            raise BadInput(_("I found no release notes in this. Please paste what has changed, as text."))
        if len(found) == 1:
            found = [replace(found[0], title=title or found[0].title, day=day or found[0].day)]
        return await self.take(app, found)

    async def take(self, app: App, found: Sequence[WrittenNote]) -> SavedNotes:
        """Keep notes that were read somewhere, the latest first. Raises BadInput where there is no room."""
        today = await self._today(app.scope)
        if len(found) == 1 and not found[0].day:
            found = [replace(found[0], day=today)]
        # The oldest first: of two on one day the one that was kept later is the later one.
        made = [await self._made(app, note, today) for note in reversed(found[:MOST_PASTED])]

        async def keep() -> list[AskedName]:
            return [
                name for document, checked in made for name in await self._documents.keep(app.scope, document, checked)
            ]

        asked = await self._db.transaction(keep)
        kinds = dict.fromkeys(kind for _document, checked in made for kind in checked.kinds)
        return SavedNotes(
            [document for document, _checked in reversed(made)], tuple(kinds), tuple(asked), len(found) - len(made)
        )

    async def _made(self, app: App, note: WrittenNote, today: date) -> tuple[Document, Checked]:
        title, text = _title(app, note, today), written(note.text, LONGEST_NOTE)
        document, checked = await self._documents.checked(app.scope, title, text, "")
        return replace(document, release=Release(note.day)), checked

    async def edit(self, app: App, note_id: str, title: str, text: str, day: date | None) -> SavedNotes:
        """Give a note new words and another day, or none that is known. Raises NotFound, BadInput."""
        await self.get(app.scope, note_id)
        named = title.strip() or _title(app, WrittenNote("", text, day), await self._today(app.scope))
        saved = await self._documents.edit(app.scope, note_id, named, written(text, LONGEST_NOTE), release=Release(day))
        return SavedNotes([saved.document], saved.kinds, saved.asked)

    async def get(self, scope: AppScope, note_id: str) -> Document:
        """One note. Raises NotFound, for any other document too."""
        note = await self._documents.get(scope, note_id)
        if note.release is None:
            raise _gone()
        return note

    async def scope_of(self, owner: OwnerScope, note_id: str) -> AppScope:
        """Which of the owner's apps a note is of. Raises NotFound."""
        return await self._documents.scope_of(owner, note_id)

    async def list(self, scope: AppScope, *, skip: int = 0, limit: int = 0) -> Sequence[Document]:
        """The notes as their owner wrote them, the latest first."""
        return await self._documents.notes(scope, skip=skip, limit=limit)

    async def count(self, scope: AppScope) -> int:
        return await self._documents.count_notes(scope)

    async def remove(self, scope: AppScope, note_id: str) -> Document:
        """Take a note away. Raises NotFound."""
        await self.get(scope, note_id)
        return await self._documents.remove(scope, note_id)

    async def shown(self, app: App, limit: int = MOST_NOTES) -> Sequence[ShownNote]:
        """The latest, as visitors may read them: without what is hidden, and none about a topic kept out of."""
        topics = [topic.casefold() for topic in app.banned_topics]
        notes = await self._documents.notes(app.scope, limit=0 if topics else limit)
        shown = [shown_note(note) for note in notes]
        open_ones = [each for each in shown if not any(t in f"{each.title} {each.text}".casefold() for t in topics)]
        return open_ones[:limit]

    async def _today(self, owner: OwnerScope) -> date:
        return self._clock.now().astimezone(await self._zones.of(owner)).date()


def shown_note(note: Document) -> ShownNote:
    """A note put together from its passages as the guardrail left them, with what stood between them."""
    text, at = "", 0
    for passage in note.passages:
        place = note.text.find(passage.text, at)
        gap = note.text[at:place] if place >= at else "\n\n"
        text += ("\n\n" if gap.strip() else gap) + passage.redacted_text
        at = place + len(passage.text) if place >= at else at
    return ShownNote(note.id, note.redacted_title, text.strip(), note.release.day if note.release else None)


def _title(app: App, note: WrittenNote, today: date) -> str:
    return written_line(note.title or format_date(note.day or today, "long", locale=app.lang), LONGEST_TITLE)


def _gone() -> NotFound:
    return NotFound(_("That release note no longer exists."))
