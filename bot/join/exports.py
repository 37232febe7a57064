"""Everything of an owner's, out and back."""

from bot.join.ground import Ground
from bot.version import VERSION
from handlers.areas import AppArea, EntryArea, ExportArea
from handlers.exports.downloads import Downloads
from handlers.exports.exports import Exports
from handlers.exports.returned_apps import ReturnedApps
from handlers.exports.returned_checks import ReturnedChecks
from handlers.exports.returned_entries import ReturnedEntries
from handlers.exports.returned_talks import ReturnedTalks
from handlers.exports.returns import Returns


def join(ground: Ground, apps: AppArea, entries: EntryArea) -> ExportArea:
    """The page and the link from the chat give the same file, and what comes back passes the same guard as the rest."""
    store, clock = ground.store, ground.clock
    exports = Exports(store.owner_rows, store.owners, store.alert_settings, clock, VERSION)
    kinds = (
        ReturnedApps(apps.apps, apps.pictures, store.owners, store.alert_settings),
        ReturnedEntries(
            store.database, store.faqs, store.documents, store.hidden, entries.faqs, entries.documents, entries.guard
        ),
        ReturnedChecks(store.database, store.apps, store.checks, ground.pii),
        ReturnedTalks(store.database, store.apps, store.conversations, store.messages, clock),
    )
    return ExportArea(
        exports=exports,
        downloads=Downloads(store.download_links, exports, clock),
        returns=Returns(store.returns, store.owners, apps.apps, kinds, clock),
    )
