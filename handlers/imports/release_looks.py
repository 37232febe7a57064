"""Pages of releases that are looked at every week: what is new there is put on the app's page, and its owner told once.

When they are looked at, and whether, is kept with the other pages that are watched (handlers/imports/watched_pages.py).
"""

import re
from collections.abc import Sequence

from handlers.alerts.alerts import Alerts
from handlers.alerts.cards import News
from handlers.buttons import Shortcut
from handlers.entries.news import MOST_PASTED, ReleaseNotes, SavedNotes
from handlers.entries.news_written import WrittenNote, notes_written
from handlers.imports.release_pages import ReleasePages
from handlers.messages import Words
from handlers.ports import Clock
from knowledge.errors import BadInput, TooMany, Unavailable
from knowledge.phrases import Phrase, _
from knowledge.store.alerts.alerts import AlertKind
from knowledge.store.apps.apps import App, AppRepository
from knowledge.store.database import Database
from knowledge.store.imports.watched_pages import AFTER_A_FAILURE, WatchedPage, WatchedPageRepository
from knowledge.store.stored import digest

LIST_NEWS = Shortcut("news.list", _("List release notes"))
MOST_TOLD = 5  # by name; of more the number is said
MOST_SEEN = 300


class ReleaseLooks:
    """Looks at one page of releases."""

    def __init__(
        self,
        db: Database,
        pages: WatchedPageRepository,
        apps: AppRepository,
        releases: ReleasePages,
        notes: ReleaseNotes,
        alerts: Alerts,
        clock: Clock,
    ) -> None:
        self._db = db
        self._pages = pages
        self._apps = apps
        self._releases = releases
        self._notes = notes
        self._alerts = alerts
        self._clock = clock

    async def look(self, page: WatchedPage) -> None:
        """Keep the notes that stand there and did not before, and tell their owner; or, once, that there is trouble."""
        app = await self._apps.get(page.scope)
        if app is None:
            await self._pages.remove(page.scope, page.url)
            return
        try:
            there = notes_written(await self._releases.read(page.scope, page.url))[:MOST_PASTED]
            await self._db.transaction(lambda: self._take(app, page, there))
        except (BadInput, TooMany, Unavailable) as problem:
            await self._fail(app, page, problem.phrase)

    async def _take(self, app: App, page: WatchedPage, there: Sequence[WrittenNote]) -> None:
        """All or nothing, so that no note is taken twice; one that its owner took away stays away."""
        known = {_called(note.title) for note in await self._notes.list(app.scope)}
        new = [note for note in there if _mark(note) not in page.seen and _called(note.title) not in known]
        seen = dict.fromkeys((*map(_mark, there), *page.seen))
        await self._pages.worked(app.scope, page.url)
        await self._pages.saw(app.scope, page.url, [*seen][:MOST_SEEN], ())
        if new:
            once = f"news {digest(' '.join(map(_mark, new)))}"
            await self._tell(app, page, _words(await self._notes.take(app, new)), once, _("New on your page"))

    async def _fail(self, app: App, page: WatchedPage, problem: Phrase) -> None:
        now = self._clock.now()
        failing = await self._pages.failed(app.scope, page.url, now, now + AFTER_A_FAILURE)
        since = failing.failing_since if failing and failing.failing_since else now
        title = _("The release notes could not be read")
        await self._tell(app, page, problem, f"failed {digest(page.url)} {since.isoformat()}", title)

    async def _tell(self, app: App, page: WatchedPage, body: Words, once: str, title: Phrase) -> None:
        rows = ((_("From"), page.url),)
        await self._alerts.tell(
            app.scope, News(AlertKind.IMPORT, str(page.id), body, rows, (LIST_NEWS(),), once, title=title)
        )


def _mark(note: WrittenNote) -> str:
    """What a note is known by, whose words may be mended: its version or name."""
    return digest(_called(note.title) if note.title else note.text)


# Up to the first version in it; what is written behind that often comes later: "v7.1.0: The One With Hooks".
_TO_VERSION = re.compile(r"[vV]?(.*?\d[\w.+-]*)")


def _called(title: str) -> str:
    found = _TO_VERSION.match(title)
    return (found[1] if found else title).casefold().strip()


def _words(saved: SavedNotes) -> Words:
    titles = [note.title for note in saved.notes]
    if len(titles) <= MOST_TOLD:
        return "\n".join(titles)
    return _("{count} notes. The latest: {title}", count=len(titles), title=titles[0])
