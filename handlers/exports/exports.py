"""Taking everything along: one ZIP with a JSON file for each collection, pages for people, and pictures as files.

It is written while it is read: a piece is read from the store, put into the archive in a thread, and given away before
the next one is read. Whoever stops taking stops it.
"""

import json
from asyncio import to_thread
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import Any, Final

import structlog

from handlers.exports.contents import FORMAT, HELD, MANIFEST
from handlers.exports.pages import FOLDER, INDEX, ReadablePages
from handlers.exports.readme import readmes
from handlers.exports.zip_stream import LARGE, ZipStream
from handlers.ports import Clock
from knowledge.errors import NotFound
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner, OwnerRepository
from knowledge.store.alerts.alert_settings import AlertSettingsRepository
from knowledge.store.apps.apps import APPS
from knowledge.store.apps.pictures import PICTURES
from knowledge.store.conversations.conversations import CONVERSATIONS
from knowledge.store.conversations.messages import MESSAGES
from knowledge.store.database import AppScope, Document, OwnerScope
from knowledge.store.entries.documents import DOCUMENTS
from knowledge.store.entries.faqs import FAQS
from knowledge.store.owner_rows import EXPORTED, Extent, OwnerRows
from knowledge.store.stored import Stored

log = structlog.get_logger()

# JSON of a document beside its size in the store: a null of one byte becomes four, a control character six.
GROWS: Final = 7
# What has a page of its own, or stands on another one's.
LAID_OUT: Final = frozenset({APPS.name, CONVERSATIONS.name, DOCUMENTS.name, FAQS.name, MESSAGES.name, PICTURES.name})

Step = Callable[[], None]
Steps = AsyncGenerator[Step, None]


class Exports:
    """An owner's data out. `version` is this program's, for whoever reads the file later."""

    def __init__(
        self, rows: OwnerRows, owners: OwnerRepository, settings: AlertSettingsRepository, clock: Clock, version: str
    ) -> None:
        self._rows = rows
        self._owners = owners
        self._settings = settings
        self._clock = clock
        self._version = version

    async def of(self, scope: OwnerScope) -> AsyncGenerator[bytes, None]:
        """The ZIP, piece by piece, to be closed by whoever takes no more of it. Raises NotFound before the first."""
        owner = await self._owners.get(scope.owner_id)
        if owner is None:
            raise NotFound(_("That account does not exist."))
        return self._stream(owner)

    async def _stream(self, owner: Owner) -> AsyncGenerator[bytes, None]:
        archive = ZipStream(self._clock.now())
        try:
            parts = await self._parts(owner, archive)
            async with aclosing(_one_after_another(parts)) as steps:
                async for step in steps:
                    await to_thread(step)
                    if piece := archive.take():
                        yield piece
        finally:
            archive.drop()
        log.info("exported", owner_id=owner.id)

    async def _parts(self, owner: Owner, archive: ZipStream) -> Sequence[Steps]:
        """What the archive is made of, in its order; nothing of it is read yet but how much there is."""
        extents = {stored.name: await self._rows.extent(stored, owner) for stored in EXPORTED}
        counts = {name: extent.count for name, extent in extents.items()}
        apps = [app async for piece in self._rows.pieces(APPS, owner, extents[APPS.name].at_once) for app in piece]
        zone = (await self._settings.get(owner.scope)).zone
        pages = ReadablePages(archive, owner.lang, zone, apps)
        return [
            self._opening(archive, counts),
            *(self._json(stored, owner, extents[stored.name], archive) for stored in EXPORTED),
            *(self._app_pages(AppScope(owner.id, app["_id"]), app, pages, extents) for app in apps),
            *(
                self._rows_page(each, owner, extents[each.name], pages)
                for each in EXPORTED
                if each.name not in LAID_OUT
            ),
            self._ending(archive, pages, apps, counts),
        ]

    async def _opening(self, archive: ZipStream, counts: Mapping[str, int]) -> Steps:
        now = self._clock.now().isoformat()
        made = {"format": FORMAT, "made_by": f"mimi {self._version}", "made_at": now, "counts": counts}
        yield partial(archive.put, MANIFEST, json.dumps(made, indent=2).encode())
        for name, text in readmes().items():
            yield partial(archive.put, name, text.encode())

    async def _ending(
        self, archive: ZipStream, pages: ReadablePages, apps: Sequence[Document], counts: Mapping[str, int]
    ) -> Steps:
        values = {"apps": apps, "counts": counts, "made_at": self._clock.now()}
        yield lambda: pages.whole(INDEX, "index.html", pages=pages.written[""], **values)
        yield pages.style
        yield archive.finish

    async def _json(self, stored: Stored, owner: Owner, extent: Extent, archive: ZipStream) -> Steps:
        """A collection's file, a document a line; what is bytes stands beside it as files that it names."""
        name, pieces = f"{stored.name}.json", partial(self._rows.pieces, stored, owner, extent.at_once)
        yield partial(archive.begin, name, may_be_large=extent.size * GROWS > LARGE)
        lines, pictured = _Lines(archive), False
        async with aclosing(pieces()) as found:
            async for piece in found:
                pictured = pictured or any(_bytes_in(row) for row in piece)
                yield partial(lines.write, stored.name, piece)
        yield lines.end
        if pictured:
            async with aclosing(pieces()) as found:
                async for piece in found:
                    yield partial(_put_files, archive, stored.name, piece)

    async def _rows_page(self, stored: Stored, owner: Owner, extent: Extent, pages: ReadablePages) -> Steps:
        """What nothing is made for stands field by field."""
        async with aclosing(self._rows.pieces(stored, owner, extent.at_once)) as found:
            async for rows in found:
                yield partial(pages.add, "", stored.name, HELD[stored.name], "rows.html", rows=rows)

    async def _app_pages(
        self, scope: AppScope, app: Document, pages: ReadablePages, extents: Mapping[str, Extent]
    ) -> Steps:
        # `@`: there are systems on which no folder can be called `con` or `nul`.
        folder = f"@{app['handle']}/"
        for stored, template in ((FAQS, "faqs.html"), (DOCUMENTS, "documents.html")):
            async with aclosing(self._rows.of_app(stored, scope, extents[stored.name].at_once)) as found:
                async for rows in found:
                    yield partial(pages.add, folder, stored.name, HELD[stored.name], template, rows=rows)
        async with aclosing(self._rows.talks(scope)) as talks:
            async for some in talks:
                for month, of_month in _by_month(some):
                    title = _("Conversations of {month}", month=month)
                    yield partial(pages.add, folder, f"conversations-{month}", title, "talks.html", talks=of_month)
        pictures = [_file_of(PICTURES.name, picture) for picture in await self._rows.pictures(scope)]
        path = f"{FOLDER}/{folder}index.html"
        yield lambda: pages.whole(path, "app.html", app=app, pages=pages.written[folder], pictures=pictures)


