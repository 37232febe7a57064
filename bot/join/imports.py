"""Imports of knowledge."""

from bot.join.ground import Ground
from handlers.areas import AlertArea, EntryArea, ImportArea, SearchArea
from handlers.imports.changes import ImportChanges
from handlers.imports.imports import Imports
from handlers.imports.likeness import ImportLikeness
from handlers.imports.news import ImportNews
from handlers.imports.runs import ImportRuns
from handlers.imports.sources import ImportSources
from handlers.imports.watched_pages import WatchedPages


def join(ground: Ground, search: SearchArea, entries: EntryArea, alerts: AlertArea) -> ImportArea:
    """What is brought in comes from LINE's contents, the public web and a process that reads each file."""
    database, clock = ground.database, ground.clock
    imports = Imports(database, clock)
    runs = ImportRuns(
        database,
        ImportSources(database, ground.contents, ground.pages, ground.reading, clock),
        ImportChanges(database, entries.faqs, entries.documents, entries.guard),
        ImportLikeness(search.likeness),
        ImportNews(database, alerts.alerts, clock),
        clock,
    )
    return ImportArea(imports, runs, WatchedPages(database, entries.documents, imports, clock))
