"""Everything of an owner's, out and back."""

from bot.join.ground import Ground
from bot.version import VERSION
from handlers.areas import ExportArea
from handlers.exports.downloads import Downloads
from handlers.exports.exports import Exports


def join(ground: Ground) -> ExportArea:
    """The page and the link from the chat give the same file."""
    store = ground.store
    exports = Exports(store.owner_rows, store.owners, ground.clock, VERSION)
    return ExportArea(exports, Downloads(store.download_links, exports, ground.clock))
