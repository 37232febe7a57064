"""Imports of knowledge."""

from bot.join.ground import Ground
from handlers.areas import AlertArea, EntryArea, ImportArea, SearchArea
from handlers.imports.cards import ImportNews
from handlers.imports.changes import ImportChanges
from handlers.imports.imports import Imports
from handlers.imports.preview import ImportLikeness
from handlers.imports.release_looks import ReleaseLooks
from handlers.imports.release_pages import ReleasePages
from handlers.imports.runs import ImportRuns
from handlers.imports.site_crawl import SiteCrawl
from handlers.imports.sources import ImportSources
from handlers.imports.watched_pages import PageChanges, WatchedPages


def join(ground: Ground, search: SearchArea, entries: EntryArea, alerts: AlertArea) -> ImportArea:
    """What is brought in comes from LINE's contents, the public web and a process that reads each file."""
    store, clock = ground.store, ground.clock
    imports = Imports(
        store.database, store.apps, store.imports, store.import_items, store.import_files, store.faqs, clock
    )
    changes = ImportChanges(
        store.database,
        apps=store.apps,
        faq_rows=store.faqs,
        document_rows=store.documents,
        findings=store.hidden,
        faqs=entries.faqs,
        documents=entries.documents,
        guard=entries.guard,
    )
    crawl = SiteCrawl(store.site_pages, store.imports, ground.pages, ground.reading, clock)
    runs = ImportRuns(
        store.database,
        jobs=store.imports,
        items=store.import_items,
        files=store.import_files,
        watched=PageChanges(store.watched_pages, clock),
        sources=ImportSources(store.import_files, ground.contents, ground.pages, ground.reading, crawl, clock),
        changes=changes,
        likeness=ImportLikeness(search.meaning, search.background),
        news=ImportNews(store.apps, alerts.awaited, alerts.alerts, clock),
        clock=clock,
    )
    releases = ReleasePages(ground.pages, ground.reading, ground.limits)
    watch = WatchedPages(
        store.watched_pages,
        sites=store.site_pages,
        rows=store.documents,
        faqs=store.faqs,
        documents=entries.documents,
        imports=imports,
        releases=ReleaseLooks(
            store.database, store.watched_pages, store.apps, releases, entries.notes, alerts.alerts, clock
        ),
        clock=clock,
    )
    return ImportArea(imports, runs, watch, releases)