async def _one_after_another(parts: Sequence[Steps]) -> Steps:
    for part in parts:
        async with aclosing(part) as steps:
            async for step in steps:
                yield step


class _Lines:
    """A JSON list, written so that each document is a line."""

    def __init__(self, archive: ZipStream) -> None:
        self._archive = archive
        self._before = "[\n"

    def write(self, name: str, rows: Sequence[Document]) -> None:
        for row in rows:
            plain = row | {field: _file_of(name, row) for field in _bytes_in(row)}
            line = json.dumps(plain, ensure_ascii=False, default=datetime.isoformat)
            self._archive.write(f"{self._before}{line}".encode())
            self._before = ",\n"

    def end(self) -> None:
        self._archive.write(b"[]\n" if self._before == "[\n" else b"\n]\n")
        self._archive.end()


def _put_files(archive: ZipStream, name: str, rows: Sequence[Document]) -> None:
    for row in rows:
        for field in _bytes_in(row):
            archive.put(_file_of(name, row), row[field], packed=False)


def _bytes_in(row: Document) -> list[str]:
    return [field for field, value in row.items() if isinstance(value, bytes)]


def _file_of(name: str, row: Document) -> str:
    ending = str(row.get("content_type", "")).rpartition("/")[2] or "bin"
    return f"{name}/{row['_id']}.{ending}"


def _by_month(talks: Sequence[tuple[Document, Any]]) -> Sequence[tuple[str, list[tuple[Document, Any]]]]:
    """Those of one month together; they come in the order of their last messages."""
    months: dict[str, list[tuple[Document, Any]]] = {}
    for talk in talks:
        months.setdefault(f"{talk[0]['last_at']:%Y-%m}", []).append(talk)
    return list(months.items())
