"""Taking everything along, in chat: a link to the export that works once."""

from collections.abc import Sequence

from handlers.buttons import Shortcut
from handlers.chat.commands import Command, Feature
from handlers.exports.downloads import Downloads
from handlers.messages import Card, Choice, Reply
from knowledge.phrases import _
from knowledge.store.accounts.owners import Owner

EXPORT = Shortcut("export", _("Download your data"))

# LINE's own browser keeps no files; this opens the phone's (LINE: URL scheme, "Opening a URL in an external browser").
OUTSIDE = "?openExternalBrowser=1"


class DownloadCommands:
    """What an owner types and taps for it."""

    def __init__(self, downloads: Downloads, public_url: str) -> None:
        self._downloads = downloads
        self._public_url = public_url.rstrip("/")

    def feature(self) -> Feature:
        return Feature(
            commands=(Command(("/export", "/書き出し"), _("Download everything you have here"), self._export),),
            taps=(EXPORT.runs(self._export),),
        )

    async def _export(self, owner: Owner, rest: str) -> Sequence[Reply]:
        token = await self._downloads.link(owner.scope)
        body = _(
            "Everything you have here, in one ZIP file. The link works once, within 10 minutes. Do not share it "
            "with anyone."
        )
        button = Choice(_("Download"), url=f"{self._public_url}/download/{token}{OUTSIDE}")
        return [Card(_("Download your data"), body, choices=(button,))]
