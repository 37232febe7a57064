"""Imports being worked on: taken by lease, one of an owner at a time, so that a dead process's go on elsewhere."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial

import structlog

from handlers.imports.cards import ImportNews
from handlers.imports.changes import ImportChanges
from handlers.imports.preview import ImportLikeness, counts_of, plan
from handlers.imports.sources import ImportSources
from handlers.imports.watched_pages import PageChanges, digests
from handlers.ports import Clock
from knowledge.errors import MimiError, NotFound, Unavailable
from knowledge.phrases import Phrase, _
from knowledge.store.database import Database
from knowledge.store.imports.import_items import DocumentTexts, ImportItem, ImportItemRepository, ItemOutcome, Texts
from knowledge.store.imports.imports import ImportFileRepository, ImportJob, ImportRepository, ImportSource, ImportState

log = structlog.get_logger(__name__)

# Renewed while it runs: so soon another process goes on with what a dead one had.
IMPORT_LEASE = timedelta(seconds=30)
RENEW_EVERY = 10.0  # seconds
SHRUNK = 4  # a page has shrunk to less than a quarter
MOST_RUNS = 3  # of one step; what kills every process that does it must not go on for ever


class ImportOvertaken(Exception):
    """Another process has this job by now, or its owner did away with it; nothing of this run is kept."""


class ImportRuns:
    """Does what jobs wait for: reads them, takes them in, undoes them. Each step ends in one transaction."""

    def __init__(
        self,
        db: Database,
        jobs: ImportRepository,
        items: ImportItemRepository,
        files: ImportFileRepository,
        watched: PageChanges,
        sources: ImportSources,
        changes: ImportChanges,
        likeness: ImportLikeness,
        news: ImportNews,
        clock: Clock,
    ) -> None:
        self._db = db
        self._jobs = jobs
        self._items = items
        self._files = files
        self._watched = watched
        self._sources = sources
        self._changes = changes
        self._likeness = likeness
        self._news = news
        self._clock = clock

    async def work(self, *, awaited: bool = False) -> bool:
        """Do the next step of the job that has waited longest; False if none waits. Cancelled, it is handed back.

        `awaited`: only of what somebody has begun, so that sites which do not answer keep nobody waiting.
        """
        job = await self.take(awaited=awaited)
        if job is not None:
            await self.work_on(job)
        return job is not None

    async def take(self, *, awaited: bool = False) -> ImportJob | None:
        """The job that has waited longest, leased: no owner's who has one under way."""
        now = self._clock.now()
        return await self._jobs.take(now, now + IMPORT_LEASE, awaited=awaited)

    async def work_on(self, job: ImportJob) -> None:
        """Do the next step of a job that was taken. Cancelled, it is handed back."""
        async with self._held(job):
            await self._tried(job)

    async def _tried(self, job: ImportJob) -> None:
        """One step; a refusal ends the job with its reason, anything else lets the lease run out for another try."""
        try:
            if job.attempt > MOST_RUNS:
                raise Unavailable(_("Something went wrong on our side. Please try again in a little while."))
            await self._step(job)
        except ImportOvertaken:
            log.info("import overtaken", job=job.id)
        except Unavailable as problem:
            # Whoever waits for what is being read hears at once that it cannot be had just now; what is looked at by
            # itself is looked at again the next day.
            if job.attempt < MOST_RUNS and job.state is not ImportState.READING:
                log.info("import will be tried again", job=job.id, attempt=job.attempt)
                return
            await self._fail(job, problem.phrase)
        except MimiError as problem:
            await self._fail(job, problem.phrase)
        except Exception as error:  # noqa: BLE001 (the lease runs out, and another run begins)
            log.warning("import abandoned", job=job.id, error=type(error).__name__)

    async def _step(self, job: ImportJob) -> None:
        match job.state:
            case ImportState.READING:
                await self._read(job)
            case ImportState.APPLYING:
                await self._apply(job)
            case ImportState.UNDOING:
                await self._undo(job)

    async def _read(self, job: ImportJob) -> None:
        """Read it, compare it with what is known, and show it to its owner; a renewal goes on by itself."""
        job = replace(job, whole=await self._watched.stays_whole(job))
        read = await self._sources.read(job, partial(self._jobs.progress, job))
        version, known = await self._changes.known(job.scope)
        fresh = await self._watched.fresh(job, read.items)
        planned = await asyncio.to_thread(plan, fresh, known)
        progress = partial(self._jobs.progress, job)
        items = await self._likeness.noted(job.scope, version, planned, known.faqs, progress)
        columns = asdict(read.columns) if read.columns else None

        async def keep() -> None:
            await self._items.replace(job.scope, job.id, items)
            goes_on = job.source is ImportSource.RENEWAL and not _has_shrunk(items)
            becomes = ImportState.APPLYING if goes_on else ImportState.READY
            seen = digests(read.items) if job.source is ImportSource.RENEWAL else []
            fields = {"counts": counts_of(items), "columns": columns, "left_out": read.left_out, "seen": seen}
            # Read as a whole none are found; that there are some is known from the time before.
            fields["divided"] = read.divided or (job.whole and job.divided)
            await self._watched.could_be_read(job)
            await self._moved(job, becomes, **fields, lease_until=self._clock.now())
            if becomes is ImportState.READY:
                await self._news.ready(await self._again(job), items)

        await self._db.transaction(keep)

    async def _apply(self, job: ImportJob) -> None:
        items = await self._items.list(job.scope, job.id)

        async def kept(planned: Sequence[ImportItem]) -> None:
            await self._items.replace(job.scope, job.id, planned)
            await self._files.remove(job.scope, job.id)
            await self._watched.taken_in(job, planned)
            await self._moved(job, ImportState.DONE, counts=counts_of(planned))
            await self._news.done(await self._again(job), planned)

        await self._changes.apply(job.scope, items, partial(self._jobs.progress, job), kept)

    async def _undo(self, job: ImportJob) -> None:
        items = await self._items.list(job.scope, job.id)
        there = sum(item.outcome in {ItemOutcome.ADDED, ItemOutcome.CHANGED} for item in items)

        async def kept(undone: Sequence[ImportItem]) -> None:
            await self._items.mark_undone(job.scope, job.id, [item.n for item in undone])
            await self._moved(job, ImportState.UNDONE, counts=counts_of(items) | {"undone": len(undone)})
            await self._news.undone(await self._again(job), len(undone), there - len(undone))

        await self._changes.undo(job.scope, items, partial(self._jobs.progress, job), kept)

    async def _fail(self, job: ImportJob, problem: Phrase) -> None:
        """Nothing was changed. An undoing that failed can be asked for again."""

        async def keep() -> None:
            becomes = ImportState.DONE if job.state is ImportState.UNDOING else ImportState.FAILED
            await self._moved(job, becomes, problem=problem)
            await self._news.failed(await self._again(job), problem, await self._watched.failed(job))

        with contextlib.suppress(ImportOvertaken, NotFound):
            await self._db.transaction(keep)

    async def _moved(self, job: ImportJob, becomes: ImportState, **changed: object) -> None:
        if not await self._jobs.move(job, becomes, **changed):
            raise ImportOvertaken

    async def _again(self, job: ImportJob) -> ImportJob:
        again = await self._jobs.get(job.scope, job.id)
        if again is None:
            raise ImportOvertaken
        return again

    @contextlib.asynccontextmanager
    async def _held(self, job: ImportJob) -> AsyncIterator[None]:
        """The lease is renewed while the block runs, and given back if it is cancelled."""
        renewing = asyncio.create_task(self._renew(job), name="import lease")
        try:
            yield
        except asyncio.CancelledError:
            await asyncio.shield(self._jobs.hold(job, self._clock.now()))
            raise
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

    async def _renew(self, job: ImportJob) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            try:
                await self._jobs.hold(job, self._clock.now() + IMPORT_LEASE)
            except Exception as error:  # noqa: BLE001 (the store may be back for the next renewal)
                log.warning("lease not renewed", error=type(error).__name__)


def _has_shrunk(items: Sequence[ImportItem]) -> bool:
    """Most of a page is gone: it may be an error's page or a login's by now, so its owner is asked."""
    before = sum(_length(item.before or item.texts) for item in items if item.outcome is not ItemOutcome.ADDED)
    return sum(_length(item.texts) for item in items) * SHRUNK < before


def _length(texts: Texts | None) -> int:
    return len(texts.text) if isinstance(texts, DocumentTexts) else 0
