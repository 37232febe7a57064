"""Imports: begun from a file, an address or a text; looked through; then taken in, or not, and undone if need be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.entries.doubles import DoubleWay
from handlers.entries.guard import no_app
from handlers.imports.preview import UNDECIDED, counts_of, is_undecided, settled
from handlers.ports import Clock
from handlers.web_addresses import whole_address
from handlers.written import shortened, storable
from knowledge.errors import BadInput, NotFound, TooMany
from knowledge.importing.columns import chosen
from knowledge.importing.read_results import columns_from_plain
from knowledge.phrases import _
from knowledge.store.apps.apps import AppRepository
from knowledge.store.database import AppScope, Database, OwnerScope
from knowledge.store.entries.faqs import FaqRepository
from knowledge.store.imports.import_items import ImportItem, ImportItemRepository, ItemOutcome
from knowledge.store.imports.imports import (
    LARGEST,
    ImportDoor,
    ImportFileRepository,
    ImportJob,
    ImportRepository,
    ImportSource,
    ImportState,
    KeptFile,
)
from knowledge.store.imports.watched_pages import WatchedPage

KEPT = timedelta(days=30)  # for looking at, and for undoing
FILE_KEPT = timedelta(days=1)
AN_HOUR = timedelta(hours=1)
MOST_AN_HOUR = 30  # of one owner's (S43)
LONGEST_NAME = 200
LONGEST_URL = 2_000


class Undecided(BadInput):
    """Nothing is there twice before its owner has said so."""

    def __init__(self, count: int) -> None:
        super().__init__(
            _("{count} of these ask something I already know. First decide what to do with them.", count=count)
        )


class Imports:
    """What an owner can do with imports. The work itself is done by whoever takes the job (`ImportRuns`)."""

    def __init__(
        self,
        db: Database,
        apps: AppRepository,
        jobs: ImportRepository,
        items: ImportItemRepository,
        files: ImportFileRepository,
        faqs: FaqRepository,
        clock: Clock,
    ) -> None:
        self._db = db
        self._apps = apps
        self._jobs = jobs
        self._items = items
        self._files = files
        self._faqs = faqs
        self._clock = clock

    async def begin_file(
        self, scope: AppScope, name: str, data: bytes, door: ImportDoor, *, into: str = ""
    ) -> ImportJob:
        """Read a file that is here already, as the new version of the document `into` where that is named.

        Raises BadInput for one that is too large, TooMany, NotFound.
        """
        _check_size(len(data))
        job = replace(self._job(scope, ImportSource.FILE, name, door), into=into)
        return await self._begin(job, KeptFile(data, name))

    async def begin_message(self, scope: AppScope, name: str, size: int, message: str, *, into: str = "") -> ImportJob:
        """Read a file that was sent in chat. Raises the same."""
        _check_size(size)
        job = self._job(scope, ImportSource.MESSAGE, name, ImportDoor.CHAT)
        return await self._begin(replace(job, message=message, into=into))

    async def begin_url(self, scope: AppScope, url: str, door: ImportDoor, *, site: bool = False) -> ImportJob:
        """Read a page, the site below it, or the pages of a sitemap. Raises BadInput, TooMany, NotFound."""
        address = whole_address(url)
        if not address or len(address) > LONGEST_URL:
            raise BadInput(_("That is not the address of a web page. It has to begin with https://."))
        job = replace(self._job(scope, ImportSource.URL, address, door), url=address, site={} if site else None)
        return await self._begin(job)

    async def whole_site(self, scope: OwnerScope, job_id: str) -> ImportJob:
        """Read the site below a page that was read, in its place. Raises NotFound, TooMany, BadInput for no page."""
        job = await self.get(scope, job_id)
        if job.source is not ImportSource.URL or job.site is not None:
            raise BadInput(_("This import is not of a single page."))
        if job.state is ImportState.READY:
            await self.cancel(scope, job_id)
        return await self.begin_url(job.scope, job.url, job.door, site=True)

    async def stop(self, scope: OwnerScope, job_id: str) -> ImportJob:
        """Read no more pages of a site, and go on with those that are read. Raises NotFound, BadInput."""
        job = await self._jobs.stop(scope, job_id, self._clock.now())
        if job is None:
            await self.get(scope, job_id)
            raise _gone_on()
        return job

    async def begin_text(self, scope: AppScope, text: str, door: ImportDoor, message: str = "") -> ImportJob:
        """Read a text as it was written or pasted; `message` is the chat's id of where it stood.

        Raises BadInput for an empty or overlong one, TooMany, NotFound.
        """
        data = storable(text).encode()
        if not data:
            raise BadInput(_("There is nothing in it yet. Please write something."))
        _check_size(len(data))
        name = " ".join(storable(text)[:LONGEST_NAME].split())
        job = replace(self._job(scope, ImportSource.TEXT, name, door), message=message)
        return await self._begin(job, KeptFile(data))

    async def begin_renewal(self, page: WatchedPage, door: ImportDoor) -> ImportJob:
        """Look again at a page or site that was learned; what changed there is taken over. Raises TooMany, NotFound."""
        job = self._job(page.scope, ImportSource.RENEWAL, page.url, door)
        return await self._begin(replace(job, url=page.url, site={} if page.site else None))

    async def get(self, scope: OwnerScope, job_id: str) -> ImportJob:
        """One import of an owner's. Raises NotFound."""
        job = await self._jobs.get(scope, job_id)
        if job is None:
            raise _gone()
        return job

    async def list(self, scope: AppScope, limit: int = 20) -> Sequence[ImportJob]:
        """The latest imports, the newest first."""
        return await self._jobs.list(scope, limit)

    async def items(
        self, job: ImportJob, *, outcome: ItemOutcome | None = None, skip: int = 0, limit: int = 0
    ) -> Sequence[ImportItem]:
        """What an import found, in its order."""
        return await self._items.list(job.scope, job.id, outcome=outcome, skip=skip, limit=limit)

    async def similar(self, job: ImportJob, limit: int = 0) -> Sequence[ImportItem]:
        """The items that ask nearly the same as an entry that is there."""
        return await self._items.similar(job.scope, job.id, limit)

    async def settle(self, scope: OwnerScope, job_id: str, n: int, way: DoubleWay) -> ImportJob:
        """What becomes of an item that asks the same as an entry. Raises NotFound, BadInput if that is decided."""

        async def work() -> ImportJob:
            job = await self._waiting(scope, job_id)
            items = list(await self._items.list(job.scope, job.id))
            place = next((at for at, item in enumerate(items) if item.n == n and is_undecided(item)), None)
            if place is None:
                raise BadInput(_("That has already been decided."))
            items[place] = await self._settled(items[place], way)
            return await self._put(job, items)

        return await self._db.transaction(work)

    async def settle_all(self, scope: OwnerScope, job_id: str, way: DoubleWay) -> ImportJob:
        """The same for each that is undecided."""

        async def work() -> ImportJob:
            job = await self._waiting(scope, job_id)
            items = await self._items.list(job.scope, job.id)
            return await self._put(
                job, [await self._settled(item, way) if is_undecided(item) else item for item in items]
            )

        return await self._db.transaction(work)

    async def _waiting(self, scope: OwnerScope, job_id: str) -> ImportJob:
        # Written first: two taps at once are in conflict, and the second sees what the first has done.
        return await self._decide(scope, job_id, (ImportState.READY,), ImportState.READY)

    async def _settled(self, item: ImportItem, way: DoubleWay) -> ImportItem:
        assert item.similar is not None  # of one that is undecided
        if way is DoubleWay.PHRASING and item.similar.differs:
            raise BadInput(_("That entry answers it differently. Replace it, or keep both."))
        return settled(item, way, await self._faqs.get(item.scope, item.similar.entry.id))

    async def _put(self, job: ImportJob, items: Sequence[ImportItem]) -> ImportJob:
        await self._items.replace(job.scope, job.id, items)
        return await self._decide(job.scope, job.id, (ImportState.READY,), ImportState.READY, counts=counts_of(items))

    async def apply(self, scope: OwnerScope, job_id: str) -> ImportJob:
        """Take it in. Raises NotFound, or BadInput if it is not waiting for that; Undecided where something of it asks
        the same as an entry, and its owner has not said what becomes of it.
        """
        job = await self.get(scope, job_id)
        if job.state is ImportState.READY and (count := job.counts.get(UNDECIDED)):
            raise Undecided(count)
        return await self._decide(scope, job_id, (ImportState.READY,), ImportState.APPLYING)

    async def undo(self, scope: OwnerScope, job_id: str) -> ImportJob:
        """Put back what was there before. Raises the same."""
        return await self._decide(scope, job_id, (ImportState.DONE,), ImportState.UNDOING)

    async def cancel(self, scope: OwnerScope, job_id: str) -> ImportJob:
        """Leave it be; what was read is forgotten. Raises the same."""

        async def work() -> ImportJob:
            waiting = (ImportState.READY, ImportState.READING)
            job = await self._decide(scope, job_id, waiting, ImportState.CANCELLED)
            await self._items.remove(job.scope, job.id)
            await self._files.remove(job.scope, job.id)
            return job

        return await self._db.transaction(work)

    async def choose_columns(self, scope: OwnerScope, job_id: str, roles: Mapping[str, int]) -> ImportJob:
        """Read the table again, with these columns. Raises BadInput for columns it does not have, NotFound."""
        job = await self.get(scope, job_id)
        if job.columns is None:
            raise BadInput(_("This import has no columns to choose."))
        picked = chosen(columns_from_plain(job.columns), roles)
        return await self._read_again(job, roles=dict(picked.roles))

    async def read_as(self, scope: OwnerScope, job_id: str, *, whole: bool) -> ImportJob:
        """Read it again, its questions as entries beside a document of the rest, or `whole`, as one document.

        Raises BadInput where it holds no questions or is no longer here, NotFound.
        """
        job = await self.get(scope, job_id)
        if not job.divided:
            raise BadInput(_("I found no questions in it, so there is nothing to choose."))
        return await self._read_again(job, whole=whole)

    async def _read_again(self, job: ImportJob, **changed: object) -> ImportJob:
        if await self._files.get(job.scope, job.id) is None:
            raise BadInput(_("The file is no longer here. Please send it again."))
        return await self._decide(job.scope, job.id, (ImportState.READY,), ImportState.READING, **changed)

    async def take_back(self, scope: OwnerScope, message: str) -> None:
        """The message that brought a file was taken back: what was read of it goes, unless it is knowledge by now."""
        for job in await self._jobs.of_message(scope, message) if message else ():
            await self._files.remove(job.scope, job.id)
            if job.state not in {ImportState.APPLYING, ImportState.DONE, ImportState.UNDOING}:
                await self._items.remove(job.scope, job.id)
                await self._jobs.remove(job.scope, job.id)

    def _job(self, scope: AppScope, source: ImportSource, name: str, door: ImportDoor) -> ImportJob:
        now = self._clock.now()
        kept = shortened(" ".join(storable(name).split()), LONGEST_NAME)
        return ImportJob(scope, source, kept, door, now, now + KEPT, lease_until=now)

    async def _begin(self, job: ImportJob, file: KeptFile | None = None) -> ImportJob:
        async def work() -> ImportJob:
            # Be in conflict with a deletion of the app: nothing of it comes after.
            if not await self._apps.hold(job.scope):
                raise no_app()
            by_hand = job.door is not ImportDoor.SCHEDULE
            if by_hand and await self._jobs.count_since(job.scope, job.created_at - AN_HOUR) >= MOST_AN_HOUR:
                raise TooMany(_("That was a lot of imports. Please continue in an hour."), int(AN_HOUR.total_seconds()))
            await self._jobs.add(job)
            if file:
                await self._files.put(job.scope, job.id, file, job.created_at + FILE_KEPT)
            return job

        return await self._db.transaction(work)

    async def _decide(
        self, scope: OwnerScope, job_id: str, was: tuple[ImportState, ...], becomes: ImportState, **changed: object
    ) -> ImportJob:
        fresh = {"lease_until": self._clock.now(), "done": 0, "total": 0, "problem": None}
        job = await self._jobs.decide(scope, job_id, was, becomes, **fresh, **changed)
        if job is None:
            await self.get(scope, job_id)
            raise _gone_on()
        return job


def _check_size(size: int) -> None:
    """S34: refused by what the sender says of it; counted again where it is fetched."""
    if size > LARGEST:
        raise BadInput(_("That file is too large. At most {most} MB can be sent.", most=LARGEST // 1024**2))


def _gone_on() -> BadInput:
    return BadInput(_("That is no longer possible: this import has moved on."))


def _gone() -> NotFound:
    return NotFound(_("That import is no longer here."))
